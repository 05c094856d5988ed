import { randomUUID } from 'node:crypto';

import { currentJournal, generationFolder, pointTo, removeEarlier } from './current-journal.ts';
import type { FileSystem } from './file-system.ts';
import { encodeFrames } from './frame.ts';
import { segmentHeader } from './journal-scan.ts';
import { writeWhole } from './replace-file.ts';
import { segmentFile } from './segment-file.ts';

/** Bytes after which a file is followed by the next one. */
const segmentBytes = 64 << 20;
const batchTexts = 256;

/**
 * Writes a run's journal anew beside the one that counts, and makes it the one that counts.
 *
 * Everything of the new one is on disk before the one small file is replaced that names it: a kill or a power loss at any
 * moment leaves the old journal or the new one, whole. Needs the ownership of the run.
 *
 * @param earlier what becomes of the journals before
 * @returns the number of the new journal, and where the one before it lies
 */
export async function rewriteJournal(
  files: FileSystem,
  runFolder: string,
  { run, texts, earlier }: { run: string; texts: AsyncIterable<string>; earlier: 'kept' | 'removed' },
): Promise<{ generation: number; before: string }> {
  const { folder: before, generation: previous } = currentJournal(files, runFolder);
  const generation = previous + 1;
  const folder = generationFolder(runFolder, generation);
  // What a kill has left of an earlier attempt.
  await files.remove(folder);
  await files.makeFolder(folder);
  await writeSegments(files, folder, run, texts);
  await files.syncFolder(folder);
  await files.syncFolder(runFolder);
  await pointTo(files, runFolder, { generation, earlier });
  if (earlier === 'removed') await removeEarlier(files, runFolder, generation);
  return { generation, before };
}

async function writeSegments(
  files: FileSystem,
  folder: string,
  run: string,
  texts: AsyncIterable<string>,
): Promise<void> {
  const nonce = randomUUID();
  let segment = 1;
  let place = { offset: 0, sequence: 0 };
  let file = await files.open(segmentFile(folder, segment), 'fresh');
  let batch = [segmentHeader(run, segment, nonce)];
  const flush = async (): Promise<void> => {
    const { bytes } = encodeFrames(place.sequence, batch);
    await writeWhole(file, bytes, place.offset);
    place = { offset: place.offset + bytes.length, sequence: place.sequence + batch.length };
    batch = [];
  };
  try {
    for await (const text of texts) {
      batch.push(text);
      if (batch.length < batchTexts) continue;
      await flush();
      if (place.offset < segmentBytes) continue;
      await file.sync();
      await file.close();
      segment += 1;
      place = { offset: 0, sequence: 0 };
      file = await files.open(segmentFile(folder, segment), 'fresh');
      batch = [segmentHeader(run, segment, nonce)];
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
}
