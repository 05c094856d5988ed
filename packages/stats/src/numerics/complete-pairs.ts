import { allRows, columnAt } from './present-rows.ts';
import { checkSize, usualSize } from '../shapes/finite.ts';

/** Two columns of numbers, rows with a missing value left out; which rows they are is listed when it is asked. */
export type CompletePairs = {
  x: Float64Array;
  y: Float64Array;
  readonly rows: Uint32Array;
  /** As `rows`; undefined where all rows are complete. */
  kept: Uint32Array | undefined;
  notes: string[];
};

/**
 * The rows that have both values; where all have, the columns themselves and no copy of them.
 *
 * @throws RangeError for unequal lengths or infinite values
 */
export function completePairs(x: ArrayLike<number>, y: ArrayLike<number>): CompletePairs {
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values, y has ${y.length}`);
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    if (a !== a || b !== b) continue;
    if (!(Math.abs(a) < usualSize && Math.abs(b) < usualSize)) {
      checkSize(a, `x[${i}]`);
      checkSize(b, `y[${i}]`);
    }
    count++;
  }
  if (count === x.length) {
    return {
      x: columnAt(x, undefined),
      y: columnAt(y, undefined),
      kept: undefined,
      notes: [],
      get rows() {
        return allRows(count);
      },
    };
  }
  const rows = new Uint32Array(count);
  const kept = { x: new Float64Array(count), y: new Float64Array(count) };
  for (let i = 0, place = 0; i < x.length; i++) {
    const a = x[i]!;
    const b = y[i]!;
    if (a !== a || b !== b) continue;
    kept.x[place] = a;
    kept.y[place] = b;
    rows[place++] = i;
  }
  const dropped = x.length - count;
  return { ...kept, rows, kept: rows, notes: [`${dropped} of ${x.length} rows have a missing value and are left out`] };
}
