import type { LaneHold, Random, RateLimits, Usage } from '@assize/core';

import { Circuit, lastProbe } from './circuit.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { LaneLimits } from './lane-limits.ts';
import { LaneHealth } from './lane-health.ts';
import { LaneRates, type Reservation } from './lane-rates.ts';
import { RetryCredit } from './retry-credit.ts';
import { Throttle } from './throttle.ts';
import { FairLine } from './waiting-calls.ts';

/** Leave to send one request. */
export interface Permit {
  readonly lane: Lane;
  readonly isProbe: boolean;
  readonly reservation: Reservation;
}

/** How an attempt ended, as far as pacing goes. */
export type PaceOutcome =
  | { readonly kind: 'reply'; readonly latencyMs: number; readonly usage?: Usage }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  | { readonly kind: 'outage'; readonly fault: Error }
  | { readonly kind: 'other' }
  | { readonly kind: 'unsent' };

/** A call that waits for its lane. */
export interface Waiter {
  readonly rater: string;
  /** Tried before. */
  readonly isRetry: boolean;
  /** What it can use at most. */
  readonly bound: Usage;
  readonly resolve: (permit: Permit) => void;
  readonly reject: (error: Error) => void;
}

/** Why a lane lets nobody go, and for how long where time alone will tell; infinity where only a reply will. */
export interface Hold {
  readonly why: LaneHold;
  readonly waitMs: number;
}

/** Retries that may go in a row while calls that have not begun wait too. */
const retriesInARow = 3;
/** Rate limits without a reply between them that stop the lane for as long as the provider asks. */
const limitedInARow = 5;
const throttleMs = 200;
const unused: Usage = { inputTokens: 0, outputTokens: 0 };

/** The calls that go to one model with one key: who waits, who may go, and what is known of the provider's willingness. */
export class Lane {
  readonly model: string;
  readonly circuit = new Circuit();
  readonly concurrency: ConcurrencyLimit;
  readonly #health = new LaneHealth();
  readonly #credit = new RetryCredit();
  readonly #throttle = new Throttle();
  readonly #rates: LaneRates;
  readonly #random: Random;
  readonly #fresh = new FairLine<Waiter>();
  readonly #retries = new FairLine<Waiter>();
  #inFlight = 0;
  #retriesRunning = 0;
  #limitedRunning = 0;
  #pausedUntil = 0;
  #throttledUntil = 0;
  /** Requests that were refused for good since the last reply. */
  refusals = 0;
  /** Why the model is given up for now. */
  fault: Error | undefined;

  constructor(model: string, concurrency: number, limits: LaneLimits, random: Random) {
    this.model = model;
    this.concurrency = new ConcurrencyLimit(Math.min(concurrency, limits.concurrency ?? concurrency));
    this.#rates = new LaneRates(limits);
    this.#random = random;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#fresh.length + this.#retries.length;
  }

  /** Whether its model has ever answered. */
  get hasReplied(): boolean {
    return this.concurrency.replies > 0;
  }

  join(waiter: Waiter): void {
    (waiter.isRetry ? this.#retries : this.#fresh).push(waiter.rater, waiter);
  }

  /** Refuses whoever waits. */
  clear(error: Error): void {
    for (const line of [this.#retries, this.#fresh]) {
      for (let waiter = line.shift(); waiter; waiter = line.shift()) waiter.reject(error);
    }
  }

  /** Lets the next one go; or says why not. To be asked only while someone waits. */
  serve(now: number): Hold | undefined {
    const isOpen = this.circuit.isOpen;
    const hold = this.#held(now);
    if (hold) return hold;
    const line = this.#line(now, isOpen);
    if (!line?.head) return { why: 'retry-budget', waitMs: this.#credit.waitMs(now) };
    const { bound } = line.head;
    const pace = this.#rates.hold(now, bound);
    if (pace) return pace;
    const refusal = isOpen ? 0 : this.#throttle.refusal(now, this.concurrency.places);
    if (refusal > 0 && this.#random.next() < refusal) {
      const waitMs = throttleMs / this.concurrency.places;
      this.#throttledUntil = now + waitMs;
      return { why: 'throttle', waitMs };
    }
    const waiter = line.shift();
    if (!waiter) return undefined;
    if (waiter.isRetry) {
      this.#retriesRunning += 1;
      // A probe is the circuit's, which has its own measure.
      if (!isOpen) this.#credit.take(now);
    } else {
      this.#retriesRunning = 0;
      this.#credit.request();
    }
    this.#throttle.request(now);
    if (this.#inFlight === 0) this.#health.begin(now);
    this.#inFlight += 1;
    waiter.resolve({ lane: this, isProbe: this.circuit.go(), reservation: this.#rates.take(bound) });
    return undefined;
  }

  /** Takes note of how an attempt ended. */
  end(now: number, { isProbe, reservation }: Permit, outcome: PaceOutcome): void {
    this.#inFlight -= 1;
    const failed = { reply: false, limited: undefined, outage: true, other: undefined, unsent: undefined }[
      outcome.kind
    ];
    const wasOpen = this.circuit.isOpen;
    this.circuit.report(now, failed, isProbe);
    if (this.circuit.isOpen && !wasOpen) this.concurrency.restart();
    switch (outcome.kind) {
      case 'reply':
        this.refusals = 0;
        this.#limitedRunning = 0;
        this.#health.reply(now);
        this.#pausedUntil = now;
        this.fault = undefined;
        this.#credit.reply();
        this.#throttle.accept(now);
        this.concurrency.reply(now, outcome.latencyMs);
        this.#rates.settle(reservation, outcome.usage);
        break;
      case 'limited':
        this.#limitedRunning += 1;
        this.#health.trouble(now, outcome.retryAfterMs);
        if (this.#limitedRunning >= limitedInARow) {
          this.#pausedUntil = Math.max(this.#pausedUntil, now + outcome.retryAfterMs);
        }
        this.concurrency.limited(now, this.#inFlight + 1, outcome.retryAfterMs);
        this.#rates.settle(reservation, unused);
        break;
      case 'other':
        // The provider has answered, though not what was hoped for: it is not it that is in trouble.
        this.#health.reply(now);
        this.#throttle.accept(now);
        break;
      case 'outage':
        this.#health.trouble(now, 0);
        break;
      case 'unsent':
        this.#rates.settle(reservation, unused);
        break;
    }
  }

  /** Whether nothing gets through: its circuit is open, or it has long been refusing all or silent. */
  isDown(now: number): boolean {
    const silentFor = this.#inFlight > 0 && this.hasReplied ? this.concurrency.latencyMs : Number.POSITIVE_INFINITY;
    return this.circuit.isOpen || this.#health.isDown(now, silentFor);
  }

  /** Whether one more call would be the only one, and may try whether the model is back. */
  mayProbe(now: number): boolean {
    return this.waiting === 0 && this.#inFlight === 0 && this.circuit.waitMs(now) === 0;
  }

  observe(now: number, limits: RateLimits, { reservation }: Permit): void {
    this.#rates.observe(now, limits, reservation);
  }

  /** Whether so many probes have failed that nothing more is to be hoped for soon. */
  get isDead(): boolean {
    return this.circuit.failedProbes >= lastProbe;
  }

  #held(now: number): Hold | undefined {
    const probeMs = this.circuit.waitMs(now);
    if (probeMs > 0) return { why: 'circuit', waitMs: probeMs };
    if (now < this.#pausedUntil) return { why: 'rate-limited', waitMs: this.#pausedUntil - now };
    if (this.#inFlight >= this.concurrency.places) return { why: 'concurrency', waitMs: Number.POSITIVE_INFINITY };
    if (now < this.#throttledUntil) return { why: 'throttle', waitMs: this.#throttledUntil - now };
    return undefined;
  }

  /** Who goes next: a retry, where one may; every fourth time a call that has not begun. */
  #line(now: number, isOpen: boolean): FairLine<Waiter> | undefined {
    const hasFresh = this.#fresh.length > 0;
    if (this.#retries.length > 0 && !(hasFresh && this.#retriesRunning >= retriesInARow)) {
      if (isOpen || this.#credit.waitMs(now) === 0) return this.#retries;
    }
    if (hasFresh) return this.#fresh;
    return undefined;
  }
}
