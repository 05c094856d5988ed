import { clusterBootstrap } from '../resampling/bootstrap.ts';
import { allRows, columnAt } from '../numerics/present-rows.ts';
import type { CompletePairs } from '../numerics/complete-pairs.ts';
import type { IntervalPlan } from '../shapes/interval-options.ts';
import type { IntervalPart } from '../resampling/pattern-interval.ts';

/** The interval of a statistic of two columns, from resampled rows or clusters. */
export function resamplePairs(
  plan: IntervalPlan & { kind: 'bootstrap' },
  pairs: CompletePairs,
  clusters: ArrayLike<number> | undefined,
  statistic: (x: Float64Array, y: Float64Array) => number | null,
): IntervalPart {
  const { x, y } = pairs;
  let [drawnX, drawnY] = [new Float64Array(x.length), new Float64Array(x.length)];
  return resamplePairRows(plan, pairs, clusters, (drawn) => {
    if (drawn.length > drawnX.length)
      [drawnX, drawnY] = [new Float64Array(drawn.length), new Float64Array(drawn.length)];
    for (let i = 0; i < drawn.length; i++) {
      drawnX[i] = x[drawn[i]!]!;
      drawnY[i] = y[drawn[i]!]!;
    }
    return statistic(drawnX.subarray(0, drawn.length), drawnY.subarray(0, drawn.length));
  });
}

/** As `resamplePairs`, of a statistic that reads the drawn rows where they are. */
export function resamplePairRows(
  plan: IntervalPlan & { kind: 'bootstrap' },
  pairs: CompletePairs,
  clusters: ArrayLike<number> | undefined,
  statistic: (drawn: Uint32Array) => number | null,
): IntervalPart {
  const { level, random, replicates, method } = plan;
  const groups = clusters ? columnAt(clusters, pairs.kept) : allRows(pairs.x.length);
  const result = clusterBootstrap(groups, statistic, { random, level, replicates, method });
  if (result.value === null)
    return { interval: null, level, notes: [`no interval: ${result.detail}`], name: result.method };
  return {
    interval: result.interval,
    level,
    ...(clusters && { groups: result.groups ?? 0 }),
    ...(result.se !== undefined && { se: result.se }),
    notes: result.notes ?? [],
    name: result.method,
  };
}
