import type { ColumnRole } from './column-roles.ts';
import { unknownColumn, unknownLayout } from './dataset-errors.ts';
import { nearestName } from './nearest-name.ts';
import type { Quarantine } from './quarantine.ts';
import type { TableReading } from './row-plan.ts';
import { type TableLayout, tellLayout } from './table-layout.ts';
import { type OpenTable, openTable, type TableRow } from './table-rows.ts';
import type { Source } from './text-source.ts';

export interface ReadingOptions {
  readonly asked?: readonly string[];
  readonly others?: boolean;
  readonly layout?: 'tidy' | 'wide';
  readonly columns?: Partial<Record<ColumnRole, string>>;
  readonly group?: string;
  readonly facets?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A table of ratings that has been opened: its layout is told, and the rows come from the start. */
export interface OpenReading {
  readonly name: string;
  readonly format: 'csv' | 'jsonl';
  readonly layout: TableLayout;
  /** Left out where raters were asked for and none of the columns is theirs. */
  readonly reading?: TableReading;
  readonly notes: readonly string[];
  readonly batches: AsyncGenerator<TableRow[], void, undefined>;
}

const sampleSize = 2000;

/**
 * Opens a table of ratings, telling its layout from the first rows.
 *
 * @throws dataset/unknown-column for a column of the options that is not there; dataset/unknown-layout when the columns
 *   hold no ratings; what `openTable` throws.
 */
export async function openReading(source: Source, options: ReadingOptions, aside: Quarantine): Promise<OpenReading> {
  const open = await openTable(source, {
    signal: options.signal,
    onBadRow: aside.on ? (error, excerpt) => aside.add(error, excerpt) : undefined,
  });
  const sample: TableRow[] = [];
  while (sample.length < sampleSize) {
    const next = await open.batches.next();
    if (next.done) break;
    for (const row of next.value) sample.push(row);
  }
  try {
    const { asked = [] } = options;
    const layout = tellLayout(sample, { ...options, asked, format: open.format, comma: open.delimiter === ';' });
    checkColumns(open.name, layout, options);
    const reading = readingOf(open, layout);
    // A rater's name with a slip in it is told later, by its nearest neighbour, once all files are read.
    const slip = asked.length > 0 && layout.layout === 'unknown' && layout.roles.has('item');
    if (!reading && !slip && sample.length > 0) {
      const problem =
        layout.layout === 'items-jsonl' ? 'these are items, not ratings' : (layout.problem ?? 'no ratings');
      throw unknownLayout({ file: open.name, problem, present: [...layout.profiles.keys()] });
    }
    return {
      name: open.name,
      format: open.format,
      layout,
      ...(reading ? { reading } : {}),
      notes: reading ? notesOf(open.name, layout, asked) : [],
      batches: fromSample(sample, open.batches),
    };
  } catch (error) {
    await open.batches.return();
    throw error;
  }
}

async function* fromSample(
  sample: TableRow[],
  rest: AsyncGenerator<TableRow[], void, undefined>,
): AsyncGenerator<TableRow[], void, undefined> {
  if (sample.length > 0) yield sample;
  yield* rest;
}

/** The reading of a table whose layout is known; `undefined` where it holds no ratings. */
export function readingOf(
  open: Pick<OpenTable, 'name' | 'format' | 'delimiter'>,
  { layout, roles, raterColumns, facets }: TableLayout,
): TableReading | undefined {
  if (layout === 'unknown' || layout === 'items-jsonl') return undefined;
  return {
    file: open.name,
    layout: layout === 'wide' ? 'wide' : 'tidy',
    roles,
    raterColumns,
    facets,
    comma: open.delimiter === ';',
    guarded: open.format === 'csv',
  };
}

/** Columns that have no role: where a misspelt rater is looked for. */
export function freeColumns({ profiles, roles, facets }: TableLayout): string[] {
  const taken = new Set([...roles.values(), ...facets.values()]);
  return [...profiles.keys()].filter((column) => !taken.has(column));
}

/** The start of a row as text, for a list of what was set aside. */
export function excerptOf(row: TableRow): string {
  return (row.object ? JSON.stringify(row.object) : row.cells.map((cell) => cell ?? '').join(',')).slice(0, 120);
}

function checkColumns(file: string, { profiles }: TableLayout, { columns, group, facets }: ReadingOptions): void {
  const names = [...profiles.keys()];
  for (const column of [...Object.values(columns ?? {}), group, ...(facets ?? [])]) {
    if (column === undefined || profiles.has(column)) continue;
    const nearest = nearestName(column, names);
    throw unknownColumn({ file, column, present: names, ...(nearest === undefined ? {} : { nearest }) });
  }
}

function notesOf(file: string, { layout, roles, raterColumns, why }: TableLayout, asked: readonly string[]): string[] {
  const mapped = [...roles].filter(([role, column]) => role !== column).map(([role, column]) => `${column} as ${role}`);
  return [
    ...(mapped.length > 0 ? [`${file}: columns read under other names: ${mapped.join(', ')}`] : []),
    ...[...why]
      .filter(([, reason]) => reason.endsWith('do not'))
      .map(([column, reason]) => `${file}: column "${column}" is not read: ${reason}`),
    ...(layout === 'wide' && asked.length === 0
      ? [`${file}: no rater was named; read as raters: ${raterColumns.join(', ')}`]
      : []),
  ];
}
