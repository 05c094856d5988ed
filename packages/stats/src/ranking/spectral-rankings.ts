import { type Comparisons, type Tally, tally } from './comparisons.ts';
import { disconnected, tallyNotes } from './bradley-terry.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { componentsOf, type PairCounts, pairCounts } from './pair-counts.ts';
import { exposureNotes, type Ranking, votesByPlayer } from './win-rate.ts';
import type { Disconnected } from './ranking-fit.ts';

export type PowerOptions = {
  /** The iteration stops when the vector moves by less. Default 1e-12; evalica's is 1e-6. */
  tolerance?: number | undefined;
  /** Default 10,000; evalica's is 100. */
  iterations?: number | undefined;
};

type Power = { vector: Float64Array; iterations: number; converged: boolean };

function checkPower({ tolerance = 1e-12, iterations = 10_000 }: PowerOptions): {
  tolerance: number;
  iterations: number;
} {
  if (!(tolerance > 0 && tolerance < Infinity)) throw new RangeError(`tolerance must be positive, found ${tolerance}`);
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw new RangeError(`iterations must be 1 or more, found ${iterations}`);
  }
  return { tolerance, iterations };
}

/** Repeats `next`, each time scaled to length 1 (to sum 1 with `sum`), until it moves by less than the tolerance. */
function power(
  n: number,
  next: (from: Float64Array, to: Float64Array) => void,
  options: { tolerance: number; iterations: number },
): Power {
  let vector = new Float64Array(n).fill(1 / n);
  let other = new Float64Array(n);
  for (let iterations = 1; iterations <= options.iterations; iterations++) {
    next(vector, other);
    let moved = 0;
    for (let i = 0; i < n; i++) moved += (other[i]! - vector[i]!) ** 2;
    [vector, other] = [other, vector];
    if (Math.sqrt(moved) < options.tolerance) return { vector, iterations, converged: true };
  }
  return { vector, iterations: options.iterations, converged: false };
}

function normalise(vector: Float64Array, by: number): void {
  if (by > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= by;
}

/** to = W from, W[i][j] the votes of i over j; transposed where `losers`. */
function times({ first, second, won, total }: PairCounts, losers: 'of winners' | 'of losers') {
  return (from: Float64Array, to: Float64Array): void => {
    to.fill(0);
    for (let e = 0; e < first.length; e++) {
      const [i, j] = [first[e]!, second[e]!];
      const [over, under] = [won[e]!, total[e]! - won[e]!];
      if (losers === 'of winners') {
        to[i]! += over * from[j]!;
        to[j]! += under * from[i]!;
      } else {
        to[i]! += under * from[j]!;
        to[j]! += over * from[i]!;
      }
    }
    let length = 0;
    for (const x of to) length += x * x;
    normalise(to, Math.sqrt(length));
  };
}

type Start = { counted: Tally; pairs: PairCounts; notes: string[] };

function startOf(comparisons: Comparisons, method: string): Start | Undetermined | Disconnected {
  const counted = tally(comparisons);
  const pairs = pairCounts(counted);
  if (pairs.first.length === 0) {
    return undetermined('no-data', 'there is no vote between two players', counted.n, method);
  }
  return { counted, pairs, notes: tallyNotes(counted) };
}

function connectedStart(comparisons: Comparisons, method: string): Start | Undetermined | Disconnected {
  const start = startOf(comparisons, method);
  if ('value' in start) return start;
  const components = componentsOf(start.pairs);
  return components.length > 1 ? disconnected(components, start.counted.n, method) : start;
}

function eigenvector(
  comparisons: Comparisons,
  options: PowerOptions,
  direction: 'of winners' | 'of losers',
  method: string,
): Ranking | Undetermined | Disconnected {
  const set = checkPower(options);
  const start = connectedStart(comparisons, method);
  if ('value' in start) return start;
  const { counted, pairs, notes } = start;
  const { vector, iterations, converged } = power(counted.players, times(pairs, direction), set);
  if (direction === 'of losers') notes.push('higher is worse: a score sums over those who beat the player');
  if (!converged) notes.push(`the power iteration did not converge in ${iterations} rounds`);
  notes.push(...exposureNotes(votesByPlayer(pairs)));
  return withNotes({ value: vector, n: counted.n, iterations, converged, method }, notes);
}

/**
 * Evalica's `eigen`: the leading eigenvector of the transposed matrix of wins, of length 1. **Higher is worse.**
 *
 * Each score is a sum over those who beat the player, so that losers come out on top. It is here to reprint older tables;
 * `eigenRank` points the right way.
 *
 * @returns one score a player; `no-data`; `not-identified` where the votes do not connect all players
 * @throws RangeError for votes that are none (see `tally`), or settings that are none
 * @example
 * eigen(votes, { tolerance: 1e-6, iterations: 100 }).notes; // 'higher is worse: …'
 * @see https://github.com/assize/assize/blob/main/docs/stats/spectral-rankings.md
 */
export function eigen(comparisons: Comparisons, options: PowerOptions = {}): Ranking | Undetermined | Disconnected {
  return eigenvector(comparisons, options, 'of losers', 'eigen (evalica), power iteration');
}

/**
 * The leading eigenvector of the matrix of wins, of length 1: a win counts as much as the beaten player's own score.
 *
 * It grows with the number of votes. Kendall 1955; Vigna 2016, "Spectral ranking".
 *
 * @returns one score a player, higher is better; `no-data`; `not-identified` where the votes do not connect all players
 * @throws RangeError for votes that are none (see `tally`), or settings that are none
 * @example
 * eigenRank(votes).value;
 * @see https://github.com/assize/assize/blob/main/docs/stats/spectral-rankings.md
 */
export function eigenRank(comparisons: Comparisons, options: PowerOptions = {}): Ranking | Undetermined | Disconnected {
  return eigenvector(comparisons, options, 'of winners', 'eigenvector of wins, power iteration');
}

/**
 * PageRank where each player links to those who beat it, by their share of its losses.
 *
 * A player who never lost links to all alike. Scores sum to 1 and grow with exposure: a note says when some players have
 * more than three times the votes of others. Evalica's `pagerank`; Page, Brin, Motwani, Winograd 1999.
 *
 * @param options.damping the chance to follow a link, in (0, 1); default 0.85
 * @returns one score a player; `no-data` without a vote
 * @throws RangeError for votes that are none (see `tally`), or settings that are none
 * @example
 * pageRank(votes).value;
 * @see https://github.com/assize/assize/blob/main/docs/stats/spectral-rankings.md
 */
export function pageRank(
  comparisons: Comparisons,
  { damping = 0.85, ...options }: PowerOptions & { damping?: number | undefined } = {},
): Ranking | Undetermined | Disconnected {
  if (!(damping > 0 && damping < 1)) throw new RangeError(`damping must lie in (0, 1), found ${damping}`);
  const set = checkPower(options);
  const method = `PageRank, damping ${damping}`;
  const start = startOf(comparisons, method);
  if ('value' in start) return start;
  const { counted, pairs, notes } = start;
  const { first, second, won, total } = pairs;
  const n = counted.players;
  const lost = new Float64Array(n);
  for (let e = 0; e < first.length; e++) {
    lost[first[e]!]! += total[e]! - won[e]!;
    lost[second[e]!]! += won[e]!;
  }
  const follow = (from: Float64Array, to: Float64Array): void => {
    let idle = 0;
    let mass = 0;
    for (let i = 0; i < n; i++) {
      mass += from[i]!;
      if (lost[i] === 0) idle += from[i]!;
    }
    to.fill((damping * idle + (1 - damping) * mass) / n);
    for (let e = 0; e < first.length; e++) {
      const [i, j] = [first[e]!, second[e]!];
      if (won[e]! > 0) to[i]! += (damping * from[j]! * won[e]!) / lost[j]!;
      if (total[e]! > won[e]!) to[j]! += (damping * from[i]! * (total[e]! - won[e]!)) / lost[i]!;
    }
    let sum = 0;
    for (const x of to) sum += x;
    normalise(to, sum);
  };
  const { vector, iterations, converged } = power(n, follow, set);
  if (!converged) notes.push(`the power iteration did not converge in ${iterations} rounds`);
  notes.push(...exposureNotes(votesByPlayer(pairs)));
  return withNotes({ value: vector, n: counted.n, iterations, converged, method }, notes);
}

/**
 * Rank Centrality: where a walk that goes from a player to those who beat it, as often as they do, spends its time.
 *
 *     P(i → j)  (votes of j over i) / (votes between i and j) / (most opponents of any player)
 *
 * With the true win probabilities these are exactly the Bradley-Terry worths; every pair weighs the same, however many
 * votes it has. The stationary law is computed by elimination without subtraction (Grassmann, Taksar, Heyman 1985), so no
 * iteration has to converge. Negahban, Oh, Shah 2017, Operations Research 65.
 *
 * @returns worths that sum to 1; `no-data`; `not-identified` where the votes do not connect all players
 * @throws RangeError for votes that are none (see `tally`)
 * @example
 * rankCentrality({ players: 2, left: [0, 0, 0, 0], right: [1, 1, 1, 1], outcome: [1, 1, 1, 0] }).value; // 0.75, 0.25
 * @see https://github.com/assize/assize/blob/main/docs/stats/spectral-rankings.md
 */
export function rankCentrality(comparisons: Comparisons): Ranking | Undetermined | Disconnected {
  const method = 'Rank Centrality';
  const start = connectedStart(comparisons, method);
  if ('value' in start) return start;
  const { counted, pairs, notes } = start;
  const { first, second, won, total } = pairs;
  const n = counted.players;
  const rate = new Float64Array(n * n);
  for (let e = 0; e < first.length; e++) {
    const [i, j] = [first[e]!, second[e]!];
    rate[j * n + i] = won[e]! / total[e]!;
    rate[i * n + j] = (total[e]! - won[e]!) / total[e]!;
  }
  // The number of opponents divides all rates alike and so does not change where the walk spends its time.
  for (let k = n - 1; k > 0; k--) {
    let out = 0;
    for (let j = 0; j < k; j++) out += rate[k * n + j]!;
    for (let i = 0; i < k; i++) {
      const share = rate[i * n + k]! / out;
      rate[i * n + k] = share;
      if (share > 0) for (let j = 0; j < k; j++) if (j !== i) rate[i * n + j]! += share * rate[k * n + j]!;
    }
  }
  const value = new Float64Array(n);
  value[0] = 1;
  let sum = 1;
  for (let k = 1; k < n; k++) {
    for (let i = 0; i < k; i++) value[k]! += value[i]! * rate[i * n + k]!;
    sum += value[k]!;
  }
  normalise(value, sum);
  return withNotes({ value, n: counted.n, method }, notes);
}
