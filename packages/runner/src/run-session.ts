import {
  type Item,
  type ManifestRecord,
  type Model,
  type Money,
  type OpenRun,
  type Random,
  type Rating,
  type RatingsRecord,
  type RunEvent,
  type RunReason,
  type Store,
} from '@assize/core';

import { type Assignment, runAssignment } from './assignment.ts';
import type { BudgetLimits } from './budget.ts';
import { assignmentKey, contentHash, specVersion } from './call-key.ts';
import { Calls, noPrice } from './calls.ts';
import type { Clock } from './clock.ts';
import type { EventStream } from './event-stream.ts';
import { costOf, priceOf, type Prices } from './price.ts';
import type { RetryOptions } from './retry-policy.ts';
import { runFault } from './run-fault.ts';
import { RunHalt } from './run-halt.ts';
import { LedgerFold } from './run-ledger.ts';
import type { RunSummary } from './run-summary.ts';
import { bootId, mostOf, unknownCalls } from './unknown-calls.ts';
import { datasetOf, duplicateItem, duplicateRater, isJudge, itemsOf, plannedOf, type RunPlan } from './run-plan.ts';

export interface SessionOptions {
  readonly plan: RunPlan;
  readonly run: string;
  readonly store: Store;
  readonly models: (id: string) => Model | Promise<Model>;
  readonly concurrency: number;
  readonly deadlineMs: number;
  readonly retry: Required<RetryOptions>;
  readonly budget: BudgetLimits;
  readonly prices: Prices;
  readonly cache: 'run' | 'store' | 'off';
  readonly retryFailed: boolean;
  readonly random: Random;
  readonly clock: Clock;
  readonly events: EventStream;
  readonly onEvent: ((event: RunEvent) => void) | undefined;
}

/** Assignments under way per place: one at work, and for every fourth one that is ready when it ends. */
const ready = 1.25;
/** The most of them per place, those counted too that wait for another try. */
const crowd = 8;

/** One opening of a run, from taking its lock to giving it back. */
export class RunSession {
  readonly halt: RunHalt;
  readonly #options: SessionOptions;
  readonly #fold = new LedgerFold();
  readonly #models = new Map<string, Model | Promise<Model>>();
  readonly #began: number;
  #listener: ((event: RunEvent) => void) | undefined;
  #cancelGrace = (): void => undefined;
  #active = 0;
  #finished = 0;
  #kept = 0;
  #unfinished = 0;
  #planned: number | null = null;
  #changed: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#listener = options.onEvent;
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
    }
  }

  /** Finds what is wrong with the plan before anything is written or asked. */
  async #prepare(): Promise<void> {
    const { plan, prices, budget } = this.#options;
    const ids = new Set<string>();
    for (const { id } of plan.raters) {
      if (ids.has(id)) throw duplicateRater({ rater: id });
      ids.add(id);
    }
    for (const id of new Set(plan.raters.filter(isJudge).map(({ definition }) => definition.model.id))) {
      const model = await this.#options.models(id);
      this.#models.set(id, model);
      if (budget.usd !== undefined && !priceOf(prices, model.id)) throw noPrice({ model: model.id });
    }
  }

  async #work(): Promise<RunSummary> {
    const { store, run, plan } = this.#options;
    const log = await store.open(run, {
      visit: (record) => this.#fold.add(record),
      trouble: (error) => this.halt.stop('stopped', error),
    });
    let reason: RunReason;
    try {
      const epoch = await this.#begin(log);
      const calls = this.#calls(log, epoch);
      const isExhausted = await this.#pump(log, calls, epoch);
      await this.#idle();
      reason = isExhausted && this.#unfinished === 0 ? 'done' : (this.halt.reason ?? 'stopped');
      const { fault } = this.halt;
      const end = {
        kind: 'end',
        epoch,
        at: this.#at(),
        reason,
        ...(fault ? { fault: runFault(fault).code } : {}),
      } as const;
      await log.append(end).then(
        () => this.#fold.add(end),
        // A disk that takes no more says so by the fault; the end of a session is worth no other error.
        (error: unknown) => this.halt.stop('stopped', asError(error)),
      );
    } finally {
      this.halt.abort();
      await log.close();
    }
    const ledger = this.#fold.ledger();
    const fault = reason === 'done' ? undefined : this.halt.fault;
    const ratings = Object.values(ledger.ratings).reduce((sum, rows) => sum + rows, 0);
    this.#emit({
      type: 'run-end',
      run,
      reason,
      ratings,
      cost: ledger.cost,
      ...(fault ? { fault: runFault(fault) } : {}),
    });
    return {
      run,
      reason,
      ...(fault ? { fault } : {}),
      assignments: { planned: this.#planned ?? plannedOf(plan), finished: this.#finished, kept: this.#kept },
      ledger,
    };
  }

  /** Writes what the run is about, and says what was found. */
  async #begin(log: OpenRun): Promise<number> {
    const { plan, run, concurrency, cache, prices, budget, clock } = this.#options;
    const earlier = this.#fold.manifest;
    const epoch = (earlier?.epoch ?? 0) + 1;
    const dataset = datasetOf(plan.dataset);
    const boot = await bootId();
    const unknown = this.#fold.unknown();
    this.#fold.chargeUnknown();
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
      started: clock.date(),
      boot,
      dataset,
      raters,
      settings: { concurrency, cache, prices, budget, limit: plan.limit ?? null },
    };
    await log.append(manifest);
    this.#fold.add(manifest);
    this.#emit({
      type: 'run-start',
      run,
      assignments: plannedOf(plan),
      resumed: earlier !== undefined,
      unknown: { calls: unknown.length, maxCost: mostOf(unknown) },
    });
    for (const { code, message } of log.notices) await this.#note(log, epoch, code, message);
    if (unknown.length > 0) this.#emit({ type: 'warning', ...unknownCalls(unknown, earlier?.boot === boot) });
    if (earlier && earlier.dataset.fingerprint !== dataset.fingerprint) {
      const message = `data set ${dataset.name} has changed since the run began; items that changed are rated anew`;
      await this.#note(log, epoch, 'runner/dataset-changed', message);
    }
    return epoch;
  }

  #calls(log: OpenRun, epoch: number): Calls {
    const { clock, random, concurrency, deadlineMs, retry, prices, budget, cache } = this.#options;
    return new Calls({
      log,
      fold: this.#fold,
      halt: this.halt,
      clock,
      random,
      emit: (event) => this.#emit(event),
      epoch,
      at: () => this.#at(),
      concurrency,
      deadlineMs,
      retry,
      prices,
      budget,
      cache,
      parkedChanged: () => this.#wake(),
    });
  }

  /** Pulls items as there is room for them. Returns whether all were pulled. */
  async #pump(log: OpenRun, calls: Calls, epoch: number): Promise<boolean> {
    const { plan } = this.#options;
    const { limit = Number.POSITIVE_INFINITY } = plan;
    const items = itemsOf(plan.dataset)[Symbol.asyncIterator]();
    const seen = new Set<string>();
    let position = 0;
    try {
      for (; position < limit; position += 1) {
        const next = await this.#next(items);
        if (next.done === true) break;
        const item = next.value;
        if (seen.has(item.id)) throw duplicateItem({ item: item.id, position });
        seen.add(item.id);
        const itemFingerprint = contentHash(item);
        for (const rater of plan.raters) {
          await this.#room(calls);
          if (this.halt.launching.aborted) return false;
          const key = assignmentKey(item, itemFingerprint, rater);
          this.#launch(log, calls, epoch, { key, item, itemFingerprint, position, rater, again: 0 });
        }
      }
      this.#planned = position * plan.raters.length;
      return true;
    } catch (error) {
      this.halt.stop('stopped', asError(error));
      return false;
    } finally {
      // Not waited for: a source that is stuck would hold up the end of the run.
      items.return?.().catch(() => undefined);
    }
  }

  /** The next item, unless the run comes to rest while a slow source is waited for. */
  async #next(items: AsyncIterator<Item>): Promise<IteratorResult<Item>> {
    const { launching } = this.halt;
    const rest = Promise.withResolvers<never>();
    const stop = (): void => rest.reject(this.halt.error());
    if (launching.aborted) stop();
    launching.addEventListener('abort', stop);
    try {
      return await Promise.race([items.next(), rest.promise]);
    } finally {
      launching.removeEventListener('abort', stop);
    }
  }

  #launch(log: OpenRun, calls: Calls, epoch: number, assignment: Assignment): void {
    this.#active += 1;
    this.#rate(log, calls, epoch, assignment)
      .catch((error: unknown) => {
        this.#unfinished += 1;
        this.halt.stop('stopped', asError(error));
      })
      .finally(() => {
        this.#active -= 1;
        this.#wake();
      });
  }

  async #rate(log: OpenRun, calls: Calls, epoch: number, assignment: Assignment): Promise<void> {
    const { random, retryFailed } = this.#options;
    const { key, item, rater, position } = assignment;
    const earlier = epoch > 1 ? await log.ratings(key) : undefined;
    if (earlier && !(retryFailed && earlier.ratings.some(({ status }) => status === 'failed'))) {
      this.#finished += 1;
      this.#kept += 1;
      for (const rating of earlier.ratings) this.#emit({ type: 'rating-end', rating, from: 'journal' });
      return;
    }
    const result = await runAssignment(assignment, {
      halt: this.halt,
      random,
      model: (id) => this.#model(id),
      answer: (call) => calls.answer(call),
      cost: (rating) => this.#costOf(rating),
      failed: (error) => this.#emit({ type: 'warning', ...runFault(error) }),
    });
    if (!result) {
      this.#unfinished += 1;
      return;
    }
    const again = earlier ? earlier.again + 1 : 0;
    const { ratings, from } = result;
    const { fingerprint } = rater;
    const record: RatingsRecord = {
      kind: 'ratings',
      assignment: key,
      epoch,
      at: this.#at(),
      position,
      item: item.id,
      rater: rater.id,
      fingerprint,
      again,
      ratings,
    };
    await log.append(record);
    this.#fold.add(record);
    this.#finished += 1;
    for (const rating of ratings) this.#emit({ type: 'rating-end', rating, from });
  }

  /** Waits while enough assignments are under way to fill all places, those not counted that wait for another try. */
  async #room(calls: Calls): Promise<void> {
    const { concurrency, events } = this.#options;
    await events.room();
    while (
      !this.halt.launching.aborted &&
      (this.#active - calls.parked >= concurrency * ready || this.#active >= concurrency * crowd)
    ) {
      await this.#change();
    }
  }

  async #idle(): Promise<void> {
    while (this.#active > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #wake(): void {
    this.#changed?.();
    this.#changed = undefined;
  }

  #model(id: string): Model | Promise<Model> {
    let model = this.#models.get(id);
    if (!model) {
      model = this.#options.models(id);
      this.#models.set(id, model);
      if (model instanceof Promise) {
        model.then(
          (made) => this.#models.set(id, made),
          () => this.#models.delete(id),
        );
      }
    }
    return model;
  }

  #costOf({ usage, provenance: { asked, served } }: Rating): Money | null {
    return asked === undefined ? null : costOf(priceOf(this.#options.prices, asked, served), usage);
  }

  #at(): number {
    return this.#options.clock.now() - this.#began;
  }

  async #note(log: OpenRun, epoch: number, code: string, message: string): Promise<void> {
    await log.append({ kind: 'note', epoch, at: this.#at(), code, message });
    this.#emit({ type: 'warning', code, message });
  }

  #emit(event: RunEvent): void {
    this.#options.events.push(event);
    try {
      this.#listener?.(event);
    } catch (error) {
      this.#listener = undefined;
      const { message } = runFault(error);
      this.#options.events.push({
        type: 'warning',
        code: 'runner/listener-threw',
        message: `onEvent threw and is not called again: ${message}`,
      });
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
