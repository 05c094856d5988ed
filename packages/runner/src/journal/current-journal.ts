import { join } from 'node:path';

import { z } from 'zod';

import type { FileSystem } from './file-system.ts';
import { replaceFile } from './replace-file.ts';
import { problemOf } from './disk-error.ts';

const pointerSchema = z.strictObject({
  /** Counts how often the journal was written anew; the first lies in the run's folder itself. */
  generation: z.number().int().min(2),
  /** What is to become of the generations before: kept as they were, or removed because something was erased. */
  earlier: z.enum(['kept', 'removed']),
});

/** Which of a run's journals counts. */
export interface CurrentJournal {
  readonly generation: number;
  readonly folder: string;
  readonly earlier: 'kept' | 'removed';
}

/** The name of the file that says which journal counts. It is replaced whole: a reader finds the old one or the new one. */
const pointerName = 'current.json';

/** The folder of a run's n-th journal, counted from 1. */
export function generationFolder(runFolder: string, generation: number): string {
  return generation === 1 ? runFolder : join(runFolder, `generation-${generation}`);
}

/** Finds the journal that counts; at once, since the file that says so is some bytes long or not there. */
export function currentJournal(files: FileSystem, runFolder: string): CurrentJournal {
  const text = readSmall(files, join(runFolder, pointerName));
  if (text === undefined) return { generation: 1, folder: runFolder, earlier: 'kept' };
  const { generation, earlier } = pointerSchema.parse(JSON.parse(text));
  return { generation, folder: generationFolder(runFolder, generation), earlier };
}

/** Makes another journal the one that counts. */
export async function pointTo(
  files: FileSystem,
  runFolder: string,
  { generation, earlier }: { generation: number; earlier: 'kept' | 'removed' },
): Promise<void> {
  await replaceFile(files, join(runFolder, pointerName), JSON.stringify({ generation, earlier }));
}

/** Removes the journals that another one has replaced, where they held what was erased. May be done again after a kill. */
export async function removeEarlier(files: FileSystem, runFolder: string, generation: number): Promise<void> {
  for (const name of await files.list(runFolder)) {
    const number = /^generation-(\d+)$/.exec(name)?.[1];
    const isFirst = /^journal-\d{6,}\.jsonl$/.test(name);
    if (isFirst || (number !== undefined && Number(number) !== generation)) await files.remove(join(runFolder, name));
  }
  await files.syncFolder(runFolder);
}

function readSmall(files: FileSystem, path: string): string | undefined {
  let file;
  try {
    file = files.openNow(path);
  } catch (error) {
    if (problemOf(error) === 'ENOENT' || problemOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.toString('utf8', 0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}
