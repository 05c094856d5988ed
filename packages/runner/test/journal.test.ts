import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ManifestRecord, NoteRecord, ReceiptRecord, RunRecord } from '@assize/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { journalDamaged, journalTooNew } from '../src/journal/journal-scan.ts';
import { encodeFrame } from '../src/journal/frame.ts';
import { folderStore } from '../src/journal/folder-store.ts';
import { JournalWriter } from '../src/journal/journal-writer.ts';
import { scanJournal } from '../src/journal/journal-scan.ts';
import { folderForTest } from './folder-for-test.ts';

const manifest: ManifestRecord = {
  kind: 'manifest',
  spec: 1,
  run: 'r',
  epoch: 1,
  started: '2026-01-01T00:00:00Z',
  boot: '',
  dataset: { name: 'd', fingerprint: null },
  raters: [],
  settings: {},
};
const receipt: ReceiptRecord = {
  kind: 'receipt',
  key: 'k',
  attempt: 1,
  epoch: 1,
  at: 3,
  model: 'a:b',
  asked: 'q',
  from: 'model',
  reply: { text: 'naïve 😀\nline', stop: 'done' },
  cost: null,
  latencyMs: 2,
};
const note: NoteRecord = { kind: 'note', epoch: 1, at: 1, code: 'c', message: 'm' };
const records: RunRecord[] = [manifest, receipt, note];
const nothing = { visit: () => undefined, trouble: () => undefined };

async function written(directory: string, extra: RunRecord[] = []): Promise<string> {
  const open = await folderStore(directory, { reserveBytes: 0 }).open('r', nothing);
  for (const record of [...records, ...extra]) await open.append(record);
  await open.close();
  return join(directory, 'runs', 'r', 'journal-000001.jsonl');
}

async function read(directory: string): Promise<RunRecord[]> {
  const found: RunRecord[] = [];
  for await (const record of folderStore(directory).records('r')) found.push(record);
  return found;
}

async function scanned(folder: string): Promise<{ found: RunRecord[]; gap: string | undefined }> {
  const found: RunRecord[] = [];
  let gap: string | undefined;
  for await (const { entries, end } of scanJournal(folder)) {
    found.push(...entries.map(({ record }) => record));
    gap = end?.gap?.kind;
  }
  return { found, gap };
}

test('gives back what was appended, in order', async () => {
  const directory = await folderForTest();
  await written(directory);
  expect(await read(directory)).toEqual(records);
});

test('appends to what is there when it is opened again, and shows it to the visitor', async () => {
  const directory = await folderForTest();
  await written(directory);
  const seen: RunRecord[] = [];
  const open = await folderStore(directory).open('r', { ...nothing, visit: (record) => seen.push(record) });
  await open.append(note);
  await open.close();
  expect(seen).toEqual(records);
  expect(await read(directory)).toEqual([...records, note]);
});

test('many appends at once are all kept, whole, and each once', async () => {
  const directory = await folderForTest();
  const open = await folderStore(directory, { durability: 'strict', reserveBytes: 0 }).open('r', nothing);
  await open.append(manifest);
  await Promise.all(Array.from({ length: 300 }, (_, at) => open.append({ ...note, at })));
  await open.close();
  const found = (await read(directory)).filter(({ kind }) => kind === 'note');
  expect(found.map((record) => record.kind === 'note' && record.at)).toEqual(
    Array.from({ length: 300 }, (_, at) => at),
  );
});

test('goes on in a next file when one is full, and reads them as one', async () => {
  const folder = join(await folderForTest(), 'runs', 'r');
  await mkdir(folder, { recursive: true });
  const header = (segment: number): string =>
    JSON.stringify({ assize: 'journal', format: 1, run: 'r', segment, nonce: 'n' });
  const writer = await JournalWriter.open(
    { folder, durability: 'batch', reserve: Promise.resolve(), segmentBytes: 500, header, trouble: () => undefined },
    { segment: 1, offset: 0, sequence: 0 },
  );
  const places = [];
  for (let at = 0; at < 20; at += 1)
    places.push(await writer.append(JSON.stringify({ ...note, at }), { counts: false }));
  await writer.close();
  expect(new Set(places.map(({ segment }) => segment)).size).toBeGreaterThan(2);
  const found: RunRecord[] = [];
  for await (const { entries } of scanJournal(folder)) found.push(...entries.map(({ record }) => record));
  expect(found.map((record) => record.kind === 'note' && record.at)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  await rm(join(folder, 'journal-000002.jsonl'));
  const scan = scanJournal(folder);
  await expect(async () => {
    for await (const batch of scan) expect(batch.entries.length).toBeGreaterThan(0);
  }).rejects.toMatchObject({ code: journalDamaged.code });
});

describe('a journal that is not as it was written', () => {
  let whole: Buffer;
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'assize-runner-'));
    file = await written(directory);
    whole = await readFile(file);
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('is reported wherever a byte is flipped: never read as anything else', { timeout: 60_000 }, async () => {
    for (let at = 0; at < whole.length; at += 1) {
      for (const mask of [0x01, 0x20]) {
        const flipped = Buffer.from(whole);
        flipped[at] = flipped[at]! ^ mask;
        await writeFile(file, flipped);
        const error: unknown = await read(directory).then(
          () => `byte ${at} ^ ${mask} went unseen`,
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({ code: journalDamaged.code });
      }
    }
  });

  test('names the file and the offset of the record that is damaged', async () => {
    const flipped = Buffer.from(whole);
    const second = whole.indexOf('\n') + 1;
    flipped[second + 40] = 0;
    await writeFile(file, flipped);
    await expect(read(directory)).rejects.toMatchObject({ facts: { file, offset: second } });
  });

  test('and is cut short anywhere loses only what was not whole, with a notice', { timeout: 60_000 }, async () => {
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      const ends = whole.subarray(0, length).filter((byte) => byte === 0x0a).length;
      const kept = records.slice(0, Math.max(ends - 1, 0));
      const { found, gap } = await scanned(join(directory, 'runs', 'r'));
      expect(found).toEqual(kept);
      const isTorn = length > 0 && whole[length - 1] !== 0x0a;
      expect(gap).toBe(isTorn ? 'torn' : undefined);
      // Opening is slower than reading: a part of the lengths will do.
      if (length % 29 > 1) continue;
      const seen: RunRecord[] = [];
      const options = { ...nothing, visit: (record: RunRecord) => seen.push(record) };
      const open = await folderStore(directory, { reserveBytes: 0, durability: 'fast' }).open('r', options);
      expect(open.notices.map(({ code }) => code)).toEqual(isTorn ? ['runner/torn-tail'] : []);
      expect(seen).toEqual(kept);
      await open.append(note);
      await open.close();
      expect(await read(directory)).toEqual([...kept, note]);
    }
  });

  test('whose last blocks never reached the disk and read as zeros loses only those', async () => {
    await writeFile(file, Buffer.concat([whole, Buffer.alloc(700)]));
    expect(await read(directory)).toEqual(records);
  });

  test('with a record twice, or two exchanged, is damaged', async () => {
    const lines = whole
      .toString('latin1')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Buffer.from(`${line}\n`, 'latin1'));
    for (const order of [
      [0, 1, 1, 2, 3],
      [0, 2, 1, 3],
      [0, 1, 3],
      [1, 2, 3],
    ]) {
      await writeFile(file, Buffer.concat(order.map((place) => lines[place]!)));
      await expect(read(directory)).rejects.toMatchObject({ code: journalDamaged.code });
    }
  });

  test('of a newer format is left alone', async () => {
    await writeFile(
      file,
      encodeFrame(0, JSON.stringify({ assize: 'journal', format: 2, run: 'r', segment: 1, nonce: 'n' })),
    );
    await expect(read(directory)).rejects.toMatchObject({ code: journalTooNew.code });
  });
});

describe('the index', () => {
  test('finds the first receipt of a call and the latest ratings of an assignment, also after it was lost', async () => {
    const directory = await folderForTest();
    const rated = {
      kind: 'ratings',
      assignment: 'a',
      epoch: 1,
      at: 0,
      position: 0,
      item: 'i',
      rater: 'r',
      fingerprint: 'f',
      ratings: [],
    } as const;
    await written(directory, [
      { ...receipt, reply: { text: 'second', stop: 'done' } },
      { ...rated, again: 0, ratings: [] },
      { ...rated, again: 1, ratings: [] },
    ]);
    for (const loss of ['nothing', 'gone', 'garbage']) {
      const index = join(directory, 'index.sqlite');
      if (loss === 'gone') for (const end of ['', '-wal', '-shm']) await rm(`${index}${end}`, { force: true });
      if (loss === 'garbage') await writeFile(index, 'this is no database, it only has its name. '.repeat(200));
      const open = await folderStore(directory, { reserveBytes: 0 }).open('r', nothing);
      expect((await open.receipt('k'))?.reply.text).toBe(receipt.reply.text);
      expect(await open.receipt('other')).toBeUndefined();
      expect((await open.ratings('a'))?.again).toBe(1);
      expect((await open.cached('q', 'store'))?.reply.text).toBe(receipt.reply.text);
      await open.close();
    }
  });

  test('of another journal under the same name is not believed', async () => {
    const directory = await folderForTest();
    await written(directory);
    await rm(join(directory, 'runs', 'r'), { recursive: true });
    const open = await folderStore(directory, { reserveBytes: 0 }).open('r', nothing);
    expect(await open.receipt('k')).toBeUndefined();
    expect(await open.cached('q', 'store')).toBeUndefined();
    await open.close();
  });

  test('gives a complete reply of another run to a store-wide cache, and none that was cut', async () => {
    const directory = await folderForTest();
    await written(directory, [{ ...receipt, key: 'k2', asked: 'q2', reply: { text: 'half', stop: 'cut' } }]);
    const open = await folderStore(directory, { reserveBytes: 0 }).open('other', nothing);
    expect((await open.cached('q', 'store'))?.reply.text).toBe(receipt.reply.text);
    expect(await open.cached('q', 'run')).toBeUndefined();
    expect(await open.cached('q2', 'store')).toBeUndefined();
    await open.close();
  });
});

test('a run has one owner: a second opening is refused and told who has it', async () => {
  const directory = await folderForTest();
  const store = folderStore(directory, { reserveBytes: 0, date: () => '2026-01-01T00:00:00Z' });
  const open = await store.open('r', nothing);
  await expect(store.open('r', nothing)).rejects.toMatchObject({
    code: 'runner/run-locked',
    facts: { run: 'r', pid: process.pid, since: '2026-01-01T00:00:00Z' },
  });
  const other = await store.open('another', nothing);
  await other.close();
  await open.close();
  await (await store.open('r', nothing)).close();
});

test.each(['', '../up', 'a/b', '.hidden', 'x'.repeat(101)])('refuses %j as the name of a run', async (name) => {
  const store = folderStore(await folderForTest());
  await expect(store.open(name, nothing)).rejects.toMatchObject({ code: 'runner/bad-run-name' });
});

test('reading a run that is not there says so', async () => {
  await expect(read(await folderForTest())).rejects.toMatchObject({ code: 'runner/no-run' });
});
