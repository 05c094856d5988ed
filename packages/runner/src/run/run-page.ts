import type { RunPage, Store } from '@assize/core';
import { redact, secretsOf } from '@assize/core/redact';

import { folderStore } from '../journal/folder-store.ts';
import { readRun } from './read-run.ts';
import { resultDigest } from './result-digest.ts';

/**
 * The page of a run, finished or not, from its journal; needs no ownership.
 *
 * @param planned how many assignments there are, where the caller knows
 * @throws runner/no-run, runner/journal-damaged, runner/empty-run
 * @example
 * const { reason, cost, ratings } = await readRunPage('.assize', 'nightly');
 */
export async function readRunPage(
  directory: string | Store,
  run: string,
  { planned = null }: { planned?: number | null } = {},
): Promise<RunPage> {
  const store = typeof directory === 'string' ? folderStore(directory) : directory;
  const { manifest, ledger, end, ratings } = await readRun(store, run);
  const {
    models,
    ratings: statuses,
    assignments,
    reasked,
    cost,
    possiblyBilled,
    unknown,
    sessions,
    durationMs,
  } = ledger;
  const secrets = secretsOf(process.env);
  const notes: RunPage['notes'] = [];
  for await (const record of store.records(run)) {
    if (record.kind !== 'note') continue;
    notes.push({ session: record.epoch, code: record.code, message: redact(record.message, secrets) });
  }
  return {
    schema: 'assize.run/1',
    run,
    reason: end?.reason ?? 'open',
    fault: end?.fault ?? null,
    started: manifest.started,
    sessions,
    durationMs,
    dataset: manifest.dataset,
    raters: manifest.raters.map(({ id, kind, fingerprint }) => ({ id, kind, fingerprint })),
    assignments: { planned, finished: assignments },
    ratings: { ...statuses },
    reasked: { ...reasked },
    models: Object.fromEntries(
      Object.entries(models).map(([id, books]) => [
        id,
        { ...books, served: Object.fromEntries(Object.entries(books.served)), faults: { ...books.faults } },
      ]),
    ),
    cost,
    possiblyBilled,
    unknown: [...unknown],
    notes,
    digest: await resultDigest(ratings()),
  };
}
