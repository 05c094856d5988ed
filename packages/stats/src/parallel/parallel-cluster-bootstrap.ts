import { bootstrapEstimate, type BootstrapEstimate, refuseRows } from '../resampling/bootstrap.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { checkLevel, type Undetermined } from '../shapes/estimate.ts';
import { type ParallelOptions, resampleParallel, shared } from './parallel-bootstrap.ts';

/** A statistic that each thread loads for itself: functions cannot be sent to a thread. */
export type StatisticModule = {
  /** The module's address, as `new URL('./statistic.js', import.meta.url)`, or an absolute path. */
  module: URL | string;
  /** The name of an exported function that takes `data` and returns the statistic of rows. */
  name: string;
  /** Copied to each thread once; arrays over a SharedArrayBuffer are shared. */
  data?: unknown;
};

/**
 * `clusterBootstrap` on several threads: the same bits as on one, for any number of them.
 *
 * @param groups one id per row: what is resampled together
 * @param statistic where the threads find it; a value that is not finite or null, or an exception, rejects the call
 * @returns as `clusterBootstrap`; rejects with the signal's reason when it aborts
 * @throws RangeError (as a rejection) as `clusterBootstrap`, and where the module has no such function
 * @example
 * // median.js: export const median = (scores) => (rows) => …
 * await parallelClusterBootstrap(
 *   documents,
 *   { module: new URL('./median.js', import.meta.url), name: 'median', data: scores },
 *   { random: seededRandom(1), method: 'bca' },
 * );
 * @see https://github.com/assize/assize/blob/main/docs/stats/parallel.md
 */
export async function parallelClusterBootstrap(
  groups: ArrayLike<number>,
  { module, name, data }: StatisticModule,
  options: ParallelOptions,
): Promise<BootstrapEstimate | Undetermined> {
  const { level = 0.95, method = 'percentile', signal } = options;
  checkLevel(level);
  signal?.throwIfAborted();
  const n = groups.length;
  const { of, count } = indexClusters(groups, n);
  const refusal = refuseRows(n, count, method);
  if (refusal) return refusal;
  const task = { kind: 'rows' as const, of: shared(of), count, module: String(module), name, data };
  const counts = new Uint8Array(count).fill(1);
  const resampled = await resampleParallel(task, counts, count, method === 'bca', options);
  return bootstrapEstimate(resampled, 0, { n, groups: count }, { level, method });
}
