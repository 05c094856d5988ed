import { defineError, type RunRecord, runRecordSchema } from '@assize/core';

import { type FileSystem, systemFiles } from './file-system.ts';
import type { Frame } from './frame.ts';
import type { Place } from './journal-writer.ts';
import { listSegments, readFrames, segmentFile, type SegmentEnd } from './segment-file.ts';

export const journalDamaged = defineError(
  'runner/journal-damaged',
  (facts: { file: string; offset: number; problem: string }) => ({
    message: `${facts.file} is damaged at byte ${facts.offset}: ${facts.problem}`,
    hint: 'See all of it with "assize store verify". Restore the file from a copy, or keep what is whole with "assize store repair"; nothing was skipped or asked again.',
  }),
);

export const journalTooNew = defineError('runner/journal-too-new', (facts: { file: string; format: number }) => ({
  message: `${facts.file} is of format ${facts.format}, which this version does not read`,
  hint: 'Use the version of @assize/runner that wrote the run, or a newer one.',
}));

/** The format of journal files, written in the first frame of each. */
const journalFormat = 1;

/** The first frame of every journal file: it says whose it is. */
export function segmentHeader(run: string, segment: number, nonce: string): string {
  return JSON.stringify({ assize: 'journal', format: journalFormat, run, segment, nonce });
}

/** Where a scan ended, and what the first file begins with. */
export interface JournalEnd extends SegmentEnd {
  /** 0 when there is no file yet. */
  readonly segment: number;
  readonly file: string;
  /** The first frame of all, which tells one journal from another of the same name. */
  readonly first: string;
}

/** Records with their places, in order, and the first frame of the journal that they are of. */
export interface ScannedBatch {
  readonly first: string;
  readonly entries: readonly { readonly record: RunRecord; readonly place: Place }[];
  /** Only in the last one. */
  readonly end?: JournalEnd;
}

/**
 * Reads every record of a run's journal in order, each with its place, proving each byte on the way.
 *
 * @throws runner/journal-damaged where a byte is wrong anywhere but in the torn end of the last file.
 */
export async function* scanJournal(folder: string, files: FileSystem = systemFiles): AsyncGenerator<ScannedBatch> {
  const segments = await listSegments(folder, files);
  let end: JournalEnd = { segment: 0, file: segmentFile(folder, 1), offset: 0, sequence: 0, first: '' };
  for (const [index, segment] of segments.entries()) {
    const file = segmentFile(folder, segment);
    if (segment !== index + 1)
      throw journalDamaged({ file: segmentFile(folder, index + 1), offset: 0, problem: 'the file is missing' });
    let { first } = end;
    for await (const { frames, end: segmentEnd } of readFrames(file, files)) {
      if (frames[0]?.offset === 0) {
        checkHeader(file, frames[0].text, segment);
        // A file that failed before its first record is left empty behind.
        if (first === '') first = frames[0].text;
      }
      const entries = frames
        .filter(({ offset }) => offset > 0)
        .map((frame) => ({
          record: readRecord(file, frame),
          place: { segment, offset: frame.offset, bytes: frame.bytes },
        }));
      if (entries.length > 0) yield { first, entries };
      if (!segmentEnd) continue;
      const { gap } = segmentEnd;
      const torn = gap?.kind === 'torn' && index === segments.length - 1;
      if (gap && !torn) throw journalDamaged({ file, offset: gap.offset, problem: gap.problem });
      end = { ...segmentEnd, segment, file, first };
    }
  }
  yield { first: end.first, entries: [], end };
}

/** The record in a frame whose bytes are proven: a program of ours wrote it, perhaps another version. */
export function readRecord(file: string, { offset, text }: Frame): RunRecord {
  const record = runRecordSchema.safeParse(parsed(text));
  if (record.success) return record.data;
  const where = record.error.issues[0]?.path.join('.') ?? '';
  throw journalDamaged({ file, offset, problem: `a record of unknown shape (${where})` }, { cause: record.error });
}

/** The record in a frame that `readRecord` has read before, or that this program has written. */
export function knownRecord(text: string): RunRecord {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its bytes are proven, and its shape was
  return JSON.parse(text) as RunRecord;
}

export function checkHeader(file: string, text: string, segment: number): void {
  const header = parsed(text);
  const fields = typeof header === 'object' && header !== null ? new Map(Object.entries(header)) : new Map();
  if (fields.get('assize') !== 'journal') throw journalDamaged({ file, offset: 0, problem: 'no journal' });
  const format: unknown = fields.get('format');
  if (typeof format !== 'number' || format > journalFormat) throw journalTooNew({ file, format: Number(format) });
  if (fields.get('segment') !== segment)
    throw journalDamaged({ file, offset: 0, problem: 'the file of another place' });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
