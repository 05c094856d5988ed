const cut = 0.7;
const smoothing = 0.1;
const leastAtStart = 8;

/** Outcomes from which a share of refusals says something. */
const fewest = 10;
/** Outcomes after a cut, those not counted that were in flight at it, by which it is judged: growth has hardly begun. */
const judgedBy = 60;
/** A cut of 30 % must end refusals up to this share, if they come of the pace. */
const mostMended = 0.3;
/** Below it a share is what growing to the limit costs. */
const leastStubborn = 0.05;
/** How long a lane that no cut has helped grows as if it were not refused. */
const stubbornMs = 30_000;

/**
 * How many requests of a lane may be in flight: learned.
 *
 * It begins with a quarter of what is allowed, at least 8, and with one after an outage, and doubles with each round of
 * replies, since providers refuse a sharp rise. A rate limit takes 30 %, at most once in the time that a reply or the
 * wait asked for takes (no sooner can the cut show), and for as long nothing is added; from then on each full round of
 * replies brings one more.
 *
 * Refusals that go on at the same share after a cut do not come of the pace (a busy server that turns every tenth away):
 * for half a minute they take nothing, and the limit doubles again. Each call still waits as long as it was asked to.
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
  /** Outcomes since the last cut, or since it was found that cuts do not help. */
  #since = new Outcomes();
  /** The first of them after those that were in flight at the cut. */
  #after = new Outcomes();
  #stillFlying = 0;
  #shareBefore: number | undefined;
  #stubbornUntil = 0;

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

  reply(now: number, latencyMs: number): void {
    this.#replies += 1;
    this.#observe('replies');
    this.#repliedSinceCut = true;
    this.#latencyMs += (latencyMs - this.#latencyMs) * (this.#replies === 1 ? 1 : smoothing);
    // A cut is held until the next one may come: a short round would else take it back in between.
    if (now < this.#noCutUntil && now >= this.#stubbornUntil) return;
    const step = this.#limit < this.#steady ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.#most, this.#limit + step);
  }

  /** @param inFlight those that are in flight, this one included */
  limited(now: number, inFlight: number, retryAfterMs: number): void {
    this.#observe('refusals');
    if (this.#isStubborn(now) || now < this.#noCutUntil) return;
    this.#limit = Math.max(1, Math.min(this.#limit, inFlight) * cut);
    // Refusals without a reply between them are one storm, and say nothing of where it was calm.
    if (this.#repliedSinceCut) this.#steady = this.#limit;
    this.#repliedSinceCut = false;
    this.#noCutUntil = now + Math.max(this.#latencyMs, retryAfterMs);
    this.#shareBefore = this.#since.share(fewest);
    this.#since = new Outcomes();
    this.#after = new Outcomes();
    this.#stillFlying = inFlight - 1;
  }

  /** After an outage: from one. */
  restart(): void {
    this.#steady = Math.max(this.#steady, this.#limit);
    this.#limit = 1;
  }

  #observe(outcome: 'replies' | 'refusals'): void {
    this.#since[outcome] += 1;
    if (this.#stillFlying > 0) this.#stillFlying -= 1;
    else if (this.#after.count < judgedBy) this.#after[outcome] += 1;
  }

  /** Whether refusals have gone on after the last cut as before it, too few for a storm and too many for a limit that is near. */
  #isStubborn(now: number): boolean {
    if (now < this.#stubbornUntil) {
      const share = this.#since.share(judgedBy) ?? 0;
      if (share > mostMended) this.#stubbornUntil = 0;
      if (this.#since.count >= judgedBy) this.#since = new Outcomes();
      return share <= mostMended;
    }
    const [before, share] = [this.#shareBefore, this.#after.share(judgedBy)];
    if (before === undefined || share === undefined || before > mostMended) return false;
    if (share < leastStubborn || share > mostMended || share < before / 2 || share > before * 2) return false;
    this.#stubbornUntil = now + stubbornMs;
    this.#steady = this.#most;
    this.#shareBefore = undefined;
    this.#since = new Outcomes();
    return true;
  }
}

/** How attempts ended, as far as a pace can be learned from it. */
class Outcomes {
  replies = 0;
  refusals = 0;

  get count(): number {
    return this.replies + this.refusals;
  }

  /** The share of refusals among at least so many. */
  share(least: number): number | undefined {
    return this.count < least ? undefined : this.refusals / this.count;
  }
}
