import type { AssizeError } from '@assize/core';
import { parse } from 'csv-parse';

import { badCsv } from './dataset-errors.ts';
import type { Delimiter } from './delimiter.ts';

export interface CsvRecord {
  readonly cells: string[];
  /** The line on which the record starts, from 1. */
  readonly line: number;
}

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
  let afterReturn = false;
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
    let consumed = 0;
    let dropped = 0;
    let fault: Error | undefined;
    const stream = parse({
      delimiter,
      // Named, not guessed from the first line: files that mix both kinds exist.
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRecordSize,
      // Lines are counted here: the parser's own count depends on where chunks cut a line end.
      on_record: (cells: string[], { bytes_records }) => {
        const line = 1 + countLines(kept, consumed - dropped, bytes_records - dropped);
        consumed = bytes_records;
        batch.push({ cells, line });
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

  /** Counts the line ends of some bytes. Returns how many lines come before the first byte that is none. */
  function countLines(bytes: Buffer, from: number, to: number): number {
    let first: number | undefined;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte === 0x0d || (byte === 0x0a && !afterReturn)) linesBefore++;
      else if (byte !== 0x0a) first ??= linesBefore;
      afterReturn = byte === 0x0d;
    }
    return first ?? linesBefore;
  }

  async function feed(bytes: Buffer, last: boolean): Promise<void> {
    let fault = await parser.write(bytes, last);
    parser.settle();
    while (fault) {
      let start = 0;
      while (kept[start] === 0x0a || kept[start] === 0x0d) start++;
      countLines(kept, 0, start);
      const line = linesBefore + 1;
      const error = badCsv({ file, line, problem: problemOf(fault) }, { cause: fault });
      if (!onBadRecord || ++faults > maxFaults) throw error;
      const end = endOfLine(kept, start);
      onBadRecord(error, kept.subarray(start, Math.min(end, start + 480)).toString('utf8'));
      kept = kept.subarray(end);
      linesBefore = line;
      afterReturn = false;
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
