import { defineError, type RunReason } from '@assize/core';

export const interrupted = defineError('runner/interrupted', (facts: { run: string; reason: string }) => ({
  message: `run ${facts.run} takes no further calls (${facts.reason})`,
  hint: 'Resume the run: what was finished is kept.',
}));

/**
 * How a run comes to rest: first no new call, then no call at all.
 *
 * The first reason stands, except that a drain may turn into an abort.
 */
export class RunHalt {
  readonly #run: string;
  readonly #launching = new AbortController();
  readonly #working = new AbortController();
  readonly #callbacks = new Set<(reason: Error) => void>();
  reason: RunReason | undefined;
  fault: Error | undefined;

  constructor(run: string) {
    this.#run = run;
  }

  /** Aborts when no new call may begin. */
  get launching(): AbortSignal {
    return this.#launching.signal;
  }

  /** Aborts when calls in flight are given up. */
  get working(): AbortSignal {
    return this.#working.signal;
  }

  /** What a call is refused with. */
  error(): Error {
    return interrupted({ run: this.#run, reason: this.reason ?? 'aborted' });
  }

  stop(reason: RunReason, fault?: Error): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.fault = fault ?? this.fault;
    this.#launching.abort(this.error());
  }

  /** Says why the run cannot be complete, though it goes on. */
  blame(fault: Error): void {
    this.fault ??= fault;
  }

  abort(): void {
    if (this.reason === undefined || this.reason === 'drained') this.reason = 'aborted';
    this.#launching.abort(this.error());
    this.#working.abort(this.error());
    for (const callback of this.#callbacks) callback(this.error());
    this.#callbacks.clear();
  }

  /**
   * Calls back when calls in flight are given up, unless the function that it returns is called first.
   *
   * A signal with hundreds of listeners takes as long to forget one as it has listeners; a set does not.
   */
  onAbort(callback: (reason: Error) => void): () => void {
    if (this.#working.signal.aborted) callback(this.error());
    else this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }
}
