/**
 * A table of numbers, row after row: `values[row * columns + column]`.
 *
 * Items are rows and raters columns. Missing is NaN; where the numbers are category codes −1 is missing too,
 * so that integer arrays can say it.
 */
export type Matrix = { values: ArrayLike<number>; rows: number; columns: number };

/**
 * A matrix from rows of equal length; null and undefined become NaN, that is missing.
 *
 * @throws RangeError if the rows differ in length
 * @example
 * matrixOf([[1, 1, null], [2, 3, 2]]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/results.md
 */
export function matrixOf(rows: readonly ArrayLike<number | null | undefined>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} cells, the first has ${columns}`);
    for (let j = 0; j < columns; j++) values[i * columns + j] = row[j] ?? NaN;
  });
  return { values, rows: rows.length, columns };
}

/** Throws RangeError unless the shape fits the values. */
export function checkMatrix({ values, rows, columns }: Matrix): void {
  for (const size of [rows, columns]) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`rows and columns must be counts, found ${size}`);
  }
  if (values.length !== rows * columns) {
    throw new RangeError(`${rows} rows of ${columns} need ${rows * columns} values, found ${values.length}`);
  }
}
