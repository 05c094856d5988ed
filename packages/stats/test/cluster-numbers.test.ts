import { expect, test } from 'vitest';
import { indexClusters } from '../src/resampling/clusters.ts';

const n = 3000;
const numbered = (ids: ArrayLike<number>) => {
  const seen = new Map<number, number>();
  const of = Uint32Array.from(ids, (id) => {
    if (!seen.has(id)) seen.set(id, seen.size);
    return seen.get(id)!;
  });
  return { of, count: seen.size };
};

test.each([
  ['close together', (i: number) => 50 + ((i * 7919) % 1500)],
  ['far apart', (i: number) => 1e6 * ((i * 7919) % 1500)],
  ['as wide as a table may be', (i: number) => (i === 1 ? 2 * n - 1 : (i * 7919) % 1500)],
  ['one wider', (i: number) => (i === 1 ? 2 * n : (i * 7919) % 1500)],
  ['no whole numbers', (i: number) => ((i * 7919) % 1500) / 4],
  ['from −2 down', (i: number) => -2 - ((i * 7919) % 1500)],
])('ids %s are numbered by first appearance', (_, id) => {
  const ids = Float64Array.from({ length: n }, (_unused, i) => id(i));
  expect(indexClusters(ids, n)).toEqual(numbered(ids));
  const kept = Uint32Array.from({ length: n / 2 }, (_unused, i) => 2 * i + 1);
  expect(indexClusters(ids, n, kept)).toEqual(numbered(Array.from(kept, (row) => ids[row]!)));
});

test('a row without an id is named, also among many', () => {
  const ids = Float64Array.from({ length: n }, (_, i) => 50 + (i % 100));
  ids[2222] = -1;
  expect(() => indexClusters(ids, n)).toThrow('row 2222 has no cluster id');
  ids[1111] = NaN;
  expect(() => indexClusters(ids, n)).toThrow('row 1111 has no cluster id');
});
