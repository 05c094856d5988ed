import cdf from '@stdlib/stats-base-dists-binomial-cdf';
import { deviance } from './gamma-error.ts';
import { halfLog2Pi, stirlingError } from './log-factorial.ts';

export { logFactorial } from './log-factorial.ts';

function checkBinomial(n: number, p: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`n must be a count, found ${n}`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1], found ${p}`);
}

/**
 * P(X = k) of the binomial distribution, by Loader's saddle-point form: full precision for any n.
 *
 * Loader 2000, "Fast and accurate computation of binomial probabilities".
 *
 * @throws RangeError if n is not a count or p not a probability
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function binomialPmf(k: number, n: number, p: number): number {
  checkBinomial(n, p);
  if (!Number.isInteger(k) || k < 0 || k > n) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const logCore =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p, Math.log(k / (n * p))) -
    deviance(n - k, n * (1 - p), Math.log((n - k) / (n * (1 - p))));
  return Math.exp(logCore - halfLog2Pi - 0.5 * (Math.log(k) + Math.log1p(-k / n)));
}

/**
 * P(X ≤ k) of the binomial distribution. Throws RangeError if n is not a count or p not a probability.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function binomialCdf(k: number, n: number, p: number): number {
  checkBinomial(n, p);
  if (Number.isNaN(k)) throw new RangeError('k must be a number, found NaN');
  if (k < 0) return 0;
  return k >= n ? 1 : cdf(k, n, p);
}
