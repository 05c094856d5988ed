import type { AssizeError } from '@assize/core';
import { parse } from 'csv-parse';

import { badCsv } from './dataset-errors.ts';
import type { Delimiter } from './delimiter.ts';

export interface CsvRecord {
  readonly cells: string[];
  /** The line on which the record starts, from 1. */
  readonly line: number;
}

const lineEnd = /\r\n|\n|\r/g;

/** Longest record in bytes: an unclosed quote is found here, not when memory is gone. */
const maxRecordSize = 1 << 24;

/** A file with more broken quotes than this is not the CSV it is taken for. */
const maxFaults = 1000;

/**
 * The records of CSV text, a chunk's worth at a time.
 *
 * A record whose quotes are broken is an error that names its line; with `onBadRecord`, that one line is set aside and
 * reading starts again on the next, so that a stray quote costs a line and not the rest of the file.
 */
export async function* csvRecords(
  chunks: AsyncIterable<string>,
  delimiter: Delimiter,
  { file, onBadRecord }: { file: string; onBadRecord?: ((error: AssizeError, excerpt: string) => void) | undefined },
): AsyncGenerator<CsvRecord[], void, undefined> {
  let batch: CsvRecord[] = [];
  /** Bytes that are not yet records: what is read again after a fault. */
  let kept: Buffer = Buffer.alloc(0);
  let linesBefore = 0;
  let faults = 0;
  let parser = open();

  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    kept = kept.length === 0 ? bytes : Buffer.concat([kept, bytes]);
    await feed(bytes, false);
    if (batch.length > 0) yield batch;
    batch = [];
  }
  await feed(Buffer.alloc(0), true);
  if (batch.length > 0) yield batch;

  function open(): { write: (bytes: Buffer, last: boolean) => Promise<Error | undefined>; settle: () => void } {
    const base = linesBefore;
    let consumed = 0;
    let dropped = 0;
    let previousEnd = 0;
    let fault: Error | undefined;
    const stream = parse({
      delimiter,
      // Named, not guessed from the first line: files that mix both kinds exist.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRecordSize,
      on_record: (cells: string[], { lines, bytes_records }) => {
        let line = lines;
        if (lines > previousEnd + 1) for (const cell of cells) line -= cell.match(lineEnd)?.length ?? 0;
        previousEnd = lines;
        consumed = bytes_records;
        linesBefore = base + lines;
        batch.push({ cells, line: base + line });
        return null;
      },
    });
    stream.on('error', (error: Error) => {
      fault ??= error;
    });
    return {
      // The end is what a stream without output still tells.
      write: async (bytes, last) => {
        await new Promise<void>((resolve) => {
          if (last) {
            stream.once('error', () => resolve());
            stream.once('end', () => resolve());
            stream.resume();
            stream.end();
          } else {
            // The callback hears of a fault before the event does.
            stream.write(bytes, (error) => {
              if (error) fault ??= error;
              resolve();
            });
          }
        });
        return fault;
      },
      settle: () => {
        kept = kept.subarray(consumed - dropped);
        dropped = consumed;
      },
    };
  }

  async function feed(bytes: Buffer, last: boolean): Promise<void> {
    let fault = await parser.write(bytes, last);
    parser.settle();
    while (fault) {
      let start = 0;
      while (kept[start] === 0x0a || kept[start] === 0x0d) start++;
      const line = linesBefore + 1 + (kept.toString('latin1', 0, start).match(lineEnd)?.length ?? 0);
      const error = badCsv({ file, line, problem: problemOf(fault) }, { cause: fault });
      if (!onBadRecord || ++faults > maxFaults) throw error;
      const end = endOfLine(kept, start);
      onBadRecord(error, kept.subarray(start, Math.min(end, start + 480)).toString('utf8'));
      kept = kept.subarray(end);
      linesBefore = line;
      parser = open();
      const rest = kept;
      fault = await parser.write(rest, false);
      parser.settle();
      if (!fault && last) fault = await parser.write(Buffer.alloc(0), true);
      if (fault) parser.settle();
    }
  }
}

function endOfLine(bytes: Buffer, from: number): number {
  const at = bytes.indexOf(0x0a, from);
  return at < 0 ? bytes.length : at + 1;
}

function problemOf(fault: Error): string {
  switch ('code' in fault ? String(fault.code) : '') {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `the row is longer than ${maxRecordSize} bytes; a quote may be unclosed`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'text follows a closing quote';
    default:
      return 'a quote stands inside a cell that is not quoted';
  }
}
