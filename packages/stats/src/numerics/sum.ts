/**
 * The sum with Neumaier's compensation: as good as twice the precision for any order of the terms.
 *
 * @example
 * sum([1e16, 1, -1e16]); // 1
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const term = values[i]!;
    const next = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return total + lost;
}

/** As `sum`, of terms that are computed as they are needed. */
export function sumOf(length: number, term: (i: number) => number): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < length; i++) {
    const next = term(i);
    const grown = total + next;
    lost += Math.abs(total) >= Math.abs(next) ? total - grown + next : next - grown + total;
    total = grown;
  }
  return total + lost;
}

/**
 * The arithmetic mean. Throws RangeError when there is nothing to average.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('the mean of nothing is not defined');
  return sum(values) / values.length;
}

/**
 * The sum of squared distances from the mean, by two passes; the second term takes away what the rounding
 * of the mean left (Chan, Golub, LeVeque 1983).
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function sumOfSquares(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  const centre = mean(values);
  let [squares, rest] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const distance = values[i]! - centre;
    squares += distance * distance;
    rest += distance;
  }
  return Math.max(0, squares - (rest * rest) / values.length);
}

/** The mean and `sumOfSquares` of terms that are computed as they are needed. */
export function spreadOf(length: number, term: (i: number) => number): { value: number; squares: number } {
  const value = sumOf(length, term) / length;
  let [squares, rest] = [0, 0];
  for (let i = 0; i < length; i++) {
    const distance = term(i) - value;
    squares += distance * distance;
    rest += distance;
  }
  return { value, squares: Math.max(0, squares - (rest * rest) / length) };
}

/**
 * The sample variance, divisor n − 1. Throws RangeError below two values.
 *
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function variance(values: ArrayLike<number>): number {
  if (values.length < 2) throw new RangeError(`a variance needs two values, found ${values.length}`);
  return sumOfSquares(values) / (values.length - 1);
}
