import type { Matrix } from '../shapes/matrix.ts';
import type { Patterns } from './pattern-interval.ts';

/** The distinct rows of a matrix, flat, in order of first appearance, and which one each row is. */
export function groupRows({ values, rows, columns }: Matrix): Patterns & { rows: Float64Array } {
  const known = new Map<string, number>();
  const of = new Uint32Array(rows);
  const counts: number[] = [];
  const distinct: number[] = [];
  for (let i = 0; i < rows; i++) {
    let key = '';
    for (let j = 0; j < columns; j++) key += `${values[i * columns + j]!},`;
    let place = known.get(key);
    if (place === undefined) {
      known.set(key, (place = known.size));
      counts.push(0);
      for (let j = 0; j < columns; j++) distinct.push(values[i * columns + j]!);
    }
    of[i] = place;
    counts[place]!++;
  }
  return { of, counts: Float64Array.from(counts), rows: Float64Array.from(distinct) };
}

/** A unit's ratings as codes with counts: pattern p holds entries `start[p]` to `start[p + 1]`. */
export type UnitPatterns = Patterns & {
  /** The rows of the matrix that are kept; `of` and clusters follow this order. */
  kept: Uint32Array;
  start: Uint32Array;
  code: Uint32Array;
  count: Float64Array;
  /** Number of ratings of the pattern. */
  size: Float64Array;
};

const tableLimit = 1 << 20;

/**
 * Sorts units by the multiset of their codes (−1 is missing), leaving out units with fewer than `fewest` ratings.
 *
 * The multiset is one number in base columns + 1, looked up in a table while that is small, in a map while it is
 * exact; beyond that each unit is its own pattern, which is slower to resample and no less right.
 */
export function groupUnits(codes: Int32Array, rows: number, columns: number, q: number, fewest: number): UnitPatterns {
  const base = columns + 1;
  const space = base ** q;
  const powers = Float64Array.from({ length: space <= Number.MAX_SAFE_INTEGER ? q : 0 }, (_, code) => base ** code);
  const table = space <= tableLimit ? new Int32Array(space).fill(-1) : null;
  const map = new Map<number, number>();

  const kept = new Uint32Array(rows);
  const of = new Uint32Array(rows);
  const counts: number[] = [];
  const start: number[] = [0];
  const code: number[] = [];
  const count: number[] = [];
  const size: number[] = [];
  const tally = new Float64Array(q);
  let units = 0;
  for (let i = 0; i < rows; i++) {
    let [key, ratings] = [0, 0];
    for (let j = i * columns; j < (i + 1) * columns; j++) {
      const rating = codes[j]!;
      if (rating < 0) continue;
      ratings++;
      if (powers.length > 0) key += powers[rating]!;
    }
    if (ratings < fewest) continue;
    let place = -1;
    if (table) place = table[key]!;
    else if (powers.length > 0) place = map.get(key) ?? -1;
    if (place < 0) {
      place = counts.length;
      if (table) table[key] = place;
      else if (powers.length > 0) map.set(key, place);
      const seen: number[] = [];
      for (let j = i * columns; j < (i + 1) * columns; j++) {
        const rating = codes[j]!;
        if (rating < 0) continue;
        if (tally[rating] === 0) seen.push(rating);
        tally[rating]!++;
      }
      for (const rating of seen) {
        code.push(rating);
        count.push(tally[rating]!);
        tally[rating] = 0;
      }
      start.push(code.length);
      counts.push(0);
      size.push(ratings);
    }
    counts[place]!++;
    kept[units] = i;
    of[units++] = place;
  }
  return {
    kept: kept.slice(0, units),
    of: of.slice(0, units),
    counts: Float64Array.from(counts),
    start: Uint32Array.from(start),
    code: Uint32Array.from(code),
    count: Float64Array.from(count),
    size: Float64Array.from(size),
  };
}
