import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binomialCdf,
  binomialPmf,
  type Estimate,
  pairedProportionDifference,
  proportion,
  proportionDifference,
  type ProportionMethod,
  rateUpperBound,
  seededRandom,
} from '../src/index.ts';

const methods: ProportionMethod[] = ['wilson', 'clopper-pearson', 'jeffreys', 'agresti-coull', 'normal'];
const counts = fc.integer({ min: 1, max: 300 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
const seed = { seed: 42 };

describe.each(methods)('%s', (method) => {
  const limits = (k: number, n: number, level = 0.95) => (proportion(k, n, { method, level }) as Estimate).interval!;

  test('stays in [0, 1] around the share, and a higher level contains a lower one', () => {
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const [narrow, wide] = [limits(k, n, 0.8), limits(k, n, 0.99)];
        expect(wide[0]).toBeGreaterThanOrEqual(0);
        expect(wide[1]).toBeLessThanOrEqual(1);
        expect(wide[0]).toBeLessThanOrEqual(narrow[0] + 1e-15);
        expect(wide[1]).toBeGreaterThanOrEqual(narrow[1] - 1e-15);
        if (method !== 'jeffreys') {
          expect(wide[0]).toBeLessThanOrEqual(k / n + 1e-12);
          expect(wide[1]).toBeGreaterThanOrEqual(k / n - 1e-12);
        }
      }),
      seed,
    );
  });

  test('mirrors when success and failure change places', () => {
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const [low, high] = limits(k, n);
        const [mirroredLow, mirroredHigh] = limits(n - k, n);
        expect(mirroredLow).toBeCloseTo(1 - high, 11);
        expect(mirroredHigh).toBeCloseTo(1 - low, 11);
      }),
      seed,
    );
  });
});

test('the figures of 1261 of 1486 are met', () => {
  const limits = (method: ProportionMethod) => (proportion(1261, 1486, { method }) as Estimate).interval!;
  for (const [method, low, high] of [
    ['wilson', 0.829464, 0.865912],
    ['clopper-pearson', 0.829339, 0.866446],
    ['jeffreys', 0.829691, 0.866126],
  ] as const) {
    expect(limits(method)[0]).toBeCloseTo(low, 6);
    expect(limits(method)[1]).toBeCloseTo(high, 6);
  }
});

test('coverage, summed exactly over all outcomes, is near the level for Wilson and never below it for Clopper-Pearson', () => {
  const coverage = (method: ProportionMethod, n: number, p: number) => {
    let total = 0;
    for (let k = 0; k <= n; k++) {
      const [low, high] = (proportion(k, n, { method }) as Estimate).interval!;
      if (low <= p && p <= high) total += binomialPmf(k, n, p);
    }
    return total;
  };
  let wilson = 0;
  const places = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  for (const p of places) {
    wilson += coverage('wilson', 40, p) / places.length;
    expect(coverage('clopper-pearson', 40, p)).toBeGreaterThanOrEqual(0.95 - 1e-12);
  }
  expect(wilson).toBeGreaterThan(0.945);
  expect(wilson).toBeLessThan(0.96);
});

test('nothing seen in 30 rules out more than 9.5%, and the bound is exact', () => {
  expect((rateUpperBound(0, 30) as Estimate).interval![1]).toBeCloseTo(0.09503, 5);
  fc.assert(
    fc.property(counts, ([k, n]) => {
      const bound = (rateUpperBound(k, n, { level: 0.9 }) as Estimate).interval![1];
      if (k === n) expect(bound).toBe(1);
      else expect(binomialCdf(k, n, bound)).toBeCloseTo(0.1, 9);
    }),
    seed,
  );
});

test('no items is no data, and counts that do not fit are refused', () => {
  expect(proportion(0, 0)).toMatchObject({ value: null, reason: 'no-data' });
  expect(rateUpperBound(0, 0)).toMatchObject({ value: null, reason: 'no-data' });
  expect(proportionDifference({ successes: 0, n: 0 }, { successes: 1, n: 2 })).toMatchObject({ reason: 'no-data' });
  expect(pairedProportionDifference({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 })).toMatchObject({
    reason: 'no-data',
  });
  expect(() => proportion(3, 2)).toThrow(RangeError);
  expect(() => proportion(0.5, 2)).toThrow(RangeError);
  expect(() => proportion(1, 2, { level: 1 })).toThrow(RangeError);
  expect(() => proportion(1, 2, { level: NaN })).toThrow(RangeError);
  expect(() => pairedProportionDifference({ both: -1, firstOnly: 1, secondOnly: 1, neither: 1 })).toThrow(RangeError);
});

test('the published example of independent shares is met, 56 of 70 against 48 of 80', () => {
  const { value, interval, n } = proportionDifference({ successes: 56, n: 70 }, { successes: 48, n: 80 }) as Estimate;
  expect(value).toBeCloseTo(0.2, 12);
  expect(interval![0]).toBeCloseTo(0.0524, 4);
  expect(interval![1]).toBeCloseTo(0.3339, 4);
  expect(n).toBe(150);
});

test('the published example of paired shares is met, (36, 12, 2, 0)', () => {
  const result = pairedProportionDifference({ both: 36, firstOnly: 12, secondOnly: 2, neither: 0 }) as Estimate;
  expect(result.value).toBeCloseTo(0.2, 12);
  expect(result.interval![0]).toBeCloseTo(0.05693, 5);
  expect(result.interval![1]).toBeCloseTo(0.340428, 6);
});

test('a paired difference changes sign with its sides and stays in [-1, 1]', () => {
  const cell = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(cell, cell, cell, cell, (both, firstOnly, secondOnly, neither) => {
      fc.pre(both + firstOnly + secondOnly + neither > 0);
      const one = pairedProportionDifference({ both, firstOnly, secondOnly, neither }) as Estimate;
      const other = pairedProportionDifference({
        both,
        firstOnly: secondOnly,
        secondOnly: firstOnly,
        neither,
      }) as Estimate;
      expect(other.value).toBeCloseTo(-one.value, 12);
      expect(other.interval![0]).toBeCloseTo(-one.interval![1], 12);
      expect(one.interval![0]).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(one.interval![1]).toBeLessThanOrEqual(1 + 1e-12);
      expect(one.interval![0]).toBeLessThanOrEqual(one.value);
    }),
    seed,
  );
});

test('the paired interval covers at its level', () => {
  const random = seededRandom('paired coverage');
  let covered = 0;
  const trials = 2000;
  for (let trial = 0; trial < trials; trial++) {
    const cells = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
    for (let i = 0; i < 60; i++) {
      const u = random.next();
      if (u < 0.5) cells.both++;
      else if (u < 0.7) cells.firstOnly++;
      else if (u < 0.8) cells.secondOnly++;
      else cells.neither++;
    }
    const [low, high] = (pairedProportionDifference(cells) as Estimate).interval!;
    if (low <= 0.1 && 0.1 <= high) covered++;
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  expect(covered / trials).toBeGreaterThan(0.95 - four);
  expect(covered / trials).toBeLessThan(0.95 + four);
});
