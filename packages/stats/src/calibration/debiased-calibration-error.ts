import { clusterNotes, fewestClusters } from '../resampling/bootstrap.ts';
import { type ClusterIndex, indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { forecastRows, keptClusters } from './forecast-rows.ts';
import { binProbabilities, type BinOptions, binSums } from './probability-bins.ts';

/** A squared error, which may come out below 0, with its root on the scale of probabilities (0 where it is negative). */
export type DebiasedErrorEstimate = Estimate & { root: number; rootInterval: [number, number] | null };

/**
 * The squared calibration error of a binned forecast, without the bias that chance adds, and with an interval.
 *
 *     value  Σ_b n_b/n · ((p̄_b − ȳ_b)² − ȳ_b(1 − ȳ_b)/(n_b − 1))     a bin of one row counts 0
 *
 * About as often below 0 as above where the forecast is calibrated; `root` is √max(value, 0). With `clusters` the term
 * taken away is the cluster-robust variance of the bin's gap. The interval solves (value − θ)² = z²(V₀ + V₁θ), where V₀ is
 * the variance of the quadratic form at perfect calibration and V₁θ its linearised variance away from it; it stops at 0
 * and at negative values its upper end is that of 0. What it covers is the error of the binned forecast: a lower bound of
 * the unbinned one. Kumar, Liang & Ma 2019, arXiv:1909.10155 (value); the interval follows the two regimes of Sun et al.
 * 2024, arXiv:2408.08998.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` where no bin has 2 rows; no interval below 5 given clusters or where no bin varies, with a note
 * @throws RangeError for other values, unequal lengths, bins below 1, ids that do not fit, a level outside (0, 1)
 * @example
 * debiasedCalibrationError(probabilities, correct, { clusters: question });
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function debiasedCalibrationError(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  {
    level = 0.95,
    clusters,
    ...options
  }: BinOptions & { level?: number; clusters?: ArrayLike<number> | undefined } = {},
): DebiasedErrorEstimate | Undetermined {
  checkLevel(level);
  const kept = forecastRows(probabilities, outcomes);
  const { p, y, n } = kept;
  const ids = keptClusters(clusters, kept, probabilities.length);
  const bins = binProbabilities(p, options);
  const method = `debiased squared calibration error, ${bins.name}`;
  const sums = binSums(bins, p, y);
  if (!sums.size.some((size) => size >= 2)) {
    return undetermined('no-data', `needs a bin of 2 rows, found ${n} rows in ${bins.name}`, n, method);
  }
  const index = ids ? indexClusters(ids, n) : null;
  const count = index?.count ?? n;
  const shape = binGaps(bins.of, sums, p, y, index);
  const { value, atNull, slope } = shape;
  const groups = ids ? { groups: count } : {};
  const notes = [...bins.notes];
  if (value < 0) notes.push('below 0: the error is smaller than what chance alone would show');
  const root = Math.sqrt(Math.max(0, value));
  const without = (why: string) =>
    withNotes({ value, interval: null, level, n, ...groups, root, rootInterval: null, method }, [...notes, why]);
  if (ids && count < fewestClusters) {
    return without(`no interval: needs ${fewestClusters} clusters, found ${count}`);
  }
  if (atNull === 0) return without('no interval: the outcomes vary in no bin');
  const tail = (1 + level) / 2;
  const z = ids ? tQuantile(tail, count - 1) : normalQuantile(tail);
  const half = (at: number) => z * Math.sqrt(z * z * (slope / 2) ** 2 + atNull + slope * Math.max(at, 0));
  const low = Math.max(0, value + (z * z * slope) / 2 - half(value));
  const high = Math.max(0, value) + (z * z * slope) / 2 + half(value);
  if (ids) notes.push(...clusterNotes(count));
  return withNotes(
    {
      value,
      interval: [low, high],
      level,
      n,
      ...groups,
      root,
      rootInterval: [Math.sqrt(low), Math.sqrt(high)],
      method,
    },
    notes,
  );
}

/**
 * The value, its variance under calibration (2 Σ_bc w_b w_c C_bc², C the covariance of the gaps) and the slope of the
 * variance in the error: the linearised variance at the observed gaps over the squared error observed.
 */
function binGaps(
  bin: Uint32Array,
  sums: { size: Float64Array; p: Float64Array; y: Float64Array },
  p: Float64Array,
  y: Uint8Array,
  clusters: ClusterIndex | null,
): { value: number; atNull: number; slope: number } {
  const n = p.length;
  const gap = sums.size.map((size, b) => (size < 2 ? 0 : (sums.p[b]! - sums.y[b]!) / size));
  const squared = sums.size.reduce((total, size, b) => total + (size / n) * gap[b]! ** 2, 0);
  const spread = clusters
    ? clusteredSpread(bin, sums.size, gap, p, y, clusters)
    : independentSpread(bin, sums.size, gap, p, y);
  const known = sums.size.map((size, b) => {
    if (size < 2) return 0;
    const share = sums.y[b]! / size;
    return clusters ? spread.variances[b]! : (share * (1 - share)) / (size - 1);
  });
  const value = sums.size.reduce((total, size, b) => total + (size / n) * (gap[b]! ** 2 - known[b]!), 0);
  const influence = new Float64Array(clusters?.count ?? 0);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const b = bin[i]!;
    if (sums.size[b]! < 2) continue;
    const own = 2 * gap[b]! * (p[i]! - y[i]! - gap[b]!) + gap[b]! ** 2 - squared;
    if (clusters) influence[clusters.of[i]!]! += own;
    else squares += own * own;
  }
  for (let g = 0; g < influence.length; g++) squares += influence[g]! * influence[g]!;
  const linear = squares / n ** 2;
  return { value, atNull: spread.atNull, slope: squared === 0 ? 0 : linear / squared };
}

type Spread = { variances: Float64Array; atNull: number };

function independentSpread(
  bin: Uint32Array,
  size: Float64Array,
  gap: Float64Array,
  p: Float64Array,
  y: Uint8Array,
): Spread {
  const variances = new Float64Array(size.length);
  for (let i = 0; i < p.length; i++) variances[bin[i]!]! += (p[i]! - y[i]! - gap[bin[i]!]!) ** 2;
  let atNull = 0;
  for (let b = 0; b < size.length; b++) {
    // Equal residuals differ by rounding from their mean, which is no variance.
    const still = size[b]! < 2 || isRounding(Math.sqrt(variances[b]! / size[b]!), 1);
    variances[b] = still ? 0 : variances[b]! / (size[b]! - 1) / size[b]!;
    atNull += 2 * ((size[b]! / p.length) * variances[b]!) ** 2;
  }
  return { variances, atNull };
}

/** The gaps of bins that share clusters go together: their covariance is summed over clusters, one row of it at a time. */
function clusteredSpread(
  bin: Uint32Array,
  size: Float64Array,
  gap: Float64Array,
  p: Float64Array,
  y: Uint8Array,
  { of: cluster, count: clusterCount }: ClusterIndex,
): Spread {
  const k = size.length;
  const covariance = new Float64Array(k * k);
  const variances = new Float64Array(k);
  const starts = new Uint32Array(clusterCount + 1);
  for (const g of cluster) starts[g + 1]!++;
  for (let g = 0; g < clusterCount; g++) starts[g + 1]! += starts[g]!;
  const rows = new Uint32Array(p.length);
  const place = starts.slice();
  for (let i = 0; i < p.length; i++) rows[place[cluster[i]!]!++] = i;
  const residual = new Float64Array(k);
  const clustersIn = new Uint32Array(k);
  for (let g = 0; g < clusterCount; g++) {
    const touched: number[] = [];
    for (let at = starts[g]!; at < starts[g + 1]!; at++) {
      const b = bin[rows[at]!]!;
      if (size[b]! < 2) continue;
      if (!touched.includes(b)) touched.push(b);
      residual[b]! += (p[rows[at]!]! - y[rows[at]!]! - gap[b]!) / size[b]!;
    }
    for (const b of touched) for (const c of touched) covariance[b * k + c]! += residual[b]! * residual[c]!;
    for (const b of touched) {
      residual[b] = 0;
      clustersIn[b]!++;
    }
  }
  // A bin of one cluster has no spread of its own; few clusters in a bin spread too little by (G − 1)/G.
  const inflate = Float64Array.from(clustersIn, (g) => (g > 1 ? g / (g - 1) : 0));
  let atNull = 0;
  for (let b = 0; b < k; b++) {
    if (isRounding(Math.sqrt(covariance[b * k + b]!), 1)) inflate[b] = 0;
  }
  for (let b = 0; b < k; b++) {
    variances[b] = covariance[b * k + b]! * inflate[b]!;
    for (let c = 0; c < k; c++) {
      const shared = covariance[b * k + c]! ** 2 * inflate[b]! * inflate[c]!;
      atNull += 2 * ((size[b]! * size[c]!) / p.length ** 2) * shared;
    }
  }
  return { variances, atNull };
}
