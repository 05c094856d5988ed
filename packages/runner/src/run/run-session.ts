import type { EndRecord, Model, OpenRun, Random, RunEvent, RunReason, RunRecord, Store } from '@assize/core';

import { asError } from './as-error.ts';
import { AssignmentLoop } from './assignment-loop.ts';
import { badOption } from './bad-option.ts';
import type { BatchSettings } from '../batch/batch-settings.ts';
import { type BudgetLimits, budgetSpent } from '../money/budget.ts';
import { type CacheOption, cachePolicy, type CachePolicy } from '../cache/cache-policy.ts';
import { Calls } from '../calls/calls.ts';
import type { HedgeOptions } from '../calls/hedged-attempts.ts';
import { type Clock, recentDate } from '../pacing/clock.ts';
import { Crowd } from './crowd.ts';
import type { EventStream } from './event-stream.ts';
import { noPrice } from '../calls/journaled-attempts.ts';
import { PriceBook } from '../money/price-book.ts';
import type { Prices } from '../money/price.ts';
import { listPrices, type PriceTable } from '../money/price-table.ts';
import type { Limits } from '../pacing/lane-limits.ts';
import type { RetryOptions } from '../pacing/retry-policy.ts';
import { runFault } from './run-fault.ts';
import { RunHalt } from './run-halt.ts';
import { LedgerFold } from '../money/run-ledger.ts';
import { RunModels } from './run-models.ts';
import { openSession } from './run-opening.ts';
import { duplicateRater, isJudge, plannedOf, type RunPlan } from './run-plan.ts';
import type { RunSummary } from './run-summary.ts';

export interface SessionOptions {
  readonly plan: RunPlan;
  readonly run: string;
  readonly store: Store;
  readonly models: (id: string) => Model | Promise<Model>;
  readonly concurrency: number;
  readonly limits: Limits;
  readonly deadlineMs: number;
  readonly ratingDeadlineMs: number;
  readonly onModelDrift: 'warn' | 'stop';
  readonly retry: Required<RetryOptions>;
  readonly hedge?: HedgeOptions | undefined;
  readonly budget: BudgetLimits;
  readonly prices: Prices;
  /** List prices; those of this package when left out. */
  readonly priceTable: PriceTable | 'none' | undefined;
  readonly onUnknownPrice: 'refuse' | 'tokens';
  readonly cache: CacheOption;
  readonly retryFailed: boolean;
  readonly batch: BatchSettings | undefined;
  readonly random: Random;
  readonly clock: Clock;
  readonly events: EventStream;
}

/** One opening of a run, from taking its lock to giving it back. */
export class RunSession {
  readonly halt: RunHalt;
  readonly #options: SessionOptions;
  readonly #fold = new LedgerFold();
  readonly #models: RunModels;
  readonly #began: number;
  readonly #started: string;
  #cancelGrace = (): void => undefined;
  #cancelTimeLimit = (): void => undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#models = new RunModels(options.models);
    this.#started = options.clock.date();
    this.#began = options.clock.now();
    this.halt = new RunHalt(options.run);
  }

  drain(graceMs: number): void {
    if (this.halt.launching.aborted) return;
    this.halt.stop('drained');
    const message = 'no further call is started; replies to calls in flight are waited for';
    this.#emit({ type: 'warning', code: 'runner/draining', message });
    this.#cancelGrace = this.#options.clock.after(graceMs, () => this.halt.abort());
  }

  async run(): Promise<RunSummary> {
    try {
      await this.#prepare();
      return await this.#work();
    } finally {
      this.#cancelGrace();
      this.#cancelTimeLimit();
    }
  }

  /** Finds what is wrong with the plan before anything is written or asked. */
  async #prepare(): Promise<void> {
    const { plan, budget, onUnknownPrice, clock } = this.#options;
    if (budget.usd !== undefined && onUnknownPrice === 'tokens' && budget.tokens === undefined) {
      const problem = '"tokens" needs a budget of tokens, which then holds for models whose price is unknown';
      throw badOption({ option: 'onUnknownPrice', problem });
    }
    const ids = new Set<string>();
    for (const { id } of plan.raters) {
      if (ids.has(id)) throw duplicateRater({ rater: id });
      ids.add(id);
    }
    const judges = plan.raters.filter(isJudge);
    for (const id of new Set(judges.map(({ definition }) => definition.model.id))) {
      const model = await this.#models.load(id);
      for (const judge of judges) if (judge.definition.model.id === id) judge.check?.(model.abilities);
      if (budget.usd === undefined || onUnknownPrice === 'tokens') continue;
      if (!(await this.#priceBook()).of(model.id, clock.date())) throw noPrice({ model: model.id });
    }
  }

  async #work(): Promise<RunSummary> {
    const { store, run, plan, concurrency, prices, budget } = this.#options;
    const cache = cachePolicy(this.#options.cache, this.#started);
    const reading = this.#priceBook();
    reading.catch(() => undefined);
    const log = await store.open(run, {
      visit: (record) => this.#fold.add(record),
      trouble: (error) => this.halt.stop('stopped', error),
    });
    let loop: AssignmentLoop;
    let reason: RunReason;
    try {
      const book = await reading;
      const settings = { concurrency, cache, prices, listPrices: book.asOf ?? null, budget };
      const told = { at: () => this.#at(), emit: (event: RunEvent) => this.#emit(event) };
      const epoch = await openSession({ plan, run, log, fold: this.#fold, started: this.#started, ...told, settings });
      this.#warnOfStalePrices(book);
      this.#limitTime();
      const work = this.#loop(log, epoch, cache, book);
      loop = work.loop;
      const isComplete = await loop.run();
      await work.calls.close();
      reason = isComplete ? 'done' : (this.halt.reason ?? 'stopped');
      await this.#end(log, epoch, reason);
    } finally {
      this.halt.abort();
      await log.close();
    }
    const { planned = plannedOf(plan), finished, kept } = loop;
    return this.#summary(reason, { planned, finished, kept });
  }

  #loop(log: OpenRun, epoch: number, cache: CachePolicy, book: PriceBook): { loop: AssignmentLoop; calls: Calls } {
    const { plan, clock, random, concurrency, deadlineMs, retry, budget, events } = this.#options;
    const { retryFailed, onUnknownPrice, limits, hedge, ratingDeadlineMs, onModelDrift, batch } = this.#options;
    const crowd = new Crowd(concurrency, this.halt, clock);
    const write = async (record: RunRecord): Promise<void> => {
      await log.append(record);
      this.#fold.add(record);
    };
    const today = recentDate(clock);
    const common = {
      log,
      fold: this.#fold,
      halt: this.halt,
      crowd,
      random,
      price: (asked: string, served?: string) => book.of(asked, today(), served),
      epoch,
      at: () => this.#at(),
      emit: (event: RunEvent) => this.#emit(event),
      write,
    };
    const model = (id: string): Model | Promise<Model> => this.#models.get(id);
    const calls = new Calls({
      ...common,
      clock,
      concurrency,
      limits,
      deadlineMs,
      retry,
      ...(hedge ? { hedge } : {}),
      budget,
      onUnknownPrice,
      cache,
      onModelDrift,
      batch,
      model,
    });
    const loop = new AssignmentLoop({
      ...common,
      plan,
      clock,
      ratingDeadlineMs,
      calls,
      model,
      retryFailed,
      readerKeepsUp: () => events.room(),
    });
    return { calls, loop };
  }

  /** Minutes count over all sessions, like the other limits. */
  #limitTime(): void {
    const { budget, clock } = this.#options;
    const { minutes } = budget;
    if (minutes === undefined) return;
    const left = minutes * 60_000 - this.#fold.durationMs;
    const stop = (): void => {
      const spent = Math.max(this.#fold.durationMs, minutes * 60_000) / 60_000;
      this.halt.stop('budget', budgetSpent({ limit: 'minutes', most: minutes, spent }));
    };
    if (left <= 0) stop();
    else this.#cancelTimeLimit = clock.after(left, stop);
  }

  /** Read once, and only when the run is sure to begin or a budget needs it. */
  async #priceBook(): Promise<PriceBook> {
    const { prices, priceTable } = this.#options;
    const list = priceTable === 'none' ? undefined : (priceTable ?? (await listPrices()));
    return new PriceBook(prices, list);
  }

  #warnOfStalePrices(book: PriceBook): void {
    const { plan, clock } = this.#options;
    const date = clock.date();
    const days = book.staleDays(date);
    if (days === undefined) return;
    const asked = plan.raters.filter(isJudge).map(({ definition }) => definition.model.id);
    if (!asked.some((model) => book.isListed(model, date))) return;
    const message = `list prices were read ${days} days ago, on ${book.asOf}: costs may be wrong`;
    this.#emit({ type: 'warning', code: 'runner/stale-prices', message, hint: 'Give the prices under `prices`.' });
  }

  async #end(log: OpenRun, epoch: number, reason: RunReason): Promise<void> {
    const { fault } = this.halt;
    const why = fault ? { fault: runFault(fault).code } : {};
    const end: EndRecord = { kind: 'end', epoch, at: this.#at(), reason, ...why };
    try {
      await log.append(end);
      this.#fold.add(end);
    } catch (error) {
      // A disk that takes no more says so by the fault; the end of a session is worth no other error.
      this.halt.stop('stopped', asError(error));
    }
  }

  #summary(reason: RunReason, assignments: RunSummary['assignments']): RunSummary {
    const { run } = this.#options;
    const ledger = this.#fold.ledger();
    const fault = reason === 'done' ? undefined : this.halt.fault;
    const ratings = Object.values(ledger.ratings).reduce((sum, rows) => sum + rows, 0);
    const why = fault ? { fault: runFault(fault) } : {};
    this.#emit({ type: 'run-end', run, reason, ratings, cost: ledger.cost, ...why });
    return { run, reason, ...(fault ? { fault } : {}), assignments, ledger };
  }

  #at(): number {
    return this.#options.clock.now() - this.#began;
  }

  #emit(event: RunEvent): void {
    this.#options.events.push(event);
  }
}
