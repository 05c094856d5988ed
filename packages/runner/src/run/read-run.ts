import type { EndRecord, ManifestRecord, Rating, Store } from '@assize/core';
import { defineError } from '@assize/core';

import { folderStore } from '../journal/folder-store.ts';
import { LedgerFold, type RunLedger, type UnknownCall } from '../money/run-ledger.ts';

export const emptyRun = defineError('runner/empty-run', (facts: { run: string }) => ({
  message: `run ${facts.run} was killed before it had begun`,
  hint: 'Start it again under the same name.',
}));

/** What is written of a run. */
export interface RunReading {
  readonly manifest: ManifestRecord;
  readonly ledger: RunLedger;
  /** Calls that were begun and have no end: in flight while the run is under way, possibly billed and lost after it. */
  readonly unknown: readonly UnknownCall[];
  /** How the last session ended; `null` when it was killed or is still under way. */
  readonly end: EndRecord | null;
  /** In the order of the data set, then of the raters: each assignment once, by the raters of the last session. */
  readonly ratings: () => AsyncIterable<Rating>;
}

/**
 * Reads a run, finished or not, without owning it.
 *
 * @throws runner/no-run, runner/journal-damaged, runner/empty-run
 * @example
 * const { ledger, ratings } = await readRun('.assize', 'nightly');
 */
export async function readRun(directory: string | Store, run: string): Promise<RunReading> {
  const store = typeof directory === 'string' ? folderStore(directory) : directory;
  const fold = new LedgerFold();
  for await (const record of store.records(run)) fold.add(record);
  const { manifest, end } = fold;
  if (!manifest) throw emptyRun({ run });
  const ledger = fold.ledger();
  return {
    manifest,
    ledger,
    unknown: ledger.unknown,
    end: end ?? null,
    ratings: () => ratingsOf(store, run),
  };
}

async function* ratingsOf(store: Store, run: string): AsyncGenerator<Rating> {
  for await (const { ratings } of store.ratings(run)) yield* ratings;
}
