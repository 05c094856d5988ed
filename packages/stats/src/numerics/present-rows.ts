import { checkSize } from '../shapes/finite.ts';

/** Below this size a value needs no closer look, and no name for it. */
const usual = 1e100;

/** How many values are not NaN. Throws RangeError at an infinite one. */
export function countPresent(values: ArrayLike<number>, name: string): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) continue;
    if (!(Math.abs(value) < usual)) checkSize(value, `${name}[${i}]`);
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
  const isPresent = (i: number) => all.every((values) => !Number.isNaN(values[i]!));
  let count = 0;
  if (all.length === 1) count = first!;
  else for (let i = 0; i < length; i++) if (isPresent(i)) count++;
  const rows = new Uint32Array(count);
  for (let i = 0, place = 0; place < count; i++) if (isPresent(i)) rows[place++] = i;
  return rows;
}

/** Rows whose value is not NaN. Throws RangeError at an infinite value. */
export function presentRows(values: ArrayLike<number>, name = 'values'): Uint32Array {
  return rowsPresentIn({ [name]: values }) ?? allRows(values.length);
}

/** 0, 1, … */
export function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  return rows;
}

/** The values at these rows, or all of them: the column itself where it is one of doubles already. */
export function columnAt(values: ArrayLike<number>, rows: ArrayLike<number> | undefined): Float64Array {
  if (rows === undefined && values instanceof Float64Array) return values;
  const length = rows?.length ?? values.length;
  const column = new Float64Array(length);
  for (let i = 0; i < length; i++) column[i] = values[rows ? rows[i]! : i]!;
  return column;
}
