import type { Abilities } from '@assize/core';
import { isBelow } from '@assize/http';

/** Which of OpenAI's two wire formats is spoken. */
export type OpenAIApi = 'responses' | 'chat';

/** `reasoning` models take no temperature and give no log-probabilities; `unknown` ones are not OpenAI's, or new. */
export type Family = 'reasoning' | 'plain' | 'unknown';

/**
 * The family of a model by its name; a gateway's prefix (`openai/gpt-4o`) and a fine-tune's frame (`ft:gpt-4o:…`) are read through.
 *
 * @example familyOf('ft:gpt-4o-mini:acme') // 'plain'
 */
export function familyOf(model: string): Family {
  const name = baseName(model);
  if (/^(gpt-4|gpt-3\.5|chatgpt-4o|gpt-5[^/]*-chat)/.test(name)) return 'plain';
  if (/^(o\d|gpt-[5-9]|gpt-\d\d|codex|computer-use)/.test(name)) return 'reasoning';
  return 'unknown';
}

/**
 * What a model can do, by its name and by who serves it. Every field can be overridden where the model is made.
 *
 * A name that is unknown at OpenAI itself is taken for a reasoning model. Behind another base URL it is taken for an open
 * model on vLLM or llama.cpp, which give log-probabilities with 20 alternatives and take a schema, a seed and a temperature:
 * a server that gives less either answers 400 at the first call or leaves them out, which `notApplied` then reports.
 */
export function abilitiesOf(
  model: string,
  { api, official }: { api: OpenAIApi; official: boolean },
  override: Partial<Abilities> = {},
): Abilities {
  const family = familyOf(model);
  const open = family === 'plain' || (family === 'unknown' && !official);
  const asks = !/search|audio/.test(baseName(model));
  const logprobs = override.logprobs ?? (open && asks);
  return {
    logprobs,
    topLogprobs: logprobs ? 20 : 0,
    jsonSchema: family === 'plain' ? /^(gpt-4o|gpt-4\.[1-9]|gpt-5|chatgpt-4o)/.test(baseName(model)) : true,
    // Responses has no seed at all; Chat Completions still takes one.
    seed: api === 'chat' && open,
    temperature: open && asks,
    ...override,
  };
}

/** The hosts that a key of OpenAI's is meant for. */
export const openaiHosts = ['api.openai.com'];

/** The hosts that a key of Azure OpenAI is meant for, in the public cloud and the sovereign ones. */
export const azureHosts = ['com', 'us', 'cn'].flatMap((land) =>
  ['openai', 'cognitiveservices', 'services.ai'].map((service) => `${service}.azure.${land}`),
);

/** Whether a base URL is OpenAI's own, whose key may come from the environment and whose default is the Responses API. */
export function isOfficial(baseURL: string | null | undefined): boolean {
  if (!baseURL) return true;
  const host = baseURL.startsWith('https:') ? hostOf(baseURL) : ''; // a key does not travel in the clear
  return openaiHosts.some((name) => isBelow(host, name));
}

/** Whether a base URL belongs to OpenAI or to Azure, who count output by `max_completion_tokens` alone. */
export function isVendor(baseURL: string | null | undefined): boolean {
  return isOfficial(baseURL) || azureHosts.some((name) => isBelow(hostOf(baseURL ?? ''), name));
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function baseName(model: string): string {
  const last = model.toLowerCase().split('/').at(-1) ?? '';
  return last.replace(/^ft:/, '').split(':')[0] ?? '';
}
