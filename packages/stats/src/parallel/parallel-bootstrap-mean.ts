import type { BootstrapEstimate } from '../resampling/bootstrap.ts';
import { bootstrapMean, countKinds, meanEstimate, refuseMean } from '../resampling/bootstrap-mean.ts';
import { checkLevel, type Undetermined } from '../shapes/estimate.ts';
import { type ParallelOptions, resampleParallel, shared } from './parallel-bootstrap.ts';

/**
 * `bootstrapMean` on several threads: the same bits as on one, for any number of them.
 *
 * It gains where most values differ, since then each resample costs a draw per value. Where values repeat, the serial
 * function takes milliseconds, and is what runs.
 *
 * @param values NaN is missing and left out
 * @returns as `bootstrapMean`; rejects with the signal's reason when it aborts
 * @throws RangeError (as a rejection) for infinite values or ids that do not fit
 * @example
 * await parallelBootstrapMean(scores, { random: seededRandom(1), method: 'bca', replicates: 10_000 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/parallel.md
 */
export async function parallelBootstrapMean(
  values: ArrayLike<number>,
  options: ParallelOptions & { clusters?: ArrayLike<number> | undefined },
): Promise<BootstrapEstimate | Undetermined> {
  const { level = 0.95, method = 'percentile', replicates = 2000, clusters, signal, onProgress } = options;
  checkLevel(level);
  signal?.throwIfAborted();
  const kinds = countKinds(values, clusters);
  const refusal = refuseMean(kinds);
  if (refusal) return refusal;
  const { totals, sizes, counts, groups } = kinds;
  if (counts.length * 8 <= groups) {
    const result = bootstrapMean(values, options);
    onProgress?.({ done: replicates, total: replicates });
    return result;
  }
  const task = {
    kind: 'mean' as const,
    totals: shared(totals),
    sizes: sizes && shared(sizes),
    counts: shared(counts),
    groups,
  };
  const resampled = await resampleParallel(task, counts, groups, false, options);
  return meanEstimate(kinds, resampled, { level, method });
}
