const cap = 3;
const ofRequest = 0.1;
const ofReply = 2;
const trickleMs = 5000;

/**
 * What a lane may spend on retries, so that a provider that fails is not called more often for it.
 *
 * Each call that begins brings a tenth of a retry and each reply two, up to three; who has none waits, and one retry in 5
 * seconds goes all the same. So nothing is given up for want of credit, retries stay within a tenth of the calls while
 * nothing is answered, and double with each round of replies once something is.
 */
export class RetryCredit {
  #credit = cap;
  #lastTrickle = Number.NEGATIVE_INFINITY;

  /** A call begins. */
  request(): void {
    this.#credit = Math.min(cap, this.#credit + ofRequest);
  }

  reply(): void {
    this.#credit = Math.min(cap, this.#credit + ofReply);
  }

  /** How long until a retry may go; 0 when it may now. */
  waitMs(now: number): number {
    return this.#credit >= 1 ? 0 : Math.max(0, this.#lastTrickle + trickleMs - now);
  }

  /** A retry goes. */
  take(now: number): void {
    if (this.#credit >= 1) this.#credit -= 1;
    else this.#lastTrickle = now;
  }
}
