import { Circuit, lastProbe } from './circuit.ts';
import type { Clock } from './clock.ts';
import { RetryCredit } from './retry-policy.ts';

/** Leave to send one request. */
export interface Permit {
  readonly lane: Lane;
  readonly isProbe: boolean;
}

/** How an attempt ended, as far as pacing goes. */
export type PaceOutcome =
  | { readonly kind: 'reply'; readonly latencyMs: number }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  | { readonly kind: 'outage' }
  | { readonly kind: 'other' };

/** What is known of one model's willingness. */
export interface Lane {
  readonly model: string;
  readonly credit: RetryCredit;
  readonly circuit: Circuit;
  /** How many requests may be in flight: learned. */
  limit: number;
  inFlight: number;
  replies: number;
  /** Requests that were refused for good since the last reply. */
  refusals: number;
}

interface Waiter {
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: Error) => void;
}

interface OwnLane extends Lane {
  readonly waiting: Waiter[];
  latencyMs: number;
  noCutUntil: number;
  wakeAt: number;
  cancelWake: () => void;
}

const cut = 0.7;
const smoothing = 0.1;

/**
 * Decides when a request may leave: never more in flight than the run's concurrency, nor than a model's lane bears.
 *
 * A lane loses 30 % of its limit on a rate limit, at most once in the time that a reply or the wait asked for takes (no
 * sooner can the cut show), and gains one for each full round of replies. A retry that waits holds no place.
 */
export class Pacer {
  readonly #concurrency: number;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, OwnLane>();
  #inFlight = 0;
  #stopped: Error | undefined;

  constructor(concurrency: number, clock: Clock) {
    this.#concurrency = concurrency;
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  lane(model: string): Lane {
    return this.#own(model);
  }

  /** Waits for leave to send. `urgent`: a retry, which goes before calls that have not begun. */
  acquire(model: string, { urgent }: { urgent: boolean }): Promise<Permit> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    const lane = this.#own(model);
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (urgent) lane.waiting.unshift(waiter);
      else lane.waiting.push(waiter);
      this.#serve();
    });
  }

  /** Gives a place back. Returns whether the lane has failed so often that it should be given up. */
  release({ lane: { model }, isProbe }: Permit, outcome: PaceOutcome): { givenUp: boolean } {
    const lane = this.#own(model);
    const now = this.#clock.now();
    lane.inFlight -= 1;
    this.#inFlight -= 1;
    const failed = { reply: false, limited: undefined, outage: true, other: undefined }[outcome.kind];
    lane.circuit.report(now, failed, isProbe);
    if (outcome.kind === 'reply') {
      lane.replies += 1;
      lane.refusals = 0;
      lane.credit.reply();
      lane.latencyMs += (outcome.latencyMs - lane.latencyMs) * (lane.replies === 1 ? 1 : smoothing);
      lane.limit = Math.min(this.#concurrency, lane.limit + 1 / lane.limit);
    } else if (outcome.kind === 'limited' && now >= lane.noCutUntil) {
      lane.limit = Math.max(1, Math.min(lane.limit, lane.inFlight + 1) * cut);
      lane.noCutUntil = now + Math.max(lane.latencyMs, outcome.retryAfterMs);
    }
    this.#serve();
    return { givenUp: lane.circuit.failedProbes >= lastProbe };
  }

  /** Nothing leaves any more: whoever waits is refused with the error. */
  stop(error: Error): void {
    this.#stopped = error;
    for (const { waiting, cancelWake } of this.#lanes.values()) {
      cancelWake();
      for (const { reject } of waiting.splice(0)) reject(error);
    }
  }

  #own(model: string): OwnLane {
    let lane = this.#lanes.get(model);
    if (!lane) {
      lane = {
        model,
        credit: new RetryCredit(),
        circuit: new Circuit(),
        limit: this.#concurrency,
        inFlight: 0,
        replies: 0,
        refusals: 0,
        waiting: [],
        latencyMs: 0,
        noCutUntil: 0,
        wakeAt: Number.POSITIVE_INFINITY,
        cancelWake: () => undefined,
      };
      this.#lanes.set(model, lane);
    }
    return lane;
  }

  /** Lets go whoever may, one of each lane in turn. */
  #serve(): void {
    for (let served = true; served;) {
      served = false;
      for (const lane of this.#lanes.values()) {
        if (lane.waiting.length === 0 || this.#inFlight >= this.#concurrency) continue;
        if (lane.inFlight >= Math.max(1, Math.floor(lane.limit))) continue;
        const wait = lane.circuit.waitMs(this.#clock.now());
        if (wait > 0) {
          this.#wakeLater(lane, wait);
          continue;
        }
        lane.inFlight += 1;
        this.#inFlight += 1;
        lane.credit.request();
        lane.waiting.shift()?.resolve({ lane, isProbe: lane.circuit.go() });
        served = true;
      }
    }
  }

  #wakeLater(lane: OwnLane, wait: number): void {
    const at = this.#clock.now() + wait;
    if (!Number.isFinite(wait) || lane.wakeAt <= at) return;
    lane.cancelWake();
    lane.wakeAt = at;
    const wake = (): void => {
      lane.wakeAt = Number.POSITIVE_INFINITY;
      this.#serve();
    };
    lane.cancelWake = this.#clock.after(wait, wake);
  }
}
