import { tQuantile } from '../numerics/distributions.ts';
import { rowsPresentIn } from '../numerics/present-rows.ts';
import { sumOf } from '../numerics/sum.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { clusterSpread } from './clustered-mean.ts';
import { readWeights } from './row-weights.ts';

/**
 * Pearson's correlation in a population of which each row stands for `sampling` units.
 *
 *     r  Σ w (x − x̄)(y − ȳ) / √(Σ w (x − x̄)² Σ w (y − ȳ)²),  means weighted too
 *
 * The interval is made for atanh r, from its linearised residuals, with t(n − 1), and turned back. It needs some hundred rows:
 * with 30 it covers 90 % where 95 is asked. Rows counted several times
 * are another matter: write them out, and use `pearson`. Without weights that matter it is close to Fisher's interval, and
 * unlike it holds where the scatter is not normal. Binder 1983, Int. Stat. Rev. 51:279-292.
 *
 * @param x NaN in either column leaves the row out
 * @param options `weights`: 0 or more, on any scale. `clusters`: rows of one cluster are not independent
 * @returns `no-data` below 2 rows of positive weight, `zero-variance` when a column is constant there; no interval below 4
 * rows, below 5 clusters, or at ±1
 * @throws RangeError for unequal lengths, infinite values, weights below 0, rows without a cluster
 * @example
 * samplingPearson(judge, people, { weights: { sampling: onePerChance } });
 * @see https://github.com/assize/assize/blob/main/docs/stats/weights.md
 */
export function samplingPearson(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  {
    weights,
    clusters,
    level = 0.95,
  }: {
    weights: { sampling: ArrayLike<number> };
    clusters?: ArrayLike<number> | undefined;
    level?: number | undefined;
  },
): Estimate | Undetermined {
  checkLevel(level);
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values, y has ${y.length}`);
  const method = 'pearson, sampling-weighted, linearised t on atanh';
  const weighing = readWeights({ sampling: weights.sampling }, x.length, rowsPresentIn({ y, x }));
  const { rows, rowCount, n, total, kish } = weighing;
  const weight = weighing.of!;
  if (n < 2) return undetermined('no-data', `a correlation needs 2 rows, found ${n}`, n, method);
  /** How a value lies to the mean, in standard deviations; null where the column does not vary. */
  const centred = (values: ArrayLike<number>): ((i: number) => number) | null => {
    const at = (i: number) => values[rows ? rows[i]! : i]!;
    const mean = sumOf(rowCount, (i) => weight[i]! * at(i)) / total;
    const size = Math.sqrt(sumOf(rowCount, (i) => weight[i]! * (at(i) - mean) * (at(i) - mean)) / total);
    let largest = 0;
    for (let i = 0; i < rowCount; i++) largest = Math.max(largest, Math.abs(at(i)));
    return isRounding(size, largest) ? null : (i) => (at(i) - mean) / size;
  };
  const [a, b] = [centred(x), centred(y)];
  if (a === null || b === null) {
    return undetermined('zero-variance', 'one of the columns does not vary', n, method);
  }
  const found = sumOf(rowCount, (i) => weight[i]! * a(i) * b(i)) / total;
  const r = 1 - Math.abs(found) < 2 ** -50 ? Math.sign(found) : found;
  const index = clusters ? indexClusters(clusters, x.length, rows) : null;
  const count = index ? index.count : n;
  const common = { value: r, level, n, ...(clusters && { groups: count }), nEffective: kish!, method };
  const few = clusters ? count < 5 : n < 4;
  if (few || Math.abs(r) === 1) {
    let why = `the transform has no end at ${r}`;
    if (few) why = clusters ? `needs 5 clusters, found ${count}` : `needs 4 rows, found ${n}`;
    return { ...common, interval: null, notes: [`no interval: ${why}`] };
  }
  const share = (i: number): number => {
    const [left, right] = [a(i), b(i)];
    return weight[i]! * (left * right - (r * (left * left + right * right)) / 2);
  };
  const se = (clusterSpread(n, share, index) / total) * Math.sqrt(count / (count - 1));
  const half = (tQuantile((1 + level) / 2, count - 1) * se) / (1 - r * r);
  const interval: [number, number] = [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)];
  if (!(interval[1] > interval[0])) {
    return {
      ...common,
      interval: null,
      se,
      notes: ['no interval: every row contributes the same, which is not certainty'],
    };
  }
  return withNotes(
    { ...common, interval, se },
    clusters && count < 20 ? [`few clusters: ${count}, the interval is rough below 20`] : [],
  );
}
