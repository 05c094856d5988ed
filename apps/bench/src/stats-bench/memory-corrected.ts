import * as stats from '@assize/stats';

import {
  binary,
  clusters,
  filled,
  given,
  givenThree,
  givenTwo,
  type MemorySubject,
  type MemorySubjects,
  n,
  next,
  random,
  reals,
  spread,
  votes,
} from './memory-inputs.ts';

const labels = 1000;
/** A thousand labelled rows, the judge's score of them and of all others. */
const few = (run: (human: Float64Array, judge: Float64Array, rest: Float64Array) => unknown): MemorySubject =>
  givenTwo(
    () => reals(labels),
    reals,
    (human, judge) => run(human, judge.subarray(0, labels), judge.subarray(labels)),
  );
/** As many labelled rows as others. */
const many = (run: (human: Float64Array, judge: Float64Array, rest: Float64Array) => unknown): MemorySubject =>
  givenTwo(
    () => reals(n / 2),
    reals,
    (human, judge) => run(human, judge.subarray(0, n / 2), judge.subarray(n / 2)),
  );
const systemOf = (x: Float64Array): stats.JudgedSystem => ({
  human: x.subarray(0, labels),
  judge: x.subarray(labels, 2 * labels),
  unlabelled: x.subarray(2 * labels),
});
const design = (values: Float64Array): stats.Matrix => ({ values, rows: values.length, columns: 1 });

/** Judges corrected by people. */
export const correctedSubjects: MemorySubjects = {
  predictionPoweredMean: few((human, judge, rest) => stats.predictionPoweredMean(human, judge, rest)),
  'predictionPoweredMean, many labels': many((human, judge, rest) => stats.predictionPoweredMean(human, judge, rest)),
  'predictionPoweredMean, clusters': given(
    () => ({ human: reals(labels), judge: reals(), ids: clusters() }),
    ({ human, judge, ids }) =>
      stats.predictionPoweredMean(human, judge.subarray(0, labels), judge.subarray(labels), {
        clusters: { labelled: ids.subarray(0, labels), unlabelled: ids.subarray(labels) },
      }),
  ),
  predictionPoweredWinRate: givenTwo(
    () => binary(labels),
    binary,
    (human, judge) => stats.predictionPoweredWinRate(human, judge.subarray(0, labels), judge.subarray(labels)),
  ),
  predictionPoweredDifference: givenTwo(reals, reals, (a, b) => {
    return stats.predictionPoweredDifference(systemOf(a), systemOf(b));
  }),
  stratifiedPredictionPoweredMean: givenThree(
    () => reals(labels),
    reals,
    spread(4),
    (human, judge, strata) =>
      stats.stratifiedPredictionPoweredMean(
        human,
        judge.subarray(0, labels),
        strata.subarray(0, labels),
        judge.subarray(labels),
        strata.subarray(labels),
      ),
  ),
  crossPredictionPoweredMean: givenTwo(
    () => reals(labels),
    // Two models, each with a prediction for every item.
    () => ({ values: reals(), rows: 2, columns: n / 2 }),
    (human, predictions) =>
      stats.crossPredictionPoweredMean(human, human.slice(), predictions, {
        folds: filled((i) => i % 2, labels),
        random,
      }),
  ),
  predictionPoweredRegression: givenThree(
    () => reals(labels),
    reals,
    reals,
    (human, judge, x) =>
      stats.predictionPoweredRegression(
        human,
        judge.subarray(0, labels),
        design(x.subarray(0, labels)),
        judge,
        design(x),
      ),
  ),
  predictionPoweredBradleyTerry: givenTwo(
    () => binary(labels),
    votes(10),
    (human, { left, right, outcome }) =>
      stats.predictionPoweredBradleyTerry(
        human,
        human.slice(),
        { left: filled((i) => i % 9, labels), right: filled((i) => (i % 9) + 1, labels) },
        outcome,
        { left, right },
        { players: 10 },
      ),
  ),
  predictionPoweredPearson: givenThree(
    () => reals(labels),
    reals,
    reals,
    (human, judge, x) =>
      stats.predictionPoweredPearson(
        x.subarray(0, labels),
        human,
        judge.subarray(0, labels),
        x.subarray(labels),
        judge.subarray(labels),
      ),
  ),
  activeMean: givenThree(
    () => filled((i) => (i % 100 === 0 ? next() : Number.NaN)),
    reals,
    () => filled(() => 0.01),
    (human, judge, p) => stats.activeMean(human, judge, p),
  ),
  shiftedMean: givenThree(
    () => reals(labels),
    () => reals(labels),
    reals,
    (human, judge, target) =>
      stats.shiftedMean(
        human,
        judge,
        filled(() => 0.5 + next(), labels),
        target,
      ),
  ),
  calibratedMean: givenThree(
    () => reals(labels),
    () => reals(labels),
    reals,
    (human, judge, target) => stats.calibratedMean(human, judge, target),
  ),
  'calibratedMean, many labels': many((human, judge, rest) => stats.calibratedMean(human, judge, rest)),
  transportTest: givenThree(reals, reals, spread(3), (human, score, policy) =>
    stats.transportTest(human, score, policy),
  ),
};
