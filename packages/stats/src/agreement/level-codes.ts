import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
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
  if (small) {
    const codes = new Int32Array(n);
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
  const present = rowsPresentIn({ [name]: values });
  const kept = columnAt(values, present);
  const order = ascendingOrder(kept);
  let count = 0;
  for (let i = 0; i < order.length; i++) if (i === 0 || kept[order[i]!] !== kept[order[i - 1]!]) count++;
  const levels = new Float64Array(count);
  const codes = new Int32Array(n);
  if (present) codes.fill(-1);
  let level = -1;
  for (let i = 0; i < order.length; i++) {
    const place = order[i]!;
    const value = kept[place]!;
    // + 0 writes the two zeros, which are equal, as one level.
    if (i === 0 || value !== levels[level]) levels[++level] = value + 0;
    codes[present ? present[place]! : place] = level;
  }
  return { codes, levels };
}
