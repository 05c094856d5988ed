import { columnAt } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';

/** What is exchanged as a whole: clusters, or rows where there are none. */
export type UnitTotals = {
  totals: Float64Array;
  /** Rows of each unit; null where each is one. */
  sizes: Float64Array | null;
  count: number;
};

/** The sums of the kept rows by unit; undefined keeps all. Without clusters the column itself may come back. */
export function unitTotals(
  values: ArrayLike<number>,
  rows: Uint32Array | undefined,
  clusters: ArrayLike<number> | undefined,
): UnitTotals {
  if (clusters === undefined) {
    const totals = columnAt(values, rows);
    return { totals, sizes: null, count: totals.length };
  }
  const { of, count } = indexClusters(clusters, values.length, rows);
  const totals = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (let i = 0; i < of.length; i++) {
    totals[of[i]!]! += values[rows ? rows[i]! : i]!;
    sizes[of[i]!]!++;
  }
  return { totals, sizes, count };
}
