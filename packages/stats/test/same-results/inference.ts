import * as stats from '../../src/index.ts';
import { around, type Call, on, random } from './call.ts';
import * as given from './inputs.ts';

const {
  x,
  y,
  differences,
  scores,
  someMissing,
  otherMissing,
  binary,
  clusters,
  weights,
  counts,
  shares,
  otherShares,
  n,
} = given;
const { extreme, meanOf } = given;
const resampled = { random, replicates: 40 };
const few = x.map((_, i) => i % 4);
const constant = x.map(() => 1);
const alternatives = ['two-sided', 'greater', 'less'] as const;
const levels = scores.map((score) => score - 2);
const half = x.slice(0, 12);
const otherHalf = scores.slice(12);
const unit = shares.map((share) => Math.round(8 * share) / 8);
const probabilities = [0, 1e-300, 1e-12, 0.003, 0.2, 0.5, 0.8, 0.9999, 1];

const steps = <State>(
  state: () => State,
  extend: (state: State, i: number) => void,
  result: (state: State) => unknown,
): Call[] =>
  [0, 1, 3, n].flatMap((rows) =>
    on(() => {
      const started = state();
      for (let i = 0; i < rows; i++) extend(started, i);
      return [started, result(started)];
    }),
  );
const each = (values: readonly (number | readonly number[])[], call: (...args: number[]) => unknown): Call[] => [
  ...on(() => values.map((value) => call(...[value].flat()))),
  ...around(call, ...[values[3]!].flat()),
];
const grid = (first: readonly number[], ...others: number[][]): number[][] =>
  first.flatMap((a) => others.map((b) => [a, ...b]));
const sequence: stats.SequenceOptions = { grid: 50 };

export const inference: Record<string, Call[]> = {
  mean: [...around(stats.mean, x), ...on(stats.mean, extreme)],
  sum: [
    ...around(stats.sum, x),
    ...on(stats.sum, extreme),
    ...on(
      stats.sum,
      Array.from({ length: 300 }, (_, i) => 1 / (i + 1)),
    ),
  ],
  sumOfSquares: [
    ...around(stats.sumOfSquares, x),
    ...on(
      stats.sumOfSquares,
      x.map((value) => 1e9 + value),
    ),
  ],
  variance: [...around(stats.variance, x), ...on(stats.variance, extreme)],
  quantile: [...around(stats.quantile, x, 0.3), ...on(stats.quantile, scores, 1), ...on(stats.quantile, scores, 0.999)],
  ascendingOrder: [
    ...[40, 700].flatMap((rows) =>
      on(
        stats.ascendingOrder,
        Array.from({ length: rows }, (_, i) => (i % 3 ? 0 : -0)),
      ),
    ),
    ...around(stats.ascendingOrder, someMissing),
    ...on(
      stats.ascendingOrder,
      Array.from({ length: 700 }, (_, i) => Math.sin(i * i) * 10 ** (i % 5)),
    ),
    ...on(
      stats.ascendingOrder,
      Array.from({ length: 700 }, (_, i) => (i * i) % 17),
    ),
  ],
  midranks: [...around(stats.midranks, scores), ...on(stats.midranks, extreme)],
  normalCdf: each([-40, -3, 0, 0.4, 5, 9], stats.normalCdf),
  normalQuantile: each(probabilities, stats.normalQuantile),
  betaCdf: each(grid(probabilities, [0.5, 0.5], [2, 30], [400, 3]), stats.betaCdf),
  betaQuantile: each(grid(probabilities, [0.5, 0.5], [2, 30], [400, 3]), stats.betaQuantile),
  chiSquareCdf: each(grid([0, 0.1, 2, 30, 500], [1], [2], [7], [300]), stats.chiSquareCdf),
  chiSquareQuantile: each(grid(probabilities, [1], [2], [7], [300]), stats.chiSquareQuantile),
  chiSquareUpper: each(grid([0, 0.1, 2, 30, 500], [1], [2], [7], [300]), stats.chiSquareUpper),
  fCdf: each(grid([0, 0.1, 2, 30, 500], [1, 3], [2, 40], [7, 7]), stats.fCdf),
  fQuantile: each(grid(probabilities, [1, 3], [2, 40], [7, 7]), stats.fQuantile),
  fUpper: each(grid([0, 0.1, 2, 30, 500], [1, 3], [2, 40], [7, 7]), stats.fUpper),
  tCdf: each(grid([-30, -1, 0, 0.4, 8], [1], [2.5], [30], [1e7]), stats.tCdf),
  tQuantile: each(grid(probabilities, [1], [2.5], [30], [1e7]), stats.tQuantile),
  tTwoSided: each(grid([-30, -1, 0, 0.4, 8], [1], [2.5], [30], [1e7]), stats.tTwoSided),
  binomialCdf: each(grid([-1, 0, 3, 9, 10], [10, 0.3], [400, 0.01], [10, 0], [10, 1]), stats.binomialCdf),
  binomialPmf: each(grid([-1, 0, 3, 9, 10], [10, 0.3], [400, 0.01], [10, 0], [10, 1]), stats.binomialPmf),
  logFactorial: each([0, 1, 5, 20, 300], stats.logFactorial),
  philox4x32: on(() => {
    const out = new Uint32Array(4);
    stats.philox4x32([1, 2, 3, 4], [5, 6], out);
    return out;
  }),
  seededRandom: [
    ...around((seed: number) => {
      const source = stats.seededRandom(seed);
      return [
        source.next(),
        source.next(),
        source.next(),
        source.stream('a').next(),
        source.stream('ä').stream('longer than sixteen bytes').next(),
      ];
    }, 12),
    ...on((seed: string) => stats.seededRandom(seed).next(), 'seed'),
  ],
  shuffle: around(stats.shuffle, [1, 2, 3, 4, 5], random),
  sampleIndices: [
    ...around(stats.sampleIndices, 20, 5, random),
    ...around(stats.sampleIndices, 5, 8, random, { replacement: true }),
    ...on(stats.sampleIndices, 9, 9, random),
  ],
  isEstimate: on(() => [stats.clusteredMean(x), stats.clusteredMean([])].map((result) => stats.isEstimate(result))),
  plainEstimate: [
    ...on(() => stats.plainEstimate(stats.kendall(x, y))),
    ...on(() => stats.plainEstimate(stats.kendall([], []))),
    ...on(() => stats.plainEstimate(stats.clusteredMean(x, { clusters, weights: { sampling: weights } }))),
  ],

  proportion: (['wilson', 'clopper-pearson', 'jeffreys', 'agresti-coull', 'normal'] as const).flatMap((method) => [
    ...around(stats.proportion, 3, 12, { method, level: 0.9 }),
    ...on(stats.proportion, 0, 12, { method }),
    ...on(stats.proportion, 12, 12, { method }),
  ]),
  rateUpperBound: [...around(stats.rateUpperBound, 2, 300, { level: 0.9 }), ...on(stats.rateUpperBound, 0, 300)],
  pairedProportionDifference: [
    ...around(stats.pairedProportionDifference, { both: 20, firstOnly: 7, secondOnly: 3, neither: 12 }, { level: 0.9 }),
    ...on(stats.pairedProportionDifference, { both: 20, firstOnly: 0, secondOnly: 0, neither: 0 }),
  ],
  proportionDifference: [
    ...around(stats.proportionDifference, { successes: 7, n: 20 }, { successes: 3, n: 18 }, { level: 0.9 }),
    ...on(stats.proportionDifference, { successes: 0, n: 20 }, { successes: 18, n: 18 }),
  ],
  clusteredMean: [
    ...around(stats.clusteredMean, someMissing, { clusters, level: 0.9, smallSample: true }),
    ...around(stats.clusteredMean, x, { weights: { sampling: weights } }),
    ...around(stats.clusteredMean, someMissing, { weights: { frequency: counts }, clusters }),
    ...on(stats.clusteredMean, extreme),
  ],
  clusteredProportion: [
    ...around(stats.clusteredProportion, binary, { clusters, level: 0.9 }),
    ...around(stats.clusteredProportion, binary, { weights: { sampling: weights } }),
    ...(['t', 'wilson'] as const).flatMap((interval) => [
      ...on(stats.clusteredProportion, binary, { interval }),
      ...on(stats.clusteredProportion, binary, { interval, clusters, smallSample: false }),
      ...on(stats.clusteredProportion, constant, { interval, clusters }),
      ...on(stats.clusteredProportion, binary, { interval, weights: { frequency: counts } }),
    ]),
  ],
  clusteredRatio: [
    ...on(
      stats.clusteredRatio,
      x.map(() => 1e300),
      x.map(() => 1e-300),
    ),
    ...around(stats.clusteredRatio, someMissing, weights, { clusters, level: 0.9 }),
    ...around(stats.clusteredRatio, x, scores, { weights: { sampling: weights }, clusters }),
    ...on(stats.clusteredRatio, x, constant, { weights: { frequency: counts } }),
    ...on(
      stats.clusteredRatio,
      x,
      x.map(() => 0),
    ),
  ],
  twoWayMean: [
    ...around(stats.twoWayMean, someMissing, { items: clusters, raters: few, level: 0.9 }),
    ...on(stats.twoWayMean, x, { items: x.map((_, i) => i >> 2), raters: few, smallSample: false }),
  ],
  samplingPearson: [
    ...on(stats.samplingPearson, x, constant, { weights: { sampling: weights } }),
    ...around(stats.samplingPearson, x, y, { weights: { sampling: weights }, clusters, level: 0.9 }),
    ...on(stats.samplingPearson, someMissing, otherMissing, { weights: { sampling: weights } }),
  ],

  bootstrapMean: (['percentile', 'bca'] as const).flatMap((method) => [
    ...around(stats.bootstrapMean, someMissing, { ...resampled, clusters, method }),
    ...on(stats.bootstrapMean, scores, { ...resampled, method }),
    ...on(stats.bootstrapMean, x, { ...resampled, method }),
    ...on(stats.bootstrapMean, x, { ...resampled, method, clusters: few }),
    ...on(stats.bootstrapMean, constant, { ...resampled, method }),
    ...on(stats.bootstrapMean, binary, { ...resampled, method }),
  ]),
  clusterBootstrap: (['percentile', 'bca'] as const).flatMap((method) => [
    ...around(
      (ids: readonly number[], options: stats.BootstrapOptions) => stats.clusterBootstrap(ids, meanOf(x), options),
      clusters,
      { ...resampled, method },
    ),
    ...on(() =>
      stats.clusterBootstrap(
        x.map((_, i) => i),
        meanOf(someMissing),
        { random: stats.seededRandom(7), replicates: 60, method },
      ),
    ),
    ...on(() => stats.clusterBootstrap(few, meanOf(y), { random: stats.seededRandom(7), replicates: 60, method })),
    ...on(() => stats.clusterBootstrap(clusters, () => 1, { random: stats.seededRandom(7), replicates: 60, method })),
    ...on(() => stats.clusterBootstrap(clusters, () => NaN, { random: stats.seededRandom(7), replicates: 60, method })),
  ]),
  pairedBootstrap: (['percentile', 'bca'] as const).flatMap((method) => [
    ...around(
      (ids: readonly number[], options: stats.BootstrapOptions) =>
        stats.pairedBootstrap(ids, meanOf(x), meanOf(y), options),
      clusters,
      { ...resampled, method },
    ),
    ...on(() =>
      stats.pairedBootstrap(
        x.map((_, i) => i),
        meanOf(someMissing),
        meanOf(y),
        { random: stats.seededRandom(7), replicates: 60, method },
      ),
    ),
  ]),
  countBootstrap: (['percentile', 'bca'] as const).flatMap((method) => [
    ...[
      [0, 0],
      [2, 1],
      [1, 1, 1],
      [3, 0],
    ].flatMap((cells) =>
      on(stats.countBootstrap, cells, (drawn: Float64Array) => drawn[0]! - drawn[1]!, { ...resampled, method }),
    ),
    ...around(
      (cells: readonly number[], options: stats.BootstrapOptions) =>
        stats.countBootstrap(cells, ([a, b, c]) => (a! + c! > 0 ? (a! - b!) / (a! + c!) : null), options),
      [9, 3, 5],
      { ...resampled, method },
    ),
  ]),
  stratifiedBootstrap: [
    ...on(() =>
      // One cluster is most of the rows, so that some resamples are far longer than the data.
      stats.stratifiedBootstrap(n, meanOf(x), {
        random: stats.seededRandom(7),
        replicates: 40,
        strata: constant,
        clusters: x.map((_, i) => Math.max(0, i - 17)),
      }),
    ),
    ...around(
      (rows: number, options: stats.StratifiedBootstrapOptions) => stats.stratifiedBootstrap(rows, meanOf(x), options),
      n,
      { ...resampled, strata: few },
    ),
    ...around(
      (rows: number, options: stats.StratifiedBootstrapOptions) => stats.stratifiedBootstrap(rows, meanOf(y), options),
      n,
      {
        ...resampled,
        strata: clusters.map((id) => id % 2),
        clusters,
      },
    ),
  ],
  withJackknifeError: around(
    (ids: readonly number[]) => stats.withJackknifeError(ids, meanOf(x))(Uint32Array.from(ids, (_, i) => (i * 5) % 7)),
    clusters,
  ),
  studentisedBootstrap: around(
    (ids: readonly number[], options: stats.StudentisedOptions) =>
      stats.studentisedBootstrap(ids, stats.withJackknifeError(ids, meanOf(x)), options),
    clusters,
    resampled,
  ),

  binomialTest: alternatives.flatMap((alternative) => [
    ...around(stats.binomialTest, 3, 12, { p: 0.4, alternative }),
    ...on(stats.binomialTest, 0, 12, { alternative }),
    ...on(stats.binomialTest, 12, 12, { alternative, p: 0.9 }),
    ...on(stats.binomialTest, 0, 0, { alternative }),
  ]),
  signTest: alternatives.flatMap((alternative) => [
    ...around(stats.signTest, levels, { alternative }),
    ...on(stats.signTest, [0, 0], { alternative }),
  ]),
  mcNemar: (['exact', 'mid-p', 'chi-square', 'chi-square-corrected'] as const).flatMap((method) => [
    ...around(stats.mcNemar, 3, 12, { method }),
    ...on(stats.mcNemar, 5, 5, { method }),
    ...on(stats.mcNemar, 0, 0, { method }),
  ]),
  pairedT: [...around(stats.pairedT, differences), ...on(stats.pairedT, constant), ...on(stats.pairedT, extreme)],
  signFlipTest: [
    ...around(stats.signFlipTest, differences, { ...resampled, clusters }),
    ...on(stats.signFlipTest, levels, resampled),
    ...on(stats.signFlipTest, levels, { clusters: few }),
    ...on(stats.signFlipTest, levels),
  ],
  wilcoxonSignedRank: (['auto', 'exact', 'normal'] as const).flatMap((method) => [
    ...around(stats.wilcoxonSignedRank, levels, { method }),
    ...on(stats.wilcoxonSignedRank, differences, { method }),
  ]),
  adjustPValues: (
    ['bonferroni', 'holm', 'hochberg', 'hommel', 'benjamini-hochberg', 'benjamini-yekutieli'] as const
  ).flatMap((method) => [
    ...around(stats.adjustPValues, [0.01, 0.2, 0.03, 0.03, 0.004], { method }),
    ...on(stats.adjustPValues, [0.01, null, 0.03, 0.5], { method }),
    ...on(stats.adjustPValues, [], { method }),
  ]),
  permutationTest: [
    ...around(stats.permutationTest, half, otherHalf, { ...resampled, strata: [few.slice(0, 12), few.slice(12)] }),
    ...on(stats.permutationTest, half, otherHalf, resampled),
    ...on(stats.permutationTest, scores.slice(0, 5), scores.slice(5, 9)),
    ...on(stats.permutationTest, half, otherHalf),
  ],
  permutationInterval: [
    ...around(stats.permutationInterval, half, otherHalf, {
      ...resampled,
      level: 0.9,
      strata: [few.slice(0, 12), few.slice(12)],
    }),
    ...on(stats.permutationInterval, half, otherHalf, resampled),
    ...on(stats.permutationInterval, x.slice(0, 5), scores.slice(5, 9)),
    ...on(stats.permutationInterval, half, otherHalf),
  ],
  signFlipInterval: [
    ...around(stats.signFlipInterval, differences, { ...resampled, clusters, level: 0.9 }),
    ...on(stats.signFlipInterval, levels, resampled),
    ...on(stats.signFlipInterval, differences, { clusters: few }),
    ...on(stats.signFlipInterval, differences.slice(0, 9)),
    ...on(stats.signFlipInterval, differences),
  ],
  shiftedBootstrapTest: [
    ...around(stats.shiftedBootstrapTest, differences, { ...resampled, clusters }),
    ...on(stats.shiftedBootstrapTest, levels, resampled),
    ...on(stats.shiftedBootstrapTest, levels, { ...resampled, clusters: few }),
  ],

  repeatedRuns: [
    ...around(stats.repeatedRuns, given.realsMissing, { clusters, level: 0.9 }),
    ...on(stats.repeatedRuns, given.realTable),
    ...on(stats.repeatedRuns, given.binaryTable),
    ...on(stats.repeatedRuns, given.table(x)),
  ],
  repeatedRunsError: around(
    stats.repeatedRunsError,
    { between: 0.3, within: 0.1 },
    { n: 100, repeats: 3, designEffect: 1.5 },
  ),
  pairedSampleSize: [
    ...around(stats.pairedSampleSize, 0.05, {
      omega2: 0.2,
      noise: [0.1, 0.2],
      repeats: [1, 3],
      designEffect: 1.5,
      alpha: 0.1,
      power: 0.9,
      sides: 1,
    }),
    ...on(stats.pairedSampleSize, 0.05, { omega2: 0.2 }),
  ],
  minimumDetectableDifference: [
    ...around(stats.minimumDetectableDifference, 500, {
      omega2: 0.2,
      noise: [0.1, 0.2],
      repeats: [1, 3],
      designEffect: 1.5,
      alpha: 0.1,
      power: 0.9,
      sides: 1,
    }),
    ...on(stats.minimumDetectableDifference, 500, { omega2: 0.2 }),
  ],
  labelBudget: around(stats.labelBudget, { rate: 0.3, halfWidth: 0.03, designEffect: 1.4 }, { level: 0.9 }),
  pilotLabelBudget: around(stats.pilotLabelBudget, { se: 0.04, n: 100, halfWidth: 0.03 }, { level: 0.9 }),
  designEffect: [
    ...around(stats.designEffect, someMissing, clusters, { level: 0.9 }),
    ...on(stats.designEffect, binary, few),
    ...on(stats.designEffect, constant, few),
  ],
  releaseGate: [
    ...around(stats.releaseGate, differences, {
      margin: 0.2,
      alpha: 0.1,
      power: 0.9,
      clusters,
      largest: 9,
      smallSample: true,
    }),
    ...[-3, -0.6, -0.3, 0, 0.4].flatMap((shift) =>
      on(
        stats.releaseGate,
        differences.map((d) => d + shift),
        { margin: 0.4 },
      ),
    ),
    ...on(stats.releaseGate, constant, { margin: 0.4 }),
  ],
  gateSampleSize: around(stats.gateSampleSize, {
    sd: 0.5,
    margin: 0.05,
    difference: 0.01,
    designEffect: 1.4,
    alpha: 0.1,
    power: 0.9,
  }),
  allGates: [['PASS'], ['PASS', 'INCONCLUSIVE'], ['REGRESSION', 'INCONCLUSIVE'], ['REGRESSION', 'FAIL'], []].flatMap(
    (verdicts) => on(() => stats.allGates(verdicts.map((verdict) => ({ verdict: verdict as stats.GateVerdict })))),
  ),
  betaPosterior: [
    ...around(stats.betaPosterior, 3, 12, { level: 0.9, prior: [0.5, 2] }),
    ...on(stats.betaPosterior, 0, 12),
  ],
  posteriorDifference: [
    ...around(stats.posteriorDifference, { successes: 7, n: 20 }, { successes: 3, n: 18 }, { level: 0.9 }),
    ...on(stats.posteriorDifference, { successes: 0, n: 20 }, { successes: 18, n: 18 }),
  ],
  pairedPosteriorDifference: around(
    stats.pairedPosteriorDifference,
    { both: 10, firstOnly: 5, secondOnly: 2, neither: 9 },
    { random, draws: 60, level: 0.9 },
  ),
  clusteredPosterior: [
    ...on(stats.clusteredPosterior, binary, clusters, { level: 0.9 }),
    ...around(stats.clusteredPosterior, binary.slice(0, 6), few.slice(0, 6)),
    ...on(stats.clusteredPosterior, constant, few),
  ],

  confidenceSequence: (['betting', 'empirical-bernstein'] as const).flatMap((method) => [
    ...around(stats.confidenceSequence, unit, { method, range: [0, 2], grid: 50, level: 0.9, clusters }),
    ...on(
      stats.confidenceSequence,
      unit.map((value, i) => (i % 5 === 2 ? NaN : value)),
      { method, missing: 'worst', population: 30, intersect: 'yes', ...sequence },
    ),
    ...on(
      stats.confidenceSequence,
      unit.map((value, i) => (i % 5 === 2 ? NaN : value)),
      { method, missing: 'drop', ...sequence },
    ),
    ...on(stats.confidenceSequence, binary, { method, population: 24, ...sequence }),
  ]),
  differenceSequence: (['betting', 'empirical-bernstein'] as const).flatMap((method) => [
    ...around(stats.differenceSequence, unit, otherShares, { method, range: [0, 1], grid: 50, level: 0.9 }),
    ...on(stats.differenceSequence, unit, otherShares, { method, clusters, intersect: 'yes', ...sequence }),
  ]),
  startSequence: around(stats.startSequence, { range: [0, 5], population: 30, grid: 20, level: 0.9 }),
  extendSequence: steps(
    () => stats.startSequence({ grid: 20, intersect: 'yes' }),
    (state, i) => stats.extendSequence(state, unit[i]!),
    stats.sequenceEstimate,
  ),
  sequenceEstimate: steps(
    () => stats.startSequence({ method: 'empirical-bernstein', range: [-3, 4] }),
    (state, i) => stats.extendSequence(state, x[i]!),
    stats.sequenceEstimate,
  ),
  meanEProcess: (['greater', 'less'] as const).flatMap((alternative) => [
    ...around(stats.meanEProcess, unit, { threshold: 0.4, alternative, alpha: 0.1, range: [0, 2], clusters }),
    ...on(
      stats.meanEProcess,
      unit.map((value, i) => (i % 5 === 2 ? NaN : value)),
      { threshold: 0.2, alternative, missing: 'worst', population: 30 },
    ),
    ...on(stats.meanEProcess, constant, { threshold: 0.1, alternative }),
  ]),
  startEProcess: around(stats.startEProcess, { threshold: 0.4, alpha: 0.1, range: [0, 2], population: 20 }),
  extendEProcess: steps(
    () => stats.startEProcess({ threshold: 0.3 }),
    (state, i) => stats.extendEProcess(state, unit[i]!),
    stats.eProcessResult,
  ),
  eProcessResult: steps(
    () => stats.startEProcess({ threshold: 0.6, alternative: 'less', population: n }),
    (state, i) => stats.extendEProcess(state, unit[i]!),
    stats.eProcessResult,
  ),
  combineEValues: [
    ...around(stats.combineEValues, [0.5, 3, 20]),
    ...around(stats.combineEValues, [0.5, 3, 20], { dependence: 'independent' }),
  ],
  eValueToP: around(stats.eValueToP, 20),
  rejectByEValues: [
    ...around(stats.rejectByEValues, [0.5, 30, 80, 45], { alpha: 0.1 }),
    ...on(stats.rejectByEValues, [100, null, 70]),
  ],
  startAnytimeGate: around(stats.startAnytimeGate, { margin: 0.1, alpha: 0.1, range: [0, 2], population: 30 }),
  extendAnytimeGate: steps(
    () => stats.startAnytimeGate({ margin: 0.2 }),
    (state, i) => stats.extendAnytimeGate(state, unit[i]!, otherShares[i]!),
    stats.anytimeGateResult,
  ),
  anytimeGateResult: [0, 1].flatMap((candidate) =>
    steps(
      () => stats.startAnytimeGate({ margin: 0.3, population: n }),
      (state) => stats.extendAnytimeGate(state, candidate, 0.5),
      stats.anytimeGateResult,
    ),
  ),
  startWhoMoved: around(stats.startWhoMoved, { anchorMean: 0.1, productionMean: 0.5, range: [0, 2], alpha: 0.1 }),
  extendAnchors: steps(
    () => stats.startWhoMoved({ anchorMean: 0, productionMean: 0.5 }),
    (state, i) => stats.extendAnchors(state, unit[i]!, otherShares[i]!),
    stats.whoMoved,
  ),
  extendProduction: steps(
    () => stats.startWhoMoved({ anchorMean: 0, productionMean: 0.1 }),
    (state, i) => stats.extendProduction(state, unit[i]!),
    stats.whoMoved,
  ),
  whoMoved: [0, 0.9].flatMap((judge) =>
    steps(
      () => stats.startWhoMoved({ anchorMean: 0.4, productionMean: 0.6 }),
      (state, i) => {
        stats.extendAnchors(state, judge, i % 2);
        if (i % 2) stats.extendProduction(state, 1 - judge);
      },
      stats.whoMoved,
    ),
  ),
};
