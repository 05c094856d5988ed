import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auroc, type AurocEstimate, normalQuantile, seededRandom, tQuantile } from '../src/index.ts';
import { sound } from './sound.ts';

const seed = { seed: 42 };
const rows = fc.array(fc.tuple(fc.constantFrom(0, 0.1, 0.2, 0.2, 0.5, 0.9, 1), fc.constantFrom(0, 1)), {
  minLength: 2,
  maxLength: 30,
});
const both = (drawn: [number, number][]) => new Set(drawn.map(([, y]) => y)).size === 2;

/** Every pair by itself: 1 ordered rightly, ½ tied. */
function pairs(s: number[], y: number[]) {
  const [ones, zeros] = [s.filter((_, i) => y[i] === 1), s.filter((_, i) => y[i] === 0)];
  const kernel = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  const v10 = ones.map((a) => zeros.reduce((t, b) => t + kernel(a, b), 0) / zeros.length);
  const v01 = zeros.map((b) => ones.reduce((t, a) => t + kernel(a, b), 0) / ones.length);
  const area = v10.reduce((a, b) => a + b, 0) / ones.length;
  const spread = (v: number[]) => v.reduce((t, x) => t + (x - area) ** 2, 0) / (v.length - 1) / v.length;
  return { area, variance: v10.length > 1 && v01.length > 1 ? spread(v10) + spread(v01) : NaN };
}

test('is the share of pairs ordered rightly, with DeLong’s variance on logits', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      fc.pre(both(drawn));
      const [s, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
      const found = auroc(s, y) as AurocEstimate;
      const { area, variance } = pairs(s, y);
      expect(found.value).toBeCloseTo(area, 13);
      if (found.se === undefined) return;
      expect(found.se).toBeCloseTo(Math.sqrt(variance), 12);
      const half = (1.959963984540054 * found.se) / (area * (1 - area));
      const ends = found.interval!.map((x) => Math.log(x / (1 - x)) - Math.log(area / (1 - area)));
      expect(ends[0]).toBeCloseTo(-half, 8);
      expect(ends[1]).toBeCloseTo(half, 8);
    }),
    seed,
  );
});

test('sees order only, and turns round with the scores or the outcomes', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      fc.pre(both(drawn));
      const [s, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
      const found = auroc(s, y) as AurocEstimate;
      const stretched = auroc(
        s.map((x) => Math.exp(5 * x) - 3),
        y,
      ) as AurocEstimate;
      expect(stretched).toEqual(found);
      const turned = auroc(
        s.map((x) => -x),
        y,
      ) as AurocEstimate;
      expect(turned.value).toBeCloseTo(1 - found.value, 13);
      const swapped = auroc(
        s,
        y.map((x) => 1 - x),
      ) as AurocEstimate;
      expect(swapped.value).toBeCloseTo(1 - found.value, 13);
      if (found.interval) expect(swapped.interval![1]).toBeCloseTo(1 - found.interval[0], 9);
    }),
    seed,
  );
});

test('of clusters sums their shares, with t of the clusters', () => {
  const s = [0.1, 0.4, 0.35, 0.8, 0.2, 0.6, 0.7, 0.9, 0.3, 0.5, 0.15, 0.55];
  const y = [0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0];
  const clusters = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
  const found = auroc(s, y, { clusters }) as AurocEstimate;
  const area = pairs(s, y).area;
  const sums = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < 12; i++) {
    const against = s.filter((_, j) => y[j] !== y[i]);
    const right = against.filter((x) => (y[i] === 1 ? s[i]! > x : s[i]! < x)).length / 6;
    sums[clusters[i]!]! += (right - area) / 6;
  }
  const se = Math.sqrt((6 / 5) * sums.reduce((t, e) => t + e * e, 0));
  expect(found).toMatchObject({
    value: expect.closeTo(area, 14),
    se: expect.closeTo(se, 14),
    groups: 6,
    n: 12,
    positives: 6,
    negatives: 6,
    method: 'AUROC, cluster-robust DeLong on logits',
    notes: [
      'few clusters: 6, the interval is rough below 20',
      '6 rows of the rarer outcome: the interval tends to be too short below 10',
    ],
  });
  const half = (tQuantile(0.975, 5) * se) / (area * (1 - area));
  expect(Math.log(found.interval![1] / (1 - found.interval![1]))).toBeCloseTo(Math.log(area / (1 - area)) + half, 10);
});

test('every row twice in its own cluster says no more than once', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      fc.pre(both(drawn) && drawn.length >= 5);
      const [s, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
      const ids = s.map((_, i) => i);
      const once = auroc(s, y, { clusters: ids }) as AurocEstimate;
      const twice = auroc([...s, ...s], [...y, ...y], { clusters: [...ids, ...ids] }) as AurocEstimate;
      expect(twice.value).toBeCloseTo(once.value, 13);
      if (once.se !== undefined && once.interval) expect(twice.se).toBeCloseTo(once.se, 12);
    }),
    seed,
  );
});

test('where every pair is ordered alike Newcombe’s method 5 gives the other end', () => {
  const s = [0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 0.95];
  const y = [0, 0, 0, 1, 1, 1, 1];
  const found = auroc(s, y) as AurocEstimate;
  expect(found).toMatchObject({ value: 1, method: 'AUROC, Newcombe 5' });
  expect(found.notes![1]).toContain('every pair is ordered alike');
  const [low, high] = found.interval!;
  expect(high).toBe(1);
  const z = normalQuantile(0.975);
  const variance = (low * (1 - low) * (1 + (2.5 * (1 - low)) / (2 - low) + (2.5 * low) / (1 + low))) / 12;
  expect((1 - low) ** 2).toBeCloseTo(z * z * variance, 10);
  const worst = auroc(
    s,
    y.map((x) => 1 - x),
  ) as AurocEstimate;
  expect(worst.value).toBe(0);
  expect(worst.interval![0]).toBe(0);
  expect(worst.interval![1]).toBeCloseTo(1 - low, 12);
  const doubled = auroc([...s, ...s], [...y, ...y], { clusters: [...s.keys(), ...s.keys()] }) as AurocEstimate;
  expect(doubled.method).toBe('AUROC, Newcombe 5 on clusters');
  expect(doubled.interval![0]).toBeCloseTo(low, 12);
});

test('with `random` is a bootstrap of rows or clusters', () => {
  const random = () => seededRandom(7);
  const s = Array.from({ length: 80 }, (_, i) => ((i * 37) % 80) / 80);
  const y = s.map((x, i) => (x + ((i * 13) % 10) / 10 > 0.9 ? 1 : 0));
  const found = auroc(s, y, { random: random(), replicates: 400 }) as AurocEstimate;
  expect(found.method).toBe('AUROC, bootstrap percentile, B = 400');
  expect(found.value).toBe((auroc(s, y) as AurocEstimate).value);
  const closed = auroc(s, y) as AurocEstimate;
  expect(found.se).toBeCloseTo(closed.se!, 1);
  expect(auroc(s, y, { random: random(), replicates: 400 })).toEqual(found);
  const clustered = auroc(s, y, { random: random(), replicates: 400, clusters: s.map((_, i) => i >> 2) });
  expect(clustered).toMatchObject({ groups: 20, method: 'AUROC, bootstrap percentile, B = 400' });
  const few = auroc(s, y, { random: random(), clusters: s.map((_, i) => i >> 5) });
  expect(few).toMatchObject({
    interval: null,
    groups: 3,
    notes: ['no interval: a bootstrap needs 5 clusters, found 3'],
  });
});

test('says why there is no value, or no interval', () => {
  expect(auroc([], [])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
  expect(auroc([0.1, 0.2], [1, 1])).toMatchObject({ reason: 'one-category', detail: 'all 2 outcomes are 1', n: 2 });
  expect(auroc([0.1], [0])).toMatchObject({ reason: 'one-category', detail: 'all 1 outcomes are 0' });
  expect(auroc([0.1, 0.2, 0.3], [0, 0, 1])).toMatchObject({
    value: 1,
    interval: null,
    notes: ['no interval: needs 2 rows of each outcome'],
  });
  expect(auroc([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1])).toMatchObject({
    value: 0.5,
    interval: null,
    notes: ['no interval: all scores are equal'],
  });
  expect(auroc([1, 2, 3, 4, 5], [0, 1, 0, 1, 1], { clusters: [0, 0, 1, 2, 3] })).toMatchObject({
    interval: null,
    groups: 4,
    notes: ['no interval: needs 5 clusters, found 4'],
  });
  expect(auroc([1, 2, 3, 4], [0, 1, 0, 1], { interval: 'none' })).toMatchObject({
    notes: ['no interval was asked for'],
  });
  expect(() => auroc([1, Infinity], [0, 1])).toThrow(
    new RangeError('scores[1] must be finite or NaN for missing, found Infinity'),
  );
  expect(() => auroc([1], [0, 1])).toThrow(new RangeError('1 scores but 2 outcomes'));
  expect(() => auroc([1], [0.5])).toThrow(/outcomes\[0\]/);
});

test('a caution stands at fewer than 10 rows of the rarer outcome', () => {
  const s = Array.from({ length: 40 }, (_, i) => (i * 17) % 40);
  const withOnes = (count: number) =>
    auroc(
      s,
      s.map((_, i) => (i < count ? 1 : 0)),
    ) as AurocEstimate;
  expect(withOnes(10).notes).toBeUndefined();
  expect(withOnes(9).notes).toEqual(['9 rows of the rarer outcome: the interval tends to be too short below 10']);
  expect(withOnes(31).notes).toEqual(withOnes(9).notes);
});

test('lets no NaN out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(-5, 0, 0, 1, 1e9, NaN), fc.constantFrom(0, 1, 1, NaN, -1)), { maxLength: 14 }),
      (drawn) => {
        const [s, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
        for (const clusters of [undefined, s.map((_, i) => i >> 1)]) {
          sound(auroc(s, y, { clusters }), 'auroc');
          sound(auroc(s, y, { clusters, random: seededRandom(1), replicates: 30 }), 'auroc');
        }
      },
    ),
    { ...seed, numRuns: 100 },
  );
});
