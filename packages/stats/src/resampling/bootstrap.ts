import { bootstrapInterval, type BootstrapMethod } from './bootstrap-interval.ts';
import { indexClusters } from './clusters.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Random } from '../random/random.ts';
import { resample, type Resampled, type WeightedStatistic } from './resampling.ts';

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

function bootstrapEstimate(
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

function finiteOrUndefined(value: number | null): number {
  if (value === null) return NaN;
  if (!Number.isFinite(value)) throw new RangeError(`a statistic must return a finite number or null, found ${value}`);
  return value;
}

/** Turns weights of clusters into the list of rows, in the order of the clusters. */
function rowsOf(of: Uint32Array, count: number): (weights: Float64Array) => Uint32Array {
  const starts = new Uint32Array(count + 1);
  for (const cluster of of) starts[cluster + 1]!++;
  for (let g = 0; g < count; g++) starts[g + 1] = starts[g + 1]! + starts[g]!;
  const rows = new Uint32Array(of.length);
  const place = starts.slice();
  for (let row = 0; row < of.length; row++) rows[place[of[row]!]!++] = row;
  let buffer = new Uint32Array(of.length);
  return (weights) => {
    let length = 0;
    for (let g = 0; g < count; g++) length += weights[g]! * (starts[g + 1]! - starts[g]!);
    if (buffer.length < length) buffer = new Uint32Array(length * 2);
    let end = 0;
    for (let g = 0; g < count; g++) {
      for (let times = weights[g]!; times > 0; times--) {
        for (let i = starts[g]!; i < starts[g + 1]!; i++) buffer[end++] = rows[i]!;
      }
    }
    return buffer.subarray(0, length);
  };
}

function resampleRows(
  groups: ArrayLike<number>,
  outputs: number,
  statistic: (rows: Uint32Array, out: Float64Array) => void,
  { random, replicates = 2000, method = 'percentile', level = 0.95 }: BootstrapOptions,
): { results: (BootstrapEstimate | Undetermined)[] } {
  checkLevel(level);
  const n = groups.length;
  const { of, count } = indexClusters(groups, n);
  const refusal =
    n === 0
      ? undetermined('no-data', 'a bootstrap needs rows', 0, `bootstrap ${method}`)
      : undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${count}`, n, `bootstrap ${method}`);
  if (count < fewestClusters) return { results: Array.from({ length: outputs }, () => refusal) };
  const list = rowsOf(of, count);
  const weighted: WeightedStatistic = (weights, out) => statistic(list(weights), out);
  const resampled = resample(new Float64Array(count).fill(1), outputs, weighted, {
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
