import { defineError, type LaneHold, type Random, type RateLimits, type RunEvent, type Usage } from '@assize/core';

import type { Clock } from './clock.ts';
import { type Hold, Lane, type PaceOutcome, type Permit } from './lane.ts';
import { type Limits, limitsOf } from './lane-limits.ts';
import { runFault } from '../run/run-fault.ts';

export const modelDown = defineError('runner/model-down', (facts: { model: string }) => ({
  message: `${facts.model} fails and is left out for now; the other models go on`,
  hint: 'Resume the run later: what this model was to rate is still open.',
}));

export interface PacerOptions {
  /** Requests in flight over all lanes, at most. */
  readonly concurrency: number;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: (event: RunEvent) => void;
  /** Told how many calls wait for reasons of their lane alone, and whether another lane has nobody waiting. */
  readonly queued: (held: number, isStarving: boolean) => void;
}

export interface Asking {
  readonly rater: string;
  readonly isRetry: boolean;
  /** What the request can use at most. */
  readonly bound: Usage;
}

/** A lane in its run: when it was served last, and what was told of it. */
interface Place {
  readonly lane: Lane;
  turn: number;
  why: LaneHold | null;
  toldWhy: LaneHold | null;
  toldAt: number;
  wakeAt: number;
  cancelWake: () => void;
}

const quietMs = 1000;

/**
 * Decides when a request may leave: never more in flight than the run's concurrency, nor than its model's lane bears.
 *
 * The lane with the fewest in flight comes first, so that a slow or dead model never takes the places of the others. A
 * retry that waits holds no place.
 */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #places = new Map<string, Place>();
  #inFlight = 0;
  #turn = 0;
  #held = 0;
  #isStarving = false;
  #stopped: Error | undefined;

  constructor(options: PacerOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  lane(model: string): Lane {
    return this.#place(model).lane;
  }

  /** Waits for leave to send. @throws runner/model-down while the model is left out. */
  acquire(model: string, asking: Asking): Promise<Permit> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    const { lane } = this.#place(model);
    // A model that is left out is tried by one call at a time.
    if (lane.fault && !lane.mayProbe(this.#options.clock.now())) return Promise.reject(modelDown({ model }));
    return new Promise((resolve, reject) => {
      lane.join({ ...asking, resolve, reject });
      this.#serve();
    });
  }

  /** What a response says of its provider's limits. */
  observe(permit: Permit, limits: RateLimits): void {
    permit.lane.observe(this.#options.clock.now(), limits, permit);
  }

  /** Gives a place back. Returns what is wrong with the model when it is given up and no other is left. */
  release(permit: Permit, outcome: PaceOutcome): Error | undefined {
    const { lane } = permit;
    this.#inFlight -= 1;
    lane.end(this.#options.clock.now(), permit, outcome);
    let fault: Error | undefined;
    if (outcome.kind === 'outage' && (lane.fault || lane.isDead)) {
      if (this.#hasOtherThan(lane)) this.#leaveOut(lane, outcome.fault);
      else fault = outcome.fault;
    }
    this.#serve();
    return fault;
  }

  /**
   * Makes room where calls of a model that is down hold up those of others: leaves the model out.
   *
   * @returns whether it helps
   */
  shed(): boolean {
    const now = this.#options.clock.now();
    const down = [...this.#places.values()].filter(
      ({ lane }) => !lane.fault && lane.isDown(now) && this.#hasOtherThan(lane),
    );
    for (const { lane } of down) this.#leaveOut(lane, modelDown({ model: lane.model }));
    if (down.length > 0) this.#count();
    return down.length > 0;
  }

  /** Nothing leaves any more: whoever waits is refused with the error. */
  stop(error: Error): void {
    this.#stopped = error;
    for (const { lane, cancelWake } of this.#places.values()) {
      cancelWake();
      lane.clear(error);
    }
  }

  #place(model: string): Place {
    let place = this.#places.get(model);
    if (!place) {
      const { concurrency, limits, random } = this.#options;
      place = {
        lane: new Lane(model, concurrency, limitsOf(limits, model), random),
        turn: 0,
        why: null,
        toldWhy: null,
        toldAt: Number.NEGATIVE_INFINITY,
        wakeAt: Number.POSITIVE_INFINITY,
        cancelWake: () => undefined,
      };
      this.#places.set(model, place);
    }
    return place;
  }

  #hasOtherThan(lane: Lane): boolean {
    const now = this.#options.clock.now();
    return [...this.#places.values()].some(
      ({ lane: other }) => other !== lane && other.hasReplied && !other.isDown(now),
    );
  }

  #leaveOut(lane: Lane, fault: Error): void {
    if (!lane.fault) this.#options.emit({ type: 'warning', ...runFault(modelDown({ model: lane.model })) });
    lane.fault = fault;
    lane.clear(modelDown({ model: lane.model }));
  }

  /** Lets go whoever may. */
  #serve(): void {
    const now = this.#options.clock.now();
    const done = new Set<Place>();
    while (this.#inFlight < this.#options.concurrency) {
      const place = this.#next(done);
      if (!place) break;
      const hold = place.lane.serve(now);
      if (hold) {
        done.add(place);
        place.why = hold.why;
        this.#wakeLater(place, hold, now);
      } else {
        this.#inFlight += 1;
        place.why = null;
        place.turn = ++this.#turn;
      }
    }
    this.#count();
    for (const place of this.#places.values()) if (place.why !== place.toldWhy) this.#tell(place, now);
  }

  /** The lane with the fewest in flight among those where someone waits; of equals, the one that was served first. */
  #next(done: ReadonlySet<Place>): Place | undefined {
    let next: Place | undefined;
    for (const place of this.#places.values()) {
      if (place.lane.waiting === 0) place.why = null;
      else if (!done.has(place) && (!next || isBefore(place, next))) next = place;
    }
    return next;
  }

  #count(): void {
    let held = 0;
    let isStarving = false;
    for (const { lane, why } of this.#places.values()) {
      if (why !== null) held += lane.waiting;
      if (lane.waiting === 0 && !lane.fault && this.#places.size > 1) isStarving = true;
    }
    if (held === this.#held && isStarving === this.#isStarving) return;
    this.#held = held;
    this.#isStarving = isStarving;
    this.#options.queued(held, isStarving);
  }

  #tell(place: Place, now: number): void {
    // What an outage does is told at once; the rest may change with every reply.
    const isWeighty = place.why === 'circuit' || place.toldWhy === 'circuit';
    if (!isWeighty && now - place.toldAt < quietMs) return;
    place.toldWhy = place.why;
    place.toldAt = now;
    const { lane, why } = place;
    const { model, inFlight, waiting } = lane;
    this.#options.emit({ type: 'lane', model, limit: lane.concurrency.places, inFlight, waiting, why });
  }

  #wakeLater(place: Place, { waitMs }: Hold, now: number): void {
    const at = now + waitMs;
    if (!Number.isFinite(waitMs) || (place.wakeAt > now && place.wakeAt <= at)) return;
    place.cancelWake();
    place.wakeAt = at;
    place.cancelWake = this.#options.clock.after(waitMs, () => {
      place.wakeAt = Number.POSITIVE_INFINITY;
      this.#serve();
    });
  }
}

function isBefore(one: Place, other: Place): boolean {
  return (
    one.lane.inFlight < other.lane.inFlight || (one.lane.inFlight === other.lane.inFlight && one.turn < other.turn)
  );
}
