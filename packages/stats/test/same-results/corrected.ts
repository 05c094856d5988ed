import * as stats from '../../src/index.ts';
import { around, type Call, on, random } from './call.ts';
import * as given from './inputs.ts';

const { x, y, binary, otherBinary, clusters, weights, shares, otherShares, scores, otherScores, n } = given;
/** What else the judge scored. */
const rest = Array.from({ length: 40 }, (_, i) => y[i % n]! + Math.sin(i) / 3);
const otherX = rest.map((value, i) => value + Math.cos(3 * i));
const restBinary = rest.map((value) => Number(value > 0.2));
const restShares = rest.map((_, i) => (shares[i % n]! + ((i * 7) % 10) / 10) / 2);
const restClusters = rest.map((_, i) => i % 9);
const bothClusters = { labelled: clusters, unlabelled: restClusters };
const constant = x.map(() => 1);
const cut = (values: readonly number[]): number[] => values.slice(0, 15);
const first = { human: cut(x), judge: cut(y), unlabelled: rest };
const second = { human: cut(scores), judge: cut(otherScores), unlabelled: rest.map((value) => value / 2) };
const strata = x.map((_, i) => i % 3);
const restStrata = rest.map((_, i) => (i >> 1) % 3);
const folds = x.map((_, i) => i % 4);
const predictions = given.table(
  ...[0, 1, 2, 3].map((fold) => rest.map((value, i) => value + fold / 10 + Math.sin(i) / 5)),
);
const design = given.table(x, shares);
const restDesign = given.table(rest, restShares);
const meetings = { left: x.map((_, i) => i % 3), right: x.map((_, i) => (i + 1 + (i % 2)) % 3) };
const restMeetings = { left: rest.map((_, i) => i % 3), right: rest.map((_, i) => (i + 1 + ((i >> 1) % 2)) % 3) };
const calibration = { truePositives: 40, positives: 50, trueNegatives: 55, negatives: 60 };
const sparseLabels = y.map((value, i) => (i % 3 === 0 ? value : NaN));
const chances = x.map((_, i) => 0.2 + (i % 5) / 10);
const policy = x.map((_, i) => i % 2);

export const corrected: Record<string, Call[]> = {
  predictionPoweredMean: [
    ...around(stats.predictionPoweredMean, x, y, rest, { level: 0.9 }),
    ...around(stats.predictionPoweredMean, x, y, rest, { lambda: 0.7, clusters: bothClusters }),
    ...(['z', 't', 't-regression', 'wilson', 'auto'] as const).flatMap((interval) => [
      ...on(stats.predictionPoweredMean, cut(x), cut(y), rest, { interval }),
      ...on(stats.predictionPoweredMean, binary, otherBinary, restBinary, { interval, labelDesign: 'random' }),
      ...on(stats.predictionPoweredMean, x, y, rest, { interval, clusters: bothClusters, labelDesign: 'probability' }),
    ]),
    ...on(stats.predictionPoweredMean, x, constant, rest),
    ...on(stats.predictionPoweredMean, constant, constant, rest),
    ...on(stats.predictionPoweredMean, x, y, rest, { lambda: 0 }),
  ],
  predictionPoweredWinRate: [
    ...around(stats.predictionPoweredWinRate, binary, otherBinary, restBinary, { level: 0.9 }),
    ...on(stats.predictionPoweredWinRate, binary, otherBinary, restBinary, { interval: 'z', labelDesign: 'random' }),
    ...on(stats.predictionPoweredWinRate, shares, otherShares, restShares, { clusters: bothClusters }),
    ...on(stats.predictionPoweredWinRate, constant, otherBinary, restBinary),
  ],
  predictionPoweredDifference: [
    ...around(stats.predictionPoweredDifference, first, second, { level: 0.9 }),
    ...on(stats.predictionPoweredDifference, first, second, { lambda: 1, interval: 'z', labelDesign: 'random' }),
  ],
  stratifiedPredictionPoweredMean: [
    ...around(stats.stratifiedPredictionPoweredMean, x, y, strata, rest, restStrata, { level: 0.9 }),
    ...on(stats.stratifiedPredictionPoweredMean, x, y, strata, rest, restStrata, {
      shares: new Map([
        [0, 0.5],
        [1, 0.2],
        [2, 0.3],
      ]),
      interval: 'z',
      labelDesign: 'random',
    }),
    ...on(stats.stratifiedPredictionPoweredMean, binary, otherBinary, strata, restBinary, restStrata, {
      interval: 't',
    }),
    ...on(stats.stratifiedPredictionPoweredMean, x, y, strata, rest, restStrata, { shares: new Map([[0, 1]]) }),
  ],
  crossPredictionPoweredMean: [
    ...around(stats.crossPredictionPoweredMean, x, y, predictions, { folds, level: 0.9 }),
    ...on(stats.crossPredictionPoweredMean, x, y, predictions, {
      folds,
      clusters: bothClusters,
      labelDesign: 'random',
    }),
    ...on(stats.crossPredictionPoweredMean, x, y, predictions, {
      folds,
      random,
      replicates: 30,
      refit: (rows: Uint32Array) => ({
        outOfFold: Array.from(rows, (row) => y[row]! + 0.01 * rows.length),
        unlabelled: rest.map((value) => value + 0.1 * x[rows[0]!]!),
      }),
    }),
  ],
  predictionPoweredRegression: [
    ...around(stats.predictionPoweredRegression, x, y, design, rest, restDesign, { level: 0.9 }),
    ...(['linear', 'logistic'] as const).flatMap((family) => [
      ...on(
        stats.predictionPoweredRegression,
        binary,
        otherBinary,
        given.table(shares),
        restBinary,
        given.table(restShares),
        { family },
      ),
      ...on(
        stats.predictionPoweredRegression,
        binary,
        otherBinary,
        given.table(shares),
        restBinary,
        given.table(restShares),
        {
          family,
          intercept: false,
          lambda: 0.5,
          interval: 'z',
          clusters: bothClusters,
        },
      ),
    ]),
    ...on(stats.predictionPoweredRegression, x, y, given.table(x, x), rest, given.table(rest, rest)),
    ...on(stats.predictionPoweredRegression, cut(x), cut(y), given.table(cut(shares)), rest, given.table(restShares), {
      interval: 't',
    }),
  ],
  predictionPoweredBradleyTerry: [
    ...around(stats.predictionPoweredBradleyTerry, binary, otherBinary, meetings, restBinary, restMeetings, {
      players: 3,
      reference: 1,
    }),
    ...on(stats.predictionPoweredBradleyTerry, binary, otherBinary, meetings, restBinary, restMeetings, {
      players: 3,
      clusters: bothClusters,
      labelDesign: 'random',
    }),
    ...on(stats.predictionPoweredBradleyTerry, constant, otherBinary, meetings, restBinary, restMeetings, {
      players: 3,
    }),
  ],
  predictionPoweredPearson: [
    ...around(stats.predictionPoweredPearson, shares, x, y, otherX, rest, { level: 0.9 }),
    ...(['auto', 'z', 't'] as const).flatMap((interval) => [
      ...on(stats.predictionPoweredPearson, y, x, y, otherX, rest, { interval, clusters: bothClusters }),
      ...on(stats.predictionPoweredPearson, cut(x), cut(y), cut(shares), otherX, rest, {
        interval,
        lambda: 0.4,
        labelDesign: 'random',
      }),
    ]),
    ...on(stats.predictionPoweredPearson, constant, x, y, otherX, rest),
  ],
  neymanAllocation: [
    ...around(stats.neymanAllocation, 50, [
      { share: 0.5, spread: 1 },
      { share: 0.3, spread: 2 },
      { share: 0.2, spread: 0.1 },
    ]),
    ...on(stats.neymanAllocation, 7, [
      { share: 0.5, spread: 0 },
      { share: 0.5, spread: 0 },
    ]),
    ...on(stats.neymanAllocation, 10, []),
  ],
  planLabels: [
    ...around(stats.planLabels, 200, { correlation: 0.8, costRatio: 20 }),
    ...on(stats.planLabels, 200, { correlation: 0.2, costRatio: 1.2 }),
  ],
  predictionGain: [...around(stats.predictionGain, 0.8, 5)],
  roganGladen: [
    ...around(stats.roganGladen, { positives: 60, n: 200 }, calibration, { level: 0.9 }),
    ...on(stats.roganGladen, { positives: 190, n: 200 }, calibration),
    ...on(stats.roganGladen, { positives: 0, n: 200 }, calibration),
    ...on(
      stats.roganGladen,
      { positives: 60, n: 200 },
      { truePositives: 4, positives: 9, trueNegatives: 5, negatives: 10 },
    ),
    ...on(
      stats.roganGladen,
      { positives: 60, n: 200 },
      { truePositives: 9, positives: 9, trueNegatives: 10, negatives: 10 },
    ),
  ],
  allocateCalibration: [
    ...around(stats.allocateCalibration, 100, { p: 0.3, q0: 0.9, q1: 0.8, perClass: 10 }),
    ...on(stats.allocateCalibration, 25, { p: 0.01, q0: 0.99, q1: 0.6, perClass: 10 }),
  ],
  roganGladenClasses: [
    ...around(
      stats.roganGladenClasses,
      [30, 20, 12],
      { values: [20, 3, 2, 4, 15, 1, 0, 2, 9], rows: 3, columns: 3 },
      { random, replicates: 40, level: 0.9 },
    ),
    ...on(stats.roganGladenClasses, [30, 20], { values: [5, 5, 5, 5], rows: 2, columns: 2 }),
    ...on(
      stats.roganGladenClasses,
      [3, 200],
      { values: [20, 3, 5, 15], rows: 2, columns: 2 },
      { random, replicates: 40 },
    ),
  ],
  certifyBelow: [
    ...around(stats.certifyBelow, 0.4, { positives: 40, n: 200 }, calibration, { level: 0.9 }),
    ...on(stats.certifyBelow, 0.3, { positives: 40, n: 200 }, calibration, { method: 'exact' }),
    ...on(stats.certifyBelow, 0.01, { positives: 40, n: 200 }, calibration, { method: 'exact', level: 0.8 }),
    ...on(
      stats.certifyBelow,
      0.3,
      { positives: 40, n: 200 },
      { truePositives: 4, positives: 9, trueNegatives: 5, negatives: 10 },
    ),
  ],
  planActiveLabels: [
    ...around(stats.planActiveLabels, shares, 8, { tau: 0.3 }),
    ...around(stats.planActiveLabels, shares, 8, {
      tau: 'pilot',
      pilot: { human: cut(x), judge: cut(y), uncertainty: cut(shares) },
    }),
    ...on(stats.planActiveLabels, shares, 8, { pilot: { human: cut(x), judge: cut(x), uncertainty: cut(shares) } }),
    ...on(
      stats.planActiveLabels,
      x.map(() => 0),
      8,
    ),
  ],
  drawActiveLabels: [
    ...around(stats.drawActiveLabels, chances, random),
    ...around(stats.drawActiveLabels, chances, random, { design: 'systematic' }),
  ],
  activeMean: [
    ...around(stats.activeMean, sparseLabels, x, chances, { level: 0.9, clusters }),
    ...on(stats.activeMean, sparseLabels, x, chances),
    ...on(stats.activeMean, x, x, chances),
  ],
  shiftedMean: [
    ...around(stats.shiftedMean, x, y, weights, rest, { level: 0.9, clipAt: 0.8 }),
    ...on(stats.shiftedMean, x, y, weights, rest, { clusters: bothClusters }),
    ...on(
      stats.shiftedMean,
      binary,
      otherBinary,
      weights.map((weight, i) => (i === 3 ? 1e4 : weight)),
      restBinary,
    ),
  ],
  calibratedMean: [
    ...around(stats.calibratedMean, x, y, rest, { level: 0.9, folds: 4 }),
    ...on(stats.calibratedMean, binary, scores, rest, { clusters: bothClusters, folds: 3 }),
    ...on(stats.calibratedMean, x, constant, rest, { folds: 2 }),
  ],
  transportTest: [
    ...around(stats.transportTest, binary, shares, policy, { level: 0.9, clusters }),
    ...on(stats.transportTest, x, y, strata),
    ...on(
      stats.transportTest,
      x,
      x,
      strata.map((stratum) => stratum * 2),
    ),
  ],
};
