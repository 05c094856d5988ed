import { type RaterKind, ratingStatuses, type Scale } from '@assize/core';

import { scaleFromText, statusFromText } from './cell-text.ts';
import { cellText, cellValue, numberFromText } from './cell-value.ts';
import { type ColumnRole, facetName } from './column-roles.ts';
import { badRow } from './dataset-errors.ts';
import type { UnratedStatus } from './missing-words.ts';
import { isOrder, parseOrder, parseRaterColumn, type RaterColumn } from './rater-column.ts';
import { type Cell, type TableRow, unguarded } from './table-rows.ts';

/** How the rows of a table are read: which column is what. */
export interface TableReading {
  readonly file: string;
  readonly layout: 'tidy' | 'wide';
  readonly roles: ReadonlyMap<ColumnRole, string>;
  /** Wide: the columns that hold ratings. */
  readonly raterColumns: readonly string[];
  /** Facets: the name of each and its column. */
  readonly facets: ReadonlyMap<string, string>;
  /** Numbers may have a decimal comma. */
  readonly comma: boolean;
  /** The text is CSV, where an apostrophe may guard a cell. */
  readonly guarded: boolean;
}

/** One rating as it stands in a file: read, and not yet held against a scale. */
export interface RatingDraft {
  readonly item: string;
  readonly rater: string;
  readonly criterion: string | undefined;
  /** `undefined` only where `status` is given. */
  readonly value: number | string | undefined;
  readonly status: UnratedStatus | undefined;
  readonly reason: string | undefined;
  readonly response: number;
  readonly order: readonly number[];
  readonly sample: number;
  readonly distribution: readonly number[] | undefined;
  readonly costUsd: number | undefined;
  readonly latencyMs: number | undefined;
  readonly served: string | undefined;
  readonly rationale: string | undefined;
  readonly raterKind: RaterKind | undefined;
  readonly scale: Scale | undefined;
  readonly group: string | undefined;
  readonly facets: readonly (readonly [name: string, value: string])[];
  readonly line: number;
  /** The column of the value. */
  readonly column: string;
}

const kinds: ReadonlySet<string> = new Set<RaterKind>(['human', 'judge', 'metric', 'reward-model']);
/** `provenance.source` of a rating tells the kind too. */
const sources: ReadonlyMap<string, RaterKind> = new Map([
  ['person', 'human'],
  ['model', 'judge'],
  ['program', 'metric'],
]);
const isKind = (word: string): word is RaterKind => kinds.has(word);

/** Reads rows into drafts; a cell without a rating goes to `blank`. */
export type RowReader = (row: TableRow, blank: (rater: string) => void) => RatingDraft[];

/**
 * Makes the reader of a table's rows. Names are looked up once for each shape of row.
 *
 * @throws dataset/bad-row from the reader, with line and column, when a cell is not what its column holds.
 */
export function rowReader(reading: TableReading): RowReader {
  let columns: readonly string[] | undefined;
  let places = new Map<string, number>();
  let raters: readonly { column: string; about: RaterColumn }[] = [];
  const scales = new Map<string, Scale>();

  return (row, blank) => {
    if (row.columns !== columns) {
      columns = row.columns;
      places = new Map(columns.map((column, index) => [column, index]));
      raters = reading.raterColumns
        .filter((column) => places.has(column))
        .map((column) => ({ column, about: parseRaterColumn(column) }));
    }
    return reading.layout === 'wide' ? wide(row, blank) : tidy(row, blank);
  };

  function tidy(row: TableRow, blank: (rater: string) => void): RatingDraft[] {
    const rater = text(row, 'rater');
    if (rater === undefined) throw bad(row, 'rater', 'is empty');
    const column = reading.roles.get('value') ?? 'value';
    const value = cellValue(guardOff(cell(row, column)), reading.comma);
    const status = statusIn(row);
    if (status === undefined && value === undefined) {
      if (Array.isArray(cell(row, column))) throw bad(row, 'value', 'is a list');
      if (text(row, 'status') !== undefined) throw bad(row, 'value', 'is empty and the status says rated');
      blank(rater);
      return [];
    }
    if (status !== undefined && value !== undefined && typeof value === 'number') {
      throw bad(row, 'value', `is ${value} and the status says ${status}`);
    }
    return [draft(row, { rater }, column, status === undefined ? value : undefined, status)];
  }

  function wide(row: TableRow, blank: (rater: string) => void): RatingDraft[] {
    const drafts: RatingDraft[] = [];
    for (const { column, about } of raters) {
      const found = cell(row, column);
      if (Array.isArray(found)) throw badRow({ file: reading.file, line: row.line, column, problem: 'is a list' });
      const value = cellValue(guardOff(found), reading.comma);
      if (value === undefined) blank(about.rater);
      else drafts.push(draft(row, about, column, value, undefined));
    }
    return drafts;
  }

  function draft(
    row: TableRow,
    about: RaterColumn,
    column: string,
    value: number | string | undefined,
    status: UnratedStatus | undefined,
  ): RatingDraft {
    const item = text(row, 'item');
    if (item === undefined) throw bad(row, 'item', 'is empty');
    const facets: [string, string][] = [];
    for (const [name, from] of reading.facets) {
      const found = cellText(guardOff(cell(row, from)));
      if (found !== undefined) facets.push([name, found]);
    }
    return {
      item,
      rater: about.rater,
      criterion: about.criterion ?? text(row, 'criterion'),
      value,
      status,
      reason: text(row, 'reason'),
      response: about.response ?? count(row, 'response') ?? 0,
      order: about.order ?? orderIn(row),
      sample: about.sample ?? count(row, 'sample') ?? 0,
      distribution: sharesIn(row),
      costUsd: amount(row, 'cost_usd'),
      latencyMs: amount(row, 'latency_ms'),
      served: text(row, 'served'),
      rationale: text(row, 'rationale'),
      raterKind: kindIn(row),
      scale: scaleIn(row),
      group: text(row, 'group'),
      facets,
      line: row.line,
      column,
    };
  }

  function cell(row: TableRow, column: string | undefined): Cell {
    const at = column === undefined ? undefined : places.get(column);
    return at === undefined ? undefined : row.cells[at];
  }

  function guardOff(found: Cell): Cell {
    return reading.guarded && typeof found === 'string' ? unguarded(found) : found;
  }

  function text(row: TableRow, role: ColumnRole): string | undefined {
    const column = reading.roles.get(role);
    return column === undefined ? undefined : cellText(guardOff(cell(row, column)));
  }

  function bad(row: TableRow, role: ColumnRole, problem: string): Error {
    return badRow({ file: reading.file, line: row.line, column: reading.roles.get(role) ?? role, problem });
  }

  function count(row: TableRow, role: ColumnRole): number | undefined {
    const found = text(row, role);
    if (found === undefined) return undefined;
    const number = numberFromText(found);
    if (number === undefined || !Number.isInteger(number) || number < 0 || number > 65_535) {
      throw bad(row, role, `"${found.slice(0, 40)}" is not a whole number from 0 to 65535`);
    }
    return number;
  }

  function amount(row: TableRow, role: ColumnRole): number | undefined {
    const found = text(row, role);
    if (found === undefined) return undefined;
    const number = numberFromText(found, { comma: reading.comma });
    if (number === undefined || number < 0) throw bad(row, role, `"${found.slice(0, 40)}" is not a number from 0 up`);
    return number;
  }

  function orderIn(row: TableRow): readonly number[] {
    const found = cell(row, reading.roles.get('order'));
    if (found === undefined || found === null || (Array.isArray(found) && found.length === 0)) return [];
    const order = typeof found === 'object' ? isOrder(found) && found : parseOrder(String(guardOff(found)));
    if (order) return order;
    throw bad(row, 'order', `"${JSON.stringify(found).slice(0, 40)}" is not an order such as "1 0"`);
  }

  function sharesIn(row: TableRow): number[] | undefined {
    const found = cell(row, reading.roles.get('distribution'));
    if (found === undefined || found === null) return undefined;
    const parts = Array.isArray(found) ? found : String(guardOff(found)).trim().split(/\s+/).map(Number);
    const shares = parts.filter((share): share is number => typeof share === 'number' && share >= 0 && share <= 1);
    if (shares.length !== parts.length) throw bad(row, 'distribution', 'is not a list of shares from 0 to 1');
    return shares;
  }

  function statusIn(row: TableRow): UnratedStatus | undefined {
    const found = text(row, 'status');
    const status = found === undefined ? 'rated' : statusFromText(found);
    if (status === 'rated') return undefined;
    if (status === undefined)
      throw bad(row, 'status', `"${found?.slice(0, 40)}" is none of ${ratingStatuses.join(', ')}`);
    return status;
  }

  function kindIn(row: TableRow): RaterKind | undefined {
    const found = text(row, 'rater_kind')?.trim().toLowerCase();
    if (found === undefined) return undefined;
    if (found === 'recorded') return undefined;
    const kind = sources.get(found) ?? found.replaceAll(/[\s_]/g, '-');
    if (!isKind(kind)) throw bad(row, 'rater_kind', `"${found.slice(0, 40)}" is none of ${[...kinds].join(', ')}`);
    return kind;
  }

  function scaleIn(row: TableRow): Scale | undefined {
    const found = text(row, 'scale');
    if (found === undefined) return undefined;
    let scale = scales.get(found);
    if (!scale) {
      scale = scaleFromText(found);
      if (!scale) throw bad(row, 'scale', `"${found.slice(0, 40)}" is not a scale`);
      scales.set(found, scale);
    }
    return scale;
  }
}

/** Columns that name a facet in their own name. */
export function facetsOf(columns: readonly string[]): Map<string, string> {
  const facets = new Map<string, string>();
  for (const column of columns) {
    const name = facetName(column);
    if (name !== undefined) facets.set(name, column);
  }
  return facets;
}
