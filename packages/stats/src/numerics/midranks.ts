import { ascendingOrder } from './ascending-order.ts';

/**
 * Ranks from 1, where equal values share the mean of the ranks that they occupy.
 *
 * @param values no NaN
 * @example
 * midranks([10, 20, 20, 30]); // 1, 2.5, 2.5, 4
 */
export function midranks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}
