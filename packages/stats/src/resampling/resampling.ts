import type { Random } from '../random/random.ts';
import { allDraws, drawKinds } from './replicate-draws.ts';

/** Writes each output for the given weights of the kinds; NaN, which never leaves the package, is "not defined". */
export type WeightedStatistic = (weights: Float64Array, out: Float64Array) => void;

export type Resampled = {
  /** Number of resampled units. */
  total: number;
  original: Float64Array;
  /** One array per output, one entry per replicate. */
  replicates: Float64Array[];
  /** How often each replicate counts when all resamples were enumerated; null when they were drawn. */
  ways: Float64Array | null;
  /** One array per output, one entry per kind: the value without one unit of that kind. Null unless asked for. */
  leftOut: Float64Array[] | null;
  counts: Float64Array;
};

/** Below this many units all resamples are enumerated, not drawn. */
const enumerable = 7;

export function resample(
  counts: Float64Array,
  outputs: number,
  statistic: WeightedStatistic,
  options: { random: Random; replicates: number; jackknife: boolean },
): Resampled {
  const { replicates: wanted, jackknife } = options;
  if (!Number.isSafeInteger(wanted) || wanted < 1)
    throw new RangeError(`replicates must be at least 1, found ${wanted}`);
  const total = counts.reduce((a, b) => a + b, 0);
  const out = new Float64Array(outputs);
  const weights = Float64Array.from(counts);
  statistic(weights, out);
  const original = out.slice();

  let ways: Float64Array | null = null;
  let replicates: Float64Array[];
  if (total <= enumerable) {
    const [values, times]: [number[][], number[]] = [Array.from({ length: outputs }, () => []), []];
    for (const draw of allDraws(counts, total)) {
      if (draw.ways === 0) continue;
      weights.set(draw.weights);
      statistic(weights, out);
      for (let j = 0; j < outputs; j++) values[j]!.push(out[j]!);
      times.push(draw.ways);
    }
    ways = Float64Array.from(times);
    replicates = values.map((column) => Float64Array.from(column));
  } else {
    replicates = Array.from({ length: outputs }, () => new Float64Array(wanted));
    const draw = drawKinds(counts, total);
    const base = options.random.stream('bootstrap');
    for (let b = 0; b < wanted; b++) {
      draw(base.stream(String(b)), weights);
      statistic(weights, out);
      for (let j = 0; j < outputs; j++) replicates[j]![b] = out[j]!;
    }
  }

  let leftOut: Float64Array[] | null = null;
  if (jackknife) {
    leftOut = Array.from({ length: outputs }, () => new Float64Array(counts.length));
    for (let kind = 0; kind < counts.length; kind++) {
      if (counts[kind] === 0) continue;
      weights.set(counts);
      weights[kind] = counts[kind]! - 1;
      statistic(weights, out);
      for (let j = 0; j < outputs; j++) leftOut[j]![kind] = out[j]!;
    }
  }
  return { total, original, replicates, ways, leftOut, counts };
}
