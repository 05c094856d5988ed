import { z } from 'zod';

import { messageSchema } from './content.ts';
import type { Decision, DecisionRequest } from './decision.ts';
import { jsonObjectSchema } from './json.ts';
import type { RateLimits } from './rate-limits.ts';
import { usageSchema } from './usage.ts';

/** What a model can do. Declared, never probed; a plan that needs more is refused before money is spent. */
export const abilitiesSchema = z.strictObject({
  /** Log-probabilities of the tokens it wrote. When false, `label-logprobs` is refused. */
  logprobs: z.boolean(),
  /** How many alternatives come with each token; 0 without log-probabilities. */
  topLogprobs: z.number().int().nonnegative(),
  /** Constrained output by JSON Schema. When false, the schema is written into the prompt and the reply checked. */
  jsonSchema: z.boolean(),
  /** Takes a seed. When false, a requested seed is recorded as not applied. */
  seed: z.boolean(),
  /** Takes a temperature. When false, a requested one is recorded as not applied. */
  temperature: z.boolean(),
});
export type Abilities = z.infer<typeof abilitiesSchema>;

/** What is asked of a model, in no provider's words. The canonical JSON of a request is its identity. */
export const modelRequestSchema = z.strictObject({
  messages: z.array(messageSchema).min(1),
  output: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text') }),
      z.strictObject({ kind: z.literal('json'), name: z.string(), schema: jsonObjectSchema }),
    ])
    .exactOptional(),
  maxOutputTokens: z.number().int().positive().exactOptional(),
  temperature: z.number().nonnegative().exactOptional(),
  seed: z.number().int().exactOptional(),
  /** How many alternatives to return with each token; presence asks for log-probabilities. */
  topLogprobs: z.number().int().nonnegative().exactOptional(),
  stop: z.array(z.string()).exactOptional(),
  effort: z.string().exactOptional(),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

export const tokenLogprobSchema = z.strictObject({
  token: z.string(),
  /** Natural logarithm of the probability. */
  logprob: z.number(),
  top: z.array(z.strictObject({ token: z.string(), logprob: z.number() })),
});
export type TokenLogprob = z.infer<typeof tokenLogprobSchema>;

/** What came back, before anyone reads a verdict in it. */
export const modelReplySchema = z.strictObject({
  text: z.string(),
  /** `done`: the model ended. `cut`: the length limit ended it. `refused`: the model or a filter declined. */
  stop: z.enum(['done', 'cut', 'refused']),
  /** The words of a refusal, where the provider gives them apart from the text. */
  refusal: z.string().exactOptional(),
  logprobs: z.array(tokenLogprobSchema).exactOptional(),
  /** Left out when the provider did not say: a made-up 0 is a wrong bill. */
  usage: usageSchema.exactOptional(),
  /** The model that really answered, as the provider names it. */
  served: z.string().exactOptional(),
  /** The service tier that answered, in the provider's word, where it says so: it decides the price. */
  tier: z.string().exactOptional(),
  requestId: z.string().exactOptional(),
  /** Settings that were requested and had no effect: not sent, because the model does not take them, or seen to be ignored. */
  notApplied: z.array(z.string()).exactOptional(),
});
export type ModelReply = z.infer<typeof modelReplySchema>;

export interface GenerateOptions {
  signal: AbortSignal;
  /** Which repetition of the same request this is: part of the key of a cached reply. 0 when left out. */
  sample?: number;
  /** Told what the response says of the provider's limits, whether a reply came of it or a fault. */
  onLimits?: (limits: RateLimits) => void;
}

/** A language model as a judge sees it. Optional fields may be added to contract 1; anything else is contract 2. */
export interface Model {
  readonly contract: 1;
  /** `provider:model` as the user wrote it; what was really served is `ModelReply.served`. */
  readonly id: string;
  readonly abilities: Abilities;
  /** The version of the provider's interface, where it names one: a reply of another version is another answer. */
  readonly apiVersion?: string;
  /**
   * One attempt. Retries, pacing and cost are the runner's: an adapter that retries hides failures.
   * Throws a fault (see `faults`) when no reply came; an abort passes through as the signal's reason.
   */
  generate(request: ModelRequest, options: GenerateOptions): Promise<ModelReply>;
  /** One attempt at questions that are answered by probabilities; left out where the model has no such endpoint. */
  decide?(request: DecisionRequest, options: GenerateOptions): Promise<Decision>;
}
