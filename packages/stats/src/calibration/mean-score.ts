import { bootstrapMean } from '../resampling/bootstrap-mean.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { keptClusters } from './forecast-rows.ts';
import { skewedMeanInterval } from './skewed-mean-interval.ts';

/**
 * The mean of a score per row: cluster-robust t without `random` (unlike most statistics a mean has a closed form with
 * clusters), a bootstrap with it. The ends stay within what the score can be.
 */
export function meanScore(
  scores: Float64Array,
  {
    rows,
    length,
    lowest = 0,
    highest,
    name,
  }: { rows: Uint32Array | undefined; length: number; lowest?: number; highest: number; name: string },
  options: IntervalOptions,
): Estimate | Undetermined {
  const { clusters, ...rest } = options;
  const plan = planInterval(rest, true);
  const ids = keptClusters(clusters, { rows }, length);
  const plain = clusteredMean(scores, { level: plan.level, clusters: ids });
  if (plain.value === null) return undetermined('no-data', 'needs at least one row', 0, name);
  const { value, level, n, groups } = plain;
  const size = groups === undefined ? {} : { groups };
  if (plan.kind === 'none') return { value, interval: null, level, n, ...size, method: name, notes: [plan.note] };
  if (plan.kind === 'closed-form') {
    const method = ids ? `${name}, cluster-robust t, skewness-adjusted` : `${name}, t, skewness-adjusted`;
    const { se } = plain;
    if (plain.interval === null || se === undefined) return { ...plain, method };
    const [low, high] = skewedMeanInterval(scores, { mean: value, se, clusters: ids, level });
    return { ...plain, interval: [Math.max(lowest, low), Math.min(highest, high)], method };
  }
  const { random, replicates, method: kind } = plan;
  const drawn = bootstrapMean(scores, { random, level, replicates, method: kind, clusters: ids });
  if (drawn.value === null) {
    const note = `no interval: a bootstrap ${drawn.detail}`;
    return { value, interval: null, level, n, ...size, method: `${name}, bootstrap ${kind}`, notes: [note] };
  }
  const { interval, se, notes = [], method } = drawn;
  return withNotes(
    { value, interval, level, n, ...size, ...(se !== undefined && { se }), method: `${name}, ${method.slice(6)}` },
    notes,
  );
}

const enough = 5;

/** The note where one outcome is so rare that the few rows of it decide the mean. */
export function rareOutcomeNotes(positives: number, n: number): string[] {
  const rarer = Math.min(positives, n - positives);
  return rarer < enough
    ? [`${rarer} rows of the rarer outcome: the interval tends to be too short below ${enough}`]
    : [];
}

/** The result with more notes, before those that it has; an estimate without an interval needs no caution about it. */
export function cautioned<T extends Estimate>(result: T | Undetermined, notes: readonly string[]): T | Undetermined {
  if (result.value === null) return result;
  return withNotes(result, [...(result.interval === null ? [] : notes), ...(result.notes ?? [])]);
}
