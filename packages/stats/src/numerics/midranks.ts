import { ascendingOrder, orderWithin } from './ascending-order.ts';

/**
 * Ranks from 1, where equal values share the mean of the ranks that they occupy.
 *
 * @param values no NaN
 * @example
 * midranks([10, 20, 20, 30]); // 1, 2.5, 2.5, 4
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function midranks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  const order = orderWithin(values, ranks);
  eachRun(values, order, (row, doubled) => {
    ranks[row] = doubled / 2;
  });
  return ranks;
}

/** Twice the midranks, which are whole. */
export function doubledMidranks(values: ArrayLike<number>): Uint32Array {
  const order = ascendingOrder(values);
  const ranks = new Uint32Array(values.length);
  eachRun(values, order, (row, doubled) => {
    ranks[row] = doubled;
  });
  return ranks;
}

function eachRun(values: ArrayLike<number>, order: Uint32Array, put: (row: number, doubled: number) => void): void {
  for (let start = 0; start < order.length;) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < order.length && values[order[end]!] === value) end++;
    for (let i = start; i < end; i++) put(order[i]!, start + end + 1);
    start = end;
  }
}
