import { formatScale, type RaterKind, ratingStatuses, type Scale } from '@assize/core';

import { noRatings, tooMany, twoGroups, twoScales } from './dataset-errors.ts';
import { type Dictionary, dictionary } from './dictionary.ts';
import { growingColumn, type GrowingColumn } from './growing-column.ts';
import type { LoadOptions } from './load-options.ts';
import { excerptOf, freeColumns, openReading } from './open-reading.ts';
import { guarded, type Quarantine } from './quarantine.ts';
import { itemFacts, type ItemFacts, type Orders, orders, type RatingColumns, ratingColumns } from './rating-columns.ts';
import { type RatingDraft, rowReader } from './row-plan.ts';
import type { Source } from './text-source.ts';
import { addValue, emptySummary, type ValueSummary } from './value-summary.ts';

/** Ratings of all files, in columns, their values still as they were written. */
export interface RawRatings {
  readonly columns: RatingColumns;
  readonly items: Dictionary;
  readonly raters: Dictionary;
  readonly criteria: Dictionary;
  readonly orders: Orders;
  readonly facts: ItemFacts;
  /** What the files say of a rater's kind, by place. */
  readonly kinds: Map<number, RaterKind>;
  /** By rater, then criterion: the values. */
  readonly summaries: Map<number, Map<number, ValueSummary>>;
  /** By criterion: the scale that the files state. */
  readonly scales: Map<number, Scale>;
  readonly files: readonly string[];
  readonly notes: string[];
  /** Raters and criteria that occur, read or not; and columns that could have been raters. */
  readonly present: { readonly raters: Set<string>; readonly columns: Set<string>; readonly criteria: Set<string> };
  readonly rows: number;
  readonly pairwise: boolean;
  /** The raw value of a row. */
  valueOf(row: number): number | string;
  /** Where a row stands. */
  placeOf(row: number): { file: string; line: number; column: string };
}

/** Reads all files into columns. Bad rows go to the quarantine. */
export async function collectRatings(
  sources: readonly Source[],
  options: LoadOptions,
  aside: Quarantine,
): Promise<RawRatings> {
  const asked = new Set([...(options.raters ?? []), ...[options.judge ?? []].flat(), ...(options.humans ?? [])]);
  // A judge alone is held against all others: naming it leaves nobody out.
  const others = options.raters === undefined && options.humans === undefined;
  const onlyCriterion = options.criteria?.length === 1 ? options.criteria[0]?.id : undefined;
  const unnamed = options.criterion ?? onlyCriterion ?? 'overall';

  const columns = ratingColumns();
  const items = dictionary('items', 0xffff_ffff);
  const raters = dictionary('raters', 65_535);
  const criteria = dictionary('criteria', 65_535);
  const words = dictionary('different texts among the values', 200_000);
  const columnNames = dictionary('columns', 65_535);
  const files: string[] = [];
  const place = {
    word: growingColumn(Uint32Array),
    line: growingColumn(Uint32Array),
    file: growingColumn(Uint16Array),
    column: growingColumn(Uint16Array),
  } satisfies Record<string, GrowingColumn<unknown>>;
  const seenOrders = orders();
  const facts = itemFacts();
  const kinds = new Map<number, RaterKind>();
  const summaries: RawRatings['summaries'] = new Map();
  const scales: RawRatings['scales'] = new Map();
  const present: RawRatings['present'] = { raters: new Set(), columns: new Set(), criteria: new Set() };
  const notes: string[] = [];
  const blanks = new Map<string, number>();
  let rows = 0;
  let pairwise = false;
  let unread = 0;

  for (const source of sources) await readFile(source);

  for (const [rater, count] of blanks) {
    if (others || asked.has(rater)) notes.push(`${count} empty cells of "${rater}" are no ratings`);
  }
  if (unread > 0) notes.push(`${unread} ratings of raters or criteria that were not asked for are left out`);

  return {
    columns,
    items,
    raters,
    criteria,
    orders: seenOrders,
    facts,
    kinds,
    summaries,
    scales,
    files,
    notes,
    present,
    rows,
    pairwise,
    valueOf: (row) => {
      const word = place.word.get(row);
      return word === 0 ? columns.value.get(row) : (words.names[word - 1] ?? '');
    },
    placeOf: (row) => ({
      file: files[place.file.get(row)] ?? '',
      line: place.line.get(row),
      column: columnNames.names[place.column.get(row)] ?? '',
    }),
  };

  async function readFile(source: Source): Promise<void> {
    const open = await openReading(source, { ...options, asked: [...asked], others }, aside);
    if (files.length >= 65_535) throw tooMany({ what: 'files', limit: 65_535 });
    const file = files.push(open.name) - 1;
    pairwise ||= open.layout.pairwise;
    for (const column of freeColumns(open.layout)) present.columns.add(column);
    notes.push(...open.notes);
    const read = open.reading && rowReader(open.reading);
    for await (const batch of open.batches) {
      rows += batch.length;
      for (const row of batch) {
        const drafts =
          read &&
          guarded(
            aside,
            () => read(row, blank),
            () => excerptOf(row),
          );
        for (const draft of drafts ?? [])
          guarded(
            aside,
            () => add(draft, file),
            () => excerptOf(row),
          );
      }
      options.onProgress?.({ file: open.name, rows, ratings: columns.length });
    }
  }

  function blank(rater: string): void {
    present.raters.add(rater);
    blanks.set(rater, (blanks.get(rater) ?? 0) + 1);
  }

  function add(draft: RatingDraft, file: number): void {
    const name = draft.criterion ?? unnamed;
    present.raters.add(draft.rater);
    present.criteria.add(name);
    if (
      (!others && asked.size > 0 && !asked.has(draft.rater)) ||
      (options.criterion !== undefined && name !== options.criterion)
    ) {
      unread++;
      return;
    }
    const { item: id, line } = draft;
    const known = items.place(id);
    const item = items.code(id);
    if (known === undefined || draft.group !== undefined || draft.facets.length > 0) tell(draft, item, file);
    const rater = raters.code(draft.rater);
    const criterion = criteria.code(name);
    if (draft.raterKind !== undefined && !kinds.has(rater)) kinds.set(rater, draft.raterKind);
    if (draft.scale) stateScale(criterion, name, draft.scale, file, line);
    const { value } = draft;
    if (value !== undefined) addValue(summaryOf(rater, criterion), value);
    columns.push({
      item,
      rater,
      criterion,
      response: draft.response,
      order: seenOrders.code(draft.order),
      sample: draft.sample,
      status: draft.status === undefined ? 0 : ratingStatuses.indexOf(draft.status),
      value: typeof value === 'number' ? value : Number.NaN,
      distribution: draft.distribution,
      costUsd: draft.costUsd,
      latencyMs: draft.latencyMs,
      served: draft.served,
    });
    place.word.push(typeof value === 'string' ? words.code(value) + 1 : 0);
    place.line.push(line);
    place.file.push(file);
    place.column.push(columnNames.code(draft.column));
  }

  function tell(draft: RatingDraft, item: number, file: number): void {
    const conflict = (about: string, first: string | undefined, second: string): void => {
      if (first === undefined) return;
      throw twoGroups({ file: files[file] ?? '', line: draft.line, item: draft.item, first, second, about });
    };
    if (draft.group !== undefined) conflict('group', facts.group(item, draft.group), draft.group);
    for (const [name, value] of draft.facets) conflict(`facet ${name}`, facts.facet(item, name, value), value);
  }

  function stateScale(criterion: number, name: string, scale: Scale, file: number, line: number): void {
    const before = scales.get(criterion);
    if (before === scale) return;
    if (before === undefined) {
      scales.set(criterion, scale);
      return;
    }
    if (JSON.stringify(before) === JSON.stringify(scale)) return;
    const where = `${files[file] ?? ''}:${line}`;
    throw twoScales({ criterion: name, first: formatScale(before), second: formatScale(scale), where });
  }

  function summaryOf(rater: number, criterion: number): ValueSummary {
    let ofRater = summaries.get(rater);
    if (!ofRater) summaries.set(rater, (ofRater = new Map()));
    let summary = ofRater.get(criterion);
    if (!summary) ofRater.set(criterion, (summary = emptySummary()));
    return summary;
  }
}

export function refuseEmpty(raw: RawRatings): void {
  if (raw.columns.length === 0) throw noRatings({ file: raw.files.join(', '), rows: raw.rows });
}
