import type { Model, Money, OpenRun, Random, Rating, RatingsRecord, RunEvent, RunRecord } from '@assize/core';

import { asError } from './as-error.ts';
import { type Assignment, runAssignment } from './assignment.ts';
import { assignmentKey } from '../calls/call-key.ts';
import type { Calls } from '../calls/calls.ts';
import type { Clock } from '../pacing/clock.ts';
import type { Crowd } from './crowd.ts';
import { itemFeed } from './item-feed.ts';
import { costOf, type Price } from '../money/price.ts';
import { runFault } from './run-fault.ts';
import type { RunHalt } from './run-halt.ts';
import type { RunPlan } from './run-plan.ts';

export interface LoopOptions {
  readonly plan: RunPlan;
  /** The journal of earlier sessions. */
  readonly log: Pick<OpenRun, 'ratings'>;
  /** Returns when the record is in the journal. */
  readonly write: (record: RunRecord) => Promise<void>;
  readonly calls: Calls;
  readonly crowd: Crowd;
  readonly halt: RunHalt;
  readonly random: Random;
  readonly clock: Clock;
  readonly ratingDeadlineMs: number;
  readonly model: (id: string) => Model | Promise<Model>;
  readonly price: (asked: string, served?: string) => Price | undefined;
  readonly retryFailed: boolean;
  readonly epoch: number;
  /** Milliseconds since the session began. */
  readonly at: () => number;
  readonly emit: (event: RunEvent) => void;
  /** Waits while a reader of the events is far behind. */
  readonly readerKeepsUp: () => Promise<void>;
}

/** Pulls items as there is room for them, lets each rater rate each, and keeps the ratings. */
export class AssignmentLoop {
  readonly #options: LoopOptions;
  #finished = 0;
  #kept = 0;
  #unfinished = 0;
  #planned: number | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Assignments with ratings. */
  get finished(): number {
    return this.#finished;
  }

  /** Those of them that an earlier session finished. */
  get kept(): number {
    return this.#kept;
  }

  /** How many there are; `undefined` while not all items were pulled. */
  get planned(): number | undefined {
    return this.#planned;
  }

  /** Returns when no assignment is under way any more: whether each that there is has its ratings. */
  async run(): Promise<boolean> {
    await this.#pull();
    await this.#options.crowd.idle();
    return this.#planned !== undefined && this.#unfinished === 0;
  }

  async #pull(): Promise<void> {
    const { plan, crowd, halt, readerKeepsUp } = this.#options;
    let items = 0;
    try {
      for await (const { item, fingerprint, isCanonical, position } of itemFeed(plan, halt)) {
        items += 1;
        for (const rater of plan.raters) {
          await readerKeepsUp();
          await crowd.room();
          if (halt.launching.aborted) return;
          const key = assignmentKey(item, fingerprint, rater);
          this.#launch({ key, item, itemFingerprint: fingerprint, isCanonical, position, rater });
        }
      }
      this.#planned = items * plan.raters.length;
    } catch (error) {
      halt.stop('stopped', asError(error));
    }
  }

  #launch(assignment: Assignment): void {
    const { crowd, halt } = this.#options;
    crowd.enter();
    this.#rate(assignment)
      .catch((error: unknown) => {
        this.#unfinished += 1;
        halt.stop('stopped', asError(error));
      })
      .finally(() => crowd.leave());
  }

  async #rate(assignment: Assignment): Promise<void> {
    const { log, write, epoch, at, emit, calls, halt, random, clock, ratingDeadlineMs, model } = this.#options;
    const { retryFailed } = this.#options;
    const { key, item, rater, position } = assignment;
    const earlier = epoch > 1 ? await log.ratings(key) : undefined;
    if (earlier && !(retryFailed && earlier.ratings.some(({ status }) => status === 'failed'))) {
      this.#finished += 1;
      this.#kept += 1;
      for (const rating of earlier.ratings) emit({ type: 'rating-end', rating, from: 'journal' });
      return;
    }
    const result = await runAssignment(assignment, {
      halt,
      random,
      clock,
      ratingDeadlineMs,
      model,
      answer: (call) => calls.answer(call),
      cost: (rating) => this.#costOf(rating),
      failed: (error) => emit({ type: 'warning', ...runFault(error) }),
    });
    if (!result) {
      this.#unfinished += 1;
      return;
    }
    const again = earlier ? earlier.again + 1 : 0;
    const { ratings, from } = result;
    const { fingerprint } = rater;
    const record: RatingsRecord = {
      kind: 'ratings',
      assignment: key,
      epoch,
      at: at(),
      position,
      item: item.id,
      rater: rater.id,
      fingerprint,
      again,
      ratings,
    };
    await write(record);
    this.#finished += 1;
    for (const rating of ratings) emit({ type: 'rating-end', rating, from });
  }

  #costOf({ usage, provenance: { asked, served } }: Rating): Money | null {
    return asked === undefined ? null : costOf(this.#options.price(asked, served), usage);
  }
}
