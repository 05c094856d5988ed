/**
 * The place of each value among the distinct ones, ascending, with how often each place occurs, by counting; null where the
 * values are not whole numbers that lie close together (a range of more than half as many as there are values).
 *
 * @param values at least one, no NaN
 */
export function wholeNumberCodes(values: Float64Array): { codes: Int32Array; counts: Int32Array } | null {
  const n = values.length;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value)) return null;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high - low < n / 2)) return null;
  const countOf = new Int32Array(high - low + 1);
  for (let i = 0; i < n; i++) countOf[values[i]! - low]!++;
  const placeOf = new Int32Array(countOf.length);
  let distinct = 0;
  for (let value = 0; value < countOf.length; value++) {
    placeOf[value] = distinct;
    if (countOf[value]! > 0) countOf[distinct++] = countOf[value]!;
  }
  const codes = new Int32Array(n);
  for (let i = 0; i < n; i++) codes[i] = placeOf[values[i]! - low]!;
  return { codes, counts: countOf.slice(0, distinct) };
}
