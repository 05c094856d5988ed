import {
  type AssizeError,
  defineError,
  faultClass,
  faults,
  type FaultFacts,
  isAssizeError,
  isFault,
  mayBeBilled,
  type Model,
  type ModelReply,
  modelReplySchema,
  type ModelRequest,
  type Money,
  type OpenRun,
  type Random,
  type ReceiptRecord,
  type ReplySource,
  type RunEvent,
  type RunRecord,
} from '@assize/core';

import { attempt } from './attempt.ts';
import { type Amounts, Budget, type BudgetLimits } from './budget.ts';
import { askedKey, callKey } from './call-key.ts';
import { type Clock, sleep } from './clock.ts';
import { Pacer, type PaceOutcome, type Permit } from './pacer.ts';
import { costBound, costOf, priceOf, type Prices, usageBound } from './price.ts';
import { isOutage, type RetryOptions, retryWaitMs } from './retry-policy.ts';
import type { RunHalt } from './run-halt.ts';
import type { LedgerFold } from './run-ledger.ts';
import { runFault } from './run-fault.ts';

export const noPrice = defineError('runner/no-price', (facts: { model: string }) => ({
  message: `the price of ${facts.model} is unknown, so a budget in dollars cannot be kept`,
  hint: 'Give the price of the model, or set a budget in tokens or calls instead.',
}));

export const malformedReply = defineError('runner/malformed-reply', (facts: { model: string; field: string }) => ({
  message: `${facts.model}: its adapter returned a reply that breaks the contract at "${facts.field}"`,
  hint: 'Report it to the author of the provider plugin. The call may have been billed.',
}));

/** The longest wait that a run sits out; a provider that asks for more stops it. */
const longestWaitMs = 600_000;
/** Requests refused for good in a row, without a reply ever, that stop the run. */
const lastRefusal = 3;

/** What calls need of their run. */
export interface CallsOptions {
  readonly log: OpenRun;
  readonly fold: LedgerFold;
  readonly halt: RunHalt;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: (event: RunEvent) => void;
  readonly epoch: number;
  /** Milliseconds since the session began. */
  readonly at: () => number;
  readonly concurrency: number;
  readonly deadlineMs: number;
  readonly retry: Required<RetryOptions>;
  readonly prices: Prices;
  readonly budget: BudgetLimits;
  readonly cache: 'run' | 'store' | 'off';
  /** Told when the number of calls that wait without a place has changed. */
  readonly parkedChanged: () => void;
}

/** One question of an assignment. */
export interface Call {
  readonly assignment: string;
  readonly item: string;
  readonly rater: string;
  readonly model: Model;
  readonly request: ModelRequest;
  readonly sample: number;
}

export interface Answer {
  readonly reply: ModelReply;
  readonly from: ReplySource;
  readonly latencyMs: number;
  readonly cost: Money | null;
}

/**
 * Answers calls: from the journal, from the cache, or by asking, in this order; asking is paced, tried again where that
 * may help, and journaled on both sides.
 *
 * This is the only place that retries.
 */
export class Calls {
  readonly #options: CallsOptions;
  readonly #pacer: Pacer;
  readonly #budget: Budget;
  /** Questions under way, so that the same one is asked once. */
  readonly #underWay = new Map<string, Promise<Answer>>();
  #parked = 0;

  constructor(options: CallsOptions) {
    const { concurrency, clock, halt, budget, fold } = options;
    this.#options = options;
    this.#pacer = new Pacer(concurrency, clock);
    this.#budget = new Budget(budget, fold.spent);
    halt.launching.addEventListener('abort', () => this.#pacer.stop(halt.error()), { once: true });
  }

  /** Calls that wait for another try and hold no place meanwhile. */
  get parked(): number {
    return this.#parked;
  }

  async answer(call: Call): Promise<Answer> {
    const asked = askedKey(call.model.id, call.request, call.sample);
    const key = callKey(call.assignment, asked);
    const name = this.#options.cache === 'off' ? key : asked;
    for (;;) {
      const other = this.#underWay.get(name);
      if (!other) break;
      const answer = await other.catch(() => undefined);
      if (answer && name === key) return answer;
    }
    const own = this.#find(call, key, asked);
    this.#underWay.set(name, own);
    try {
      return await own;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #find(call: Call, key: string, asked: string): Promise<Answer> {
    const { log, cache } = this.#options;
    const receipt = await log.receipt(key);
    if (receipt) return this.#given(call, receipt, 'journal');
    if (cache === 'off') return this.#ask(call, key, asked);
    const cached = await log.cached(asked, cache);
    if (!cached) return this.#ask(call, key, asked);
    const { epoch, at } = this.#options;
    const copy: ReceiptRecord = {
      ...cached,
      key,
      attempt: 0,
      epoch,
      at: at(),
      from: 'cache',
      cost: zero,
      latencyMs: 0,
    };
    await this.#write(copy);
    return this.#given(call, copy, 'cache');
  }

  #given(call: Call, { key, reply, cost, latencyMs }: ReceiptRecord, from: ReplySource): Answer {
    const usage = reply.usage ? { usage: reply.usage } : {};
    this.#options.emit({
      type: 'call-end',
      ...named(call, key),
      outcome: 'reply',
      from,
      attempts: 0,
      latencyMs: 0,
      cost,
      ...usage,
    });
    return { reply, from, latencyMs, cost };
  }

  async #ask(call: Call, key: string, asked: string): Promise<Answer> {
    const { clock, retry, random, halt, emit } = this.#options;
    const began = clock.now();
    let waits: Random | undefined;
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.#try(call, key, asked, tries);
      if ('reply' in outcome) return outcome;
      const { fault } = outcome;
      const isLast = tries >= retry.attempts || clock.now() - began >= retry.totalMs;
      if (faultClass(fault) !== 'transient' || isLast) {
        this.#failed(call, key, tries, clock.now() - began, fault);
        throw fault;
      }
      const waitMs = retryWaitMs(tries, fault, retry, (waits ??= random.stream(`retry ${key}`)));
      if (waitMs > longestWaitMs) {
        halt.stop('stopped', fault);
        throw halt.error();
      }
      emit({ type: 'call-retry', ...named(call, key), attempt: tries, waitMs, fault: runFault(fault) });
      await this.#park(call.model.id, waitMs, fault);
    }
  }

  /** Waits without holding a place. */
  async #park(model: string, waitMs: number, fault: AssizeError<FaultFacts>): Promise<void> {
    const { clock, halt, parkedChanged } = this.#options;
    this.#parked += 1;
    parkedChanged();
    try {
      await sleep(clock, waitMs, halt.launching);
      // Rate limits say when to come back, and the lane has slowed down: they cost no credit.
      if (faults.rateLimited.is(fault)) return;
      const { credit } = this.#pacer.lane(model);
      for (let more = credit.take(clock.now()); more > 0; more = credit.take(clock.now())) {
        await sleep(clock, more, halt.launching);
      }
    } finally {
      this.#parked -= 1;
      parkedChanged();
    }
  }

  async #try(call: Call, key: string, asked: string, tries: number): Promise<Answer | Failed> {
    const { halt, fold, prices, budget } = this.#options;
    const { model, request } = call;
    const price = priceOf(prices, model.id);
    if (!price && budget.usd !== undefined) {
      halt.stop('stopped', noPrice({ model: model.id }));
      throw halt.error();
    }
    const bound = usageBound(request, price);
    const maxCost = costBound(price, bound);
    const maxTokens = bound.inputTokens + bound.outputTokens;
    const reservation: Amounts = { usd: maxCost?.amount ?? 0, tokens: maxTokens, calls: 1 };

    const permit = await this.#pacer.acquire(model.id, { urgent: tries > 1 });
    let holdsPlace = true;
    const leave = (pace: PaceOutcome): void => {
      if (!holdsPlace) return;
      holdsPlace = false;
      const { givenUp } = this.#pacer.release(permit, pace);
      if (givenUp) halt.stop('stopped', faults.overloaded({ model: model.id }));
    };
    let reserved = false;
    try {
      reserved = await this.#budget.reserve(reservation);
      if (!reserved) halt.stop('budget');
      if (halt.launching.aborted) throw halt.error();
      const number = fold.attemptsOf(key) + 1;
      const intent = { ...this.#stamp(key, number, model), item: call.item, rater: call.rater, maxCost, maxTokens };
      await this.#write({ kind: 'intent', ...intent });
      if (halt.launching.aborted) {
        await this.#settle(key, number, model, halt.error(), false);
        throw halt.error();
      }
      const outcome = await this.#send(call, key, number);
      // An attempt that was given up stays without an end: it is unknown whether it was billed.
      if (halt.working.aborted) throw halt.error();
      if ('fault' in outcome) this.#heed(permit, outcome.fault);
      // The place is free as soon as the reply is here: the next intent goes out in the same write as this receipt.
      leave(paceOf(outcome));
      return await this.#book(call, key, asked, number, outcome);
    } finally {
      leave({ kind: 'other' });
      if (reserved) this.#budget.release(reservation);
    }
  }

  /** One request, and what came of it: a reply in its right shape, or why there is none. */
  async #send(call: Call, key: string, number: number): Promise<Sent> {
    const { clock, halt, emit, deadlineMs } = this.#options;
    const { model, request, sample } = call;
    emit({ type: 'call-start', ...named(call, key), attempt: number });
    const began = clock.now();
    try {
      const reply = await attempt(model, request, {
        sample,
        deadlineMs,
        clock,
        onAbort: (callback) => halt.onAbort(callback),
      });
      const latencyMs = clock.now() - began;
      const shape = modelReplySchema.safeParse(reply);
      if (shape.success) return { reply, latencyMs };
      return { error: malformedReply({ model: model.id, field: shape.error.issues[0]?.path.join('.') ?? '' }) };
    } catch (error) {
      return isFault(error) ? { fault: error } : { error };
    }
  }

  /** Writes the receipt, before anything looks at the reply; or that there is none. */
  async #book(call: Call, key: string, asked: string, number: number, sent: Sent): Promise<Answer | Failed> {
    const { halt, emit, prices } = this.#options;
    const { model } = call;
    if ('error' in sent) {
      await this.#settle(key, number, model, sent.error, true);
      throw sent.error;
    }
    if ('fault' in sent) {
      await this.#settle(key, number, model, sent.fault, mayBeBilled(sent.fault));
      if (faultClass(sent.fault) !== 'stopping') return sent;
      this.#failed(call, key, number, 0, sent.fault);
      throw halt.error();
    }
    const { reply, latencyMs } = sent;
    const price = priceOf(prices, model.id, reply.served);
    const cost = costOf(price, reply.usage);
    const receipt = { ...this.#stamp(key, number, model), asked, from: 'model' as const, reply, cost, latencyMs };
    await this.#write({ kind: 'receipt', ...receipt });
    const usage = reply.usage ? { usage: reply.usage } : {};
    const end = { outcome: 'reply', from: 'model', attempts: number, latencyMs, cost, ...usage } as const;
    emit({ type: 'call-end', ...named(call, key), ...end });
    return { reply, from: 'model', latencyMs, cost };
  }

  /** Stops the run where no further call would fare better. */
  #heed({ lane }: Permit, fault: AssizeError<FaultFacts>): void {
    const { halt } = this.#options;
    if (faultClass(fault) === 'stopping') halt.stop('stopped', fault);
    if (!faults.badRequest.is(fault)) return;
    lane.refusals += 1;
    // A model that refuses every request is set up wrong: three are enough to know.
    if (lane.replies === 0 && lane.refusals >= lastRefusal) halt.stop('stopped', fault);
  }

  #failed(call: Call, key: string, attempts: number, latencyMs: number, fault: AssizeError<FaultFacts>): void {
    const { emit } = this.#options;
    emit({
      type: 'call-end',
      ...named(call, key),
      outcome: 'failed',
      from: 'model',
      attempts,
      latencyMs,
      cost: null,
      fault: runFault(fault),
    });
  }

  async #settle(key: string, number: number, model: Model, error: unknown, maybeBilled: boolean): Promise<void> {
    const fault = isAssizeError(error) ? error.code : 'runner/model-threw';
    await this.#write({ kind: 'settle', ...this.#stamp(key, number, model), fault, maybeBilled });
  }

  async #write(record: RunRecord): Promise<void> {
    await this.#options.log.append(record);
    this.#options.fold.add(record);
  }

  #stamp(key: string, number: number, model: Model) {
    const { epoch, at } = this.#options;
    return { key, attempt: number, epoch, at: at(), model: model.id };
  }
}

interface Failed {
  readonly fault: AssizeError<FaultFacts>;
}

type Sent = { readonly reply: ModelReply; readonly latencyMs: number } | Failed | { readonly error: unknown };

const zero: Money = { amount: 0, currency: 'USD' };

function named({ item, rater, model }: Call, call: string) {
  return { call, item, rater, model: model.id };
}

function paceOf(sent: Sent): PaceOutcome {
  if ('reply' in sent) return { kind: 'reply', latencyMs: sent.latencyMs };
  if ('error' in sent) return { kind: 'other' };
  if (faults.rateLimited.is(sent.fault)) return { kind: 'limited', retryAfterMs: sent.fault.facts.retryAfterMs ?? 0 };
  return isOutage(sent.fault) ? { kind: 'outage' } : { kind: 'other' };
}
