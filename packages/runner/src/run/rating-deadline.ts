import { defineError } from '@assize/core';

import type { Clock } from '../pacing/clock.ts';

export const ratingTimeout = defineError(
  'runner/rating-timeout',
  (facts: { rater: string; item: string; deadlineMs: number }) => ({
    message: `rater ${facts.rater} gave no rating of item ${facts.item} within ${facts.deadlineMs} ms of its own work`,
    hint: 'Report it to the author of the rater, or raise ratingDeadlineMs. The item counts as failed for this rater.',
  }),
);

/**
 * How long a rater may work on one item by itself: the time that it waits for a model does not count, since calls have
 * deadlines of their own.
 *
 * It ends a rater that never settles. One that never gives the thread back cannot be ended from the same thread.
 */
export class RatingDeadline {
  readonly #clock: Clock;
  readonly #passed: () => void;
  #left: number;
  #waiting = 0;
  #since = 0;
  #cancel: (() => void) | undefined;

  /** Begins to count; `passed` is called once, when the time is over. */
  constructor(deadlineMs: number, clock: Clock, passed: () => void) {
    this.#clock = clock;
    this.#left = deadlineMs;
    this.#passed = passed;
    this.#count();
  }

  /** The rater asks a model: its own time stands still until `resume`. */
  pause(): void {
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    this.#left -= this.#clock.now() - this.#since;
    this.#cancel?.();
  }

  resume(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#count();
  }

  /** Counts no more, whatever is resumed later. */
  stop(): void {
    this.#cancel?.();
    this.#left = Number.POSITIVE_INFINITY;
  }

  #count(): void {
    if (!Number.isFinite(this.#left)) return;
    this.#since = this.#clock.now();
    this.#cancel = this.#clock.after(Math.max(this.#left, 0), this.#passed);
  }
}
