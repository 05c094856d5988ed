import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineEValues, eValueToP, rejectByEValues, seededRandom } from '../src/index.ts';

test('independent e-values multiply, any others average', () => {
  expect(combineEValues([4, 5], { dependence: 'independent' })).toBeCloseTo(20, 12);
  expect(combineEValues([4, 5])).toBe(4.5);
  expect(combineEValues([0, 1e300], { dependence: 'independent' })).toBe(0);
  expect(combineEValues([1e200, 1e200], { dependence: 'independent' })).toBe(Number.MAX_VALUE);
  expect(combineEValues([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
  expect(combineEValues([1e200, 1e-200, 3], { dependence: 'independent' })).toBeCloseTo(3, 9);
});

test('an e-value is a p-value turned over, never above 1', () => {
  expect(eValueToP(20)).toBe(0.05);
  expect(eValueToP(0.5)).toBe(1);
  expect(eValueToP(0)).toBe(1);
});

test('e-BH rejects the k largest where k e_(k) reaches m / alpha', () => {
  expect(rejectByEValues([100, 30, 2], { alpha: 0.05 })).toEqual([true, true, false]);
  expect(rejectByEValues([59.9, 29.9, 19.9])).toEqual([false, false, false]);
  expect(rejectByEValues([20])).toEqual([true]);
  expect(rejectByEValues([19.99])).toEqual([false]);
  // The third needs 20 only, and brings the others along.
  expect(rejectByEValues([20, 20, 20])).toEqual([true, true, true]);
  expect(rejectByEValues([null, 20, null])).toEqual([false, true, false]);
  expect(rejectByEValues([])).toEqual([]);
});

test('e-BH equals its definition by brute force', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 }), (eValues) => {
      const m = eValues.length;
      let best = 0;
      for (let k = 1; k <= m; k++) if (k * eValues.toSorted((a, b) => b - a)[k - 1]! >= m * 10) best = k;
      const rejected = rejectByEValues(eValues, { alpha: 0.1 });
      expect(rejected.filter(Boolean).length).toBeGreaterThanOrEqual(best);
      const least = eValues.toSorted((a, b) => b - a)[best - 1];
      expect(rejected).toEqual(eValues.map((e) => least !== undefined && e >= least));
    }),
    { seed: 42 },
  );
});

test('e-BH keeps the share of false discoveries below alpha under dependence', () => {
  const random = seededRandom('e-bh');
  let share = 0;
  for (let round = 0; round < 2000; round++) {
    // Ten true nulls that share one e-value of mean 1 (the density 1/(2√u) of a uniform number), five false ones.
    const shared = 1 / (2 * Math.sqrt(random.next()));
    const rejected = rejectByEValues([...Array.from({ length: 10 }, () => shared), 300, 300, 60, 40, 5], {
      alpha: 0.1,
    });
    const wrong = rejected.slice(0, 10).filter(Boolean).length;
    share += wrong / Math.max(1, rejected.filter(Boolean).length) / 2000;
  }
  expect(share).toBeLessThan(0.1);
});

test('what the caller does wrong is named', () => {
  expect(() => combineEValues([])).toThrow('there is no e-value to combine');
  expect(() => combineEValues([1, -1])).toThrow('eValues[1] must be finite and at least 0, found -1');
  expect(() => eValueToP(Infinity)).toThrow('eValues[0] must be finite and at least 0, found Infinity');
  expect(() => rejectByEValues([NaN])).toThrow('eValues[0] must be finite and at least 0, found NaN');
  expect(() => rejectByEValues([1], { alpha: 0 })).toThrow('alpha must lie in (0, 1), found 0');
  expect(() => rejectByEValues([1], { alpha: 1 })).toThrow('alpha must lie in (0, 1), found 1');
});
