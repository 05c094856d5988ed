import {
  type AssizeError,
  defineError,
  faultClass,
  faults,
  type FaultFacts,
  isAssizeError,
  isFault,
  isUnreachable,
  mayBeBilled,
  type Model,
  type ModelReply,
  modelReplySchema,
  type Random,
  type RunEvent,
  type RunRecord,
  type SettleRecord,
  type Usage,
} from '@assize/core';

import { attempt } from './attempt.ts';
import { type Amounts, Budget, type BudgetLimits } from '../money/budget.ts';
import { type Answer, type Call, callFailed, type Failed, named } from './call.ts';
import { hedgeLost, type Race } from './race.ts';
import type { Clock } from '../pacing/clock.ts';
import type { PaceOutcome, Permit } from '../pacing/lane.ts';
import type { Limits } from '../pacing/lane-limits.ts';
import { modelDown, Pacer } from '../pacing/pacer.ts';
import { costBound, costOf, type Price, usageBound } from '../money/price.ts';
import { isOutage } from '../pacing/retry-policy.ts';
import type { Crowd } from '../run/crowd.ts';
import { runFault } from '../run/run-fault.ts';
import type { RunHalt } from '../run/run-halt.ts';
import type { LedgerFold } from '../money/run-ledger.ts';

export const noPrice = defineError('runner/no-price', (facts: { model: string }) => ({
  message: `the price of ${facts.model} is unknown, so a budget in dollars cannot be kept`,
  hint: 'Give the price of the model under `prices`, or set a budget in tokens and say that it is to hold: onUnknownPrice "tokens".',
}));

export const malformedReply = defineError('runner/malformed-reply', (facts: { model: string; field: string }) => ({
  message: `${facts.model}: its adapter returned a reply that breaks the contract at "${facts.field}"`,
  hint: 'Report it to the author of the provider plugin. The call may have been billed.',
}));

/** Requests refused for good or never connected, in a row and without a reply ever, that stop the run. */
const lastRefusal = 3;

/** What attempts need of their run. */
export interface AttemptsOptions {
  readonly fold: LedgerFold;
  readonly halt: RunHalt;
  readonly clock: Clock;
  readonly emit: (event: RunEvent) => void;
  readonly epoch: number;
  /** Milliseconds since the session began. */
  readonly at: () => number;
  /** Returns when the record is in the journal. */
  readonly write: (record: RunRecord) => Promise<void>;
  readonly concurrency: number;
  readonly limits: Limits;
  readonly random: Random;
  readonly crowd: Crowd;
  readonly deadlineMs: number;
  /** The price of a model at this moment, by the name that answered where it has one. */
  readonly price: (asked: string, served?: string) => Price | undefined;
  readonly budget: BudgetLimits;
  /** What a budget in dollars does with a model whose price is unknown: refuse it, or leave it to the limit of tokens. */
  readonly onUnknownPrice: 'refuse' | 'tokens';
  readonly onModelDrift: 'warn' | 'stop';
}

/** What an attempt is told that is one of two of its call. */
export interface Hedged {
  readonly race: Race;
  readonly isHedge: boolean;
  /** Called before its intent is written. */
  readonly onBegin: () => void;
}

/**
 * Sends requests: each within the budget, when the model's lane has a place, and journaled on both sides: the intent
 * before it leaves, the receipt before anything looks at the reply.
 */
export class JournaledAttempts {
  readonly #options: AttemptsOptions;
  readonly #pacer: Pacer;
  readonly #budget: Budget;

  constructor(options: AttemptsOptions) {
    const { concurrency, limits, clock, random, halt, budget, fold, emit, crowd } = options;
    this.#options = options;
    const queued = (held: number, isStarving: boolean): void => crowd.hold(held, isStarving);
    this.#pacer = new Pacer({ concurrency, limits, clock, random: random.stream('pacing'), emit, queued });
    crowd.onCrammed(() => this.#pacer.shed());
    this.#budget = new Budget(budget, fold.spent);
    halt.launching.addEventListener('abort', () => this.#pacer.stop(halt.error()), { once: true });
  }

  /** What the run may spend: one for all that it asks. */
  get budget(): Budget {
    return this.#budget;
  }

  /** Makes one attempt: a reply, or the fault that there is none for. */
  async make(call: Call, key: string, asked: string, tries: number, hedged?: Hedged): Promise<Answer | Failed> {
    const { halt, fold, budget, onUnknownPrice } = this.#options;
    const { model, request } = call;
    const price = this.#options.price(model.id);
    if (!price && budget.usd !== undefined && onUnknownPrice === 'refuse') {
      halt.stop('stopped', noPrice({ model: model.id }));
      throw halt.error();
    }
    const bound = usageBound(request, price);
    const maxCost = costBound(price, bound);
    const maxTokens = bound.inputTokens + bound.outputTokens;
    const reservation: Amounts = { usd: maxCost?.amount ?? 0, tokens: maxTokens, calls: 1 };

    const isHedge = hedged?.isHedge === true;
    const permit = await this.#enter(call, tries > 1 || isHedge, bound);
    let holdsPlace = true;
    const leave = (pace: PaceOutcome): void => {
      if (!holdsPlace) return;
      holdsPlace = false;
      const fault = this.#pacer.release(permit, pace);
      if (fault) halt.stop('stopped', fault);
    };
    let reserved = false;
    try {
      if (hedged?.race.isOver) throw hedgeLost({ model: model.id });
      if (isHedge) {
        // A budget that has no room for a second attempt may have it for the reply to the first.
        reserved = this.#budget.reserveNow(reservation);
        if (!reserved) throw hedgeLost({ model: model.id });
      } else {
        const full = await this.#budget.reserve(reservation);
        reserved = full === undefined;
        if (full !== undefined) halt.stop('budget', this.#budget.spentError(full));
      }
      if (halt.launching.aborted) throw halt.error();
      hedged?.onBegin();
      const number = fold.attemptsOf(key) + 1;
      const intent = { ...this.#stamp(key, number, model), item: call.item, rater: call.rater, maxCost, maxTokens };
      await this.#options.write({ kind: 'intent', ...intent });
      if (halt.launching.aborted) {
        await this.#settle(key, number, model, halt.error(), { maybeBilled: false, sent: false });
        throw halt.error();
      }
      const outcome = await this.#send(call, key, number, permit, hedged?.race);
      // An attempt that was given up stays without an end: it is unknown whether it was billed.
      if (halt.working.aborted) throw halt.error();
      if ('fault' in outcome) this.#heed(permit, outcome.fault);
      const drift = 'reply' in outcome ? fold.served.note(model.id, outcome.reply.served) : undefined;
      if (drift && this.#options.onModelDrift === 'stop') halt.stop('stopped', drift.error);
      // The place is free as soon as the reply is here: the next intent goes out in the same write as this receipt.
      leave(paceOf(outcome));
      const booked = await this.#book(call, key, asked, number, outcome, hedged?.race);
      if (drift?.isNews) await this.#tellDrift(drift.error);
      return booked;
    } finally {
      leave({ kind: 'unsent' });
      if (reserved) this.#budget.release(reservation);
    }
  }

  /** Waits for a place; a model that is left out makes the run incomplete. */
  async #enter({ model, rater }: Call, isRetry: boolean, bound: Usage): Promise<Permit> {
    try {
      return await this.#pacer.acquire(model.id, { rater, isRetry, bound });
    } catch (error) {
      if (modelDown.is(error)) this.#options.halt.blame(this.#pacer.lane(model.id).fault ?? error);
      throw error;
    }
  }

  /** One request, and what came of it: a reply in its right shape, or why there is none. */
  async #send(call: Call, key: string, number: number, permit: Permit, race?: Race): Promise<Sent> {
    const { clock, halt, emit, deadlineMs } = this.#options;
    const { model, request, sample } = call;
    emit({ type: 'call-start', ...named(call, key), attempt: number });
    const began = clock.now();
    try {
      const reply = await attempt(model, request, {
        sample,
        deadlineMs,
        clock,
        onLimits: (limits) => this.#pacer.observe(permit, limits),
        onAbort: (callback) => {
          const forget = halt.onAbort(callback);
          const leave = race?.onOver(() => callback(hedgeLost({ model: model.id })));
          return () => {
            forget();
            leave?.();
          };
        },
      });
      const latencyMs = clock.now() - began;
      const shape = modelReplySchema.safeParse(reply);
      if (shape.success) return { reply, latencyMs };
      return {
        error: malformedReply({ model: model.id, field: shape.error.issues[0]?.path.join('.') || 'its top level' }),
      };
    } catch (error) {
      return isFault(error) ? { fault: error } : { error };
    }
  }

  /** Writes the receipt, before anything looks at the reply; or that there is none. */
  async #book(
    call: Call,
    key: string,
    asked: string,
    number: number,
    sent: Sent,
    race?: Race,
  ): Promise<Answer | Failed> {
    const { halt, emit } = this.#options;
    const { model } = call;
    if ('error' in sent) {
      await this.#settle(key, number, model, sent.error, { maybeBilled: true });
      throw sent.error;
    }
    if ('fault' in sent) {
      await this.#settle(key, number, model, sent.fault, { maybeBilled: mayBeBilled(sent.fault) });
      if (faultClass(sent.fault) !== 'stopping') return sent;
      emit(callFailed(call, key, number, 0, sent.fault));
      throw halt.error();
    }
    const { reply, latencyMs } = sent;
    const cost = costOf(this.#options.price(model.id, reply.served), reply.usage);
    const receipt = { ...this.#stamp(key, number, model), asked, from: 'model' as const, reply, cost, latencyMs };
    // Receipts are kept in the order in which they are written: what is first here is first in the journal.
    const isFirst = race?.win() ?? true;
    await this.#options.write({ kind: 'receipt', ...receipt });
    if (!isFirst) throw hedgeLost({ model: model.id });
    const usage = reply.usage ? { usage: reply.usage } : {};
    const end = { outcome: 'reply', from: 'model', attempts: number, latencyMs, cost, ...usage } as const;
    emit({ type: 'call-end', ...named(call, key), ...end });
    return { reply, from: 'model', latencyMs, cost };
  }

  /** A drift is said once for each new name, in the journal too. */
  async #tellDrift(drift: AssizeError): Promise<void> {
    const { write, emit, epoch, at } = this.#options;
    const { code, message } = drift;
    await write({ kind: 'note', epoch, at: at(), code, message });
    emit({ type: 'warning', ...runFault(drift) });
  }

  /** Stops the run where no further call would fare better. */
  #heed({ lane }: Permit, fault: AssizeError<FaultFacts>): void {
    const { halt } = this.#options;
    if (faultClass(fault) === 'stopping') halt.stop('stopped', fault);
    if (!faults.badRequest.is(fault) && !isUnreachable(fault)) return;
    lane.refusals += 1;
    // A model that refuses every request, or an address where nobody answers, is set up wrong: three are enough to know.
    if (!lane.hasReplied && lane.refusals >= lastRefusal) halt.stop('stopped', fault);
  }

  async #settle(
    key: string,
    number: number,
    model: Model,
    error: unknown,
    end: Pick<SettleRecord, 'maybeBilled' | 'sent'>,
  ): Promise<void> {
    const fault = isAssizeError(error) ? error.code : 'runner/model-threw';
    await this.#options.write({ kind: 'settle', ...this.#stamp(key, number, model), fault, ...end });
  }

  #stamp(key: string, number: number, model: Model) {
    const { epoch, at } = this.#options;
    return { key, attempt: number, epoch, at: at(), model: model.id };
  }
}

type Sent = { readonly reply: ModelReply; readonly latencyMs: number } | Failed | { readonly error: unknown };

function paceOf(sent: Sent): PaceOutcome {
  if ('reply' in sent) {
    const { usage } = sent.reply;
    return { kind: 'reply', latencyMs: sent.latencyMs, ...(usage ? { usage } : {}) };
  }
  if ('error' in sent) return { kind: 'other' };
  if (faults.rateLimited.is(sent.fault)) return { kind: 'limited', retryAfterMs: sent.fault.facts.retryAfterMs ?? 0 };
  return isOutage(sent.fault) ? { kind: 'outage', fault: sent.fault } : { kind: 'other' };
}
