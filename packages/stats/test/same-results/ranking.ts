import * as stats from '../../src/index.ts';
import { around, type Call, on, random } from './call.ts';
import * as given from './inputs.ts';

const { votes, decided, softVotes, apart, voteClusters, raters, covariates, rankings, x, shares, weights } = given;
const replicates = 12;
const resampled = { random, replicates };
/** Few votes, so that many calls near them cost little. */
const small: stats.Comparisons = {
  players: 3,
  left: [0, 1, 2, 0, 1, 2, 0, 0],
  right: [1, 2, 0, 2, 0, 1, 1, 2],
  outcome: [1, 1, 0, 0, 0.5, 1, 1, 1],
};
const smallClusters = [0, 0, 1, 1, 2, 3, 4, 5];
const smallWeights = [1, 2, 1, 0.5, 3, 1, 1, 1];
const smallRaters = [0, 1, 0, 1, 0, 1, 0, 1];
const smallCovariate: stats.Matrix = { values: [0.3, -0.2, 0.9, 0.1, -0.5, 0.4, 0, 0.7], rows: 8, columns: 1 };
const everybodyLost: stats.Comparisons[] = [
  apart,
  { players: 0, left: [], right: [], outcome: [] },
  { players: 3, left: [0], right: [0], outcome: [1] },
  { players: 3, left: [0, 1], right: [1, 0], outcome: [1, 1] },
  { players: 2, left: [0, 0], right: [1, 1], outcome: [1, NaN] },
];
type Ranker = (votes: stats.Comparisons) => unknown;
/** Ties, soft preferences, weights, many players, and what has no answer. */
const ranked = (rank: Ranker): Call[] => [
  ...around(rank, { ...small, weights: smallWeights }),
  ...[votes, decided, softVotes, ...everybodyLost].flatMap((comparisons) => on(rank, comparisons)),
];
const found = (fit: ReturnType<typeof stats.bradleyTerry>): stats.RankingFit => {
  if ('reason' in fit) throw new RangeError(fit.detail);
  return fit;
};
const fit = () => found(stats.bradleyTerry(votes));
const withoutErrors = () => found(stats.bradleyTerry(votes, { errors: 'none' }));
const fits = [fit, () => found(stats.bradleyTerry(votes, { clusters: voteClusters })), withoutErrors];
const errors = ['sandwich', 'bias-reduced', 'model', 'none'] as const;
const baseline: stats.BaselineComparisons = {
  preference: shares,
  length: x.map((value) => 500 + 100 * value),
  baselineLength: weights.map((weight) => 400 + 100 * weight),
};
const difficulty = given.y;
const gamed: stats.GamedBaseline = { preference: [0.3, 0.7, 0.4], standardLengthDifference: [1, -1, 0.3] };
const other: stats.BaselineComparisons = {
  preference: given.otherShares,
  length: given.y.map((value) => 600 + 90 * value),
  baselineLength: baseline.baselineLength,
};
const manyPlayers: stats.Comparisons = {
  players: 3000,
  left: [0, 2999, 5, 5, 17],
  right: [2999, 0, 6, 6, 17],
  outcome: [1, 0.2, 0.5, NaN, 1],
};

export const ranking: Record<string, Call[]> = {
  tally: [
    ...ranked(stats.tally),
    ...on(stats.tally, manyPlayers),
    ...on(stats.tally, { ...manyPlayers, weights: [1, 2, 3, 4, 5] }),
  ],
  bradleyTerry: [
    ...ranked((comparisons) => stats.bradleyTerry(comparisons)),
    ...errors.flatMap((kind) => [
      ...on(stats.bradleyTerry, softVotes, { errors: kind }),
      ...on(stats.bradleyTerry, votes, { errors: kind, clusters: voteClusters }),
    ]),
    ...around(stats.bradleyTerry, small, { prior: { ridge: 0.3 }, clusters: smallClusters }),
    ...around(stats.bradleyTerry, small, { prior: { pseudoVotes: 0.5 } }),
    ...on(stats.bradleyTerry, apart, { prior: { ridge: 0.1 } }),
    ...on(stats.bradleyTerry, apart, { prior: { pseudoVotes: 1 } }),
  ],
  bradleyTerryByPart: ranked((comparisons) => stats.bradleyTerryByPart(comparisons)),
  bootstrapBradleyTerry: [
    ...ranked((comparisons) => stats.bootstrapBradleyTerry(comparisons, { random: stats.seededRandom(7), replicates })),
    ...on(stats.bootstrapBradleyTerry, votes, { ...resampled, clusters: voteClusters, prior: { ridge: 0.2 } }),
  ],
  bootstrapRanking: [
    ...around(stats.bootstrapRanking, small, (drawn: stats.Comparisons) => stats.winCounts(drawn), {
      ...resampled,
      clusters: smallClusters,
    }),
    ...[votes, ...everybodyLost].flatMap((comparisons) =>
      on(stats.bootstrapRanking, comparisons, (drawn: stats.Comparisons) => stats.eigen(drawn), resampled),
    ),
  ],
  davidson: [
    ...ranked((comparisons) => stats.davidson(comparisons)),
    ...errors.flatMap((kind) =>
      on(stats.davidson, votes, { errors: kind, clusters: voteClusters, prior: { ridge: 0.2 } }),
    ),
    ...on(stats.davidson, small, { level: 0.9, clusters: smallClusters }),
  ],
  raoKupper: [
    ...ranked((comparisons) => stats.raoKupper(comparisons)),
    ...errors.flatMap((kind) => on(stats.raoKupper, votes, { errors: kind, clusters: voteClusters })),
  ],
  tieModels: ranked((comparisons) => stats.tieModels(comparisons)),
  contextualBradleyTerry: [
    ...ranked((comparisons) => stats.contextualBradleyTerry(comparisons, { order: true })),
    ...around(stats.contextualBradleyTerry, small, {
      covariates: smallCovariate,
      order: true,
      level: 0.9,
      prior: { scoreRidge: 0.2, coefficientRidge: 0.5 },
      clusters: smallClusters,
    }),
    ...errors.flatMap((kind) =>
      on(stats.contextualBradleyTerry, votes, { covariates, order: true, errors: kind, clusters: voteClusters }),
    ),
    ...on(stats.contextualBradleyTerry, votes, {
      covariates: { ...covariates, values: Array.from({ length: 60 }, () => 1) },
      order: true,
    }),
  ],
  compositeBradleyTerry: [
    ...around(stats.compositeBradleyTerry, small, smallRaters, {
      judgeWeights: [1, 2],
      order: true,
      covariates: smallCovariate,
      clusters: smallClusters,
      prior: { scoreRidge: 0.2, coefficientRidge: 0.5 },
    }),
    ...(['sandwich', 'bias-reduced', 'none'] as const).flatMap((kind) =>
      on(stats.compositeBradleyTerry, votes, raters, { errors: kind, clusters: voteClusters }),
    ),
    ...everybodyLost.flatMap((comparisons) =>
      on(
        stats.compositeBradleyTerry,
        comparisons,
        Array.from(comparisons.left, () => 0),
      ),
    ),
  ],
  severalJudges: [
    ...around(stats.severalJudges, small, smallRaters, {
      order: true,
      covariates: smallCovariate,
      clusters: smallClusters,
      tasteVariance: 0.3,
      coefficientRidge: 0.5,
    }),
    ...(['sandwich', 'model', 'none'] as const).flatMap((kind) => [
      ...on(stats.severalJudges, votes, raters, { errors: kind, clusters: voteClusters, order: true, covariates }),
      ...on(stats.severalJudges, softVotes, raters, { errors: kind }),
    ]),
    ...everybodyLost.flatMap((comparisons) =>
      on(
        stats.severalJudges,
        comparisons,
        Array.from(comparisons.left, () => 0),
      ),
    ),
  ],
  styleDifferences: around(
    stats.styleDifferences,
    given.table(shares, weights),
    given.table(
      weights,
      shares.map((share) => 2 * share),
    ),
  ),
  newman: [
    ...ranked((comparisons) => stats.newman(comparisons)),
    ...around(stats.newman, votes, { scale: 'geometric-mean', sweeps: 200, tolerance: 1e-9 }).slice(0, 1),
    ...on(stats.newman, votes, { sweeps: 3 }),
  ],
  newmanBradleyTerry: [
    ...ranked((comparisons) => stats.newmanBradleyTerry(comparisons)),
    ...around(stats.newmanBradleyTerry, small, { sweeps: 30, tolerance: 1e-4 }),
  ],
  winCounts: ranked(stats.winCounts),
  averageWinRate: ranked(stats.averageWinRate),
  elo: [
    ...ranked((comparisons) => stats.elo(comparisons)),
    ...around(stats.elo, small, { k: 8, initial: 1500, scale: 200, base: 3 }),
  ],
  shuffledElo: [
    ...ranked((comparisons) => stats.shuffledElo(comparisons, { random: stats.seededRandom(7), shuffles: 5 })),
    ...around(stats.shuffledElo, small, { random, shuffles: 3 }),
  ],
  eloScores: fits.flatMap((scored) =>
    around((options: stats.EloScale) => stats.eloScores(scored(), options), {
      scale: 200,
      base: 3,
      origin: 0,
      anchor: 1,
      level: 0.9,
    }),
  ),
  scoreContrast: fits.flatMap((scored) =>
    around((a: number, b: number, options: { level: number }) => stats.scoreContrast(scored(), a, b, options), 3, 1, {
      level: 0.9,
    }),
  ),
  centredScore: fits.flatMap((scored) =>
    around((a: number, options: { level: number }) => stats.centredScore(scored(), a, options), 3, { level: 0.9 }),
  ),
  winChance: fits.flatMap((scored) =>
    around((a: number, b: number, options: { level: number }) => stats.winChance(scored(), a, b, options), 3, 1, {
      level: 0.9,
    }),
  ),
  rankSets: [
    ...fits.flatMap((scored) =>
      around((options: stats.RankSetOptions) => stats.rankSets(scored(), options), { random, draws: 60, level: 0.9 }),
    ),
    ...on(() => {
      const drawn = stats.bootstrapBradleyTerry(votes, { random: stats.seededRandom(7), replicates: 40 });
      return 'reason' in drawn
        ? drawn
        : [stats.rankSets(drawn, { level: 0.5 }), stats.eloScores(drawn), stats.winChance(drawn, 0, 1)];
    }),
    ...on(() => stats.rankSets(fit(), { level: 0.3 })),
  ],
  nextComparison: (['order', 'top1', 'gate'] as const).flatMap((goal) => [
    ...around((options: stats.NextComparisonOptions) => stats.nextComparison(fit(), options), {
      random,
      goal,
      count: 3,
      floor: 0.2,
      level: 0.9,
      ...(goal === 'gate' && { between: [1, 2] as [number, number] }),
    }),
    ...on(() => stats.nextComparison(withoutErrors(), { random: stats.seededRandom(7), goal })),
    ...on(() => stats.nextComparison(fit(), { random: stats.seededRandom(7), goal, level: 0.01, count: 20 })),
  ]),
  eigen: [
    ...ranked((comparisons) => stats.eigen(comparisons)),
    ...around(stats.eigen, small, { tolerance: 1e-3, iterations: 20 }),
  ],
  eigenRank: ranked((comparisons) => stats.eigenRank(comparisons)),
  pageRank: [
    ...ranked((comparisons) => stats.pageRank(comparisons)),
    ...around(stats.pageRank, small, { damping: 0.7, iterations: 20 }),
  ],
  rankCentrality: ranked(stats.rankCentrality),
  hodgeRank: [
    ...ranked((comparisons) => stats.hodgeRank(comparisons)),
    ...(['logit', 'mean'] as const).flatMap((flow) =>
      (['votes', 'equal'] as const).flatMap((weighting) => on(stats.hodgeRank, votes, { flow, weighting })),
    ),
  ],
  intransitivity: [
    ...ranked((comparisons) => stats.intransitivity(comparisons, { random: stats.seededRandom(7), replicates })),
    ...on(stats.intransitivity, votes),
    ...around(stats.intransitivity, small, { ...resampled, level: 0.9, within: smallRaters, clusters: smallClusters }),
    ...on(stats.intransitivity, votes, { ...resampled, within: raters }),
  ],
  bradleyTerryLackOfFit: [
    ...ranked((comparisons) =>
      stats.bradleyTerryLackOfFit(comparisons, { random: stats.seededRandom(7), replicates, fewest: 1 }),
    ),
    ...around(stats.bradleyTerryLackOfFit, small, { ...resampled, fewest: 2 }),
  ],
  skillRatings: [
    ...ranked((comparisons) => stats.skillRatings(comparisons)),
    ...around(stats.skillRatings, small, { mu: 20, sigma: 5, beta: 3, tau: 0.1, orders: 4, random, level: 0.8 }),
  ],
  borda: [...around(stats.borda, rankings, { level: 0.9 }), ...on(stats.borda, rankings, { clusters: rankings.list })],
  plackettLuce: [
    ...around(stats.plackettLuce, rankings, { ridge: 0.2, level: 0.9 }),
    ...(['davidson-luce', 'average'] as const).flatMap((ties) =>
      (['sandwich', 'model'] as const).flatMap((kind) => [
        ...on(stats.plackettLuce, rankings, { ties, errors: kind }),
        ...on(stats.plackettLuce, rankings, {
          ties,
          errors: kind,
          clusters: Array.from(rankings.list, (list) => list % 6),
        }),
        ...on(
          stats.plackettLuce,
          { ...rankings, weights: Array.from(rankings.list, (list) => 1 + (list % 3)) },
          { ties, errors: kind },
        ),
      ]),
    ),
    ...on(stats.plackettLuce, { players: 3, list: [0, 0, 0], player: [0, 1, 2], rank: [1, 2, 3] }),
    ...on(stats.plackettLuce, { players: 3, list: [], player: [], rank: [] }),
  ],
  crowdBradleyTerry: [
    ...around(stats.crowdBradleyTerry, small, smallRaters, {
      ridge: 0.3,
      prior: [5, 2],
      maximumSteps: 200,
      clusters: smallClusters,
    }),
    ...[votes, softVotes].flatMap((comparisons) => [
      ...on(stats.crowdBradleyTerry, comparisons, raters),
      ...on(stats.crowdBradleyTerry, comparisons, raters, { clusters: voteClusters, maximumSteps: 5, level: 0.9 }),
    ]),
    ...everybodyLost.flatMap((comparisons) =>
      on(
        stats.crowdBradleyTerry,
        comparisons,
        Array.from(comparisons.left, () => 0),
      ),
    ),
  ],
  raterScales: [
    ...around(stats.raterScales, small, smallRaters, { ridge: 0.3, spread: 0.4, clusters: smallClusters }),
    ...[votes, softVotes].flatMap((comparisons) => [
      ...on(stats.raterScales, comparisons, raters),
      ...on(stats.raterScales, comparisons, raters, { clusters: voteClusters, level: 0.9 }),
    ]),
    ...everybodyLost.flatMap((comparisons) =>
      on(
        stats.raterScales,
        comparisons,
        Array.from(comparisons.left, () => 0),
      ),
    ),
  ],
  lengthControlledWinRate: [
    ...[1e2, 1e6].flatMap((C) => [
      ...on(
        stats.lengthControlledWinRate,
        { ...baseline, preference: x.map((value) => Number(value > 0)), difficulty },
        { C },
      ),
      ...on(
        stats.lengthControlledWinRate,
        {
          ...baseline,
          preference: x.map((_, i) => Number(i !== 3)),
          length: x.map((_, i) => (i === 3 ? 1e5 : 500 + i)),
        },
        { C },
      ),
    ]),
    ...around(stats.lengthControlledWinRate, { ...baseline, difficulty }, { ...resampled, replicates: 4, C: 2 }),
    ...around((options: stats.LengthControlOptions) => stats.lengthControlledWinRate(baseline, options), {
      gamed,
      gamedWeight: 0.5,
      level: 0.9,
    }),
    ...on(stats.lengthControlledWinRate, baseline, { ...resampled, clusters: given.clusters }),
    ...on(stats.lengthControlledWinRate, { ...baseline, preference: x.map(() => 1) }),
    ...on(stats.lengthControlledWinRate, { ...baseline, preference: given.binary, length: baseline.baselineLength }),
  ],
  lengthControlledDuel: [
    ...around(stats.lengthControlledDuel, baseline, other, { ...resampled, replicates: 6, level: 0.9 }),
    ...on(
      stats.lengthControlledDuel,
      { ...baseline, difficulty },
      { ...other, difficulty },
      { gamed: { ...gamed, difficulty: [0, 1, 2] } },
    ),
    ...on(stats.lengthControlledDuel, baseline, other, { ...resampled, replicates: 6, clusters: given.clusters }),
  ],
};
