/** A statistic of two columns over chosen rows; `null` where those rows do not define it. */
export type PairStatistic = (rows: Uint32Array) => number | null;

/** The share of rows on which two columns are equal. Rows with NaN in either are left out. */
export function equalShare(a: Float64Array, b: Float64Array): PairStatistic {
  return (rows) => {
    let equal = 0;
    let n = 0;
    for (const row of rows) {
      const [x, y] = [a[row]!, b[row]!];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      n++;
      if (x === y) equal++;
    }
    return n === 0 ? null : equal / n;
  };
}

/**
 * Spearman's correlation of two columns over chosen rows: Pearson's of midranks, ranked anew among the chosen.
 *
 * Values are replaced by their dense rank once, so that each call ranks by counting: O(rows + distinct values), which makes
 * thousands of resamples affordable.
 */
export function spearmanOf(a: Float64Array, b: Float64Array): PairStatistic {
  const [x, y] = [denseRanks(a), denseRanks(b)];
  const [midX, midY] = [new Float64Array(x.distinct), new Float64Array(y.distinct)];
  return (rows) => {
    midX.fill(0);
    midY.fill(0);
    let n = 0;
    for (const row of rows) {
      const [i, j] = [x.rank[row]!, y.rank[row]!];
      if (i < 0 || j < 0) continue;
      midX[i]!++;
      midY[j]!++;
      n++;
    }
    if (n < 2) return null;
    toMidranks(midX);
    toMidranks(midY);
    const centre = (n + 1) / 2;
    let [xx, yy, xy] = [0, 0, 0];
    for (const row of rows) {
      const [i, j] = [x.rank[row]!, y.rank[row]!];
      if (i < 0 || j < 0) continue;
      const [dx, dy] = [midX[i]! - centre, midY[j]! - centre];
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
    return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
  };
}

/** Turns counts of distinct values, in ascending order, into the midrank of each. */
function toMidranks(counts: Float64Array): void {
  let below = 0;
  for (let value = 0; value < counts.length; value++) {
    const count = counts[value]!;
    counts[value] = below + (count + 1) / 2;
    below += count;
  }
}

function denseRanks(values: Float64Array): { rank: Int32Array; distinct: number } {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted();
  const places = new Map<number, number>();
  for (const value of sorted) if (!places.has(value)) places.set(value, places.size);
  return { rank: Int32Array.from(values, (value) => places.get(value) ?? -1), distinct: places.size };
}

/** The mean of several statistics over the same rows; `null` when one of them is not defined. */
export function meanOf(statistics: readonly PairStatistic[]): PairStatistic {
  return (rows) => {
    let total = 0;
    for (const statistic of statistics) {
      const value = statistic(rows);
      if (value === null) return null;
      total += value;
    }
    return statistics.length === 0 ? null : total / statistics.length;
  };
}
