import { z } from 'zod';

import { criterionSchema } from './criterion.ts';
import { jsonObjectSchema } from './json.ts';

/** How the question is put: the name of a protocol and its settings. */
export const protocolSchema = z.strictObject({
  name: z.string().min(1),
  /** Pairwise: which orders of the two responses are asked. One order is a position bias waiting to happen. */
  orders: z.enum(['both', 'given', 'reversed']).exactOptional(),
  /** Replaces the protocol's own system text; the framing that holds off injected text stays. */
  system: z.string().exactOptional(),
  /** Instructions added after the criterion. */
  instructions: z.string().exactOptional(),
  settings: jsonObjectSchema.exactOptional(),
});
export type ProtocolSettings = z.infer<typeof protocolSchema>;

/**
 * How often a question is asked again when its reply cannot be read. Default 0: a verdict that came only when asked again is
 * a selection, so each says that it did.
 */
const reask = z.number().int().min(0).max(5).exactOptional();

/** How the answer is taken out of the model. */
export const elicitationSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('json'),
    /** Where the reasons stand: before the verdict (default), after it, or nowhere. */
    reasons: z.enum(['before', 'after', 'none']).exactOptional(),
    reask,
  }),
  z.strictObject({
    name: z.literal('label-logprobs'),
    /** One short label for each level of the scale, in its order; defaults come from the protocol. */
    labels: z.array(z.string().min(1)).exactOptional(),
    /** The least share of probability that must lie on the labels; below it the verdict is unreadable. Default 0.5. */
    leastMass: z.number().min(0).max(1).exactOptional(),
    reask,
  }),
  z.strictObject({
    name: z.literal('text-pattern'),
    /** A regular expression whose first group (or whole match) is the verdict; the last match counts. */
    pattern: z.string(),
    flags: z.string().exactOptional(),
    /** From what the pattern caught to a value of the scale; without it the scale reads the text. */
    values: z.record(z.string(), z.union([z.number(), z.string()])).exactOptional(),
    reask,
  }),
]);
export type Elicitation = z.infer<typeof elicitationSchema>;

export const aggregationSchema = z.strictObject({
  /** What two orders that disagree make: the mean of both, or a tie. */
  orders: z.enum(['mean', 'tie-on-conflict']),
  /** How often each question is asked. */
  samples: z.number().int().positive(),
});
export type Aggregation = z.infer<typeof aggregationSchema>;

export const modelSettingsSchema = z.strictObject({
  id: z.string().min(1),
  temperature: z.number().nonnegative().exactOptional(),
  maxOutputTokens: z.number().int().positive().exactOptional(),
  seed: z.number().int().exactOptional(),
  effort: z.string().exactOptional(),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** A judge as data: it can be diffed, hashed, shared, optimised and replayed. Only a new protocol is code. */
export const judgeDefinitionSchema = z.strictObject({
  contract: z.literal(1),
  id: z.string().min(1),
  mode: z.enum(['pointwise', 'pairwise', 'listwise']),
  criteria: z.array(criterionSchema).min(1),
  protocol: protocolSchema,
  elicitation: elicitationSchema,
  aggregation: aggregationSchema,
  model: modelSettingsSchema,
});
export type JudgeDefinition = z.infer<typeof judgeDefinitionSchema>;
