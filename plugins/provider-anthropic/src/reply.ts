import type { ModelReply } from '@assize/core';
import { z } from 'zod';

const count = z.number().int().nonnegative();
const maybe = count.nullish();

const messageBody = z.object({
  model: z.string().nullish(),
  content: z.array(z.object({ type: z.string(), text: z.string().nullish() })),
  stop_reason: z.string().nullish(),
  stop_details: z.object({ category: z.string().nullish(), explanation: z.string().nullish() }).nullish(),
  usage: z
    .object({
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: maybe,
      cache_creation_input_tokens: maybe,
      cache_creation: z.object({ ephemeral_5m_input_tokens: maybe, ephemeral_1h_input_tokens: maybe }).nullish(),
      output_tokens_details: z.object({ thinking_tokens: maybe }).nullish(),
      service_tier: z.string().nullish(),
    })
    .nullish()
    .catch(undefined),
});

/** How the API says that the model ended of itself. A reason not named here is no end: the reply counts as cut. */
const ends = new Set(['end_turn', 'stop_sequence', 'tool_use']);

/**
 * Reads a Messages body; nothing when it is of another shape.
 *
 * Cached tokens are added to the input tokens, from which Anthropic leaves them out. Thinking is not part of the text.
 */
export function fromMessage(body: unknown): ModelReply | undefined {
  const read = messageBody.safeParse(body);
  if (!read.success) return undefined;
  const { model, content, stop_reason: reason, stop_details: details, usage } = read.data;
  const refused = reason === 'refusal';
  const refusal = details?.explanation ?? details?.category;
  return {
    text: content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join(''),
    stop: refused ? 'refused' : ends.has(reason ?? '') ? 'done' : 'cut',
    ...(refused && refusal ? { refusal } : {}),
    ...(usage ? { usage: usageOf(usage) } : {}),
    ...(model ? { served: model } : {}),
    ...(usage?.service_tier ? { tier: usage.service_tier } : {}),
  };
}

function usageOf(usage: NonNullable<z.infer<typeof messageBody>['usage']>): NonNullable<ModelReply['usage']> {
  const { cache_read_input_tokens: read, cache_creation: parts, output_tokens_details: details } = usage;
  const split = parts && (parts.ephemeral_5m_input_tokens ?? 0) + (parts.ephemeral_1h_input_tokens ?? 0);
  const written = usage.cache_creation_input_tokens ?? split;
  return {
    inputTokens: usage.input_tokens + (read ?? 0) + (written ?? 0),
    outputTokens: usage.output_tokens,
    ...(read == null ? {} : { cachedInputTokens: read }),
    ...(written == null ? {} : { cacheWriteTokens: written }),
    ...(details?.thinking_tokens == null ? {} : { reasoningTokens: details.thinking_tokens }),
  };
}
