import type { RunEvent } from '@assize/core';

import { runFault } from './run-fault.ts';

/** Events that are held for a reader; above it the run waits, so that nothing is lost and memory stays bounded. */
const heldEvents = 1024;

/**
 * Events for one reader and one listener, in order.
 *
 * Until someone reads, the first 1,024 are held, and none once there are more; the run does not wait. Once someone reads,
 * all that follow arrive. A listener that throws is not called again.
 */
export class EventStream implements AsyncIterable<RunEvent> {
  #held: RunEvent[] = [];
  #dropped = 0;
  #state: 'unread' | 'read' | 'left' = 'unread';
  #ended = false;
  #error: Error | undefined;
  #reader: (() => void) | undefined;
  #writers: (() => void)[] = [];
  #listener: ((event: RunEvent) => void) | undefined;

  constructor(listener?: (event: RunEvent) => void) {
    this.#listener = listener;
  }

  push(event: RunEvent): void {
    this.#hold(event);
    try {
      this.#listener?.(event);
    } catch (error) {
      this.#listener = undefined;
      const message = `onEvent threw and is not called again: ${runFault(error).message}`;
      this.#hold({ type: 'warning', code: 'runner/listener-threw', message });
    }
  }

  /** Ends the stream; with an error, the reader gets it after the last event. */
  end(error?: Error): void {
    this.#ended = true;
    this.#error = error;
    this.#wakeReader();
    this.#wakeWriters();
  }

  /** Resolves when the reader has caught up. */
  async room(): Promise<void> {
    while (this.#state === 'read' && !this.#ended && this.#held.length > heldEvents) {
      await new Promise<void>((resolve) => this.#writers.push(resolve));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent, void> {
    if (this.#state !== 'unread') throw new TypeError('the events of a run can be read once');
    this.#state = 'read';
    try {
      if (this.#dropped > 0) {
        yield {
          type: 'warning',
          code: 'runner/events-dropped',
          message: `${this.#dropped} events passed before anyone read them`,
          hint: 'Read the events as soon as the run is started.',
        };
      }
      for (;;) {
        const batch = this.#held;
        this.#held = [];
        this.#wakeWriters();
        yield* batch;
        if (this.#held.length > 0) continue;
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#reader = resolve;
        });
      }
      if (this.#error) throw this.#error;
    } finally {
      this.#state = 'left';
      this.#held = [];
      this.#wakeWriters();
    }
  }

  #hold(event: RunEvent): void {
    if (this.#ended || this.#state === 'left') return;
    if (this.#state === 'unread' && (this.#dropped > 0 || this.#held.length >= heldEvents)) {
      // Who has not come for the first thousand will hardly come: nothing is kept for them but the count.
      this.#dropped += this.#held.length + 1;
      this.#held = [];
      return;
    }
    this.#held.push(event);
    this.#wakeReader();
  }

  #wakeReader(): void {
    this.#reader?.();
    this.#reader = undefined;
  }

  #wakeWriters(): void {
    const writers = this.#writers;
    this.#writers = [];
    for (const wake of writers) wake();
  }
}
