import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { defineError, type JudgeCard } from '@assize/core';
import { renderHtml, renderJson, renderMarkdown } from '@assize/report';

import { systemProblem } from './failure.ts';

const cannotWrite = defineError('cli/cannot-write', (facts: { path: string; problem: string }) => ({
  message: `${facts.path} cannot be written: ${facts.problem}`,
  hint: 'Name a folder that you may write with --out.',
}));

const diskFull = defineError('cli/disk-full', (facts: { path: string; problem: string }) => ({
  message: `${facts.path} cannot be written: ${facts.problem}`,
  hint: 'Free some space or name another folder with --out, then run the command again; a finished run asks nothing twice.',
}));

/** Makes the folder of `--out` before anything is read or asked, so that a slip in its name costs nothing. */
export async function makeOutFolder(cwd: string, out: string): Promise<string> {
  const folder = resolve(cwd, out);
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

/** Writes a card as a page, as Markdown and as JSON. Returns the path of the page. */
export async function writeCard(folder: string, card: JudgeCard): Promise<string> {
  const files = {
    'card.html': renderHtml(card),
    'card.md': renderMarkdown(card),
    'card.json': renderJson(card),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writing(path, () => writeFile(path, text));
  }
  return join(folder, 'card.html');
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
