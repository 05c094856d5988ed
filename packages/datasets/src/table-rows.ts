import { type AssizeError, isAssizeError } from '@assize/core';

import { alikeLines } from './alike-lines.ts';
import { csvRecords } from './csv-records.ts';
import { emptyFile, noRows, raggedRow, repeatedColumn, unsupportedFormat } from './dataset-errors.ts';
import { type Delimiter, firstRecord, sniffDelimiter } from './delimiter.ts';
import { isObject, parseJsonLine } from './json-line.ts';
import { lineBatches } from './lines.ts';
import { type Encoding, openText, type OpenText, type Source } from './text-source.ts';

/** What stands in a cell: text in CSV, any JSON but an object in JSONL. `undefined`: no such key, or nothing between delimiters. */
export type Cell = string | number | boolean | null | readonly unknown[] | undefined;

/** One row of a table. `columns` is the same array for all rows of one shape, so that work on names is done once. */
export interface TableRow {
  readonly line: number;
  readonly columns: readonly string[];
  readonly cells: readonly Cell[];
  /** JSONL: the object as it stands in the file. */
  readonly object?: Record<string, unknown>;
}

/** Hears of a row that is set aside. */
type SetAside = (error: AssizeError, excerpt: string) => void;

export interface RowOptions {
  readonly signal?: AbortSignal | undefined;
  readonly maxLineLength?: number | undefined;
  /** Called for a row that cannot be read, which is then left out; left out, such a row is an error. */
  readonly onBadRow?: SetAside | undefined;
}

/** A table that has been opened: its rows in batches. */
export interface OpenTable {
  readonly name: string;
  readonly format: 'csv' | 'jsonl';
  readonly encoding: Encoding;
  readonly compressed: boolean;
  readonly delimiter?: Delimiter;
  readonly batches: AsyncGenerator<TableRow[], void, undefined>;
}

const maxHeader = 1 << 20;

/**
 * Opens a CSV, TSV or JSONL file as rows: which it is, is told from its first character, the delimiter from its header.
 *
 * Nested JSON objects become dotted columns (`human.r1`); arrays stay in one cell.
 */
export async function openTable(source: Source, options: RowOptions = {}): Promise<OpenTable> {
  const text = await openText(source, options.signal ? { signal: options.signal } : {});
  const { name, encoding, compressed } = text;
  let head = '';
  try {
    for (;;) {
      const next = await text.chunks.next();
      if (next.done) break;
      head += next.value;
      if (firstRecord(head.trimStart()) !== undefined || head.length > maxHeader) break;
    }
  } catch (error) {
    await text.chunks.return();
    throw error;
  }
  const first = head.trimStart();
  if (first === '') throw emptyFile({ file: name });
  if (first.startsWith('[')) {
    await text.chunks.return();
    throw unsupportedFormat({ file: name, problem: 'a JSON array is not read: one object a line is' });
  }
  const chunks = again(head, text.chunks);
  if (first.startsWith('{')) {
    return { name, format: 'jsonl', encoding, compressed, batches: jsonRows({ ...text, chunks }, options) };
  }
  const told = /^sep=([,;\t])\r?\n/.exec(head)?.[1];
  const delimiter = told === ',' || told === ';' || told === '\t' ? told : sniffDelimiter(firstRecord(first) ?? first);
  return {
    name,
    format: 'csv',
    encoding,
    compressed,
    delimiter,
    batches: csvRows(name, chunks, delimiter, told !== undefined, options),
  };
}

async function* again(
  head: string,
  rest: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  try {
    yield head;
    yield* rest;
  } finally {
    await rest.return();
  }
}

async function* csvRows(
  file: string,
  chunks: AsyncGenerator<string, void, undefined>,
  delimiter: Delimiter,
  hinted: boolean,
  { onBadRow }: RowOptions,
): AsyncGenerator<TableRow[], void, undefined> {
  let columns: string[] | undefined;
  let hint = hinted;
  let found = false;
  let aside = false;
  const onBadRecord: SetAside | undefined =
    onBadRow &&
    ((error, excerpt) => {
      aside = true;
      onBadRow(error, excerpt);
    });
  for await (const records of csvRecords(chunks, delimiter, { file, onBadRecord })) {
    const rows: TableRow[] = [];
    for (const { cells, line } of records) {
      if (hint) {
        // A spreadsheet's own first line, `sep=;`, is no header.
        hint = false;
        continue;
      }
      if (!columns) {
        columns = headerOf(cells, file);
        continue;
      }
      if (cells.length !== columns.length) {
        const error = raggedRow({ file, line, expected: columns.length, found: cells.length });
        if (!onBadRecord) throw error;
        onBadRecord(error, cells.join(delimiter));
        continue;
      }
      rows.push({ line, columns, cells: cells.map((cell) => (cell === '' ? undefined : cell)) });
    }
    found ||= rows.length > 0;
    if (rows.length > 0) yield rows;
  }
  if (!found && !aside) throw noRows({ file });
}

function headerOf(cells: readonly string[], file: string): string[] {
  const columns = cells.map((cell, index) => unguarded(cell.trim()) || `column ${index + 1}`);
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) throw repeatedColumn({ file, column: repeated });
  return columns;
}

async function* jsonRows(
  text: OpenText,
  { onBadRow, maxLineLength }: RowOptions,
): AsyncGenerator<TableRow[], void, undefined> {
  const file = text.name;
  const shapes: Shapes = new Map();
  const alike = alikeLines();
  const batches = lineBatches(text, {
    ...(maxLineLength === undefined ? {} : { maxLineLength }),
    ...(onBadRow ? { onLongLine: (error: AssizeError) => onBadRow(error, '') } : {}),
  });
  for await (const lines of batches) {
    const rows: TableRow[] = [];
    for (const { text: source, line } of lines) {
      try {
        let object = alike.read(source);
        if (!object) {
          object = parseJsonLine(source, { file, line });
          alike.learn(source, object);
        }
        rows.push(new JsonRow(line, object, shapes));
      } catch (error) {
        if (!onBadRow || !isAssizeError(error)) throw error;
        onBadRow(error, source);
      }
    }
    if (rows.length > 0) yield rows;
  }
}

type Shapes = Map<string, readonly string[]>;

/** A class for its getters: a row that is read as an object is never laid out in columns, and costs no closure. */
class JsonRow implements TableRow {
  readonly line: number;
  readonly object: Record<string, unknown>;
  readonly #shapes: Shapes;
  #flat: Flat | undefined;

  constructor(line: number, object: Record<string, unknown>, shapes: Shapes) {
    this.line = line;
    this.object = object;
    this.#shapes = shapes;
  }

  get columns(): readonly string[] {
    return (this.#flat ??= flatOf(this.object, this.#shapes)).columns;
  }

  get cells(): readonly Cell[] {
    return (this.#flat ??= flatOf(this.object, this.#shapes)).cells;
  }
}

type Flat = Pick<TableRow, 'columns' | 'cells'>;

function flatOf(object: Record<string, unknown>, shapes: Shapes): Flat {
  const columns: string[] = [];
  const cells: Cell[] = [];
  flatten(object, '', 0);
  const key = columns.join('\u0000');
  let shape = shapes.get(key);
  if (!shape) {
    shape = columns;
    // Rows that all differ in their keys gain nothing from being remembered.
    if (shapes.size < 1000) shapes.set(key, shape);
  }
  return { columns: shape, cells };

  function flatten(from: Record<string, unknown>, prefix: string, depth: number): void {
    for (const [name, value] of Object.entries(from)) {
      if (isObject(value)) {
        if (depth < 4) flatten(value, `${prefix}${name}.`, depth + 1);
      } else {
        columns.push(prefix + name);
        cells.push(value === '' ? undefined : isCell(value) ? value : undefined);
      }
    }
  }
}

function isCell(value: unknown): value is Exclude<Cell, undefined> {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    Array.isArray(value)
  );
}

/** Takes off the apostrophe that keeps a spreadsheet from running a cell as a formula. */
export function unguarded(text: string): string {
  return /^'+[=+\-@\t\r\0]/.test(text) ? text.slice(1) : text;
}
