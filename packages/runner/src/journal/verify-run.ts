import { basename, resolve } from 'node:path';

import { currentJournal } from './current-journal.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { noRun } from './folder-store.ts';
import { checkHeader, journalDamaged, journalTooNew, readRecord } from './journal-scan.ts';
import { listRuns, runFolder } from './run-names.ts';
import { listSegments, readFrames, segmentFile } from './segment-file.ts';
import { type FoundFrame, isInOrder, surveySegment } from './survey-segment.ts';

/** A place of a journal that is not as it was written. */
export interface Damage {
  /** The name of the file in the run's folder. */
  readonly file: string;
  readonly offset: number;
  /** How many bytes belong to no record; 0 where whole records stand in a wrong place. */
  readonly bytes: number;
  readonly problem: string;
  /** How many records are lost there, at least. */
  readonly lost: number;
}

/** What a look at every byte of a run's journal found. */
export interface RunCheck {
  readonly run: string;
  /** The journal files, in order. */
  readonly files: number;
  readonly bytes: number;
  /** Whole records, wherever they stand. */
  readonly records: number;
  /** Bytes at the very end that a crash cut short: dropped at the next opening, nothing kept is lost. */
  readonly tornBytes: number;
  readonly damage: readonly Damage[];
  /** Records that are lost, at least. */
  readonly lost: number;
}

/** What the check of a run may be given. */
export interface CheckOptions {
  /** The file system that journals lie on. */
  files?: FileSystem;
}

/**
 * Proves every byte of a run's journal, and goes on behind damage to find how much of it is whole. Changes nothing.
 *
 * @throws runner/no-run, runner/bad-run-name, runner/journal-too-new
 * @example
 * const { damage, lost } = await verifyRun('.assize', 'nightly');
 */
export async function verifyRun(
  directory: string,
  run: string,
  { files = systemFiles }: CheckOptions = {},
): Promise<RunCheck> {
  const root = resolve(directory);
  const { folder } = currentJournal(files, runFolder(root, run));
  const segments = await listSegments(folder, files);
  if (segments.length === 0) throw noRun({ folder: root, run });
  const total = { bytes: 0, records: 0, tornBytes: 0 };
  const damage: Damage[] = [];
  let expected = 1;
  for (const segment of segments) {
    for (; expected < segment; expected += 1) damage.push(missing(segmentFile(folder, expected)));
    const found = await verifySegment(files, folder, segment, segment === segments.at(-1));
    total.bytes += found.bytes;
    total.records += found.records;
    total.tornBytes += found.tornBytes;
    damage.push(...found.damage);
    expected = segment + 1;
  }
  return { run, files: segments.length, ...total, damage, lost: damage.reduce((sum, { lost }) => sum + lost, 0) };
}

/** Checks the runs of a store, one after the other. */
export async function* verifyStore(directory: string, options: CheckOptions = {}): AsyncGenerator<RunCheck> {
  const { files = systemFiles } = options;
  for (const run of await listRuns(files, resolve(directory))) {
    const { folder } = currentJournal(files, runFolder(resolve(directory), run));
    if ((await listSegments(folder, files)).length > 0) yield await verifyRun(directory, run, options);
  }
}

function missing(path: string): Damage {
  return { file: basename(path), offset: 0, bytes: 0, problem: 'the file is missing', lost: 1 };
}

async function verifySegment(
  files: FileSystem,
  folder: string,
  segment: number,
  isLast: boolean,
): Promise<Pick<RunCheck, 'bytes' | 'records' | 'tornBytes' | 'damage'>> {
  const path = segmentFile(folder, segment);
  const file = basename(path);
  const damage: Damage[] = [];
  let [bytes, records, tornBytes] = [0, 0, 0];
  const look = (frame: FoundFrame): void => {
    const problem = problemOfFrame(path, segment, frame);
    if (problem === undefined) records += frame.sequence > 0 ? 1 : 0;
    else damage.push({ file, offset: frame.offset, bytes: frame.bytes, problem, lost: frame.sequence > 0 ? 1 : 0 });
  };
  if (await isInOrder(path, files)) {
    let sequence = 0;
    for await (const { frames, end } of readFrames(path, files)) {
      for (const frame of frames) look({ ...frame, sequence: sequence++ });
      if (!end) continue;
      bytes = end.offset + (end.gap?.bytes ?? 0);
      if (end.gap && isLast) tornBytes = end.gap.bytes;
      else if (end.gap) damage.push({ file, ...placeOf(end.gap), lost: 1 });
    }
    return { bytes, records, tornBytes, damage };
  }
  const { frames, gaps } = await surveySegment(path, files);
  const last = frames.at(-1);
  bytes = Math.max(last ? last.offset + last.bytes : 0, ...gaps.map(({ offset, bytes: length }) => offset + length));
  const seen = new Set<number>();
  let highest = -1;
  for (const frame of frames) {
    const outOfPlace = seen.has(frame.sequence) ? 'a record stands there twice' : 'a record stands in a wrong place';
    if (frame.sequence <= highest) damage.push({ file, offset: frame.offset, bytes: 0, problem: outOfPlace, lost: 0 });
    if (!seen.has(frame.sequence)) look(frame);
    seen.add(frame.sequence);
    highest = Math.max(highest, frame.sequence);
  }
  // The header of a file is no record: it is made anew.
  const lost = highest + 1 - seen.size - (highest >= 0 && !seen.has(0) ? 1 : 0);
  for (const gap of gaps) {
    if (gap.kind === 'torn' && isLast && gap.offset + gap.bytes === bytes) tornBytes = gap.bytes;
    else damage.push({ file, ...placeOf(gap), lost: gap.offset + gap.bytes === bytes ? 1 : 0 });
  }
  if (lost > 0) {
    const offset = gaps[0]?.offset ?? 0;
    damage.push({ file, offset, bytes: 0, problem: `${lost} records that were written are not there`, lost });
  }
  return { bytes, records, tornBytes, damage: damage.toSorted((a, b) => a.offset - b.offset) };
}

function placeOf({ offset, bytes, problem }: { offset: number; bytes: number; problem: string }) {
  return { offset, bytes, problem };
}

/** What is wrong with a frame whose bytes are proven; `undefined` for most. */
function problemOfFrame(path: string, segment: number, frame: FoundFrame): string | undefined {
  try {
    if (frame.sequence === 0) checkHeader(path, frame.text, segment);
    else readRecord(path, frame);
    return undefined;
  } catch (error) {
    if (journalTooNew.is(error) || !journalDamaged.is(error)) throw error;
    return error.facts.problem;
  }
}
