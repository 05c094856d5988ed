import { z } from 'zod';

import { byModel } from '../config/model-pattern.ts';

const perMinute = z.number().positive();

/** What a model may be asked: requests in flight, and requests and tokens a minute. */
export const laneLimitsSchema = z.strictObject({
  concurrency: z.number().int().positive().exactOptional(),
  requestsPerMinute: perMinute.exactOptional(),
  /** Input and output together. */
  tokensPerMinute: perMinute.exactOptional(),
  inputTokensPerMinute: perMinute.exactOptional(),
  outputTokensPerMinute: perMinute.exactOptional(),
});
export type LaneLimits = z.infer<typeof laneLimitsSchema>;

/** Limits by model as `provider:model`; a name may end in `*`, and the longest that fits is taken. */
export const limitsSchema = z.record(z.string(), laneLimitsSchema);
export type Limits = z.infer<typeof limitsSchema>;

/**
 * The limits of a model; each model that a pattern fits has them for itself.
 *
 * @example limitsOf({ 'acme:*': { requestsPerMinute: 60 } }, 'acme:large') // { requestsPerMinute: 60 }
 */
export function limitsOf(limits: Limits, model: string): LaneLimits {
  return byModel(limits, model) ?? {};
}
