const stepMs = 10_000;
const steps = 12;
/** Requests that may go for each that is answered. */
const k = 2;

/**
 * Client-side throttling: the less of what is asked gets answered, the less is asked.
 *
 *     refusal  max(0, (requests − K·accepts − round) / (requests + 1)),  K = 2
 *
 * over the last two minutes, which is longer than the slowest reply; a request counts before it leaves, so that the last
 * round of them, which cannot have been answered yet, is taken off. Beyer et al. 2016, Site Reliability Engineering,
 * eq. 21-1, where there is no `round`.
 */
export class Throttle {
  readonly #requests = new Float64Array(steps);
  readonly #accepts = new Float64Array(steps);
  #step = 0;
  #asked = 0;
  #answered = 0;

  request(now: number): void {
    const place = this.#turn(now);
    this.#requests[place]! += 1;
    this.#asked += 1;
  }

  accept(now: number): void {
    const place = this.#turn(now);
    this.#accepts[place]! += 1;
    this.#answered += 1;
  }

  /**
   * The probability with which the next request is held back, from 0 to below 1.
   *
   * @param round requests that may be in flight
   */
  refusal(now: number, round: number): number {
    this.#turn(now);
    return Math.max(0, (this.#asked - k * this.#answered - round) / (this.#asked + 1));
  }

  /** Forgets what is older than two minutes, and gives the place of now. */
  #turn(now: number): number {
    const step = Math.floor(now / stepMs);
    if (step - this.#step >= steps) this.#step = step - steps;
    while (this.#step < step) {
      this.#step += 1;
      const place = this.#step % steps;
      this.#asked -= this.#requests[place]!;
      this.#answered -= this.#accepts[place]!;
      this.#requests[place] = 0;
      this.#accepts[place] = 0;
    }
    return this.#step % steps;
  }
}
