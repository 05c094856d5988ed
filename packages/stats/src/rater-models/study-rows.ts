import { columnAt, rowsWhere } from '../numerics/present-rows.ts';
import { checkSize, usualSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { indexClusters } from '../resampling/clusters.ts';
import type { CrossedRows } from './variance-fit.ts';

/** Ratings one a row: what was rated (a system), on what (a document), by whom, and the rating; NaN is missing. */
export type FacetRatings = {
  values: ArrayLike<number>;
  targets: ArrayLike<number>;
  items: ArrayLike<number>;
  raters: ArrayLike<number>;
};

/** The cells of a table that are there, with the row and the column of each. */
export function rowsOfMatrix(ratings: Matrix, what: string): CrossedRows {
  checkMatrix(ratings);
  const { values, columns } = ratings;
  let n = 0;
  const seen = new Uint8Array(columns);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    if (Math.abs(values[i]!) >= usualSize) {
      checkSize(values[i]!, `${what} ${Math.floor(i / columns)}, column ${i % columns}`);
    }
    seen[i % columns] = 1;
    n++;
  }
  const kept = n === values.length ? undefined : rowsWhere(values.length, (i) => !Number.isNaN(values[i]!));
  // Columns keep their order: it is theirs in what is said about them.
  const place = new Uint32Array(columns);
  let levels = 0;
  for (let column = 0; column < columns; column++) if (seen[column] === 1) place[column] = levels++;
  const [rowOf, columnOfCell] = [new Uint32Array(n), new Uint32Array(n)];
  let [rows, before] = [0, -1];
  for (let k = 0; k < n; k++) {
    const i = kept ? kept[k]! : k;
    const row = Math.floor(i / columns);
    if (row !== before) rows++;
    before = row;
    rowOf[k] = rows - 1;
    columnOfCell[k] = place[i % columns]!;
  }
  return {
    values: columnAt(values, kept),
    facets: [
      { of: rowOf, levels: rows },
      { of: columnOfCell, levels },
    ],
  };
}

/** A facet with the id of each of its levels, in order of first appearance. */
export type NamedFacet = { of: Uint32Array; levels: number; names: number[] };

/** Numbers the levels of a facet in the kept rows. Throws RangeError for a row that names none, or ids that do not fit. */
export function namedFacet(ids: ArrayLike<number>, rows: number, kept: ArrayLike<number>): NamedFacet {
  const { of, count } = indexClusters(ids, rows, kept);
  const names = Array.from({ length: count }, () => 0);
  of.forEach((place, i) => {
    names[place] = ids[kept[i]!]!;
  });
  return { of, levels: count, names };
}

/** The rows that have a rating. Throws RangeError where two of them rate the same cell, or a row names no level. */
export function rowsOfFacets({ values, targets, items, raters }: FacetRatings): CrossedRows {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    checkSize(values[i]!, `values[${i}]`);
    kept.push(i);
  }
  const facets = [targets, items, raters].map((ids) => {
    const { of, count } = indexClusters(ids, values.length, kept);
    return { of, levels: count };
  });
  const seen = new Map<number, number>();
  kept.forEach((row, i) => {
    let cell = 0;
    for (const { of, levels } of facets) cell = cell * levels + of[i]!;
    const before = seen.get(cell);
    if (before !== undefined) {
      throw new RangeError(`rows ${before} and ${row} rate the same target, item and rater: average them first`);
    }
    seen.set(cell, row);
  });
  return { values: Float64Array.from(kept, (row) => values[row]!), facets };
}
