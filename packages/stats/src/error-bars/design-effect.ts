import { clusterNotes, fewestClusters } from '../resampling/bootstrap.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import { rowsPresentIn } from '../numerics/present-rows.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';

/** By how much clusters widen the error of a mean. */
export type DesignEffectEstimate = Estimate & {
  /** One-way intraclass correlation in clusters, by analysis of variance; may be negative. Null with one row a cluster. */
  intraclass: number | null;
  /** Σm²/Σm, the size of the cluster of a random row. */
  clusterSize: number;
  /** 1 + (clusterSize − 1) · intraclass, for planning other designs; null without `intraclass`. */
  byIntraclass: number | null;
};

/**
 * The design effect of the mean: its variance with clusters, over what it would be if rows were independent.
 *
 *     deff  Σ_g (Σ_{i in g} (x_i − m))² / n²  ÷  Σ_i (x_i − m)² / (n (n − 1))
 *
 * The interval is a t(G − 1) interval of log deff, whose error is linearised over clusters:
 * √(G/(G − 1) Σ_g (S_g²/ΣS² − Q_g/ΣQ)²), S_g and Q_g the sum and the sum of squares of a cluster's residuals.
 * Rough below 100 clusters. n / deff is `nEffective`. It belongs to the statistic, not to the data: that of a paired difference is found on the
 * differences. Kish 1965; Miller 2024, arXiv:2411.00640. The small-sample factor √(G/(G − 1)) is not in it.
 *
 * @param values NaN is missing
 * @param clusters one id per row
 * @throws RangeError for an infinite value or ids that do not fit
 * @returns `no-data` below 2 rows, `too-few-clusters` with one cluster, `zero-variance` when all values are equal
 * @example
 * designEffect([1, 1, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2]).value; // 1.667
 * @see https://github.com/assize/assize/blob/main/docs/stats/design-effect.md
 */
export function designEffect(
  values: ArrayLike<number>,
  clusters: ArrayLike<number>,
  { level = 0.95 }: { level?: number } = {},
): DesignEffectEstimate | Undetermined {
  const method = 'design effect';
  checkLevel(level);
  const rows = rowsPresentIn({ values });
  const n = rows?.length ?? values.length;
  const { of, count } = indexClusters(clusters, values.length, rows);
  if (n < 2) return undetermined('no-data', `needs 2 rows, found ${n}`, n, method);
  if (count < 2) return undetermined('too-few-clusters', 'needs 2 clusters, found 1', n, method);
  const at = (i: number) => values[rows ? rows[i]! : i]!;
  const centre = sumOf(n, at) / n;
  const sizes = new Float64Array(count);
  const totals = new Float64Array(count);
  const squares = new Float64Array(count);
  const spread = Math.sqrt(sumOf(n, (i) => (at(i) - centre) * (at(i) - centre)) / n);
  if (isRounding(spread, centre)) return undetermined('zero-variance', 'all values are equal', n, method);
  for (let i = 0; i < n; i++) {
    // The ratio has no unit; in units of the spread its squares stay in range.
    const residual = (at(i) - centre) / spread;
    const g = of[i]!;
    sizes[g]!++;
    totals[g]! += residual;
    squares[g]! += residual * residual;
  }
  const value = (sumOf(count, (g) => totals[g]! * totals[g]!) * (n - 1)) / (n * sum(squares));
  const size = sumOf(count, (g) => sizes[g]! * sizes[g]!) / n;
  const intraclass = oneWay(sizes, totals, squares);
  const common = {
    value,
    level,
    n,
    groups: count,
    nEffective: value > 0 ? Math.min(n / value, Number.MAX_VALUE) : n,
    intraclass,
    clusterSize: size,
    byIntraclass: intraclass === null ? null : 1 + (size - 1) * intraclass,
  };
  if (value === 0) {
    return { ...common, interval: null, method, notes: ['every cluster has the same mean: nEffective is left at n'] };
  }
  if (count < fewestClusters) {
    return {
      ...common,
      interval: null,
      method,
      notes: [`too few clusters for an interval: ${count}, needs ${fewestClusters}`],
    };
  }
  const [above, below] = [sumOf(count, (g) => totals[g]! * totals[g]!), sum(squares)];
  const share = (g: number) => (totals[g]! * totals[g]!) / above - squares[g]! / below;
  const logError = Math.sqrt((count / (count - 1)) * sumOf(count, (g) => share(g) * share(g)));
  const factor = Math.exp(tQuantile((1 + level) / 2, count - 1) * logError);
  if (isRounding(logError, 1)) {
    return {
      ...common,
      interval: null,
      method,
      notes: ['every cluster has the same share in both variances: no spread'],
    };
  }
  const interval: [number, number] = [value / factor, Math.min(value * factor, Number.MAX_VALUE)];
  return withNotes(
    { ...common, interval, se: value * logError, method: `${method}, linearised log t` },
    clusterNotes(count),
  );
}

/** (MSB − MSW) / (MSB + (m₀ − 1) MSW), m₀ = (n − Σm²/n)/(G − 1). */
function oneWay(sizes: Float64Array, totals: Float64Array, squares: Float64Array): number | null {
  const [n, count] = [sum(sizes), sizes.length];
  if (n === count) return null;
  const within = sum(squares.map((q, g) => Math.max(0, q - totals[g]! ** 2 / sizes[g]!))) / (n - count);
  const between = (sum(totals.map((t, g) => t ** 2 / sizes[g]!)) - sum(totals) ** 2 / n) / (count - 1);
  const size = (n - sum(sizes.map((m) => m * m)) / n) / (count - 1);
  const below = between + (size - 1) * within;
  return below === 0 ? null : (between - within) / below;
}
