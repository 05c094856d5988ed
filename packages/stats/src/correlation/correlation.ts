import { type CompletePairs, completePairs } from '../numerics/complete-pairs.ts';
import { tTwoSided } from '../numerics/distributions.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, type IntervalPlan, planInterval } from '../shapes/interval-options.ts';
import { doubledMidranks } from '../numerics/midranks.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { resamplePairRows, resamplePairs } from './paired-values.ts';
import type { IntervalPart } from '../resampling/pattern-interval.ts';
import { mean, sumOf } from '../numerics/sum.ts';

/** A correlation with the two-sided p-value of "no correlation"; null where there are no degrees of freedom. */
export type CorrelationEstimate = Estimate & { p: number | null };

/** Pearson's r of complete rows; null when a column does not vary. */
export function pearsonOf(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (!varies(x) || !varies(y)) return null;
  // One by one: of a million small groups, lists of two would be all the memory that there is.
  const mx = mean(x);
  const my = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i]! - mx;
    const b = y[i]! - my;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return ratioOf(xx, yy, xy);
}

/** As `pearsonOf` of the drawn rows, in their order, without a copy of them. */
function pearsonOfRows(x: Float64Array, y: Float64Array, rows: Uint32Array): number | null {
  const n = rows.length;
  const variesAmong = (values: Float64Array): boolean => rows.some((row) => values[row] !== values[rows[0]!]);
  if (!variesAmong(x) || !variesAmong(y)) return null;
  const mx = sumOf(n, (i) => x[rows[i]!]!) / n;
  const my = sumOf(n, (i) => y[rows[i]!]!) / n;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const a = x[rows[i]!]! - mx;
    const b = y[rows[i]!]! - my;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return ratioOf(xx, yy, xy);
}

/** r from the sums of squares and products. */
function ratioOf(xx: number, yy: number, xy: number): number | null {
  // One root is exact where two are not; two reach where the product leaves the range of doubles.
  const product = xx * yy;
  const scale = product > 1e-290 && product < Infinity ? Math.sqrt(product) : Math.sqrt(xx) * Math.sqrt(yy);
  // Values that differ by less than their squares can hold leave no variance to divide by.
  if (!(scale > 0 && scale < Infinity)) return null;
  const r = xy / scale;
  // A perfect line comes out a few units in the last place off ±1, which an interval would take for knowledge.
  return 1 - Math.abs(r) < 2 ** -50 ? Math.sign(r) : r;
}

function varies(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return true;
  return false;
}

/** Of twice the midranks: whole numbers, in half the memory, and r does not change with the unit. */
const spearmanOf = (x: Float64Array, y: Float64Array) => pearsonOf(doubledMidranks(x), doubledMidranks(y));

function correlate(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: IntervalOptions,
  name: string,
  statistic: (x: Float64Array, y: Float64Array) => number | null,
  variance: (r: number, n: number) => number,
): CorrelationEstimate | Undetermined {
  const plan = planInterval(options, true);
  const pairs = completePairs(x, y);
  const n = pairs.x.length;
  if (n < 2) return undetermined('no-data', `a correlation needs 2 rows, found ${n}`, n, name);
  const value = statistic(pairs.x, pairs.y);
  if (value === null) return undetermined('zero-variance', 'one of the columns does not vary', n, name);
  const part = intervalOf(plan, pairs, options, value, statistic, variance);
  const { notes, name: ending, ...rest } = part;
  return withNotes({ value, n, ...rest, method: `${name}, ${ending}`, p: pOf(value, n) }, [...pairs.notes, ...notes]);
}

function pOf(r: number, n: number): number | null {
  if (n < 3) return null;
  if (Math.abs(r) === 1) return 0;
  return tTwoSided(r * Math.sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2);
}

function intervalOf(
  plan: IntervalPlan,
  pairs: CompletePairs,
  options: IntervalOptions,
  r: number,
  statistic: (x: Float64Array, y: Float64Array) => number | null,
  variance: (r: number, n: number) => number,
): IntervalPart {
  const { level } = plan;
  const n = pairs.x.length;
  if (plan.kind === 'bootstrap') {
    if (statistic !== pearsonOf) return resamplePairs(plan, pairs, options.clusters, statistic);
    const { x, y } = pairs;
    return resamplePairRows(plan, pairs, options.clusters, (drawn) => pearsonOfRows(x, y, drawn));
  }
  if (plan.kind === 'none') return { interval: null, level, notes: [plan.note], name: 'no interval' };
  const name = 'z-transform';
  if (n < 4) return { interval: null, level, notes: [`no interval: the transform needs 4 rows, found ${n}`], name };
  if (Math.abs(r) === 1)
    return { interval: null, level, notes: [`no interval: the transform has no end at ${r}`], name };
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance(r, n));
  return { interval: [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)], level, notes: [], name };
}

/**
 * Pearson's correlation. Interval: Fisher's z, tanh(atanh r ± z/√(n − 3)); a bootstrap with `random`.
 *
 * @param x NaN in either column leaves the row out
 * @returns `no-data` below 2 rows, `zero-variance` when a column is constant; no closed interval below 4 rows or at ±1
 * @throws RangeError for unequal lengths or infinite values
 * @example
 * pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/correlation.md
 */
export function pearson(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: IntervalOptions = {},
): CorrelationEstimate | Undetermined {
  return correlate(x, y, options, 'pearson', pearsonOf, (_, n) => 1 / (n - 3));
}

/**
 * Spearman's correlation: Pearson's of the midranks. Interval: z-transform with variance (1 + r²/2)/(n − 3)
 * (Bonett and Wright 2000, Psychometrika 65:23-28); a bootstrap with `random`. Edges as in `pearson`.
 *
 * @example
 * spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/correlation.md
 */
export function spearman(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: IntervalOptions = {},
): CorrelationEstimate | Undetermined {
  return correlate(x, y, options, 'spearman', spearmanOf, (r, n) => (1 + (r * r) / 2) / (n - 3));
}
