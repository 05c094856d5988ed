import { cellValue } from './cell-value.ts';
import { statusOfWord } from './missing-words.ts';
import { parseOrder } from './rater-column.ts';
import type { TableRow } from './table-rows.ts';

/** What a sample of rows shows of one column. */
export interface ColumnProfile {
  readonly name: string;
  /** Cells with something in them. */
  filled: number;
  empty: number;
  /** Cells that hold a number. */
  numbers: number;
  whole: number;
  lists: number;
  orders: number;
  min: number;
  max: number;
  characters: number;
  /** Different values as text with their counts; at most 2,000 are told apart. */
  readonly values: Map<string, number>;
  more: boolean;
}

const most = 2000;

/** Profiles of all columns of some rows, in the order in which the columns were met. */
export function profileColumns(rows: readonly TableRow[], comma: boolean): Map<string, ColumnProfile> {
  const profiles = new Map<string, ColumnProfile>();
  for (const row of rows) {
    for (const [at, name] of row.columns.entries()) {
      let profile = profiles.get(name);
      if (!profile) profiles.set(name, (profile = emptyProfile(name)));
      const cell = row.cells[at];
      const value = cell === null ? undefined : cellValue(cell, comma);
      if (Array.isArray(cell)) profile.lists++;
      if (value === undefined) {
        if (!Array.isArray(cell)) profile.empty++;
        continue;
      }
      const text = typeof cell === 'string' ? cell : String(value);
      profile.filled++;
      profile.characters += text.length;
      if (typeof value === 'number') {
        profile.numbers++;
        if (Number.isInteger(value)) profile.whole++;
        profile.min = Math.min(profile.min, value);
        profile.max = Math.max(profile.max, value);
      }
      if (parseOrder(text)) profile.orders++;
      const key = String(value).slice(0, 200);
      const seen = profile.values.get(key);
      if (seen !== undefined || profile.values.size < most) profile.values.set(key, (seen ?? 0) + 1);
      else profile.more = true;
    }
  }
  for (const profile of profiles.values()) profile.empty = rows.length - profile.filled - profile.lists;
  return profiles;
}

function emptyProfile(name: string): ColumnProfile {
  return {
    name,
    filled: 0,
    empty: 0,
    numbers: 0,
    whole: 0,
    lists: 0,
    orders: 0,
    min: Infinity,
    max: -Infinity,
    characters: 0,
    values: new Map(),
    more: false,
  };
}

/** The values of a column without the words for a missing one. */
export function realValues(profile: ColumnProfile): string[] {
  return [...profile.values.keys()].filter((value) => statusOfWord(value) === undefined);
}

export function mostlyNumbers(profile: ColumnProfile): boolean {
  return profile.numbers >= profile.filled * 0.5;
}

/** Whether a column could hold ratings: numbers, or a few short words. */
export function looksLikeValues(profile: ColumnProfile): boolean {
  if (profile.filled === 0 || profile.lists > 0) return false;
  const values = realValues(profile);
  if (values.length === 0) return false;
  if (mostlyNumbers(profile)) return true;
  return values.length <= 20 && profile.characters / profile.filled <= 24 && !profile.more;
}

/** Whether two columns speak the same language: most of the smaller's values occur in the other, or the ranges meet. */
export function sameVocabulary(a: ColumnProfile, b: ColumnProfile): boolean {
  const [valuesA, valuesB] = [new Set(realValues(a)), new Set(realValues(b))];
  if (valuesA.size <= 25 && valuesB.size <= 25) {
    const shared = [...valuesA].filter((value) => valuesB.has(value)).length;
    return shared >= Math.min(valuesA.size, valuesB.size) * 0.5;
  }
  if (!mostlyNumbers(a) || !mostlyNumbers(b)) return false;
  const width = Math.max(a.max - a.min, b.max - b.min);
  return Math.min(a.max, b.max) - Math.max(a.min, b.min) >= 0.3 * width;
}
