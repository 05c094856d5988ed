/** Category codes with −1 for missing, and the number of categories, given or found. */
export type Codes = { codes: Int32Array; categories: number; notes: string[] };

/** The highest code, −1 without one. Throws RangeError for what is no code. */
function highestCode(values: ArrayLike<number>, categories: number | undefined, name: string): number {
  if (categories !== undefined && (!Number.isSafeInteger(categories) || categories < 1)) {
    throw new RangeError(`categories must be a positive count, found ${categories}`);
  }
  const limit = categories ?? 65536;
  let highest = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (isMissing(value)) continue;
    if (!Number.isInteger(value) || value < 0 || value >= limit) {
      const range = categories === undefined ? 'a code from 0' : `a code from 0 to ${categories - 1}`;
      throw new RangeError(`${name}[${i}] must be ${range}, or -1 or NaN for missing, found ${value}`);
    }
    if (value > highest) highest = value;
  }
  return highest;
}

export const isMissing = (value: number): boolean => value !== value || value === -1;

function categoryNotes(highest: number, categories: number | undefined): string[] {
  return categories === undefined && highest >= 0
    ? [`categories were not given: ${highest + 1} taken from the highest code; unused ones change weights and chance`]
    : [];
}

/**
 * Reads category codes 0 … q − 1, NaN or −1 for missing.
 *
 * @throws RangeError for any other number, or a code that is not below `categories`
 */
export function readCodes(values: ArrayLike<number>, categories: number | undefined, name: string): Codes {
  const known = codesIn(values, categories, name);
  const codes = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) codes[i] = isMissing(values[i]!) ? -1 : values[i]!;
  return { codes, ...known };
}

/** What is known of codes that are read where they are, by `isMissing`. Throws RangeError as `readCodes` does. */
export function codesIn(
  values: ArrayLike<number>,
  categories: number | undefined,
  name: string,
): Pick<Codes, 'categories' | 'notes'> {
  const highest = highestCode(values, categories, name);
  return { categories: categories ?? highest + 1, notes: categoryNotes(highest, categories) };
}

/** Two raters' codes of the same items: the items that both rated, their cell in the q × q table, and the table. */
export type PairTable = {
  rows: Uint32Array;
  cell: Uint32Array;
  table: Float64Array;
  categories: number;
  notes: string[];
};

/** Checks the codes of two raters, and says of which items both are there. Throws RangeError as `pairCodes` does. */
export function codesInBoth(a: ArrayLike<number>, b: ArrayLike<number>): (item: number) => boolean {
  if (a.length !== b.length) throw new RangeError(`the first rater has ${a.length} items, the second ${b.length}`);
  highestCode(a, undefined, 'first');
  highestCode(b, undefined, 'second');
  return (item) => !isMissing(a[item]!) && !isMissing(b[item]!);
}

/** Pairs two code arrays. Items that either did not rate are left out and counted in a note. */
export function pairCodes(a: ArrayLike<number>, b: ArrayLike<number>, categories: number | undefined): PairTable {
  if (a.length !== b.length) throw new RangeError(`the first rater has ${a.length} items, the second ${b.length}`);
  const highest = Math.max(highestCode(a, categories, 'first'), highestCode(b, categories, 'second'));
  const q = categories ?? highest + 1;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!isMissing(a[i]!) && !isMissing(b[i]!)) count++;
  const rows = new Uint32Array(count);
  const cell = new Uint32Array(count);
  const table = new Float64Array(q * q);
  for (let i = 0, place = 0; i < a.length; i++) {
    if (isMissing(a[i]!) || isMissing(b[i]!)) continue;
    const at = a[i]! * q + b[i]!;
    rows[place] = i;
    cell[place++] = at;
    table[at]!++;
  }
  const notes = categoryNotes(highest, categories);
  const dropped = a.length - count;
  if (dropped > 0) notes.push(`${dropped} of ${a.length} items are missing from a rater and left out`);
  return { rows, cell, table, categories: q, notes };
}
