import * as stats from '@assize/stats';

import {
  binary,
  clusters,
  few,
  filled,
  given,
  givenThree,
  givenTwo,
  levels,
  meanOf,
  type MemorySubjects,
  n,
  next,
  reals,
  spread,
  table,
} from './memory-inputs.ts';

/** Numerics, means and shares, resampling, tests and sequences. */
export const inferenceSubjects: MemorySubjects = {
  mean: given(reals, stats.mean),
  sum: given(reals, stats.sum),
  sumOfSquares: given(reals, stats.sumOfSquares),
  variance: given(reals, stats.variance),
  quantile: given(reals, (x) => stats.quantile(x, 0.5)),
  ascendingOrder: given(reals, stats.ascendingOrder),
  midranks: given(reals, stats.midranks),
  clusteredMean: givenTwo(reals, clusters, (x, ids) => stats.clusteredMean(x, { clusters: ids })),
  'clusteredMean, rows': given(reals, (x) => stats.clusteredMean(x)),
  'clusteredMean, half missing': given(
    () => filled((i) => (i % 2 === 0 ? next() : Number.NaN)),
    (x) => stats.clusteredMean(x),
  ),
  'clusteredMean, weights': givenTwo(reals, reals, (x, w) => stats.clusteredMean(x, { weights: { sampling: w } })),
  clusteredProportion: given(binary, (x) => stats.clusteredProportion(x)),
  clusteredRatio: givenTwo(reals, reals, (a, b) => stats.clusteredRatio(a, b)),
  'clusteredRatio, clusters': givenThree(reals, reals, clusters, (a, b, ids) =>
    stats.clusteredRatio(a, b, { clusters: ids }),
  ),
  twoWayMean: givenThree(reals, clusters, spread(100), (x, items, raters) => stats.twoWayMean(x, { items, raters })),
  samplingPearson: givenThree(reals, reals, reals, (x, y, sampling) =>
    stats.samplingPearson(x, y, { weights: { sampling } }),
  ),
  'bootstrapMean, scores': given(levels, (x) => stats.bootstrapMean(x, { ...few, method: 'bca' })),
  'bootstrapMean, reals': given(reals, (x) => stats.bootstrapMean(x, { ...few, method: 'bca' })),
  'bootstrapMean, clusters': givenTwo(reals, clusters, (x, ids) => stats.bootstrapMean(x, { ...few, clusters: ids })),
  'clusterBootstrap, rows': givenTwo(
    reals,
    () => filled((i) => i),
    (x, ids) => stats.clusterBootstrap(ids, meanOf(x), few),
  ),
  'clusterBootstrap, clusters': givenTwo(reals, clusters, (x, ids) => stats.clusterBootstrap(ids, meanOf(x), few)),
  pairedBootstrap: givenThree(reals, reals, clusters, (x, y, ids) =>
    stats.pairedBootstrap(ids, meanOf(x), meanOf(y), few),
  ),
  stratifiedBootstrap: givenTwo(reals, spread(4), (x, strata) =>
    stats.stratifiedBootstrap(n, meanOf(x), { ...few, strata }),
  ),
  studentisedBootstrap: givenTwo(reals, spread(30), (x, ids) =>
    stats.studentisedBootstrap(ids, stats.withJackknifeError(ids, meanOf(x)), few),
  ),
  signTest: given(
    () => filled(() => next() - 0.5),
    (d) => stats.signTest(d),
  ),
  pairedT: given(reals, stats.pairedT),
  wilcoxonSignedRank: given(
    () => filled(() => next() - 0.5),
    (d) => stats.wilcoxonSignedRank(d),
  ),
  'wilcoxonSignedRank, scores': given(
    () => filled(() => Math.floor(9 * next()) - 4),
    (d) => stats.wilcoxonSignedRank(d),
  ),
  signFlipTest: given(
    () => filled(() => next() - 0.5),
    (d) => stats.signFlipTest(d, few),
  ),
  'signFlipTest, clusters': givenTwo(
    () => filled(() => next() - 0.5),
    clusters,
    (d, ids) => stats.signFlipTest(d, { ...few, clusters: ids }),
  ),
  signFlipInterval: given(
    () => filled(() => next() - 0.5),
    (d) => stats.signFlipInterval(d, few),
  ),
  permutationTest: given(reals, (x) => stats.permutationTest(x.subarray(0, n / 2), x.subarray(n / 2), few)),
  permutationInterval: given(reals, (x) => stats.permutationInterval(x.subarray(0, n / 2), x.subarray(n / 2), few)),
  shiftedBootstrapTest: given(
    () => filled(() => next() - 0.5),
    (d) => stats.shiftedBootstrapTest(d, few),
  ),
  adjustPValues: given(
    () => Array.from(reals()),
    (p) => stats.adjustPValues(p),
  ),
  repeatedRuns: given(table(reals), (m) => stats.repeatedRuns(m)),
  designEffect: givenTwo(reals, clusters, (x, ids) => stats.designEffect(x, ids)),
  releaseGate: given(
    () => filled(() => next() - 0.5),
    (d) => stats.releaseGate(d, { margin: 0.02 }),
  ),
  'releaseGate, clusters': givenTwo(
    () => filled(() => next() - 0.5),
    clusters,
    (d, ids) => stats.releaseGate(d, { margin: 0.02, clusters: ids }),
  ),
  clusteredPosterior: givenTwo(binary, clusters, (x, ids) => stats.clusteredPosterior(x, ids)),
  confidenceSequence: given(reals, (x) => stats.confidenceSequence(x, { method: 'empirical-bernstein' })),
  'confidenceSequence, clusters': givenTwo(reals, clusters, (x, ids) => stats.confidenceSequence(x, { clusters: ids })),
  differenceSequence: givenTwo(reals, reals, (x, y) =>
    stats.differenceSequence(x, y, { method: 'empirical-bernstein' }),
  ),
  meanEProcess: given(reals, (x) => stats.meanEProcess(x, { threshold: 0.5 })),
  'meanEProcess, clusters': givenTwo(reals, clusters, (x, ids) =>
    stats.meanEProcess(x, { threshold: 0.5, clusters: ids }),
  ),
  combineEValues: given(reals, (e) => stats.combineEValues(e)),
  rejectByEValues: given(
    () => Array.from(reals()),
    (e) => stats.rejectByEValues(e),
  ),
};
