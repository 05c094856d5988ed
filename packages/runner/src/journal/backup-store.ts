import { dirname, join, resolve } from 'node:path';

import { defineError } from '@assize/core';

import { currentJournal } from './current-journal.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { encodeFrames } from './frame.ts';
import { journalDamaged } from './journal-scan.ts';
import { writeWhole } from './replace-file.ts';
import { listRuns, runFolder } from './run-names.ts';
import { listSegments, readFrames, segmentFile } from './segment-file.ts';
import { Tombstones } from './tombstones.ts';

export const backupExists = defineError('runner/backup-exists', (facts: { folder: string }) => ({
  message: `${facts.folder} is there already; nothing was copied`,
  hint: 'Name a folder that does not exist yet.',
}));

/** What was copied of a store. */
export interface Backup {
  readonly folder: string;
  readonly runs: readonly { readonly run: string; readonly records: number }[];
}

/**
 * Copies the journals of a store into a new folder, proving each record on the way.
 *
 * Needs no ownership: of a run that is under way the copy holds a beginning, whole to its last record. The index is not
 * copied; the first opening of the copy makes its own.
 *
 * @throws runner/backup-exists, runner/journal-damaged
 * @example await backupStore('.assize', 'copies/monday');
 */
export async function backupStore(
  directory: string,
  target: string,
  { files = systemFiles }: { files?: FileSystem } = {},
): Promise<Backup> {
  const [root, folder] = [resolve(directory), resolve(target)];
  if ((await files.list(folder)).length > 0) throw backupExists({ folder });
  const beside = `${folder}.partial`;
  await files.remove(beside);
  const runs: { run: string; records: number }[] = [];
  for (const run of await listRuns(files, root)) {
    const { folder: from } = currentJournal(files, runFolder(root, run));
    const to = runFolder(beside, run);
    await files.makeFolder(to);
    let records = 0;
    const segments = await listSegments(from, files);
    for (const segment of segments)
      records += await copySegment(files, segmentFile(from, segment), segmentFile(to, segment), {
        isLast: segment === segments.at(-1),
      });
    await files.syncFolder(to);
    runs.push({ run, records });
  }
  await files.makeFolder(join(beside, 'runs'));
  const tombstones = await Tombstones.read(files, root);
  if (tombstones.size > 0) await tombstones.write(files, beside);
  await files.syncFolder(beside);
  await files.rename(beside, folder);
  await files.syncFolder(dirname(folder));
  return { folder, runs };
}

async function copySegment(
  files: FileSystem,
  from: string,
  to: string,
  { isLast }: { isLast: boolean },
): Promise<number> {
  const copy = await files.open(to, 'fresh');
  let [offset, sequence] = [0, 0];
  try {
    for await (const { frames, end } of readFrames(from, files)) {
      if (end?.gap && !(isLast && end.gap.kind === 'torn'))
        throw journalDamaged({ file: from, offset: end.gap.offset, problem: end.gap.problem });
      const { bytes } = encodeFrames(
        sequence,
        frames.map(({ text }) => text),
      );
      await writeWhole(copy, bytes, offset);
      offset += bytes.length;
      sequence += frames.length;
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  return Math.max(sequence - 1, 0);
}
