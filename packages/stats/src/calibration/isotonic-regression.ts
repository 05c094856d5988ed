import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnAt, columnOf, rowsWhere } from '../numerics/present-rows.ts';
import { undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { firstAtLeast } from './first-at-least.ts';
import { sortedPairs } from '../numerics/sorted-pairs.ts';

/** A rising broken line, as plain data: straight between the points, flat beyond them. */
export type IsotonicFit = { x: number[]; y: number[]; n: number; blocks: number; method: string };

const method = 'isotonic regression, pooled adjacent violators';

/** Blocks of equal fitted value, in ascending order. */
export type IsotonicBlocks = {
  first: Float64Array;
  last: Float64Array;
  total: Float64Array;
  weight: Float64Array;
  count: number;
};

/**
 * The rising function nearest to the data in weighted squares, by pooling adjacent violators (PAV).
 *
 * Rows of equal x are averaged first. The result are the corners of the line; `predictIsotonic` reads it. O(n) after sorting.
 * It has no interval: the fit converges at rate n^(−1/3) to no normal law, and the bootstrap is inconsistent for it (Sen,
 * Banerjee & Woodroofe 2010). Ayer et al. 1955; Barlow et al. 1972.
 *
 * @param x finite; NaN is missing
 * @param y finite; NaN is missing
 * @param options.weights positive or 0, one per row; a row of weight 0 is left out
 * @returns `no-data` without rows
 * @throws RangeError for infinite values, negative weights, unequal lengths
 * @example
 * isotonicRegression([1, 2, 3, 4, 5], [1, 3, 2, 4, 3.5]); // y: 1, 2.5, 2.5, 3.75, 3.75
 * @see https://github.com/assize/assize/blob/main/docs/stats/isotonic-regression.md
 */
export function isotonicRegression(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { weights }: { weights?: ArrayLike<number> | undefined } = {},
): IsotonicFit | Undetermined {
  const blocks = isotonicBlocks(x, y, weights);
  if (blocks.n === 0) return undetermined('no-data', 'needs at least one row', 0, method);
  return fitOf(blocks, blocks.n);
}

/** As `isotonicRegression` of at least one row in ascending order of x, each with its y; the y are used up. */
export function isotonicOfSorted(x: Float64Array, y: Float64Array): IsotonicFit {
  return fitOf(pooled(x, y, undefined), x.length);
}

function fitOf({ first, last, total, weight, count }: IsotonicBlocks, n: number): IsotonicFit {
  const corners = { x: [] as number[], y: [] as number[] };
  for (let b = 0; b < count; b++) {
    const level = total[b]! / weight[b]!;
    const [start, end] = [first[b]!, last[b]!];
    for (const place of start === end ? [start] : [start, end]) {
      corners.x.push(place);
      corners.y.push(level);
    }
  }
  return { ...corners, n, blocks: count, method };
}

/** The blocks of the fit and how many rows entered. */
export function isotonicBlocks(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicBlocks & { n: number } {
  const length = x.length;
  if (y.length !== length) throw new RangeError(`x has ${length} values, y has ${y.length}`);
  if (weights && weights.length !== length)
    throw new RangeError(`x has ${length} values, weights has ${weights.length}`);
  const rows = wholeRows(x, y, weights);
  const n = rows?.length ?? length;
  const places = columnAt(x, rows);
  if (!weights) {
    const sorted = sortedPairs(places, !rows && y instanceof Uint8Array ? y : columnAt(y, rows));
    return { ...pooled(sorted.x, sorted.partner, undefined), n };
  }
  const order = ascendingOrder(places);
  const ordered = (values: ArrayLike<number>) => columnAt(columnAt(values, rows), order);
  return { ...pooled(ordered(x), ordered(y), ordered(weights)), n };
}

/** The rows that are neither missing nor of weight 0; undefined for all of them. Throws RangeError for what is no number. */
function wholeRows(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): Uint32Array | undefined {
  let complete = true;
  for (let i = 0; i < x.length; i++) {
    const w = weights ? weights[i]! : 1;
    if (!(w >= 0 && w <= 1e150)) throw new RangeError(`weights[${i}] must be 0 or positive and finite, found ${w}`);
    // One comparison passes nearly every row; NaN fails it.
    if (Math.abs(x[i]!) + Math.abs(y[i]!) < 1e150 && w > 0) continue;
    if (Number.isNaN(x[i]!) || Number.isNaN(y[i]!) || w === 0) complete = false;
    else {
      checkSize(x[i]!, `x[${i}]`);
      checkSize(y[i]!, `y[${i}]`);
    }
  }
  if (complete) return undefined;
  return rowsWhere(x.length, (i) => !Number.isNaN(x[i]!) && !Number.isNaN(y[i]!) && (!weights || weights[i]! > 0));
}

/**
 * Blocks as a stack of the rows at which they start; one that is not above the one before it is pooled with it. Totals take
 * the place of the y that are done with, where these are doubles.
 */
function pooled(x: Float64Array, y: Float64Array | Uint8Array, w: Float64Array | undefined): IsotonicBlocks {
  const n = x.length;
  const starts = new Uint32Array(n + 1);
  const total = y instanceof Float64Array ? y : new Float64Array(n);
  const weight = new Float64Array(w ? n : 0);
  let count = 0;
  for (let i = 0; i < n;) {
    let start = i;
    const place = x[i]!;
    let [sum, mass] = [0, 0];
    for (; i < n && x[i] === place; i++) {
      const share = w ? w[i]! : 1;
      sum += share * y[i]!;
      mass += share;
    }
    while (count > 0) {
      const before = w ? weight[count - 1]! : start - starts[count - 1]!;
      if (total[count - 1]! * mass < sum * before) break;
      count--;
      sum += total[count]!;
      mass += before;
      start = starts[count]!;
    }
    starts[count] = start;
    total[count] = sum;
    if (w) weight[count] = mass;
    count++;
  }
  starts[count] = n;
  const each = (value: (b: number) => number) => Float64Array.from({ length: count }, (_, b) => value(b));
  return {
    first: each((b) => x[starts[b]!]!),
    last: each((b) => x[starts[b + 1]! - 1]!),
    total: total.slice(0, count),
    weight: w ? weight.slice(0, count) : each((b) => starts[b + 1]! - starts[b]!),
    count,
  };
}

/**
 * The fitted line at given places: linear between corners, flat beyond the first and last.
 *
 * @param fit of `isotonicRegression`, or read back from JSON
 * @param at finite places; NaN gives NaN
 * @throws RangeError for a fit without corners
 * @example
 * predictIsotonic({ x: [1, 2], y: [0, 1] }, [0, 1.5, 9]); // 0, 0.5, 1
 * @see https://github.com/assize/assize/blob/main/docs/stats/isotonic-regression.md
 */
export function predictIsotonic(fit: Pick<IsotonicFit, 'x' | 'y'>, at: ArrayLike<number>): Float64Array {
  const { x, y } = fit;
  if (x.length === 0 || x.length !== y.length) {
    throw new RangeError(`a fit needs as many x as y, at least one, found ${x.length} and ${y.length}`);
  }
  return columnOf(at.length, (i) => isotonicAt(fit, at[i]!));
}

/** The fitted line at one place. */
export function isotonicAt({ x, y }: Pick<IsotonicFit, 'x' | 'y'>, place: number): number {
  if (Number.isNaN(place)) return NaN;
  const low = firstAtLeast(x, place);
  if (low === 0) return y[0]!;
  if (low === x.length) return y[low - 1]!;
  const share = (place - x[low - 1]!) / (x[low]! - x[low - 1]!);
  return y[low - 1]! + share * (y[low]! - y[low - 1]!);
}
