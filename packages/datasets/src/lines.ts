import type { AssizeError } from '@assize/core';

import { emptyFile, longLine } from './dataset-errors.ts';
import { openText, type OpenText, type Source } from './text-source.ts';

/** A line of text and its number, from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

export interface LineOptions {
  /** The longest line that is read, in UTF-16 units. Default 16,777,216. */
  readonly maxLineLength?: number;
  /** Called for a line that is too long, which is then skipped; left out, such a line is an error. */
  readonly onLongLine?: (error: AssizeError) => void;
  readonly signal?: AbortSignal;
}

/**
 * The lines of a file or stream, one at a time, in constant memory: LF or CRLF, gzip, UTF-8 or UTF-16, mark or none.
 *
 * Blank lines are left out, and the numbers still count them. A line over `maxLineLength` is an error that names it, or
 * goes to `onLongLine` and is skipped without being held.
 *
 * @throws dataset/empty-file when there is no line with text; dataset/long-line; what `openText` throws.
 * @example
 * for await (const { text, line } of readLines('items.jsonl.gz')) console.log(line, text.length);
 */
export async function* readLines(source: Source, options: LineOptions = {}): AsyncGenerator<Line, void, undefined> {
  for await (const batch of lineBatches(await openText(source, options), options)) yield* batch;
}

/** The lines of an open text, a chunk's worth at a time: an `await` for each line would cost more than the line. */
export async function* lineBatches(
  text: OpenText,
  { maxLineLength = 1 << 24, onLongLine }: LineOptions = {},
): AsyncGenerator<Line[], void, undefined> {
  let carry = '';
  let line = 0;
  let skipping = false;
  let found = false;

  const refuse = (): void => {
    const error = longLine({ file: text.name, line: line + 1, limit: maxLineLength });
    if (!onLongLine) throw error;
    onLongLine(error);
    found = true;
  };
  const take = (whole: string, batch: Line[]): void => {
    if (skipping) skipping = false;
    else if (whole.length > maxLineLength) refuse();
    else {
      const trimmed = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
      if (hasText(trimmed)) batch.push({ text: trimmed, line: line + 1 });
    }
    line++;
  };

  try {
    for await (const chunk of text.chunks) {
      const batch: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
        take(carry + chunk.slice(start, end), batch);
        carry = '';
        start = end + 1;
      }
      if (!skipping) carry += chunk.slice(start);
      if (carry.length > maxLineLength) {
        refuse();
        skipping = true;
        carry = '';
      }
      found ||= batch.length > 0;
      if (batch.length > 0) yield batch;
    }
    const last: Line[] = [];
    if (carry !== '') take(carry, last);
    found ||= last.length > 0;
    if (last.length > 0) yield last;
    if (!found) throw emptyFile({ file: text.name });
  } finally {
    await text.chunks.return();
  }
}

function hasText(line: string): boolean {
  const first = line.charCodeAt(0);
  // Most lines start with a letter or a brace, and need no search.
  return (first > 0x20 && first < 0x7f) || /\S/.test(line);
}
