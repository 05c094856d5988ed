import type { Criterion, Dataset, ItemDraft, Rating } from '@assize/core';
import { expect, test } from 'vitest';

import { factsOfItems, badRow, defineDataset, duplicateItem, openDataset, writeRatings } from '../src/index.ts';
import { listOf, temporaryFiles } from './temporary-files.ts';

const files = temporaryFiles();
const criteria: Criterion[] = [
  { id: 'right', question: 'Is it right?', scale: { kind: 'binary' }, higherIsBetter: true },
];
const items: ItemDraft[] = [
  { id: 'fr', input: 'Capital of France?', responses: ['Paris'], reference: 'Paris' },
  { id: 'de', input: 'Capital of Germany?', responses: ['Bonn'] },
];
const label = (item: string, value: number): Rating => ({
  item,
  rater: 'ann',
  criterion: 'right',
  status: 'rated',
  value,
  provenance: { source: 'person' },
});
const labels = [label('fr', 1), label('de', 0)];
const define = (rest: Partial<Parameters<typeof defineDataset>[0]> = {}): Dataset =>
  defineDataset({ name: 'capitals', criteria, items, labels, ...rest });

test('a data set in memory is read from the start each time', async () => {
  const dataset = define();
  for (let round = 0; round < 2; round++) {
    expect((await listOf(dataset.items())).map(({ id }) => id)).toEqual(['fr', 'de']);
    expect(await listOf(dataset.labels())).toEqual(labels);
  }
  expect(dataset.size).toBe(2);
});

test('the fingerprint is of the content, not of its order', () => {
  const { fingerprint } = define();
  expect(define({ items: items.toReversed(), labels: labels.toReversed() }).fingerprint).toBe(fingerprint);
  expect(define({ name: 'other' }).fingerprint).toBe(fingerprint);
  expect(define({ labels: [label('fr', 1), label('de', 1)] }).fingerprint).not.toBe(fingerprint);
  expect(define({ labels: [...labels, label('de', 0)] }).fingerprint).not.toBe(fingerprint);
  expect(define({ items: items.slice(1) }).fingerprint).not.toBe(fingerprint);
});

test('a data set in files is the same data set', async () => {
  const file = files.write('capitals.jsonl', items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  await writeRatings(files.path('labels.jsonl'), labels);
  await writeRatings(files.path('labels.csv'), labels);
  for (const from of ['labels.jsonl', 'labels.csv']) {
    const dataset = await openDataset({ items: file, labels: files.path(from), criteria });
    expect(dataset).toMatchObject({ name: 'capitals', size: 2, fingerprint: define().fingerprint });
    expect(await listOf(dataset.labels())).toEqual(labels);
    expect(await listOf(dataset.items())).toEqual(await listOf(define().items()));
  }
});

test('what is no item and an id that occurs twice are errors', () => {
  expect(() => define({ items: [...items, { ...items[0]!, input: 'again' }] })).toThrow(
    expect.objectContaining({ code: duplicateItem.code }),
  );
  expect(() => define({ items: [{ id: '', input: 'q', responses: [] }] })).toThrow(
    expect.objectContaining({ code: badRow.code }),
  );
});

test('groups and facets of items come in the shape that a table takes', async () => {
  const { groups, facets } = await factsOfItems([
    { id: 'a', input: 'x', responses: [], group: 'g', facets: { domain: 'law' } },
    { id: 'b', input: 'x', responses: [], facets: { domain: 'code', language: 'en' } },
    { id: 'c', input: 'x', responses: [] },
  ]);
  expect([...groups]).toEqual([['a', 'g']]);
  expect([...facets['domain']!]).toEqual([
    ['a', 'law'],
    ['b', 'code'],
  ]);
  expect([...facets['language']!]).toEqual([['b', 'en']]);
});
