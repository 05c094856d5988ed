import { checkComparisons, checkVote, type Comparisons } from './comparisons.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { quantile } from '../numerics/quantile.ts';
import type { Random } from '../random/random.ts';
import type { Ranking } from './win-rate.ts';
import { tallyNotes } from './bradley-terry.ts';

export type EloOptions = {
  /** Points that a surprising vote moves at most. Default 4. */
  k?: number | undefined;
  /** Default 1000. */
  initial?: number | undefined;
  /** Points for odds of `base` to 1. Default 400. */
  scale?: number | undefined;
  /** Default 10. */
  base?: number | undefined;
};

/** Elo ratings over random orders of the same votes: the middle and the middle half. */
export type ShuffledElo = Ranking & {
  /** First and third quartile of each player's rating over the orders. */
  quartiles: [number, number][];
  shuffles: number;
};

type Votes = {
  players: number;
  left: Uint32Array;
  right: Uint32Array;
  outcome: Float64Array;
  missing: number;
  selfPairs: number;
};

function votesOf(comparisons: Comparisons): Votes {
  checkComparisons(comparisons);
  const { players, left, right, outcome, weights } = comparisons;
  if (weights !== undefined) throw new RangeError('Elo takes votes one by one: give no weights, found some');
  let [missing, selfPairs] = [0, 0];
  const [a, b, won] = [
    new Uint32Array(outcome.length),
    new Uint32Array(outcome.length),
    new Float64Array(outcome.length),
  ];
  let n = 0;
  for (let i = 0; i < outcome.length; i++) {
    checkVote(comparisons, i);
    if (left[i] === right[i]) selfPairs++;
    else if (Number.isNaN(outcome[i]!)) missing++;
    else {
      a[n] = left[i]!;
      b[n] = right[i]!;
      won[n++] = outcome[i]!;
    }
  }
  return {
    players,
    left: a.subarray(0, n),
    right: b.subarray(0, n),
    outcome: won.subarray(0, n),
    missing,
    selfPairs,
  };
}

function settings({ k = 4, initial = 1000, scale = 400, base = 10 }: EloOptions): {
  k: number;
  initial: number;
  points: number;
} {
  if (!(k > 0 && k < Infinity)) throw new RangeError(`k must be positive and finite, found ${k}`);
  if (!Number.isFinite(initial)) throw new RangeError(`initial must be finite, found ${initial}`);
  if (!(scale > 0 && scale < Infinity)) throw new RangeError(`scale must be positive and finite, found ${scale}`);
  if (!(base > 1 && base < Infinity)) throw new RangeError(`base must be above 1 and finite, found ${base}`);
  return { k, initial, points: scale / Math.log(base) };
}

function replay(votes: Votes, { k, initial, points }: ReturnType<typeof settings>, order?: Uint32Array): Float64Array {
  const { players, left, right, outcome } = votes;
  const rating = new Float64Array(players).fill(initial);
  for (let at = 0; at < outcome.length; at++) {
    const i = order ? order[at]! : at;
    const [a, b] = [left[i]!, right[i]!];
    const expected = 1 / (1 + Math.exp((rating[b]! - rating[a]!) / points));
    const gain = k * (outcome[i]! - expected);
    rating[a]! += gain;
    rating[b]! -= gain;
  }
  return rating;
}

/**
 * Elo ratings, the votes taken in the order given.
 *
 *     E  1 / (1 + base^((R_right − R_left) / scale))      R_left += k (outcome − E)      R_right −= the same
 *
 * Another order of the same votes gives other ratings: for players that do not change use `bradleyTerry`, or at least
 * `shuffledElo`. Evalica's `elo`; Elo 1978.
 *
 * @returns one rating a player; `no-data` without a vote
 * @throws RangeError for votes that are none, weights, or settings that give no scale
 * @example
 * elo({ players: 2, left: [0], right: [1], outcome: [1] }).value; // 1002, 998
 * @see https://github.com/assize/assize/blob/main/docs/stats/elo.md
 */
export function elo(comparisons: Comparisons, options: EloOptions = {}): Ranking | Undetermined {
  const votes = votesOf(comparisons);
  const set = settings(options);
  const n = votes.outcome.length;
  const method = `Elo, k = ${set.k}, in the order given`;
  if (n === 0) return undetermined('no-data', 'there is no vote between two players', 0, method);
  const notes = ['the ratings depend on the order of the votes'];
  return withNotes({ value: replay(votes, set), n, method }, [...tallyNotes(votes), ...notes]);
}

/**
 * Elo ratings over many random orders of the votes: the median and the quartiles of each player's.
 *
 * The quartiles show what the order alone does; they are no confidence interval.
 *
 * @param options.shuffles orders drawn, default 100
 * @returns medians, `quartiles`; `no-data` without a vote
 * @throws RangeError as `elo`, and for shuffles that are no count of 2 or more
 * @example
 * shuffledElo(votes, { random: seededRandom(1) }).quartiles;
 * @see https://github.com/assize/assize/blob/main/docs/stats/elo.md
 */
export function shuffledElo(
  comparisons: Comparisons,
  { random, shuffles = 100, ...options }: EloOptions & { random: Random; shuffles?: number | undefined },
): ShuffledElo | Undetermined {
  if (!Number.isSafeInteger(shuffles) || shuffles < 2)
    throw new RangeError(`shuffles must be 2 or more, found ${shuffles}`);
  const votes = votesOf(comparisons);
  const set = settings(options);
  const n = votes.outcome.length;
  const method = `Elo, k = ${set.k}, median of ${shuffles} random orders`;
  if (n === 0) return undetermined('no-data', 'there is no vote between two players', 0, method);
  const ratings = Array.from({ length: votes.players }, () => new Float64Array(shuffles));
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let b = 0; b < shuffles; b++) {
    const source = random.stream('elo').stream(String(b));
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(source.next() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    replay(votes, set, order).forEach((rating, player) => {
      ratings[player]![b] = rating;
    });
  }
  const value = Float64Array.from(ratings, (seen) => quantile(seen, 0.5));
  const quartiles = ratings.map((seen): [number, number] => [quantile(seen, 0.25), quantile(seen, 0.75)]);
  return withNotes({ value, quartiles, shuffles, n, method }, tallyNotes(votes));
}
