import type { Usage } from '@assize/core';
import { z } from 'zod';

const count = z.number().int().nonnegative();
const inputDetails = z.object({ cached_tokens: count.nullish(), cache_write_tokens: count.nullish() }).nullish();
const outputDetails = z.object({ reasoning_tokens: count.nullish() }).nullish();

/** Usage as Chat Completions write it; what is not understood counts as not said. */
export const chatUsage = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: inputDetails,
    completion_tokens_details: outputDetails,
  })
  .nullish()
  .catch(undefined);

/** Usage as Responses and Decisions write it; what is not understood counts as not said. */
export const responsesUsage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: inputDetails,
    output_tokens_details: outputDetails,
  })
  .nullish()
  .catch(undefined);

export function usageOfChat(usage: NonNullable<z.infer<typeof chatUsage>>): Usage {
  return usageOf(
    usage.prompt_tokens,
    usage.completion_tokens,
    usage.prompt_tokens_details,
    usage.completion_tokens_details,
  );
}

export function usageOfResponses(usage: NonNullable<z.infer<typeof responsesUsage>>): Usage {
  return usageOf(usage.input_tokens, usage.output_tokens, usage.input_tokens_details, usage.output_tokens_details);
}

/** Cached tokens are within the input and reasoning within the output here, as in `Usage` of core. */
function usageOf(
  inputTokens: number,
  outputTokens: number,
  input: z.infer<typeof inputDetails>,
  output: z.infer<typeof outputDetails>,
): Usage {
  return {
    inputTokens,
    outputTokens,
    ...(input?.cached_tokens == null ? {} : { cachedInputTokens: input.cached_tokens }),
    ...(input?.cache_write_tokens == null ? {} : { cacheWriteTokens: input.cache_write_tokens }),
    ...(output?.reasoning_tokens == null ? {} : { reasoningTokens: output.reasoning_tokens }),
  };
}
