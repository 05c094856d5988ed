import { groupedRows } from '../resampling/cluster-rows.ts';
import { type ClusterIndex, indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';

export type TwoWayOptions = {
  /** One id per row, both ways: what was rated, and who rated. */
  items: ArrayLike<number>;
  raters: ArrayLike<number>;
  level?: number | undefined;
  /** Whether each variance is multiplied by G/(G − 1); on unless an older figure is to be reprinted. */
  smallSample?: boolean | undefined;
};

/** A mean with its standard errors: clustered by items alone, by raters alone, and both ways. */
export type TwoWayMean = Estimate & {
  seItems: number | null;
  seRaters: number | null;
  items: number;
  raters: number;
  df: number | null;
};

/** Σ_g (Σ_{i in g} e_i)² / n², times G/(G − 1) where asked for. */
function varianceBy(values: Float64Array, centre: number, { of, count }: ClusterIndex, smallSample: boolean): number {
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) sums[of[i]!]! += values[i]! - centre;
  const squares = sumOf(count, (g) => sums[g]! * sums[g]!);
  return (squares / values.length ** 2) * (smallSample ? count / (count - 1) : 1);
}

/** The rows of each item, and the variance by items; not the item of each row, which would be held beside them. */
function itemsOf(values: Float64Array, centre: number, item: ClusterIndex, smallSample: boolean) {
  return { ...groupedRows(item), count: item.count, variance: varianceBy(values, centre, item, smallSample) };
}

/**
 * As `varianceBy`, of the cells of item and rater: item by item, since a table of all pairs may be too large. The sum of a
 * cell stands where its first row does, so that sums are added in order of first appearance.
 */
function varianceByCell(
  values: Float64Array,
  centre: number,
  items: ReturnType<typeof groupedRows>,
  rater: ClusterIndex,
  smallSample: boolean,
): number {
  const { starts, rows } = items;
  const sums = new Float64Array(values.length);
  const firstRow = new Uint32Array(rater.count);
  const seenIn = new Int32Array(rater.count).fill(-1);
  let count = 0;
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let place = starts[i]!; place < starts[i + 1]!; place++) {
      const row = rows[place]!;
      const who = rater.of[row]!;
      if (seenIn[who] !== i) {
        seenIn[who] = i;
        firstRow[who] = row;
        count++;
      }
      sums[firstRow[who]!]! += values[row]! - centre;
    }
  }
  const squares = sumOf(sums.length, (row) => sums[row]! * sums[row]!);
  return (squares / values.length ** 2) * (smallSample ? count / (count - 1) : 1);
}

/**
 * The mean of ratings that are not independent in two ways: of the same item, and by the same rater.
 *
 *     V  V_items + V_raters − V_cells,   V_x = Σ_g (Σ_{i in g} (x_i − m))² / n²,  at least the larger single one
 *
 * With few raters the level of a score is hardly known, however many items there are; only comparisons within raters are.
 * The interval is t with one degree of freedom fewer than there are items or raters, whichever is fewer; with Satterthwaite's
 * it covers too little below 10 raters.
 * Cameron, Gelbach and Miller 2011, J. Bus. Econ. Stat. 29:238-249.
 *
 * @param values one per row; NaN is missing. The same item and rater may stand in several rows
 * @returns `no-data` without rows; no interval below 2 items or raters, or where nothing varies, with a note
 * @throws RangeError for ids that do not fit, rows without one, infinite values, a level outside (0, 1)
 * @example
 * twoWayMean([4, 5, 2, 3, 4, 4], { items: [0, 0, 1, 1, 2, 2], raters: [0, 1, 0, 1, 0, 1] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/two-way-clusters.md
 */
export function twoWayMean(
  values: ArrayLike<number>,
  { items: itemIds, raters: raterIds, level = 0.95, smallSample = true }: TwoWayOptions,
): TwoWayMean | Undetermined {
  checkLevel(level);
  const method = 'mean, two-way cluster-robust t';
  const rows = rowsPresentIn({ values });
  const n = rows?.length ?? values.length;
  const kept = columnAt(values, rows);
  const value = sum(kept) / n;
  const item = itemsOf(kept, value, indexClusters(itemIds, values.length, rows), smallSample);
  const rater = indexClusters(raterIds, values.length, rows);
  if (n === 0) return undetermined('no-data', 'a mean needs at least one value', 0, method);
  const counts = { items: item.count, raters: rater.count };
  if (item.count < 2 || rater.count < 2) {
    const note = `no interval: needs 2 items and 2 raters, found ${item.count} and ${rater.count}`;
    return {
      value,
      interval: null,
      level,
      n,
      method,
      seItems: null,
      seRaters: null,
      ...counts,
      df: null,
      notes: [note],
    };
  }
  const byItem = item.variance;
  const byRater = varianceBy(kept, value, rater, smallSample);
  const byCell = varianceByCell(kept, value, item, rater, smallSample);
  const both = byItem + byRater - byCell;
  const variance = Math.max(both, byItem, byRater);
  const se = Math.sqrt(variance);
  const errors = { seItems: Math.sqrt(byItem), seRaters: Math.sqrt(byRater) };
  if (isRounding(se, value)) {
    const note = 'no interval: neither items nor raters differ, which says nothing about certainty';
    return { value, interval: null, level, n, se: 0, method, ...errors, ...counts, df: null, notes: [note] };
  }
  const df = Math.min(item.count, rater.count) - 1;
  const half = tQuantile((1 + level) / 2, df) * se;
  const notes: string[] = [];
  if (both < Math.max(byItem, byRater)) {
    notes.push(
      `${byItem >= byRater ? 'items' : 'raters'} alone give more than both together: their standard error is used`,
    );
  }
  if (Math.min(item.count, rater.count) < 10) {
    notes.push(`${counts.raters} raters and ${counts.items} items: below 10 of either the interval is rough`);
  }
  const interval: [number, number] = [value - half, value + half];
  return withNotes({ value, interval, level, n, se, method, ...errors, ...counts, df }, notes);
}
