import type { Allowance } from '@assize/core';

const minuteMs = 60_000;
/** Resets are told in whole seconds by some, and say little of a refill when they are near. */
const tellingResetMs = 5000;

/**
 * What is left of one of a provider's limits, as its headers told it last, less what was sent since.
 *
 * A limit that refills steadily resets the sooner the less of it is used: (limit − remaining) / reset is its rate, the
 * least seen is believed, and where none is known nothing comes before the reset. What a header said holds for a minute
 * at most; then one call goes to ask again. A header that says "none left" of a call that was let in, twice running, is
 * not believed. So nothing that is learned here can hold a lane for good.
 */
export class LearnedAllowance {
  #left = Number.POSITIVE_INFINITY;
  #limit = Number.POSITIVE_INFINITY;
  #refillPerMs = Number.POSITIVE_INFINITY;
  #taken = 0;
  #at = 0;
  #until = Number.POSITIVE_INFINITY;
  #isReset = false;
  #hasExpired = false;
  #contradictions = 0;

  /** @param uncounted what was sent after the request that this is the response to */
  observe(now: number, { limit, remaining, resetMs = minuteMs }: Allowance, uncounted: number): void {
    if (remaining === undefined || limit === 0) return;
    if (limit !== undefined && limit !== this.#limit) this.#refillPerMs = Number.POSITIVE_INFINITY;
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
    if (limit !== undefined && resetMs >= tellingResetMs && limit > remaining) {
      this.#refillPerMs = Math.min(this.#refillPerMs, (limit - remaining) / resetMs);
    }
    this.#contradictions = remaining >= 1 ? 0 : this.#contradictions + (this.#hasExpired && this.#limit > 1 ? 1 : 0);
    this.#hasExpired = false;
    this.#left = remaining - uncounted;
    this.#taken = uncounted;
    this.#at = now;
    this.#isReset = resetMs <= minuteMs;
    this.#until = now + Math.min(resetMs, minuteMs);
  }

  /** How long until a need is allowed, in whole milliseconds; 0 when it is now. */
  waitMs(now: number, need: number): number {
    if (this.#left === Number.POSITIVE_INFINITY || this.#contradictions >= 2) return 0;
    const most = Math.min(need, this.#limit);
    if (now >= this.#until) this.#expire(now, most);
    const refill = Number.isFinite(this.#refillPerMs) ? this.#refillPerMs : 0;
    this.#left = Math.min(this.#limit, this.#left + (now - this.#at) * refill);
    this.#at = now;
    const short = most - this.#left;
    if (short <= 1e-9) return 0;
    return Math.ceil(Math.min(refill > 0 ? short / refill : Number.POSITIVE_INFINITY, this.#until - now));
  }

  take(need: number): void {
    this.#left -= need;
    this.#taken += need;
  }

  #expire(now: number, need: number): void {
    this.#hasExpired = true;
    // What was sent since the header was told has put the reset off.
    this.#left = Math.max(need, this.#isReset ? this.#limit - this.#taken : this.#left);
    this.#taken = 0;
    this.#at = now;
    this.#until = now + minuteMs;
  }
}
