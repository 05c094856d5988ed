import { type Abilities, faults, type JsonObject, type Model, type ModelRequest } from '@assize/core';

import { tellLimits, withDeadline } from '@assize/http';

import { givesLogprobs, toCallOptions } from './call-options.ts';
import { headersOfError, refusalOf, toFault } from './fault.ts';
import type { CallOptions, LanguageModel } from './language-model.ts';
import { readResult } from './reply.ts';

/** How a model of the AI SDK is used. */
export interface AiSdkSettings {
  /** The id by which judges ask for it. Default: `ai-sdk:provider/model`. */
  id?: string;
  /** Longest time for one call, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** What the model can do: the AI SDK does not say. Default: everything, log-probabilities at OpenAI, Azure and xAI alone. */
  abilities?: Partial<Abilities>;
  /** Passed on as they are, such as `{ anthropic: { cacheControl: … } }`. */
  providerOptions?: { [provider: string]: JsonObject };
}

/**
 * Makes a model of any language model of the Vercel AI SDK, version 5, 6 or 7.
 *
 * One `generate` is one `doGenerate`: the retries of `generateText` are not used. What the adapter warns it left out, and
 * log-probabilities that did not come, are named in `notApplied`; every failure is a fault of core.
 *
 * @example
 * import { openai } from '@ai-sdk/openai';
 * export default defineConfig({ models: { 'openai:gpt-4o': aiSdk(openai('gpt-4o')) }, … });
 * @see https://ai-sdk.dev/docs
 */
export function aiSdk(model: LanguageModel, settings: AiSdkSettings = {}): Model {
  const id = settings.id ?? `ai-sdk:${model.provider}/${model.modelId}`;
  const { timeoutMs = 300_000 } = settings;
  const logprobs = settings.abilities?.logprobs ?? givesLogprobs(model.provider);
  const abilities: Abilities = {
    logprobs,
    topLogprobs: logprobs ? 20 : 0,
    jsonSchema: true,
    seed: true,
    temperature: true,
    ...settings.abilities,
  };
  return {
    contract: 1,
    id,
    abilities,
    async generate(asked, { signal, onLimits }) {
      const { request, held } = withinAbilities(asked, abilities);
      const { options, notApplied } = toCallOptions(model, request, settings.providerOptions);
      return withDeadline(
        signal,
        timeoutMs,
        () => faults.timeout({ model: id }),
        async (abortSignal) => {
          let given: unknown;
          try {
            given = await generateOf(model)({ ...options, abortSignal });
          } catch (error) {
            if (abortSignal.aborted) throw error;
            tellLimits(headersOfError(error), onLimits);
            const refusal = refusalOf(error);
            if (refusal) return refusal;
            throw toFault(error, id);
          }
          const read = readResult(model, given, [...held, ...notApplied]);
          if (!read) throw faults.badReply({ model: id });
          tellLimits(read.headers, onLimits);
          const { reply } = read;
          const lacks = asked.topLogprobs !== undefined && reply.stop !== 'refused' && !reply.logprobs;
          if (!lacks || reply.notApplied?.includes('topLogprobs')) return reply;
          return { ...reply, notApplied: [...(reply.notApplied ?? []), 'topLogprobs'] };
        },
      );
    },
  };
}

/** Leaves out what the model was declared not to take. */
function withinAbilities(asked: ModelRequest, abilities: Abilities): { request: ModelRequest; held: string[] } {
  const able = {
    temperature: abilities.temperature,
    seed: abilities.seed,
    topLogprobs: abilities.logprobs,
    output: abilities.jsonSchema || asked.output?.kind !== 'json',
  };
  const request = { ...asked };
  const held: string[] = [];
  for (const name of ['temperature', 'seed', 'topLogprobs', 'output'] as const) {
    if (request[name] === undefined || able[name]) continue;
    delete request[name];
    held.push(name);
  }
  if (request.topLogprobs !== undefined) request.topLogprobs = Math.min(request.topLogprobs, abilities.topLogprobs);
  return { request, held };
}

function generateOf(model: LanguageModel): (options: CallOptions) => PromiseLike<unknown> {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the three specifications agree on what is sent here
  return model.doGenerate.bind(model) as (options: CallOptions) => PromiseLike<unknown>;
}
