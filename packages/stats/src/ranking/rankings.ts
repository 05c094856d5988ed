/**
 * Lists of players in order, one row per player of a list: what a listwise judge gives, or a race.
 *
 * Lists and players are numbered from 0. A player who has no row in a list was not shown in it.
 */
export type Rankings = {
  players: number;
  list: ArrayLike<number>;
  player: ArrayLike<number>;
  /**
   * Lower is better, equal is tied. Infinity: shown and placed below all others, order unknown (a top-k list).
   * NaN: no verdict, as if not shown.
   */
  rank: ArrayLike<number>;
  /** How many rankings each list stands for, 0 or more; one entry per list, 1 each without it. */
  weights?: ArrayLike<number> | undefined;
};

/**
 * Lists sorted by rank. List l is `player[start[l]]` to `player[start[l + 1]]`; `block[i]` is the end of the group of
 * tied players that place i belongs to, `ranked[l]` where the players of unknown order begin.
 */
export type SortedLists = {
  players: number;
  lists: number;
  start: Uint32Array;
  player: Uint32Array;
  block: Uint32Array;
  ranked: Uint32Array;
  weights: Float64Array;
  missing: number;
};

function checkRow({ players, list, player, rank }: Rankings, i: number): void {
  const [l, p, r] = [list[i]!, player[i]!, rank[i]!];
  if (!Number.isSafeInteger(l) || l < 0) throw new RangeError(`list[${i}] must be the number of a list, found ${l}`);
  if (!(p >= 0 && p < players && Number.isInteger(p))) {
    throw new RangeError(`player[${i}] must be a player, 0 to ${players - 1}, found ${p}`);
  }
  if (r === -Infinity) throw new RangeError(`rank[${i}] must be above −Infinity, found ${r}`);
}

/** Throws RangeError for columns that do not fit, a player listed twice in one list, or a weight that is no weight. */
export function sortLists(rankings: Rankings): SortedLists {
  const { players, list, player, rank, weights } = rankings;
  if (!Number.isSafeInteger(players) || players < 0) throw new RangeError(`players must be a count, found ${players}`);
  const rows = rank.length;
  for (const [name, column] of [['list', list] as const, ['player', player] as const]) {
    if (column.length !== rows) throw new RangeError(`${name} has ${column.length} entries, rank has ${rows}`);
  }
  let lists = 0;
  for (let i = 0; i < rows; i++) {
    checkRow(rankings, i);
    lists = Math.max(lists, list[i]! + 1);
  }
  if (weights !== undefined) {
    if (weights.length < lists) throw new RangeError(`${lists} lists but ${weights.length} weights`);
    lists = weights.length;
  } else if (lists > 4 * rows + 1000) {
    throw new RangeError(
      `lists must be numbered from 0 without wide gaps: ${lists - 1} is the highest of ${rows} rows`,
    );
  }
  const start = new Uint32Array(lists + 1);
  let missing = 0;
  for (let i = 0; i < rows; i++) {
    if (Number.isNaN(rank[i]!)) missing++;
    else start[list[i]! + 1]!++;
  }
  for (let l = 0; l < lists; l++) start[l + 1] = start[l + 1]! + start[l]!;
  const place = start.slice();
  const row = new Uint32Array(rows - missing);
  for (let i = 0; i < rows; i++) if (!Number.isNaN(rank[i]!)) row[place[list[i]!]!++] = i;

  // Rows give way to their players, place by place.
  const sorted = row;
  const block = new Uint32Array(row.length);
  const ranked = new Uint32Array(lists);
  const lastList = new Int32Array(players).fill(-1);
  for (let l = 0; l < lists; l++) {
    const [from, to] = [start[l]!, start[l + 1]!];
    const own = row.subarray(from, to);
    own.sort((a, b) => (rank[a] === rank[b] ? a - b : rank[a]! - rank[b]!));
    ranked[l] = to;
    for (let i = from; i < to;) {
      const value = rank[row[i]!]!;
      let end = i;
      while (end < to && rank[row[end]!] === value) end++;
      if (value === Infinity) ranked[l] = i;
      for (; i < end; i++) {
        block[i] = end;
        sorted[i] = player[row[i]!]!;
        if (lastList[sorted[i]!] === l) throw new RangeError(`player ${sorted[i]} stands twice in list ${l}`);
        lastList[sorted[i]!] = l;
      }
    }
  }
  return {
    players,
    lists,
    start,
    player: sorted,
    block,
    ranked,
    weights: Float64Array.from({ length: lists }, (_, l) => checkedWeight(weights, l)),
    missing,
  };
}

function checkedWeight(weights: ArrayLike<number> | undefined, l: number): number {
  const weight = weights === undefined ? 1 : weights[l]!;
  if (weight >= 0 && weight < Infinity) return weight;
  throw new RangeError(`weights[${l}] must be 0 or more and finite, found ${weight}`);
}
