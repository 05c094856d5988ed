import {
  type AssizeError,
  defineError,
  isAssizeError,
  isFault,
  type Item,
  type Model,
  type Money,
  type Random,
  type Rater,
  type Rating,
  ratingSchema,
  type RatingContext,
  type ReplySource,
} from '@assize/core';

import { asError } from './as-error.ts';
import type { Answer, Call } from '../calls/call.ts';
import { modelDown } from '../pacing/pacer.ts';
import type { Clock } from '../pacing/clock.ts';
import { RatingDeadline, ratingTimeout } from './rating-deadline.ts';
import { withoutSecrets } from './run-fault.ts';
import type { RunHalt } from './run-halt.ts';
import { untilAborted } from '../calls/until-aborted.ts';

export const badRating = defineError(
  'runner/bad-rating',
  (facts: { rater: string; item: string; field: string; problem: string }) => ({
    message: `rater ${facts.rater} returned a rating of item ${facts.item} that breaks the contract: ${facts.field}: ${facts.problem}`,
    hint: 'Report it to the author of the rater. The item counts as failed for this rater.',
  }),
);

/** One rater on one item. */
export interface Assignment {
  readonly key: string;
  readonly item: Item;
  readonly itemFingerprint: string;
  /** Whether the fingerprint is of the item's canonical JSON. */
  readonly isCanonical: boolean;
  readonly position: number;
  readonly rater: Rater;
}

export interface AssignmentOptions {
  readonly halt: RunHalt;
  readonly random: Random;
  readonly clock: Clock;
  /** How long the rater may work by itself, calls not counted, in milliseconds. */
  readonly ratingDeadlineMs: number;
  readonly model: (id: string) => Model | Promise<Model>;
  readonly answer: (call: Call) => Promise<Answer>;
  /** The price of a rating by its usage, where it names the model. */
  readonly cost: (rating: Rating) => Money | null;
  /** Told of an error that is the rater's own. */
  readonly failed: (error: unknown) => void;
}

export interface AssignmentResult {
  readonly ratings: Rating[];
  readonly from: ReplySource;
}

/**
 * Lets a rater rate an item with models whose calls go through the run.
 *
 * A rater that throws fails its item, not the run. `undefined` when the run came to rest before all its calls were
 * answered: whatever the rater made of that is thrown away, since a resume will do it right.
 */
export async function runAssignment(
  assignment: Assignment,
  options: AssignmentOptions,
): Promise<AssignmentResult | undefined> {
  const { item, itemFingerprint, isCanonical, rater, key } = assignment;
  const { halt, random } = options;
  const answers = new Map<string, Answer>();
  for (;;) {
    const calls = new CallsOfAssignment(assignment, options, answers);
    let stream: Random | undefined;
    const context: RatingContext = {
      signal: halt.working,
      // Most raters draw nothing, and a stream costs some hashing.
      get random() {
        return (stream ??= random.stream(key));
      },
      model: (id) => calls.model(id),
      ...(isCanonical ? { itemFingerprint } : {}),
    };
    let drafts: Rating[];
    try {
      drafts = checked(assignment, await calls.inTime(() => rater.rate(item, context)));
    } catch (error) {
      if (calls.pending.length === 0) {
        if (halt.working.aborted || calls.interrupted) return undefined;
        if (isSetupError(error) && !calls.asked) {
          // The rater cannot work as it is set up, and nothing was asked: no item would fare better.
          halt.stop('stopped', error);
          return undefined;
        }
        options.failed(error);
        drafts = failedRatings(assignment, error);
      } else drafts = [];
    }
    if (calls.interrupted || halt.working.aborted) return undefined;
    if (calls.pending.length === 0)
      return { from: calls.from(), ratings: drafts.map((rating) => calls.complete(rating)) };
    // A model that had to be loaded first: nothing has been asked of it, so the rater begins anew.
    try {
      await Promise.all(calls.pending);
    } catch (error) {
      halt.stop('stopped', asError(error));
      return undefined;
    }
  }
}

/** The models of one assignment, and what its calls have shown. */
class CallsOfAssignment {
  readonly #assignment: Assignment;
  readonly #options: AssignmentOptions;
  readonly #answers: Map<string, Answer>;
  readonly pending: Promise<Model>[] = [];
  interrupted = false;
  /** Whether any model was asked anything. */
  asked = false;
  readonly #deadline: RatingDeadline;
  readonly #late = Promise.withResolvers<never>();
  #timeout: Error | undefined;

  constructor(assignment: Assignment, options: AssignmentOptions, answers: Map<string, Answer>) {
    this.#assignment = assignment;
    this.#options = options;
    this.#answers = answers;
    const { clock, ratingDeadlineMs } = options;
    this.#late.promise.catch(() => undefined);
    this.#deadline = new RatingDeadline(ratingDeadlineMs, clock, () => {
      const { rater, item } = assignment;
      this.#timeout = ratingTimeout({ rater: rater.id, item: item.id, deadlineMs: ratingDeadlineMs });
      this.#late.reject(this.#timeout);
    });
  }

  /** What the rater says, unless it is late or the run is given up. */
  async inTime(rate: () => Promise<readonly Rating[]>): Promise<readonly Rating[]> {
    try {
      const said = Promise.race([rate(), this.#late.promise]);
      return await untilAborted(said, (callback) => this.#options.halt.onAbort(callback));
    } finally {
      this.#deadline.stop();
    }
  }

  model(id: string): Model {
    const found = this.#options.model(id);
    if (found instanceof Promise) {
      this.pending.push(found);
      throw new Error(`${id} is being loaded`);
    }
    return {
      contract: 1,
      id: found.id,
      abilities: found.abilities,
      generate: (...call) => this.#generate(found, ...call),
    };
  }

  async #generate(model: Model, ...[request, { signal, sample = 0 }]: Parameters<Model['generate']>) {
    const { key, item, rater } = this.#assignment;
    signal.throwIfAborted();
    // A rater that is late has its item failed already: what it still wants to ask would be paid for nothing.
    if (this.#timeout) throw this.#timeout;
    this.asked = true;
    this.#deadline.pause();
    try {
      const answer = await this.#options.answer({
        assignment: key,
        item: item.id,
        rater: rater.id,
        model,
        request,
        sample,
        answers: this.#answers,
      });
      return answer.reply;
    } catch (error) {
      // What is asked again in a resume.
      if (modelDown.is(error) || (this.#options.halt.launching.aborted && !isFault(error))) this.interrupted = true;
      throw error;
    } finally {
      this.#deadline.resume();
    }
  }

  from(): ReplySource {
    const sources = new Set(Array.from(this.#answers.values(), ({ from }) => from));
    return sources.has('model') || sources.size === 0 ? 'model' : sources.has('cache') ? 'cache' : 'journal';
  }

  /** Adds what only the run knows: price and time of the reply whose usage the rating carries. */
  complete(rating: Rating): Rating {
    const complete: Rating = { ...rating };
    const answer = rating.usage && [...this.#answers.values()].find(({ reply }) => reply.usage === rating.usage);
    const cost = answer ? answer.cost : this.#options.cost(rating);
    if (rating.cost === undefined && cost) complete.cost = cost;
    if (rating.latencyMs === undefined && answer) complete.latencyMs = answer.latencyMs;
    return complete;
  }
}

function isSetupError(error: unknown): error is AssizeError {
  return isAssizeError(error) && !isFault(error) && !badRating.is(error) && !ratingTimeout.is(error);
}

function checked({ item, rater }: Assignment, ratings: readonly Rating[]): Rating[] {
  return ratings.map((rating) => {
    const result = ratingSchema.safeParse(rating);
    if (!result.success) {
      const issue = result.error.issues[0];
      throw badRating({
        rater: rater.id,
        item: item.id,
        field: issue?.path.join('.') ?? '',
        problem: issue?.message ?? 'invalid',
      });
    }
    if (rating.item === item.id) return rating;
    throw badRating({ rater: rater.id, item: item.id, field: 'item', problem: `it rates item ${rating.item}` });
  });
}

function failedRatings({ item, itemFingerprint, rater }: Assignment, error: unknown): Rating[] {
  const reason = isAssizeError(error)
    ? error.code
    : error instanceof Error
      ? withoutSecrets(`${error.name}: ${error.message}`).slice(0, 200)
      : 'unknown error';
  const source = rater.kind === 'judge' ? ('model' as const) : ('program' as const);
  return rater.criteria.map(({ id }) => ({
    item: item.id,
    rater: rater.id,
    criterion: id,
    status: 'failed' as const,
    value: null,
    reason: `the rater threw: ${reason}`,
    provenance: { source, rater: rater.fingerprint, item: itemFingerprint },
  }));
}
