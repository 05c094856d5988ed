import { type AssizeError, type FaultFacts, faults, isFault } from '@assize/core';

import type { Clock } from '../pacing/clock.ts';

export interface ProviderCallOptions {
  readonly model: string;
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Ends the call at once, with its reason. */
  readonly until: AbortSignal;
}

/**
 * One question to a provider about a batch, which ends by its deadline whatever the provider does about its signal.
 *
 * @throws provider/timeout at the deadline; the reason of `until`; else what the call throws.
 */
export async function providerCall<Result>(
  { model, clock, deadlineMs, until }: ProviderCallOptions,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  until.throwIfAborted();
  const inner = new AbortController();
  const ended = Promise.withResolvers<never>();
  const end = (reason: Error): void => {
    inner.abort(reason);
    ended.reject(reason);
  };
  const stop = (): void => end(until.reason instanceof Error ? until.reason : new Error('aborted'));
  until.addEventListener('abort', stop, { once: true });
  const cancel = clock.after(deadlineMs, () => end(faults.timeout({ model })));
  try {
    return await Promise.race([call(inner.signal), ended.promise]);
  } finally {
    cancel();
    until.removeEventListener('abort', stop);
  }
}

/** The rows of a stream, each of which must come by the deadline. */
export async function* providerRows<Row>(
  options: ProviderCallOptions,
  open: (signal: AbortSignal) => AsyncIterable<Row>,
): AsyncGenerator<Row, void> {
  const whole = new AbortController();
  const rows = open(whole.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const row = await providerCall(options, () => rows.next());
      if (row.done === true) return;
      yield row.value;
    }
  } finally {
    whole.abort(new Error('no more rows are read'));
    // Not waited for: a stream that is stuck would hold up the end of the run.
    rows.return?.().catch(() => undefined);
  }
}

/** The fault that an error is: one that an adapter let through unmapped is taken for a reply that nobody can read. */
export function faultOf(error: unknown, model: string): AssizeError<FaultFacts> {
  return isFault(error) ? error : faults.badReply({ model }, { cause: error });
}
