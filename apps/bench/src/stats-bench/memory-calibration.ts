import * as stats from '@assize/stats';

import {
  clusters,
  few,
  filled,
  forecasts,
  given,
  givenTwo,
  levels,
  binary,
  type MemorySubject,
  type MemorySubjects,
  n,
  random,
  reals,
  spread,
} from './memory-inputs.ts';

const scored = (run: (p: Float64Array, y: Float64Array) => unknown): MemorySubject =>
  given(forecasts, ([p, y]) => run(p, y));
const clustered = (run: (p: Float64Array, y: Float64Array, ids: Float64Array) => unknown): MemorySubject =>
  givenTwo(forecasts, clusters, ([p, y], ids) => run(p, y, ids));
/** Distributions over two classes. */
const distributions = (): stats.Matrix => {
  const values = reals();
  for (let i = 0; i < n; i += 2) values[i + 1] = 1 - (values[i] ?? 0);
  return { values, rows: n / 2, columns: 2 };
};
const labels = () => binary(n / 2);
const small = (): [Float64Array, Float64Array] => {
  const p = reals(1000);
  return [p, filled((i) => Number((p[i] ?? 0) > 0.3), 1000)];
};
const calibrator = (fit: (p: Float64Array, y: Float64Array) => stats.Calibrator | stats.Undetermined) => {
  const found = fit(...small());
  if (!('kind' in found)) throw new Error('no calibrator');
  return found;
};

/** Calibration, selective judging and conformal sets. */
export const calibrationSubjects: MemorySubjects = {
  auroc: scored((p, y) => stats.auroc(p, y)),
  'auroc, scores': givenTwo(levels, binary, (p, y) => stats.auroc(p, y)),
  'auroc, bootstrap': scored((p, y) => stats.auroc(p, y, few)),
  'auroc, clusters': clustered((p, y, ids) => stats.auroc(p, y, { clusters: ids })),
  brierScore: scored((p, y) => stats.brierScore(p, y)),
  'brierScore, bootstrap': scored((p, y) => stats.brierScore(p, y, few)),
  'brierScore, clusters': clustered((p, y, ids) => stats.brierScore(p, y, { clusters: ids })),
  logLoss: scored((p, y) => stats.logLoss(p, y)),
  rankedProbabilityScore: givenTwo(distributions, labels, (d, y) => stats.rankedProbabilityScore(d, y)),
  expectedScores: given(distributions, (d) => stats.expectedScores(d, [1, 2])),
  expectedCalibrationError: scored((p, y) => stats.expectedCalibrationError(p, y)),
  'expectedCalibrationError, equal width': scored((p, y) =>
    stats.expectedCalibrationError(p, y, { binning: 'equal-width' }),
  ),
  classwiseCalibrationError: givenTwo(distributions, labels, (d, y) => stats.classwiseCalibrationError(d, y)),
  debiasedCalibrationError: scored((p, y) => stats.debiasedCalibrationError(p, y)),
  'debiasedCalibrationError, clusters': clustered((p, y, ids) =>
    stats.debiasedCalibrationError(p, y, { clusters: ids }),
  ),
  smoothCalibrationError: scored((p, y) => stats.smoothCalibrationError(p, y)),
  reliabilityCurve: scored((p, y) => stats.reliabilityCurve(p, y)),
  'reliabilityCurve, clusters': clustered((p, y, ids) => stats.reliabilityCurve(p, y, { clusters: ids })),
  scoreDecomposition: scored((p, y) => stats.scoreDecomposition(p, y)),
  calibrationTest: scored((p, y) => stats.calibrationTest(p, y, few)),
  'calibrationTest, clusters': clustered((p, y, ids) => stats.calibrationTest(p, y, { ...few, clusters: ids })),
  spiegelhalterTest: scored((p, y) => stats.spiegelhalterTest(p, y)),
  'spiegelhalterTest, clusters': clustered((p, y, ids) => stats.spiegelhalterTest(p, y, { clusters: ids })),
  isotonicRegression: scored((p, y) => stats.isotonicRegression(p, y)),
  predictIsotonic: given(reals, (p) => stats.predictIsotonic({ x: [0, 1], y: [0.1, 0.9] }, p)),
  fitTemperature: scored((p, y) => stats.fitTemperature(p, y)),
  fitPlatt: scored((p, y) => stats.fitPlatt(p, y)),
  fitBeta: scored((p, y) => stats.fitBeta(p, y)),
  fitIsotonic: scored((p, y) => stats.fitIsotonic(p, y)),
  fitHistogram: scored((p, y) => stats.fitHistogram(p, y)),
  fitVennAbers: scored((p, y) => stats.fitVennAbers(p, y)),
  'applyCalibrator, platt': givenTwo(
    () => calibrator(stats.fitPlatt),
    reals,
    (map, p) => stats.applyCalibrator(map, p),
  ),
  'applyCalibrator, venn-abers': givenTwo(
    () => calibrator(stats.fitVennAbers),
    reals,
    (map, p) => stats.applyCalibrator(map, p),
  ),
  foldsByCluster: given(clusters, (ids) => stats.foldsByCluster(ids)),
  outOfFold: givenTwo(reals, spread(5), (x, folds) =>
    stats.outOfFold(folds, (_, test) => Float64Array.from({ length: test.length }, () => x[0] ?? 0)),
  ),
  crossFitCalibration: scored((p, y) => stats.crossFitCalibration(p, y, { kind: 'platt' })),
  fitOrdinal: givenTwo(
    () => ({ values: reals(), rows: n, columns: 1 }),
    levels,
    (features, y) => stats.fitOrdinal(features, y, { categories: 5 }),
  ),
  riskCoverage: givenTwo(reals, binary, (c, loss) => stats.riskCoverage(c, loss)),
  'riskCoverage, scores': givenTwo(levels, binary, (c, loss) => stats.riskCoverage(c, loss)),
  selectiveThreshold: givenTwo(
    reals,
    () => filled((i) => Number(i % 50 === 0)),
    (c, wrong) => stats.selectiveThreshold(c, wrong, { alpha: 0.05 }),
  ),
  cascadeThresholds: givenTwo(
    reals,
    () => filled((i) => Number(i % 50 === 0)),
    (confidence, wrong) =>
      stats.cascadeThresholds(
        [
          { confidence, wrong },
          { confidence, wrong },
        ],
        { alpha: 0.05 },
      ),
  ),
  cascadeOperatingPoints: givenTwo(reals, binary, (confidence, correct) =>
    stats.cascadeOperatingPoints(
      [
        { confidence, correct, cost: 1 },
        { confidence, correct, cost: 5 },
      ],
      { thresholds: [0.5, 0.9] },
    ),
  ),
  evaluateOperatingPoint: givenTwo(reals, binary, (confidence, correct) =>
    stats.evaluateOperatingPoint(
      [
        { confidence, correct, cost: 1 },
        { confidence, correct, cost: 5 },
      ],
      { order: [0, 1], thresholds: [0.5] },
    ),
  ),
  conformalQuantile: given(reals, (x) => stats.conformalQuantile(x, { alpha: 0.1 })),
  'conformalQuantile, groups': givenTwo(reals, spread(10), (x, groups) =>
    stats.conformalQuantile(x, { alpha: 0.1, groups }),
  ),
  weightedConformalQuantile: givenTwo(reals, reals, (x, w) => stats.weightedConformalQuantile(x, w, 1, { alpha: 0.1 })),
  calibrateScores: givenTwo(reals, reals, (x, y) => stats.calibrateScores(x, y, { alpha: 0.1 })),
  calibrateSets: givenTwo(distributions, labels, (d, y) => stats.calibrateSets(d, y, { alpha: 0.1 })),
  conformalSets: given(distributions, (d) => {
    const found = stats.calibrateSets(
      { values: Float64Array.from({ length: 200 }, () => 0.5), rows: 100, columns: 2 },
      new Float64Array(100),
      { alpha: 0.1 },
    );
    if ('reason' in found) throw new Error('no calibration');
    return stats.conformalSets(found, d);
  }),
  conformalRiskControl: given(
    () => ({ values: filled((i) => (9 - (i % 10)) / 10), rows: n / 10, columns: 10 }),
    (losses) =>
      stats.conformalRiskControl(
        losses,
        Array.from({ length: 10 }, (_, i) => i),
        { alpha: 0.5 },
      ),
  ),
  drawActiveLabels: given(
    () => filled(() => 0.01),
    (p) => stats.drawActiveLabels(p, random),
  ),
  planActiveLabels: given(reals, (u) => stats.planActiveLabels(u, 1000)),
};
