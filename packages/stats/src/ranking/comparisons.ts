import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnOf } from '../numerics/present-rows.ts';

/**
 * Votes between two players, one a row: responses, systems, models, whatever is compared.
 *
 * Players are numbered from 0. Whoever is named in `left` was shown first, where there was an order.
 */
export type Comparisons = {
  players: number;
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  /** 1: left preferred, 0: right, 0.5: tie, any value in [0, 1]: soft preference for left, NaN: no verdict. */
  outcome: ArrayLike<number>;
  /** How many votes a row stands for, 0 or more; 1 each without it. */
  weights?: ArrayLike<number> | undefined;
};

/** Votes counted by pair of players, `first < second`, in ascending order; only pairs that were compared. */
export type Tally = {
  players: number;
  /** Votes that count: with a verdict, between two different players. Rows, whatever their weight. */
  n: number;
  /** Votes without a verdict, left out. */
  missing: number;
  /** Votes of a player against itself, left out. */
  selfPairs: number;
  first: Uint32Array;
  second: Uint32Array;
  /** Weight of the votes for `first`; a soft preference p counts p here and 1 − p in `losses`. */
  wins: Float64Array;
  losses: Float64Array;
  /** Weight of the votes of exactly 0.5. */
  ties: Float64Array;
};

/** Up to so many players each pair has its own cell in one array; beyond, votes are sorted by pair. */
const mostDense = 2048;

/** Throws RangeError unless the columns are as long as one another and the players are a count. */
export function checkComparisons({ players, left, right, outcome, weights }: Comparisons): void {
  if (!Number.isSafeInteger(players) || players < 0) throw new RangeError(`players must be a count, found ${players}`);
  const n = outcome.length;
  for (const [name, column] of Object.entries({ left, right, weights })) {
    if (column !== undefined && column.length !== n) {
      throw new RangeError(`${name} has ${column.length} entries, outcome has ${n}`);
    }
  }
}

function isPlayer(player: number, players: number): boolean {
  return player >= 0 && player < players && Number.isInteger(player);
}

/** Throws the RangeError that names what is wrong with row `i`; returns where nothing is. */
export function checkVote({ players, left, right, outcome, weights }: Comparisons, i: number): void {
  for (const [name, column] of [['left', left] as const, ['right', right] as const]) {
    if (!isPlayer(column[i]!, players)) {
      throw new RangeError(`${name}[${i}] must be a player, 0 to ${players - 1}, found ${column[i]}`);
    }
  }
  const value = outcome[i]!;
  if (!Number.isNaN(value) && !(value >= 0 && value <= 1)) {
    throw new RangeError(`outcome[${i}] must lie in [0, 1] or be NaN for no verdict, found ${value}`);
  }
  const weight = weights ? weights[i]! : 1;
  if (!(weight >= 0 && weight < Infinity)) {
    throw new RangeError(`weights[${i}] must be 0 or more and finite, found ${weight}`);
  }
}

/** The cells of pairs: losses, ties, wins of the lower player side by side. */
type Cells = Float64Array | Uint32Array;

/** Throws where a vote is not one; else adds what a soft preference is worth to the two outer cells. */
function addSoft(comparisons: Comparisons, i: number, values: Float64Array, place: number): void {
  const share = comparisons.outcome[i]!;
  const forLower = comparisons.left[i]! < comparisons.right[i]! ? share : 1 - share;
  const weight = comparisons.weights ? comparisons.weights[i]! : 1;
  values[place]! += weight * (1 - forLower);
  values[place + 2]! += weight * forLower;
}

type Counted = { cells: Cells; missing: number; selfPairs: number };

/** One cell for each pair there may be, those of player i behind `start[i]`. */
function countDense(comparisons: Comparisons): { pairs: Pairs; missing: number; selfPairs: number } {
  const { players } = comparisons;
  const start = new Int32Array(players);
  for (let i = 0; i < players; i++) start[i] = (i * (2 * players - 1 - i)) / 2 - i - 1;
  const { cells, missing, selfPairs } = countWhole(comparisons, start) ?? countAny(comparisons, start);
  return { pairs: pairsOf(players, cells), missing, selfPairs };
}

const cellsOf = (players: number): number => (3 * players * (players - 1)) / 2;

/**
 * Wins, losses and ties of weight 1, in cells of half the size: to fetch them is what takes the time. Null where there are
 * others. Votes come in no order, so a branch on who is lower or on the outcome would be guessed wrong half the time: both
 * are computed instead.
 */
function countWhole(comparisons: Comparisons, start: Int32Array): Counted | null {
  const { players, outcome, weights } = comparisons;
  if (weights !== undefined) return null;
  const values = new Uint32Array(cellsOf(players));
  const seen = { missing: 0, selfPairs: 0 };
  for (let from = 0; from < outcome.length; from += part) {
    if (!countPart(comparisons, start, from, Math.min(from + part, outcome.length), values, seen)) return null;
  }
  return { cells: values, ...seen };
}

/** A function that is called often is compiled once, where a long loop in one that is called once is compiled each time. */
const part = 4096;

function countPart(
  comparisons: Comparisons,
  start: Int32Array,
  from: number,
  to: number,
  values: Uint32Array,
  seen: { missing: number; selfPairs: number },
): boolean {
  const { players, left, right, outcome } = comparisons;
  let [missing, selfPairs] = [0, 0];
  for (let i = from; i < to; i++) {
    const a = left[i]! >>> 0;
    const b = right[i]! >>> 0;
    const twice = 2 * outcome[i]!;
    const code = twice >>> 0;
    if (a !== left[i] || b !== right[i] || a >= players || b >= players) checkVote(comparisons, i);
    if (a === b) {
      if (!(twice >= 0 && twice <= 2)) checkVote(comparisons, i);
      selfPairs++;
    } else if (code === twice && code <= 2) {
      const swap = (a - b) >> 31;
      const low = b ^ ((a ^ b) & swap);
      const high = a ^ ((a ^ b) & swap);
      const turn = 1 + 2 * swap;
      values[3 * (start[low]! + high) + 1 - Math.imul(code - 1, turn)]!++;
    } else {
      checkVote(comparisons, i);
      if (!Number.isNaN(twice)) return false;
      missing++;
    }
  }
  seen.missing += missing;
  seen.selfPairs += selfPairs;
  return true;
}

/** Votes of any weight, soft preferences among them. */
function countAny(comparisons: Comparisons, start: Int32Array): Counted {
  const { players, left, right, outcome, weights } = comparisons;
  const values = new Float64Array(cellsOf(players));
  let [missing, selfPairs] = [0, 0];
  for (let i = 0; i < outcome.length; i++) {
    const a = left[i]!;
    const b = right[i]!;
    const twice = 2 * outcome[i]!;
    const weight = weights === undefined ? 1 : weights[i]!;
    const isVote = a >>> 0 === a && b >>> 0 === b && a < players && b < players && weight >= 0 && weight < Infinity;
    if (!isVote || !(twice >= 0 && twice <= 2)) checkVote(comparisons, i);
    if (a === b) {
      selfPairs++;
      continue;
    }
    const swap = (a - b) >> 31;
    const low = b ^ ((a ^ b) & swap);
    const high = a ^ ((a ^ b) & swap);
    const place = 3 * (start[low]! + high);
    if (twice >>> 0 === twice) values[place + (1 - (twice - 1) * (1 + 2 * swap))]! += weight;
    else if (Number.isNaN(twice)) missing++;
    else addSoft(comparisons, i, values, place);
  }
  return { cells: values, missing, selfPairs };
}

/** The votes of each pair one after the other: for so many players that most pairs never meet. */
function countSparse(comparisons: Comparisons): { pairs: Pairs; missing: number; selfPairs: number } {
  const { players, left, right, outcome, weights } = comparisons;
  let [missing, selfPairs] = [0, 0];
  // Votes that do not count come last.
  const keys = columnOf(outcome.length, (i) => {
    checkVote(comparisons, i);
    const [a, b] = [left[i]!, right[i]!];
    if (a === b) selfPairs++;
    else if (Number.isNaN(outcome[i]!)) missing++;
    else return Math.min(a, b) * players + Math.max(a, b);
    return Infinity;
  });
  const counted = outcome.length - missing - selfPairs;
  const order = ascendingOrder(keys).subarray(0, counted);
  const cell = new Float64Array(3);
  const eachPair = (see: (row: number) => void): void => {
    for (let start = 0, end = 0; start < counted; start = end) {
      const key = keys[order[start]!]!;
      cell.fill(0);
      for (; end < counted && keys[order[end]!] === key; end++) {
        const row = order[end]!;
        if (outcome[row] === 0.5) cell[1]! += weights ? weights[row]! : 1;
        else addSoft(comparisons, row, cell, 0);
      }
      if (cell[0]! + cell[1]! + cell[2]! > 0) see(order[start]!);
    }
  };
  let count = 0;
  eachPair(() => count++);
  const pairs = emptyPairs(count);
  let pair = 0;
  eachPair((row) => {
    pairs.first[pair] = Math.min(left[row]!, right[row]!);
    pairs.second[pair] = Math.max(left[row]!, right[row]!);
    pairs.losses[pair] = cell[0]!;
    pairs.ties[pair] = cell[1]!;
    pairs.wins[pair++] = cell[2]!;
  });
  return { pairs, missing, selfPairs };
}

type Pairs = Pick<Tally, 'first' | 'second' | 'wins' | 'losses' | 'ties'>;

function emptyPairs(count: number): Pairs {
  return {
    first: new Uint32Array(count),
    second: new Uint32Array(count),
    wins: new Float64Array(count),
    losses: new Float64Array(count),
    ties: new Float64Array(count),
  };
}

/** The pairs that have any weight, in ascending order. */
function pairsOf(players: number, values: Cells): Pairs {
  let count = 0;
  for (let c = 0; c < values.length; c += 3) if (values[c]! + values[c + 1]! + values[c + 2]! > 0) count++;
  const pairs = emptyPairs(count);
  const { first, second, wins, losses, ties } = pairs;
  let [i, j, pair] = [0, 0, 0];
  for (let c = 0; c < values.length; c += 3) {
    if (++j === players) j = ++i + 1;
    if (!(values[c]! + values[c + 1]! + values[c + 2]! > 0)) continue;
    first[pair] = i;
    second[pair] = j;
    losses[pair] = values[c]!;
    ties[pair] = values[c + 1]!;
    wins[pair++] = values[c + 2]!;
  }
  return pairs;
}

/**
 * Counts votes by pair of players.
 *
 * A missing verdict is not a tie: it is left out and counted, as is a vote of a player against itself. Time grows with
 * the votes, memory with the pairs (beyond 2048 players with the votes): a million votes between a thousand players take
 * less than a tenth of a second.
 *
 * @throws RangeError for a player that is not one of `players`, an outcome outside [0, 1], a weight that is negative or
 * not finite, or columns of different length
 * @example
 * tally({ players: 2, left: [0, 1, 0], right: [1, 0, 1], outcome: [1, 0, 0.5] }); // wins [2], losses [0], ties [1]
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function tally(comparisons: Comparisons): Tally {
  checkComparisons(comparisons);
  const { players, outcome } = comparisons;
  const { pairs, missing, selfPairs } = players <= mostDense ? countDense(comparisons) : countSparse(comparisons);
  return { players, n: outcome.length - missing - selfPairs, missing, selfPairs, ...pairs };
}
