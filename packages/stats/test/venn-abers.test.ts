import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyCalibrator,
  fitVennAbers,
  type IsotonicFit,
  isotonicRegression,
  predictIsotonic,
  seededRandom,
  vennAbersInterval,
  type VennAbersCalibrator,
} from '../src/index.ts';

const seed = { seed: 42 };

/** Two isotonic fits with the test point counted as a 0 and as a 1: the definition. */
function direct(p: number[], y: number[], at: number): [number, number] {
  const value = (label: number) =>
    predictIsotonic(isotonicRegression([...p, at], [...y, label]) as IsotonicFit, [at])[0]!;
  return [value(0), value(1)];
}

test('the worked example: ⅓ and ⅔ give ½', () => {
  const fit = fitVennAbers([0.2, 0.4, 0.6, 0.8], [0, 1, 0, 1]) as VennAbersCalibrator;
  const found = vennAbersInterval(fit, [0.5]);
  expect(found.lower[0]).toBeCloseTo(1 / 3, 14);
  expect(found.upper[0]).toBeCloseTo(2 / 3, 14);
  expect(found.probability[0]).toBeCloseTo(0.5, 14);
});

test('is two isotonic fits for each place: at labels, between them, beyond them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 25 }),
      (drawn) => {
        const [p, y] = [drawn.map((r) => r[0] / 16), drawn.map((r) => r[1])];
        const fit = fitVennAbers(p, y) as VennAbersCalibrator;
        const at = Array.from({ length: 33 }, (_, i) => i / 32);
        const found = vennAbersInterval(fit, at);
        at.forEach((place, i) => {
          const [p0, p1] = direct(p, y, place);
          expect(found.lower[i]).toBeCloseTo(p0, 12);
          expect(found.upper[i]).toBeCloseTo(p1, 12);
          expect(found.probability[i]).toBeCloseTo(p1 / (1 - p0 + p1), 12);
        });
        expect(applyCalibrator(fit, at)).toEqual(found.probability);
      },
    ),
    { ...seed, numRuns: 200 },
  );
});

test('both ends rise with the probability, the lower one below the upper', () => {
  const random = seededRandom('rise');
  const p = Array.from({ length: 6000 }, () => random.next());
  const y = p.map((x) => (random.next() < x * x ? 1 : 0));
  const fit = fitVennAbers(p, y) as VennAbersCalibrator;
  const at = Array.from({ length: 1001 }, (_, i) => i / 1000);
  const { lower, upper } = vennAbersInterval(fit, at);
  for (let i = 0; i < at.length; i++) {
    expect(lower[i]!).toBeLessThan(upper[i]!);
    if (i === 0) continue;
    expect(lower[i]!).toBeGreaterThanOrEqual(lower[i - 1]!);
    expect(upper[i]!).toBeGreaterThanOrEqual(upper[i - 1]!);
  }
  // Recovery: with many labels both are near the truth.
  const apart = (ends: Float64Array) => at.reduce((t, x, i) => t + Math.abs(ends[i]! - x * x), 0) / at.length;
  expect(apart(lower)).toBeLessThan(0.03);
  expect(apart(upper)).toBeLessThan(0.03);
  for (const [i, p1] of [3, 500, 997].map((place) => [place, direct(p, y, at[place]!)] as const)) {
    expect(lower[i]).toBeCloseTo(p1[0], 10);
    expect(upper[i]).toBeCloseTo(p1[1], 10);
  }
});

test('works where all outcomes are alike, and survives JSON', () => {
  const fit = fitVennAbers([0.3, 0.6], [1, 1]) as VennAbersCalibrator;
  const back = JSON.parse(JSON.stringify(fit)) as VennAbersCalibrator;
  const { lower, upper } = vennAbersInterval(back, [0.1, 0.3, 0.5, 0.7]);
  expect([...upper]).toEqual([1, 1, 1, 1]);
  expect([...lower].map((x) => Number(x.toFixed(12)))).toEqual([0, 0.5, 0.5, Number((2 / 3).toFixed(12))]);
  expect(fit.notes).toEqual(['2 labels: below 50 only a temperature can be fitted with profit']);
});

test('missing stays missing, and what is no probability is refused', () => {
  const fit = fitVennAbers([0.3, 0.6, NaN], [0, 1, 1]) as VennAbersCalibrator;
  expect(fit.n).toBe(2);
  const found = vennAbersInterval(fit, [NaN]);
  expect([found.lower[0], found.upper[0], found.probability[0]]).toEqual([NaN, NaN, NaN]);
  expect(() => vennAbersInterval(fit, [1.5])).toThrow(/probabilities\[0\]/);
  expect(fitVennAbers([], [])).toMatchObject({ value: null, reason: 'no-data' });
});
