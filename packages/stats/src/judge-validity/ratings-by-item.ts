import { checkSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** Ratings item by item: those of item i are the entries `start[i]` to `start[i + 1]`. */
export type RatingsByItem = {
  items: number;
  raters: number;
  start: Uint32Array;
  rater: Uint8Array | Uint32Array;
  value: Float64Array;
};

/** Lists the ratings that are there (NaN is missing). Throws RangeError at an infinite rating. */
export function ratingsByItem(matrix: Matrix, name: string): RatingsByItem {
  checkMatrix(matrix);
  const { values, rows, columns } = matrix;
  const start = new Uint32Array(rows + 1);
  for (let i = 0, place = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, place++) {
      const value = values[place]!;
      if (Number.isNaN(value)) continue;
      checkSize(value, `${name}[${i}, ${j}]`);
      start[i + 1]!++;
    }
    start[i + 1] = start[i + 1]! + start[i]!;
  }
  const total = start[rows]!;
  const rater = columns <= 256 ? new Uint8Array(total) : new Uint32Array(total);
  // Where nothing is missing the table is its own list.
  const whole = total === values.length && values instanceof Float64Array;
  const value = whole ? values : new Float64Array(total);
  for (let i = 0, end = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const rating = values[i * columns + j]!;
      if (Number.isNaN(rating)) continue;
      rater[end] = j;
      if (!whole) value[end] = rating;
      end++;
    }
  }
  return { items: rows, raters: columns, start, rater, value };
}
