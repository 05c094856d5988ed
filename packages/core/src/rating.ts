import { z } from 'zod';

import { jsonObjectSchema } from './json.ts';
import { moneySchema, usageSchema } from './usage.ts';

/** Where a quotation stands in the text that was judged: UTF-16 offsets, end excluded. */
export const spanSchema = z.strictObject({
  where: z.string(),
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  text: z.string().exactOptional(),
});
export type Span = z.infer<typeof spanSchema>;

/** Who answered and to what: enough to say later whether two ratings may be compared. */
export const provenanceSchema = z.strictObject({
  /** `recorded`: read from a file. `model`: a language model was asked. `program`: computed. `person`: a human label. */
  source: z.enum(['recorded', 'model', 'program', 'person']),
  rater: z.string().exactOptional(),
  item: z.string().exactOptional(),
  asked: z.string().exactOptional(),
  served: z.string().exactOptional(),
  /** What was requested of the model and what it really applied, where the two differ. */
  requested: jsonObjectSchema.exactOptional(),
  applied: jsonObjectSchema.exactOptional(),
  /** How the verdict was read: `exact`, `repaired`, `pattern`, `logprobs`, … */
  read: z.string().exactOptional(),
  /** How often the question was asked again, since no reply before could be read. */
  reasked: z.number().int().positive().exactOptional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

const common = {
  item: z.string().min(1),
  /** Which response a pointwise rater rated; 0 when left out. */
  response: z.number().int().nonnegative().exactOptional(),
  rater: z.string().min(1),
  criterion: z.string().min(1),
  /** `order[slot]` is the response that was shown there. */
  order: z.array(z.number().int().nonnegative()).exactOptional(),
  sample: z.number().int().nonnegative().exactOptional(),
  rationale: z.string().exactOptional(),
  evidence: z.array(spanSchema).exactOptional(),
  usage: usageSchema.exactOptional(),
  cost: moneySchema.exactOptional(),
  latencyMs: z.number().nonnegative().exactOptional(),
  provenance: provenanceSchema,
};

const ratedFields = {
  status: z.literal('rated'),
  value: z.union([z.number(), z.string()]),
  /** Over the scale's levels in their order (preference: response 0, response 1, tie); sums to 1. */
  distribution: z.array(z.number().min(0).max(1)).exactOptional(),
};
const unratedFields = {
  status: z.enum(['abstained', 'refused', 'unreadable', 'failed']),
  value: z.null(),
  reason: z.string(),
};

/** What one rater said of one item by one criterion: a value, or a status that says why there is none. */
export const ratingSchema = z.discriminatedUnion('status', [
  z.strictObject({ ...common, ...ratedFields }),
  z.strictObject({ ...common, ...unratedFields }),
]);
export type Rating = z.infer<typeof ratingSchema>;

/** How a rating ended, in the order of the codes in `RatingTable.status`. */
export const ratingStatuses = ['rated', 'abstained', 'refused', 'unreadable', 'failed'] as const;
export type RatingStatus = (typeof ratingStatuses)[number];

/** What statistics do with the rows that are not rated. `worst` is what hurts the statistic at hand most. */
export const unratedPolicies = ['exclude', 'tie', 'wrong', 'worst'] as const;
export type UnratedPolicy = (typeof unratedPolicies)[number];

/** `Omit` that keeps the two arms of a union apart, so that a draft still has either a value or a reason. */
export type OmitEach<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
