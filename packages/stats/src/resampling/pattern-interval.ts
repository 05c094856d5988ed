import { bootstrapInterval } from './bootstrap-interval.ts';
import { bootstrapName, clusterNotes, fewestClusters } from './bootstrap.ts';
import { countDrawn } from './cluster-patterns.ts';
import { packedReplicates } from './packed-replicates.ts';
import type { ClusterIndex } from './clusters.ts';
import type { IntervalPlan } from '../shapes/interval-options.ts';
import { type Replicates, resample, type WeightedStatistic } from './resampling.ts';
import type { Patterns } from './row-patterns.ts';

/** What an interval adds to an estimate; `name` ends its method. */
export type IntervalPart = {
  interval: [number, number] | null;
  level: number;
  groups?: number;
  se?: number;
  notes: string[];
  name: string;
};

/** A statistic of drawn clusters from one of pattern counts, and its replicates. */
function byCluster(
  patterns: Patterns,
  clusters: ClusterIndex,
  outputs: number,
  statistic: WeightedStatistic,
): { statistic: WeightedStatistic; drawn: Replicates } {
  const count = countDrawn(patterns, clusters);
  const weights = new Float64Array(patterns.counts.length);
  return {
    statistic: (drawn, out) => {
      count(drawn, weights);
      statistic(weights, out);
    },
    drawn: (states) => packedReplicates(count, patterns, clusters, outputs, statistic, states),
  };
}

/** Resamples items (or their clusters) once for all outputs of a statistic of pattern counts. */
export function resamplePatterns(
  plan: IntervalPlan & { kind: 'bootstrap' },
  patterns: Patterns,
  clusters: ClusterIndex | null,
  outputs: number,
  statistic: WeightedStatistic,
): (output: number) => IntervalPart {
  const { level, method, random, replicates } = plan;
  const total = clusters?.count ?? patterns.of.length;
  const groups = clusters ? { groups: total } : {};
  if (total < fewestClusters) {
    const note = `no interval: a bootstrap needs ${fewestClusters} ${clusters ? 'clusters' : 'items'}, found ${total}`;
    return () => ({ interval: null, level, ...groups, notes: [note], name: `bootstrap ${method}` });
  }
  const whole = clusters ? byCluster(patterns, clusters, outputs, statistic) : { statistic, drawn: undefined };
  const resampled = resample(clusters ? new Uint8Array(total).fill(1) : patterns.counts, outputs, whole.statistic, {
    random,
    replicates,
    jackknife: method === 'bca',
    drawn: whole.drawn,
  });
  return (output) => {
    const { interval, se, notes } = bootstrapInterval(resampled, output, { level, method });
    return {
      interval,
      level,
      ...groups,
      ...(se !== undefined && { se }),
      notes: [...clusterNotes(total), ...notes],
      name: bootstrapName(resampled, method),
    };
  };
}
