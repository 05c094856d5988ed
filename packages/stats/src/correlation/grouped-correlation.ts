import { coefficientOf, type CorrelationStatistic } from './statistic-of-pairs.ts';
import { kendall } from './kendall.ts';
import { completePairs } from '../numerics/complete-pairs.ts';
import { allRows, columnAt, columnOf, rowsPresentIn } from '../numerics/present-rows.ts';
import { pearson, pearsonOf, spearman } from './correlation.ts';
import { bootstrapMean } from '../resampling/bootstrap-mean.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { resamplePatterns } from '../resampling/pattern-interval.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, type IntervalPlan, planInterval } from '../shapes/interval-options.ts';
import { sum } from '../numerics/sum.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';

/** One correlation at three levels; they answer different questions and may disagree. */
export type GroupedCorrelation = {
  /** Over all rows: do equal scores mean equal quality everywhere? */
  pooled: Estimate | Undetermined;
  /** Mean over groups: does the judge order the answers to one prompt as people do? */
  within: (Estimate & { definedGroups: number; undefinedGroups: number }) | Undetermined;
  /** Of the systems' mean scores: does the judge order systems as people do? Null without `systems`. */
  system: (Estimate & { systems: number }) | Undetermined | null;
  statistic: CorrelationStatistic;
};

const fewSystems = 8;

const inRange = ([low, high]: [number, number]): [number, number] => [Math.max(-1, low), Math.min(1, high)];

/** The coefficient inside each group, NaN where it is not defined. */
function withinGroups(
  x: Float64Array,
  y: Float64Array,
  of: Uint32Array,
  count: number,
  statistic: CorrelationStatistic,
): Float64Array {
  // The rows are complete, so that r needs no estimate around it, of which a million groups would leave a million.
  const coefficient = statistic === 'pearson' ? pearsonOf : coefficientOf(statistic);
  const { starts, rows } = groupedRows({ of, count });
  let largest = 0;
  for (let g = 0; g < count; g++) largest = Math.max(largest, starts[g + 1]! - starts[g]!);
  // One group after the other in the same two columns: a million groups would leave two million of them behind.
  const whole = { x: new Float64Array(largest), y: new Float64Array(largest) };
  let own = whole;
  return columnOf(count, (g) => {
    const start = starts[g]!;
    const size = starts[g + 1]! - start;
    if (own.x.length !== size) own = { x: whole.x.subarray(0, size), y: whole.y.subarray(0, size) };
    for (let i = 0; i < size; i++) {
      own.x[i] = x[rows[start + i]!]!;
      own.y[i] = y[rows[start + i]!]!;
    }
    return coefficient(own.x, own.y) ?? NaN;
  });
}

/** Sums and counts of both columns by group and system, so that a resample of groups needs no rows. */
function systemCells(x: Float64Array, y: Float64Array, group: Uint32Array, system: Uint32Array, systems: number) {
  const cells = new Map<number, number>();
  const [g, s, sumX, sumY, count]: number[][] = [[], [], [], [], []];
  for (let row = 0; row < x.length; row++) {
    const key = group[row]! * systems + system[row]!;
    let place = cells.get(key);
    if (place === undefined) {
      cells.set(key, (place = cells.size));
      g!.push(group[row]!);
      s!.push(system[row]!);
      sumX!.push(0);
      sumY!.push(0);
      count!.push(0);
    }
    sumX![place]! += x[row]!;
    sumY![place]! += y[row]!;
    count![place]!++;
  }
  return { g: g!, s: s!, sumX: sumX!, sumY: sumY!, count: count! };
}

function systemLevel(
  x: Float64Array,
  y: Float64Array,
  group: { of: Uint32Array; count: number },
  system: { of: Uint32Array; count: number },
  statistic: CorrelationStatistic,
  plan: IntervalPlan,
): (Estimate & { systems: number }) | Undetermined {
  const name = `${statistic} of system means`;
  const n = system.count;
  if (n < 2) return undetermined('no-data', `a correlation needs 2 systems, found ${n}`, n, name);
  const coefficient = coefficientOf(statistic);
  const { g, s, sumX, sumY, count } = systemCells(x, y, group.of, system.of, n);
  const write = (weights: Float64Array, out: Float64Array) => {
    const [a, b, size] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    for (let cell = 0; cell < g.length; cell++) {
      const w = weights[g[cell]!]!;
      a[s[cell]!]! += w * sumX[cell]!;
      b[s[cell]!]! += w * sumY[cell]!;
      size[s[cell]!]! += w * count[cell]!;
    }
    // A system that is not in the resample has no mean there: NaN leaves it out.
    out[0] =
      coefficient(
        a.map((t, k) => t / size[k]!),
        b.map((t, k) => t / size[k]!),
      ) ?? NaN;
  };
  const ones = new Float64Array(group.count).fill(1);
  const out = new Float64Array(1);
  write(ones, out);
  if (Number.isNaN(out[0]!)) return undetermined('zero-variance', 'the means of one side do not vary', n, name);
  const notes = n < fewSystems ? [`few systems: ${n}; softPairwiseAccuracy says more below ${fewSystems}`] : [];
  const common = { value: out[0]!, n, groups: group.count, systems: n };
  if (plan.kind !== 'bootstrap') {
    const note = plan.kind === 'none' ? plan.note : 'no interval: it is a bootstrap, which needs `random`';
    return withNotes({ ...common, interval: null, level: plan.level, method: name }, [...notes, note]);
  }
  const each = { of: allRows(group.count), counts: ones };
  const { notes: more, name: ending, ...rest } = resamplePatterns(plan, each, null, 1, write)(0);
  return withNotes({ ...common, ...rest, method: `${name}, ${ending}` }, [...notes, ...more]);
}

/**
 * The correlation of two columns pooled over all rows, within groups (prompts, documents), and between systems.
 *
 * Within: the coefficient of each group, averaged over the groups where it is defined; how many are not is reported.
 * System: the mean of each system over its rows, then the coefficient over systems. Pooled and system intervals are
 * bootstraps over whole groups and need `random`; that of the mean within groups is t over groups, unless
 * `interval: 'bootstrap'` is asked for. Noise in the means of systems pulls their correlation, and its interval, to 0: it
 * needs many documents.
 *
 * @param x NaN in either column leaves the row out
 * @param options `groups`: one id per row; `systems`: one id per row; `statistic`: default 'spearman'
 * @returns `no-data` below 2 rows or systems, `zero-variance` where no group, or no system mean, varies
 * @throws RangeError for unequal lengths, infinite values or a row without an id
 * @example
 * groupedCorrelation(human, judge, { groups: document, systems: system, random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/grouped-correlation.md
 */
export function groupedCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  {
    groups,
    systems,
    statistic = 'spearman',
    ...options
  }: Omit<IntervalOptions, 'clusters'> & {
    groups: ArrayLike<number>;
    systems?: ArrayLike<number> | undefined;
    statistic?: CorrelationStatistic | undefined;
  },
): GroupedCorrelation {
  const plan = planInterval(options, false);
  coefficientOf(statistic);
  const pairs = completePairs(x, y);
  const group = indexClusters(groups, x.length, pairs.kept);
  const correlate = { pearson, spearman, kendall }[statistic];
  const pooled = correlate(x, y, { ...options, clusters: groups });

  const perGroup = withinGroups(pairs.x, pairs.y, group.of, group.count, statistic);
  const defined = columnAt(perGroup, rowsPresentIn({ perGroup }));
  const name = `mean ${statistic} within groups`;
  const n = pairs.x.length;
  let within: GroupedCorrelation['within'];
  if (defined.length === 0) {
    const detail = `none of ${group.count} groups has 2 rows that vary in both columns`;
    within = undetermined(n === 0 ? 'no-data' : 'zero-variance', detail, n, name);
  } else {
    const undefinedGroups = group.count - defined.length;
    const notes = [...pairs.notes];
    if (undefinedGroups > 0)
      notes.push(`not defined in ${undefinedGroups} of ${group.count} groups, which do not count`);
    const counts = { n, groups: group.count, definedGroups: defined.length, undefinedGroups };
    const { level } = plan;
    const bootstrapped = options.interval === 'bootstrap' && plan.kind === 'bootstrap';
    const mean = bootstrapped ? bootstrapMean(defined, { ...plan }) : clusteredMean(defined, { level });
    if (mean.value === null) {
      const note = `no interval: ${mean.detail}`;
      const value = sum(defined) / defined.length;
      within = withNotes({ value, interval: null, level, ...counts, method: name }, [...notes, note]);
    } else {
      const { value, se, method } = mean;
      const none = options.interval === 'none' ? ['no interval was asked for'] : [];
      within = withNotes(
        {
          value,
          interval: none.length > 0 || !mean.interval ? null : inRange(mean.interval),
          level,
          ...counts,
          ...(se !== undefined && { se }),
          method: `${name}, ${method}`,
        },
        [...notes, ...none, ...(mean.notes ?? [])],
      );
    }
  }
  return {
    pooled,
    within,
    system: systems
      ? systemLevel(pairs.x, pairs.y, group, indexClusters(systems, x.length, pairs.kept), statistic, plan)
      : null,
    statistic,
  };
}
