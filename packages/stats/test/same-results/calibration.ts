import * as stats from '../../src/index.ts';
import { around, type Call, on, random } from './call.ts';
import * as given from './inputs.ts';

const {
  clusters,
  forecasts: p,
  forecastsMissing,
  outcomes: y,
  distributions,
  truth,
  x,
  scores,
  weights,
  shares,
  n,
} = given;
const resampled = { random, replicates: 40 };
const intervals: stats.IntervalOptions[] = [
  {},
  { interval: 'none' },
  { interval: 'closed-form', level: 0.9 },
  { clusters },
  { ...resampled, bootstrap: 'bca' },
  { ...resampled, clusters, level: 0.8 },
];
const all = (call: (options: stats.IntervalOptions) => Call[]): Call[] => intervals.flatMap(call);
/** As many as every calibrator needs, and one missing. */
const many = Array.from({ length: 120 }, (_, i) => (i === 7 ? NaN : ((i * 37) % 100) / 100));
const come = many.map((forecast, i) => Number(((i * 61) % 97) / 97 < 0.2 + 0.5 * (forecast || 0)));
/** Wrong for all, right for all, certain forecasts. */
const always = y.map(() => 1);
const sure = y.map((outcome, i) => (i === 3 ? 1 - outcome : outcome));
type Forecasts = (p: readonly number[], y: readonly number[]) => unknown;
const odd = (score: Forecasts): Call[] => [
  ...on(score, many, come),
  ...on(score, p, always),
  ...on(score, sure, y),
  ...on(score, y, y),
  ...on(score, forecastsMissing, y),
];
const where = [0, 1e-9, 0.1, 0.37, 0.5, 0.77, 1 - 1e-9, 1, NaN];
const lossTable: stats.Matrix = {
  values: Array.from(x, (_, i) => [0.9, 0.5, 0.2, 0.05].map((c) => c * shares[i]!)).flat(),
  rows: n,
  columns: 4,
};
const wrong = x.map((_, i) => Number(i % 9 === 4));
const stages = [
  { confidence: shares, wrong },
  { confidence: given.otherShares, wrong: x.map((_, i) => Number(i % 12 === 5)) },
];
const costed = [
  { confidence: shares, correct: y, cost: 1 },
  { confidence: given.otherShares, correct: y.map((outcome, i) => (i % 4 ? 1 : outcome)), cost: weights },
  { confidence: weights, correct: always, cost: 10 },
];
const sets = { alpha: 0.2 };
const points = [1, 2, 3, 3].map((cost, i) => ({ cost, accuracy: [0.5, 0.4, 0.7, 0.8][i]! }));
const even = x.map((_, i) => i % 2);
const found = <T extends object>(result: T | stats.Undetermined): T => {
  if ('reason' in result) throw new RangeError(result.detail);
  return result;
};
const scoresOf = () => found(stats.calibrateScores(x, given.y, { alpha: 0.2 }));
const scoresInGroups = () => found(stats.calibrateScores(x, given.y, { alpha: 0.3, groups: even }));
const labelSets = () => found(stats.calibrateSets(distributions, truth, { alpha: 0.2, groups: even }));
const ordinalSets = () => found(stats.calibrateSets(distributions, truth, { alpha: 0.3, kind: 'ordinal' }));
type At = { spread?: number; group?: number };

export const calibrated: Record<string, Call[]> = {
  auroc: [
    ...around(stats.auroc, scores, y, { level: 0.9 }),
    ...all((options) => on(stats.auroc, forecastsMissing, y, options)),
    ...odd(stats.auroc),
  ],
  brierScore: [
    ...around(stats.brierScore, p, y, { level: 0.9 }),
    ...all((options) => on(stats.brierScore, forecastsMissing, y, options)),
    ...odd(stats.brierScore),
  ],
  logLoss: [
    ...around(stats.logLoss, p, y, { level: 0.9 }),
    ...all((options) => on(stats.logLoss, forecastsMissing, y, options)),
    ...odd(stats.logLoss),
  ],
  rankedProbabilityScore: [
    ...around(stats.rankedProbabilityScore, distributions, truth, { level: 0.9 }),
    ...all((options) => on(stats.rankedProbabilityScore, distributions, truth, options)),
  ],
  expectedScores: around(stats.expectedScores, distributions, [1, 2, 4]),
  labelScore: [
    ...around(stats.labelScore, { logProbabilities: [-0.3, -2, -3], labels: [0, 1, -1] }, [1, 3], { fewest: 0.6 }),
    ...on(stats.labelScore, { logProbabilities: [-0.9, -1, -3], labels: [0, 0, 1] }, [1, 3]),
  ],
  expectedCalibrationError: [
    ...around(stats.expectedCalibrationError, p, y, { bins: 5, level: 0.9 }),
    ...on(stats.expectedCalibrationError, p, y, { binning: 'equal-width' }),
    ...odd(stats.expectedCalibrationError),
  ],
  classwiseCalibrationError: [
    ...around(stats.classwiseCalibrationError, distributions, truth, { bins: 4, level: 0.9 }),
    ...on(stats.classwiseCalibrationError, distributions, truth, { binning: 'equal-width' }),
  ],
  debiasedCalibrationError: [
    ...around(stats.debiasedCalibrationError, p, y, { bins: 5, level: 0.9, clusters }),
    ...on(stats.debiasedCalibrationError, p, y, { binning: 'equal-width' }),
    ...odd(stats.debiasedCalibrationError),
  ],
  smoothCalibrationError: [
    ...around(stats.smoothCalibrationError, p, y, { level: 0.9 }),
    ...odd(stats.smoothCalibrationError),
  ],
  reliabilityCurve: [
    ...around(stats.reliabilityCurve, p, y, { bins: 5, level: 0.9, clusters }),
    ...on(stats.reliabilityCurve, p, y, { binning: 'equal-width' }),
    ...odd(stats.reliabilityCurve),
  ],
  scoreDecomposition: [
    ...around(stats.scoreDecomposition, p, y, { bins: 5 }),
    ...on(stats.scoreDecomposition, p, y, { score: 'log', binning: 'equal-width', bins: 4 }),
    ...odd((a, b) => stats.scoreDecomposition(a, b, { score: 'log' })),
  ],
  calibrationTest: [
    ...around(stats.calibrationTest, p, y, { bins: 4, ...resampled }),
    ...on(stats.calibrationTest, forecastsMissing, y, { ...resampled, clusters, binning: 'equal-width' }),
  ],
  spiegelhalterTest: [...around(stats.spiegelhalterTest, p, y, { clusters }), ...odd(stats.spiegelhalterTest)],
  isotonicRegression: [...around(stats.isotonicRegression, p, y, { weights }), ...odd(stats.isotonicRegression)],
  predictIsotonic: around(stats.predictIsotonic, { x: [0, 0.4, 0.7], y: [0.1, 0.3, 0.9] }, where),
  fitTemperature: [...around(stats.fitTemperature, p, y), ...odd(stats.fitTemperature)],
  fitPlatt: [...around(stats.fitPlatt, p, y, { smoothTargets: true }), ...odd(stats.fitPlatt)],
  fitBeta: [...around(stats.fitBeta, p, y), ...odd(stats.fitBeta)],
  fitIsotonic: [...around(stats.fitIsotonic, p, y, { smooth: true }), ...odd(stats.fitIsotonic)],
  fitHistogram: [...around(stats.fitHistogram, p, y, { bins: 4 }), ...odd(stats.fitHistogram)],
  fitVennAbers: [...around(stats.fitVennAbers, p, y), ...odd(stats.fitVennAbers)],
  vennAbersInterval: around(
    (column: readonly number[]) => stats.vennAbersInterval(found(stats.fitVennAbers(p, y)), column),
    where,
  ),
  applyCalibrator: [
    () => stats.fitTemperature(p, y),
    () => stats.fitPlatt(p, y),
    () => stats.fitBeta(p, y),
    () => stats.fitIsotonic(p, y, { smooth: true }),
    () => stats.fitHistogram(p, y, { bins: 3 }),
    () => stats.fitVennAbers(p, y),
  ].flatMap((fit) => [
    ...on(() => stats.applyCalibrator(found<stats.Calibrator>(fit()), where)),
    ...around(
      (column: readonly number[]) => stats.applyCalibrator(found<stats.Calibrator>(fit()), column),
      p.slice(0, 9),
    ),
  ]),
  fitOrdinal: [
    ...around(stats.fitOrdinal, given.table(x, weights), truth, { categories: 3 }),
    ...on(
      stats.fitOrdinal,
      given.table(x),
      truth.map((code) => 2 * code),
      { categories: 5 },
    ),
    ...on(stats.fitOrdinal, given.table(truth), truth, { categories: 3 }),
    ...on(stats.fitOrdinal, given.table(truth.map(() => 1)), truth, { categories: 3 }),
  ],
  applyOrdinal: around(
    (features: stats.Matrix) => {
      const fit = stats.fitOrdinal(
        given.table(x, weights),
        truth.map((code) => 2 * code),
        { categories: 5 },
      );
      if ('reason' in fit) throw new Error(fit.detail);
      return stats.applyOrdinal(fit, features);
    },
    given.table(given.y, shares),
  ),
  foldsByCluster: [
    ...around(stats.foldsByCluster, clusters, { folds: 3, random }),
    ...on(stats.foldsByCluster, clusters),
  ],
  outOfFold: [
    ...around(
      (folds: readonly number[]) =>
        stats.outOfFold(folds, (train, test) => Array.from(test, (row) => row + train.length / 100)),
      truth,
    ),
    ...on(stats.outOfFold, truth, (_: Uint32Array, test: Uint32Array) => (test.length > 5 ? null : test)),
    ...on(stats.outOfFold, truth, () => [1]),
  ],
  crossFitCalibration: [
    ...around(stats.crossFitCalibration, p, y, { kind: 'temperature', folds: 4, clusters, bins: 4, random }),
    ...on(stats.crossFitCalibration, p, y, { folds: 4, clusters: x.map((_, i) => i % 4), bins: 4 }),
    ...on(stats.crossFitCalibration, p, y, { folds: 5, clusters: x.map((_, i) => i % 4), bins: 4 }),
    ...(['temperature', 'platt', 'beta', 'isotonic', 'histogram', 'venn-abers'] as const).flatMap((kind) => [
      ...on(stats.crossFitCalibration, many, come, { kind, folds: 3, random, bins: 4, binning: 'equal-width' }),
      ...on(stats.crossFitCalibration, p, y, { kind }),
    ]),
    ...odd(stats.crossFitCalibration),
  ],
  riskCoverage: [
    ...around(stats.riskCoverage, scores, shares, { at: [0.3, 0.8], level: 0.9 }),
    ...all((options) => on(stats.riskCoverage, shares, wrong, { at: [0.5], ...options })),
    ...on(stats.riskCoverage, given.someMissing, wrong),
  ],
  selectiveThreshold: [
    ...around(stats.selectiveThreshold, shares, wrong, {
      alpha: 0.4,
      delta: 0.2,
      thresholds: [0.2, 0.5, 0.8],
      fewest: 5,
    }),
    ...on(stats.selectiveThreshold, scores, wrong, { alpha: 0.5, clusters, delta: 0.3, fewest: 3 }),
    ...on(
      stats.selectiveThreshold,
      shares,
      wrong.map(() => 0),
      { alpha: 0.3, fewest: 3 },
    ),
  ],
  cascadeThresholds: [
    ...around(stats.cascadeThresholds, stages, { alpha: 0.5, delta: 0.3, thresholds: [0.2, 0.5], fewest: 3 }),
    ...on(stats.cascadeThresholds, stages, {
      alpha: 0.6,
      delta: 0.3,
      method: 'disjoint',
      parts: x.map((_, i) => i % 2),
      fewest: 2,
    }),
    ...on(stats.cascadeThresholds, stages, { alpha: 0.5, delta: 0.3 }),
    ...on(stats.cascadeThresholds, stages, { alpha: 0.5, method: 'disjoint' }),
    ...on(stats.cascadeThresholds, [], { alpha: 0.5 }),
  ],
  cascadeOperatingPoints: [
    ...around(stats.cascadeOperatingPoints, costed, { thresholds: [0.3, 0.7] }),
    ...on(stats.cascadeOperatingPoints, costed, { thresholds: [0.3, 0.7], orders: 'all' }),
    ...on(stats.cascadeOperatingPoints, [], { thresholds: [0.3] }),
  ],
  costAccuracyFrontier: around(stats.costAccuracyFrontier, points),
  chooseOperatingPoint: [{ maxCost: 3 }, { minAccuracy: 0.6 }, { minAccuracy: 0.9 }, {}].flatMap((bound) =>
    around(stats.chooseOperatingPoint, points, bound),
  ),
  evaluateOperatingPoint: [
    ...around(
      stats.evaluateOperatingPoint,
      costed,
      { order: [1, 0, 2], thresholds: [0.4, 0.6] },
      { level: 0.9, clusters },
    ),
    ...on(stats.evaluateOperatingPoint, costed, { order: [2], thresholds: [] }),
  ],
  conformalQuantile: [
    ...around(stats.conformalQuantile, x, { alpha: 0.2, groups: scores }),
    ...on(stats.conformalQuantile, x, { alpha: 0.01 }),
  ],
  weightedConformalQuantile: [
    ...around(stats.weightedConformalQuantile, x, weights, 0.7, { alpha: 0.2 }),
    ...on(stats.weightedConformalQuantile, x, weights, 100, { alpha: 0.2 }),
  ],
  calibrateScores: [
    ...around(stats.calibrateScores, x, given.y, { alpha: 0.2, spread: weights }),
    ...on(stats.calibrateScores, x, given.y, { alpha: 0.2, groups: truth }),
  ],
  scoreInterval: [
    ...around((at: number, options: At) => stats.scoreInterval(scoresOf(), at, options), 0.3, { spread: 2 }),
    ...around((at: number, options: At) => stats.scoreInterval(scoresInGroups(), at, options), 0.3, { group: 1 }),
  ],
  scoreLevels: [
    ...around(
      (at: number, steps: number[], options: At) => stats.scoreLevels(scoresOf(), at, steps, options),
      1.3,
      [0, 1, 2, 3],
      { spread: 0.7 },
    ),
    ...around(
      (at: number, steps: number[], options: At) => stats.scoreLevels(scoresInGroups(), at, steps, options),
      2,
      [0, 1, 2, 3],
      { group: 0 },
    ),
  ],
  calibrateSets: [
    ...around(stats.calibrateSets, distributions, truth, sets),
    ...(['labels', 'ordinal'] as const).flatMap((kind) => [
      ...on(stats.calibrateSets, distributions, truth, { ...sets, kind, groups: x.map((_, i) => i % 3) }),
      ...on(stats.calibrateSets, distributions, truth, { alpha: 0.01, kind }),
    ]),
  ],
  conformalSets: [
    ...around(
      (table: stats.Matrix, options: { groups: number[] }) => stats.conformalSets(labelSets(), table, options),
      distributions,
      { groups: even },
    ),
    ...on(() => stats.conformalSets(ordinalSets(), distributions)),
  ],
  conformalRiskControl: around(stats.conformalRiskControl, lossTable, [0, 1, 2, 3], { alpha: 0.3, bound: 1 }),
};
