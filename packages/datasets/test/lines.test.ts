import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { badCompression, badEncoding, emptyFile, longLine, noFile, readLines, unreadableFile } from '../src/index.ts';
import { listOf, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();

test.each([
  ['LF', 'a\nb\n', 'a b'],
  ['CRLF', 'a\r\nb\r\n', 'a b'],
  ['no last line end', 'a\nb', 'a b'],
  ['a byte order mark', '\uFEFFa\nb\n', 'a b'],
])('lines with %s are read', async (name, text, expected) => {
  const lines = await listOf(readLines(files.write(`${name}.txt`, text)));
  expect(lines.map((line) => line.text).join(' ')).toBe(expected);
});

test('blank lines are left out and counted in the numbers', async () => {
  expect(await listOf(readLines(files.write('blank.txt', 'a\n\n  \r\nb')))).toEqual([
    { text: 'a', line: 1 },
    { text: 'b', line: 4 },
  ]);
});

test('gzip is told by its bytes, whatever the name', async () => {
  expect(await listOf(readLines(files.write('packed.txt', gzipSync('a\nb'))))).toHaveLength(2);
});

test.each(['utf-16le', 'utf-16be'])('%s with its mark is decoded', async (encoding) => {
  const bytes = Buffer.from('\uFEFFé,ü\nß', 'utf16le');
  if (encoding === 'utf-16be') bytes.swap16();
  expect((await listOf(readLines(files.write(encoding, bytes)))).map(({ text }) => text)).toEqual(['é,ü', 'ß']);
});

test('chunks that cut a character or a line end give the same lines', async () => {
  const bytes = Buffer.from('\uFEFFä1\r\nß2\r\n€3');
  for (let size = 1; size < 8; size++) {
    const stream = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    expect((await listOf(readLines({ name: 'stdin', stream }))).map(({ text }) => text)).toEqual(['ä1', 'ß2', '€3']);
  }
});

test('a line over the limit is an error that names it', async () => {
  const file = files.write('long.txt', `short\n${'x'.repeat(100)}\nend\n`);
  await expect(listOf(readLines(file, { maxLineLength: 50 }))).rejects.toMatchObject({ code: longLine.code });
  await expect(listOf(readLines(file, { maxLineLength: 50 }))).rejects.toThrow(/:2 is longer than 50/);
});

test('a line over the limit is skipped and told, over many chunks too, and the rest is read', async () => {
  const stream = (async function* () {
    yield 'short\n';
    for (let chunk = 0; chunk < 100; chunk++) yield 'x'.repeat(10);
    yield 'x\nend';
  })();
  const told: string[] = [];
  const lines = await listOf(
    readLines({ name: 's', stream }, { maxLineLength: 50, onLongLine: (error) => told.push(error.message) }),
  );
  expect(lines).toEqual([
    { text: 'short', line: 1 },
    { text: 'end', line: 3 },
  ]);
  expect(told).toHaveLength(1);
});

test.each([
  ['nothing', ''],
  ['blank lines alone', '\n \n'],
  ['a mark alone', '\uFEFF'],
])('a file of %s is an error', async (_name, text) => {
  await expect(listOf(readLines(files.write('empty.txt', text)))).rejects.toMatchObject({ code: emptyFile.code });
});

test('a file that is not there and a folder are errors', async () => {
  await expect(listOf(readLines(files.path('missing.txt')))).rejects.toMatchObject({ code: noFile.code });
  await expect(listOf(readLines(files.path('.')))).rejects.toMatchObject({ code: unreadableFile.code });
});

test('Latin-1 is an error that names the line, never a replacement character', async () => {
  const file = files.write('latin.txt', Buffer.from('one\ntwo\nM\u00FCller\n', 'latin1'));
  await expect(listOf(readLines(file))).rejects.toMatchObject({ code: badEncoding.code });
  await expect(listOf(readLines(file))).rejects.toThrow('latin.txt:3 is not UTF-8');
});

test('gzip that is cut is an error', async () => {
  const whole = gzipSync('line\n'.repeat(10_000));
  await expect(listOf(readLines(files.write('cut.gz', whole.subarray(0, -10))))).rejects.toMatchObject({
    code: badCompression.code,
  });
});

test('an abort ends the reading', async () => {
  const abort = new AbortController();
  const stream = (async function* () {
    for (;;) yield 'line\n';
  })();
  const read = (async () => {
    for await (const { line } of readLines({ name: 's', stream }, { signal: abort.signal }))
      if (line === 3) abort.abort();
  })();
  await expect(read).rejects.toMatchObject({ name: 'AbortError' });
});

test('200 MB pass through in bounded memory', async () => {
  const chunk = Buffer.from(`${'x'.repeat(199)}\n`.repeat(1000));
  const stream = (async function* () {
    for (let count = 0; count < 1000; count++) yield chunk;
  })();
  let lines = 0;
  let most = 0;
  const before = process.memoryUsage();
  for await (const { line } of readLines({ name: 'big', stream })) {
    lines++;
    if (line % 50_000 !== 0) continue;
    const now = process.memoryUsage();
    most = Math.max(most, now.heapUsed + now.arrayBuffers - before.heapUsed - before.arrayBuffers);
  }
  expect(lines).toBe(1_000_000);
  expect(most / 1e6).toBeLessThan(150);
}, 60_000);
