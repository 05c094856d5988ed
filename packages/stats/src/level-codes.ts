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
    else if (!Number.isFinite(value))
      throw new RangeError(`${name}[${i}] must be finite or NaN for missing, found ${value}`);
    else small = false;
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
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .toSorted();
  // + 0 makes the two zeros one level: the sort orders −0 before 0, equality does not.
  const levels = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]).map((value) => value + 0);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      codes[i] = -1;
      continue;
    }
    let [low, high] = [0, levels.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (levels[middle]! < value) low = middle + 1;
      else high = middle;
    }
    codes[i] = low;
  }
  return { codes, levels };
}
