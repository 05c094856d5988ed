import { indexClusters } from '../resampling/clusters.ts';
import { fewestClusters } from '../resampling/bootstrap.ts';
import { normalCdf } from '../numerics/normal.ts';
import { quantile } from '../numerics/quantile.ts';
import type { Random } from '../random/random.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { forecastRows, keptClusters } from './forecast-rows.ts';
import { binProbabilities, type BinOptions } from './probability-bins.ts';

/** The test, with what the error would be by chance: its mean and its 95% point if the forecast were calibrated. */
export type CalibrationTestResult = TestResult & { statistic: number; nullMean: number; nullUpper: number };

/**
 * Whether the calibration error is more than a calibrated forecaster would show on these rows.
 *
 *     y* ~ Bernoulli(p), B times        p-value  (1 + #{ECE* ≥ ECE}) / (1 + B)
 *
 * The consistency resampling of Bröcker & Smith 2007 (Vaicenavicius et al. 2019, arXiv:1902.06977). Outcomes drawn this way
 * are independent; with `clusters` the residuals y − p keep their size and whole clusters change sign together instead.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `statistic` is the ECE; `no-data` without rows, `too-few-clusters` below 5
 * @throws RangeError for other values, unequal lengths, bins or replicates below 1, ids that do not fit
 * @example
 * calibrationTest(probabilities, correct, { random: seededRandom(1) }).p;
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function calibrationTest(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  {
    random,
    replicates = 2000,
    clusters,
    ...options
  }: BinOptions & { random: Random; replicates?: number; clusters?: ArrayLike<number> | undefined },
): CalibrationTestResult | Undetermined {
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const kept = forecastRows(probabilities, outcomes);
  const { p, y, n } = kept;
  const ids = keptClusters(clusters, kept, probabilities.length);
  const bins = binProbabilities(p, options);
  const how = ids ? 'signs by cluster' : 'outcomes redrawn';
  const method = `consistency of the calibration error, ${bins.name}, ${how}, B = ${replicates}`;
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const index = ids ? indexClusters(ids, n) : null;
  if (index && index.count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${index.count}`, n, method);
  }
  const gaps = new Float64Array(bins.count);
  const error = (residual: (row: number) => number): number => {
    gaps.fill(0);
    for (let i = 0; i < n; i++) gaps[bins.of[i]!]! += residual(i);
    return gaps.reduce((total, gap) => total + Math.abs(gap), 0) / n;
  };
  const statistic = error((i) => p[i]! - y[i]!);
  const draws = random.stream('calibration-test');
  const signs = new Float64Array(index?.count ?? 0);
  const found = new Float64Array(replicates);
  let reached = 0;
  for (let r = 0; r < replicates; r++) {
    if (index) {
      for (let g = 0; g < signs.length; g++) signs[g] = draws.next() < 0.5 ? -1 : 1;
      found[r] = error((i) => signs[index.of[i]!]! * (p[i]! - y[i]!));
    } else {
      found[r] = error((i) => p[i]! - (draws.next() < p[i]! ? 1 : 0));
    }
    // Equal errors may differ by the rounding of sums taken in another order of terms.
    if (found[r]! >= statistic * (1 - 1e-12)) reached++;
  }
  const nullMean = found.reduce((a, b) => a + b, 0) / replicates;
  return withNotes(
    { p: (1 + reached) / (1 + replicates), statistic, n, nullMean, nullUpper: quantile(found, 0.95), method },
    bins.notes,
  );
}

/**
 * Spiegelhalter's test of calibration: whether the Brier score is what the forecasts themselves would expect.
 *
 *     z  Σ (y − p)(1 − 2p) / √(Σ (1 − 2p)² p(1 − p))
 *
 * No bins. Above 0 the forecasts are too extreme, below 0 too timid; forecasts of 1/2 say nothing to it. With `clusters` the
 * denominator is √(Σ_g (Σ_{i in g} (y − p)(1 − 2p))²). Spiegelhalter 1986, Statistics in Medicine 5:421-433.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns two-sided p; `no-data` without rows, `zero-variance` where all forecasts are 0, 1/2 or 1, `too-few-clusters`
 * @throws RangeError for other values, unequal lengths, ids that do not fit
 * @example
 * spiegelhalterTest([0.9, 0.8, 0.95, 0.7], [1, 0, 1, 0]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function spiegelhalterTest(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { clusters }: { clusters?: ArrayLike<number> | undefined } = {},
): TestResult | Undetermined {
  const kept = forecastRows(probabilities, outcomes);
  const { p, y, n } = kept;
  const ids = keptClusters(clusters, kept, probabilities.length);
  const method = ids ? 'Spiegelhalter z, cluster-robust' : 'Spiegelhalter z';
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const index = ids ? indexClusters(ids, n) : null;
  if (index && index.count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${index.count}`, n, method);
  }
  const sums = new Float64Array(index?.count ?? 0);
  let [above, variance] = [0, 0];
  for (let i = 0; i < n; i++) {
    const lean = 1 - 2 * p[i]!;
    const term = (y[i]! - p[i]!) * lean;
    above += term;
    if (index) sums[index.of[i]!]! += term;
    variance += lean * lean * p[i]! * (1 - p[i]!);
  }
  if (index) variance = sums.reduce((total, x) => total + x * x, 0);
  if (variance === 0) {
    return undetermined('zero-variance', 'forecasts of 0, 1/2 and 1 leave nothing to chance in this test', n, method);
  }
  const z = above / Math.sqrt(variance);
  return { p: Math.min(1, 2 * normalCdf(-Math.abs(z))), statistic: z, n, method };
}
