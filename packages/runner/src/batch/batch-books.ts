import {
  type AssizeError,
  type FaultFacts,
  type Model,
  type ModelReply,
  modelReplySchema,
  type SettleRecord,
} from '@assize/core';

import { callFailed } from '../calls/call.ts';
import { malformedReply } from '../calls/journaled-attempts.ts';
import { costOf } from '../money/price.ts';
import { asError } from '../run/as-error.ts';
import type { Waiter } from './gathering.ts';
import type { BatchMember } from './open-batches.ts';
import type { WatchOptions } from './watch-options.ts';

/** Writes down what became of calls in batches, before anything looks at it, and gives replies to those who wait. */
export class BatchBooks {
  readonly #options: WatchOptions;
  /** What kept the journal from taking a record: no stream is read again for it. */
  failure: Error | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  async reply(model: Model, member: BatchMember, reply: ModelReply): Promise<void> {
    const { at, emit, price, waiterOf } = this.#options;
    const waiter = waiterOf(member.call);
    const shape = modelReplySchema.safeParse(reply);
    if (!shape.success) {
      const field = shape.error.issues[0]?.path.join('.') || 'its top level';
      const error = malformedReply({ model: model.id, field });
      await this.#settled(model.id, member, error.code, { maybeBilled: true });
      waiter?.reject(error);
      return;
    }
    const priced = price(model.id, reply.served);
    const cost = costOf(priced, reply.usage, { batch: true });
    const { call, asked, attempt, item, rater } = member;
    // The time of one call in a batch is not known: it is the batch's, which says nothing of the model.
    const latencyMs = 0;
    await this.#write(member, () => ({
      kind: 'receipt',
      ...this.#stamp(model.id, member),
      at: at(),
      asked,
      from: 'model',
      reply,
      cost,
      latencyMs,
    }));
    await this.#heedDrift(model.id, reply.served);
    const usage = reply.usage ? { usage: reply.usage } : {};
    const name = { call, item, rater, model: model.id };
    emit({ type: 'call-end', ...name, outcome: 'reply', from: 'model', attempts: attempt, latencyMs, cost, ...usage });
    waiter?.resolve({ reply, from: 'model', latencyMs, cost });
  }

  settle(
    model: string,
    member: BatchMember,
    fault: AssizeError<FaultFacts>,
    end: Pick<SettleRecord, 'maybeBilled' | 'sent'>,
  ): Promise<void> {
    return this.#settled(model, member, fault.code, end);
  }

  /** Tells who waits that no other try would fare better. */
  fail(waiter: Waiter, { attempt }: BatchMember, fault: AssizeError<FaultFacts>): void {
    this.#options.emit(callFailed(waiter.call, waiter.key, attempt, 0, fault));
    waiter.reject(fault);
  }

  /** A batch may be served by another model than the one that began the run, as a call may. */
  async #heedDrift(model: string, served: string | undefined): Promise<void> {
    const { fold, halt, onModelDrift, write, emit, epoch, at } = this.#options;
    const drift = fold.served.note(model, served);
    if (!drift) return;
    const { code, message, hint } = drift.error;
    if (onModelDrift === 'stop') halt.stop('stopped', drift.error);
    if (!drift.isNews) return;
    await write({ kind: 'note', epoch, at: at(), code, message });
    emit({ type: 'warning', code, message, hint });
  }

  async #settled(
    model: string,
    member: BatchMember,
    fault: string,
    end: Pick<SettleRecord, 'maybeBilled' | 'sent'>,
  ): Promise<void> {
    await this.#write(member, () => ({ kind: 'settle', ...this.#stamp(model, member), fault, ...end }));
  }

  async #write({ maxCost, maxTokens }: BatchMember, record: () => Parameters<WatchOptions['write']>[0]): Promise<void> {
    try {
      await this.#options.write(record());
    } catch (error) {
      this.failure = asError(error);
      throw this.failure;
    }
    this.#options.budget.release({ usd: maxCost?.amount ?? 0, tokens: maxTokens, calls: 1 });
  }

  #stamp(model: string, { call, attempt }: BatchMember) {
    const { epoch, at } = this.#options;
    return { key: call, attempt, epoch, at: at(), model };
  }
}
