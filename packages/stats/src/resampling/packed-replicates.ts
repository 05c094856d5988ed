import type { ClusterIndex } from './clusters.ts';
import { addDraws } from './replicate-draws.ts';
import type { WeightedStatistic } from './resampling.ts';
import type { Patterns } from './row-patterns.ts';

const doubleBits = 53;

/** How many bits a count of rows among as many drawn clusters can have: at most the rows of the largest, each time. */
function bitsOf({ of, count }: ClusterIndex): number {
  const sizes = new Uint32Array(count);
  let largest = 0;
  for (const cluster of of) largest = Math.max(largest, ++sizes[cluster]!);
  return Math.floor(Math.log2(count * largest)) + 1;
}

/**
 * Replicates of a statistic of pattern counts, clusters being drawn: the same as one by one.
 *
 * Sums of whole numbers take few of the 53 bits of a double, so several resamples lie side by side in one and the patterns of
 * their clusters are counted at once, which is most of the work.
 */
export function packedReplicates(
  count: (drawn: Float64Array, counts: Float64Array) => void,
  patterns: Patterns,
  clusters: ClusterIndex,
  outputs: number,
  statistic: WeightedStatistic,
  states: Int32Array,
): Float64Array[] {
  const wanted = states.length / 4;
  const bits = bitsOf(clusters);
  const lanes = Math.max(1, Math.floor(doubleBits / bits));
  const unit = 2 ** bits;
  const add = addDraws(clusters.count);
  const replicates = Array.from({ length: outputs }, () => new Float64Array(wanted));
  const drawn = new Float64Array(clusters.count);
  const sums = new Float64Array(patterns.counts.length);
  const weights = new Float64Array(sums.length);
  const out = new Float64Array(outputs);
  const state = new Int32Array(4);
  for (let first = 0; first < wanted; first += lanes) {
    const end = Math.min(first + lanes, wanted);
    drawn.fill(0);
    for (let b = first; b < end; b++) {
      for (let i = 0; i < 4; i++) state[i] = states[4 * b + i]!;
      add(state, drawn, unit ** (b - first));
    }
    count(drawn, sums);
    for (let b = first; b < end; b++) {
      for (let kind = 0; kind < sums.length; kind++) {
        const above = Math.floor(sums[kind]! / unit);
        weights[kind] = sums[kind]! - above * unit;
        sums[kind] = above;
      }
      statistic(weights, out);
      for (let j = 0; j < outputs; j++) replicates[j]![b] = out[j]!;
    }
  }
  return replicates;
}
