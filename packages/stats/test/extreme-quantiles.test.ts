import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile, fCdf, fQuantile, tCdf, tQuantile } from '../src/index.ts';

// extreme-quantiles.py beside it: 50-digit arithmetic by mpmath.
const oracle = JSON.parse(readFileSync(new URL('fixtures/extreme-quantiles.json', import.meta.url), 'utf8')) as Record<
  'beta' | 'f' | 't',
  number[][]
>;

const near = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));

describe('quantiles far out and for odd shapes, to 1e-12 of 50-digit arithmetic', () => {
  test.each(oracle.beta)('beta at p = %d, shapes %d and %d', (p, a, b, expected) =>
    near(betaQuantile(p, a, b), expected),
  );
  test.each(oracle.f)('F at p = %d, df %d and %d', (p, df1, df2, expected) => near(fQuantile(p, df1, df2), expected));
  test.each(oracle.t)('t at p = %d, df %d', (p, df, expected) => near(tQuantile(p, df), expected));
});

test('closed forms: t of 1 and 2 degrees of freedom, beta with a shape of 1', () => {
  for (const p of [1e-200, 1e-9, 0.01, 0.2, 0.4, 0.6, 0.975, 1 - 1e-10]) {
    const tail = Math.min(p, 1 - p);
    const sign = p < 0.5 ? -1 : 1;
    near(tQuantile(p, 1), sign / Math.tan(Math.PI * tail));
    near(tQuantile(p, 2), (sign * (1 - 2 * tail)) / Math.sqrt(2 * tail * (1 - tail)));
    near(betaQuantile(p, 3, 1), p ** (1 / 3));
    near(betaQuantile(p, 1, 4), -Math.expm1(Math.log1p(-p) / 4));
  }
});

test('the ends and the middle', () => {
  expect(tQuantile(0, 3)).toBe(-Infinity);
  expect(tQuantile(1, 3)).toBe(Infinity);
  expect(tQuantile(0.5, 3)).toBe(0);
  expect(betaQuantile(0, 2, 3)).toBe(0);
  expect(betaQuantile(1, 2, 3)).toBe(1);
  expect(fQuantile(0, 2, 3)).toBe(0);
  expect(fQuantile(1, 2, 3)).toBe(Infinity);
  expect(betaQuantile(0.5, 7, 7)).toBeCloseTo(0.5, 15);
});

test('shapes beyond the fast way are still right: the normal limit, and nearly no degrees of freedom', () => {
  expect(tQuantile(0.975, 1e12)).toBeCloseTo(1.959963984540054, 9);
  expect(betaQuantile(0.5, 1e9, 1e9)).toBeCloseTo(0.5, 9);
  expect(tCdf(tQuantile(0.9, 0.015), 0.015)).toBeCloseTo(0.9, 12);
});

test('a distribution function undoes its quantile, on both sides and in both tails', () => {
  const shape = fc.double({ min: 0.5, max: 500, noNaN: true });
  const p = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
  const back = (found: number, at: number) => Math.abs(found - at) <= 1e-11 * at;
  fc.assert(
    fc.property(
      p,
      shape,
      shape,
      (at, a, b) =>
        (back(betaCdf(betaQuantile(at, a, b), a, b), at) || betaQuantile(at, a, b) > 0.999) &&
        back(fCdf(fQuantile(at, a, b), a, b), at) &&
        back(tCdf(tQuantile(at, a), a), at),
    ),
    { seed: 42, numRuns: 500 },
  );
});

test('quantiles rise with p, and of one shape do not depend on the shape asked for before', () => {
  const shape = fc.double({ min: 0.05, max: 200, noNaN: true });
  fc.assert(
    fc.property(shape, shape, (a, b) => {
      const ps = [1e-8, 0.001, 0.1, 0.3, 0.5, 0.7, 0.95, 0.99999];
      const found = ps.map((p) => fQuantile(p, a, b));
      for (let i = 1; i < ps.length; i++) if (!(found[i]! > found[i - 1]!)) return false;
      fQuantile(0.3, b + 1, a);
      return fQuantile(ps[3]!, a, b) === found[3];
    }),
    { seed: 42, numRuns: 200 },
  );
});
