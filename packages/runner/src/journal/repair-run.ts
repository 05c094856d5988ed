import { resolve } from 'node:path';

import { defineError, type NoteRecord } from '@assize/core';

import { currentJournal } from './current-journal.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { journalDamaged, readRecord } from './journal-scan.ts';
import { rewriteJournal } from './rewrite-journal.ts';
import { lockRun } from './run-lock.ts';
import { runFolder } from './run-names.ts';
import { listSegments, readFrames, segmentFile } from './segment-file.ts';
import { type FoundFrame, isInOrder, surveySegment } from './survey-segment.ts';
import { type RunCheck, verifyRun } from './verify-run.ts';

export const repairLoses = defineError(
  'runner/repair-loses',
  (facts: { run: string; lost: number; file: string; offset: number; problem: string }) => ({
    message: `at least ${facts.lost} records of run ${facts.run} are lost (${facts.file}, byte ${facts.offset}: ${facts.problem}); nothing was changed`,
    hint: 'Restore the file from a copy. Or accept the loss (--accept-loss): what is whole is kept, the damaged journal is kept beside it, and on a resume lost replies are asked and paid for again.',
  }),
);

export interface RepairOptions {
  /** Go on without the records that are lost. Default false: where any is lost, nothing is changed. */
  acceptLoss?: boolean;
  /** For the owner's name in the lock; ISO 8601. */
  date?: () => string;
  /** The file system that journals lie on. */
  files?: FileSystem;
}

/** What a repair has done. */
export interface Repair {
  readonly run: string;
  /** Whether anything had to be written anew. */
  readonly repaired: boolean;
  /** Records in the journal that counts now, the note of the repair included. */
  readonly records: number;
  readonly lost: number;
  /** Where the damaged journal lies, as it was. */
  readonly backup: string | null;
}

/**
 * Writes what is whole of a damaged journal into a new one, which replaces it at once; the damaged one is kept beside it.
 *
 * Records that stand in a wrong place are put right. A torn end is no damage: the next opening drops it.
 *
 * @throws runner/repair-loses where records are lost and `acceptLoss` is not set
 * @throws runner/run-locked, runner/no-run, runner/journal-too-new
 * @example
 * const { lost, backup } = await repairRun('.assize', 'nightly', { acceptLoss: true });
 */
export async function repairRun(directory: string, run: string, options: RepairOptions = {}): Promise<Repair> {
  const { acceptLoss = false, date = () => '', files = systemFiles } = options;
  const folder = runFolder(resolve(directory), run);
  // A run that is not there is said so before its folder would be made.
  await verifyRun(directory, run, { files });
  const lock = await lockRun(folder, run, date());
  try {
    const check = await verifyRun(directory, run, { files });
    const { damage, lost, records } = check;
    const [first] = damage;
    if (!first) return { run, repaired: false, records, lost, backup: null };
    if (lost > 0 && !acceptLoss) {
      const { file, offset, problem } = first;
      throw repairLoses({ run, lost, file, offset, problem });
    }
    const { folder: damaged } = currentJournal(files, folder);
    const texts = wholeTexts(files, damaged, check);
    const { before } = await rewriteJournal(files, folder, { run, texts, earlier: 'kept' });
    return { run, repaired: true, records: records + 1, lost, backup: before };
  } finally {
    lock.release();
  }
}

/** The whole records of a journal in the order in which they were written, and a note on what is lost. */
async function* wholeTexts(files: FileSystem, folder: string, { damage, lost }: RunCheck): AsyncGenerator<string> {
  let [epoch, at] = [0, 0];
  for (const segment of await listSegments(folder, files)) {
    const path = segmentFile(folder, segment);
    for await (const frame of wholeFrames(files, path)) {
      const record = recordOf(path, frame);
      if (!record) continue;
      ({ epoch } = record);
      if ('at' in record) ({ at } = record);
      yield frame.text;
    }
  }
  const where = damage.map(({ file, offset }) => `${file} at byte ${offset}`).slice(0, 10);
  const message = `the journal was repaired: damage in ${where.join(', ')}; at least ${lost} records are lost`;
  const note: NoteRecord = { kind: 'note', epoch, at, code: 'runner/repaired', message };
  yield JSON.stringify(note);
}

async function* wholeFrames(files: FileSystem, path: string): AsyncGenerator<FoundFrame> {
  if (await isInOrder(path, files)) {
    let sequence = 0;
    for await (const { frames } of readFrames(path, files))
      for (const frame of frames) yield { ...frame, sequence: sequence++ };
    return;
  }
  const { frames } = await surveySegment(path, files);
  yield* [...new Map(frames.map((frame) => [frame.sequence, frame])).values()].toSorted(
    (a, b) => a.sequence - b.sequence,
  );
}

function recordOf(path: string, frame: FoundFrame) {
  if (frame.sequence === 0) return undefined;
  try {
    return readRecord(path, frame);
  } catch (error) {
    if (!journalDamaged.is(error)) throw error;
    return undefined;
  }
}
