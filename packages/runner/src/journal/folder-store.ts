import { resolve } from 'node:path';

import { defineError, type Store } from '@assize/core';

import { currentJournal } from './current-journal.ts';
import { type FileSystem, systemFiles } from './file-system.ts';
import { scanJournal, type ScannedBatch } from './journal-scan.ts';
import { openRun } from './own-run.ts';
import { readRatings } from './read-ratings.ts';
import { listRuns, runFolder } from './run-names.ts';
import type { FolderStoreOptions } from './store-options.ts';

export const noRun = defineError('runner/no-run', (facts: { folder: string; run: string }) => ({
  message: `there is no run ${facts.run} in ${facts.folder}`,
  hint: 'Check the name of the run and the folder that holds runs.',
}));

/**
 * Runs in a folder: an append-only journal for each, which is the truth, and one SQLite index, which can be lost.
 *
 * `runs/NAME/journal-000001.jsonl` holds a record a line, each with its length and checksum.
 */
export function folderStore(directory: string, options: FolderStoreOptions = {}): Store {
  const root = resolve(directory);
  const { files = systemFiles } = options;
  return {
    contract: 1,
    id: `folder:${root}`,
    open: async (run, opening) => openRun(root, run, options, opening),
    async *records(run) {
      const { batches } = journalOf(files, root, run);
      for await (const { entries } of batches) for (const { record } of entries) yield record;
    },
    async *ratings(run) {
      const { folder, batches } = journalOf(files, root, run);
      yield* readRatings(files, folder, batches);
    },
    async *runs() {
      yield* await listRuns(files, root);
    },
  };
}

function journalOf(files: FileSystem, root: string, run: string) {
  const { folder } = currentJournal(files, runFolder(root, run));
  return { folder, batches: existing(files, root, folder, run) };
}

/** The journal of a run that must exist. */
async function* existing(files: FileSystem, root: string, folder: string, run: string): AsyncGenerator<ScannedBatch> {
  for await (const batch of scanJournal(folder, files)) {
    if (batch.end?.first === '') throw noRun({ folder: root, run });
    yield batch;
  }
}
