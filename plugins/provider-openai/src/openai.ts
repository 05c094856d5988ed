import {
  type AssizeError,
  type FaultFacts,
  faults,
  type Model,
  type ModelReply,
  type ModelRequest,
} from '@assize/core';
import { failureOf, faultOf, fitsSchema, headersOf, tellLimits, withDeadline } from '@assize/http';
import type { OpenAI } from 'openai';

import { abilitiesOf, familyOf, isOfficial, isVendor, type OpenAIApi } from './abilities.ts';
import { openaiBatch } from './batch.ts';
import { connect, type Connection, withheldKey } from './connect.ts';
import { decidesByName, fromDecision, toDecisionRequest } from './decision.ts';
import { isPolicyRefusal, kindOf, toFault } from './fault.ts';
import { fromChat, fromResponses, type Read } from './reply.ts';
import { type Served, tierOnWire, toChatRequest, toResponsesRequest } from './request.ts';
import type { OpenAISettings } from './settings.ts';

/**
 * A model at OpenAI, at Azure, or behind any base URL that speaks Responses or Chat Completions: vLLM, llama.cpp, Ollama, OpenRouter.
 *
 * Nothing is read from the environment and no SDK is loaded before the first request. One `generate` is one HTTP call; every
 * failure is a fault of core, an abort passes through as the signal's reason, a refusal or a content filter is a reply with
 * `stop: 'refused'`. Settings that the model does not take are left out and named in `notApplied`; so are those that were
 * sent and seen to have no effect: `topLogprobs` when none came back, `output` when a finished reply breaks its schema,
 * `serviceTier` when another one answered.
 *
 * @example
 * const judge = openai('gpt-4o');
 * const local = openai('Qwen3-8B', { baseURL: 'http://localhost:8000/v1' });
 * const azure = openai('gpt-4o', { azure: { endpoint: 'https://my-resource.openai.azure.com', auth: 'entra' } });
 * @see https://developers.openai.com/api/docs
 */
export function openai(model: string, settings: OpenAISettings = {}): Model {
  const id = `openai:${model}`;
  const { timeoutMs = 300_000, extraBody, serviceTier, promptCache, azure } = settings;
  const family = familyOf(model);
  const declared = isOfficial(settings.client?.baseURL ?? settings.baseURL);
  const abilities = abilitiesOf(
    model,
    { api: settings.api ?? (declared && !azure ? 'responses' : 'chat'), official: declared || azure !== undefined },
    settings.abilities,
  );
  const nameOnWire = azure?.deployment ?? model;
  const timedOut = (): Error => faults.timeout({ model: id });
  let connecting: Promise<Connection> | undefined;
  const connected = (): Promise<Connection> => {
    connecting ??= connect(id, settings).catch((error: unknown) => {
      connecting = undefined; // a key that is set later is found later
      throw error;
    });
    return connecting;
  };

  const servedBy = (client: OpenAI): Served => ({
    abilities,
    family,
    vendor: azure !== undefined || isVendor(client.baseURL),
    ...(extraBody ? { extraBody } : {}),
    ...(serviceTier ? { serviceTier } : {}),
    ...(promptCache ? { promptCache } : {}),
  });
  const apiOf = (client: OpenAI): OpenAIApi =>
    settings.api ?? (isOfficial(client.baseURL) && !azure ? 'responses' : 'chat');
  const batch = openaiBatch({
    id,
    connected: async () => forFiles((await connected()).client, settings),
    api: apiOf,
    toWire: (client, request) =>
      apiOf(client) === 'chat'
        ? toChatRequest(nameOnWire, request, servedBy(client))
        : toResponsesRequest(nameOnWire, request, servedBy(client)),
    fromWire: (api, body, about, { notApplied, ...asked }) =>
      finish(id, api === 'chat' ? fromChat(body) : fromResponses(body), about, notApplied, asked, undefined),
  });

  const generate: Model['generate'] = async (request, { signal, onLimits }) => {
    signal.throwIfAborted();
    const { client, keyWithheld } = await connected();
    const served = servedBy(client);
    const api = apiOf(client);
    return withDeadline(signal, timeoutMs, timedOut, async (inner) => {
      const options = { signal: inner, timeout: timeoutMs, maxRetries: 0 };
      try {
        if (api === 'chat') {
          const { body, notApplied } = toChatRequest(nameOnWire, request, served);
          const { data, response } = await client.chat.completions.create(body, options).withResponse();
          tellLimits(response.headers, onLimits);
          return finish(id, fromChat(data), idOf(response), notApplied, request, serviceTier);
        }
        const { body, notApplied } = toResponsesRequest(nameOnWire, request, served);
        const { data, response } = await client.responses.create(body, options).withResponse();
        tellLimits(response.headers, onLimits);
        return finish(id, fromResponses(data), idOf(response), notApplied, request, serviceTier);
      } catch (error) {
        if (inner.aborted) throw error;
        tellLimits(headersOf(error), onLimits);
        if (!isPolicyRefusal(error)) throw explained(toFault(error, id), keyWithheld);
        const { requestId } = failureOf(error);
        return { text: '', stop: 'refused', ...(requestId === undefined ? {} : { requestId }) };
      }
    });
  };

  const decide: NonNullable<Model['decide']> = async (request, { signal, onLimits }) => {
    signal.throwIfAborted();
    const { client, keyWithheld } = await connected();
    return withDeadline(signal, timeoutMs, timedOut, async (inner) => {
      try {
        const options = { signal: inner, timeout: timeoutMs, maxRetries: 0 };
        const body = Object.assign(toDecisionRequest(nameOnWire, request), extraBody);
        const { data, response } = await client.decisions.create(body, options).withResponse();
        tellLimits(response.headers, onLimits);
        const decision = fromDecision(data, request.questions);
        const about = idOf(response);
        if (decision === undefined) throw faults.badReply({ model: id, ...about });
        return { ...decision, ...about };
      } catch (error) {
        if (inner.aborted) throw error;
        tellLimits(headersOf(error), onLimits);
        throw explained(toFault(error, id), keyWithheld);
      }
    });
  };

  const decides = settings.decisions ?? decidesByName(model);
  const batches = settings.batches ?? (declared && !azure);
  return { contract: 1, id, abilities, generate, ...(decides ? { decide } : {}), ...(batches ? { batch } : {}) };
}

/** A thin `fetch` reads a body whole and stops at a few megabytes; files of batches are larger, and come as a stream. */
function forFiles(client: OpenAI, settings: OpenAISettings): OpenAI {
  return settings.client || settings.fetch ? client : client.withOptions({ fetch: globalThis.fetch });
}

function finish(
  id: string,
  read: Read,
  about: { requestId?: string },
  notApplied: string[],
  { topLogprobs, output }: Pick<ModelRequest, 'topLogprobs' | 'output'>,
  serviceTier: OpenAISettings['serviceTier'],
): ModelReply {
  if ('failure' in read) throw faultOf(id, { ...read.failure, ...about }, kindOf);
  const { reply } = read;
  const left = new Set(notApplied);
  if (topLogprobs !== undefined && reply.stop !== 'refused' && !reply.logprobs) left.add('topLogprobs');
  if (output?.kind === 'json' && reply.stop === 'done' && !keeps(reply.text, output.schema)) left.add('output');
  const asked = serviceTier === undefined || serviceTier === 'auto' ? undefined : tierOnWire(serviceTier);
  if (asked !== undefined && reply.tier !== undefined && reply.tier !== asked) left.add('serviceTier');
  return { ...reply, ...about, ...(left.size === 0 ? {} : { notApplied: [...left] }) };
}

function keeps(text: string, schema: { readonly [keyword: string]: unknown }): boolean {
  try {
    return fitsSchema(JSON.parse(text), schema);
  } catch {
    return false;
  }
}

function idOf({ headers }: Response): { requestId?: string } {
  const requestId = headers.get('x-request-id') ?? headers.get('apim-request-id');
  return requestId ? { requestId } : {};
}

/** Names the reason that only we know: a key was found, and not sent to that host. */
function explained(fault: AssizeError<FaultFacts>, keyWithheld: boolean): AssizeError<FaultFacts> {
  return keyWithheld && faults.auth.is(fault) ? withheldKey(fault.facts) : fault;
}
