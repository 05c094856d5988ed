export {
  type Estimate,
  isEstimate,
  plainEstimate,
  type TestResult,
  type Undetermined,
  type UndeterminedReason,
} from './shapes/estimate.ts';
export { type Random, seededRandom } from './random/random.ts';
export { philox4x32 } from './random/philox.ts';
export { sampleIndices, shuffle } from './random/sampling.ts';
export { type Matrix, matrixOf } from './shapes/matrix.ts';
export { type IntervalOptions } from './shapes/interval-options.ts';

export { proportion, type ProportionMethod, rateUpperBound } from './proportions/proportion.ts';
export {
  type PairedCounts,
  pairedProportionDifference,
  proportionDifference,
} from './proportions/proportion-difference.ts';
export {
  clusteredMean,
  type ClusterOptions,
  clusteredProportion,
  clusteredRatio,
} from './proportions/clustered-mean.ts';

export { percentAgreement, pairwiseAgreement } from './agreement/percent-agreement.ts';
export { type AgreementWeights } from './agreement/agreement-weights.ts';
export { cohenKappa, type KappaEstimate } from './agreement/cohen-kappa.ts';
export { categoryCounts, type FleissEstimate, fleissKappa, randolphKappa } from './agreement/fleiss-kappa.ts';
export { type AlphaEstimate, type AlphaMetric, krippendorffAlpha } from './agreement/krippendorff-alpha.ts';
export { gwetAc, type GwetEstimate } from './agreement/gwet-ac.ts';
export { type IccEstimate, type IccForm, intraclassCorrelation } from './agreement/intraclass-correlation.ts';
export { type Classification, classification } from './agreement/classification.ts';

export { type CorrelationEstimate, pearson, spearman } from './correlation/correlation.ts';
export { kendall, type KendallEstimate, type KendallVariant } from './correlation/kendall.ts';

export {
  type BootstrapEstimate,
  type BootstrapOptions,
  clusterBootstrap,
  countBootstrap,
  pairedBootstrap,
  type RowStatistic,
} from './resampling/bootstrap.ts';
export { type BootstrapMethod } from './resampling/bootstrap-interval.ts';
export { bootstrapMean } from './resampling/bootstrap-mean.ts';

export { type Alternative, binomialTest, signTest } from './significance/binomial-test.ts';
export { mcNemar, type McNemarMethod } from './significance/mcnemar.ts';
export { pairedT, signFlipTest, wilcoxonSignedRank } from './significance/paired-tests.ts';
export { adjustPValues, type Adjustment } from './significance/multiple-testing.ts';

export { normalCdf, normalQuantile } from './numerics/normal.ts';
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
} from './numerics/distributions.ts';
export { binomialCdf, binomialPmf, logFactorial } from './numerics/binomial.ts';
export { mean, sum, sumOfSquares, variance } from './numerics/sum.ts';
export { quantile } from './numerics/quantile.ts';
export { ascendingOrder } from './numerics/ascending-order.ts';
export { midranks } from './numerics/midranks.ts';
