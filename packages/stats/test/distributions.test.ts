import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as stats from '../src/index.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/distributions.json', import.meta.url), 'utf8')) as Record<
  string,
  number[][]
>;

const functions: Record<string, (...args: number[]) => number> = {
  normalQuantile: (p) => stats.normalQuantile(p),
  normalCdf: (z) => stats.normalCdf(z),
  tQuantile: (p, df) => stats.tQuantile(p, df),
  tTwoSided: (t, df) => stats.tTwoSided(t, df),
  fQuantile: (p, a, b) => stats.fQuantile(p, a, b),
  fUpper: (x, a, b) => stats.fUpper(x, a, b),
  betaQuantile: (p, a, b) => stats.betaQuantile(p, a, b),
  betaCdf: (x, a, b) => stats.betaCdf(x, a, b),
  chiSquareQuantile: (p, df) => stats.chiSquareQuantile(p, df),
  chiSquareUpper: (x, df) => stats.chiSquareUpper(x, df),
  binomialPmf: (k, n, p) => stats.binomialPmf(k, n, p),
  logFactorial: (n) => stats.logFactorial(n),
};

describe.each(Object.entries(functions))('%s agrees with 60-digit arithmetic', (name, compute) => {
  test.each(oracle[name]!)('to 1e-12 relative at %j', (...row) => {
    const expected = row.at(-1)!;
    const found = compute(...row.slice(0, -1));
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected) + 1e-300);
  });
});

test('a cdf undoes its quantile', () => {
  for (const p of [0.001, 0.2, 0.5, 0.9, 0.9999]) {
    expect(stats.normalCdf(stats.normalQuantile(p))).toBeCloseTo(p, 13);
    expect(stats.tCdf(stats.tQuantile(p, 7.5), 7.5)).toBeCloseTo(p, 13);
    expect(stats.fCdf(stats.fQuantile(p, 3, 8), 3, 8)).toBeCloseTo(p, 13);
    expect(stats.betaCdf(stats.betaQuantile(p, 2, 5), 2, 5)).toBeCloseTo(p, 13);
    expect(stats.chiSquareCdf(stats.chiSquareQuantile(p, 6), 6)).toBeCloseTo(p, 13);
    expect(1 - stats.chiSquareUpper(stats.chiSquareQuantile(p, 6), 6)).toBeCloseTo(p, 12);
  }
});

test('the binomial probabilities sum to the cdf and to 1', () => {
  let total = 0;
  for (let k = 0; k <= 40; k++) {
    total += stats.binomialPmf(k, 40, 0.37);
    expect(stats.binomialCdf(k, 40, 0.37)).toBeCloseTo(total, 12);
  }
  expect(stats.binomialPmf(-1, 5, 0.5)).toBe(0);
  expect(stats.binomialPmf(0, 5, 0)).toBe(1);
  expect(stats.binomialPmf(5, 5, 1)).toBe(1);
  expect(stats.binomialCdf(-1, 5, 0.5)).toBe(0);
  expect(stats.binomialCdf(5, 5, 0.5)).toBe(1);
});

test('arguments outside the domain throw instead of giving NaN', () => {
  expect(() => stats.normalQuantile(0)).toThrow(RangeError);
  expect(() => stats.normalQuantile(1.1)).toThrow(RangeError);
  expect(() => stats.normalCdf(NaN)).toThrow(RangeError);
  expect(() => stats.tQuantile(0.5, 0)).toThrow(RangeError);
  expect(() => stats.tCdf(NaN, 1)).toThrow(RangeError);
  expect(() => stats.fQuantile(-0.1, 1, 1)).toThrow(RangeError);
  expect(() => stats.fUpper(2, 0, 1)).toThrow(RangeError);
  expect(() => stats.betaQuantile(0.5, -1, 1)).toThrow(RangeError);
  expect(() => stats.chiSquareUpper(1, 1.5)).toThrow(RangeError);
  expect(() => stats.binomialPmf(1, 2.5, 0.5)).toThrow(RangeError);
  expect(() => stats.binomialCdf(NaN, 2, 0.5)).toThrow(RangeError);
  expect(stats.fUpper(-1, 2, 2)).toBe(1);
  expect(stats.chiSquareUpper(0, 1)).toBe(1);
  expect(stats.chiSquareUpper(Infinity, 3)).toBe(0);
});
