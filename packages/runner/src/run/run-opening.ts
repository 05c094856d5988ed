import type { ManifestRecord, OpenRun, RunEvent } from '@assize/core';

import type { CachePolicy } from '../cache/cache-policy.ts';
import type { BudgetLimits } from '../money/budget.ts';
import { specVersion } from '../calls/call-key.ts';
import type { Prices } from '../money/price.ts';
import type { LedgerFold } from '../money/run-ledger.ts';
import { datasetOf, plannedOf, type RunPlan } from './run-plan.ts';
import { bootId, mostOf, unknownCalls } from './unknown-calls.ts';

export interface OpeningOptions {
  readonly plan: RunPlan;
  readonly run: string;
  readonly log: OpenRun;
  readonly fold: LedgerFold;
  /** When the session began, by the wall clock. */
  readonly started: string;
  /** Milliseconds since the session began. */
  readonly at: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly settings: {
    readonly concurrency: number;
    readonly cache: CachePolicy;
    readonly prices: Prices;
    /** The day of the list prices; `null` without a list. */
    readonly listPrices: string | null;
    readonly budget: BudgetLimits;
  };
}

/**
 * Begins a session of a run: writes what it is about, and says what was found of earlier ones.
 *
 * @returns the number of the session, counted from 1.
 */
export async function openSession(options: OpeningOptions): Promise<number> {
  const { plan, run, log, fold, started, at, emit, settings } = options;
  const earlier = fold.manifest;
  const isResumed = fold.epoch > 0;
  const epoch = fold.epoch + 1;
  const note = async (code: string, message: string): Promise<void> => {
    await log.append({ kind: 'note', epoch, at: at(), code, message });
    emit({ type: 'warning', code, message });
  };
  const dataset = datasetOf(plan.dataset);
  const boot = await bootId();
  const unknown = fold.unknown();
  fold.chargeUnknown();
  const raters = plan.raters.map(({ id, kind, fingerprint, criteria }) => ({
    id,
    kind,
    fingerprint,
    criteria: [...criteria],
  }));
  const manifest: ManifestRecord = {
    kind: 'manifest',
    spec: specVersion,
    run,
    epoch,
    started,
    boot,
    dataset,
    raters,
    settings: {
      ...settings,
      cache: { scope: settings.cache.scope, limits: { ...settings.cache.limits } },
      limit: plan.limit ?? null,
    },
  };
  await log.append(manifest);
  fold.add(manifest);
  emit({
    type: 'run-start',
    run,
    assignments: plannedOf(plan),
    resumed: isResumed,
    unknown: { calls: unknown.length, maxCost: mostOf(unknown) },
  });
  for (const { code, message } of log.notices) await note(code, message);
  if (unknown.length > 0) emit({ type: 'warning', ...unknownCalls(unknown, earlier?.boot === boot) });
  if (earlier && earlier.dataset.fingerprint !== dataset.fingerprint) {
    const message = `data set ${dataset.name} has changed since the run began; items that changed are rated anew`;
    await note('runner/dataset-changed', message);
  }
  return epoch;
}
