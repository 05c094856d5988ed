import { checkSize, usualSize } from '../shapes/finite.ts';

/** How many values are not NaN. Throws RangeError at an infinite one. */
export function countPresent(values: ArrayLike<number>, name: string): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) continue;
    if (!(Math.abs(value) < usualSize)) checkSize(value, `${name}[${i}]`);
    count++;
  }
  return count;
}

/**
 * The rows that have a value in every column; undefined where all rows have, so that no list is made of them.
 *
 * @param columns by the name that an error gives them, of equal length
 * @throws RangeError for an infinite value, in the order of the columns
 */
export function rowsPresentIn(columns: Readonly<Record<string, ArrayLike<number>>>): Uint32Array | undefined {
  const all = Object.values(columns);
  const length = all[0]?.length ?? 0;
  const [first, ...others] = Object.entries(columns).map(([name, values]) => countPresent(values, name));
  if (first === length && others.every((count) => count === length)) return undefined;
  return rowsWhere(length, (i) => all.every((values) => !Number.isNaN(values[i]!)));
}

/** 0, 1, … */
export function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}

/** The rows of which it is true; the question is asked twice for each, so that no list has to grow. */
export function rowsWhere(length: number, isWanted: (row: number) => boolean): Uint32Array {
  let count = 0;
  for (let i = 0; i < length; i++) if (isWanted(i)) count++;
  const rows = new Uint32Array(count);
  for (let i = 0, place = 0; place < count; i++) if (isWanted(i)) rows[place++] = i;
  return rows;
}

/** A column of values that are computed one by one; `Float64Array.from` of a typed array makes a list of them first. */
export function columnOf(length: number, value: (i: number) => number): Float64Array {
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = value(i);
  return column;
}

/** The values at these rows, or all of them: the column itself where it is one of doubles already. */
export function columnAt(values: ArrayLike<number>, rows: ArrayLike<number> | undefined): Float64Array {
  if (rows === undefined && values instanceof Float64Array) return values;
  const length = rows?.length ?? values.length;
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = values[rows ? rows[i]! : i]!;
  return column;
}
