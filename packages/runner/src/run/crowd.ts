import type { Shelf } from '../batch/shelf.ts';
import type { Clock } from '../pacing/clock.ts';
import type { RunHalt } from './run-halt.ts';

/** Assignments under way per place: one at work, and for every fourth one that is ready when it ends. */
const ready = 1.25;
/** The most of them per place, those counted too that wait for another try. */
const most = 8;
/** How often a run that is full of those who wait looks whether it can make room. */
const crammedMs = 1000;

/**
 * How many assignments are under way, and whether there is room for one more.
 *
 * Enough to fill all places, and to give each model something to do; those that wait for another try or for their model
 * hold none and make room, up to eight for each place.
 */
export class Crowd {
  readonly #concurrency: number;
  readonly #halt: RunHalt;
  readonly #clock: Clock;
  #active = 0;
  #parked = 0;
  #held = 0;
  #shelf: Pick<Shelf, 'size'> = { size: 0 };
  #window = Number.POSITIVE_INFINITY;
  #isLast = false;
  #still = (): void => undefined;
  #isStarving = false;
  #crammed = (): boolean => false;
  #changed: (() => void) | undefined;

  constructor(concurrency: number, halt: RunHalt, clock: Clock) {
    this.#concurrency = concurrency;
    this.#halt = halt;
    this.#clock = clock;
  }

  enter(): void {
    this.#active += 1;
  }

  leave(): void {
    this.#active -= 1;
    this.#wake();
  }

  /** A call waits for another try and holds no place meanwhile. */
  park(): void {
    this.#parked += 1;
    this.#wake();
  }

  unpark(): void {
    this.#parked -= 1;
    this.#wake();
  }

  /** So many calls wait because of what their model bears; and whether some model has nothing to do meanwhile. */
  hold(calls: number, isStarving: boolean): void {
    const hasRoom = calls > this.#held || (isStarving && !this.#isStarving);
    this.#held = calls;
    this.#isStarving = isStarving;
    if (hasRoom) this.#wake();
  }

  /** What is to make room when those who wait fill the whole run; returns whether it did. */
  onCrammed(callback: () => boolean): void {
    this.#crammed = callback;
  }

  /** Those on the shelf wait for batches: they hold no place and make room, up to `window` of them. */
  shelve(shelf: Shelf, window: number): void {
    this.#shelf = shelf;
    this.#window = window;
    shelf.onChange(() => this.#wake());
  }

  /** Calls back when all who are there wait for batches and nobody more can come before these bring something. */
  onStill(callback: () => void): void {
    this.#still = callback;
  }

  /** Looks whether all is still. */
  look(): void {
    const onShelf = this.#shelf.size;
    if (onShelf > 0 && onShelf === this.#active && (this.#isLast || this.#isFull())) this.#still();
  }

  /** Waits until one more may enter, or the run takes no more. */
  async room(): Promise<void> {
    while (!this.#halt.launching.aborted && this.#isFull()) {
      this.look();
      if (!this.#isCrammed()) {
        await this.#change();
        continue;
      }
      if (this.#crammed()) continue;
      // That a model answers no more shows by time alone.
      const cancel = this.#clock.after(crammedMs, () => this.#wake());
      await this.#change();
      cancel();
    }
  }

  /** Waits until all have left. */
  async idle(): Promise<void> {
    this.#isLast = true;
    this.look();
    while (this.#active > 0) await this.#change();
  }

  #isFull(): boolean {
    if (this.#isCrammed() || this.#shelf.size >= this.#window) return true;
    const working = this.#active - this.#shelf.size - this.#parked - this.#held;
    return !this.#isStarving && working >= this.#concurrency * ready;
  }

  #isCrammed(): boolean {
    return this.#active - this.#shelf.size >= this.#concurrency * most;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #wake(): void {
    this.#changed?.();
    this.#changed = undefined;
    this.look();
  }
}
