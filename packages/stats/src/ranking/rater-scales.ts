import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import type { Comparisons } from './comparisons.ts';
import { fewVotes, notAMaximum, type RaterAwareRanking, voteClusters } from './crowd-bradley-terry.ts';
import { logistic, logLogistic } from '../numerics/logistic.ts';
import { raterSpread, type VoteDerivatives } from './rater-information.ts';
import { mergedVotes, raterVotes, type VoteCells } from './rater-votes.ts';
import { scorePart } from './score-errors.ts';

export type RaterScalesOptions = {
  level?: number | undefined;
  /** Spread of the normal prior of γ about its mean of 1; 0.5. */
  spread?: number | undefined;
  /** λ of the penalty λ/2 Σθ² on the strengths; 0.1. */
  ridge?: number | undefined;
  /** One id per vote: prompts, say. Votes are independent given strengths and scales without it. */
  clusters?: ArrayLike<number> | undefined;
};

const method = 'Bradley-Terry with rater scales';
const mostSteps = 2000;

/** θ given the scales: one Newton step of a ridge logistic regression whose design rows are ±γ. */
function strengthStep(
  players: number,
  votes: VoteCells,
  theta: Float64Array,
  gamma: Float64Array,
  ridge: number,
): Float64Array {
  const { winner, loser, rater, weight } = votes;
  const information = new Float64Array(players * players);
  const score = theta.map((x) => -ridge * x);
  for (let i = 0; i < players; i++) information[i * players + i] = ridge;
  for (let v = 0; v < winner.length; v++) {
    const [i, j, scale, w] = [winner[v]!, loser[v]!, gamma[rater[v]!]!, weight[v]!];
    const p = logistic(scale * (theta[i]! - theta[j]!));
    const [slope, bend] = [w * scale * (1 - p), w * scale * scale * p * (1 - p)];
    score[i]! += slope;
    score[j]! -= slope;
    information[i * players + i]! += bend;
    information[j * players + j]! += bend;
    information[i * players + j]! -= bend;
    information[j * players + i]! -= bend;
  }
  return choleskySolve(choleskyFactor(information, players)!, players, score);
}

/**
 * A ranking from votes of raters who differ in how sharply they tell strong from weak.
 *
 *     P(rater k prefers i to j)  s(γ_k (θ_i − θ_j))      mean γ = 1, γ_k ~ N(1, 0.5²)      s logistic
 *
 * γ is 1 for the mean rater, near 0 for one who does not see the differences, below 0 for a contrarian. It suits
 * raters who are honest and noisy, who are right about wide gaps and guess at narrow ones; `crowdBradleyTerry` suits
 * raters who sometimes do not look. The mean of 1 gives the strengths their unit, that of the mean rater of these votes.
 * Maximum a posteriori by steps in turn, strengths then scales; intervals from the joint second derivatives, a sandwich
 * with `clusters`.
 *
 * @param rater the rater of each vote, numbered from 0
 * @returns `no-data` without a decisive vote; `one-rater` with one; for a rater without decisive votes `no-data` in its
 * place; no interval below 5 clusters, with a note
 * @throws RangeError for columns that do not fit, a spread or a ridge that is not positive, a bad level
 * @example
 * raterScales({ players: 3, left, right, outcome }, rater).raters[0].value; // below 0: a contrarian
 * @see https://github.com/assize/assize/blob/main/docs/stats/rater-scales.md
 */
export function raterScales(
  comparisons: Comparisons,
  rater: ArrayLike<number>,
  { level = 0.95, spread: width = 0.5, ridge = 0.1, clusters }: RaterScalesOptions = {},
): RaterAwareRanking | Undetermined {
  checkLevel(level);
  for (const [name, value] of [['spread', width] as const, ['ridge', ridge] as const]) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${value}`);
  }
  const votes = raterVotes(comparisons, rater);
  const { perRater, n } = votes;
  const { players } = comparisons;
  const cells = mergedVotes(players, votes);
  const { winner, loser, rater: who, weight } = cells;
  if (n === 0) return undetermined('no-data', 'needs a vote that decides', 0, method);
  const voting = perRater.reduce((count, votesOf) => count + (votesOf > 0 ? 1 : 0), 0);
  if (voting === 1) return undetermined('one-rater', 'one rater sets the unit alone: nothing to compare', n, method);

  const votesOf = (k: number): 0 | 1 => (perRater[k]! > 0 ? 1 : 0);
  const precision = 1 / width ** 2;
  const value = (theta: Float64Array, gamma: Float64Array): number => {
    let total = 0;
    for (let v = 0; v < winner.length; v++) {
      total += weight[v]! * logLogistic(gamma[who[v]!]! * (theta[winner[v]!]! - theta[loser[v]!]!));
    }
    for (const x of theta) total -= (ridge / 2) * x * x;
    for (const x of gamma) total -= (precision / 2) * (x - 1) ** 2;
    return total;
  };
  let theta: Float64Array = new Float64Array(players);
  let gamma: Float64Array = new Float64Array(votes.raters).fill(1);
  let here = value(theta, gamma);
  /** Moves along a step as far as the value does not fall; gives the longest move. */
  const advance = (
    from: Float64Array,
    step: Float64Array,
    at: (x: Float64Array) => number,
    set: (x: Float64Array) => void,
  ): number => {
    for (let scale = 1; scale > 1e-9; scale /= 2) {
      const moved = from.map((x, i) => x + scale * step[i]!);
      const found = at(moved);
      if (found < here - 1e-12 * Math.abs(here)) continue;
      here = found;
      set(moved);
      return step.reduce((most, x) => Math.max(most, Math.abs(scale * x)), 0);
    }
    return 0;
  };
  let [iterations, converged] = [0, false];
  while (!converged && iterations < mostSteps) {
    iterations++;
    const first = advance(
      theta,
      strengthStep(players, cells, theta, gamma, ridge),
      (moved) => value(moved, gamma),
      (moved) => (theta = moved),
    );
    const [slope, bend] = [gamma.map((x) => precision * (1 - x)), gamma.map(() => precision)];
    for (let v = 0; v < winner.length; v++) {
      const z = theta[winner[v]!]! - theta[loser[v]!]!;
      const p = logistic(gamma[who[v]!]! * z);
      slope[who[v]!]! += weight[v]! * z * (1 - p);
      bend[who[v]!]! += weight[v]! * z * z * p * (1 - p);
    }
    // Newton's step that leaves the sum of the scales as it is; a rater without votes stays at 1.
    const pull = slope.reduce((sum, x, k) => sum + (votesOf(k) * x) / bend[k]!, 0);
    const give = bend.reduce((sum, x, k) => sum + votesOf(k) / x, 0);
    const second = advance(
      gamma,
      slope.map((x, k) => (votesOf(k) * (x - pull / give)) / bend[k]!),
      (moved) => value(theta, moved),
      (moved) => (gamma = moved),
    );
    converged = Math.max(first, second) < 1e-9;
  }

  const derivatives = (i: number, j: number, k: number): VoteDerivatives => {
    const [z, scale] = [theta[i]! - theta[j]!, gamma[k]!];
    const p = logistic(scale * z);
    const bend = p * (1 - p);
    return {
      byZ: scale * (1 - p),
      byRater: z * (1 - p),
      zz: scale * scale * bend,
      zRater: scale * z * bend - (1 - p),
      raterRater: z * z * bend,
    };
  };
  const { index, problem } = voteClusters(votes, clusters, comparisons.outcome.length);
  const priorCurvature = gamma.map(() => precision);
  const fixedSum = perRater.map((w) => (w > 0 ? 1 : 0));
  const found =
    problem === undefined
      ? raterSpread(players, votes, cells, { ridge, priorCurvature, fixedSum }, derivatives, index)
      : null;
  const why = problem ?? notAMaximum;
  const groups = index ? { groups: index.count } : {};
  const df = index ? index.count - 1 : null;
  const reach = df === null ? normalQuantile((1 + level) / 2) : tQuantile((1 + level) / 2, Math.max(1, df));
  const notes = [...votes.notes];
  const rare = perRater.reduce((count, w) => count + (w > 0 && w <= fewVotes ? 1 : 0), 0);
  if (rare > 0) notes.push(`${rare} raters have ${fewVotes} votes or fewer: their scale is mostly the prior's`);
  if (!converged) notes.push(`the steps had not settled after ${iterations}`);
  if (found === null) notes.push(why);
  const raters = Array.from(gamma, (scale, k): Estimate | Undetermined => {
    const about = { level, n: perRater[k]!, ...groups, method: `${method}, scale` };
    if (perRater[k] === 0) return undetermined('no-data', `rater ${k} has no decisive vote`, 0, about.method);
    if (found === null) return { value: scale, interval: null, ...about, notes: [why] };
    const se = Math.sqrt(found.raterVariance[k]!);
    return { value: scale, interval: [scale - reach * se, scale + reach * se], se, ...about };
  });
  let logLikelihood = here;
  for (const x of theta) logLikelihood += (ridge / 2) * x * x;
  for (const x of gamma) logLikelihood += (precision / 2) * (x - 1) ** 2;
  return withNotes(
    {
      value: theta,
      ...scorePart(found && found.covariance, players, players),
      df,
      n,
      ...groups,
      raters,
      logLikelihood,
      iterations,
      converged,
      method: `${method}, ${index ? 'clustered sandwich' : 'model'} errors`,
    },
    notes,
  );
}
