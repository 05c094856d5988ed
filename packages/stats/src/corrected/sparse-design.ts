import { checkSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** Rows of a design, entries that are 0 left out: row i has the entries from start[i] to start[i + 1]. */
export type SparseDesign = { columns: number; start: Uint32Array; column: Uint32Array; entry: Float64Array };

/** The rows of a table, after a column of ones if there is an intercept. Throws RangeError for a missing or infinite cell. */
export function tableDesign(
  { values, rows, columns }: Matrix,
  kept: Uint32Array | undefined,
  intercept: boolean,
  name: string,
): SparseDesign {
  checkMatrix({ values, rows, columns });
  const width = columns + (intercept ? 1 : 0);
  const count = kept?.length ?? rows;
  const start = new Uint32Array(count + 1);
  const column = new Uint32Array(count * width);
  const entry = new Float64Array(count * width);
  let end = 0;
  for (let i = 0; i < count; i++) {
    const row = kept ? kept[i]! : i;
    if (intercept) {
      column[end] = 0;
      entry[end++] = 1;
    }
    for (let j = 0; j < columns; j++) {
      const value = values[row * columns + j]!;
      if (Number.isNaN(value)) throw new RangeError(`${name} row ${row}, column ${j} is missing`);
      checkSize(value, `${name} row ${row}, column ${j}`);
      if (value === 0) continue;
      column[end] = j + (intercept ? 1 : 0);
      entry[end++] = value;
    }
    start[i + 1] = end;
  }
  return { columns: width, start, column: column.subarray(0, end), entry: entry.subarray(0, end) };
}

/** A row per comparison: +1 for the left player, −1 for the right one; the reference has no column. */
export function comparisonDesign(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  players: number,
  reference: number,
): SparseDesign {
  const n = left.length;
  const start = new Uint32Array(n + 1);
  const column = new Uint32Array(2 * n);
  const entry = new Float64Array(2 * n);
  let end = 0;
  for (let i = 0; i < n; i++) {
    for (const [player, sign] of [
      [left[i]!, 1],
      [right[i]!, -1],
    ] as const) {
      if (player === reference) continue;
      column[end] = player - (player > reference ? 1 : 0);
      entry[end++] = sign;
    }
    start[i + 1] = end;
  }
  return { columns: players - 1, start, column: column.subarray(0, end), entry: entry.subarray(0, end) };
}

/** The row's product with a vector. */
export function rowTimes({ start, column, entry }: SparseDesign, row: number, vector: Float64Array): number {
  let total = 0;
  for (let k = start[row]!; k < start[row + 1]!; k++) total += entry[k]! * vector[column[k]!]!;
  return total;
}

/** Adds `factor` times the row to a vector that begins at `offset`. */
export function addRow(
  { start, column, entry }: SparseDesign,
  row: number,
  factor: number,
  into: Float64Array,
  offset = 0,
): void {
  for (let k = start[row]!; k < start[row + 1]!; k++) into[offset + column[k]!]! += factor * entry[k]!;
}

/** Adds `factor` times the row's outer product to a square matrix. */
export function addOuter(
  { columns, start, column, entry }: SparseDesign,
  row: number,
  factor: number,
  into: Float64Array,
): void {
  for (let k = start[row]!; k < start[row + 1]!; k++) {
    const scaled = factor * entry[k]!;
    for (let l = start[row]!; l < start[row + 1]!; l++) into[column[k]! * columns + column[l]!]! += scaled * entry[l]!;
  }
}
