import type { Answer, Call, Failed } from './call.ts';
import type { JournaledAttempts } from './journaled-attempts.ts';
import type { Clock } from '../pacing/clock.ts';
import { hedgeLost, Race } from './race.ts';

export interface HedgeOptions {
  /** A call that has no answer so long after it was sent is sent a second time, in milliseconds. */
  readonly afterMs: number;
  /** How many calls of a session are, at most. Without end when left out; retries must be within their budget too. */
  readonly most?: number;
}

/** How an attempt of a race ended. */
type Ended = { readonly outcome: Answer | Failed } | { readonly error: unknown };

/**
 * Sends a call a second time when its first attempt has not been answered for long.
 *
 * The second one is a retry to the pacer: it goes within the budget for retries or not at all. Both are journaled; the
 * loser is aborted, and counts as possibly billed.
 */
export class HedgedAttempts {
  readonly #attempts: JournaledAttempts;
  readonly #clock: Clock;
  readonly #afterMs: number;
  #left: number;

  constructor(attempts: JournaledAttempts, clock: Clock, { afterMs, most = Number.POSITIVE_INFINITY }: HedgeOptions) {
    this.#attempts = attempts;
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#left = most;
  }

  /** Makes the first attempt of a call, and a second one where it is late. */
  async make(call: Call, key: string, asked: string): Promise<Answer | Failed> {
    const race = new Race();
    let second: Promise<Ended> | undefined;
    let hasSecondBegun = false;
    let cancelTimer: (() => void) | undefined;
    const secondBegins = (): void => {
      hasSecondBegun = true;
    };
    const hedge = (): void => {
      if (race.isOver || this.#left <= 0) return;
      this.#left -= 1;
      second = ended(this.#attempts.make(call, key, asked, 1, { race, isHedge: true, onBegin: secondBegins }));
    };
    const onBegin = (): void => {
      cancelTimer = this.#clock.after(this.#afterMs, hedge);
    };
    const one = await ended(this.#attempts.make(call, key, asked, 1, { race, isHedge: false, onBegin }));
    cancelTimer?.();
    // One that still waits for a place finds the race over and sends nothing.
    if (!hasSecondBegun || !second) {
      race.win();
      if (second) this.#left += 1;
      return given(one);
    }
    const two = await second;
    return given(isBetter(two, one) ? two : one);
  }
}

async function ended(attempt: Promise<Answer | Failed>): Promise<Ended> {
  try {
    return { outcome: await attempt };
  } catch (error) {
    return { error };
  }
}

function given(end: Ended): Answer | Failed {
  if ('error' in end) throw end.error;
  return end.outcome;
}

/** Whether the end of one attempt says more of the call than that of another: a reply, then why there is none. */
function isBetter(one: Ended, other: Ended): boolean {
  const rank = (end: Ended): number =>
    'error' in end ? (hedgeLost.is(end.error) ? 0 : 1) : 'reply' in end.outcome ? 3 : 2;
  return rank(one) > rank(other);
}
