const windowSeconds = 30;
const openMs = 30_000;
const leastCalls = 20;

/** Probes that fail in a row before the lane is given up. */
export const lastProbe = 5;

/**
 * Keeps calls from a model that is down: opens when at least half of 20 or more calls within 30 seconds failed, and lets
 * one probe through each 30 seconds until one succeeds.
 *
 * Rate limits are no failures: they slow a lane, they do not open its circuit.
 */
export class Circuit {
  #seconds: { second: number; calls: number; failed: number }[] = [];
  #openedAt: number | undefined;
  #probing = false;
  #failedProbes = 0;

  /** Whether nothing but probes may go. */
  get isOpen(): boolean {
    return this.#openedAt !== undefined;
  }

  /** How many probes have failed in a row. */
  get failedProbes(): number {
    return this.#failedProbes;
  }

  /** How long a call must wait: 0 to go, infinity while a probe is under way. */
  waitMs(now: number): number {
    if (this.#openedAt === undefined) return 0;
    return this.#probing ? Number.POSITIVE_INFINITY : Math.max(this.#openedAt + openMs - now, 0);
  }

  /** A call goes. Whether it is the probe must be told again with its outcome. */
  go(): boolean {
    this.#probing = this.#openedAt !== undefined;
    return this.#probing;
  }

  /** How a call ended; `undefined` when it says nothing of the provider. */
  report(now: number, failed: boolean | undefined, wasProbe: boolean): void {
    if (wasProbe) this.#judgeProbe(now, failed);
    // Calls that went before it opened say nothing new.
    else if (this.#openedAt === undefined && failed !== undefined) this.#count(now, failed);
  }

  #judgeProbe(now: number, failed: boolean | undefined): void {
    this.#probing = false;
    if (failed === undefined) return;
    this.#openedAt = failed ? now : undefined;
    this.#failedProbes = failed ? this.#failedProbes + 1 : 0;
    if (!failed) this.#seconds = [];
  }

  #count(now: number, failed: boolean): void {
    const second = Math.floor(now / 1000);
    let last = this.#seconds.at(-1);
    if (last?.second !== second) {
      last = { second, calls: 0, failed: 0 };
      this.#seconds = [...this.#seconds.filter((entry) => entry.second > second - windowSeconds), last];
    }
    last.calls += 1;
    if (!failed) return;
    last.failed += 1;
    const calls = this.#seconds.reduce((sum, entry) => sum + entry.calls, 0);
    const failures = this.#seconds.reduce((sum, entry) => sum + entry.failed, 0);
    if (calls >= leastCalls && failures * 2 >= calls) this.#openedAt = now;
  }
}
