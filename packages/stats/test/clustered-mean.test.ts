import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bootstrapMean,
  clusteredMean,
  clusteredProportion,
  clusteredRatio,
  type Estimate,
  mean,
  normalQuantile,
  proportion,
  seededRandom,
  tQuantile,
  variance,
} from '../src/index.ts';

const seed = { seed: 42 };
const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 60 });

test('without clusters it is the t interval of a mean', () => {
  fc.assert(
    fc.property(scores, (values) => {
      fc.pre(new Set(values).size > 1);
      const result = clusteredMean(values) as Estimate;
      const half = tQuantile(0.975, values.length - 1) * Math.sqrt(variance(values) / values.length);
      expect(result.value).toBeCloseTo(mean(values), 12);
      expect(result.interval![0]).toBeCloseTo(mean(values) - half, 10);
      expect(result.interval![1]).toBeCloseTo(mean(values) + half, 10);
    }),
    seed,
  );
});

test('every row twice in its own cluster says no more than once', () => {
  fc.assert(
    fc.property(scores, (values) => {
      fc.pre(new Set(values).size > 1);
      const ids = values.map((_, i) => i);
      const once = clusteredMean(values, { clusters: ids }) as Estimate;
      const twice = clusteredMean([...values, ...values], { clusters: [...ids, ...ids] }) as Estimate;
      expect(twice.se).toBeCloseTo(once.se!, 10);
      expect(twice.n).toBe(2 * once.n);
      expect(twice.groups).toBe(once.groups);
    }),
    seed,
  );
});

test('the order of rows and the names of clusters do not matter', () => {
  const values = [1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0];
  const ids = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
  const one = clusteredMean(values, { clusters: ids }) as Estimate;
  const other = clusteredMean(values.toReversed(), { clusters: ids.toReversed().map((id) => 90 - id) }) as Estimate;
  expect(other).toEqual({
    ...one,
    se: expect.closeTo(one.se!, 14),
    interval: [expect.closeTo(one.interval![0], 14), expect.closeTo(one.interval![1], 14)],
    nEffective: expect.closeTo(one.nEffective!, 10),
  });
});

test('a mean of one row has no interval, of two rows has one with a warning, of no rows is no data', () => {
  expect(clusteredMean([])).toMatchObject({ value: null, reason: 'no-data' });
  expect(clusteredMean([NaN, NaN])).toMatchObject({ value: null, reason: 'no-data' });
  expect(clusteredMean([3])).toMatchObject({ value: 3, interval: null, n: 1, notes: [expect.stringContaining('one')] });
  const two = clusteredMean([1, 3]) as Estimate;
  expect(two.interval![1] - 2).toBeCloseTo(12.706204736 * 1, 6);
  expect(two.notes).toHaveLength(1);
});

test('fewer than five clusters give the value without an interval, fewer than twenty a warning', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const four = clusteredMean(values, { clusters: values.map((_, i) => i % 4) });
  expect(four).toMatchObject({
    value: 5.5,
    interval: null,
    groups: 4,
    notes: [expect.stringContaining('too few clusters')],
  });
  const five = clusteredMean(values, { clusters: values.map((_, i) => i % 5) }) as Estimate;
  expect(five.interval).not.toBeNull();
  expect(five.notes![0]).toContain('few clusters');
});

test('no spread is no certainty', () => {
  expect(clusteredMean([2, 2, 2, 2])).toMatchObject({ value: 2, interval: null, se: 0 });
  for (const size of [7, 10, 23]) {
    const tenths = Array.from({ length: size }, () => 0.1);
    expect(clusteredMean(tenths)).toMatchObject({ interval: null, se: 0 });
    expect(
      clusteredRatio(
        tenths,
        tenths.map((x) => 3 * x),
      ),
    ).toMatchObject({ interval: null, se: 0 });
    expect(bootstrapMean(tenths, { random: seededRandom(1) })).toMatchObject({ interval: null });
  }
});

test('a row without a cluster is refused, as are infinite values', () => {
  expect(() => clusteredMean([1, 2], { clusters: [0, NaN] })).toThrow(/row 1/);
  expect(() => clusteredMean([1, 2], { clusters: [0, -1] })).toThrow(RangeError);
  expect(() => clusteredMean([1, 2], { clusters: [0] })).toThrow(RangeError);
  expect(() => clusteredMean([1, Infinity])).toThrow(RangeError);
  expect(clusteredMean([1, NaN, 3], { clusters: [0, NaN, 1] })).toMatchObject({ value: 2, n: 2 });
});

test('a share of independent rows is Wilson’s', () => {
  expect(clusteredProportion([1, 1, 0, 1, NaN])).toMatchObject({ interval: (proportion(3, 4) as Estimate).interval });
  expect(() => clusteredProportion([0, 2])).toThrow(RangeError);
});

test('a clustered share uses t in the middle, Wilson on effective items near the end, Wilson on clusters at the end', () => {
  const ids = Array.from({ length: 100 }, (_, i) => i >> 1);
  const half = clusteredProportion(
    ids.map((_, i) => (i % 2) ^ (i % 3 === 0 ? 1 : 0)),
    { clusters: ids },
  ) as Estimate;
  expect(half.method).toContain('t');
  const rare = clusteredProportion(
    ids.map((_, i) => (i === 0 ? 1 : 0)),
    { clusters: ids },
  ) as Estimate;
  expect(rare.method).toContain('nEffective');
  expect(rare.interval![0]).toBeGreaterThan(0);
  const none = clusteredProportion(
    ids.map(() => 0),
    { clusters: ids },
  ) as Estimate;
  expect(none.interval).toEqual((proportion(0, 50) as Estimate).interval);
  expect(none.nEffective).toBe(50);
});

test('a ratio with all denominators 1 is the mean, and with clusters of one row its standard error is the formula’s', () => {
  const a = [3, 1, 4, 1, 5, 9, 2, 6];
  const b = [2, 2, 3, 1, 4, 5, 2, 4];
  const plain = clusteredMean(a) as Estimate;
  expect(
    clusteredRatio(
      a,
      a.map(() => 1),
    ),
  ).toMatchObject({ value: plain.value, se: expect.closeTo(plain.se!, 12) });
  const ratio = clusteredRatio(a, b) as Estimate;
  const r = 31 / 23;
  const e = a.map((x, i) => (x - r * b[i]!) ** 2).reduce((x, y) => x + y, 0);
  expect(ratio.value).toBeCloseTo(r, 14);
  expect(ratio.se).toBeCloseTo(Math.sqrt((8 / 7) * e) / 23, 14);
  expect(clusteredRatio([1], [0])).toMatchObject({ value: null, reason: 'no-data' });
  expect(clusteredRatio([1, NaN, 2], [1, 1, NaN])).toMatchObject({ n: 1, interval: null });
});

test('the clustered interval covers at its level where the naive one does not', () => {
  const random = seededRandom('cluster coverage');
  const normal = () => normalQuantile(random.next() || 0.5);
  const trials = 1500;
  let [clustered, naive] = [0, 0];
  const clusters = Array.from({ length: 160 }, (_, i) => i >> 2);
  for (let trial = 0; trial < trials; trial++) {
    const effects = Array.from({ length: 40 }, normal);
    const values = clusters.map((g) => effects[g]! + normal());
    const inside = (interval: [number, number]) => interval[0] <= 0 && 0 <= interval[1];
    if (inside((clusteredMean(values, { clusters }) as Estimate).interval!)) clustered++;
    if (inside((clusteredMean(values) as Estimate).interval!)) naive++;
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  expect(clustered / trials).toBeGreaterThan(0.95 - four);
  expect(clustered / trials).toBeLessThan(0.95 + four);
  expect(naive / trials).toBeLessThan(0.87);
});
