import type { Random } from '../random/random.ts';
import { allDraws, drawKinds } from './replicate-draws.ts';
import { type Draw, startStates } from './replicate-generator.ts';

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
  /** Per output the value without one unit of that kind, for kinds that occur. Null unless asked for. */
  leftOut: ((kind: number) => number)[] | null;
  counts: ArrayLike<number>;
};

/** One array per output, one replicate for each generator: a faster way to what `drawnReplicates` gives. */
export type Replicates = (states: Int32Array) => Float64Array[];

/** Below this many units all resamples are enumerated, not drawn. */
export const enumerable = 7;

export function checkReplicates(replicates: number): void {
  if (!Number.isSafeInteger(replicates) || replicates < 1)
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
}

/** A statistic of resampled kinds: as they are, in each resample and, if asked, without one unit of each kind. */
export function resample(
  counts: ArrayLike<number>,
  outputs: number,
  statistic: WeightedStatistic,
  {
    random,
    replicates: wanted,
    jackknife,
    drawn: replicatesOf,
  }: { random: Random; replicates: number; jackknife: boolean; drawn?: Replicates | undefined },
): Resampled {
  checkReplicates(wanted);
  let total = 0;
  for (let kind = 0; kind < counts.length; kind++) total += counts[kind]!;
  const weights = new Float64Array(counts.length);
  const original = originalValues(counts, outputs, statistic, weights);
  const drawn =
    total <= enumerable
      ? enumerated(counts, total, outputs, statistic)
      : {
          ways: null,
          replicates: replicatesOf
            ? replicatesOf(startStates(random, wanted))
            : drawnReplicates(drawKinds(counts, total), outputs, statistic, startStates(random, wanted), weights),
        };
  const columns = jackknife ? withoutOne(counts, outputs, statistic, { from: 0, to: counts.length }, weights) : null;
  const leftOut = columns && columns.map((column) => (kind: number) => column[kind]!);
  return { total, original, ...drawn, leftOut, counts };
}

/** A statistic's value as it is kept: NaN for null. */
export function finiteOrUndefined(value: number | null): number {
  if (value === null) return NaN;
  if (!Number.isFinite(value)) throw new RangeError(`a statistic must return a finite number or null, found ${value}`);
  return value;
}

/** The outputs of the data as they are. `weights` is room for one resample, here and below. */
export function originalValues(
  counts: ArrayLike<number>,
  outputs: number,
  statistic: WeightedStatistic,
  weights: Float64Array,
): Float64Array {
  const out = new Float64Array(outputs);
  weights.set(counts);
  statistic(weights, out);
  return out;
}

export function enumerated(
  counts: ArrayLike<number>,
  total: number,
  outputs: number,
  statistic: WeightedStatistic,
): { ways: Float64Array; replicates: Float64Array[] } {
  const [values, times]: [number[][], number[]] = [Array.from({ length: outputs }, () => []), []];
  const out = new Float64Array(outputs);
  for (const draw of allDraws(counts, total)) {
    if (draw.ways === 0) continue;
    statistic(draw.weights.slice(), out);
    for (let j = 0; j < outputs; j++) values[j]!.push(out[j]!);
    times.push(draw.ways);
  }
  return { ways: Float64Array.from(times), replicates: values.map((column) => Float64Array.from(column)) };
}

/** One replicate for each generator in `states`; each depends on its own generator only. `weights` is room for one. */
export function drawnReplicates(
  draw: Draw,
  outputs: number,
  statistic: WeightedStatistic,
  states: Int32Array,
  weights: Float64Array,
): Float64Array[] {
  const wanted = states.length / 4;
  const replicates = Array.from({ length: outputs }, () => new Float64Array(wanted));
  const room = { weights, out: new Float64Array(outputs), state: new Int32Array(4) };
  for (let b = 0; b < wanted; b++) drawOne(draw, statistic, states, b, room, replicates);
  return replicates;
}

/** A function of its own, which is compiled once, where the loop over it would be compiled in each bootstrap. */
function drawOne(
  draw: Draw,
  statistic: WeightedStatistic,
  states: Int32Array,
  b: number,
  { weights, out, state }: { weights: Float64Array; out: Float64Array; state: Int32Array },
  replicates: readonly Float64Array[],
): void {
  for (let i = 0; i < 4; i++) state[i] = states[4 * b + i]!;
  draw(state, weights);
  statistic(weights, out);
  for (let j = 0; j < replicates.length; j++) replicates[j]![b] = out[j]!;
}

/** The outputs without one unit of each of the kinds `from` to `to`; 0 for a kind that does not occur. */
export function withoutOne(
  counts: ArrayLike<number>,
  outputs: number,
  statistic: WeightedStatistic,
  { from, to }: { from: number; to: number },
  weights: Float64Array,
): Float64Array[] {
  const leftOut = Array.from({ length: outputs }, () => new Float64Array(to - from));
  weights.set(counts);
  const out = new Float64Array(outputs);
  for (let kind = from; kind < to; kind++) {
    if (counts[kind] === 0) continue;
    weights[kind] = counts[kind]! - 1;
    statistic(weights, out);
    weights[kind] = counts[kind]!;
    for (let j = 0; j < outputs; j++) leftOut[j]![kind - from] = out[j]!;
  }
  return leftOut;
}
