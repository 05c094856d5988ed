import { ascendingOrder } from './ascending-order.ts';

const smallest = 4096;
/** Rows of one cell are sorted by insertion up to this many; more are sorted by radix. */
const insertable = 24;
/** More cells than a cache holds take longer to fill than they save. */
const mostCells = 1 << 21;

/** Small partners stay small: outcomes in bytes need an eighth of the memory. */
type Partners<Column> = {
  [place: number]: number;
  slice: (start?: number, end?: number) => Column;
  set: (values: Column, start: number) => void;
};
type Sorted<Column> = { x: Float64Array; partner: Column };

/**
 * Values with their partners in ascending order of value. Large inputs are first spread over cells of equal width, a quarter as many as
 * there are rows, so that what is left to sort is a few neighbours; a crowded cell is sorted by itself.
 */
export function sortedPairs<Column extends Partners<Column>>(x: Float64Array, partner: Column): Sorted<Column> {
  const n = x.length;
  if (n < smallest) return gathered(x, partner, ascendingOrder(x));
  let [low, high] = [x[0]!, x[0]!];
  for (let i = 1; i < n; i++) {
    const value = x[i]!;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const cells = Math.min(n >> 2, mostCells);
  const scale = cells / (high - low);
  // Equal values leave nothing to sort; a range too wide or too narrow for a double's steps has no cells.
  if (low === high) return { x: x.slice(), partner: partner.slice() };
  if (!Number.isFinite(scale) || !Number.isFinite(high - low)) return gathered(x, partner, ascendingOrder(x));
  const ends = new Uint32Array(cells + 2);
  for (let i = 0; i < n; i++) ends[(((x[i]! - low) * scale) >>> 0) + 1]!++;
  for (let cell = 0; cell <= cells; cell++) ends[cell + 1]! += ends[cell]!;
  const sorted = { x: new Float64Array(n), partner: partner.slice() };
  for (let i = 0; i < n; i++) {
    // Worked out twice, which costs less than to remember it.
    const place = ends[((x[i]! - low) * scale) >>> 0]!++;
    sorted.x[place] = x[i]!;
    sorted.partner[place] = partner[i]!;
  }
  for (let cell = 0, start = 0; cell <= cells; cell++) {
    const end = ends[cell]!;
    if (end - start > insertable && !allEqual(sorted.x, start, end)) {
      const part = sorted.x.slice(start, end);
      const ordered = gathered(part, sorted.partner.slice(start, end), ascendingOrder(part));
      sorted.x.set(ordered.x, start);
      sorted.partner.set(ordered.partner, start);
    } else if (end - start <= insertable) insertInto(sorted.x, sorted.partner, start, end);
    start = end;
  }
  return sorted;
}

function allEqual(x: Float64Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if (x[i] !== x[start]) return false;
  return true;
}

function insertInto(x: Float64Array, partner: { [place: number]: number }, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = x[i]!;
    if (x[i - 1]! <= value) continue;
    const other = partner[i]!;
    let place = i;
    for (; place > start && x[place - 1]! > value; place--) {
      x[place] = x[place - 1]!;
      partner[place] = partner[place - 1]!;
    }
    x[place] = value;
    partner[place] = other;
  }
}

function gathered<Column extends Partners<Column>>(
  x: Float64Array,
  partner: Column,
  order: Uint32Array,
): Sorted<Column> {
  const sorted = { x: new Float64Array(order.length), partner: partner.slice() };
  for (let i = 0; i < order.length; i++) {
    sorted.x[i] = x[order[i]!]!;
    sorted.partner[i] = partner[order[i]!]!;
  }
  return sorted;
}
