import * as stats from '../../src/index.ts';
import { around, type Call, on, random } from './call.ts';
import * as given from './inputs.ts';

const { clusters, truth, judged, codeTable, codesMissing, realTable, realsMissing, countTable, binaryTable, x, y } =
  given;
const { scores, otherScores, someMissing, otherMissing, extreme, counts } = given;
const replicates = 40;
const resampled = { random, replicates };
/** The ways to an interval, each with what it needs and without. */
const intervals: stats.IntervalOptions[] = [
  {},
  { interval: 'none' },
  { interval: 'closed-form', level: 0.9 },
  { interval: 'closed-form', clusters },
  { interval: 'bootstrap' },
  { clusters },
  { ...resampled, bootstrap: 'bca' },
  { ...resampled, clusters, level: 0.8 },
];
const all = (call: (options: stats.IntervalOptions) => Call[]): Call[] => intervals.flatMap(call);
const constant = truth.map(() => 1);
const judge = judged;
const threeMissing = given.table(someMissing, otherMissing, y);

export const agreement: Record<string, Call[]> = {
  percentAgreement: [
    ...around(stats.percentAgreement, truth, judged, { clusters }),
    ...on(stats.percentAgreement, truth, judged),
    ...on(stats.percentAgreement, truth, judged, { weights: { frequency: counts } }),
  ],
  pairwiseAgreement: [
    ...around(stats.pairwiseAgreement, codesMissing, { clusters }),
    ...on(stats.pairwiseAgreement, codeTable),
    ...on(stats.pairwiseAgreement, codeTable, { weights: { sampling: given.weights } }),
  ],
  cohenKappa: [
    ...around(stats.cohenKappa, truth, judged, { categories: 3, weights: 'linear', level: 0.9 }),
    ...all((options) => on(stats.cohenKappa, truth, judged, options)),
    ...on(stats.cohenKappa, truth, judged, { frequencies: counts, weights: 'quadratic' }),
    ...on(stats.cohenKappa, truth, judged, { frequencies: counts, ...resampled, bootstrap: 'bca' }),
    ...on(stats.cohenKappa, truth, constant),
    ...on(stats.cohenKappa, constant, constant),
  ],
  categoryCounts: around(stats.categoryCounts, codesMissing, 3),
  fleissKappa: [
    ...around(stats.fleissKappa, countTable, { level: 0.9 }),
    ...all((options) => on(stats.fleissKappa, countTable, options)),
    ...on(stats.fleissKappa, countTable, { frequencies: counts }),
    ...on(stats.fleissKappa, { values: [3, 0, 3, 0], rows: 2, columns: 2 }),
    ...on(stats.fleissKappa, { values: [3, 0, 1, 1], rows: 2, columns: 2 }),
  ],
  randolphKappa: [
    ...around(stats.randolphKappa, countTable, { level: 0.9 }),
    ...all((options) => on(stats.randolphKappa, countTable, options)),
    ...on(stats.randolphKappa, countTable, { frequencies: counts }),
  ],
  krippendorffAlpha: [
    ...around(stats.krippendorffAlpha, codesMissing, { ...resampled, metric: 'ordinal' }),
    ...all((options) => on(stats.krippendorffAlpha, codesMissing, options)),
    ...(['nominal', 'ordinal', 'interval', 'ratio'] as const).flatMap((metric) => [
      ...on(stats.krippendorffAlpha, realsMissing, { metric, ...resampled, bootstrap: 'bca' }),
      ...on(stats.krippendorffAlpha, codeTable, { metric, ...resampled, clusters }),
      ...on(stats.krippendorffAlpha, given.table(extreme, x), { metric }),
    ]),
    ...on(stats.krippendorffAlpha, given.table(constant, constant)),
  ],
  gwetAc: [
    ...around(stats.gwetAc, codesMissing, { categories: 3, weights: 'linear', level: 0.9 }),
    ...all((options) => on(stats.gwetAc, codesMissing, options)),
    ...(['quadratic', 'ordinal'] as const).flatMap((weights) =>
      on(stats.gwetAc, codeTable, { weights, categories: 4 }),
    ),
    ...on(stats.gwetAc, codeTable, { frequencies: counts }),
    ...on(stats.gwetAc, codeTable, { frequencies: counts, ...resampled }),
    ...on(stats.gwetAc, given.table(constant, constant)),
  ],
  intraclassCorrelation: [
    ...around(stats.intraclassCorrelation, realTable, { level: 0.9 }),
    ...(['ICC(1,1)', 'ICC(2,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(2,k)', 'ICC(3,k)'] as const).flatMap((form) => [
      ...on(stats.intraclassCorrelation, realTable, { form }),
      ...on(stats.intraclassCorrelation, codeTable, { form, interval: 'f' }),
      ...on(stats.intraclassCorrelation, given.table(extreme, extreme), { form }),
    ]),
    ...on(stats.intraclassCorrelation, given.table(x, x)),
    ...on(stats.intraclassCorrelation, given.table(constant, constant)),
    ...on(
      stats.intraclassCorrelation,
      given.table(
        truth.map(() => 1e9),
        truth.map((_, i) => 1e9 + (i % 2) * 1e-7),
      ),
    ),
  ],
  classification: [
    ...around(stats.classification, truth, judged, { categories: 3, level: 0.9 }),
    ...all((options) => on(stats.classification, truth, judged, options)),
    ...on(stats.classification, truth, constant, { categories: 4 }),
    ...on(stats.classification, given.binary, given.otherBinary, { ...resampled }),
    ...on(stats.classification, [0, 0, -1, 1], [0, 0, 0, NaN], { categories: 3 }),
  ],
  pearson: [
    ...around(stats.pearson, x, y, { level: 0.9 }),
    ...all((options) => on(stats.pearson, someMissing, otherMissing, options)),
    ...on(stats.pearson, x, constant),
    ...on(stats.pearson, extreme, x),
    ...on(stats.pearson, x, x),
    ...on(
      stats.pearson,
      truth.map((_, i) => 1e9 + (i % 2) * 1e-7),
      x,
    ),
  ],
  spearman: [
    ...around(stats.spearman, x, scores, { level: 0.9 }),
    ...all((options) => on(stats.spearman, someMissing, scores, options)),
    ...on(stats.spearman, x, x),
    ...on(stats.spearman, scores, constant),
  ],
  kendall: [
    ...around(stats.kendall, scores, otherScores, { level: 0.9 }),
    ...all((options) => on(stats.kendall, someMissing, scores, options)),
    ...(['c', 'gamma'] as const).flatMap((variant) => [
      ...on(stats.kendall, scores, y, { variant }),
      ...on(stats.kendall, scores, otherScores, { variant, ...resampled, clusters }),
    ]),
    ...on(stats.kendall, scores, constant),
    ...on(stats.kendall, x, x),
  ],
  groupedCorrelation: [
    ...around(stats.groupedCorrelation, someMissing, scores, { groups: clusters, statistic: 'pearson' }),
    ...(['pearson', 'spearman', 'kendall'] as const).flatMap((statistic) => [
      ...on(stats.groupedCorrelation, x, y, { groups: clusters, statistic, ...resampled, bootstrap: 'bca' }),
      ...on(stats.groupedCorrelation, x, y, {
        groups: x.map((_, i) => i >> 2),
        systems: x.map((_, i) => i % 4),
        statistic,
      }),
    ]),
    ...on(stats.groupedCorrelation, x, scores, {
      groups: x.map((_, i) => i >> 2),
      systems: x.map((_, i) => i % 4),
      ...resampled,
    }),
  ],
  pairwiseAccuracy: [
    ...around(stats.pairwiseAccuracy, scores, someMissing, { groups: clusters, epsilon: 0.5 }),
    ...all((options) => on(stats.pairwiseAccuracy, scores, y, options)),
    ...(['in-sample', 'cross-fit'] as const).flatMap((epsilon) => [
      ...on(stats.pairwiseAccuracy, scores, y, { epsilon, ...resampled, folds: 3 }),
      ...on(stats.pairwiseAccuracy, scores, otherScores, { epsilon, groups: x.map((_, i) => i >> 2), folds: 4 }),
      ...on(stats.pairwiseAccuracy, scores, y, { epsilon, groups: clusters, mostPairs: 20, ...resampled }),
    ]),
    ...on(stats.pairwiseAccuracy, constant, y, { epsilon: 'in-sample' }),
  ],
  softPairwiseAccuracy: [
    ...around(stats.softPairwiseAccuracy, realTable, codeTable, { ...resampled, flips: 30 }),
    ...on(stats.softPairwiseAccuracy, realsMissing, given.table(x, y, otherMissing), {
      ...resampled,
      flips: 20,
      clusters,
    }),
    ...on(stats.softPairwiseAccuracy, realTable, realTable, { random, flips: 20, interval: 'none' }),
  ],
  humanCeiling: [
    ...around(stats.humanCeiling, codesMissing, judge, { level: 0.9, fewestItems: 3 }),
    ...(['agreement', 'pearson', 'spearman'] as const).flatMap((statistic) => [
      ...on(stats.humanCeiling, codeTable, judge, { statistic, ...resampled }),
      ...on(
        stats.humanCeiling,
        codesMissing,
        someMissing.map((value) => Math.round(value)),
        { statistic, clusters },
      ),
      ...on(stats.humanCeiling, threeMissing, x, { statistic, ...resampled, bootstrap: 'bca', clusters }),
    ]),
  ],
  alternativeAnnotatorTest: [
    ...around(stats.alternativeAnnotatorTest, codeTable, judge, { epsilon: 0.2, fewestItems: 5 }),
    ...(['t', 'wilcoxon', 'betting'] as const).flatMap((test) =>
      on(stats.alternativeAnnotatorTest, codesMissing, judge, { epsilon: 0.15, test, fewestItems: 5, ...resampled }),
    ),
    ...on(stats.alternativeAnnotatorTest, codeTable, judge, {
      epsilon: 0.1,
      domains: clusters.map((id) => id % 3),
      itemWeights: given.weights,
      epsilons: [0, 0.1, 0.3],
      fewestItems: 5,
      ...resampled,
      clusters,
    }),
    ...on(stats.alternativeAnnotatorTest, realTable, y, { epsilon: 0.1, alignment: 'negRmse', fewestItems: 2 }),
  ],
  humanLikeness: [
    ...around(stats.humanLikeness, codesMissing, judge, { categories: 3, weights: 'linear', level: 0.9 }),
    ...all((options) => on(stats.humanLikeness, codeTable, judge, options)),
    ...on(stats.humanLikeness, codeTable, truth, { weights: 'quadratic', ...resampled, clusters }),
  ],
  attenuationCorrected: [
    ...around(stats.attenuationCorrected, realsMissing, y, { level: 0.9 }),
    ...all((options) => on(stats.attenuationCorrected, realTable, y, options)),
    ...on(stats.attenuationCorrected, given.table(x, x), x),
  ],
  ratingIndeterminacy: [
    ...around(stats.ratingIndeterminacy, binaryTable, given.table(given.binary, given.otherBinary), { level: 0.9 }),
    ...all((options) => on(stats.ratingIndeterminacy, binaryTable, given.table(given.otherBinary), options)),
  ],
  dawidSkene: [
    ...around(stats.dawidSkene, codesMissing, { categories: 3, iterations: 30, smoothing: 0.1, tolerance: 1e-5 }),
    ...on(stats.dawidSkene, codeTable, { ...resampled, clusters, iterations: 25 }),
    ...on(stats.dawidSkene, binaryTable),
  ],
  oneCoin: [
    ...around(stats.oneCoin, codesMissing, { categories: 3, iterations: 30, smoothing: 0.1 }),
    ...on(stats.oneCoin, codeTable, { random, replicates: 10, iterations: 25, bootstrap: 'bca' }),
    ...on(stats.oneCoin, binaryTable),
  ],
  mace: [
    ...around(stats.mace, codesMissing, { categories: 3, iterations: 20, smoothing: 0.1 }),
    ...on(stats.mace, codeTable, { random, replicates: 10, iterations: 25 }),
    ...on(stats.mace, binaryTable),
  ],
  glad: [
    ...around(stats.glad, codesMissing, { categories: 3, iterations: 10 }),
    ...on(stats.glad, codeTable, { random, replicates: 4, iterations: 8 }),
    ...on(stats.glad, binaryTable, { iterations: 40 }),
  ],
  varianceComponents: [
    ...around(stats.varianceComponents, realTable, { level: 0.9 }),
    ...on(stats.varianceComponents, codesMissing),
  ],
  raterStudy: [
    ...around(stats.raterStudy, realTable, { designs: [1, 3, 5], cost: { item: 2, rating: 1 } }),
    ...on(stats.raterStudy, codesMissing, { goal: { coefficient: 'dependability', atLeast: 0.8 } }),
    ...on(stats.raterStudy, realsMissing, {
      goal: { coefficient: 'generalizability', atLeast: 0.99 },
      cost: { rating: 3 },
    }),
  ],
  facetStudy: [
    ...around(stats.facetStudy, given.facets, {
      designs: [{ items: 3, raters: 2 }],
      cost: { item: 2, rating: 1 },
      level: 0.9,
    }),
    ...on(stats.facetStudy, given.facets, {
      goal: { coefficient: 'dependability', atLeast: 0.8 },
      cost: { rating: 1 },
    }),
    ...on(stats.facetStudy, given.facets, { goal: { coefficient: 'generalizability', atLeast: 0.7 } }),
  ],
  repeatStudy: [
    ...around(stats.repeatStudy, realTable, { designs: [1, 3, 5], level: 0.9 }),
    ...on(stats.repeatStudy, realsMissing),
    ...on(stats.repeatStudy, codesMissing),
  ],
  bestRepeats: around(stats.bestRepeats, { between: 0.3, within: 0.8, itemCost: 5, ratingCost: 0.5 }),
  raterSeverity: [...around(stats.raterSeverity, given.ratings, { level: 0.9 })],
  severityDrift: around(
    stats.severityDrift,
    [1, 2, 4].map((id) => ({ id, value: 0.1 * id, se: 0.2, n: 20 })),
    [1, 2, 3].map((id) => ({ id, value: 0.3 * id - 0.2, se: 0.1, n: 10 })),
    { level: 0.9 },
  ),
  manyFacetRasch: [
    ...around(stats.manyFacetRasch, given.ratings, { categories: 4, priorSd: 1.5, level: 0.9 }),
    ...on(stats.manyFacetRasch, { ...given.ratings, criteria: given.facets.items }),
  ],
  itemResponse: [
    ...around(stats.itemResponse, given.answers, { level: 0.9 }),
    ...on(stats.itemResponse, given.answers, { model: '2pl' }),
    ...on(stats.itemResponse, binaryTable),
    ...on(stats.itemResponse, given.table(truth, judged)),
  ],
  jointRasch: [...around(stats.jointRasch, given.answers, { level: 0.9 }), ...on(stats.jointRasch, binaryTable)],
  selfConsistency: [
    ...around(stats.selfConsistency, truth, { categories: 3 }),
    ...on(stats.selfConsistency, [0, 1, 1, 0], { categories: 2 }),
  ],
  judgeErrorRates: around(
    stats.judgeErrorRates,
    given.binary,
    given.otherBinary,
    clusters.map((id) => id % 3),
    { level: 0.9 },
  ),
  humanErrorRate: [...around(stats.humanErrorRate, 70, 90, { level: 0.9 }), ...on(stats.humanErrorRate, 20, 90)],
  accuracyBehindNoise: around(stats.accuracyBehindNoise, 0.8, 0.1),
  matrixOf: [
    ...around(stats.matrixOf, [
      [1, 2],
      [3, 4],
    ]),
    ...on(stats.matrixOf, [
      [1, null],
      [undefined, 4],
    ]),
    ...on(stats.matrixOf, []),
  ],
};
