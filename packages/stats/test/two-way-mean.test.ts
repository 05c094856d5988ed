import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusteredMean, type Estimate, seededRandom, twoWayMean, type TwoWayMean } from '../src/index.ts';
import { sound } from './sound.ts';

const crossed = (table: readonly (readonly number[])[]) => ({
  values: table.flat(),
  items: table.flatMap((row, item) => row.map(() => item)),
  raters: table.flatMap((row) => row.map((_, rater) => rater)),
});
const cell = fc.integer({ min: 0, max: 9 });
const tables = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 12 });

test('each way alone is the clustered mean, and both ways their sum less the cells', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const { values, items, raters } = crossed(table);
      const found = twoWayMean(values, { items, raters }) as TwoWayMean;
      fc.pre(found.interval !== null);
      const by = (clusters: number[]): number => {
        const result = clusteredMean(values, { clusters }) as Estimate;
        return result.se ?? NaN;
      };
      if (table.length >= 5) expect(found.seItems).toBeCloseTo(by(items), 10);
      const [i, r] = [found.seItems! ** 2, found.seRaters! ** 2];
      const cells = by(values.map((_, row) => row)) ** 2;
      expect(found.se! ** 2).toBeCloseTo(Math.max(i + r - cells, i, r), 10);
      expect(found.df).toBe(Math.min(table.length, 3) - 1);
    }),
    { seed: 42 },
  );
});

test('by hand: 2 items, 2 raters', () => {
  // Mean 2.5; residuals −1.5 −.5 / .5 1.5. Items: (2² + 2²)/16 · 2 = 1; raters: (1 + 1)/16 · 2 = .25; cells: 5/16 · 4/3.
  const { values, items, raters } = crossed([
    [1, 2],
    [3, 4],
  ]);
  const found = twoWayMean(values, { items, raters }) as TwoWayMean;
  expect(found).toMatchObject({ value: 2.5, n: 4, items: 2, raters: 2, df: 1, seItems: 1, seRaters: 0.5 });
  // 1 + .25 − .41667 is less than items alone.
  expect(found.se).toBe(1);
  expect(found.notes![0]).toBe('items alone give more than both together: their standard error is used');
  // t(.975; 1) = 12.7062047361747.
  expect(found.interval![1]).toBeCloseTo(2.5 + 12.706204736174698, 8);
  const plain = twoWayMean(values, { items, raters, smallSample: false }) as TwoWayMean;
  expect(plain.seItems).toBeCloseTo(Math.sqrt(0.5), 12);
  expect(plain.seRaters).toBeCloseTo(Math.sqrt(0.125), 12);
});

test('the note on few items or raters stops at 10', () => {
  const random = seededRandom(1);
  const table = (n: number) =>
    crossed(Array.from({ length: n }, () => Array.from({ length: 10 }, () => random.next())));
  const notes = (n: number) => {
    const { values, items, raters } = table(n);
    const { notes: all } = twoWayMean(values, { items, raters }) as TwoWayMean;
    return (all ?? []).filter((note) => note.includes('rough'));
  };
  expect(notes(9)).toEqual(['10 raters and 9 items: below 10 of either the interval is rough']);
  expect(notes(10)).toEqual([]);
});

test('several rows of one cell count as one draw of it', () => {
  const { values, items, raters } = crossed([
    [1, 2, 5],
    [3, 4, 1],
    [2, 2, 6],
  ]);
  const twice = <T>(list: T[]): T[] => [...list, ...list];
  const once = twoWayMean(values, { items, raters }) as TwoWayMean;
  const both = twoWayMean(twice(values), { items: twice(items), raters: twice(raters) }) as TwoWayMean;
  expect(both.se).toBeCloseTo(once.se!, 12);
  expect(both.n).toBe(18);
});

test('says why there is none, and what is wrong with the input', () => {
  expect(twoWayMean([], { items: [], raters: [] })).toMatchObject({ value: null, reason: 'no-data' });
  expect(twoWayMean([1, 2], { items: [0, 1], raters: [0, 0] })).toMatchObject({
    value: 1.5,
    interval: null,
    seItems: null,
    df: null,
    notes: ['no interval: needs 2 items and 2 raters, found 2 and 1'],
  });
  expect(twoWayMean([3, 3, 3, 3], { items: [0, 0, 1, 1], raters: [0, 1, 0, 1] })).toMatchObject({
    interval: null,
    se: 0,
    notes: ['no interval: neither items nor raters differ, which says nothing about certainty'],
  });
  expect(() => twoWayMean([1, 2], { items: [0], raters: [0, 1] })).toThrow('2 rows but 1 cluster ids');
  expect(() => twoWayMean([1, 2], { items: [0, NaN], raters: [0, 1] })).toThrow('row 1 has no cluster id');
  expect(() => twoWayMean([1, Infinity], { items: [0, 1], raters: [0, 1] })).toThrow('values[1] must be finite');
  expect(() => twoWayMean([1], { items: [0], raters: [0], level: 2 })).toThrow('level must lie in (0, 1), found 2');
});

test('lets no NaN out', () => {
  const value = fc.oneof(fc.constantFrom(0, 1, NaN), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.tuple(value, cell, cell), { maxLength: 20 }), (rows) => {
      const [values, items, raters] = [0, 1, 2].map((k) => rows.map((row) => row[k]!));
      sound(twoWayMean(values!, { items: items!, raters: raters! }), 'twoWayMean');
    }),
    { seed: 42 },
  );
});
