import { type Abilities, faults, type JsonObject, type Model, type ModelReply, type ModelRequest } from '@assize/core';
import type { OpenAI } from 'openai';

import { abilitiesOf, familyOf, isOfficial, isVendor, type OpenAIApi } from './abilities.ts';
import { withDeadline } from './deadline.ts';
import { failureOf, faultOf, isPolicyRefusal, toFault } from './fault.ts';
import { fromChat, fromResponses, type Read } from './reply.ts';
import { toChatRequest, toResponsesRequest } from './request.ts';
import { type Fetch, thinFetch } from './thin-fetch.ts';

/** How a model is reached. Everything but `client` and `fetch` is plain data. */
export interface OpenAISettings {
  /** A ready client of the `openai` package; its retries are switched off for each call. */
  client?: OpenAI;
  /** Where the API is spoken, such as `http://localhost:8000/v1`. Default: OPENAI_BASE_URL, else OpenAI. */
  baseURL?: string;
  /**
   * Default: OPENAI_API_KEY, which goes to OpenAI or to where OPENAI_BASE_URL points and nowhere else: with a `baseURL` of
   * one's own and no `apiKey`, no key is sent.
   */
  apiKey?: string;
  /** Default: `responses` at OpenAI, `chat` behind any other base URL. */
  api?: OpenAIApi;
  /** Sent with every call, such as `{ 'api-key': … }` for Azure. */
  headers?: { [name: string]: string };
  /** Longest time for one call, body included, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** What the model can do, where the table by name is wrong. */
  abilities?: Partial<Abilities>;
  /** Fields sent as they are in every request, such as OpenRouter's `provider`. */
  extraBody?: JsonObject;
  /** Default: a thin client over `node:http`; the global `fetch` when Node is told to use a proxy (NODE_USE_ENV_PROXY). */
  fetch?: Fetch;
}

/**
 * A model at OpenAI, or behind any base URL that speaks Responses or Chat Completions: vLLM, llama.cpp, Ollama, OpenRouter, Azure.
 *
 * Nothing is read from the environment and no SDK is loaded before the first request. One `generate` is one HTTP call; every
 * failure is a fault of core, an abort passes through as the signal's reason, a refusal or a content filter is a reply with
 * `stop: 'refused'`. Settings that the model does not take are left out and named in `notApplied`; so is `topLogprobs` when
 * it was sent and no log-probabilities came back.
 *
 * @example
 * const judge = openai('gpt-4o');
 * const local = openai('Qwen3-8B', { baseURL: 'http://localhost:8000/v1' });
 * @see https://developers.openai.com/api/docs
 */
export function openai(model: string, settings: OpenAISettings = {}): Model {
  const id = `openai:${model}`;
  const { timeoutMs = 300_000, extraBody } = settings;
  const family = familyOf(model);
  const declared = isOfficial(settings.client?.baseURL ?? settings.baseURL);
  const abilities = abilitiesOf(
    model,
    { api: settings.api ?? (declared ? 'responses' : 'chat'), official: declared },
    settings.abilities,
  );
  const timedOut = (): Error => faults.timeout({ model: id });
  let connecting: Promise<OpenAI> | undefined;
  const connected = (): Promise<OpenAI> => {
    connecting ??= connect(id, settings).catch((error: unknown) => {
      connecting = undefined; // a key that is set later is found later
      throw error;
    });
    return connecting;
  };
  return {
    contract: 1,
    id,
    abilities,
    async generate(request, { signal }) {
      signal.throwIfAborted();
      const client = await connected();
      const vendor = isVendor(client.baseURL);
      const served = { abilities, family, vendor, ...(extraBody ? { extraBody } : {}) };
      const api = settings.api ?? (isOfficial(client.baseURL) ? 'responses' : 'chat');
      return withDeadline(signal, timeoutMs, timedOut, async (inner) => {
        const options = { signal: inner, timeout: timeoutMs, maxRetries: 0 };
        try {
          if (api === 'chat') {
            const { body, notApplied } = toChatRequest(model, request, served);
            const { data, request_id: call } = await client.chat.completions.create(body, options).withResponse();
            return finish(id, fromChat(data), call, notApplied, request);
          }
          const { body, notApplied } = toResponsesRequest(model, request, served);
          const { data, request_id: call } = await client.responses.create(body, options).withResponse();
          return finish(id, fromResponses(data), call, notApplied, request);
        } catch (error) {
          if (inner.aborted) throw error;
          if (!isPolicyRefusal(error)) throw toFault(error, id);
          const { requestId } = failureOf(error);
          return { text: '', stop: 'refused', ...(requestId === undefined ? {} : { requestId }) };
        }
      });
    },
  };
}

function finish(
  id: string,
  read: Read,
  request: string | null | undefined,
  notApplied: string[],
  { topLogprobs }: ModelRequest,
): ModelReply {
  const about = request ? { requestId: request } : {};
  if ('failure' in read) throw faultOf(id, { ...read.failure, ...about });
  const missing = topLogprobs !== undefined && read.reply.stop !== 'refused' && !read.reply.logprobs;
  const left = new Set(missing ? [...notApplied, 'topLogprobs'] : notApplied);
  return { ...read.reply, ...about, ...(left.size === 0 ? {} : { notApplied: [...left] }) };
}

async function connect(id: string, settings: OpenAISettings): Promise<OpenAI> {
  if (settings.client) return settings.client;
  const baseURL = settings.baseURL ?? process.env['OPENAI_BASE_URL'];
  const own = settings.baseURL !== undefined && !isOfficial(settings.baseURL);
  const apiKey = settings.apiKey ?? (own ? undefined : process.env['OPENAI_API_KEY']);
  if (!apiKey && isOfficial(baseURL)) throw faults.auth({ model: id, providerCode: 'missing_key' });
  const proxied = process.env['NODE_USE_ENV_PROXY'] === '1' || process.execArgv.includes('--use-env-proxy');
  const { OpenAI: Client } = await import('openai');
  return new Client({
    ...(baseURL ? { baseURL } : {}),
    // The SDK insists on a key; a local server wants none, so the header is left out below.
    apiKey: apiKey || 'none',
    defaultHeaders: { ...(apiKey ? {} : { authorization: null }), ...settings.headers },
    // None of these may follow a base URL that a config file chose.
    adminAPIKey: null,
    ...(own ? { organization: null, project: null } : {}),
    maxRetries: 0,
    fetchOptions: { redirect: 'manual' },
    ...(settings.fetch ? { fetch: settings.fetch } : proxied ? {} : { fetch: thinFetch() }),
  });
}
