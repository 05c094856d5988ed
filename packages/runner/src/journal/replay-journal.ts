import { isAssizeError, type RunRecord } from '@assize/core';

import { currentJournal } from './current-journal.ts';
import type { FileSystem } from './file-system.ts';
import { type JournalEnd, scanJournal } from './journal-scan.ts';
import type { RunIndex } from './run-index.ts';
import { listRuns, runFolder } from './run-names.ts';

/** An index that was lost knows no run: replies of the others would be asked for again, though they are paid for. */
export async function indexOthers(files: FileSystem, root: string, own: string, index: RunIndex): Promise<void> {
  for (const run of await listRuns(files, root)) {
    if (run === own) continue;
    try {
      await replay(files, currentJournal(files, runFolder(root, run)).folder, run, index, () => undefined);
    } catch (error) {
      // What cannot be read of another run is no cache for this one; its own opening says so.
      if (!isAssizeError(error)) throw error;
    }
  }
}

/** Reads the whole journal once: proves it, shows it to the visitor, and indexes what the index does not have. */
export async function replay(
  files: FileSystem,
  folder: string,
  run: string,
  index: RunIndex,
  visit: (record: RunRecord) => void,
): Promise<JournalEnd> {
  let known: { segment: number; offset: number } | undefined;
  let end: JournalEnd | undefined;
  for await (const batch of scanJournal(folder, files)) {
    const { first, entries } = batch;
    end = batch.end;
    if (first === '') break;
    known ??= index.indexedTo(run, first);
    for (const { record, place } of entries) {
      visit(record);
      if (record.kind === 'manifest') index.beginSession(record.started);
      const isKnown = place.segment < known.segment || (place.segment === known.segment && place.offset < known.offset);
      if (!isKnown) index.add(run, record, place);
    }
    index.flush(first);
  }
  if (!known) index.forget(run);
  else if (end && isBehind(end, known)) {
    // A power loss has taken records that are indexed: other ones will lie at their places.
    index.forget(run);
    return replay(files, folder, run, index, () => undefined);
  }
  return end ?? { segment: 0, file: '', offset: 0, sequence: 0, first: '' };
}

function isBehind(end: JournalEnd, known: { segment: number; offset: number }): boolean {
  return end.segment < known.segment || (end.segment === known.segment && end.offset < known.offset);
}
