import { checkSize, usualSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** Who met whom: two players per comparison, by number. */
export type Meetings = { left: ArrayLike<number>; right: ArrayLike<number> };

/**
 * Rows of a design of which few entries differ from 0: `entries` a row at most, each with its column; a column below 0 is none.
 * They are read from what the caller holds, since a copy of a design may be larger than all else.
 */
export type SparseDesign = {
  columns: number;
  entries: number;
  column: (row: number, k: number) => number;
  entry: (row: number, k: number) => number;
};

/** The rows of a table, after a column of ones if there is an intercept. Throws RangeError for a missing or infinite cell. */
export function tableDesign(
  { values, rows, columns }: Matrix,
  kept: Uint32Array | undefined,
  intercept: boolean,
  name: string,
): SparseDesign {
  checkMatrix({ values, rows, columns });
  const count = kept?.length ?? rows;
  for (let i = 0; i < count; i++) {
    const row = kept ? kept[i]! : i;
    for (let j = 0; j < columns; j++) {
      const value = values[row * columns + j]!;
      // The name of a cell is made only where something is wrong with it.
      if (Math.abs(value) < usualSize) continue;
      if (Number.isNaN(value)) throw new RangeError(`${name} row ${row}, column ${j} is missing`);
      checkSize(value, `${name} row ${row}, column ${j}`);
    }
  }
  const first = intercept ? 1 : 0;
  return {
    columns: columns + first,
    entries: columns + first,
    column: (_, k) => k,
    entry: (row, k) => (k < first ? 1 : values[(kept ? kept[row]! : row) * columns + k - first]!),
  };
}

/** A row per comparison: +1 for the left player, −1 for the right one; the reference has no column. */
export function comparisonDesign(
  { left, right }: Meetings,
  kept: Uint32Array | undefined,
  players: number,
  reference: number,
): SparseDesign {
  const columnOfPlayer = (player: number) => (player === reference ? -1 : player - (player > reference ? 1 : 0));
  return {
    columns: players - 1,
    entries: 2,
    column: (row, k) => columnOfPlayer((k === 0 ? left : right)[kept ? kept[row]! : row]!),
    entry: (_, k) => (k === 0 ? 1 : -1),
  };
}

/** The row's product with a vector. */
export function rowTimes({ entries, column, entry }: SparseDesign, row: number, vector: Float64Array): number {
  let total = 0;
  for (let k = 0; k < entries; k++) {
    const j = column(row, k);
    if (j >= 0) total += entry(row, k) * vector[j]!;
  }
  return total;
}

/** Adds `factor` times the row to a vector. */
export function addRow(
  { entries, column, entry }: SparseDesign,
  row: number,
  factor: number,
  into: Float64Array,
): void {
  for (let k = 0; k < entries; k++) {
    const j = column(row, k);
    if (j >= 0) into[j]! += factor * entry(row, k);
  }
}

/** Adds `factor` times the row's outer product to a square matrix. */
export function addOuter(
  { columns, entries, column, entry }: SparseDesign,
  row: number,
  factor: number,
  into: Float64Array,
): void {
  for (let k = 0; k < entries; k++) {
    const j = column(row, k);
    if (j < 0) continue;
    const scaled = factor * entry(row, k);
    for (let l = 0; l < entries; l++) {
      const other = column(row, l);
      if (other >= 0) into[j * columns + other]! += scaled * entry(row, l);
    }
  }
}
