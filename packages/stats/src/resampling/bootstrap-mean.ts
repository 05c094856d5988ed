import { bootstrapInterval } from './bootstrap-interval.ts';
import {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrapName,
  clusterNotes,
  fewestClusters,
} from './bootstrap.ts';
import { presentRows } from '../proportions/clustered-mean.ts';
import { indexClusters } from './clusters.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { resample, type WeightedStatistic } from './resampling.ts';

/**
 * The mean with a bootstrap interval: as `clusterBootstrap` of a mean, and much faster.
 *
 * A cluster enters a mean only through its sum and size, so equal clusters are counted and the counts resampled: with
 * few distinct values the time does not depend on the number of rows. Values that all differ are resampled one by one,
 * and the jackknife of BCa is a subtraction.
 *
 * @param values NaN is missing and left out
 * @returns `no-data` without values, `too-few-clusters` below 5
 * @throws RangeError for infinite values or ids that do not fit
 * @example
 * bootstrapMean(scores, { random: seededRandom(1), method: 'bca', replicates: 10_000 });
 */
export function bootstrapMean(
  values: ArrayLike<number>,
  {
    random,
    level = 0.95,
    replicates = 2000,
    method = 'percentile',
    clusters,
  }: BootstrapOptions & { clusters?: ArrayLike<number> | undefined },
): BootstrapEstimate | Undetermined {
  checkLevel(level);
  const rows = presentRows(values);
  const n = rows.length;
  if (n === 0) return undetermined('no-data', 'a mean needs at least one value', 0, 'mean, bootstrap');
  const { of, count } = indexClusters(clusters, values.length, rows);
  if (count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${count}`, n, 'mean, bootstrap');
  }
  const totals = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (let i = 0; i < n; i++) {
    totals[of[i]!]! += values[rows[i]!]!;
    sizes[of[i]!]!++;
  }
  const kinds = new Map<number, Map<number, number>>();
  const kindTotals: number[] = [];
  const kindSizes: number[] = [];
  const kindCounts: number[] = [];
  for (let g = 0; g < count; g++) {
    let bySize = kinds.get(totals[g]!);
    if (!bySize) kinds.set(totals[g]!, (bySize = new Map()));
    let kind = bySize.get(sizes[g]!);
    if (kind === undefined) {
      bySize.set(sizes[g]!, (kind = kindTotals.length));
      kindTotals.push(totals[g]!);
      kindSizes.push(sizes[g]!);
      kindCounts.push(0);
    }
    kindCounts[kind]!++;
  }
  const [total, size, counts] = [
    Float64Array.from(kindTotals),
    Float64Array.from(kindSizes),
    Float64Array.from(kindCounts),
  ];
  const statistic: WeightedStatistic = (weights, out) => {
    let [above, below] = [0, 0];
    for (let kind = 0; kind < weights.length; kind++) {
      above += weights[kind]! * total[kind]!;
      below += weights[kind]! * size[kind]!;
    }
    out[0] = above / below;
  };
  const resampled = resample(counts, 1, statistic, { random, replicates, jackknife: false });
  if (method === 'bca') {
    const [above, below] = [
      total.reduce((a, x, i) => a + x * counts[i]!, 0),
      size.reduce((a, x, i) => a + x * counts[i]!, 0),
    ];
    resampled.leftOut = [total.map((x, i) => (above - x) / (below - size[i]!))];
  }
  const { notes, ...rest } = bootstrapInterval(resampled, 0, { level, method });
  const name = `mean, ${bootstrapName(resampled, method)}`;
  return withNotes({ value: resampled.original[0]!, level, n, groups: count, method: name, ...rest }, [
    ...clusterNotes(count),
    ...notes,
  ]);
}
