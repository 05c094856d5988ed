import { join } from 'node:path';

import { defineError } from '@assize/core';

import type { FileSystem } from './file-system.ts';

export const badRunName = defineError('runner/bad-run-name', (facts: { run: string }) => ({
  message: `"${facts.run}" cannot be the name of a run`,
  hint: 'Use up to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
}));

/** The folder of a run within a store. */
export function runFolder(root: string, run: string): string {
  if (!isRunName(run)) throw badRunName({ run });
  return join(root, 'runs', run);
}

/** The names of the runs of a store, in order. */
export async function listRuns(files: FileSystem, root: string): Promise<string[]> {
  const names = await files.list(join(root, 'runs')).catch(() => []);
  return names.filter(isRunName).toSorted();
}

function isRunName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,99}$/.test(name);
}
