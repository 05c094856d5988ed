/** Tokens that many a millisecond bring are the same as those asked for. */
const dust = 1e-9;

/**
 * A rate per minute, spread evenly: a second's worth may leave at once, and never less than one.
 *
 * It refills over 61 seconds, so that no 60 seconds, wherever they begin, see more than the rate. A need above a second's
 * worth goes when the bucket is full and leaves a debt, which the next one waits for: nothing waits for ever.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #level: number;
  #at = Number.NEGATIVE_INFINITY;

  /** @param perMinute what may be used in a minute, above 0 */
  constructor(perMinute: number) {
    this.#perMs = perMinute / 61_000;
    this.#capacity = Math.max(1, this.#perMs * 1000);
    this.#level = this.#capacity;
  }

  /** How long until a need may be taken, in whole milliseconds; 0 when it may now. */
  waitMs(now: number, need: number): number {
    if (now > this.#at) {
      this.#level = Math.min(this.#capacity, this.#level + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    const short = Math.min(need, this.#capacity) - this.#level;
    return short <= dust ? 0 : Math.ceil(short / this.#perMs);
  }

  take(need: number): void {
    this.#level -= need;
  }

  /** What turned out not to be used; below 0, what was used beside. */
  giveBack(amount: number): void {
    this.#level = Math.min(this.#capacity, this.#level + amount);
  }
}
