import { allRows } from '../numerics/present-rows.ts';
import type { ClusterIndex } from './clusters.ts';
import { type IntervalPart, resamplePatterns } from './pattern-interval.ts';
import type { WeightedStatistic } from './resampling.ts';
import { type Estimate, withNotes } from '../shapes/estimate.ts';
import type { IntervalPlan } from '../shapes/interval-options.ts';

/** Values of several statistics of weighted items, and the interval of each from the same resamples. */
export type ItemIntervals = { values: Float64Array; part: (output: number) => IntervalPart };

/**
 * Resamples items, or whole clusters of them, once for all outputs. The statistic gets one weight per item (how often it
 * was drawn) and writes NaN where an output is not defined.
 */
export function itemIntervals(
  plan: IntervalPlan,
  items: number,
  clusters: ClusterIndex | null,
  outputs: number,
  statistic: WeightedStatistic,
): ItemIntervals {
  const values = new Float64Array(outputs);
  statistic(new Float64Array(items).fill(1), values);
  if (plan.kind !== 'bootstrap') {
    const note =
      plan.kind === 'none' ? plan.note : 'no interval: there is no closed form, give `random` for a bootstrap';
    const part = { interval: null, level: plan.level, notes: [note], name: 'no interval' };
    const groups = clusters ? { groups: clusters.count } : {};
    return { values, part: () => ({ ...part, ...groups }) };
  }
  const each = { of: allRows(items), counts: new Float64Array(items).fill(1) };
  return { values, part: resamplePatterns(plan, each, clusters, outputs, statistic) };
}

/** One output as an estimate. */
export function estimateFrom(
  { values, part }: ItemIntervals,
  output: number,
  n: number,
  name: string,
  notes: readonly string[] = [],
): Estimate {
  const { notes: more, name: ending, ...rest } = part(output);
  return withNotes({ value: values[output]!, n, ...rest, method: `${name}, ${ending}` }, [...notes, ...more]);
}
