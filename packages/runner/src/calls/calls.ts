import {
  faultClass,
  type Model,
  type Money,
  type OpenRun,
  type Random,
  type ReceiptRecord,
  type ReplySource,
} from '@assize/core';

import { BatchCalls } from '../batch/batch-calls.ts';
import { batchDefaults, type BatchSettings } from '../batch/batch-settings.ts';
import { Shelf } from '../batch/shelf.ts';
import { type Answer, type Call, callFailed, named } from './call.ts';
import { askedKey, callKey } from './call-key.ts';
import { isAnswer } from '../cache/cached-answer.ts';
import type { CachePolicy } from '../cache/cache-policy.ts';
import { sleep } from '../pacing/clock.ts';
import { HedgedAttempts, type HedgeOptions } from './hedged-attempts.ts';
import { type AttemptsOptions, JournaledAttempts } from './journaled-attempts.ts';
import { costOf } from '../money/price.ts';
import { type RetryOptions, retryWaitMs } from '../pacing/retry-policy.ts';
import { runFault } from '../run/run-fault.ts';

/** The longest wait that a run sits out; a provider that asks for more stops it. */
const longestWaitMs = 600_000;

/** What calls need of their run. */
export interface CallsOptions extends AttemptsOptions {
  readonly log: OpenRun;
  readonly retry: Required<RetryOptions>;
  readonly hedge?: HedgeOptions;
  readonly cache: CachePolicy;
  /** Left out: nothing is put into batches. */
  readonly batch?: BatchSettings | undefined;
  readonly model: (id: string) => Model | Promise<Model>;
}

/**
 * Answers calls: from the journal, from the cache, by a batch where the run uses them, or by asking, in this order; what
 * may pass is tried again.
 *
 * This is the only place that retries.
 */
export class Calls {
  readonly #options: CallsOptions;
  readonly #attempts: JournaledAttempts;
  readonly #hedged: HedgedAttempts | undefined;
  /** There is none where nothing is put into batches and none is open. */
  readonly #batches: BatchCalls | undefined;
  readonly #shelf = new Shelf();
  /** Questions under way, so that the same one is asked once. */
  readonly #underWay = new Map<string, Promise<Answer>>();

  constructor(options: CallsOptions) {
    this.#options = options;
    this.#attempts = new JournaledAttempts(options);
    const { batch, fold, crowd, hedge, clock } = options;
    this.#hedged = hedge && new HedgedAttempts(this.#attempts, clock, hedge);
    if (batch === undefined && fold.batches.size === 0) return;
    const settings = { ...batchDefaults, ...batch };
    crowd.shelve(this.#shelf, settings.window);
    const { budget } = this.#attempts;
    this.#batches = new BatchCalls({ ...options, batch, settings, budget, shelf: this.#shelf });
    this.#batches.resume();
  }

  /** Waits for what batches are being given or have just brought; they themselves stay at their providers. */
  async close(): Promise<void> {
    await this.#batches?.close();
  }

  async answer(call: Call): Promise<Answer> {
    if (!this.#batches) return this.#answer(call);
    this.#shelf.begin(call.assignment);
    try {
      return await this.#answer(call);
    } finally {
      this.#shelf.end(call.assignment);
    }
  }

  async #answer(call: Call): Promise<Answer> {
    const asked = askedKey(call.model, call.request, call.sample);
    const key = callKey(call.assignment, asked);
    const name = this.#options.cache.scope === 'off' ? key : asked;
    for (;;) {
      const other = this.#underWay.get(name);
      if (!other) break;
      this.#shelf.shelve(call.assignment);
      const answer = await other.catch(() => undefined).finally(() => this.#shelf.unshelve(call.assignment));
      if (answer && name === key) return answer;
    }
    const own = this.#find(call, key, asked);
    this.#underWay.set(name, own);
    try {
      const answer = await own;
      if (!call.answers.has(key)) call.answers.set(key, answer);
      return answer;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #find(call: Call, key: string, asked: string): Promise<Answer> {
    const { log, cache, epoch, at, write } = this.#options;
    const known = call.answers.get(key);
    if (known) return this.#given(call, key, known, 'journal');
    // Nobody else asks for this assignment, so what is not among its answers can only be of an earlier session.
    const receipt = epoch > 1 ? await log.receipt(key) : undefined;
    if (receipt) return this.#given(call, key, receipt, 'journal');
    if (cache.scope === 'off') return this.#new(call, key, asked);
    const cached = await log.cached(asked, cache.scope, cache.limits);
    if (!cached || !isAnswer(cached.reply)) return this.#new(call, key, asked);
    const price = this.#options.price(call.model.id, cached.reply.served);
    const copy: ReceiptRecord = {
      ...cached,
      key,
      attempt: 0,
      epoch,
      at: at(),
      from: 'cache',
      cost: zero,
      saved: costOf(price, cached.reply.usage),
      latencyMs: 0,
    };
    await write(copy);
    return this.#given(call, key, copy, 'cache');
  }

  #given(call: Call, key: string, { reply, cost, latencyMs }: ReceiptRecord | Answer, from: ReplySource): Answer {
    const usage = reply.usage ? { usage: reply.usage } : {};
    const end = { outcome: 'reply', from, attempts: 0, latencyMs: 0, cost, ...usage } as const;
    this.#options.emit({ type: 'call-end', ...named(call, key), ...end });
    return { reply, from, latencyMs, cost };
  }

  async #new(call: Call, key: string, asked: string): Promise<Answer> {
    return (await this.#batches?.answer(call, key, asked)) ?? this.#ask(call, key, asked);
  }

  async #ask(call: Call, key: string, asked: string): Promise<Answer> {
    const { clock, retry, random, halt, emit } = this.#options;
    const began = clock.now();
    let waits: Random | undefined;
    for (let tries = 1; ; tries += 1) {
      const outcome =
        this.#hedged && tries === 1
          ? await this.#hedged.make(call, key, asked)
          : await this.#attempts.make(call, key, asked, tries);
      if ('reply' in outcome) return outcome;
      const { fault } = outcome;
      const isLast = tries >= retry.attempts || clock.now() - began >= retry.totalMs;
      if (faultClass(fault) !== 'transient' || isLast) {
        emit(callFailed(call, key, tries, clock.now() - began, fault));
        throw fault;
      }
      const waitMs = retryWaitMs(tries, fault, retry, (waits ??= random.stream(`retry ${key}`)));
      if (waitMs > longestWaitMs) {
        halt.stop('stopped', fault);
        throw halt.error();
      }
      emit({ type: 'call-retry', ...named(call, key), attempt: tries, waitMs, fault: runFault(fault) });
      await this.#park(waitMs);
    }
  }

  /** Waits without holding a place. */
  async #park(waitMs: number): Promise<void> {
    const { clock, halt, crowd } = this.#options;
    crowd.park();
    try {
      await sleep(clock, waitMs, halt.launching);
    } finally {
      crowd.unpark();
    }
  }
}

const zero: Money = { amount: 0, currency: 'USD' };
