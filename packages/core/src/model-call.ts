import { z } from 'zod';

import { messageSchema } from './content.ts';
import { jsonObjectSchema } from './json.ts';
import { usageSchema } from './usage.ts';

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
