import { ascendingOrder } from '../numerics/ascending-order.ts';
import { checkSize } from '../shapes/finite.ts';

/** Values as places among their distinct levels, ascending; −1 where NaN. */
export type LevelCodes = { codes: Int32Array; levels: Float64Array };

const smallest = 256;

/**
 * Replaces values by codes. Small whole numbers, which most scales are, need no sorting.
 *
 * @throws RangeError at an infinite value
 */
export function codeLevels(values: ArrayLike<number>, name: string): LevelCodes {
  const n = values.length;
  const seen = new Uint8Array(smallest);
  let small = true;
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (value >= 0 && value < smallest && Number.isInteger(value)) seen[value] = 1;
    else {
      checkSize(value, `${name}[${i}]`);
      small = false;
    }
  }
  const codes = new Int32Array(n);
  if (small) {
    const place = new Int32Array(smallest);
    const levels: number[] = [];
    for (let value = 0; value < smallest; value++) {
      if (seen[value] === 0) continue;
      place[value] = levels.length;
      levels.push(value);
    }
    for (let i = 0; i < n; i++) codes[i] = Number.isNaN(values[i]!) ? -1 : place[values[i]!]!;
    return { codes, levels: Float64Array.from(levels) };
  }
  const present = new Uint32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(values[i]!)) codes[i] = -1;
    else present[count++] = i;
  }
  const kept = Float64Array.from(present.subarray(0, count), (row) => values[row]!);
  const levels: number[] = [];
  for (const place of ascendingOrder(kept)) {
    const value = kept[place]!;
    // + 0 writes the two zeros, which are equal, as one level.
    if (levels.length === 0 || value !== levels.at(-1)) levels.push(value + 0);
    codes[present[place]!] = levels.length - 1;
  }
  return { codes, levels: Float64Array.from(levels) };
}
