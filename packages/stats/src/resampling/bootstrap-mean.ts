import { bootstrapInterval, type BootstrapMethod } from './bootstrap-interval.ts';
import {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrapName,
  clusterNotes,
  fewestClusters,
} from './bootstrap.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { resample, type Resampled } from './resampling.ts';
import { clusterKinds, meanWithoutOne, type ValueKinds, valueKinds } from './value-kinds.ts';
import { weightedMean } from './weighted-mean.ts';

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
 * @see https://github.com/assize/assize/blob/main/docs/stats/bootstrap.md
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
  const kinds = countKinds(values, clusters);
  const refusal = refuseMean(kinds);
  if (refusal) return refusal;
  const resampled = resample(kinds.counts, 1, weightedMean(kinds), { random, replicates, jackknife: false });
  return meanEstimate(kinds, resampled, { level, method });
}

export function countKinds(values: ArrayLike<number>, clusters: ArrayLike<number> | undefined): ValueKinds {
  return clusters ? clusterKinds(values, clusters) : valueKinds(values);
}

export function refuseMean({ rows, groups }: ValueKinds): Undetermined | null {
  if (rows === 0) return undetermined('no-data', 'a mean needs at least one value', 0, 'mean, bootstrap');
  if (groups >= fewestClusters) return null;
  return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${groups}`, rows, 'mean, bootstrap');
}

/** The estimate from resamples of the kinds, wherever they were drawn. */
export function meanEstimate(
  kinds: ValueKinds,
  resampled: Resampled,
  { level, method }: { level: number; method: BootstrapMethod },
): BootstrapEstimate {
  const leftOut = method === 'bca' ? [meanWithoutOne(kinds)] : null;
  const { notes, ...rest } = bootstrapInterval({ ...resampled, leftOut }, 0, { level, method });
  const name = `mean, ${bootstrapName(resampled, method)}`;
  const { rows: n, groups } = kinds;
  return withNotes({ value: resampled.original[0]!, level, n, groups, method: name, ...rest }, [
    ...clusterNotes(groups),
    ...notes,
  ]);
}
