import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Comparisons } from './comparisons.ts';
import { logistic } from '../numerics/logistic.ts';
import { fitPairs } from './pair-fit.ts';
import type { RankingFit } from './ranking-fit.ts';
import { raterSpread, type VoteDerivatives } from './rater-information.ts';
import { mergedVotes, raterVotes, type RaterVotes, votePairs } from './rater-votes.ts';
import { reliabilityInterval } from './reliability-interval.ts';
import { scorePart } from './score-errors.ts';

export type CrowdBradleyTerryOptions = {
  level?: number | undefined;
  /** The Beta prior of a rater's reliability; [8, 2], most are right four times in five. Both above 1. */
  prior?: readonly [number, number] | undefined;
  /** λ of the penalty λ/2 Σθ² on the strengths; 0.1. */
  ridge?: number | undefined;
  /** The steps end when no reliability moves by more than this; 1e-10. */
  tolerance?: number | undefined;
  /** 2000. */
  maximumSteps?: number | undefined;
  /** One id per vote: prompts, say. Votes are independent given strengths and reliabilities without it. */
  clusters?: ArrayLike<number> | undefined;
};

/** Scores as of any ranking (use `scoreContrast`, `rankSets`), and one parameter a rater. `iterations` counts EM steps. */
export type RaterAwareRanking = RankingFit & {
  /** One per rater; `n` is that rater's votes. */
  raters: (Estimate | Undetermined)[];
};

const method = 'Crowd-BT';
export const fewVotes = 10;
export const notAMaximum = 'no interval: the second derivatives are not those of a maximum';

/** The clusters of the votes, or why there can be no sandwich. */
export function voteClusters(
  votes: RaterVotes,
  clusters: ArrayLike<number> | undefined,
  rows: number,
): { index: { of: Uint32Array; count: number } | null; problem?: string } {
  if (clusters === undefined) return { index: null };
  const from = new Uint32Array(votes.size);
  let place = 0;
  votes.each((_, __, ___, ____, row) => {
    from[place++] = row;
  });
  const index = indexClusters(clusters, rows, from);
  if (index.count >= 5) return { index };
  return { index, problem: `no interval: a sandwich needs 5 clusters, found ${index.count}` };
}

/**
 * A ranking from votes of raters who are not equally reliable: strengths, and how often each rater votes with them.
 *
 *     P(rater k prefers i to j)  η_k s(θ_i − θ_j) + (1 − η_k) s(θ_j − θ_i)      η_k ~ Beta(8, 2)      s logistic
 *
 * η is 1 for a rater who follows the strengths, 1/2 for one who tosses a coin, near 0 for one who turns them round. The
 * maximum a posteriori is found by EM from the plain Bradley-Terry strengths: a vote's responsibility, then η in closed
 * form and one Newton step of θ. The interval of η is that of its posterior given the strengths, widened by what the
 * strengths are unsure of (and, with `clusters`, to the sandwich error); it leans on the prior, which weighs as much as
 * 10 votes (8 + 2): right on the whole for raters like the prior, too high for a rare contrarian with few votes.
 *
 * The turned ranking with 1 − η fits as well, and only the prior tells them apart: the raters must be better than chance
 * on the whole. Chen, Bennett, Collins-Thompson, Horvitz 2013, WSDM.
 *
 * @param rater the rater of each vote, numbered from 0
 * @returns `no-data` without a decisive vote; `one-rater` with one (plain Bradley-Terry, then); `not-identified` where
 * the mean η is not above 1/2; for a rater without decisive votes `no-data` in its place
 * @throws RangeError for columns that do not fit, a prior not above 1, a ridge that is not positive, a bad level
 * @example
 * crowdBradleyTerry({ players: 3, left, right, outcome }, rater).raters[0].interval;
 * @see https://github.com/assize/assize/blob/main/docs/stats/crowd-bradley-terry.md
 */
export function crowdBradleyTerry(
  comparisons: Comparisons,
  rater: ArrayLike<number>,
  {
    level = 0.95,
    prior = [8, 2],
    ridge = 0.1,
    tolerance = 1e-10,
    maximumSteps = 2000,
    clusters,
  }: CrowdBradleyTerryOptions = {},
): RaterAwareRanking | Undetermined {
  checkLevel(level);
  const [a, b] = prior;
  for (const shape of prior) {
    if (!(shape > 1 && shape < Infinity)) throw new RangeError(`prior must be above 1 and finite, found ${shape}`);
  }
  if (!(ridge > 0 && ridge < Infinity)) throw new RangeError(`ridge must be positive and finite, found ${ridge}`);
  if (!(tolerance > 0)) throw new RangeError(`tolerance must be positive, found ${tolerance}`);
  if (!Number.isSafeInteger(maximumSteps) || maximumSteps < 1) {
    throw new RangeError(`maximumSteps must be at least 1, found ${maximumSteps}`);
  }
  const votes = raterVotes(comparisons, rater);
  const { perRater, n } = votes;
  const { players } = comparisons;
  if (n === 0) return undetermined('no-data', 'needs a vote that decides', 0, method);
  const voting = perRater.reduce((count, votesOf) => count + (votesOf > 0 ? 1 : 0), 0);
  if (voting === 1) return undetermined('one-rater', 'one rater is the ranking: nothing to compare with', n, method);

  const cells = mergedVotes(players, votes);
  const { winner, loser, rater: who, weight } = cells;
  const { first, second, pair, forward } = votePairs(players, cells);
  const total = new Float64Array(first.length);
  weight.forEach((w, v) => (total[pair[v]!]! += w));
  const won = new Float64Array(first.length);
  weight.forEach((w, v) => (won[pair[v]!]! += forward[v]! * w));
  const pairs = { players, first, second, won, total };
  let theta = fitPairs(pairs, { ridge }).theta;
  const eta = new Float64Array(votes.raters).fill(a / (a + b));
  const follows = new Float64Array(votes.raters);
  let [iterations, converged] = [0, false];
  while (!converged && iterations < maximumSteps) {
    iterations++;
    follows.fill(0);
    won.fill(0);
    for (let v = 0; v < winner.length; v++) {
      const p = logistic(theta[winner[v]!]! - theta[loser[v]!]!);
      const k = who[v]!;
      const right = eta[k]! * p;
      const r = right / (right + (1 - eta[k]!) * (1 - p));
      follows[k]! += weight[v]! * r;
      won[pair[v]!]! += weight[v]! * (forward[v] === 1 ? r : 1 - r);
    }
    let most = 0;
    for (let k = 0; k < votes.raters; k++) {
      if (perRater[k] === 0) continue;
      const next = (follows[k]! + a - 1) / (perRater[k]! + a + b - 2);
      most = Math.max(most, Math.abs(next - eta[k]!));
      eta[k] = next;
    }
    const moved = fitPairs(pairs, { ridge, start: theta, most: 1 }).theta;
    // At η = prior mode, the first step leaves η where it is though θ still moves.
    converged = most < tolerance && (iterations > 1 || moved.every((x, i) => Math.abs(x - theta[i]!) < tolerance));
    theta = moved;
  }
  const meanEta = perRater.reduce((sum, votesOf, k) => sum + (votesOf > 0 ? eta[k]! : 0), 0) / voting;
  if (meanEta <= 0.5) {
    const detail = `the mean reliability is ${meanEta.toFixed(3)}: the turned ranking fits as well`;
    return undetermined('not-identified', detail, n, method);
  }

  const derivatives = (i: number, j: number, k: number): VoteDerivatives => {
    const p = logistic(theta[i]! - theta[j]!);
    const spread = p * (1 - p);
    const bent = 2 * eta[k]! - 1;
    const chance = 1 - eta[k]! + bent * p;
    const [byZ, byRater] = [(bent * spread) / chance, (2 * p - 1) / chance];
    return {
      byZ,
      byRater,
      zz: byZ * byZ - (bent * spread * (1 - 2 * p)) / chance,
      zRater: byRater * byZ - (2 * spread) / chance,
      raterRater: byRater * byRater,
    };
  };
  const { index, problem } = voteClusters(votes, clusters, comparisons.outcome.length);
  const priorCurvature = eta.map((x) => (a - 1) / x ** 2 + (b - 1) / (1 - x) ** 2);
  const spread =
    problem === undefined ? raterSpread(players, votes, cells, { ridge, priorCurvature }, derivatives, index) : null;
  const why = problem ?? notAMaximum;
  const notes = [...votes.notes];
  const rare = perRater.reduce((count, w) => count + (w > 0 && w <= fewVotes ? 1 : 0), 0);
  if (rare > 0) notes.push(`${rare} raters have ${fewVotes} votes or fewer: their reliability is mostly the prior's`);
  if (!converged) notes.push(`EM had not settled after ${iterations} steps`);
  if (spread === null) notes.push(why);
  let logLikelihood = 0;
  for (let v = 0; v < winner.length; v++) {
    const p = logistic(theta[winner[v]!]! - theta[loser[v]!]!);
    logLikelihood += weight[v]! * Math.log(1 - eta[who[v]!]! + (2 * eta[who[v]!]! - 1) * p);
  }
  const groups = index ? { groups: index.count } : {};
  const df = index ? index.count - 1 : null;
  const byRater: number[][] = Array.from({ length: votes.raters }, () => []);
  who.forEach((k, v) => byRater[k]!.push(v));
  const reliability = (k: number): Estimate | Undetermined => {
    const of = `${method}, reliability`;
    if (perRater[k] === 0) return undetermined('no-data', `rater ${k} has no decisive vote`, 0, of);
    const common = { value: eta[k]!, level, n: perRater[k]!, ...groups, method: of };
    if (spread === null) return { ...common, interval: null, notes: [why] };
    const chances = byRater[k]!.map((v) => logistic(theta[winner[v]!]! - theta[loser[v]!]!));
    const weights = byRater[k]!.map((v) => weight[v]!);
    // With few clusters t is wider than the normal; strengths that are not known widen by their share of the variance.
    const wider = df === null ? 1 : tQuantile((1 + level) / 2, Math.max(1, df)) / normalQuantile((1 + level) / 2);
    const stretch = wider * Math.sqrt(spread.raterVariance[k]! / spread.known[k]!);
    const interval = reliabilityInterval(chances, weights, prior, eta[k]!, Math.sqrt(spread.known[k]!), stretch, level);
    return { ...common, interval, se: Math.sqrt(spread.raterVariance[k]!) };
  };
  return withNotes(
    {
      value: theta,
      ...scorePart(spread && spread.covariance, players, players),
      df,
      n,
      ...groups,
      raters: Array.from(eta, (_, k) => reliability(k)),
      logLikelihood,
      iterations,
      converged,
      method: `${method}, ${index ? 'clustered sandwich' : 'model'} errors`,
    },
    notes,
  );
}
