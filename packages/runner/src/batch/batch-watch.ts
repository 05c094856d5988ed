import {
  type AssizeError,
  type BatchEndRecord,
  type BatchRow,
  type BatchStatus,
  faultClass,
  type FaultFacts,
  faults,
  mayBeBilled,
  type Model,
  type ModelBatch,
} from '@assize/core';

import { sleep } from '../pacing/clock.ts';
import { retryWaitMs } from '../pacing/retry-policy.ts';
import { runFault } from '../run/run-fault.ts';
import { BatchBooks } from './batch-books.ts';
import type { BatchMember, OpenBatch } from './open-batches.ts';
import { faultOf, providerCall, type ProviderCallOptions, providerRows } from './provider-call.ts';
import type { WatchOptions } from './watch-options.ts';

/** Between two looks, the wait grows by so much. */
const growth = 1.5;
const firstShare = 1 / 12;

/** Sees batches through: submits or finds them, waits for their end, and books their rows. */
export class BatchWatch {
  readonly #options: WatchOptions;
  readonly #books: BatchBooks;
  readonly #stopped = new AbortController();
  #collecting = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#books = new BatchBooks(options);
    options.halt.launching.addEventListener('abort', () => this.stop(), { once: true });
  }

  get isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Whether rows are coming in: each may bring another call for the next batch. */
  get isCollecting(): boolean {
    return this.#collecting > 0;
  }

  /** Waits for no batch any more. What is being submitted or written is seen to its end. */
  stop(): void {
    this.#stopped.abort(this.#options.halt.error());
  }

  /** Submits a batch whose record is written; where it is unclear whether that came through, looks before trying again. */
  async submit(model: Model, open: OpenBatch, bodies: ReadonlyMap<string, string>): Promise<void> {
    const { label, members } = open;
    const entries = Array.from(members, ([key, { call }]) => ({ key, body: bodies.get(call) ?? '' }));
    for (let tries = 1; ; tries += 1) {
      let status: BatchStatus;
      try {
        status = await providerCall(this.#ask(model, this.#options.halt.working), (signal) =>
          batchOf(model).submit(entries, { label, signal }),
        );
      } catch (error) {
        if (this.isStopped) throw error;
        const fault = faultOf(error, model.id);
        const isLast = tries >= this.#options.retry.attempts;
        if (faultClass(fault) !== 'transient') return this.#refused(open, fault);
        if (isLast && !mayBeBilled(fault)) return this.#refused(open, fault);
        await this.#wait(tries, fault);
        if (mayBeBilled(fault)) {
          if (await this.#find(model, open)) return;
          if (isLast) return this.#refused(open, fault);
        }
        continue;
      }
      await this.#follow(model, open, status);
      return;
    }
  }

  /** Says that the calls of a batch are under way. */
  begin({ model, members }: OpenBatch): void {
    for (const { call, attempt, item, rater } of members.values()) {
      this.#options.emit({ type: 'call-start', call, item, rater, model, attempt });
    }
  }

  /** Goes on with a batch of an earlier session. */
  async takeUp(model: Model, open: OpenBatch): Promise<void> {
    this.begin(open);
    if (!open.submitted) return this.withdraw(open, { billed: false, sent: false });
    if (open.members.size === 0) return this.#end(open, 'collected');
    const known = open.id;
    if (known !== undefined) {
      const status: BatchStatus = { id: known, state: 'running', finished: 0, failed: 0 };
      await this.#follow(model, open, status, { soon: true });
      return;
    }
    if (await this.#find(model, open)) return;
    await this.withdraw(open, { billed: false, sent: false });
  }

  /** Ends a batch that the provider never had. */
  async withdraw(open: OpenBatch, how: { readonly billed: boolean; readonly sent?: false }): Promise<void> {
    const fault = faults.network({ model: open.model, providerCode: 'batch_absent' });
    await this.#settleAll(open, fault, { ...how, cancelled: false });
    await this.#end(open, 'absent');
  }

  async cancel(model: Model, { id }: OpenBatch): Promise<void> {
    if (id === undefined) return;
    const never = new AbortController();
    await providerCall(this.#ask(model, never.signal), (signal) => batchOf(model).cancel(id, { signal }));
  }

  /** Looks among the provider's batches for one that was perhaps submitted, and sees it through: whether it was there. */
  async #find(model: Model, open: OpenBatch): Promise<boolean> {
    const { fold, halt } = this.#options;
    const { label, submitted } = open;
    if (!submitted) return false;
    for (let tries = 1; ; tries += 1) {
      try {
        const found = await providerCall(this.#ask(model, this.#stopped.signal), (signal) =>
          batchOf(model).find({ label, ...submitted }, { signal }),
        );
        for (const status of found) {
          if (fold.batches.isKnown(status.id)) continue;
          if (await this.#follow(model, open, status, { isSure: batchOf(model).keepsLabels, soon: true })) return true;
        }
        return false;
      } catch (error) {
        if (this.isStopped) throw error;
        const fault = faultOf(error, model.id);
        if (faultClass(fault) === 'transient' && tries < this.#options.retry.attempts) {
          await this.#wait(tries, fault);
          continue;
        }
        halt.stop('stopped', fault);
        throw halt.error();
      }
    }
  }

  /** Waits for the end of a batch and books its rows: whether it is ours, which only rows can tell where it has no label. */
  async #follow(
    model: Model,
    open: OpenBatch,
    status: BatchStatus,
    { isSure = true, soon = false }: { isSure?: boolean; soon?: boolean } = {},
  ): Promise<boolean> {
    const { epoch, at, write } = this.#options;
    const { label } = open;
    const own = async (): Promise<void> => {
      if (open.id === undefined) {
        await write({ kind: 'batch-start', label, epoch, at: at(), model: model.id, id: status.id });
      }
    };
    if (isSure) await own();
    const calls = open.members.size;
    const { last, cancelled } = await this.#ended(model, open, status, soon);
    if (last === undefined) {
      if (!isSure) return false;
      const fault = faults.badReply({ model: model.id, providerCode: 'batch_gone' });
      await this.#settleAll(open, fault, { billed: true, cancelled });
      await this.#end(open, 'gone');
      return true;
    }
    if (last.state === 'refused') {
      if (!isSure) return false;
      await this.#refused(open, last.fault ?? faults.badRequest({ model: model.id, providerCode: 'batch_refused' }));
      return true;
    }
    this.#collecting += 1;
    const outcome = await this.#collect(model, open, last, { cancelled, own }).finally(() => (this.#collecting -= 1));
    if (outcome === 'foreign') return false;
    await this.#end(open, outcome);
    this.#tell(open, last, 'collected', calls);
    return true;
  }

  /** Looks at a batch now and then until it has ended; nothing when the provider no longer knows it. */
  async #ended(
    model: Model,
    open: OpenBatch,
    first: BatchStatus,
    soon: boolean,
  ): Promise<{ last: BatchStatus | undefined; cancelled: boolean }> {
    const { clock, settings, halt } = this.#options;
    const began = clock.now();
    const firstMs = settings.pollMs * firstShare;
    // One of an earlier session may have ended long ago.
    let [last, cancelled, waitMs, told] = [first, false, soon ? 0 : firstMs, ''];
    while (last.state === 'running') {
      const counts = `${last.finished} ${last.failed}`;
      if (counts !== told) this.#tell(open, last, 'running', open.members.size);
      told = counts;
      await sleep(clock, waitMs, this.#stopped.signal);
      waitMs = Math.min(Math.max(waitMs * growth, firstMs), settings.pollMs);
      try {
        if (!cancelled && clock.now() - began >= (settings.deadlineMs ?? Number.POSITIVE_INFINITY)) {
          await providerCall(this.#ask(model, this.#stopped.signal), (signal) =>
            batchOf(model).cancel(last.id, { signal }),
          );
          cancelled = true;
        }
        last = await providerCall(this.#ask(model, this.#stopped.signal), (signal) =>
          batchOf(model).status(last.id, { signal }),
        );
      } catch (error) {
        if (this.isStopped) throw error;
        const fault = faultOf(error, model.id);
        if (faults.notFound.is(fault)) return { last: undefined, cancelled };
        if (faultClass(fault) === 'transient') continue;
        halt.stop('stopped', fault);
        throw halt.error();
      }
    }
    return { last, cancelled };
  }

  /** Books the rows of a batch as they come; what has none is settled. A stream that breaks off is read again. */
  async #collect(
    model: Model,
    open: OpenBatch,
    { id }: BatchStatus,
    { cancelled, own }: { cancelled: boolean; own: () => Promise<void> },
  ): Promise<'collected' | 'gone' | 'foreign'> {
    const { halt } = this.#options;
    const memos = new Map(Array.from(open.members, ([key, { memo }]) => [key, memo]));
    const strange = { unknown: 0, twice: 0 };
    let outcome: 'collected' | 'gone' = 'collected';
    for (let tries = 1; ; tries += 1) {
      const seen = new Set<string>();
      try {
        const rows = providerRows(this.#ask(model, halt.launching), (signal) =>
          batchOf(model).results(id, { signal, memoOf: (key) => memos.get(key) }),
        );
        for await (const row of rows) {
          if (!memos.has(row.key)) {
            strange.unknown += tries === 1 ? 1 : 0;
            continue;
          }
          if (seen.has(row.key)) strange.twice += 1;
          seen.add(row.key);
          const member = open.members.get(row.key);
          if (!member) continue;
          await own();
          await this.#row(model, open, member, row, cancelled);
        }
        if (seen.size === 0 && strange.unknown > 0 && open.id === undefined) return 'foreign';
        break;
      } catch (error) {
        if (halt.launching.aborted || this.#books.failure === error) throw error;
        const fault = faultOf(error, model.id);
        if (faults.notFound.is(fault)) {
          outcome = 'gone';
          break;
        }
        if (faultClass(fault) !== 'transient' || tries >= this.#options.retry.attempts) {
          halt.stop('stopped', fault);
          throw halt.error();
        }
        await this.#wait(tries, fault);
      }
    }
    this.#warnOf(open, strange);
    const missing = faults.badReply({
      model: model.id,
      providerCode: outcome === 'gone' ? 'results_gone' : 'missing_row',
    });
    await this.#settleAll(open, missing, { billed: true, cancelled });
    return outcome;
  }

  async #row(model: Model, open: OpenBatch, member: BatchMember, row: BatchRow, cancelled: boolean): Promise<void> {
    const { halt } = this.#options;
    if (row.outcome === 'reply') return this.#books.reply(model, member, row.reply);
    if (row.outcome !== 'failed') {
      const fault = faults.timeout({ model: model.id, providerCode: `batch_${row.outcome}` });
      return this.#settle(open, member, fault, { billed: false, cancelled });
    }
    if (faultClass(row.fault) === 'stopping') halt.stop('stopped', row.fault);
    await this.#settle(open, member, row.fault, { billed: mayBeBilled(row.fault), cancelled });
  }

  /** None of a batch was taken: its calls go elsewhere, and whoever is refused for good stops the run. */
  async #refused(open: OpenBatch, fault: AssizeError<FaultFacts>): Promise<void> {
    const { halt, emit } = this.#options;
    if (faultClass(fault) === 'stopping') halt.stop('stopped', fault);
    const message = `${open.model} refused a batch of ${open.members.size} calls: ${fault.message}`;
    emit({ type: 'warning', code: 'runner/batch-refused', message, hint: fault.hint });
    await this.#settleAll(open, fault, { billed: false, cancelled: false, whole: true });
    await this.#end(open, 'refused');
  }

  async #settleAll(open: OpenBatch, fault: AssizeError<FaultFacts>, how: Settling): Promise<void> {
    this.#collecting += 1;
    try {
      for (const member of open.members.values()) await this.#settle(open, member, fault, how);
    } finally {
      this.#collecting -= 1;
    }
  }

  async #settle(
    open: OpenBatch,
    member: BatchMember,
    fault: AssizeError<FaultFacts>,
    { billed, sent, cancelled, whole = false }: Settling,
  ): Promise<void> {
    const { halt, emit, waiterOf, missed } = this.#options;
    const { call, attempt, item, rater } = member;
    await this.#books.settle(open.model, member, fault, { maybeBilled: billed, ...(sent === false ? { sent } : {}) });
    const waiter = waiterOf(member.call);
    if (halt.launching.aborted) return;
    if (waiter && faultClass(fault) === 'permanent' && !whole) return this.#books.fail(waiter, member, fault);
    if (waiter && !missed({ waiter, fault, cancelled })) return;
    const name = { call, item, rater, model: open.model };
    emit({ type: 'call-retry', ...name, attempt, waitMs: 0, fault: runFault(fault) });
  }

  async #end(open: OpenBatch, outcome: BatchEndRecord['outcome']): Promise<void> {
    const { epoch, at, write } = this.#options;
    const { label, model, id = '' } = open;
    await write({ kind: 'batch-end', label, epoch, at: at(), model, outcome });
    if (outcome !== 'collected') this.#tell(open, { id, finished: 0, failed: 0 }, 'lost', 0);
  }

  #tell(
    { label, model }: OpenBatch,
    { id, finished, failed }: Pick<BatchStatus, 'id' | 'finished' | 'failed'>,
    state: 'running' | 'collected' | 'lost',
    calls: number,
  ): void {
    this.#options.emit({ type: 'batch', label, model, id: id || null, state, calls, finished, failed });
  }

  #warnOf({ label }: OpenBatch, { unknown, twice }: { unknown: number; twice: number }): void {
    if (unknown + twice === 0) return;
    const message = `batch ${label} came back with ${unknown} rows that were not asked for and ${twice} twice: they were left out`;
    this.#options.emit({ type: 'warning', code: 'runner/strange-rows', message });
  }

  async #wait(tries: number, fault: AssizeError<FaultFacts>): Promise<void> {
    const { clock, retry, random } = this.#options;
    const drawn = random.stream(`batch ${fault.facts.model} ${tries}`);
    await sleep(clock, retryWaitMs(tries, fault, retry, drawn), this.#stopped.signal);
  }

  #ask({ id }: Model, until: AbortSignal): ProviderCallOptions {
    const { clock, deadlineMs } = this.#options;
    return { model: id, clock, deadlineMs, until };
  }
}

interface Settling {
  readonly billed: boolean;
  readonly sent?: false;
  readonly cancelled: boolean;
  /** The fault is the batch's, not the call's. */
  readonly whole?: boolean;
}

function batchOf({ id, batch }: Model): ModelBatch {
  if (!batch) throw faults.badRequest({ model: id, providerCode: 'no_batches' });
  return batch;
}
