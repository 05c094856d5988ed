import { isRounding } from '../shapes/finite.ts';
import { normalCdf, normalQuantile } from '../numerics/normal.ts';
import type { Resampled } from './resampling.ts';
import { sum } from '../numerics/sum.ts';

export type BootstrapMethod = 'percentile' | 'bca';

export type BootstrapInterval = {
  interval: [number, number] | null;
  se?: number;
  /** How many resamples stand behind the interval, after those that were not defined were left out. */
  replicates: number;
  undefinedReplicates: number;
  /** z₀, a and the two adjusted probabilities, when BCa was asked for and is defined. */
  biasCorrection?: number;
  acceleration?: number;
  probabilities?: [number, number];
  notes: string[];
};

/** Ascending values with how often each counts; type-7 quantiles as if each were written out that often. */
function quantileOf(values: Float64Array, ways: Float64Array): (p: number) => number {
  const ends = new Float64Array(ways.length);
  let total = 0;
  for (let i = 0; i < ways.length; i++) ends[i] = total += ways[i]!;
  const at = (place: number) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > place) high = middle;
      else low = middle + 1;
    }
    return values[low]!;
  };
  return (p) => {
    const place = (total - 1) * p;
    const below = Math.floor(place);
    const low = at(below);
    return low + (place - below) * (at(Math.min(below + 1, total - 1)) - low);
  };
}

/** Σ(m − t)³ / (6 (Σ(m − t)²)^1.5) over the values without one unit; null where one of them is not defined. */
function accelerationOf(leftOut: Float64Array, counts: Float64Array): number | null {
  if (leftOut.some((value, kind) => counts[kind]! > 0 && Number.isNaN(value))) return null;
  const total = sum(counts);
  const centre = sum(leftOut.map((value, kind) => (counts[kind]! > 0 ? value * counts[kind]! : 0))) / total;
  const apart = leftOut.map((value, kind) => (counts[kind]! > 0 ? centre - value : 0));
  // The quotient has no unit; taken in units of the largest distance its powers stay in range.
  const unit = apart.reduce((most, distance) => Math.max(most, Math.abs(distance)), 0);
  if (unit === 0) return null;
  const squares = sum(apart.map((distance, kind) => counts[kind]! * (distance / unit) ** 2));
  const cubes = sum(apart.map((distance, kind) => counts[kind]! * (distance / unit) ** 3));
  return cubes / (6 * squares ** 1.5);
}

/**
 * The interval of one output from its replicates.
 *
 * Percentile: type-7 quantiles. BCa (Efron 1987): z₀ counts ties with the estimate as half, which matters for
 * statistics with few values; where z₀ or the acceleration is not finite it falls back to percentile and says so.
 */
export function bootstrapInterval(
  resampled: Resampled,
  output: number,
  { level, method }: { level: number; method: BootstrapMethod },
): BootstrapInterval {
  const all = resampled.replicates[output]!;
  const value = resampled.original[output]!;
  const notes: string[] = [];
  const order: number[] = [];
  let [everything, defined] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    const ways = resampled.ways ? resampled.ways[i]! : 1;
    everything += ways;
    if (Number.isNaN(all[i]!)) continue;
    defined += ways;
    order.push(i);
  }
  const undefinedReplicates = everything - defined;
  if (undefinedReplicates > 0)
    notes.push(`${undefinedReplicates} of ${everything} replicates were not defined and left out`);
  const counted = { replicates: defined, undefinedReplicates };
  if (undefinedReplicates > 0.05 * everything) {
    notes.push('no interval: more than 5% of the replicates are not defined');
    return { interval: null, ...counted, notes };
  }
  let values: Float64Array;
  let ways: Float64Array;
  if (resampled.ways) {
    order.sort((i, j) => all[i]! - all[j]!);
    values = Float64Array.from(order, (i) => all[i]!);
    ways = Float64Array.from(order, (i) => resampled.ways![i]!);
  } else {
    values = Float64Array.from(order, (i) => all[i]!).toSorted();
    ways = new Float64Array(values.length).fill(1);
  }
  const [lowest, highest] = [values[0]!, values.at(-1)!];
  if (isRounding(highest - lowest, Math.max(Math.abs(lowest), Math.abs(highest)))) {
    notes.push('no interval: all replicates are equal (zero variance)');
    return { interval: null, se: 0, ...counted, notes };
  }
  const centre = sum(values.map((x, i) => x * ways[i]!)) / defined;
  const squares = sum(values.map((x, i) => ways[i]! * (x - centre) ** 2));
  // An enumeration is the whole distribution, so its spread has divisor N; a draw from it has N − 1.
  const se = Math.sqrt(squares / (resampled.ways ? defined : defined - 1));
  const quantile = quantileOf(values, ways);
  const tail = (1 - level) / 2;
  const percentile = (): [number, number] => [quantile(tail), quantile(1 - tail)];
  if (method === 'percentile') return { interval: percentile(), se, ...counted, notes };

  let below = 0;
  for (let i = 0; i < values.length; i++) {
    const apart = values[i]! - value;
    if (apart < 0) below += ways[i]!;
    else if (apart === 0) below += ways[i]! / 2;
  }
  const share = below / defined;
  const acceleration = resampled.leftOut ? accelerationOf(resampled.leftOut[output]!, resampled.counts) : null;
  if (share <= 0 || share >= 1 || acceleration === null) {
    notes.push(
      acceleration === null
        ? 'percentile instead of BCa: the acceleration is not defined'
        : 'percentile instead of BCa: all replicates lie on one side of the estimate',
    );
    return { interval: percentile(), se, ...counted, notes };
  }
  const biasCorrection = normalQuantile(share);
  const probabilities: number[] = [];
  for (const p of [tail, 1 - tail]) {
    const shifted = biasCorrection + normalQuantile(p);
    const scale = 1 - acceleration * shifted;
    if (scale <= 0) {
      notes.push('percentile instead of BCa: the acceleration is too large for this level');
      return { interval: percentile(), se, ...counted, notes };
    }
    probabilities.push(normalCdf(biasCorrection + shifted / scale));
  }
  const [low, high] = [probabilities[0]!, probabilities[1]!];
  return {
    interval: [quantile(low), quantile(high)],
    se,
    ...counted,
    biasCorrection,
    acceleration,
    probabilities: [low, high],
    notes,
  };
}
