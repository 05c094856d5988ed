import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { mean, sumOfSquares } from '../numerics/sum.ts';

/**
 * Covariates of style for `contextualBradleyTerry`: how much more of each feature the left response has.
 *
 *     d  (left − right) / (left + right + 1)      then (d − mean) / standard deviation over all votes (divisor n)
 *
 * Features are counts, one column each; FastChat's are the length in tokens, headers, list items and bold spans. A feature
 * that never differs gives a column of 0, which the fit then refuses.
 *
 * @param left one row a vote, one column a feature, 0 or more
 * @param right the same of the other response
 * @throws RangeError for shapes that do not fit, no rows, or a value that is negative, infinite or missing
 * @example
 * styleDifferences(matrixOf([[120, 2], [80, 0]]), matrixOf([[60, 1], [90, 3]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/style-control.md
 */
export function styleDifferences(left: Matrix, right: Matrix): Matrix {
  checkMatrix(left);
  checkMatrix(right);
  const { rows, columns } = left;
  if (right.rows !== rows || right.columns !== columns) {
    throw new RangeError(`left is ${rows} by ${columns}, right ${right.rows} by ${right.columns}`);
  }
  if (rows === 0) throw new RangeError('style has no scale without votes: there are 0 rows');
  const values = new Float64Array(rows * columns);
  const count = (side: Matrix, name: string, row: number, column: number): number => {
    const value = side.values[row * columns + column]!;
    if (value >= 0 && value < 1e150) return value;
    throw new RangeError(`${name} row ${row} column ${column} must be 0 or more and finite, found ${value}`);
  };
  const own = new Float64Array(rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const [a, b] = [count(left, 'left', row, column), count(right, 'right', row, column)];
      own[row] = (a - b) / (a + b + 1);
    }
    const centre = mean(own);
    const spread = Math.sqrt(sumOfSquares(own) / rows);
    for (let row = 0; row < rows; row++) {
      values[row * columns + column] = spread === 0 ? 0 : (own[row]! - centre) / spread;
    }
  }
  return { values, rows, columns };
}
