import { randomUUID } from 'node:crypto';

import { faultClass, type Model, type OpenRun } from '@assize/core';

import { type Answer, type Call, callFailed } from '../calls/call.ts';
import type { Budget } from '../money/budget.ts';
import { costBound, usageBound } from '../money/price.ts';
import { asError } from '../run/as-error.ts';
import type { Crowd } from '../run/crowd.ts';
import type { BatchSettings } from './batch-settings.ts';
import { BatchWatch } from './batch-watch.ts';
import { type Gathered, Gathering, type Waiter } from './gathering.ts';
import { faultOf } from './provider-call.ts';
import type { Shelf } from './shelf.ts';
import type { Miss, WatchOptions } from './watch-options.ts';

/** However busy the rest of the run is, what was gathered goes after so long without another call. */
const longestQuietMs = 60_000;
/** Intents that are written at one time. */
const written = 256;

export interface BatchCallsOptions extends Omit<WatchOptions, 'waiterOf' | 'missed' | 'settings'> {
  readonly log: OpenRun;
  readonly budget: Budget;
  readonly crowd: Crowd;
  readonly shelf: Shelf;
  readonly model: (id: string) => Model | Promise<Model>;
  /** Left out: no call is put into a batch, and those of earlier sessions are collected all the same. */
  readonly batch: BatchSettings | undefined;
  readonly settings: Required<Omit<BatchSettings, 'deadlineMs'>> & Pick<BatchSettings, 'deadlineMs'>;
}

/**
 * Answers calls by batches: gathers them by model, submits what is full or all that there is, and gives each its row.
 *
 * No call is in two batches at one time, whatever died in between: it lies in one until its receipt or its settle is
 * written.
 */
export class BatchCalls {
  readonly #options: BatchCallsOptions;
  readonly #watch: BatchWatch;
  readonly #gatherings = new Map<string, Gathering>();
  readonly #waiters = new Map<string, Waiter>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #warned = new Set<string>();
  /** Calls that wait for what others may leave of the budget. */
  #short: { readonly model: Model; readonly gathered: Gathered }[] = [];
  #cancelQuiet = (): void => undefined;

  constructor(options: BatchCallsOptions) {
    const { halt, crowd } = options;
    this.#options = options;
    this.#watch = new BatchWatch({
      ...options,
      waiterOf: (call) => this.#waiters.get(call),
      missed: (miss) => this.#missed(miss),
    });
    crowd.onStill(() => {
      if (!this.#watch.isCollecting) this.#flushAll();
    });
    const stop = (): void => {
      this.#cancelQuiet();
      for (const { reject } of this.#waiters.values()) reject(halt.error());
      this.#waiters.clear();
    };
    halt.launching.addEventListener('abort', stop, { once: true });
  }

  /** Takes up the batches of earlier sessions. */
  resume(): void {
    const { fold, budget } = this.#options;
    for (const open of fold.batches.all()) {
      for (const { maxCost, maxTokens } of open.members.values()) budget.hold(amounts(maxCost?.amount, maxTokens));
      this.#track(async () => {
        try {
          await this.#watch.takeUp(await this.#options.model(open.model), open);
        } finally {
          this.#regather();
        }
      });
    }
  }

  /** The reply of a call by its batch; `undefined` when it is to be asked by itself. */
  async answer(call: Call, key: string, asked: string): Promise<Answer | undefined> {
    const { fold, log, epoch, shelf, halt } = this.#options;
    if (!fold.batches.holds(key)) {
      // The batch of an earlier session may have brought it since it was looked for.
      const receipt = epoch > 1 ? await log.receipt(key) : undefined;
      if (receipt) return { reply: receipt.reply, from: 'journal', latencyMs: receipt.latencyMs, cost: receipt.cost };
      if (!this.#takes(call.model)) return undefined;
    }
    if (halt.launching.aborted) throw halt.error();
    let waits = false;
    try {
      return await new Promise<Answer | undefined>((resolve, reject) => {
        const waiter: Waiter = { call, key, asked, resolve, reject, misses: 0 };
        this.#waiters.set(key, waiter);
        const shelve = (): void => {
          waits = true;
          shelf.shelve(call.assignment);
        };
        if (fold.batches.holds(key)) shelve();
        else this.#gather(waiter).then(shelve, reject);
      });
    } finally {
      this.#waiters.delete(key);
      if (waits) shelf.unshelve(call.assignment);
    }
  }

  /** Waits for what is being written or submitted; batches stay at their providers, unless an abort is to cancel them. */
  async close(): Promise<void> {
    const { fold, halt, settings, emit } = this.#options;
    this.#cancelQuiet();
    this.#watch.stop();
    await Promise.allSettled(this.#tasks);
    if (halt.reason === 'aborted' && settings.cancelOnAbort) await this.#cancelAll();
    const { open, calls } = fold.batches.summary();
    if (open === 0) return;
    for (const { label, model, id = null, members } of fold.batches.all()) {
      emit({ type: 'batch', label, model, id, state: 'left', calls: members.size, finished: 0, failed: 0 });
    }
    const message = `${open} ${open === 1 ? 'batch' : 'batches'} with ${calls} calls stay at the provider, which goes on with them`;
    emit({ type: 'warning', code: 'runner/batches-left', message, hint: 'Resume the run to collect their replies.' });
  }

  async #cancelAll(): Promise<void> {
    const { fold, model } = this.#options;
    const cancelled = fold.batches.all().map(async (open) => this.#watch.cancel(await model(open.model), open));
    await Promise.allSettled(cancelled);
  }

  #takes({ id, batch }: Model): boolean {
    if (this.#options.batch === undefined) return false;
    if (batch) return true;
    if (!this.#warned.has(id)) {
      this.#warned.add(id);
      const message = `${id} takes no batches: its calls are asked one by one, at the full price`;
      this.#options.emit({ type: 'warning', code: 'runner/no-batch', message });
    }
    return false;
  }

  async #gather(waiter: Waiter): Promise<void> {
    const { clock, halt } = this.#options;
    const { model, request } = waiter.call;
    if (!model.batch) return waiter.resolve(undefined);
    try {
      const line = await model.batch.prepare(request);
      const gathering = this.#gatherings.get(model.id) ?? new Gathering(model, model.batch.limits);
      this.#gatherings.set(model.id, gathering);
      if (!gathering.takes(line)) return waiter.resolve(undefined);
      if (gathering.isFullFor(line)) this.#flush(gathering);
      gathering.add(waiter, line);
    } catch (error) {
      const fault = faultOf(error, model.id);
      if (faultClass(fault) === 'stopping') halt.stop('stopped', fault);
      throw fault;
    }
    this.#cancelQuiet();
    this.#cancelQuiet = clock.after(longestQuietMs, () => this.#flushAll());
  }

  #flushAll(): void {
    for (const gathering of this.#gatherings.values()) if (gathering.size > 0) this.#flush(gathering);
  }

  #flush(gathering: Gathering): void {
    const gathered = gathering.take();
    this.#track(() => this.#send(gathering.model, gathered));
  }

  /** Submits what the budget bears, and sees it to its end. */
  async #send(model: Model, gathered: readonly Gathered[]): Promise<void> {
    const { fold, halt, clock, epoch, at, write, emit } = this.#options;
    const wanted = gathered.filter(({ waiter }) => this.#waiters.get(waiter.key) === waiter);
    const taken = wanted.filter((one) => this.#reserve(model, one));
    if (taken.length === 0) return;
    const label = `assize_${randomUUID().replaceAll('-', '')}`;
    try {
      for (let from = 0; from < taken.length; from += written) {
        const some = taken.slice(from, from + written);
        await Promise.all(
          some.map(({ waiter: { call, key, asked }, line: { memo } }) =>
            write({
              kind: 'intent',
              key,
              attempt: fold.attemptsOf(key) + 1,
              epoch,
              at: at(),
              model: model.id,
              item: call.item,
              rater: call.rater,
              ...this.#bound(model, call),
              batch: { label, asked, memo },
            }),
          ),
        );
      }
      const open = fold.batches.get(label);
      if (!open) return;
      if (halt.launching.aborted) return await this.#watch.withdraw(open, { billed: false, sent: false });
      await write({
        kind: 'batch',
        label,
        epoch,
        at: at(),
        model: model.id,
        calls: taken.length,
        since: clock.date(),
      });
      emit({
        type: 'batch',
        label,
        model: model.id,
        id: null,
        state: 'submitted',
        calls: taken.length,
        finished: 0,
        failed: 0,
      });
      this.#watch.begin(open);
      await this.#watch.submit(model, open, new Map(taken.map(({ waiter, line }) => [waiter.key, line.body])));
    } finally {
      this.#regather();
    }
  }

  #bound(model: Model, { request }: Call) {
    const price = this.#options.price(model.id);
    const bound = usageBound(request, price);
    return { maxCost: costBound(price, bound, { batch: true }), maxTokens: bound.inputTokens + bound.outputTokens };
  }

  #reserve(model: Model, gathered: Gathered): boolean {
    const { budget, halt } = this.#options;
    const { maxCost, maxTokens } = this.#bound(model, gathered.waiter.call);
    const most = amounts(maxCost?.amount, maxTokens);
    if (budget.reserveNow(most)) return true;
    const full = budget.fullFor(most);
    if (full !== undefined && budget.isIdle) halt.stop('budget', budget.spentError(full));
    else this.#short.push({ model, gathered });
    return false;
  }

  /** Calls for which the budget had no room are tried again whenever a batch has ended. */
  #regather(): void {
    const short = this.#short;
    this.#short = [];
    for (const { model, gathered } of short) {
      const gathering = this.#gatherings.get(model.id) ?? new Gathering(model, model.batch?.limits ?? noLimits);
      if (gathering.isFullFor(gathered.line)) this.#flush(gathering);
      gathering.add(gathered.waiter, gathered.line);
    }
    this.#options.crowd.look();
  }

  /** What becomes of a call whose row brought no reply. */
  #missed({ waiter, fault, cancelled }: Miss): boolean {
    const { settings } = this.#options;
    waiter.misses += 1;
    const isOver = cancelled || waiter.misses > settings.again || this.#options.batch === undefined;
    if (!isOver) {
      this.#gather(waiter).then(() => this.#options.crowd.look(), waiter.reject);
    } else if (settings.stragglers === 'live') waiter.resolve(undefined);
    else {
      this.#options.emit(callFailed(waiter.call, waiter.key, waiter.misses, 0, fault));
      waiter.reject(fault);
      return false;
    }
    return true;
  }

  #track(work: () => Promise<void>): void {
    const { halt } = this.#options;
    const task = work().catch((error: unknown) => {
      if (!halt.launching.aborted && !this.#watch.isStopped) halt.stop('stopped', asError(error));
    });
    this.#tasks.add(task);
    task.finally(() => this.#tasks.delete(task)).catch(() => undefined);
  }
}

const noLimits = { requests: 1, bytes: Number.POSITIVE_INFINITY };

function amounts(usd = 0, tokens = 0) {
  return { usd, tokens, calls: 1 };
}
