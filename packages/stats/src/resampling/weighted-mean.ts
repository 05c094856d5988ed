import type { WeightedStatistic } from './resampling.ts';

/** What a mean needs of its kinds; `sizes` is null where every cluster is one row. */
export type MeanKinds = { totals: Float64Array; sizes: Float64Array | null; groups: number };

const long = 1024;

/** Writes the mean of drawn kinds; the same numbers wherever it runs. */
export function weightedMean({ totals, sizes, groups }: MeanKinds): WeightedStatistic {
  if (sizes === null) {
    return (weights, out) => {
      out[0] = products(weights, totals) / groups;
    };
  }
  return (weights, out) => {
    let above = 0;
    let below = 0;
    for (let kind = 0; kind < weights.length; kind++) {
      above += weights[kind]! * totals[kind]!;
      below += weights[kind]! * sizes[kind]!;
    }
    out[0] = above / below;
  };
}

/** Σ weight × total; long sums in four parts, which do not wait for each other. */
function products(weights: Float64Array, totals: Float64Array): number {
  let first = 0;
  let kind = 0;
  if (weights.length >= long) {
    let second = 0;
    let third = 0;
    let fourth = 0;
    for (; kind + 4 <= weights.length; kind += 4) {
      first += weights[kind]! * totals[kind]!;
      second += weights[kind + 1]! * totals[kind + 1]!;
      third += weights[kind + 2]! * totals[kind + 2]!;
      fourth += weights[kind + 3]! * totals[kind + 3]!;
    }
    first += second + third + fourth;
  }
  for (; kind < weights.length; kind++) first += weights[kind]! * totals[kind]!;
  return first;
}
