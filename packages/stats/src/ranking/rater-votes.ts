import { checkComparisons, checkVote, type Comparisons } from './comparisons.ts';

/** A vote that decides: which player it went to, against whom, by which rater, its weight and the row it came from. */
type EachVote = (winner: number, loser: number, rater: number, weight: number, row: number) => void;

/** Votes that decide, each by the player it went to; a soft preference is two votes of a share each. */
export type RaterVotes = {
  /** Hands on all votes in the order of the rows: a list of them is larger than the comparisons. */
  each: (put: EachVote) => void;
  /** How many votes `each` hands on. */
  size: number;
  raters: number;
  /** Weight of the votes of each rater. */
  perRater: Float64Array;
  /** Rows that count. */
  n: number;
  notes: string[];
};

/**
 * Sorts out what each rater's votes decide. Ties say nothing about a rater's reliability here, and are left out.
 *
 * @throws RangeError for a rater that is not a number from 0, or as `tally` does
 */
export function raterVotes(comparisons: Comparisons, rater: ArrayLike<number>): RaterVotes {
  checkComparisons(comparisons);
  const { left, right, outcome, weights } = comparisons;
  const rows = outcome.length;
  if (rater.length !== rows) throw new RangeError(`rater has ${rater.length} entries, outcome has ${rows}`);
  let [raters, n, ties, missing, selfPairs] = [0, 0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    checkVote(comparisons, i);
    const k = rater[i]!;
    if (!Number.isSafeInteger(k) || k < 0 || k > 0xfffffffe) {
      throw new RangeError(`rater[${i}] must be the number of a rater, found ${k}`);
    }
    raters = Math.max(raters, k + 1);
    if (weights?.[i] === 0) continue;
    if (left[i] === right[i]) selfPairs++;
    else if (Number.isNaN(outcome[i]!)) missing++;
    else if (outcome[i] === 0.5) ties++;
    else n++;
  }
  if (raters > 4 * rows + 1000) {
    throw new RangeError(
      `raters must be numbered from 0 without wide gaps: ${raters - 1} is the highest of ${rows} rows`,
    );
  }
  const each = (put: EachVote): void => {
    for (let i = 0; i < rows; i++) {
      const [a, b, y] = [left[i]!, right[i]!, outcome[i]!];
      const weight = weights === undefined ? 1 : weights[i]!;
      if (weight === 0 || a === b || Number.isNaN(y) || y === 0.5) continue;
      if (y > 0) put(a, b, rater[i]!, weight * y, i);
      if (y < 1) put(b, a, rater[i]!, weight * (1 - y), i);
    }
  };
  const perRater = new Float64Array(raters);
  let size = 0;
  each((_, __, k, weight) => {
    perRater[k]! += weight;
    size++;
  });
  const notes: string[] = [];
  if (ties > 0) notes.push(`${ties} ties were left out: they decide nothing`);
  if (missing > 0) notes.push(`${missing} votes without a verdict were left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself were left out`);
  return { each, size, raters, perRater, n, notes };
}

/** Votes as columns. */
export type VoteCells = { winner: Uint32Array; loser: Uint32Array; rater: Uint32Array; weight: Float64Array };

/** Equal votes merged: what rater k said of players i and j, with its weight. */
export function mergedVotes(players: number, { each }: RaterVotes): VoteCells {
  const cells = new Map<number, number>();
  const total: number[] = [];
  each((winner, loser, rater, weight) => {
    const key = (rater * players + winner) * players + loser;
    let cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, (cell = cells.size));
      total.push(0);
    }
    total[cell]! += weight;
  });
  const keys = [...cells.keys()];
  return {
    winner: Uint32Array.from(keys, (key) => Math.floor(key / players) % players),
    loser: Uint32Array.from(keys, (key) => key % players),
    rater: Uint32Array.from(keys, (key) => Math.floor(key / players / players)),
    weight: Float64Array.from(total),
  };
}

/** All votes, none merged. */
export function listedVotes({ each, size }: RaterVotes): VoteCells {
  const column = () => new Uint32Array(size);
  const votes = { winner: column(), loser: column(), rater: column(), weight: new Float64Array(size) };
  let place = 0;
  each((winner, loser, rater, weight) => {
    votes.winner[place] = winner;
    votes.loser[place] = loser;
    votes.rater[place] = rater;
    votes.weight[place++] = weight;
  });
  return votes;
}

/** The sums of each pair that was compared: where vote v goes, and which way round. */
export type VotePairs = {
  first: Uint32Array;
  second: Uint32Array;
  /** The pair of each vote. */
  pair: Uint32Array;
  /** 1 where the winner of the vote is the pair's first player. */
  forward: Uint8Array;
};

export function votePairs(players: number, { winner, loser }: VoteCells): VotePairs {
  const keys = new Map<number, number>();
  const keyOf = (v: number): number => {
    const [a, b] = [winner[v]!, loser[v]!];
    return a < b ? a * players + b : b * players + a;
  };
  for (let v = 0; v < winner.length; v++) keys.set(keyOf(v), 0);
  const sorted = Float64Array.from(keys.keys()).toSorted();
  sorted.forEach((key, place) => keys.set(key, place));
  return {
    first: Uint32Array.from(sorted, (key) => Math.floor(key / players)),
    second: Uint32Array.from(sorted, (key) => key % players),
    pair: Uint32Array.from(winner, (_, v) => keys.get(keyOf(v))!),
    forward: Uint8Array.from(winner, (a, v) => (a < loser[v]! ? 1 : 0)),
  };
}
