import type { Abilities, Message, ModelRequest } from '@assize/core';
import type {
  MessageCreateParamsNonStreaming,
  MessageParam,
  TextBlockParam,
} from '@anthropic-ai/sdk/resources/messages';

import type { AnthropicSettings } from './settings.ts';

/** Output tokens when the request names no limit: the API needs one, and a verdict with its reasons is far below it. */
const defaultMaxTokens = 4096;

/** A request on the wire, and the settings that were asked for and are not in it. */
export interface Sent {
  readonly body: MessageCreateParamsNonStreaming;
  readonly notApplied: string[];
}

/**
 * A request of ours in the words of Anthropic's Messages API, which has no seed, no log-probabilities and, since version
 * 2026-10-21, no temperature.
 *
 * System messages in front become `system`; a later one is written into the conversation as the user's. A conversation may not
 * end with the model's own turn (prefill is gone), nor may two turns of one role follow each other.
 */
export function toMessagesRequest(
  model: string,
  request: ModelRequest,
  abilities: Abilities,
  { serviceTier, promptCache }: Pick<AnthropicSettings, 'serviceTier' | 'promptCache'> = {},
): Sent {
  const notApplied: string[] = [];
  for (const name of ['temperature', 'seed', 'topLogprobs'] as const) {
    if (request[name] !== undefined) notApplied.push(name);
  }
  const output = request.output?.kind === 'json' ? request.output : undefined;
  if (output && !abilities.jsonSchema) notApplied.push('output');
  const effort = efforts.find((known) => known === request.effort);
  if (request.effort !== undefined && effort === undefined) notApplied.push('effort');
  const config = {
    ...(output && abilities.jsonSchema ? { format: { type: 'json_schema' as const, schema: output.schema } } : {}),
    ...(effort === undefined ? {} : { effort }),
  };
  const first = request.messages.findIndex((message) => message.role !== 'system');
  const head = first === -1 ? [] : request.messages.slice(0, first);
  const turns = first === -1 ? request.messages : request.messages.slice(first);
  const body: MessageCreateParamsNonStreaming = {
    model,
    max_tokens: request.maxOutputTokens ?? defaultMaxTokens,
    ...(head.length === 0 ? {} : { system: systemOf(head.map(wordsOf).join('\n\n'), promptCache) }),
    messages: joined(turns),
    stream: false,
    ...(serviceTier === undefined ? {} : { service_tier: serviceTier === 'standard' ? 'standard_only' : serviceTier }),
    ...(request.stop === undefined ? {} : { stop_sequences: request.stop }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
  };
  if (promptCache !== undefined && head.length === 0) notApplied.push('promptCache');
  return { body, notApplied };
}

function systemOf(text: string, ttl: AnthropicSettings['promptCache']): string | TextBlockParam[] {
  return ttl === undefined ? text : [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl } }];
}

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

function joined(messages: readonly Message[]): MessageParam[] {
  const turns: { role: 'user' | 'assistant'; content: string }[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content += `\n\n${wordsOf(message)}`;
    else turns.push({ role, content: wordsOf(message) });
  }
  return turns;
}

/** The API has no names: they are written into the text, as core does. */
function wordsOf({ role, name, content }: Message): string {
  const speaker = name ?? (role === 'tool' ? 'tool' : undefined);
  return speaker === undefined ? content : `${speaker}: ${content}`;
}
