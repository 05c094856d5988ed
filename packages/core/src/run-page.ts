import { z } from 'zod';

import { ratingStatuses } from './rating.ts';
import { moneySchema } from './usage.ts';

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();

/** What was asked of one model over all sessions of a run. */
const modelBooksSchema = z.strictObject({
  attempts: count,
  replies: count,
  cached: count,
  /** Replies by the name of the model that gave them: more than one is a drift. */
  served: z.record(z.string(), count),
  /** Attempts that brought no reply, by the code of the fault. */
  faults: z.record(z.string(), count),
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: count,
  usageUnknown: count,
  /** US dollars of the replies whose price is known. */
  knownCost: z.number().nonnegative(),
  costUnknown: count,
  latencyMs: milliseconds,
  /** Of the replies from the cache: their tokens, what asking again would have cost, and how many have no known price. */
  savedTokens: count,
  savedCost: z.number().nonnegative(),
  savedUnknown: count,
});

/**
 * What a run is, did and cost, on one page of JSON, for whoever did not watch it. It holds no prompt, no reply and no key.
 *
 * New optional fields may come under the same `schema`; whatever else changes raises its number.
 */
export const runPageSchema = z.strictObject({
  schema: z.literal('assize.run/1'),
  run: z.string().min(1),
  /** How its last session ended; `open`: killed, or still at work. */
  reason: z.enum(['done', 'budget', 'drained', 'aborted', 'stopped', 'open']),
  /** The code of what stopped it. */
  fault: z.string().nullable(),
  /** Wall clock at the beginning of its last session. */
  started: z.string(),
  sessions: count,
  /** Time at work over all sessions. */
  durationMs: milliseconds,
  dataset: z.strictObject({ name: z.string(), fingerprint: z.string().nullable() }),
  raters: z.array(z.strictObject({ id: z.string(), kind: z.string(), fingerprint: z.string() })),
  assignments: z.strictObject({
    /** `null` where it is not known how many there are. */
    planned: count.nullable(),
    finished: count,
  }),
  /** Rows of ratings by how they ended. */
  ratings: z.record(z.enum(ratingStatuses), count),
  /** Ratings whose question was asked again because its reply could not be read, how many then had a value, and the questions. */
  reasked: z.strictObject({ ratings: count, rated: count, asks: count }),
  models: z.record(z.string(), modelBooksSchema),
  /** `null` where the cost of any reply is unknown. */
  cost: moneySchema.nullable(),
  /** What may have been billed beside: unknown calls, and attempts that timed out or broke off. */
  possiblyBilled: z.strictObject({ calls: count, maxCost: moneySchema.nullable() }),
  /** Calls that were begun and of which nothing is known. */
  unknown: z.array(
    z.strictObject({
      call: z.string(),
      attempt: count,
      item: z.string(),
      rater: z.string(),
      model: z.string(),
      maxCost: moneySchema.nullable(),
      maxTokens: count,
    }),
  ),
  /** What its readers should know: a torn tail, a data set or a model that has changed. */
  notes: z.array(z.strictObject({ session: count, code: z.string(), message: z.string() })),
  /** SHA-256 over all ratings in order, times and cost left out: equal for runs that say the same. */
  digest: z.string(),
});
export type RunPage = z.infer<typeof runPageSchema>;
