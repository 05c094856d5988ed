import * as stats from '@assize/stats';

import {
  clusters,
  few,
  filled,
  given,
  givenThree,
  givenTwo,
  levels,
  binary,
  type MemorySubjects,
  n,
  random,
  reals,
  spread,
  table,
} from './memory-inputs.ts';

/** What three people say of the same items, and what the judge says. */
const thirds = Math.floor(n / 3);
const threes = (): stats.Matrix => ({ values: levels(3 * thirds), rows: thirds, columns: 3 });
const judged = () => levels(thirds);

/** Agreement, correlation, judges against people, and label aggregation. */
export const agreementSubjects: MemorySubjects = {
  percentAgreement: givenTwo(levels, levels, (a, b) => stats.percentAgreement(a, b)),
  'percentAgreement, clusters': givenThree(levels, levels, clusters, (a, b, ids) =>
    stats.percentAgreement(a, b, { clusters: ids }),
  ),
  pairwiseAgreement: given(table(levels), (m) => stats.pairwiseAgreement(m)),
  'cohenKappa, closed form': givenTwo(levels, levels, (a, b) => stats.cohenKappa(a, b, { categories: 5 })),
  'cohenKappa, bootstrap': givenTwo(levels, levels, (a, b) => stats.cohenKappa(a, b, { categories: 5, random })),
  'cohenKappa, clusters': givenTwo(levels, clusters, (a, ids) =>
    stats.cohenKappa(a, a, { categories: 5, ...few, clusters: ids }),
  ),
  classification: givenTwo(binary, binary, (a, b) => stats.classification(a, b)),
  'classification, clusters': givenThree(binary, binary, clusters, (a, b, ids) =>
    stats.classification(a, b, { ...few, clusters: ids }),
  ),
  'krippendorffAlpha, nominal': given(table(levels), (m) => stats.krippendorffAlpha(m)),
  'krippendorffAlpha, bootstrap': given(table(levels), (m) =>
    stats.krippendorffAlpha(m, { ...few, metric: 'ordinal' }),
  ),
  'krippendorffAlpha, nominal of reals': given(table(reals), (m) => stats.krippendorffAlpha(m)),
  'krippendorffAlpha, ordinal of reals': given(table(reals), (m) => stats.krippendorffAlpha(m, { metric: 'ordinal' })),
  'krippendorffAlpha, interval of reals': given(table(reals), (m) =>
    stats.krippendorffAlpha(m, { metric: 'interval' }),
  ),
  gwetAc: given(table(levels), (m) => stats.gwetAc(m)),
  'gwetAc, bootstrap': given(table(levels), (m) => stats.gwetAc(m, few)),
  categoryCounts: given(table(levels), (m) => stats.categoryCounts(m, 5)),
  fleissKappa: given(
    table(() => filled(() => 1)),
    (m) => stats.fleissKappa(m),
  ),
  randolphKappa: given(
    table(() => filled(() => 1)),
    (m) => stats.randolphKappa(m),
  ),
  intraclassCorrelation: given(table(reals), (m) => stats.intraclassCorrelation(m)),
  pearson: givenTwo(reals, reals, (x, y) => stats.pearson(x, y)),
  'pearson, bootstrap': givenTwo(reals, reals, (x, y) => stats.pearson(x, y, few)),
  spearman: givenTwo(reals, reals, (x, y) => stats.spearman(x, y)),
  kendall: givenTwo(reals, levels, (x, y) => stats.kendall(x, y)),
  'kendall, reals': givenTwo(reals, reals, (x, y) => stats.kendall(x, y)),
  groupedCorrelation: givenThree(reals, reals, spread(1000), (x, y, groups) =>
    stats.groupedCorrelation(x, y, { groups }),
  ),
  'groupedCorrelation, small groups': givenThree(reals, reals, clusters, (x, y, groups) =>
    stats.groupedCorrelation(x, y, { groups, statistic: 'pearson' }),
  ),
  pairwiseAccuracy: givenTwo(levels, reals, (x, y) => stats.pairwiseAccuracy(x, y)),
  'pairwiseAccuracy, groups': givenThree(levels, levels, clusters, (x, y, groups) =>
    stats.pairwiseAccuracy(x, y, { groups, epsilon: 0.5 }),
  ),
  softPairwiseAccuracy: givenTwo(table(reals), table(reals), (x, y) =>
    stats.softPairwiseAccuracy(x, y, { random, flips: 20 }),
  ),
  humanCeiling: givenTwo(threes, judged, (people, judge) => stats.humanCeiling(people, judge)),
  'humanCeiling, spearman': givenTwo(threes, judged, (people, judge) =>
    stats.humanCeiling(people, judge, { statistic: 'spearman' }),
  ),
  alternativeAnnotatorTest: givenTwo(threes, judged, (people, judge) =>
    stats.alternativeAnnotatorTest(people, judge, { epsilon: 0.2 }),
  ),
  humanLikeness: givenTwo(threes, judged, (people, judge) => stats.humanLikeness(people, judge)),
  attenuationCorrected: givenTwo(threes, judged, (people, judge) => stats.attenuationCorrected(people, judge)),
  ratingIndeterminacy: givenTwo(table(binary), table(binary), (people, judge) =>
    stats.ratingIndeterminacy(people, judge),
  ),
  dawidSkene: given(threes, (m) => stats.dawidSkene(m)),
  'dawidSkene, ten raters': given(table(levels, 10), (m) => stats.dawidSkene(m, { iterations: 10 })),
  oneCoin: given(threes, (m) => stats.oneCoin(m)),
  mace: given(threes, (m) => stats.mace(m, { iterations: 10 })),
  glad: given(threes, (m) => stats.glad(m, { iterations: 5 })),
  varianceComponents: given(table(reals, 10), (m) => stats.varianceComponents(m)),
  raterStudy: given(table(reals, 10), (m) => stats.raterStudy(m)),
  repeatStudy: given(table(reals, 10), (m) => stats.repeatStudy(m)),
  raterSeverity: givenThree(levels, clusters, spread(7), (scores, items, raters) =>
    stats.raterSeverity({ scores, items, raters }),
  ),
  selfConsistency: given(levels, (x) => stats.selfConsistency(x, { categories: 5 })),
  judgeErrorRates: givenThree(binary, binary, spread(10), (a, b, groups) => stats.judgeErrorRates(a, b, groups)),
  matrixOf: given(
    () => Array.from({ length: 10 }, () => reals(n / 10)),
    (rows) => stats.matrixOf(rows),
  ),
};
