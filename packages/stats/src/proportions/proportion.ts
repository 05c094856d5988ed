import { betaQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { normalQuantile } from '../numerics/normal.ts';

export type ProportionMethod = 'wilson' | 'clopper-pearson' | 'jeffreys' | 'agresti-coull' | 'normal';

/** Throws RangeError unless `successes` of `n` are counts that fit each other. */
export function checkCounts(successes: number, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`n must be a count, found ${n}`);
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > n) {
    throw new RangeError(`successes must be a count between 0 and n = ${n}, found ${successes}`);
  }
}

/** Wilson's score limits for a share p of n, where n may be an effective, fractional number of items. */
export function wilsonLimits(p: number, n: number, z: number): [number, number] {
  const square = z * z;
  const centre = (p + square / (2 * n)) / (1 + square / n);
  const half = (z / (1 + square / n)) * Math.sqrt((p * (1 - p)) / n + square / (4 * n * n));
  return [p === 0 ? 0 : Math.max(0, centre - half), p === 1 ? 1 : Math.min(1, centre + half)];
}

function limits(k: number, n: number, method: ProportionMethod, level: number): [number, number] {
  const tail = (1 - level) / 2;
  const z = normalQuantile(1 - tail);
  const p = k / n;
  switch (method) {
    case 'wilson':
      return wilsonLimits(p, n, z);
    case 'clopper-pearson':
      return [k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k)];
    case 'jeffreys':
      return [betaQuantile(tail, k + 0.5, n - k + 0.5), betaQuantile(1 - tail, k + 0.5, n - k + 0.5)];
    case 'agresti-coull': {
      const wide = n + z * z;
      const centre = (k + (z * z) / 2) / wide;
      const half = z * Math.sqrt((centre * (1 - centre)) / wide);
      return [Math.max(0, centre - half), Math.min(1, centre + half)];
    }
    case 'normal': {
      const half = z * Math.sqrt((p * (1 - p)) / n);
      return [Math.max(0, p - half), Math.min(1, p + half)];
    }
    default:
      throw new RangeError(`method must be an interval for a proportion, found ${String(method)}`);
  }
}

/**
 * A share of independent items, with its interval: Wilson unless another is asked for.
 *
 * Wilson and Agresti-Coull are good at small n and near 0 and 1; Clopper-Pearson never covers less than its level;
 * Jeffreys is the Bayesian interval of a Beta(½, ½) prior (without an override at 0 and n); normal is for comparison.
 *
 * @throws RangeError if the counts do not fit or level is outside (0, 1)
 * @returns `no-data` for n = 0
 * @example
 * proportion(7, 10); // value 0.7, interval [0.3968, 0.8922]
 * @see https://github.com/assize/assize/blob/main/docs/stats/proportions.md
 */
export function proportion(
  successes: number,
  n: number,
  { level = 0.95, method = 'wilson' }: { level?: number; method?: ProportionMethod } = {},
): Estimate | Undetermined {
  checkCounts(successes, n);
  checkLevel(level);
  const name = `proportion, ${method}`;
  if (n === 0) return undetermined('no-data', 'a proportion needs at least one item', 0, name);
  return { value: successes / n, interval: limits(successes, n, method, level), level, n, method: name };
}

/**
 * The exact one-sided upper bound of a rate of events: what can be ruled out, most of all when nothing was seen.
 *
 * For zero events it is 1 − (1 − level)^(1/n); else the Clopper-Pearson bound with all error on one side.
 *
 * @throws RangeError if the counts do not fit or level is outside (0, 1)
 * @returns value events / n with interval [0, bound]; `no-data` for n = 0
 * @example
 * rateUpperBound(0, 30); // interval [0, 0.0950]
 * @see https://github.com/assize/assize/blob/main/docs/stats/proportions.md
 */
export function rateUpperBound(
  events: number,
  n: number,
  { level = 0.95 }: { level?: number } = {},
): Estimate | Undetermined {
  checkCounts(events, n);
  checkLevel(level);
  const method = 'rate, clopper-pearson, one-sided upper bound';
  if (n === 0) return undetermined('no-data', 'a rate needs at least one item', 0, method);
  let bound = 1;
  if (events === 0) bound = -Math.expm1(Math.log(1 - level) / n);
  else if (events < n) bound = betaQuantile(level, events + 1, n - events);
  return { value: events / n, interval: [0, bound], level, n, method };
}
