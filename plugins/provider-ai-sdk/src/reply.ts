import type { ModelReply, TokenLogprob, Usage } from '@assize/core';
import { z } from 'zod';

import { familyOf } from './call-options.ts';
import { headersOf } from './headers.ts';
import type { LanguageModel } from './language-model.ts';

const count = z.number().int().nonnegative().nullish().catch(undefined);

/** v3 and v4 count by part; v2 has flat numbers. */
const usage = z.union([
  z.object({
    inputTokens: z.object({ total: count, cacheRead: count, cacheWrite: count }),
    outputTokens: z.object({ total: count, reasoning: count }),
  }),
  z.object({ inputTokens: count, outputTokens: count, reasoningTokens: count, cachedInputTokens: count }),
]);

const warning = z.looseObject({ type: z.string(), feature: z.string().nullish(), setting: z.string().nullish() });

const token = z.object({
  token: z.string(),
  logprob: z.number(),
  top_logprobs: z.array(z.object({ token: z.string(), logprob: z.number() })).nullish(),
});

const result = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().nullish() })),
  structuredOutputText: z.string().nullish(),
  finishReason: z.union([z.string(), z.object({ unified: z.string(), raw: z.string().nullish() })]),
  usage: usage.nullish().catch(undefined),
  warnings: z.array(warning).nullish(),
  providerMetadata: z
    .record(z.string(), z.looseObject({ logprobs: z.unknown() }))
    .nullish()
    .catch(undefined),
  response: z
    .object({ modelId: z.string().nullish(), headers: z.record(z.string(), z.string().nullish()).nullish() })
    .nullish(),
});

export interface Read {
  readonly reply: ModelReply;
  readonly headers: { get(name: string): string | null };
}

/** Reads what `doGenerate` gave, of any of the three specifications; nothing when it has another shape. */
export function readResult({ provider }: LanguageModel, given: unknown, notApplied: string[]): Read | undefined {
  const read = result.safeParse(given);
  if (!read.success) return undefined;
  const { content, structuredOutputText, finishReason, warnings, providerMetadata, response } = read.data;
  const stop = stopOf(typeof finishReason === 'string' ? finishReason : finishReason.unified);
  const isRefused = stop === 'refused';
  const words = content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('');
  const text = structuredOutputText ?? words;
  const logprobs = isRefused ? [] : logprobsOf(providerMetadata?.[familyOf(provider)]?.logprobs);
  const headers = headersOf(response?.headers);
  const requestId = headers.get('x-request-id') ?? headers.get('request-id');
  const used = usageOf(read.data.usage);
  const left = new Set([...notApplied, ...(warnings ?? []).flatMap(settingIn)]);
  return {
    headers,
    reply: {
      // The adapters give the words of a refusal as if they were the answer.
      text: isRefused ? '' : text,
      stop,
      ...(isRefused && text !== '' ? { refusal: text } : {}),
      ...(logprobs.length === 0 ? {} : { logprobs }),
      ...(used ? { usage: used } : {}),
      ...(response?.modelId ? { served: response.modelId } : {}),
      ...(requestId ? { requestId } : {}),
      ...(left.size === 0 ? {} : { notApplied: [...left] }),
    },
  };
}

function stopOf(reason: string): ModelReply['stop'] {
  if (reason === 'content-filter') return 'refused';
  return reason === 'stop' ? 'done' : 'cut';
}

/** Our names of the settings that a warning can be about. */
const settings: Readonly<Record<string, string>> = {
  stopSequences: 'stop',
  responseFormat: 'output',
  reasoning: 'effort',
  reasoningEffort: 'effort',
  logprobs: 'topLogprobs',
  topLogprobs: 'topLogprobs',
};

function settingIn({ type, feature, setting }: z.infer<typeof warning>): string[] {
  const name = feature ?? setting;
  return (type === 'unsupported' || type === 'unsupported-setting') && name ? [settings[name] ?? name] : [];
}

function usageOf(given: z.infer<typeof usage> | null | undefined): Usage | undefined {
  if (!given) return undefined;
  const { inputTokens: input, outputTokens: output } = given;
  const flat = typeof input === 'object' && input !== null ? undefined : given;
  const inputTokens = typeof input === 'object' && input !== null ? input.total : input;
  const outputTokens = typeof output === 'object' && output !== null ? output.total : output;
  if (inputTokens == null || outputTokens == null) return undefined;
  const cached = flat && 'cachedInputTokens' in flat ? flat.cachedInputTokens : partOf(input, 'cacheRead');
  const written = partOf(input, 'cacheWrite');
  const reasoning = flat && 'reasoningTokens' in flat ? flat.reasoningTokens : partOf(output, 'reasoning');
  return {
    inputTokens,
    outputTokens,
    ...(cached == null ? {} : { cachedInputTokens: cached }),
    ...(written == null ? {} : { cacheWriteTokens: written }),
    ...(reasoning == null ? {} : { reasoningTokens: reasoning }),
  };
}

function partOf(value: unknown, part: string): number | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
  return typeof found === 'number' ? found : undefined;
}

/** Chat Completions gives one list of tokens, Responses one for each part of the message. */
function logprobsOf(given: unknown): TokenLogprob[] {
  const read = z.union([z.array(token), z.array(z.array(token))]).safeParse(given);
  if (!read.success) return [];
  return read.data
    .flat()
    .map(({ token: text, logprob, top_logprobs: top }) => ({ token: text, logprob, top: top ?? [] }));
}
