export {
  type Estimate,
  isEstimate,
  plainEstimate,
  type TestResult,
  type Undetermined,
  type UndeterminedReason,
} from './estimate.ts';
export { type Random, seededRandom } from './random.ts';
export { philox4x32 } from './philox.ts';
export { sampleIndices, shuffle } from './sampling.ts';
export { type Matrix, matrixOf } from './matrix.ts';
export { type IntervalOptions } from './interval-options.ts';

export { proportion, type ProportionMethod, rateUpperBound } from './proportion.ts';
export { type PairedCounts, pairedProportionDifference, proportionDifference } from './proportion-difference.ts';
export { clusteredMean, type ClusterOptions, clusteredProportion, clusteredRatio } from './clustered-mean.ts';

export { percentAgreement, pairwiseAgreement } from './percent-agreement.ts';
export { type AgreementWeights } from './agreement-weights.ts';
export { cohenKappa, type KappaEstimate } from './cohen-kappa.ts';
export { categoryCounts, type FleissEstimate, fleissKappa, randolphKappa } from './fleiss-kappa.ts';
export { type AlphaEstimate, type AlphaMetric, krippendorffAlpha } from './krippendorff-alpha.ts';
export { gwetAc, type GwetEstimate } from './gwet-ac.ts';
export { type IccEstimate, type IccForm, intraclassCorrelation } from './intraclass-correlation.ts';
export { type Classification, classification } from './classification.ts';

export { type CorrelationEstimate, pearson, spearman } from './correlation.ts';
export { kendall, type KendallEstimate, type KendallVariant } from './kendall.ts';

export {
  type BootstrapEstimate,
  type BootstrapOptions,
  clusterBootstrap,
  countBootstrap,
  pairedBootstrap,
  type RowStatistic,
} from './bootstrap.ts';
export { type BootstrapMethod } from './bootstrap-interval.ts';
export { bootstrapMean } from './bootstrap-mean.ts';

export { type Alternative, binomialTest, signTest } from './binomial-test.ts';
export { mcNemar, type McNemarMethod } from './mcnemar.ts';
export { pairedT, signFlipTest, wilcoxonSignedRank } from './paired-tests.ts';
export { adjustPValues, type Adjustment } from './multiple-testing.ts';

export { normalCdf, normalQuantile } from './normal.ts';
export {
  betaCdf,
  betaQuantile,
  chiSquareCdf,
  chiSquareQuantile,
  chiSquareUpper,
  fCdf,
  fQuantile,
  fUpper,
  tCdf,
  tQuantile,
  tTwoSided,
} from './distributions.ts';
export { binomialCdf, binomialPmf, logFactorial } from './binomial.ts';
export { mean, sum, sumOfSquares, variance } from './sum.ts';
export { quantile } from './quantile.ts';
export { ascendingOrder } from './ascending-order.ts';
export { midranks } from './midranks.ts';
