import { z } from 'zod';

const size = z.number().int().nonnegative();

/** A number with what it rests on: never one without n, interval and method. */
export const estimateSchema = z.strictObject({
  value: z.number(),
  /** `null` only with a note that says why there is none. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  level: z.number().gt(0).lt(1),
  n: size,
  /** Independent groups, where they are fewer than `n`. */
  groups: size.exactOptional(),
  nEffective: z.number().nonnegative().exactOptional(),
  se: z.number().nonnegative().exactOptional(),
  method: z.string(),
  notes: z.array(z.string()).exactOptional(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Why data cannot answer: a closed set. */
export const undeterminedReasons = [
  'no-data',
  'one-category',
  'zero-variance',
  'one-rater',
  'too-few-clusters',
  'judge-not-better-than-chance',
  'not-identified',
  'no-threshold',
] as const;

/** What the data cannot answer, with the reason: never 0, 1 or NaN instead. */
export const undeterminedSchema = z.strictObject({
  value: z.null(),
  reason: z.enum(undeterminedReasons),
  detail: z.string(),
  n: size,
  method: z.string(),
});
export type Undetermined = z.infer<typeof undeterminedSchema>;
