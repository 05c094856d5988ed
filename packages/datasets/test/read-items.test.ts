import { expect, test } from 'vitest';

import { badRow, duplicateItem, type Quarantined, readItems } from '../src/index.ts';
import { seenIds } from '../src/seen-ids.ts';
import { listOf, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();
const line = (id: unknown, rest: object = {}): string =>
  `${JSON.stringify({ id, input: 'q', responses: ['x'], ...rest })}\n`;

test('short forms are lifted', async () => {
  const file = files.write('items.jsonl', line('a', { reference: 'Paris' }) + line(2));
  expect(await listOf(readItems(file))).toEqual([
    { id: 'a', input: 'q', responses: [{ content: 'x' }], reference: ['Paris'] },
    { id: '2', input: 'q', responses: [{ content: 'x' }] },
  ]);
});

test('an id that occurs twice is an error that names both lines, in one file and across two', async () => {
  const one = files.write('one.jsonl', line('a') + line('b') + line('a'));
  await expect(listOf(readItems(one))).rejects.toMatchObject({ code: duplicateItem.code });
  await expect(listOf(readItems(one))).rejects.toThrow(/one\.jsonl:3 id: "a" is already the item of .*one\.jsonl:1/);
  const first = files.write('first.jsonl', line('a') + line('b'));
  const two = files.write('two.jsonl', line('c') + line('b'));
  await expect(listOf(readItems([first, two]))).rejects.toThrow(/two\.jsonl:2 .* of .*first\.jsonl:2/);
});

test.each([
  ['no responses', line('a', { responses: 'x' }), /:1 responses: /],
  ['a field that is not there', line('a', { respones: [] }), /:1 respones: is not a field here/],
  ['a bad part', line('a', { passages: [{ id: 'p' }] }), /:1 passages\.0\.content: /],
])('an item with %s is an error with the field', async (_name, text, message) => {
  const file = files.write('bad.jsonl', text);
  await expect(listOf(readItems(file))).rejects.toMatchObject({ code: badRow.code });
  await expect(listOf(readItems(file))).rejects.toThrow(message);
});

test('bad rows are handed to the quarantine and the rest is read', async () => {
  const aside: Quarantined[] = [];
  const file = files.write(
    'mixed.jsonl',
    `${line('a')}{"id":\n${line('a')}${line('b', { responses: 1 })}${line('c', { input: 'x'.repeat(500) })}${line('d')}`,
  );
  const items = await listOf(readItems(file, { quarantine: (row) => aside.push(row), maxLineLength: 400 }));
  expect(items.map(({ id }) => id)).toEqual(['a', 'd']);
  expect(aside.map(({ line: at }) => at).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
});

test('a hundred thousand ids are told apart', () => {
  const seen = seenIds();
  for (let id = 0; id < 100_000; id++) expect(seen.add(`item-${id}`, id)).toBeUndefined();
  for (let id = 0; id < 100_000; id += 997) expect(seen.add(`item-${id}`, 0)).toBe(id);
});
