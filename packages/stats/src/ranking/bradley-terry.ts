import { type Comparisons, type Tally, tally } from './comparisons.ts';
import { fitPairs, gaugedInformation, pairLogLikelihood, type Slope, slopeAt } from './pair-fit.ts';
import { componentsOf, isStronglyConnected, type PairCounts, pairCounts } from './pair-counts.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import { logistic } from '../numerics/logistic.ts';
import {
  type ErrorOptions,
  inverseInformation,
  type PairSquares,
  scoreErrors,
  scorePart,
  singular,
} from './score-errors.ts';
import type { VoteScores } from './vote-scores.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';

/** What is believed before any vote. Scores are then finite whatever the votes, and pulled together. */
export type RankingPrior =
  /** A penalty λ/2 · Σ score²: normal with variance 1/λ. */
  | { ridge: number }
  /** So many more votes for either player of each pair that was compared. */
  | { pseudoVotes: number };

export type BradleyTerryOptions = ErrorOptions & { prior?: RankingPrior | undefined };

const name = 'Bradley-Terry, Newton';

export function checkPrior(prior: RankingPrior | undefined): { ridge: number; pseudoVotes: number } {
  const { ridge = 0, pseudoVotes = 0 } = (prior ?? {}) as { ridge?: number; pseudoVotes?: number };
  for (const [key, value] of [['ridge', ridge] as const, ['pseudoVotes', pseudoVotes] as const]) {
    const given = prior !== undefined && key in prior;
    if (!(value >= 0 && value < Infinity) || (given && value === 0)) {
      throw new RangeError(`prior.${key} must be positive and finite, found ${value}`);
    }
  }
  return { ridge, pseudoVotes };
}

/** What was left out, in words. */
export function tallyNotes({ missing, selfPairs }: Pick<Tally, 'missing' | 'selfPairs'>): string[] {
  const notes: string[] = [];
  if (missing > 0) notes.push(`${missing} votes without a verdict are left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself are left out`);
  return notes;
}

function some(list: readonly (string | number)[], most: number): string[] {
  return list.length <= most ? list.map(String) : [...list.slice(0, most).map(String), `… ${list.length - most} more`];
}

/** Why there are no scores, with the parts and their players, at most a few of each. */
export function disconnected(components: number[][], n: number, method: string): Disconnected {
  const parts = some(
    components.map((component) => `{${some(component, 6).join(', ')}}`),
    6,
  );
  const detail = `the votes do not connect all players in both directions: ${components.length} parts, best first ${parts.join(', ')}`;
  return { ...undetermined('not-identified', detail, n, method), components };
}

/** The votes that entered a tally. */
export function countedRows({ left, right, outcome }: Comparisons, n: number): Uint32Array {
  const rows = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < outcome.length; i++) {
    if (left[i] !== right[i] && !Number.isNaN(outcome[i]!)) rows[count++] = i;
  }
  return rows;
}

function voteScores(comparisons: Comparisons, n: number, theta: Float64Array): VoteScores {
  const { left, right, outcome, weights } = comparisons;
  const rows = countedRows(comparisons, n);
  const chance = (row: number): number => logistic(theta[left[row]!]! - theta[right[row]!]!);
  const difference = (vote: number): number => outcome[rows[vote]!]! - chance(rows[vote]!);
  const bend = (vote: number, out: Float64Array): void => {
    const p = chance(rows[vote]!);
    out[0] = p * (1 - p);
  };
  return { rows, left, right, weights, difference, more: () => 0, extras: 0, bend };
}

/** Whether no vote is a soft preference, so that wins, ties and losses by pair say all. */
function areWhole(outcome: ArrayLike<number>): boolean {
  for (let i = 0; i < outcome.length; i++) {
    const twice = 2 * outcome[i]!;
    if (twice >>> 0 !== twice && !Number.isNaN(twice)) return false;
  }
  return true;
}

function pairSquares({ first, second, wins, losses, ties }: Tally, theta: Float64Array): PairSquares {
  const squares = new Float64Array(first.length);
  // As in `slopeAt`, which comes first: one exponential a player.
  const worth = theta.map((score) => Math.exp(score));
  let count = 0;
  for (let e = 0; e < first.length; e++) {
    const own = worth[first[e]!]!;
    const p = own / (own + worth[second[e]!]!);
    squares[e] = wins[e]! * (1 - p) ** 2 + losses[e]! * p ** 2 + ties[e]! * (0.5 - p) ** 2;
    count += wins[e]! + losses[e]! + ties[e]!;
  }
  return { first, second, squares, count };
}

/** Null where finite scores exist, else why they do not. */
export function refusal(
  pairs: PairCounts,
  n: number,
  ridge: number,
  method: string,
): Undetermined | Disconnected | null {
  if (n === 0 || pairs.first.length === 0)
    return undetermined('no-data', 'there is no vote between two players', n, method);
  if (ridge > 0 || isStronglyConnected(pairs)) return null;
  return disconnected(componentsOf(pairs), n, method);
}

/**
 * Bradley-Terry scores by maximum likelihood, with standard errors of any difference.
 *
 *     P(i beats j)  1 / (1 + e^−(θi − θj))      a tie is half a win to each
 *
 * Fitted by Newton's method with the sum of the scores held at 0. Finite scores exist only where every player has votes
 * over every other, directly or through others, and this is checked first (Ford 1957); with a `prior` they always do.
 * The default errors are the sandwich, clustered where `clusters` are given (times C/(C − 1); Student's t below 30
 * clusters, none below 5). Bradley and Terry 1952; Hunter 2004, Annals of Statistics 32.
 *
 * @returns scores, standard errors and covariance (use `scoreContrast`, `rankSets`, `eloScores`); `no-data` without a
 * vote; `not-identified` with the parts, best first
 * @throws RangeError for votes that are none (see `tally`), ids that do not fit, or a prior that is not positive
 * @example
 * bradleyTerry({ players: 2, left: [0, 0, 0, 0], right: [1, 1, 1, 1], outcome: [1, 1, 1, 0] }); // value ±log(3)/2
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function bradleyTerry(
  comparisons: Comparisons,
  { prior, ...options }: BradleyTerryOptions = {},
): RankingFit | Undetermined | Disconnected {
  const { ridge, pseudoVotes } = checkPrior(prior);
  const counted = tally(comparisons);
  const { n, players } = counted;
  const pairs = pairCounts(counted, pseudoVotes);
  const refused = refusal(pairs, n, ridge, name);
  if (refused) return refused;
  const { theta, iterations, converged } = fitPairs(pairs, { ridge });
  const observed = pseudoVotes > 0 ? pairCounts(counted) : pairs;
  const fitted = { value: theta, n, logLikelihood: pairLogLikelihood(observed, theta), iterations, converged };
  const notes = tallyNotes(counted);
  if (prior) notes.push('the prior pulls the scores together: intervals are around the pulled scores');
  if (!converged) notes.push('Newton did not converge');
  if (options.errors === 'none') {
    const { df, notes: why } = scoreErrors(new Float64Array(0), noVotes, players, options);
    return withNotes({ ...fitted, se: null, covariance: null, df, method: name }, [...notes, ...why]);
  }
  const slope: Slope = {
    gradient: new Float64Array(players),
    curvature: new Float64Array(pairs.first.length),
    diagonal: new Float64Array(players),
  };
  slopeAt(pairs, theta, ridge, slope);
  const information = gaugedInformation(pairs, slope).matrix;
  const { errors = 'sandwich' } = options;
  const bread = errors === 'sandwich' ? { information } : inverseInformation(information, players, players);
  if (bread === null) {
    notes.push(singular);
    return withNotes({ ...fitted, se: null, covariance: null, df: null, method: name }, notes);
  }
  const votes = () =>
    options.clusters === undefined && areWhole(comparisons.outcome)
      ? pairSquares(counted, theta)
      : voteScores(comparisons, n, theta);
  const { covariance, df, groups, name: kind, notes: more } = scoreErrors(bread, votes, players, options);
  const part = scorePart(covariance, players, players);
  return withNotes({ ...fitted, ...part, df, ...(groups !== undefined && { groups }), method: `${name}, ${kind}` }, [
    ...notes,
    ...more,
  ]);
}

function noVotes(): VoteScores {
  throw new Error('no standard errors were asked for');
}
