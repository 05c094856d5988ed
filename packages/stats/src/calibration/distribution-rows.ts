import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

const slack = 1e-4;

/**
 * Marks the rows that are whole distributions; 0 where a cell is missing.
 *
 * @throws RangeError for a row with a probability outside [0, 1] or a sum further than 1e-4 from 1
 */
export function distributionRows(distributions: Matrix): Uint8Array {
  checkMatrix(distributions);
  const { values, rows, columns } = distributions;
  const whole = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let k = 0; k < columns; k++) {
      const p = values[i * columns + k]!;
      if (!Number.isNaN(p) && !(p >= 0 && p <= 1)) {
        throw new RangeError(`distributions[${i}, ${k}] must lie in [0, 1] or be NaN for missing, found ${p}`);
      }
      total += p;
    }
    if (Number.isNaN(total)) continue;
    if (Math.abs(total - 1) > slack) throw new RangeError(`distributions[${i}] must add up to 1, found ${total}`);
    whole[i] = 1;
  }
  return whole;
}
