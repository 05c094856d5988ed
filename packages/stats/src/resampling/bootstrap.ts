import { bootstrapInterval, type BootstrapMethod } from './bootstrap-interval.ts';
import { rowsOf } from './cluster-rows.ts';
import { indexClusters } from './clusters.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Random } from '../random/random.ts';
import { finiteOrUndefined, resample, type Resampled, type WeightedStatistic } from './resampling.ts';

export type BootstrapOptions = {
  random: Random;
  level?: number | undefined;
  replicates?: number | undefined;
  method?: BootstrapMethod | undefined;
};

/** What a bootstrap says beyond the estimate: the resamples behind it and, for BCa, its corrections. */
export type BootstrapEstimate = Estimate & {
  replicates: number;
  undefinedReplicates: number;
  biasCorrection?: number;
  acceleration?: number;
  probabilities?: [number, number];
};

/** A statistic of rows, given by number; a row of a cluster drawn twice stands in the list twice. Null: not defined. */
export type RowStatistic = (rows: Uint32Array) => number | null;

export const fewestClusters = 5;
const fewClusters = 20;

/** The note below 20 clusters. */
export function clusterNotes(groups: number): string[] {
  return groups < fewClusters ? [`few clusters: ${groups}, the interval is rough below ${fewClusters}`] : [];
}

/** "bootstrap bca, B = 2000", or how many resamples were enumerated. */
export function bootstrapName(resampled: Resampled, method: BootstrapMethod): string {
  const { ways } = resampled;
  return ways
    ? `bootstrap ${method}, all ${ways.reduce((a, b) => a + b, 0)} resamples`
    : `bootstrap ${method}, B = ${resampled.replicates[0]!.length}`;
}

/** The estimate of one output from its resamples, wherever they were drawn. */
export function bootstrapEstimate(
  resampled: Resampled,
  output: number,
  size: { n: number; groups: number },
  { level, method }: { level: number; method: BootstrapMethod },
): BootstrapEstimate | Undetermined {
  const name = bootstrapName(resampled, method);
  const value = resampled.original[output]!;
  if (Number.isNaN(value))
    return undetermined('not-identified', 'the statistic is not defined on these rows', size.n, name);
  const { notes, ...rest } = bootstrapInterval(resampled, output, { level, method });
  return withNotes({ value, level, ...size, method: name, ...rest }, [...clusterNotes(size.groups), ...notes]);
}

/** Why rows in that many clusters cannot be resampled; null where they can. */
export function refuseRows(n: number, clusters: number, method: BootstrapMethod): Undetermined | null {
  if (n === 0) return undetermined('no-data', 'a bootstrap needs rows', 0, `bootstrap ${method}`);
  if (clusters >= fewestClusters) return null;
  const detail = `needs ${fewestClusters} clusters, found ${clusters}`;
  return undetermined('too-few-clusters', detail, n, `bootstrap ${method}`);
}

function resampleRows(
  groups: ArrayLike<number>,
  outputs: number,
  statistic: (rows: Uint32Array, out: Float64Array) => void,
  { random, replicates = 2000, method = 'percentile', level = 0.95 }: BootstrapOptions,
): { results: (BootstrapEstimate | Undetermined)[] } {
  checkLevel(level);
  const n = groups.length;
  const clusters = indexClusters(groups, n);
  const { count } = clusters;
  const refusal = refuseRows(n, count, method);
  if (refusal) return { results: Array.from({ length: outputs }, () => refusal) };
  const list = rowsOf(clusters);
  const weighted: WeightedStatistic = (weights, out) => statistic(list(weights), out);
  const resampled = resample(new Uint8Array(count).fill(1), outputs, weighted, {
    random,
    replicates,
    jackknife: method === 'bca',
  });
  const size = { n, groups: count };
  return {
    results: Array.from({ length: outputs }, (_, j) => bootstrapEstimate(resampled, j, size, { level, method })),
  };
}

/**
 * Any statistic with an interval from resampled clusters: whole clusters are drawn, with all their rows.
 *
 * The statistic gets the numbers of the rows (valid during the call only) and must not depend on their order.
 * Replicate b draws from `random.stream('bootstrap').stream(b)`, so two calls with one `random` and the same groups
 * see the same resamples. Up to 7 clusters all resamples are enumerated and nothing is drawn.
 * `bca` calls the statistic once more per cluster.
 *
 * @param groups the cluster of each row; `[0, 1, 2, …]` where rows are independent
 * @returns `too-few-clusters` below 5; a note below 20; undefined replicates are left out and counted, above 5% there
 * is no interval
 * @throws RangeError for a row without a cluster, a level outside (0, 1), or a statistic that is not finite
 * @example
 * clusterBootstrap(document, (rows) => median(rows, score), { random: seededRandom(1), method: 'bca' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/bootstrap.md
 */
export function clusterBootstrap(
  groups: ArrayLike<number>,
  statistic: RowStatistic,
  options: BootstrapOptions,
): BootstrapEstimate | Undetermined {
  const write = (rows: Uint32Array, out: Float64Array) => {
    out[0] = finiteOrUndefined(statistic(rows));
  };
  return resampleRows(groups, 1, write, options).results[0]!;
}

/**
 * Two statistics and their difference (first − second) through the same resamples.
 *
 * Never compare two separate intervals: what both share cancels in the difference. Rules as in `clusterBootstrap`.
 *
 * @example
 * pairedBootstrap(document, agreementOfJudge, agreementOfPerson, { random }).difference;
 * @see https://github.com/assize/assize/blob/main/docs/stats/bootstrap.md
 */
export function pairedBootstrap(
  groups: ArrayLike<number>,
  first: RowStatistic,
  second: RowStatistic,
  options: BootstrapOptions,
): Record<'first' | 'second' | 'difference', BootstrapEstimate | Undetermined> {
  const write = (rows: Uint32Array, out: Float64Array) => {
    out[0] = finiteOrUndefined(first(rows));
    out[1] = finiteOrUndefined(second(rows));
    out[2] = out[0] - out[1];
  };
  const { results } = resampleRows(groups, 3, write, options);
  return { first: results[0]!, second: results[1]!, difference: results[2]! };
}

/**
 * A statistic of a table of counts, with an interval from resampled counts.
 *
 * Rows that fall into the same cell are interchangeable, so resampling rows and counting is the same as drawing the
 * counts: exact, and as fast for a million rows as for a thousand. Rows must be independent.
 *
 * @param counts how many rows fell into each cell
 * @param statistic gets the resampled counts (valid during the call only); null where it is not defined
 * @returns as `clusterBootstrap`, each row being its own cluster
 * @throws RangeError if a count is not a count, level is outside (0, 1), or a statistic is not finite
 * @example
 * countBootstrap([40, 60], ([no, yes]) => yes / (no + yes), { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/bootstrap.md
 */
export function countBootstrap(
  counts: ArrayLike<number>,
  statistic: (counts: Float64Array) => number | null,
  { random, level = 0.95, replicates = 2000, method = 'percentile' }: BootstrapOptions,
): BootstrapEstimate | Undetermined {
  checkLevel(level);
  const cells = Float64Array.from(counts);
  cells.forEach((count, cell) => {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`counts[${cell}] must be a count, found ${count}`);
  });
  const n = cells.reduce((a, b) => a + b, 0);
  if (n === 0) return undetermined('no-data', 'a bootstrap needs rows', 0, `bootstrap ${method}`);
  if (n < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} rows, found ${n}`, n, `bootstrap ${method}`);
  }
  const weighted: WeightedStatistic = (weights, out) => {
    out[0] = finiteOrUndefined(statistic(weights));
  };
  const resampled = resample(cells, 1, weighted, { random, replicates, jackknife: method === 'bca' });
  return bootstrapEstimate(resampled, 0, { n, groups: n }, { level, method });
}
