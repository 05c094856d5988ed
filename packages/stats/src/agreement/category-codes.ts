/** Category codes with −1 for missing, and the number of categories, given or found. */
export type Codes = { codes: Int32Array; categories: number; notes: string[] };

/**
 * Reads category codes 0 … q − 1, NaN or −1 for missing.
 *
 * @throws RangeError for any other number, or a code that is not below `categories`
 */
export function readCodes(values: ArrayLike<number>, categories: number | undefined, name: string): Codes {
  if (categories !== undefined && (!Number.isSafeInteger(categories) || categories < 1)) {
    throw new RangeError(`categories must be a positive count, found ${categories}`);
  }
  const codes = new Int32Array(values.length);
  let highest = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value) || value === -1) {
      codes[i] = -1;
      continue;
    }
    if (!Number.isInteger(value) || value < 0 || value >= (categories ?? 65536)) {
      const range = categories === undefined ? 'a code from 0' : `a code from 0 to ${categories - 1}`;
      throw new RangeError(`${name}[${i}] must be ${range}, or -1 or NaN for missing, found ${value}`);
    }
    codes[i] = value;
    if (value > highest) highest = value;
  }
  const notes =
    categories === undefined && highest >= 0
      ? [`categories were not given: ${highest + 1} taken from the highest code; unused ones change weights and chance`]
      : [];
  return { codes, categories: categories ?? highest + 1, notes };
}

/** Two raters' codes of the same items: the items that both rated, their cell in the q × q table, and the table. */
export type PairTable = {
  rows: Uint32Array;
  cell: Uint32Array;
  table: Float64Array;
  categories: number;
  notes: string[];
};

/** Pairs two code arrays. Items that either did not rate are left out and counted in a note. */
export function pairCodes(a: ArrayLike<number>, b: ArrayLike<number>, categories: number | undefined): PairTable {
  if (a.length !== b.length) throw new RangeError(`the first rater has ${a.length} items, the second ${b.length}`);
  const first = readCodes(a, categories, 'first');
  const second = readCodes(b, categories, 'second');
  const q = Math.max(first.categories, second.categories);
  const notes = first.categories >= second.categories ? first.notes : second.notes;
  const rows: number[] = [];
  for (let i = 0; i < a.length; i++) if (first.codes[i]! >= 0 && second.codes[i]! >= 0) rows.push(i);
  const table = new Float64Array(q * q);
  const cell = Uint32Array.from(rows, (row) => first.codes[row]! * q + second.codes[row]!);
  for (const place of cell) table[place]!++;
  const dropped = a.length - rows.length;
  const all =
    dropped > 0 ? [...notes, `${dropped} of ${a.length} items are missing from a rater and left out`] : [...notes];
  return { rows: Uint32Array.from(rows), cell, table, categories: q, notes: all };
}
