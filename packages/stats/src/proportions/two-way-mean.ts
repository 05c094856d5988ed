import { indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { sum } from '../numerics/sum.ts';
import { presentRows } from '../numerics/present-rows.ts';

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
function varianceBy(residuals: Float64Array, of: Uint32Array, count: number, smallSample: boolean): number {
  const sums = new Float64Array(count);
  for (let i = 0; i < residuals.length; i++) sums[of[i]!]! += residuals[i]!;
  return (sum(sums.map((e) => e * e)) / residuals.length ** 2) * (smallSample ? count / (count - 1) : 1);
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
  const rows = presentRows(values);
  const n = rows.length;
  const item = indexClusters(itemIds, values.length, rows);
  const rater = indexClusters(raterIds, values.length, rows);
  if (n === 0) return undetermined('no-data', 'a mean needs at least one value', 0, method);
  const kept = Float64Array.from(rows, (row) => values[row]!);
  const value = sum(kept) / n;
  const cell = indexClusters(
    rows.length === 0 ? undefined : Float64Array.from(item.of, (i, row) => i * rater.count + rater.of[row]!),
    n,
  );
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
  const residuals = kept.map((x) => x - value);
  const byItem = varianceBy(residuals, item.of, item.count, smallSample);
  const byRater = varianceBy(residuals, rater.of, rater.count, smallSample);
  const byCell = varianceBy(residuals, cell.of, cell.count, smallSample);
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
