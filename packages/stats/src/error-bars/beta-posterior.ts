import { logFactorial } from '../numerics/binomial.ts';
import { betaCdf, betaQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { checkCounts } from '../proportions/proportion.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { gaussLegendre, integrate } from './gauss-legendre.ts';

/** A posterior mean with a credible interval, and how sure one is that the first is the better. */
export type PosteriorDifference = Estimate & { probabilityBetter: number };

/**
 * A rate from few items, by Bayes: the Beta posterior with its equal-tailed credible interval.
 *
 *     posterior  Beta(a + successes, b + n − successes)      prior Beta(a, b), by default uniform
 *
 * `value` is the posterior mean: at 0 or n successes it is not 0 or 1. Averaged over the prior the interval covers exactly as
 * often as it says; at a fixed rate near enough from two expected successes and failures on, and as little as 90 % below.
 * Bowyer, Aitchison and Ivanova 2025, arXiv:2503.01747.
 *
 * @param options.prior a and b, above 0; (0.5, 0.5) is Jeffreys'
 * @throws RangeError if counts do not fit, or prior or level are out of range
 * @returns `no-data` for n = 0: the prior alone is no finding
 * @example
 * betaPosterior(9, 10).interval; // [.587, .977]
 * @see https://github.com/assize/assize/blob/main/docs/stats/bayesian-small-samples.md
 */
export function betaPosterior(
  successes: number,
  n: number,
  { level = 0.95, prior = [1, 1] }: { level?: number; prior?: readonly [number, number] } = {},
): Estimate | Undetermined {
  checkCounts(successes, n);
  checkLevel(level);
  prior.forEach((x, i) => {
    if (!(x > 0 && x < Infinity)) throw new RangeError(`prior[${i}] must be positive and finite, found ${x}`);
  });
  const method = `beta posterior, prior Beta(${prior[0]}, ${prior[1]})`;
  if (n === 0) return undetermined('no-data', 'needs at least one item', 0, method);
  const [a, b] = [prior[0] + successes, prior[1] + n - successes];
  const tail = (1 - level) / 2;
  const se = Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1)));
  return {
    value: a / (a + b),
    interval: [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)],
    level,
    n,
    se,
    method,
  };
}

const rule = gaussLegendre(32);

/**
 * The distribution function of θ_A − θ_B for two independent Beta variables with whole parameters.
 *
 *     P(θ_A − θ_B ≤ x)  ∫ F_A(b + x) f_B(b) db
 */
function differenceCdf(
  [a1, b1]: readonly [number, number],
  [a2, b2]: readonly [number, number],
): (x: number) => number {
  const logBeta = logFactorial(a2 - 1) + logFactorial(b2 - 1) - logFactorial(a2 + b2 - 1);
  const density = (b: number): number =>
    b <= 0 || b >= 1 ? 0 : Math.exp((a2 - 1) * Math.log(b) + (b2 - 1) * Math.log1p(-b) - logBeta);
  const centre = a2 / (a2 + b2);
  const sd = Math.sqrt((centre * (1 - centre)) / (a2 + b2 + 1));
  const [first, last] = [Math.max(0, centre - 14 * sd), Math.min(1, centre + 14 * sd)];
  return (x) => {
    // Where b + x leaves [0, 1] the inner function has a corner, so the integral ends there.
    const [low, high] = [Math.max(first, -x), Math.min(last, 1 - x)];
    const beyond = 1 - x >= 1 ? 0 : 1 - betaCdf(Math.max(0, 1 - x), a2, b2);
    const inside = low < high ? integrate((b) => betaCdf(b + x, a1, b1) * density(b), low, high, 4, rule) : 0;
    return Math.min(1, Math.max(0, inside + beyond));
  };
}

/** Where a rising function takes a value: bisection with the secant's help, to 1e-12. */
function solveRising(f: (x: number) => number, target: number, low: number, high: number): number {
  let [a, b, fa, fb] = [low, high, f(low) - target, f(high) - target];
  for (let step = 0; step < 200 && b - a > 1e-12; step++) {
    // Every third step halves, so that a flat stretch cannot hold it up.
    const secant = a - (fa * (b - a)) / (fb - fa);
    const x = step % 3 === 2 || !(secant > a && secant < b) ? (a + b) / 2 : secant;
    const fx = f(x) - target;
    if (fx === 0) return x;
    if (fx < 0) [a, fa] = [x, fx];
    else [b, fb] = [x, fx];
  }
  return (a + b) / 2;
}

/**
 * The difference of two rates on different items (first − second), by Bayes, with uniform priors; computed by quadrature,
 * so it needs no random numbers.
 *
 * `value` is the difference of the posterior means, `probabilityBetter` is P(θ_first > θ_second). For the same items under
 * both systems use `pairedPosteriorDifference`: this one would be too wide. Bowyer et al. 2025, arXiv:2503.01747.
 *
 * @throws RangeError if counts do not fit or level is outside (0, 1)
 * @returns n is the number of items of both sides together; `no-data` if a side is empty
 * @example
 * posteriorDifference({ successes: 9, n: 10 }, { successes: 6, n: 10 }).probabilityBetter; // .922
 * @see https://github.com/assize/assize/blob/main/docs/stats/bayesian-small-samples.md
 */
export function posteriorDifference(
  first: { successes: number; n: number },
  second: { successes: number; n: number },
  { level = 0.95 }: { level?: number } = {},
): PosteriorDifference | Undetermined {
  checkCounts(first.successes, first.n);
  checkCounts(second.successes, second.n);
  checkLevel(level);
  const method = 'difference of beta posteriors, uniform priors';
  const n = first.n + second.n;
  if (first.n === 0 || second.n === 0) {
    return undetermined('no-data', `needs items on both sides, found ${first.n} and ${second.n}`, n, method);
  }
  const [a, b] = [first, second].map(({ successes, n: size }) => [successes + 1, size - successes + 1] as const);
  const cdf = differenceCdf(a!, b!);
  const [p, q] = [a!, b!].map(([x, y]) => x / (x + y));
  const spread = [a!, b!].reduce((total, [x, y]) => total + (x * y) / ((x + y) ** 2 * (x + y + 1)), 0);
  const value = p! - q!;
  const se = Math.sqrt(spread);
  const tail = (1 - level) / 2;
  const reach = (Math.abs(normalQuantile(tail / 4)) + 4) * se;
  const [low, high] = [Math.max(-1, value - reach), Math.min(1, value + reach)];
  const limit = (target: number): number => solveRising(cdf, target, low, high);
  return {
    value,
    interval: [limit(tail), limit(1 - tail)],
    level,
    n,
    se,
    probabilityBetter: 1 - cdf(0),
    method,
  };
}
