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

export {
  alternativeAnnotatorTest,
  type AlternativeAnnotatorOptions,
  type AlternativeAnnotatorTest,
  type TestedAnnotator,
} from './judge-validity/alternative-annotator-test.ts';
export { type AdvantageTest } from './judge-validity/advantage-tests.ts';
export { type Alignment } from './judge-validity/advantages.ts';
export { type WinningRate } from './judge-validity/winning-rate.ts';
export { humanLikeness, type HumanLikeness, type HumanLikenessTier } from './judge-validity/human-likeness.ts';

export { type ReliabilityBin, reliabilityCurve, type ReliabilityCurve } from './calibration/reliability-curve.ts';
export { type Binning, type BinOptions } from './calibration/probability-bins.ts';
export {
  type CalibrationErrorEstimate,
  classwiseCalibrationError,
  expectedCalibrationError,
} from './calibration/expected-calibration-error.ts';
export { debiasedCalibrationError, type DebiasedErrorEstimate } from './calibration/debiased-calibration-error.ts';
export { calibrationTest, type CalibrationTestResult, spiegelhalterTest } from './calibration/calibration-test.ts';
export { smoothCalibrationError, type SmoothErrorEstimate } from './calibration/smooth-calibration-error.ts';
export { brierScore } from './calibration/brier-score.ts';
export { logLoss } from './calibration/log-loss.ts';
export { scoreDecomposition, type ScoreDecomposition } from './calibration/score-decomposition.ts';
export { auroc, type AurocEstimate } from './calibration/auroc.ts';
export { rankedProbabilityScore } from './calibration/ranked-probability-score.ts';
export { type IsotonicFit, isotonicRegression, predictIsotonic } from './calibration/isotonic-regression.ts';
export {
  type BetaCalibrator,
  type Calibrator,
  type CalibratorKind,
  type HistogramCalibrator,
  type IsotonicCalibrator,
  type PlattCalibrator,
  type TemperatureCalibrator,
  type VennAbersCalibrator,
} from './calibration/calibrator.ts';
export { fitTemperature } from './calibration/fit-temperature.ts';
export { fitBeta, fitPlatt } from './calibration/fit-platt.ts';
export { fitHistogram, fitIsotonic } from './calibration/fit-isotonic.ts';
export { fitVennAbers, vennAbersInterval } from './calibration/venn-abers.ts';
export { applyCalibrator } from './calibration/apply-calibrator.ts';
export { applyOrdinal, fitOrdinal, type OrdinalCalibrator } from './calibration/ordinal-calibrator.ts';
export { foldsByCluster, outOfFold } from './calibration/cross-fitting.ts';
export { crossFitCalibration, type CrossFitCalibration } from './calibration/cross-fit-calibration.ts';
export { expectedScores, labelScore, type LabelScore } from './calibration/label-score.ts';
export { selfConsistency, type SelfConsistency } from './calibration/self-consistency.ts';
export { ratingIndeterminacy, type RatingIndeterminacy } from './judge-validity/rating-indeterminacy.ts';
export { type CeilingRater, humanCeiling, type HumanCeiling } from './judge-validity/human-ceiling.ts';
export { type CeilingStatistic } from './judge-validity/left-out.ts';
export { attenuationCorrected, type AttenuationCorrected } from './judge-validity/attenuation-corrected.ts';
export { groupedCorrelation, type GroupedCorrelation } from './correlation/grouped-correlation.ts';
export { type CorrelationStatistic } from './correlation/statistic-of-pairs.ts';
export {
  pairwiseAccuracy,
  type PairwiseAccuracy,
  type PairwiseAccuracyOptions,
  type TieEpsilon,
} from './correlation/pairwise-accuracy.ts';
export {
  softPairwiseAccuracy,
  type SoftPairwiseAccuracy,
  type SystemPair,
} from './correlation/soft-pairwise-accuracy.ts';
export { type AggregationOptions, type LabelAggregation } from './aggregation/label-aggregation.ts';
export { dawidSkene, type DawidSkene, oneCoin, type OneCoin, type RaterConfusion } from './aggregation/dawid-skene.ts';
export { mace, type Mace } from './aggregation/mace.ts';
export { glad, type Glad } from './aggregation/glad.ts';

export { type JudgedClusters, type LabelDesign } from './corrected/judged-rows.ts';
export { type RectifiedInterval } from './corrected/rectified-mean.ts';
export {
  type JudgedSystem,
  predictionPoweredDifference,
  type PredictionPoweredEstimate,
  predictionPoweredMean,
  type PredictionPoweredOptions,
  predictionPoweredWinRate,
} from './corrected/prediction-powered-mean.ts';
export { neymanAllocation } from './corrected/neyman-allocation.ts';
export {
  type StratifiedEstimate,
  type StratifiedOptions,
  stratifiedPredictionPoweredMean,
  type StratumEstimate,
} from './corrected/stratified-mean.ts';
export { type CrossOptions, crossPredictionPoweredMean, type Refit } from './corrected/cross-prediction.ts';
export {
  type PredictionPoweredCoefficients,
  predictionPoweredRegression,
  type RegressionOptions,
} from './corrected/prediction-powered-regression.ts';
export {
  predictionPoweredBradleyTerry,
  type PredictionPoweredStrengths,
} from './corrected/prediction-powered-bradley-terry.ts';
export type { Meetings } from './corrected/sparse-design.ts';
export {
  type CorrelationOptions,
  type PredictionPoweredCorrelation,
  predictionPoweredPearson,
} from './corrected/prediction-powered-pearson.ts';
export { type LabelPlan, planLabels, predictionGain } from './corrected/label-planning.ts';
export {
  allocateCalibration,
  type JudgeCalibration,
  roganGladen,
  type RoganGladenEstimate,
} from './corrected/rogan-gladen.ts';
export { type ClassShares, roganGladenClasses } from './corrected/rogan-gladen-classes.ts';
export { type Certification, certifyBelow } from './corrected/certification.ts';
export {
  accuracyBehindNoise,
  type ErrorRates,
  type GroupErrorRates,
  humanErrorRate,
  judgeErrorRates,
} from './corrected/judge-error-rates.ts';
export { type ActivePilot, type ActivePlan, drawActiveLabels, planActiveLabels } from './corrected/active-labelling.ts';
export { type ActiveEstimate, activeMean } from './corrected/active-mean.ts';
export { type ShiftedEstimate, shiftedMean } from './corrected/shifted-mean.ts';
export { type CalibratedEstimate, calibratedMean } from './corrected/calibrated-mean.ts';
export { type PolicyTransport, type Transport, transportTest } from './corrected/transport-test.ts';

export { repeatedRuns, repeatedRunsError, type RepeatedRunsEstimate } from './error-bars/repeated-runs.ts';
export {
  type LabelBudget,
  labelBudget,
  minimumDetectableDifference,
  type PairedPlan,
  pairedSampleSize,
  pilotLabelBudget,
  type SamplePlan,
} from './error-bars/sample-size.ts';
export { designEffect, type DesignEffectEstimate } from './error-bars/design-effect.ts';
export {
  allGates,
  type GateOptions,
  type GateResult,
  gateSampleSize,
  type GateVerdict,
  releaseGate,
} from './error-bars/release-gate.ts';
export { betaPosterior, type PosteriorDifference, posteriorDifference } from './error-bars/beta-posterior.ts';
export { pairedPosteriorDifference, type PairedPosteriorDifference } from './error-bars/paired-posterior.ts';
export { clusteredPosterior, type ClusteredPosterior } from './error-bars/clustered-posterior.ts';
export { permutationTest } from './significance/permutation-test.ts';
export { permutationInterval } from './significance/permutation-interval.ts';
export { signFlipInterval } from './significance/sign-flip-interval.ts';
export { shiftedBootstrapTest } from './significance/shifted-bootstrap.ts';
export {
  confidenceSequence,
  differenceSequence,
  extendSequence,
  sequenceEstimate,
  type SequenceMethod,
  type SequenceOptions,
  type SequenceState,
  startSequence,
} from './sequential/confidence-sequence.ts';
export {
  eProcessResult,
  type EProcessOptions,
  type EProcessResult,
  type EProcessState,
  extendEProcess,
  meanEProcess,
  startEProcess,
} from './sequential/mean-e-process.ts';
export { combineEValues, eValueToP, rejectByEValues } from './sequential/e-values.ts';
export {
  type AnytimeGateOptions,
  type AnytimeGateResult,
  anytimeGateResult,
  type AnytimeGateState,
  extendAnytimeGate,
  startAnytimeGate,
} from './sequential/anytime-gate.ts';
export {
  extendAnchors,
  extendProduction,
  startWhoMoved,
  whoMoved,
  type WhoMovedOptions,
  type WhoMovedResult,
  type WhoMovedState,
} from './sequential/who-moved.ts';
export { type RiskCoverage, riskCoverage } from './selective/risk-coverage.ts';
export { type SelectiveThreshold, selectiveThreshold, type ThresholdOptions } from './selective/selective-threshold.ts';
export {
  type CascadeOptions,
  type CascadeStage,
  type CascadeThresholds,
  cascadeThresholds,
} from './selective/cascade-thresholds.ts';
export {
  type ConformalCalibration,
  conformalQuantile,
  weightedConformalQuantile,
} from './selective/conformal-quantile.ts';
export {
  calibrateSets,
  type ConformalOptions,
  conformalSets,
  type LabelSets,
  type SetCalibration,
} from './selective/conformal-sets.ts';
export { calibrateScores, scoreInterval, scoreLevels } from './selective/conformal-scores.ts';
export { conformalRiskControl, type RiskControl } from './selective/conformal-risk-control.ts';
export {
  cascadeOperatingPoints,
  chooseOperatingPoint,
  costAccuracyFrontier,
  type CostedStage,
  evaluateOperatingPoint,
  type OperatingPoint,
  type OperatingPointReport,
} from './selective/cost-accuracy-frontier.ts';

export { type Comparisons, type Tally, tally } from './ranking/comparisons.ts';
export { bradleyTerry, type BradleyTerryOptions, type RankingPrior } from './ranking/bradley-terry.ts';
export { bradleyTerryByPart, type PartFit } from './ranking/bradley-terry-by-part.ts';
export { type Disconnected, type RankingFit, type ScoredPlayers } from './ranking/ranking-fit.ts';
export { type ErrorOptions } from './ranking/score-errors.ts';
export { centredScore, type ContrastOptions, scoreContrast, winChance } from './ranking/score-contrast.ts';
export {
  bootstrapBradleyTerry,
  bootstrapRanking,
  type RankingBootstrap,
  type RankingBootstrapOptions,
} from './ranking/ranking-bootstrap.ts';
export { rankSets, type RankSetOptions, type RankSets } from './ranking/rank-sets.ts';
export {
  davidson,
  raoKupper,
  type TieFit,
  type TieModelOptions,
  type TieModels,
  tieModels,
} from './ranking/tie-models.ts';
export { type ContextFit, type ContextOptions, contextualBradleyTerry } from './ranking/contextual-bradley-terry.ts';
export { styleDifferences } from './ranking/style-differences.ts';
export { newman, newmanBradleyTerry, type NewmanRanking, type SweepOptions } from './ranking/newman.ts';
export { averageWinRate, type Ranking, winCounts } from './ranking/win-rate.ts';
export { elo, type EloOptions, shuffledElo, type ShuffledElo } from './ranking/elo.ts';
export { eloScores, type EloScale } from './ranking/elo-scale.ts';
export { eigen, eigenRank, pageRank, type PowerOptions, rankCentrality } from './ranking/spectral-rankings.ts';
export { borda, type BordaOptions } from './ranking/borda.ts';

export { plackettLuce, type PlackettLuceFit, type PlackettLuceOptions } from './ranking/plackett-luce.ts';
export { type Rankings } from './ranking/rankings.ts';
export { skillRatings, type SkillRating, type SkillRatingOptions, type SkillRatings } from './ranking/skill-rating.ts';
export {
  crowdBradleyTerry,
  type CrowdBradleyTerryOptions,
  type RaterAwareRanking,
} from './ranking/crowd-bradley-terry.ts';
export { raterScales, type RaterScalesOptions } from './ranking/rater-scales.ts';
export { intransitivity, type Intransitivity, type IntransitivityOptions } from './ranking/intransitivity.ts';
export { hodgeRank, type HodgeRank, type HodgeRankOptions } from './ranking/hodge-rank.ts';
export { bradleyTerryLackOfFit, type LackOfFit, type LackOfFitOptions } from './ranking/lack-of-fit.ts';
export {
  type ComparisonPlan,
  nextComparison,
  type NextComparisonOptions,
  type PlannedComparison,
} from './ranking/next-comparison.ts';
export {
  type BaselineComparisons,
  type GamedBaseline,
  lengthControlledDuel,
  lengthControlledWinRate,
  type LengthControlledWinRate,
  type LengthControlOptions,
  type LengthControlWeights,
} from './ranking/length-controlled-win-rate.ts';

export {
  raterStudy,
  type RaterStudy,
  varianceComponents,
  type VarianceComponents,
} from './rater-models/rater-study.ts';
export { facetStudy, type FacetStudy } from './rater-models/facet-study.ts';
export { bestRepeats, type PlannedRepeats, repeatStudy, type RepeatStudy } from './rater-models/repeat-study.ts';
export { type PlannedDesign, type StudyCost, type StudyGoal } from './rater-models/study-designs.ts';
export { type FacetRatings } from './rater-models/study-rows.ts';
export {
  type FacetMeasure,
  manyFacetRasch,
  type ManyFacetRasch,
  type RaterScores,
} from './rater-models/many-facet-rasch.ts';
export { itemResponse, type ItemResponse, type ResponseItem } from './rater-models/item-response.ts';
export { jointRasch, type JointRasch } from './rater-models/joint-rasch.ts';
export { raterSeverity, type RaterSeverity } from './rater-models/rater-severity.ts';
export { type MeasuredRater, severityDrift, type SeverityDrift } from './rater-models/severity-drift.ts';
export { twoWayMean, type TwoWayMean, type TwoWayOptions } from './proportions/two-way-mean.ts';
export { type RowWeights } from './proportions/row-weights.ts';
export { samplingPearson } from './proportions/sampling-correlation.ts';
export { stratifiedBootstrap, type StratifiedBootstrapOptions } from './resampling/stratified-bootstrap.ts';
export {
  studentisedBootstrap,
  type StudentisedEstimate,
  type StudentisedOptions,
  type StudentisedStatistic,
  withJackknifeError,
} from './resampling/studentised-bootstrap.ts';
export {
  type JudgeTaste,
  severalJudges,
  type SeveralJudges,
  type SeveralJudgesOptions,
} from './ranking/several-judges.ts';
export { type CompositeFit, type CompositeOptions, compositeBradleyTerry } from './ranking/composite-bradley-terry.ts';
