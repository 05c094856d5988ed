import type { Matrix } from '../shapes/matrix.ts';

/**
 * Items sorted by what was said of them. Most statistics of agreement depend on the items only through how many
 * show each pattern (a cell of the table of two raters, a multiset of categories), so a resample needs the patterns only.
 */
export type Patterns = { of: Uint32Array; counts: Float64Array };

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

/** Patterns as they are met: the distinct codes of each with their counts. */
function patternList(isMissing: (rating: number) => boolean) {
  const counts: number[] = [];
  const start: number[] = [0];
  const code: number[] = [];
  const count: number[] = [];
  const size: number[] = [];
  const tally = new Map<number, number>();
  return {
    counts,
    /** Adds the pattern of these ratings and says which it is. */
    add(ratingsOf: ArrayLike<number>, from: number, to: number): number {
      tally.clear();
      let ratings = 0;
      for (let j = from; j < to; j++) {
        const rating = ratingsOf[j]! + 0;
        if (isMissing(rating)) continue;
        tally.set(rating, (tally.get(rating) ?? 0) + 1);
        ratings++;
      }
      for (const [rating, times] of tally) {
        code.push(rating);
        count.push(times);
      }
      start.push(code.length);
      size.push(ratings);
      counts.push(0);
      return counts.length - 1;
    },
    finish: (kept: Uint32Array, of: Uint32Array, codeOf: (rating: number) => number): UnitPatterns => ({
      kept,
      of,
      counts: Float64Array.from(counts),
      start: Uint32Array.from(start),
      code: Uint32Array.from(code, codeOf),
      count: Float64Array.from(count),
      size: Float64Array.from(size),
    }),
  };
}

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
  const patterns = patternList((code) => code < 0);
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
      place = patterns.add(codes, i * columns, (i + 1) * columns);
      if (table) table[key] = place;
      else if (powers.length > 0) map.set(key, place);
    }
    patterns.counts[place]!++;
    kept[units] = i;
    of[units++] = place;
  }
  return patterns.finish(kept.subarray(0, units), of.subarray(0, units), (code) => code);
}

/** Which of the two words of a double holds its high bits: 1 on little-endian machines. */
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const missingIndex = 0x7ff8;
const ratingUnit = 1 << 24;

/** The value whose upper 16 bits these are, the others being 0. */
function valueOf(index: number): number {
  const words = new Uint32Array(2);
  words[highWord] = index << 16;
  return new Float64Array(words.buffer)[0]! + 0;
}

/**
 * As coding the values by their levels and `groupUnits`, in one pass and without the codes, for scales of few simple
 * numbers (whole ones to 31, halves, quarters); null for any other.
 *
 * A simple number is all in the upper 16 bits of its double, so that they can stand for it in a table: to turn doubles
 * into places and to branch where one is missing would take most of the time.
 */
export function groupSimpleNumbers(
  { values, rows, columns }: Matrix,
  fewest: number,
): { units: UnitPatterns; levels: Float64Array } | null {
  if (!(values instanceof Float64Array) || columns > 100) return null;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const base = columns + 1;
  // What a rating adds to the key of its unit, and above it 1 for the count; below 0 for a number not seen before.
  const share = new Int32Array(65536).fill(-1);
  share[missingIndex] = share[missingIndex | 0x8000] = 0;
  const found: number[] = [];
  let table = new Int32Array(1).fill(-1);
  const kept = new Uint32Array(rows);
  const of = new Uint32Array(rows);
  const patterns = patternList(Number.isNaN);
  const { counts } = patterns;
  let units = 0;
  let j = highWord;
  const last = 1 - 2 * highWord;
  for (let i = 0; i < rows; i++) {
    let key = 0;
    let rest = 0;
    for (const end = j + 2 * columns; j < end; j += 2) {
      const high = words[j]!;
      rest |= words[j + last]! | (high & 0xffff);
      const index = high >>> 16;
      let part = share[index]!;
      if (part < 0) {
        const value = valueOf(index);
        if (!Number.isFinite(value) || table.length * base > tableLimit) return null;
        part = share[index] = table.length + ratingUnit;
        if (value === 0) share[0] = share[0x8000] = part;
        const wider = new Int32Array(table.length * base).fill(-1);
        wider.set(table);
        table = wider;
        found.push(value);
      }
      key += part;
    }
    if (rest !== 0) return null;
    if (key < fewest * ratingUnit) continue;
    key &= ratingUnit - 1;
    let place = table[key]!;
    if (place < 0) table[key] = place = patterns.add(values, i * columns, (i + 1) * columns);
    counts[place]!++;
    kept[units] = i;
    of[units++] = place;
  }
  const levels = Float64Array.from(found).toSorted();
  const codes = new Map(Array.from(levels, (level, code) => [level, code]));
  const patternsFound = patterns.finish(kept.subarray(0, units), of.subarray(0, units), (level) => codes.get(level)!);
  return { units: patternsFound, levels };
}
