const cut = 0.7;
const smoothing = 0.1;
const leastAtStart = 8;

/**
 * How many requests of a lane may be in flight: learned.
 *
 * It begins with a quarter of what is allowed, at least 8, and with one after an outage, and doubles with each round of
 * replies, since providers refuse a sharp rise. A rate limit takes 30 %, at most once in the time that a reply or the
 * wait asked for takes (no sooner can the cut show); from then on each full round of replies brings one more.
 */
export class ConcurrencyLimit {
  readonly #most: number;
  #limit: number;
  /** Up to here it doubles. */
  #steady: number;
  #latencyMs = 0;
  #replies = 0;
  #noCutUntil = 0;
  #repliedSinceCut = true;

  /** @param most what is allowed, from 1 */
  constructor(most: number) {
    this.#most = most;
    this.#steady = most;
    this.#limit = Math.min(most, Math.max(leastAtStart, Math.ceil(most / 4)));
  }

  /** Places, as a whole number from 1. */
  get places(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /** How long a reply takes, as a running mean. */
  get latencyMs(): number {
    return this.#latencyMs;
  }

  get replies(): number {
    return this.#replies;
  }

  reply(latencyMs: number): void {
    this.#replies += 1;
    this.#repliedSinceCut = true;
    this.#latencyMs += (latencyMs - this.#latencyMs) * (this.#replies === 1 ? 1 : smoothing);
    const step = this.#limit < this.#steady ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.#most, this.#limit + step);
  }

  /** @param inFlight those that are in flight, this one included */
  limited(now: number, inFlight: number, retryAfterMs: number): void {
    if (now < this.#noCutUntil) return;
    this.#limit = Math.max(1, Math.min(this.#limit, inFlight) * cut);
    // Refusals without a reply between them are one storm, and say nothing of where it was calm.
    if (this.#repliedSinceCut) this.#steady = this.#limit;
    this.#repliedSinceCut = false;
    this.#noCutUntil = now + Math.max(this.#latencyMs, retryAfterMs);
  }

  /** After an outage: from one. */
  restart(): void {
    this.#steady = Math.max(this.#steady, this.#limit);
    this.#limit = 1;
  }
}
