import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { defineError } from '@assize/core';

import { systemProblem } from './failure.ts';

const cannotWrite = defineError('cli/cannot-write', (facts: { path: string; problem: string }) => ({
  message: `${facts.path} cannot be written: ${facts.problem}`,
  hint: 'Name another folder, or change who may write there.',
}));

const diskFull = defineError('cli/disk-full', (facts: { path: string; problem: string }) => ({
  message: `${facts.path} cannot be written: ${facts.problem}`,
  hint: 'Free some space or name another folder with --out, then run the command again; a finished run asks nothing twice.',
}));

/** Makes a folder to write to. Call it before anything is read or asked, so that a slip in its name costs nothing. */
export async function makeOutFolder(folder: string): Promise<string> {
  await writing(folder, async () => {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  });
  return folder;
}

/** Not `recursive`, which never ends where the system says "no such folder" of one that may not be made (/proc). */
async function makeFolder(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory() === true) return;
  if (!there && dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder);
}

/** Runs what writes, and says in words what the system refused. */
export async function writing(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const found = systemProblem(error);
    if (!found) throw error;
    throw (found.full ? diskFull : cannotWrite)({ path, problem: found.problem }, { cause: error });
  }
}
