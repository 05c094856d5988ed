import betaCdfOf from '@stdlib/stats-base-dists-beta-cdf';
import betaQuantileOf from '@stdlib/stats-base-dists-beta-quantile';
import chiSquareCdfOf from '@stdlib/stats-base-dists-chisquare-cdf';
import chiSquareQuantileOf from '@stdlib/stats-base-dists-chisquare-quantile';
import fQuantileOf from '@stdlib/stats-base-dists-f-quantile';
import tCdfOf from '@stdlib/stats-base-dists-t-cdf';
import tQuantileOf from '@stdlib/stats-base-dists-t-quantile';
import { betaLogit, roughNormal } from './beta-logit.ts';
import { normalCdf } from './normal.ts';

function probability(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1], found ${p}`);
  return p;
}

function positive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${value}`);
  return value;
}

function real(name: string, value: number): number {
  if (Number.isNaN(value)) throw new RangeError(`${name} must be a number, found NaN`);
  return value;
}

/**
 * P(T ≤ t) of Student's t; degrees of freedom may be fractional.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function tCdf(t: number, df: number): number {
  return tCdfOf(real('t', t), positive('df', df));
}

/** The logit that belongs to a first guess of t: Cornish and Fisher's expansion about the normal, where it is one. */
function startOfT(tail: number, df: number): number | undefined {
  if (df < 3 || tail < 1e-4) return undefined;
  const z = roughNormal(tail);
  const square = z * z;
  const first = (square + 1) / (4 * df);
  const second = ((5 * square + 16) * square + 3) / (96 * df * df);
  const t = z * (1 + first + second);
  return t === 0 ? undefined : Math.log(df / (t * t));
}

/**
 * The quantile of Student's t. Infinite at p = 0 and 1.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function tQuantile(p: number, df: number): number {
  positive('df', df);
  if (probability(p) === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  const logit = tail > 0 ? betaLogit(2 * tail, df / 2, 0.5, startOfT(tail, df)) : null;
  if (logit === null) return tQuantileOf(p, df);
  const size = Math.sqrt(df) * Math.exp(-logit / 2);
  return p < 0.5 ? -size : size;
}

/**
 * P(|T| ≥ |t|) of Student's t: the two-sided p-value, accurate in the tail.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function tTwoSided(t: number, df: number): number {
  return Math.min(1, 2 * tCdf(-Math.abs(t), df));
}

/**
 * P(X ≤ x) of the F distribution.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function fCdf(x: number, df1: number, df2: number): number {
  positive('df1', df1);
  positive('df2', df2);
  if (real('x', x) <= 0) return 0;
  const scaled = (df1 / df2) * x;
  const below = betaCdf(x === Infinity ? 1 : scaled / (1 + scaled), df1 / 2, df2 / 2);
  // What lacks to 1 is lost in the ratio when that is large, and a small probability when it is taken from 1.
  return below < 0.5 ? below : 1 - betaCdf(1 / (1 + scaled), df2 / 2, df1 / 2);
}

/**
 * P(X ≥ x) of the F distribution, through the beta function so that tiny p-values keep their digits.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function fUpper(x: number, df1: number, df2: number): number {
  if (real('x', x) <= 0) return 1;
  return betaCdf(1 / (1 + (positive('df1', df1) * x) / positive('df2', df2)), df2 / 2, df1 / 2);
}

/**
 * The quantile of the F distribution.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function fQuantile(p: number, df1: number, df2: number): number {
  positive('df1', df1);
  positive('df2', df2);
  const logit = probability(p) > 0 && p < 1 ? betaLogit(p, df1 / 2, df2 / 2) : null;
  return logit === null ? fQuantileOf(p, df1, df2) : (df2 / df1) * Math.exp(logit);
}

/**
 * P(X ≤ x) of the beta distribution: the regularised incomplete beta function.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function betaCdf(x: number, a: number, b: number): number {
  return betaCdfOf(real('x', x), positive('a', a), positive('b', b));
}

/**
 * The quantile of the beta distribution.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function betaQuantile(p: number, a: number, b: number): number {
  positive('a', a);
  positive('b', b);
  const logit = probability(p) > 0 && p < 1 ? betaLogit(p, a, b) : null;
  return logit === null ? betaQuantileOf(p, a, b) : 1 / (1 + Math.exp(-logit));
}

/**
 * P(X ≤ x) of the chi-square distribution.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function chiSquareCdf(x: number, df: number): number {
  return chiSquareCdfOf(real('x', x), positive('df', df));
}

/**
 * The quantile of the chi-square distribution.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function chiSquareQuantile(p: number, df: number): number {
  return chiSquareQuantileOf(probability(p), positive('df', df));
}

/**
 * P(X ≥ x) of the chi-square distribution with a whole number of degrees of freedom.
 *
 * Starts from the closed forms of df 1 and 2 and adds the positive terms of Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1),
 * so that a small p-value is not the difference of two large ones.
 *
 * @throws RangeError if df is not a positive whole number
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function chiSquareUpper(x: number, df: number): number {
  if (!Number.isSafeInteger(df) || df < 1) throw new RangeError(`df must be a positive whole number, found ${df}`);
  if (real('x', x) <= 0) return 1;
  if (x === Infinity) return 0;
  const half = x / 2;
  const odd = df % 2 === 1;
  let total = odd ? 2 * normalCdf(-Math.sqrt(x)) : Math.exp(-half);
  let logTerm = odd ? 0.5 * Math.log(half) - half - Math.log(Math.PI) / 2 - Math.log(0.5) : Math.log(half) - half;
  for (let a = odd ? 0.5 : 1; 2 * a < df; a++) {
    total += Math.exp(logTerm);
    logTerm += Math.log(half) - Math.log(a + 1);
  }
  return Math.min(1, total);
}
