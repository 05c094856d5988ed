import { checkComparisons, checkVote, type Comparisons } from './comparisons.ts';

/** Votes that decide, each by the player it went to; a soft preference is two votes of a share each. */
export type RaterVotes = {
  winner: Uint32Array;
  loser: Uint32Array;
  rater: Uint32Array;
  weight: Float64Array;
  /** The row that each vote came from. */
  row: Uint32Array;
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
  const [winner, loser, who, weight, row]: number[][] = [[], [], [], [], []];
  let [raters, n, ties, missing, selfPairs] = [0, 0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    checkVote(comparisons, i);
    const k = rater[i]!;
    if (!Number.isSafeInteger(k) || k < 0 || k > 0xfffffffe) {
      throw new RangeError(`rater[${i}] must be the number of a rater, found ${k}`);
    }
    raters = Math.max(raters, k + 1);
    const [a, b, y] = [left[i]!, right[i]!, outcome[i]!];
    const w = weights === undefined ? 1 : weights[i]!;
    if (w === 0) continue;
    if (a === b) selfPairs++;
    else if (Number.isNaN(y)) missing++;
    else if (y === 0.5) ties++;
    else {
      n++;
      for (const [share, first, second] of [
        [y, a, b],
        [1 - y, b, a],
      ] as const) {
        if (share === 0) continue;
        winner!.push(first);
        loser!.push(second);
        who!.push(k);
        weight!.push(w * share);
        row!.push(i);
      }
    }
  }
  if (raters > 4 * rows + 1000) {
    throw new RangeError(
      `raters must be numbered from 0 without wide gaps: ${raters - 1} is the highest of ${rows} rows`,
    );
  }
  const perRater = new Float64Array(raters);
  who!.forEach((k, v) => (perRater[k]! += weight![v]!));
  const notes: string[] = [];
  if (ties > 0) notes.push(`${ties} ties were left out: they decide nothing`);
  if (missing > 0) notes.push(`${missing} votes without a verdict were left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself were left out`);
  return {
    winner: Uint32Array.from(winner!),
    loser: Uint32Array.from(loser!),
    rater: Uint32Array.from(who!),
    weight: Float64Array.from(weight!),
    row: Uint32Array.from(row!),
    raters,
    perRater,
    n,
    notes,
  };
}

/** The same votes with equal ones merged: what rater k said of players i and j, with its weight. */
export type VoteCells = Pick<RaterVotes, 'winner' | 'loser' | 'rater' | 'weight'>;

export function mergedVotes(players: number, { winner, loser, rater, weight }: RaterVotes): VoteCells {
  const cells = new Map<number, number>();
  const first: number[] = [];
  const total: number[] = [];
  for (let v = 0; v < winner.length; v++) {
    const key = (rater[v]! * players + winner[v]!) * players + loser[v]!;
    let cell = cells.get(key);
    if (cell === undefined) {
      cells.set(key, (cell = cells.size));
      first.push(v);
      total.push(0);
    }
    total[cell]! += weight[v]!;
  }
  return {
    winner: Uint32Array.from(first, (v) => winner[v]!),
    loser: Uint32Array.from(first, (v) => loser[v]!),
    rater: Uint32Array.from(first, (v) => rater[v]!),
    weight: Float64Array.from(total),
  };
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
