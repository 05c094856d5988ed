import { isRounding } from '../shapes/finite.ts';
import { normalCdf, normalQuantile } from '../numerics/normal.ts';
import type { Resampled } from './resampling.ts';
import { sum, sumOf } from '../numerics/sum.ts';

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

/** Ascending values with how often each counts (once, where null); type-7 quantiles as if each were written out that often. */
function quantileOf(values: Float64Array, ways: Float64Array | null): (p: number) => number {
  const ends = ways ? new Float64Array(ways.length) : null;
  let total = ways ? 0 : values.length;
  if (ways && ends) for (let i = 0; i < ways.length; i++) ends[i] = total += ways[i]!;
  const at = (place: number) => {
    if (!ends) return values[place]!;
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

/** Replicates that are defined, ascending, and how often each counts; null: once. */
type Ascending = { values: Float64Array; ways: Float64Array | null; everything: number; defined: number };

function ascending(all: Float64Array, ways: Float64Array | null): Ascending {
  if (ways === null) {
    const values = new Float64Array(all.length);
    let defined = 0;
    for (let i = 0; i < all.length; i++) if (!Number.isNaN(all[i]!)) values[defined++] = all[i]!;
    return { values: values.subarray(0, defined).toSorted(), ways, everything: all.length, defined };
  }
  const order: number[] = [];
  let [everything, defined] = [0, 0];
  for (let i = 0; i < all.length; i++) {
    everything += ways[i]!;
    if (Number.isNaN(all[i]!)) continue;
    defined += ways[i]!;
    order.push(i);
  }
  order.sort((i, j) => all[i]! - all[j]!);
  return {
    values: Float64Array.from(order, (i) => all[i]!),
    ways: Float64Array.from(order, (i) => ways[i]!),
    everything,
    defined,
  };
}

/** Σ(m − t)³ / (6 (Σ(m − t)²)^1.5) over the values without one unit; null where one of them is not defined. */
function accelerationOf(leftOut: (kind: number) => number, counts: ArrayLike<number>): number | null {
  const kinds = counts.length;
  let total = 0;
  for (let kind = 0; kind < kinds; kind++) {
    if (counts[kind]! > 0 && Number.isNaN(leftOut(kind))) return null;
    total += counts[kind]!;
  }
  const centre = sumOf(kinds, (kind) => (counts[kind]! > 0 ? leftOut(kind) * counts[kind]! : 0)) / total;
  const apart = (kind: number) => (counts[kind]! > 0 ? centre - leftOut(kind) : 0);
  // The quotient has no unit; taken in units of the largest distance its powers stay in range.
  let unit = 0;
  for (let kind = 0; kind < kinds; kind++) unit = Math.max(unit, Math.abs(apart(kind)));
  if (unit === 0) return null;
  const squares = sumOf(kinds, (kind) => counts[kind]! * (apart(kind) / unit) ** 2);
  const cubes = sumOf(kinds, (kind) => counts[kind]! * (apart(kind) / unit) ** 3);
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
  const value = resampled.original[output]!;
  const notes: string[] = [];
  const { values, ways, everything, defined } = ascending(resampled.replicates[output]!, resampled.ways);
  const undefinedReplicates = everything - defined;
  if (undefinedReplicates > 0)
    notes.push(`${undefinedReplicates} of ${everything} replicates were not defined and left out`);
  const counted = { replicates: defined, undefinedReplicates };
  if (undefinedReplicates > 0.05 * everything) {
    notes.push('no interval: more than 5% of the replicates are not defined');
    return { interval: null, ...counted, notes };
  }
  const [lowest, highest] = [values[0]!, values.at(-1)!];
  if (isRounding(highest - lowest, Math.max(Math.abs(lowest), Math.abs(highest)))) {
    notes.push('no interval: all replicates are equal (zero variance)');
    return { interval: null, se: 0, ...counted, notes };
  }
  const centre = (ways ? sumOf(values.length, (i) => values[i]! * ways[i]!) : sum(values)) / defined;
  const squares = sumOf(values.length, (i) => (ways ? ways[i]! : 1) * (values[i]! - centre) ** 2);
  // An enumeration is the whole distribution, so its spread has divisor N; a draw from it has N − 1.
  const se = Math.sqrt(squares / (ways ? defined : defined - 1));
  const quantile = quantileOf(values, ways);
  const tail = (1 - level) / 2;
  const percentile = (): [number, number] => [quantile(tail), quantile(1 - tail)];
  if (method === 'percentile') return { interval: percentile(), se, ...counted, notes };

  let below = 0;
  for (let i = 0; i < values.length; i++) {
    const times = ways ? ways[i]! : 1;
    const replicate = values[i]!;
    if (replicate < value) below += times;
    else if (replicate === value) below += times / 2;
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
