import cdf from '@stdlib/stats-base-dists-binomial-cdf';

function checkBinomial(n: number, p: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`n must be a count, found ${n}`);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1], found ${p}`);
}

const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

/** ln(n!) − ((n + ½) ln n − n + ½ ln 2π), for a whole n ≥ 1. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - halfLog2Pi;
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** ln(n!) for a whole n ≥ 0. */
export function logFactorial(n: number): number {
  return n < 2 ? 0 : (n + 0.5) * Math.log(n) - n + halfLog2Pi + stirlingError(n);
}

/** x ln(x / m) + m − x without cancellation when x is near m. */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let total = (x - m) * v;
  let power = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    power *= v * v;
    const next = total + power / (2 * j + 1);
    if (next === total) break;
    total = next;
  }
  return total;
}

/**
 * P(X = k) of the binomial distribution, by Loader's saddle-point form: full precision for any n.
 *
 * Loader 2000, "Fast and accurate computation of binomial probabilities".
 *
 * @throws RangeError if n is not a count or p not a probability
 */
export function binomialPmf(k: number, n: number, p: number): number {
  checkBinomial(n, p);
  if (!Number.isInteger(k) || k < 0 || k > n) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * Math.log1p(-p));
  if (k === n) return Math.exp(n * Math.log(p));
  const logCore =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(logCore - halfLog2Pi - 0.5 * (Math.log(k) + Math.log1p(-k / n)));
}

/** P(X ≤ k) of the binomial distribution. Throws RangeError if n is not a count or p not a probability. */
export function binomialCdf(k: number, n: number, p: number): number {
  checkBinomial(n, p);
  if (Number.isNaN(k)) throw new RangeError('k must be a number, found NaN');
  if (k < 0) return 0;
  return k >= n ? 1 : cdf(k, n, p);
}
