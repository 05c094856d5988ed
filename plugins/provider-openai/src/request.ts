import type { Abilities, JsonObject, Message, ModelRequest } from '@assize/core';
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { EasyInputMessage, ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';

import type { Family } from './abilities.ts';
import { roleOf, wordsOf } from './message.ts';
import type { OpenAISettings, PromptCache } from './settings.ts';

/** What a translation needs to know of the model and of who serves it. */
export interface Served {
  readonly abilities: Abilities;
  readonly family: Family;
  /** Whether OpenAI or Azure answer, whose parameters are stricter than those of compatible servers. */
  readonly vendor: boolean;
  /** Fields that are sent as they are, such as OpenRouter's `provider` or vLLM's `structured_outputs`. */
  readonly extraBody?: JsonObject;
  readonly serviceTier?: OpenAISettings['serviceTier'];
  readonly promptCache?: PromptCache;
}

/** A request on the wire, and the settings that were asked for and are not in it. */
export interface Sent<Body> {
  readonly body: Body;
  readonly notApplied: string[];
}

/** A request of ours in the words of Chat Completions. */
export function toChatRequest(
  model: string,
  request: ModelRequest,
  served: Served,
): Sent<ChatCompletionCreateParamsNonStreaming> {
  const { temperature, seed, topLogprobs, output, effort, notApplied } = applicable(request, served);
  const stop = served.family === 'reasoning' ? undefined : request.stop;
  if (request.stop && !stop) notApplied.push('stop');
  const limit = request.maxOutputTokens;
  const body: ChatCompletionCreateParamsNonStreaming = {
    model,
    messages: chatMessages(request.messages, served.promptCache),
    stream: false,
    ...everyRequest(served),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(topLogprobs === undefined ? {} : { logprobs: true, top_logprobs: topLogprobs }),
    ...(stop === undefined ? {} : { stop }),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(limit === undefined ? {} : served.vendor ? { max_completion_tokens: limit } : { max_tokens: limit }),
    ...(output === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: schemaName(output.name), schema: output.schema, strict: isStrict(output.schema) },
          },
        }),
  };
  return { body: Object.assign(body, served.extraBody), notApplied };
}

/** The Responses API rejects a lower limit, which a judge that reads one label would ask for. */
const fewestOutputTokens = 16;

/**
 * A request of ours in the words of the Responses API, which has no seed, no stop sequences and no limit below 16 tokens: a
 * lower one is sent as 16 and reported. Nothing is stored there.
 */
export function toResponsesRequest(
  model: string,
  request: ModelRequest,
  served: Served,
): Sent<ResponseCreateParamsNonStreaming> {
  const { temperature, topLogprobs, output, effort, notApplied } = applicable(request, {
    ...served,
    abilities: { ...served.abilities, seed: false },
  });
  if (request.stop) notApplied.push('stop');
  const asked = request.maxOutputTokens;
  const limit = asked === undefined ? undefined : Math.max(asked, fewestOutputTokens);
  if (limit !== asked) notApplied.push('maxOutputTokens');
  const body: ResponseCreateParamsNonStreaming = {
    model,
    input: inputItems(request.messages, served.promptCache),
    stream: false,
    ...everyRequest(served),
    store: false,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topLogprobs === undefined ? {} : { include: ['message.output_text.logprobs'], top_logprobs: topLogprobs }),
    ...(effort === undefined ? {} : { reasoning: { effort } }),
    ...(limit === undefined ? {} : { max_output_tokens: limit }),
    ...(output === undefined
      ? {}
      : {
          text: {
            format: {
              type: 'json_schema',
              name: schemaName(output.name),
              schema: output.schema,
              strict: isStrict(output.schema),
            },
          },
        }),
  };
  return { body: Object.assign(body, served.extraBody), notApplied };
}

/** What the settings add to a request of either API, in the same words. */
function everyRequest({ serviceTier, promptCache }: Served) {
  return {
    ...(serviceTier === undefined ? {} : { service_tier: tierOnWire(serviceTier) }),
    ...(promptCache?.key === undefined ? {} : { prompt_cache_key: promptCache.key }),
  };
}

/** OpenAI's word for the standard tier is `default`, in requests and replies. */
export function tierOnWire(
  tier: NonNullable<OpenAISettings['serviceTier']>,
): 'auto' | 'default' | 'flex' | 'priority' | 'fast' {
  return tier === 'standard' ? 'default' : tier;
}

function chatMessages(messages: readonly Message[], cache: PromptCache | undefined): ChatCompletionMessageParam[] {
  const marked = markedPlace(messages, cache);
  return messages.map((message, place) => {
    const text = wordsOf(message);
    if (place !== marked) return { role: roleOf(message), content: text };
    return { role: 'system', content: [{ type: 'text', text, prompt_cache_breakpoint: breakpoint(cache) }] };
  });
}

function inputItems(messages: readonly Message[], cache: PromptCache | undefined): EasyInputMessage[] {
  const marked = markedPlace(messages, cache);
  return messages.map((message, place) => {
    const text = wordsOf(message);
    if (place !== marked) return { role: roleOf(message), content: text };
    return { role: 'system', content: [{ type: 'input_text', text, prompt_cache_breakpoint: breakpoint(cache) }] };
  });
}

/** The last of the system messages in front, where what is the same in every request ends. */
function markedPlace(messages: readonly Message[], cache: PromptCache | undefined): number {
  if (cache?.breakpoint === undefined) return -1;
  const first = messages.findIndex(({ role }) => role !== 'system');
  return (first === -1 ? messages.length : first) - 1;
}

function breakpoint(cache: PromptCache | undefined) {
  return { mode: 'explicit', ...(cache?.ttl === undefined ? {} : { ttl: cache.ttl }) } as const;
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** The settings that may be sent; what was asked for and may not is named in `notApplied`. */
function applicable(request: ModelRequest, { abilities, family, vendor }: Served) {
  const notApplied: string[] = [];
  const ifAble = <Value>(name: string, value: Value | undefined, able: boolean): Value | undefined => {
    if (value === undefined || able) return value;
    notApplied.push(name);
    return undefined;
  };
  const asked = ifAble('topLogprobs', request.topLogprobs, abilities.logprobs);
  const topLogprobs = asked === undefined ? undefined : Math.min(asked, abilities.topLogprobs);
  if (asked !== topLogprobs) notApplied.push('topLogprobs');
  const effort = efforts.find((known) => known === request.effort);
  // A plain model of OpenAI's rejects an effort; a word that the API does not know is rejected by all.
  const takesEffort = effort !== undefined && !(vendor && family === 'plain');
  ifAble('effort', request.effort, takesEffort);
  return {
    temperature: ifAble('temperature', request.temperature, abilities.temperature),
    seed: ifAble('seed', request.seed, abilities.seed),
    topLogprobs,
    output: ifAble('output', request.output?.kind === 'json' ? request.output : undefined, abilities.jsonSchema),
    effort: takesEffort ? effort : undefined,
    notApplied,
  };
}

function schemaName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'reply';
}

/** A judge asks all its questions with one schema. */
const strictness = new WeakMap<object, boolean>();

/** Whether a schema is of the subset that strict decoding takes: every object closed, every property required. */
export function isStrict(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  const known = strictness.get(schema) ?? isClosed(schema);
  strictness.set(schema, known);
  return known;
}

function isClosed(schema: object): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  const { type, properties, required, additionalProperties }: { [field: string]: unknown } = { ...schema };
  if (type === 'object' || properties !== undefined) {
    const names = Object.keys(properties ?? {});
    const closed = additionalProperties === false;
    if (!closed || !Array.isArray(required) || !names.every((name) => required.includes(name))) return false;
  }
  return Object.values(schema).every(isStrict);
}
