import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusteredMean, designEffect, isEstimate, mean, sumOfSquares } from '../src/index.ts';
import { sound } from './sound.ts';

const values = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0];
const pairs = values.map((_, i) => Math.floor(i / 2));

function found(...args: Parameters<typeof designEffect>) {
  const result = designEffect(...args);
  if (!isEstimate(result)) throw new Error(result.detail);
  sound(result, 'design effect');
  return result;
}

test('agrees with NumPy and SciPy', () => {
  const result = found(values, pairs);
  expect(result).toMatchObject({ n: 10, groups: 5, clusterSize: 2, method: 'design effect, linearised log t' });
  expect(result.value).toBeCloseTo(1.05, 12);
  expect(result.nEffective).toBeCloseTo(10 / 1.05, 12);
  expect(result.intraclass).toBeCloseTo(0.27272727272727276, 12);
  expect(result.byIntraclass).toBeCloseTo(1.2727272727272727, 12);
  expect(result.se).toBeCloseTo(0.4485218779502289, 12);
  expect(result.interval![0]).toBeCloseTo(0.320713723402762, 9);
  expect(result.interval![1]).toBeCloseTo(3.4376452254755785, 9);
  expect(result.notes).toEqual(['few clusters: 5, the interval is rough below 20']);
});

test('is the square of the clustered over the naive standard error, in any units', () => {
  const data = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 6 })), {
    minLength: 4,
    maxLength: 40,
  });
  fc.assert(
    fc.property(data, fc.constantFrom(1, 1e-9, 1e9), (rows, unit) => {
      const [x, g] = [rows.map(([value]) => value * unit), rows.map(([, cluster]) => cluster)];
      const result = designEffect(x, g);
      sound(result, 'design effect');
      const clustered = clusteredMean(x, { clusters: g, smallSample: false });
      if (!isEstimate(result) || !isEstimate(clustered) || !clustered.se) return;
      const naive = sumOfSquares(x) / x.length / (x.length - 1);
      expect(result.value / (clustered.se ** 2 / naive)).toBeCloseTo(1, 6);
    }),
    { seed: 42 },
  );
});

test('is (n − 1)/n without clusters, and doubles when every row is written twice in its cluster', () => {
  const x = [3, 1, 4, 1, 5, 9, 2, 6];
  expect(
    found(
      x,
      x.map((_, i) => i),
    ).value,
  ).toBeCloseTo(7 / 8, 12);
  const twice = found(
    [...x, ...x],
    [...x, ...x].map((_, i) => i % 8),
  );
  expect(twice.value).toBeCloseTo((2 * 15) / 16, 12);
  expect(twice.intraclass).toBeCloseTo(1, 12);
});

test('has no correlation within clusters of one, and a size that a random row sees', () => {
  const single = found([1, 0, 1, 1, 0], [1, 2, 3, 4, 5]);
  expect(single).toMatchObject({ intraclass: null, byIntraclass: null, clusterSize: 1 });
  expect(found([1, 0, 1, 1, 0, 1], [1, 2, 3, 4, 5, 5]).clusterSize).toBeCloseTo((4 + 4) / 6, 12);
});

test('leaves out what is missing', () => {
  expect(found([...values, NaN], [...pairs, 9]).value).toBe(found(values, pairs).value);
});

test('says when there is no interval', () => {
  expect(found([1, 0, 1, 1], [0, 0, 1, 1])).toMatchObject({
    interval: null,
    notes: ['too few clusters for an interval: 2, needs 5'],
  });
  expect(found([1, 0, 0, 1, 1, 0], [0, 0, 1, 1, 2, 2])).toMatchObject({
    value: 0,
    nEffective: 6,
    interval: null,
    notes: ['every cluster has the same mean: nEffective is left at n'],
  });
  const mirrored = [2, 2, -2, -2, 2, 2, -2, -2, 2, 2, -2, -2];
  expect(
    found(
      mirrored,
      mirrored.map((_, i) => i >> 1),
    ),
  ).toMatchObject({
    interval: null,
    notes: ['every cluster has the same share in both variances: no spread'],
  });
});

test('says what it cannot answer', () => {
  expect(designEffect([1], [1])).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'needs 2 rows, found 1',
    n: 1,
    method: 'design effect',
  });
  expect(designEffect([1, 2], [1, 1])).toMatchObject({
    reason: 'too-few-clusters',
    detail: 'needs 2 clusters, found 1',
  });
  expect(designEffect([0.1, 0.1, 0.1], [1, 2, 3])).toMatchObject({
    reason: 'zero-variance',
    detail: 'all values are equal',
    n: 3,
  });
  expect(() => designEffect([1, Infinity], [1, 2])).toThrow('values[1] must be finite');
  expect(() => designEffect([1, 2], [1])).toThrow('2 rows but 1 cluster ids');
  expect(() => designEffect([1, 2], [1, 2], { level: 1 })).toThrow('level must lie in (0, 1), found 1');
  expect(mean(values)).toBe(0.6);
});
