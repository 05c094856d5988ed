/**
 * The p-quantile by linear interpolation between order statistics (type 7, the default of R and NumPy).
 *
 * @param values any order, no NaN
 * @throws RangeError for an empty sample or p outside [0, 1]
 * @example
 * quantile([1, 2, 3, 4], 0.5); // 2.5
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  if (values.length === 0) throw new RangeError('the quantile of nothing is not defined');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1], found ${p}`);
  const sorted = Float64Array.from(values).toSorted();
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (place - below) * (high - low);
}
