import type { Message, ModelRequest } from '@assize/core';

import type { CallOptions, LanguageModel, Turn } from './language-model.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** A request of ours in the words of the AI SDK, and the settings that its specification has no word for. */
export function toCallOptions(
  { specificationVersion, provider }: LanguageModel,
  request: ModelRequest,
  providerOptions: CallOptions['providerOptions'],
): { options: CallOptions; notApplied: string[] } {
  const { maxOutputTokens, temperature, seed, stop, effort, topLogprobs, output } = request;
  const notApplied: string[] = [];
  const takesEffort = effort !== undefined && specificationVersion === 'v4' && efforts.includes(effort);
  if (effort !== undefined && !takesEffort) notApplied.push('effort');
  const family = familyOf(provider);
  const takesLogprobs = topLogprobs !== undefined && givesLogprobs(provider);
  if (topLogprobs !== undefined && !takesLogprobs) notApplied.push('topLogprobs');
  const own = takesLogprobs
    ? { ...providerOptions, [family]: { ...providerOptions?.[family], logprobs: topLogprobs } }
    : providerOptions;
  const options: CallOptions = {
    prompt: request.messages.map(turnOf),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stopSequences: stop }),
    ...(takesEffort ? { reasoning: effort } : {}),
    ...(output?.kind === 'json'
      ? { responseFormat: { type: 'json', name: output.name, schema: output.schema } as const }
      : {}),
    ...(own === undefined ? {} : { providerOptions: own }),
  };
  return { options, notApplied };
}

/** The key of a provider's own options and metadata: `openai` of `openai.chat`. */
export function familyOf(provider: string): string {
  return provider.split('.')[0] ?? provider;
}

/** Providers whose adapters pass log-probabilities through; all others drop them without a word. */
export function givesLogprobs(provider: string): boolean {
  return ['openai', 'azure', 'xai'].includes(familyOf(provider));
}

function turnOf({ role, name, content }: Message): Turn {
  const speaker = name ?? (role === 'tool' ? 'tool' : undefined);
  const text = speaker === undefined ? content : `${speaker}: ${content}`;
  if (role === 'system') return { role, content: text };
  return { role: role === 'assistant' ? 'assistant' : 'user', content: [{ type: 'text', text }] };
}
