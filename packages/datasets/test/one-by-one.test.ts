import { expect, test } from 'vitest';

import { oneByOne } from '../src/one-by-one.ts';
import { listOf } from './temporary-files.ts';

const row = (id: number): { id: number } => ({ id });

async function* batches(closed: { yes: boolean } = { yes: false }): AsyncGenerator<{ id: number }[], void, undefined> {
  try {
    yield [row(1), row(2)];
    yield [];
    yield [row(3)];
  } finally {
    closed.yes = true;
  }
}

test('batches are given one at a time, empty ones passed over', async () => {
  expect(await listOf(oneByOne(batches()))).toEqual([row(1), row(2), row(3)]);
});

test('calls that do not wait for each other are answered in order, and the end stays the end', async () => {
  const values = oneByOne(batches());
  const calls = await Promise.all(Array.from({ length: 6 }, () => values.next()));
  expect(calls.map(({ value }) => value?.id)).toEqual([1, 2, 3, undefined, undefined, undefined]);
  expect((await values.next()).done).toBe(true);
});

test('a reader that leaves closes the batches and gets nothing more', async () => {
  const closed = { yes: false };
  const values = oneByOne(batches(closed));
  for await (const { id } of values) if (id === 1) break;
  expect(closed.yes).toBe(true);
  expect((await values.next()).done).toBe(true);
});

test('an error comes after what stands before it, once', async () => {
  const values = oneByOne(
    (async function* () {
      yield [row(1)];
      throw new RangeError('broken');
    })(),
  );
  expect((await values.next()).value).toEqual(row(1));
  await expect(values.next()).rejects.toThrow('broken');
  expect((await values.next()).done).toBe(true);
});
