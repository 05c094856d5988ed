import { type ClusterIndex, indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { rowsPresentIn } from '../numerics/present-rows.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { wilsonLimits } from './proportion.ts';
import { readWeights, type RowWeights } from './row-weights.ts';
import { sumOf } from '../numerics/sum.ts';

export type ClusterOptions = {
  level?: number | undefined;
  /** One id per row; rows of one cluster are not independent. Without it each row stands alone. */
  clusters?: ArrayLike<number> | undefined;
  /** Whether the standard error is multiplied by √(G/(G − 1)); on unless an older figure is to be reprinted. */
  smallSample?: boolean | undefined;
  /** How often each row counts, or how many it stands for: of one kind, never both. */
  weights?: RowWeights | undefined;
};

const fewest = 5;
const few = 20;

/** What G clusters allow: an interval, an interval with a word of caution, or none. */
function caution(groups: number, clustered: boolean): { usable: boolean; notes: string[] } {
  if (groups < 2) return { usable: false, notes: ['one independent unit gives no standard error, so no interval'] };
  if (clustered && groups < fewest) {
    return { usable: false, notes: [`too few clusters for an interval: ${groups}, needs ${fewest}`] };
  }
  if (clustered && groups < few)
    return { usable: true, notes: [`few clusters: ${groups}, the interval is rough below ${few}`] };
  if (groups === 2) return { usable: true, notes: ['two rows leave one degree of freedom'] };
  return { usable: true, notes: [] };
}

/** √(Σ_g e_g²), e_g the sum of the residuals of cluster g; each row is a cluster where there are none. */
export function clusterSpread(n: number, residual: (i: number) => number, clusters: ClusterIndex | null): number {
  let sums = residual;
  if (clusters !== null) {
    const { of, count } = clusters;
    const added = new Float64Array(count);
    for (let i = 0; i < n; i++) added[of[i]!]! += residual(i);
    sums = (g) => added[g]!;
  }
  const square = (g: number): number => {
    const e = sums(g);
    return e * e;
  };
  return Math.sqrt(sumOf(clusters?.count ?? n, square));
}

/**
 * The mean of rows that may come in clusters, with a cluster-robust standard error and a t(G − 1) interval.
 *
 *     SE  √(Σ_g (Σ_{i in g} (x_i − m))²) / n · √(G/(G − 1))
 *
 * Equal to the usual mean and t interval when every row is its own cluster. NaN is missing and is left out.
 * `nEffective` is n divided by the design effect. With
 * `weights` the mean is weighted: see the page on weights. Miller 2024, arXiv:2411.00640 (the factor is off there).
 *
 * @throws RangeError for an infinite value, ids that do not fit, or a level outside (0, 1)
 * @returns `no-data` without rows; no interval below 2 rows or 5 given clusters, with a note
 * @example
 * clusteredMean([1, 0, 1, 1, 0, 1, 1, 0, 1, 1], { clusters: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/clustered-mean.md
 */
export function clusteredMean(
  values: ArrayLike<number>,
  { level = 0.95, clusters, smallSample = true, weights }: ClusterOptions = {},
): Estimate | Undetermined {
  checkLevel(level);
  const method = `${weights ? `${weights.sampling ? 'sampling' : 'frequency'}-weighted mean` : 'mean'}, ${clusters ? 'cluster-robust t' : 't'}`;
  const weighing = readWeights(weights, values.length, rowsPresentIn({ values }));
  const { rows, rowCount, n, total, of: weight } = weighing;
  if (n === 0) return undetermined('no-data', 'a mean needs at least one value', 0, method);
  const index = clusters ? indexClusters(clusters, values.length, rows) : null;
  const count = index ? index.count : weighing.units;
  const at = (i: number) => values[rows ? rows[i]! : i]!;
  const value = sumOf(rowCount, weight ? (i) => weight[i]! * at(i) : at) / total;
  const { usable, notes } = caution(count, clusters !== undefined);
  const groups = clusters ? { groups: count } : {};
  if (!usable) return withNotes({ value, interval: null, level, n, ...groups, method }, notes);
  const residual = (i: number) => weighing.share(i, at(i) - value, clusters !== undefined);
  const bare = clusterSpread(rowCount, residual, index) / total;
  const widened = bare * (smallSample ? Math.sqrt(count / (count - 1)) : 1);
  const se = isRounding(widened, value) ? 0 : widened;
  const left = !clusters && weighing.kish !== null ? { nEffective: weighing.kish } : {};
  if (se === 0) {
    notes.push('every cluster has the same sum, so the spread is 0 and says nothing about certainty');
    return withNotes({ value, interval: null, level, n, ...groups, ...left, se, method }, notes);
  }
  const squared = (i: number) => (weight ? weight[i]! : 1) * (at(i) - value) * (at(i) - value);
  const naive = clusters ? sumOf(rowCount, squared) / total / (n - 1) : 0;
  const effective = naive > 0 ? { nEffective: (n * naive) / (se * se) } : left;
  const half = tQuantile((1 + level) / 2, count - 1) * se;
  return withNotes(
    { value, interval: [value - half, value + half], level, n, ...groups, ...effective, se, method },
    notes,
  );
}

/**
 * The share of ones among rows of 0 and 1 that may come in clusters.
 *
 * The interval is the cluster-robust t interval; near 0 or 1 (fewer than 10 effective items on the rarer side) it is
 * Wilson's on nEffective, and at exactly 0 or 1 Wilson's on the number of clusters, the safest reading of data
 * that show no spread. Without clusters it is Wilson's on n.
 *
 * @throws RangeError if a value is not 0, 1 or NaN for missing; for ids that do not fit; for a level outside (0, 1)
 * @returns `no-data` without rows; no interval below 5 given clusters, with a note
 * @example
 * clusteredProportion([1, 0, 1, 1], { clusters: [0, 0, 1, 1] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/proportions.md
 */
export function clusteredProportion(
  values: ArrayLike<number>,
  { interval: wanted, ...options }: ClusterOptions & { interval?: 't' | 'wilson' | undefined } = {},
): Estimate | Undetermined {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) {
      throw new RangeError(`values[${i}] must be 0, 1 or NaN for missing, found ${value}`);
    }
  }
  const result = clusteredMean(values, options);
  if (result.value === null) return { ...result, method: 'proportion' };
  const { value: p, n, level, groups } = result;
  const z = normalQuantile((1 + level) / 2);
  const sampled = options.weights?.sampling !== undefined;
  if (groups === undefined && wanted !== 't' && !sampled) {
    return { value: p, interval: wilsonLimits(p, n, z), level, n, method: 'proportion, wilson' };
  }
  if (groups !== undefined && groups < fewest) return { ...result, method: 'proportion, cluster-robust' };
  const notes = result.notes?.filter((note) => note.startsWith('few')) ?? [];
  if (result.se === 0 || p === 0 || p === 1) {
    // Kish's number of rows stands in for clusters where rows are weighted and stand alone.
    const items = groups ?? result.nEffective ?? n;
    notes.push(
      groups === undefined && sampled
        ? `the rows show no spread: Wilson's interval counts ${items.toFixed(1)} rows, what the weights leave of ${n}`
        : `the rows show no spread between clusters: Wilson's interval counts each of the ${items} clusters once`,
    );
    return withNotes(
      {
        value: p,
        interval: wilsonLimits(p, items, z),
        level,
        n,
        ...(groups && { groups }),
        nEffective: items,
        method: 'proportion, wilson on clusters',
      },
      notes,
    );
  }
  const effective = result.nEffective ?? n;
  const t = wanted === 't' || (wanted === undefined && effective * Math.min(p, 1 - p) >= 10);
  if (t) return { ...result, method: 'proportion, cluster-robust t' };
  return withNotes(
    { ...result, interval: wilsonLimits(p, effective, z), method: 'proportion, wilson on nEffective' },
    notes,
  );
}

/**
 * A ratio of totals Σa / Σb over clusters, with a linearised standard error and a t(G − 1) interval.
 *
 *     SE  √(G/(G − 1) · Σ_g (a_g − R b_g)²) / Σb
 *
 * @param numerators one per row; NaN in either array leaves the row out
 * @throws RangeError for unequal lengths, ids that do not fit, or a level outside (0, 1)
 * @returns `no-data` without rows or when Σb is 0; no interval below 2 rows or 5 given clusters, with a note
 * @example
 * clusteredRatio([3, 1, 4], [4, 2, 5]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/clustered-mean.md
 */
export function clusteredRatio(
  numerators: ArrayLike<number>,
  denominators: ArrayLike<number>,
  { level = 0.95, clusters, smallSample = true, weights }: ClusterOptions = {},
): Estimate | Undetermined {
  checkLevel(level);
  if (numerators.length !== denominators.length) {
    throw new RangeError(`${numerators.length} numerators but ${denominators.length} denominators`);
  }
  const method = 'ratio of totals, linearised t';
  const weighing = readWeights(weights, numerators.length, rowsPresentIn({ denominators, numerators }));
  const { rows, rowCount, n, of: weight } = weighing;
  const above = (i: number) => numerators[rows ? rows[i]! : i]!;
  const below = (i: number) => denominators[rows ? rows[i]! : i]!;
  const weighed = (at: (i: number) => number) => sumOf(rowCount, weight ? (i) => weight[i]! * at(i) : at);
  const total = weighed(below);
  if (n === 0 || total === 0) return undetermined('no-data', `the denominators of ${n} rows sum to 0`, n, method);
  const value = weighed(above) / total;
  if (!Number.isFinite(value)) return undetermined('not-identified', 'the denominators cancel to almost 0', n, method);
  const index = clusters ? indexClusters(clusters, numerators.length, rows) : null;
  const count = index ? index.count : weighing.units;
  const { usable, notes } = caution(count, clusters !== undefined);
  const groups = clusters ? { groups: count } : {};
  if (!usable) return withNotes({ value, interval: null, level, n, ...groups, method }, notes);
  const residual = (i: number) => weighing.share(i, above(i) - value * below(i), clusters !== undefined);
  const se =
    (clusterSpread(rowCount, residual, index) / Math.abs(total)) * (smallSample ? Math.sqrt(count / (count - 1)) : 1);
  if (!Number.isFinite(se ** 2)) {
    notes.push('no interval: the denominators cancel to almost 0');
    return withNotes({ value, interval: null, level, n, ...groups, method }, notes);
  }
  if (isRounding(se, value)) {
    notes.push('every cluster has the same ratio, so the spread is 0 and says nothing about certainty');
    return withNotes({ value, interval: null, level, n, ...groups, se: 0, method }, notes);
  }
  const half = tQuantile((1 + level) / 2, count - 1) * se;
  return withNotes({ value, interval: [value - half, value + half], level, n, ...groups, se, method }, notes);
}
