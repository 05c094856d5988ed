import { ascendingOrder } from '../numerics/ascending-order.ts';
import { isRounding } from '../shapes/finite.ts';

/** A column sorted once, so that its midranks under any weights take one pass. `tied[k]`: as large as the one before. */
export type SortedColumn = { values: Float64Array; order: Uint32Array; tied: Uint8Array };

export function sortedColumn(values: Float64Array): SortedColumn {
  const order = ascendingOrder(values);
  const tied = new Uint8Array(values.length);
  for (let k = 1; k < order.length; k++) tied[k] = values[order[k]!] === values[order[k - 1]!] ? 1 : 0;
  return { values, order, tied };
}

/** The midranks that rows would have if each stood there as often as its weight says. */
function weightedMidranks({ order, tied }: SortedColumn, weights: Float64Array, ranks: Float64Array): void {
  let below = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let size = 0;
    do size += weights[order[end++]!]!;
    while (end < order.length && tied[end] === 1);
    const rank = below + (size + 1) / 2;
    for (let k = start; k < end; k++) ranks[order[k]!] = rank;
    below += size;
    start = end;
  }
}

/** Pearson's r of rows that count as often as their weights say; NaN where a column does not vary. */
export function weightedPearson(x: ArrayLike<number>, y: ArrayLike<number>, weights: Float64Array): number {
  let [n, mx, my] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    n += w;
    mx += w * x[i]!;
    my += w * y[i]!;
  }
  if (n === 0) return NaN;
  mx /= n;
  my /= n;
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    const [a, b] = [x[i]! - mx, y[i]! - my];
    xx += w * a * a;
    yy += w * b * b;
    xy += w * a * b;
  }
  if (isRounding(Math.sqrt(xx / n), mx) || isRounding(Math.sqrt(yy / n), my)) return NaN;
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** Spearman's rho likewise: Pearson's r of the midranks. `first` and `second` are room for the ranks. */
export function weightedSpearman(
  x: SortedColumn,
  y: SortedColumn,
  weights: Float64Array,
  first: Float64Array,
  second: Float64Array,
): number {
  weightedMidranks(x, weights, first);
  weightedMidranks(y, weights, second);
  return weightedPearson(first, second, weights);
}
