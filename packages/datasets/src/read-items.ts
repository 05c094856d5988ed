import { type AssizeError, isAssizeError, type Item, itemSchema, liftItem } from '@assize/core';
import type { z } from 'zod';

import { badRow, duplicateItem } from './dataset-errors.ts';
import { parseJsonLine } from './json-line.ts';
import { lineBatches } from './lines.ts';
import type { Quarantined } from './load-options.ts';
import { quarantined } from './quarantine.ts';
import { seenIds } from './seen-ids.ts';
import { openText, type Source, sourceName } from './text-source.ts';

export interface ItemOptions {
  /** Called for a row that cannot be read, which is then left out; left out, the first such row is an error. */
  readonly quarantine?: (row: Quarantined) => void;
  readonly maxLineLength?: number;
  readonly signal?: AbortSignal;
}

/**
 * The items of JSONL files, one at a time, in the order of the files: one `Item` a line, short forms lifted.
 *
 * Each is held against `itemSchema` of core. A number as id is its text. An id that occurs twice, in one file or in
 * two, is an error that names both lines. Memory: sixteen bytes an id.
 *
 * @throws dataset/bad-row with file, line and field; dataset/bad-json; dataset/duplicate-item; faults of a whole file
 * @example
 * for await (const item of readItems('items.jsonl')) console.log(item.id);
 */
export async function* readItems(
  source: Source | readonly Source[],
  { quarantine, maxLineLength, signal }: ItemOptions = {},
): AsyncGenerator<Item, void, undefined> {
  const seen = seenIds();
  const files: { name: string; firstLine: number }[] = [];
  let lines = 0;
  const setAside = (error: unknown, excerpt: string): void => {
    if (!quarantine || !isAssizeError(error)) throw error;
    quarantine(quarantined(error, excerpt));
  };

  for (const one of isList(source) ? source : [source]) {
    const file = sourceName(one);
    const base = lines;
    files.push({ name: file, firstLine: base });
    const text = await openText(one, signal ? { signal } : {});
    const batches = lineBatches(text, {
      ...(maxLineLength === undefined ? {} : { maxLineLength }),
      ...(quarantine ? { onLongLine: (error: AssizeError) => setAside(error, '') } : {}),
    });
    for await (const batch of batches) {
      for (const { text: line, line: number } of batch) {
        lines = base + number;
        let item: Item | undefined;
        try {
          item = parseItem(line, { file, line: number });
          const before = seen.add(item.id, lines);
          if (before !== undefined) throw duplicateItem({ file, line: number, id: item.id, ...placeOf(before, files) });
        } catch (error) {
          item = undefined;
          setAside(error, line);
        }
        if (item) yield item;
      }
    }
  }
}

function isList(source: Source | readonly Source[]): source is readonly Source[] {
  return Array.isArray(source);
}

/** Lines of all files are numbered on, so that one number says file and line. */
function placeOf(
  line: number,
  files: readonly { name: string; firstLine: number }[],
): { firstFile: string; firstLine: number } {
  const file = files.findLast(({ firstLine }) => firstLine < line);
  return { firstFile: file?.name ?? '', firstLine: line - (file?.firstLine ?? 0) };
}

function parseItem(text: string, place: { file: string; line: number }): Item {
  const object = parseJsonLine(text, place);
  const id = object['id'];
  const read = itemSchema.safeParse(liftItem(typeof id === 'number' ? { ...object, id: String(id) } : object));
  if (read.success) return read.data;
  throw badRow({ ...place, ...fieldProblem(read.error) });
}

/** The first issue of a schema as field and problem. */
export function fieldProblem(error: z.ZodError): { column: string; problem: string } {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map(String).join('.');
  if (issue?.code === 'unrecognized_keys') {
    return { column: [path, issue.keys[0]].filter(Boolean).join('.'), problem: 'is not a field here' };
  }
  return { column: path || 'row', problem: issue?.message ?? 'is not valid' };
}
