const leastMs = 10_000;
const troublesInARow = 5;
const timesLate = 5;

/**
 * Whether a model can be taken to be down, long before its circuit knows: what fails by never answering, or by rate
 * limits alone, opens none.
 *
 * Down is where five attempts in a row got nothing for 10 seconds and for twice the wait that was asked for, or where
 * nothing has been heard for 10 seconds and five times the usual.
 */
export class LaneHealth {
  #heardAt = 0;
  #troubles = 0;
  #downFrom = Number.POSITIVE_INFINITY;

  /** A request leaves when none was in flight. */
  begin(now: number): void {
    this.#heardAt = now;
  }

  reply(now: number): void {
    this.#heardAt = now;
    this.#troubles = 0;
  }

  trouble(now: number, retryAfterMs: number): void {
    this.#heardAt = now;
    this.#troubles += 1;
    if (this.#troubles === 1) this.#downFrom = now + Math.max(leastMs, 2 * retryAfterMs);
  }

  /** @param usualMs how long a reply usually takes; infinity where none is awaited */
  isDown(now: number, usualMs: number): boolean {
    if (this.#troubles >= troublesInARow && now >= this.#downFrom) return true;
    return now >= this.#heardAt + Math.max(leastMs, timesLate * usualMs);
  }
}
