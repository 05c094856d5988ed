import { columnAt } from '../numerics/present-rows.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { clusteredProportion } from '../proportions/clustered-mean.ts';
import { proportion } from '../proportions/proportion.ts';
import { forecastRows, keptClusters } from './forecast-rows.ts';
import { binProbabilities, type BinOptions, binSums, roomBeside } from './probability-bins.ts';

/** A point of the curve: how often it came true (`value`) where the mean forecast was `meanProbability`. */
export type ReliabilityBin = Estimate & {
  /** The limits of the bin; of equal-mass bins the smallest and largest probability in it. */
  lower: number;
  upper: number;
  meanProbability: number;
};

export type ReliabilityCurve = {
  /** Bins that have rows, in ascending order. */
  bins: ReliabilityBin[];
  level: number;
  n: number;
  method: string;
  notes?: string[];
};

/**
 * How often what was forecast with probability p came true, bin by bin: the data of a reliability diagram.
 *
 * Each interval is Wilson's; with `clusters` that of `clusteredProportion` (none below 5 clusters in a bin). It is about
 * the mean outcome of the bin and holds for one bin at a time: of 15 bins, one may well miss the diagonal by chance.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows
 * @throws RangeError for other values, unequal lengths, bins below 1, ids that do not fit, a level outside (0, 1)
 * @example
 * reliabilityCurve([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], { bins: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/reliability-curve.md
 */
export function reliabilityCurve(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  {
    level = 0.95,
    clusters,
    ...options
  }: BinOptions & { level?: number; clusters?: ArrayLike<number> | undefined } = {},
): ReliabilityCurve | Undetermined {
  const kept = forecastRows(probabilities, outcomes);
  const { p, y, n } = kept;
  const ids = keptClusters(clusters, kept, probabilities.length);
  const binned = binProbabilities(p, options);
  const method = `reliability curve, ${binned.name}`;
  if (n === 0) return undetermined('no-data', 'a curve needs at least one forecast with its outcome', 0, method);
  const sums = binSums(binned, p, y);
  const members = groupedRows(binned, roomBeside(binned));
  const bins: ReliabilityBin[] = [];
  for (let b = 0; b < binned.count; b++) {
    const size = sums.size[b]!;
    if (size === 0) continue;
    const rows = members.rows.subarray(members.starts[b], members.starts[b + 1]);
    const share = ids
      ? clusteredProportion(columnAt(y, rows), { level, clusters: columnAt(ids, rows) })
      : proportion(sums.y[b]!, size, { level });
    if (share.value === null) continue;
    let [lower, upper] = [b / binned.count, (b + 1) / binned.count];
    if (options.binning !== 'equal-width') {
      [lower, upper] = [1, 0];
      for (const row of rows) {
        lower = Math.min(lower, p[row]!);
        upper = Math.max(upper, p[row]!);
      }
    }
    bins.push({ ...share, lower, upper, meanProbability: sums.p[b]! / size });
  }
  return withNotes({ bins, level, n, method }, binned.notes);
}
