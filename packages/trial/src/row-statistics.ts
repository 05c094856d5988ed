/**
 * A statistic of two columns over chosen rows; `null` where those rows do not define it.
 *
 * @param counts how often each of the rows counts; once when left out
 */
export type PairStatistic = (rows: Uint32Array, counts?: Float64Array) => number | null;

/**
 * Spearman's correlation of two columns over chosen rows: Pearson's of midranks, ranked anew among the chosen.
 *
 * Values are replaced by their dense rank once, so that each call ranks by counting: O(rows + distinct values), which makes
 * thousands of resamples affordable.
 */
export function spearmanOf(a: Float64Array, b: Float64Array): PairStatistic {
  const [x, y] = [rankedByCounting(a), rankedByCounting(b)];
  return (rows, counts) => {
    x.mid.fill(0);
    y.mid.fill(0);
    let n = 0;
    for (let at = 0; at < rows.length; at++) {
      const [i, j] = [x.rank[rows[at]!]!, y.rank[rows[at]!]!];
      if (i < 0 || j < 0) continue;
      const count = counts ? counts[at]! : 1;
      x.mid[i]! += count;
      y.mid[j]! += count;
      n += count;
    }
    if (n < 2) return null;
    const centre = (n + 1) / 2;
    const [xx, yy] = [toMidranks(x.mid, centre), toMidranks(y.mid, centre)];
    if (xx === 0 || yy === 0) return null;
    let xy = 0;
    for (let at = 0; at < rows.length; at++) {
      const [i, j] = [x.rank[rows[at]!]!, y.rank[rows[at]!]!];
      if (i >= 0 && j >= 0) xy += (counts ? counts[at]! : 1) * x.mid[i]! * y.mid[j]!;
    }
    return xy / Math.sqrt(xx * yy);
  };
}

/** Turns counts of distinct values, in ascending order, into each value's midrank less `centre`; gives the sum of squares. */
export function toMidranks(counts: Float64Array, centre: number): number {
  let [below, squares] = [0, 0];
  for (let value = 0; value < counts.length; value++) {
    const count = counts[value]!;
    const rank = below + (count + 1) / 2 - centre;
    squares += count * rank * rank;
    counts[value] = rank;
    below += count;
  }
  return squares;
}

/** The place of each value among the distinct ones, −1 for NaN, and a buffer with an entry for each of them. */
export function rankedByCounting(values: Float64Array): { rank: Int32Array; mid: Float64Array } {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted();
  const places = new Map<number, number>();
  for (const value of sorted) if (!places.has(value)) places.set(value, places.size);
  return { rank: Int32Array.from(values, (value) => places.get(value) ?? -1), mid: new Float64Array(places.size) };
}

/**
 * Kendall's tau-b of two columns over chosen rows, by counting pairs of values: O(rows + cells). `undefined` where the table
 * of distinct values has more than 10,000 cells, which counting does not pay for.
 */
export function kendallOf(a: Float64Array, b: Float64Array): PairStatistic | undefined {
  const [x, y] = [rankedByCounting(a), rankedByCounting(b)];
  const [across, down] = [x.mid.length, y.mid.length];
  if (across * down > 10_000) return undefined;
  const cells = new Float64Array(across * down);
  const above = new Float64Array(down);
  return (rows, counts) => {
    cells.fill(0);
    above.fill(0);
    x.mid.fill(0);
    y.mid.fill(0);
    let n = 0;
    for (let at = 0; at < rows.length; at++) {
      const [i, j] = [x.rank[rows[at]!]!, y.rank[rows[at]!]!];
      if (i < 0 || j < 0) continue;
      const count = counts ? counts[at]! : 1;
      cells[i * down + j]! += count;
      x.mid[i]! += count;
      y.mid[j]! += count;
      n += count;
    }
    const all = (n * (n - 1)) / 2;
    const [freeX, freeY] = [all - pairsTied(x.mid), all - pairsTied(y.mid)];
    if (!(freeX > 0 && freeY > 0)) return null;
    let surplus = 0;
    for (let i = 0; i < across; i++) {
      let [below, seen] = [0, 0];
      for (let j = 0; j < down; j++) seen += above[j]!;
      for (let j = 0; j < down; j++) {
        const upTo = below + above[j]!;
        surplus += cells[i * down + j]! * (below - (seen - upTo));
        below = upTo;
      }
      for (let j = 0; j < down; j++) above[j]! += cells[i * down + j]!;
    }
    return surplus / (Math.sqrt(freeX) * Math.sqrt(freeY));
  };
}

/** Pairs of rows that share a value, from how often each value occurs. */
function pairsTied(sizes: Float64Array): number {
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}

/** Whether each row is a group of its own. */
export function standAlone(clusters: Uint32Array): boolean {
  return new Set(clusters).size === clusters.length;
}
