import { z } from 'zod';

import type { Decision, DecisionRequest } from './decision.ts';
import type { ModelReply, ModelRequest } from './model-call.ts';
import type { ModelBatch } from './model-batch.ts';
import type { RateLimits } from './rate-limits.ts';

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
  /** Many requests at once, answered within a day for less. Left out where the provider has no such thing. */
  readonly batch?: ModelBatch;
}
