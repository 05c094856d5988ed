import { sum, sumOf } from '../numerics/sum.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
import type { Random } from '../random/random.ts';
import { bootstrapName, clusterNotes, fewestClusters } from '../resampling/bootstrap.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { resample } from '../resampling/resampling.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';

/**
 * The paired bootstrap test of "the mean difference is 0", two-sided.
 *
 *     p  (1 + #{|m* − m| ≥ |m|}) / (1 + B)
 *
 * The differences are shifted to mean 0, which is what the null hypothesis says, and resampled by item or by cluster: the
 * share of unshifted replicates below 0 is no p-value. Up to 7 units all resamples are enumerated and p is their share. For
 * few items prefer `signFlipTest`, which is exact. Efron and Tibshirani 1993, section 16.4.
 *
 * @param differences NaN is missing
 * @returns p = 1 when all differences are 0; `no-data` without differences, `too-few-clusters` below 5 units,
 * `zero-variance` when all units show the same mean and it is not 0
 * @throws RangeError for an infinite difference, or ids that do not fit
 * @example
 * shiftedBootstrapTest([1, 0, 2, -1, 3, 1], { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/permutation-tests.md
 */
export function shiftedBootstrapTest(
  differences: ArrayLike<number>,
  {
    random,
    clusters,
    replicates = 9999,
  }: { random: Random; clusters?: ArrayLike<number> | undefined; replicates?: number },
): TestResult | Undetermined {
  const method = 'paired bootstrap, shifted to mean 0';
  const rows = rowsPresentIn({ differences });
  const n = rows?.length ?? differences.length;
  if (n === 0) return undetermined('no-data', 'needs at least one difference', 0, method);
  const index = clusters ? indexClusters(clusters, differences.length, rows) : null;
  const count = index ? index.count : n;
  const d = columnAt(differences, rows);
  const statistic = sum(d) / n;
  if (d.every((x) => x === 0)) return withNotes({ p: 1, statistic: 0, n, method }, ['all differences are 0']);
  if (count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} units, found ${count}`, n, method);
  }
  const totals = new Float64Array(count);
  const sizes = index ? new Float64Array(count) : null;
  for (let i = 0; i < n; i++) {
    const unit = index ? index.of[i]! : i;
    totals[unit]! += d[i]! - statistic;
    if (sizes) sizes[unit]!++;
  }
  let largest = 0;
  for (let g = 0; g < count; g++) largest = Math.max(largest, Math.abs(totals[g]!));
  const sizeOfAll = sumOf(n, (i) => Math.abs(d[i]!));
  if (isRounding(largest, sizeOfAll)) {
    return undetermined('zero-variance', 'every unit shows the same mean difference, and it is not 0', n, method);
  }
  const resampled = resample(
    new Uint8Array(count).fill(1),
    1,
    (weights, out) => {
      let [above, below] = [0, 0];
      for (let g = 0; g < count; g++) {
        above += weights[g]! * totals[g]!;
        below += weights[g]! * (sizes ? sizes[g]! : 1);
      }
      out[0] = above / below;
    },
    { random, replicates, jackknife: false },
  );
  const reach = Math.abs(statistic) * (1 - 1e-9);
  const { ways } = resampled;
  let [extreme, total] = [0, 0];
  resampled.replicates[0]!.forEach((m, b) => {
    const weight = ways ? ways[b]! : 1;
    total += weight;
    if (Math.abs(m) >= reach) extreme += weight;
  });
  const p = ways ? extreme / total : (1 + extreme) / (1 + total);
  const name = bootstrapName(resampled, 'percentile').replace('bootstrap percentile, ', '');
  return withNotes({ p, statistic, n, method: `${method}, ${name}` }, clusterNotes(count));
}
