import type { AssizeError, RaterKind, Scale } from '@assize/core';

import type { ColumnProfile } from './column-profile.ts';
import { type ColumnRole, rolesOf } from './column-roles.ts';
import type { Delimiter } from './delimiter.ts';
import { readingOf } from './open-reading.ts';
import { proposeFromSummary } from './propose-scale.ts';
import { guarded, quarantine } from './quarantine.ts';
import { guessRaterKind } from './rater-kind.ts';
import { type RatingDraft, rowReader } from './row-plan.ts';
import { type Layout, type TableLayout, sampleValues, tellLayout } from './table-layout.ts';
import { type OpenTable, openTable, type TableRow } from './table-rows.ts';
import type { Encoding, Source } from './text-source.ts';
import { addValue, emptySummary, type ValueSummary } from './value-summary.ts';

export interface ColumnSketch {
  readonly name: string;
  /** `ratings`: the column of one rater in a wide table. `text`: what was judged. `ignored`: not read. */
  readonly takenFor: ColumnRole | 'ratings' | 'facet' | 'text' | 'ignored';
  readonly why: string;
  /** How many different values the sample has; at most 2,000 are told apart. */
  readonly distinct: number;
  /** Up to five of them, cut at 40 characters. */
  readonly values: readonly string[];
  readonly emptyShare: number;
  readonly numeric: boolean;
}

/** What a table looks like, told from its first rows. Plain data. */
export interface TableSketch {
  readonly contract: 1;
  readonly file: string;
  readonly format: 'csv' | 'jsonl';
  readonly encoding: Encoding;
  readonly compressed: boolean;
  readonly delimiter?: Delimiter;
  readonly decimalComma: boolean;
  readonly layout: Layout;
  readonly rows: number;
  /** Whether these are all rows of the file. */
  readonly complete: boolean;
  readonly columns: readonly ColumnSketch[];
  readonly raters: readonly { readonly name: string; readonly kind: RaterKind; readonly ratings: number }[];
  readonly criteria: readonly {
    readonly id: string;
    /** Proposed from the sample; left out when the values do not tell it. */
    readonly scale?: Scale;
    readonly reason: string;
    readonly notes: readonly string[];
  }[];
  readonly problems: readonly string[];
}

export interface SketchOptions {
  /** How many rows are looked at. Default 2,000. */
  readonly rows?: number;
  /** Raters whose columns are known. */
  readonly raters?: readonly string[];
  readonly layout?: 'tidy' | 'wide';
  readonly columns?: Partial<Record<ColumnRole, string>>;
  readonly group?: string;
  readonly facets?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Says what a CSV, TSV or JSONL file looks like, from its first rows: layout, delimiter, what each column is taken for
 * and why, who the raters are, which scale fits, and what is wrong.
 *
 * Rows that cannot be read are problems of the sketch, not errors.
 *
 * @throws dataset/no-file, dataset/empty-file, dataset/no-rows, dataset/unsupported-format and other faults of a whole file
 * @example
 * const sketch = await sketchTable('labels.csv');
 * for (const { name, takenFor, why } of sketch.columns) console.log(name, takenFor, why);
 */
export async function sketchTable(source: Source, options: SketchOptions = {}): Promise<TableSketch> {
  const limit = options.rows ?? 2000;
  const problems: string[] = [];
  let bad = 0;
  const onBadRow = (error: AssizeError): void => {
    if (bad++ < 5) problems.push(error.message);
  };
  const open = await openTable(source, { signal: options.signal, onBadRow });
  const { rows, complete } = await firstRows(open, limit);
  const comma = open.delimiter === ';';
  const layout = tellLayout(rows, { ...options, asked: options.raters ?? [], format: open.format, comma });
  const seen = summarise(open, layout, rows);
  problems.push(...seen.problems);
  bad += seen.bad;
  if (bad > 5) problems.push(`${bad - 5} more rows cannot be read`);
  if (layout.problem !== undefined) problems.push(layout.problem);
  problems.push(...columnProblems(layout, rows.length));
  const criteria = [...seen.criteria].map(([id, summary]) => {
    const { scale, reason, notes } = proposeFromSummary(summary, { pairwise: layout.pairwise });
    if (!scale) problems.push(`the scale of ${id} cannot be told: ${reason}`);
    return { id, ...(scale ? { scale } : {}), reason, notes };
  });
  const raters = [...seen.raters].map(([name, { kind, ratings }]) => ({ name, kind, ratings }));
  if (raters.length === 1) problems.push(`"${raters[0]?.name}" is the only rater`);

  return {
    contract: 1,
    file: open.name,
    format: open.format,
    encoding: open.encoding,
    compressed: open.compressed,
    ...(open.delimiter === undefined ? {} : { delimiter: open.delimiter }),
    decimalComma: comma && seen.commas,
    layout: layout.layout,
    rows: rows.length,
    complete,
    columns: [...layout.profiles.values()].map((profile) => sketchColumn(profile, layout)),
    raters,
    criteria,
    problems,
  };
}

/** Up to so many rows from the start, and whether the table ends there. The table is closed. */
async function firstRows(open: OpenTable, limit: number): Promise<{ rows: TableRow[]; complete: boolean }> {
  const rows: TableRow[] = [];
  let complete = true;
  for await (const batch of open.batches) {
    const room = limit - rows.length;
    for (const row of batch.slice(0, room)) rows.push(row);
    if (batch.length > room) {
      complete = false;
      break;
    }
  }
  return { rows, complete };
}

function summarise(
  open: OpenTable,
  layout: TableLayout,
  rows: readonly TableRow[],
): {
  criteria: Map<string, ValueSummary>;
  raters: Map<string, { kind: RaterKind; ratings: number }>;
  problems: string[];
  bad: number;
  commas: boolean;
} {
  const criteria = new Map<string, ValueSummary>();
  const raters = new Map<string, { kind: RaterKind; ratings: number }>();
  const reading = readingOf(open, layout);
  const aside = quarantine(true);
  let commas = false;
  if (reading) {
    const read = rowReader(reading);
    for (const row of rows) {
      for (const draft of guarded(
        aside,
        () => read(row, () => {}),
        () => '',
      ) ?? [])
        note(draft, row);
    }
  }
  return { criteria, raters, problems: aside.list.slice(0, 5).map(({ problem }) => problem), bad: aside.total, commas };

  function note(draft: RatingDraft, row: TableRow): void {
    const known = raters.get(draft.rater);
    if (known) known.ratings++;
    else raters.set(draft.rater, { kind: draft.raterKind ?? guessRaterKind(draft.rater), ratings: 1 });
    const id = draft.criterion ?? 'overall';
    let summary = criteria.get(id);
    if (!summary) criteria.set(id, (summary = emptySummary()));
    if (draft.value === undefined) return;
    addValue(summary, draft.value);
    const cell = row.cells[row.columns.indexOf(draft.column)];
    commas ||= typeof draft.value === 'number' && typeof cell === 'string' && cell.includes(',');
  }
}

function columnProblems({ layout, profiles, roles, raterColumns }: TableLayout, rows: number): string[] {
  const problems: string[] = [];
  for (const profile of profiles.values()) {
    if (profile.filled + profile.lists === 0) problems.push(`column "${profile.name}" is empty`);
  }
  const who = rolesOf([...profiles.keys()]).get('rater');
  if (layout === 'wide' && who !== undefined && !raterColumns.includes(who)) {
    problems.push(
      `column "${who}" seems to say who rated; columns of criteria beside it are not read: write one rating a row`,
    );
  }
  const item = profiles.get(roles.get('item') ?? '');
  if (item && item.filled < rows) problems.push(`${rows - item.filled} rows have no item id`);
  return problems;
}

function sketchColumn(profile: ColumnProfile, layout: TableLayout): ColumnSketch {
  const { name } = profile;
  const role = [...layout.roles].find(([, column]) => column === name)?.[0];
  const facet = [...layout.facets.values()].includes(name);
  const ratings = layout.raterColumns.includes(name);
  const long = profile.lists > 0 || (profile.filled > 0 && profile.characters / profile.filled > 24);
  const takenFor = role ?? (facet ? 'facet' : ratings ? 'ratings' : long ? 'text' : 'ignored');
  const few = profile.values.size > 1 && profile.values.size <= 20 && profile.numbers === 0;
  const otherwise =
    takenFor === 'text' ? 'its cells are long' : few ? 'a few different words: may be named as a facet' : 'not needed';
  return {
    name,
    takenFor,
    why: layout.why.get(name) ?? otherwise,
    distinct: profile.values.size,
    values: sampleValues(profile),
    emptyShare: profile.empty / Math.max(1, profile.empty + profile.filled + profile.lists),
    numeric: profile.filled > 0 && profile.numbers === profile.filled,
  };
}
