import { type AssizeError, formatScale, type RaterKind, ratingStatuses, type RatingTable } from '@assize/core';

import { saidBy } from './build-table.ts';
import { contradiction, noScale, offScale, oneRater, unknownCriterion, unknownRater } from './dataset-errors.ts';
import type { LoadedRatings, LoadOptions } from './load-options.ts';
import { nearestName } from './nearest-name.ts';
import { type Quarantine, quarantine } from './quarantine.ts';
import { guessRaterKind } from './rater-kind.ts';
import { collectRatings, type RawRatings, refuseEmpty } from './raw-ratings.ts';
import { selectRows } from './select-rows.ts';
import { type SettledCriterion, settleScale } from './settle-scales.ts';
import { tableFingerprint } from './table-fingerprint.ts';
import type { Source } from './text-source.ts';
import { valueReader } from './value-reading.ts';

const unreadable = ratingStatuses.indexOf('unreadable');

/**
 * Reads files of ratings into one table: ratings JSONL, tidy CSV or TSV, wide CSV or JSONL, each gzipped or not.
 *
 * What is done with what is wrong (with `quarantine`, errors of rows are listed and their rows left out):
 *
 * - the same rating twice: held once, counted in `notes`
 * - two different ratings of one rater, item, criterion, response, order and sample: an error that names both lines
 * - a person's value off the scale, `NaN` and `Infinity` too: an error; a program's: a row of status `unreadable`
 * - an empty cell: no rating, counted in `notes`; a word of `missingWords`: a row with that status
 * - a rater, column or criterion that is not there: an error that suggests the nearest
 *
 * @throws the errors `dataset/…` of docs/errors.md
 * @example
 * const { table, notes } = await loadRatings('ratings.csv', { judge: 'gpt-4', humans: ['ann', 'bob'] });
 */
export async function loadRatings(
  source: Source | readonly Source[],
  options: LoadOptions = {},
): Promise<LoadedRatings> {
  const sources = isList(source) ? source : [source];
  const aside = quarantine(options.quarantine === true);
  const raw = await collectRatings(sources, options, aside);
  checkNames(raw, options);
  if (aside.total === 0) refuseEmpty(raw);

  const notes = [...raw.notes];
  const kinds = kindsOf(raw, options, notes);
  const settled = raw.criteria.names.map((id, place) => settleScale(place, id, raw, kinds, options));
  for (const criterion of settled) notes.push(...criterion.notes);
  const dropped = readValues(raw, settled, kinds, options, aside, notes);
  dropRepeats(raw, settled, dropped, aside, notes);

  const whole = raw.columns.freeze({
    items: raw.items.names,
    raters: raw.raters.names,
    raterKinds: kinds,
    criteria: settled.map(({ criterion }) => criterion),
    orders: raw.orders.list,
    facts: raw.facts,
  });
  const table = withoutRows(whole, dropped);
  checkCompany(table, raw, options, notes);
  if (aside.total > 0) notes.push(`${aside.total} rows or cells are set aside`);
  const origins = new Set(settled.map(({ source: origin }) => origin));
  return {
    table,
    quarantined: aside.list,
    notes,
    scaleSource: origins.has('proposed') ? 'proposed' : origins.has('file') ? 'file' : 'given',
    fingerprint: tableFingerprint(table),
  };
}

function isList(source: Source | readonly Source[]): source is readonly Source[] {
  return Array.isArray(source);
}

/** Refuses raters and criteria that no file has. */
function checkNames(raw: RawRatings, options: LoadOptions): void {
  const file = raw.files.join(', ');
  const asked = [...[options.judge ?? []].flat(), ...(options.humans ?? []), ...(options.raters ?? [])];
  const raters = [...raw.present.raters];
  const others = [...raw.present.columns];
  for (const rater of asked) {
    if (raw.present.raters.has(rater)) continue;
    const nearest = nearestName(rater, [...raters, ...others]);
    const present =
      raters.length > 0 && (nearest === undefined || raters.includes(nearest)) ? raters : [...raters, ...others];
    throw unknownRater({ file, rater, present: [...new Set(present)], ...(nearest === undefined ? {} : { nearest }) });
  }
  const { criterion } = options;
  if (criterion !== undefined && raw.present.criteria.size > 0 && !raw.present.criteria.has(criterion)) {
    const present = [...raw.present.criteria];
    const nearest = nearestName(criterion, present);
    throw unknownCriterion({ file, criterion, present, ...(nearest === undefined ? {} : { nearest }) });
  }
}

/** What each rater is: as named by the caller, as the file says, else by its name, which is noted. */
function kindsOf(raw: RawRatings, options: LoadOptions, notes: string[]): RaterKind[] {
  const judges = new Set([options.judge ?? []].flat());
  const humans = new Set(options.humans);
  const guessed: string[] = [];
  const kinds = raw.raters.names.map((name, place): RaterKind => {
    if (judges.has(name)) return 'judge';
    if (humans.has(name)) return 'human';
    const told = raw.kinds.get(place);
    if (told !== undefined) return told;
    const guess = guessRaterKind(name);
    guessed.push(`${name} ${guess}`);
    return guess;
  });
  if (guessed.length > 0) {
    const more = guessed.length > 12 ? ` and ${guessed.length - 12} more` : '';
    notes.push(`kinds of raters told from their names: ${guessed.slice(0, 12).join(', ')}${more}`);
  }
  return kinds;
}

/** Puts each value on its scale. Returns the rows that are no rows after all. */
function readValues(
  raw: RawRatings,
  settled: readonly SettledCriterion[],
  kinds: readonly RaterKind[],
  options: LoadOptions,
  aside: Quarantine,
  notes: string[],
): Uint8Array {
  const readers = settled.map(({ criterion, coding }, place) => {
    const summaries = [...raw.summaries.values()].flatMap((byCriterion) => byCriterion.get(place) ?? []);
    const reader = valueReader(criterion.scale, summaries, { coding, missing: options.missing });
    if (criterion.scale.kind === 'preference' && reader.coding === undefined) {
      throw noScale({ file: raw.files.join(', '), criterion: criterion.id, problem: reader.notes.join('; ') });
    }
    notes.push(...reader.notes.filter((note) => !notes.includes(note)));
    return reader;
  });
  const dropped = new Uint8Array(raw.columns.length);
  const unread = new Map<string, number>();
  const notAsked = new Map<string, number>();
  let first: Parameters<typeof offScale>[0] | undefined;
  let bad = 0;

  for (let row = 0; row < raw.columns.length; row++) {
    if (raw.columns.status.get(row) !== 0) continue;
    const [, rater, criterion, , order] = raw.columns.key(row);
    const human = kinds[rater] === 'human';
    const value = raw.valueOf(row);
    const read = readers[criterion]?.read(value, human, raw.orders.list[order] ?? []) ?? 'off-scale';
    if (read !== 'blank' && read !== 'off-scale') {
      raw.columns.status.set(row, 'code' in read ? 0 : ratingStatuses.indexOf(read.status));
      raw.columns.value.set(row, 'code' in read ? read.code : Number.NaN);
      continue;
    }
    const name = raw.raters.names[rater] ?? '';
    if (read === 'blank') {
      dropped[row] = 1;
      notAsked.set(name, (notAsked.get(name) ?? 0) + 1);
    } else if (human) {
      dropped[row] = 1;
      const scale = settled[criterion]?.criterion.scale;
      const facts = {
        ...raw.placeOf(row),
        rater: name,
        value: String(value).slice(0, 40),
        scale: scale ? formatScale(scale) : '',
        more: 0,
      };
      if (aside.on) aside.add(offScale(facts), `${raw.items.names[raw.columns.key(row)[0]]}: ${value}`);
      first ??= facts;
      bad++;
    } else {
      raw.columns.status.set(row, unreadable);
      raw.columns.value.set(row, Number.NaN);
      unread.set(name, (unread.get(name) ?? 0) + 1);
    }
  }
  if (first && !aside.on) throw offScale({ ...first, more: bad - 1 });
  for (const [name, count] of unread) notes.push(`${count} values of "${name}" lie off the scale: unreadable`);
  for (const [name, count] of notAsked) notes.push(`${count} cells of "${name}" say null: that person was not asked`);
  return dropped;
}

/** Drops rows that repeat an earlier one; refuses those that contradict it. */
function dropRepeats(
  raw: RawRatings,
  settled: readonly SettledCriterion[],
  dropped: Uint8Array,
  aside: Quarantine,
  notes: string[],
): void {
  let repeats = 0;
  for (let row = 0; row < raw.columns.length; row++) {
    if (dropped[row] === 1) continue;
    const first = raw.columns.earlier(row);
    if (first < 0) continue;
    dropped[row] = 1;
    const error = contradictionOf(raw, settled, first, row);
    if (error) aside.add(error, raw.items.names[raw.columns.key(row)[0]] ?? '');
    else repeats++;
  }
  if (repeats > 0) notes.push(`${repeats} ratings are given twice, equal, and held once`);
}

function contradictionOf(
  raw: RawRatings,
  settled: readonly SettledCriterion[],
  first: number,
  second: number,
): AssizeError | undefined {
  const [item, rater, place] = raw.columns.key(second);
  const criterion = settled[place]?.criterion;
  const said = (row: number): string =>
    criterion ? saidBy(criterion, raw.columns.status.get(row), raw.columns.value.get(row)) : '';
  if (said(first) === said(second)) return undefined;
  const [before, after] = [raw.placeOf(first), raw.placeOf(second)];
  return contradiction({
    file: after.file,
    line: after.line,
    firstFile: before.file,
    firstLine: before.line,
    rater: raw.raters.names[rater] ?? '',
    item: raw.items.names[item] ?? '',
    criterion: criterion?.id ?? '',
    first: said(first),
    second: said(second),
  });
}

function withoutRows(table: RatingTable, dropped: Uint8Array): RatingTable {
  const rows: number[] = [];
  for (const [row, gone] of dropped.entries()) if (gone === 0) rows.push(row);
  return rows.length === table.length ? table : selectRows(table, Uint32Array.from(rows));
}

/** A judge alone cannot be examined; a rater alone is worth a note. */
function checkCompany(table: RatingTable, raw: RawRatings, options: LoadOptions, notes: string[]): void {
  const [only, second] = table.raters;
  if (only === undefined || second !== undefined) return;
  if (options.judge !== undefined) throw oneRater({ file: raw.files.join(', '), rater: only });
  notes.push(`"${only}" is the only rater`);
}
