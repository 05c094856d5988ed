import { randomUUID } from 'node:crypto';

import { type Model, type Random, type RunEvent, type Store } from '@assize/core';
import { seededRandom } from '@assize/stats';

import type { CacheOption } from '../cache/cache-policy.ts';
import { type BatchSettings, batchSettingsSchema } from '../batch/batch-settings.ts';
import type { BudgetLimits } from '../money/budget.ts';
import type { HedgeOptions } from '../calls/hedged-attempts.ts';
import { type Clock, systemClock } from '../pacing/clock.ts';
import { EventStream } from './event-stream.ts';
import { folderStore } from '../journal/folder-store.ts';
import type { Durability } from '../journal/journal-writer.ts';
import type { Prices } from '../money/price.ts';
import type { PriceTable } from '../money/price-table.ts';
import { type Limits, limitsSchema } from '../pacing/lane-limits.ts';
import { retryDefaults, type RetryOptions } from '../pacing/retry-policy.ts';
import type { RunPlan } from './run-plan.ts';
import { badOption } from './bad-option.ts';
import { RunSession } from './run-session.ts';
import type { RunSummary } from './run-summary.ts';

export interface RunOptions {
  /** The folder that holds runs, made when it is not there; or a store of another kind. */
  readonly directory: string | Store;
  /** The name of the run: an old one is resumed, a new one begun. Made of the date when left out. */
  readonly run?: string;
  /** Gives the model behind an id that a rater asks for. */
  readonly models: (id: string) => Model | Promise<Model>;
  /** Requests in flight at once, at most. Default 8. */
  readonly concurrency?: number;
  /** What each model may be asked in flight and a minute, by model as in `prices`; what its provider bears is learned. */
  readonly limits?: Limits;
  /** Aborts the run: calls in flight are given up and stay unknown. */
  readonly signal?: AbortSignal;
  readonly retry?: RetryOptions;
  /** Sends a call a second time when it is not answered for so long; the first reply counts, both are paid. Off. */
  readonly hedge?: HedgeOptions;
  /** What the run may spend over all its sessions. */
  readonly budget?: BudgetLimits;
  /** When a record counts as kept. Default `batch`. */
  readonly durability?: Durability;
  /** Bytes kept free for replies in flight when the disk runs full. Default 16 MiB. */
  readonly reserveBytes?: number;
  /** Write to a network or user-space file system all the same: you know that its locks and syncs hold. Default false. */
  readonly allowNetworkFolder?: boolean;
  /** How long one attempt may take, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number;
  /**
   * How long a rater may work on one item by itself, the time that it waits for models not counted, in milliseconds; its
   * item has then failed. Default 300,000.
   */
  readonly ratingDeadlineMs?: number;
  /**
   * What to do when a provider serves another model than it did when the run began: `warn` goes on and notes it, `stop`
   * ends the run with runner/model-drift. Default `warn`.
   */
  readonly onModelDrift?: 'warn' | 'stop';
  /** How long `drain` waits for calls in flight before it gives them up, in milliseconds. Default 60,000. */
  readonly drainMs?: number;
  /** Prices by model, before those of the list. */
  readonly prices?: Prices;
  /** List prices to use instead of those that come with this package. */
  readonly priceTable?: PriceTable | 'none';
  /** Whether a budget in dollars refuses a model whose price is unknown (default), or leaves it to the limit of tokens. */
  readonly onUnknownPrice?: 'refuse' | 'tokens';
  /** Whether equal questions get one reply: in this run, or of any run of the store; with limits of age and size. Default `off`. */
  readonly cache?: CacheOption;
  /** Rate again what has failed in an earlier session. */
  readonly retryFailed?: boolean;
  /**
   * Puts calls into batches where their model takes them: within a day and for about half. `{}` takes every default. Left
   * out, batches of earlier sessions are collected all the same.
   */
  readonly batch?: BatchSettings;
  /** Called for each event, in order, as it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly seed?: number;
  readonly random?: Random;
  readonly clock?: Clock;
}

/** A run that is under way. */
export interface Run {
  readonly id: string;
  /** What happens, for one reader, who holds up the run when it falls more than 1,024 events behind. */
  readonly events: AsyncIterable<RunEvent>;
  /** How it ended. Rejects only when the run could not begin. */
  readonly done: Promise<RunSummary>;
  /** Begins no further call and waits for those in flight, no longer than `graceMs`. */
  drain(graceMs?: number): void;
  /** Gives up calls in flight, which stay unknown. */
  abort(): void;
}

/**
 * Starts or resumes a run: every rater rates every item, and what was paid for is kept before it is used.
 *
 * `done` rejects with runner/run-locked, runner/read-only, runner/disk-full, runner/journal-damaged, runner/no-price,
 * runner/duplicate-rater, runner/bad-option or the error of `models`, when the run cannot begin; whatever stops it later
 * is the `fault` of the summary, and the run can be resumed.
 *
 * @example
 * const run = startRun({ dataset, raters: [judge] }, { directory: '.assize', run: 'nightly', models: resolve });
 * for await (const event of run.events) if (event.type === 'rating-end') console.log(event.rating);
 * const { reason, ledger } = await run.done;
 */
export function startRun(plan: RunPlan, options: RunOptions): Run {
  const { directory, durability = 'batch', reserveBytes = 16 << 20, clock = systemClock } = options;
  const {
    allowNetworkFolder = false,
    concurrency = 8,
    deadlineMs = 120_000,
    drainMs = 60_000,
    retry,
    seed = 0,
  } = options;
  const id = options.run ?? `${clock.date().replace(/\D/g, '').slice(0, 14)}-${randomUUID().slice(0, 6)}`;
  const events = new EventStream(options.onEvent);
  const session = new RunSession({
    plan,
    run: id,
    store:
      typeof directory === 'string'
        ? folderStore(directory, { durability, reserveBytes, allowNetworkFolder, date: () => clock.date() })
        : directory,
    models: options.models,
    concurrency,
    limits: options.limits ?? {},
    deadlineMs,
    ratingDeadlineMs: options.ratingDeadlineMs ?? 300_000,
    onModelDrift: options.onModelDrift ?? 'warn',
    retry: { ...retryDefaults, ...retry },
    hedge: options.hedge,
    budget: options.budget ?? {},
    prices: options.prices ?? {},
    priceTable: options.priceTable,
    onUnknownPrice: options.onUnknownPrice ?? 'refuse',
    cache: options.cache ?? 'off',
    retryFailed: options.retryFailed ?? false,
    batch: options.batch,
    random: options.random ?? seededRandom(seed),
    clock,
    events,
  });
  const abort = (): void => session.halt.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  const begin = async (): Promise<RunSummary> => {
    try {
      if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
        throw badOption({ option: 'concurrency', problem: `expected a whole number from 1, found ${concurrency}` });
      }
      const { hedge } = options;
      if (hedge && !(hedge.afterMs > 0)) {
        throw badOption({ option: 'hedge.afterMs', problem: `expected milliseconds above 0, found ${hedge.afterMs}` });
      }
      const limits = limitsSchema.safeParse(options.limits ?? {});
      if (!limits.success) {
        const [{ path, message } = { path: [], message: 'invalid' }] = limits.error.issues;
        throw badOption({ option: ['limits', ...path].join('.'), problem: message });
      }
      const batch = batchSettingsSchema.optional().safeParse(options.batch);
      const issue = batch.error?.issues[0];
      if (issue) throw badOption({ option: ['batch', ...issue.path].join('.'), problem: issue.message });
      return await session.run();
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  };
  const done = begin();
  // Who reads the events alone learns of the error there.
  done.then(
    () => events.end(),
    (error: Error) => events.end(error),
  );
  return { id, events, done, drain: (graceMs = drainMs) => session.drain(graceMs), abort };
}
