import { type Abilities, faults, type Model, type ModelReply } from '@assize/core';
import type { Anthropic } from '@anthropic-ai/sdk';

import { withDeadline } from './deadline.ts';
import { toFault } from './fault.ts';
import { fromMessage } from './reply.ts';
import { toMessagesRequest } from './request.ts';

/** How a model is reached. Everything but `client` and `fetch` is plain data. */
export interface AnthropicSettings {
  /** A ready client of `@anthropic-ai/sdk`; its retries are switched off for each call. */
  client?: Anthropic;
  /** Default: ANTHROPIC_BASE_URL, else Anthropic. It holds no `/v1`. */
  baseURL?: string;
  /**
   * Default: what the SDK finds (ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, a profile). It goes to Anthropic or to where
   * ANTHROPIC_BASE_URL points and nowhere else: a `baseURL` of one's own wants an `apiKey` of its own.
   */
  apiKey?: string;
  /** Sent with every call. */
  headers?: { [name: string]: string };
  /** Longest time for one call, body included, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** Only `jsonSchema` can differ: the API has no log-probabilities, seed or temperature. */
  abilities?: { jsonSchema?: boolean };
  /** Default: the global `fetch`. */
  fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
}

/**
 * A Claude model through Anthropic's Messages API.
 *
 * Nothing is read from the environment and no SDK is loaded before the first request. One `generate` is one HTTP call; every
 * failure is a fault of core, an abort passes through as the signal's reason, a refusal is a reply with `stop: 'refused'`.
 * Temperature, seed and log-probabilities do not exist in this API: a request that names them is sent without, and
 * `notApplied` says so. A request without `maxOutputTokens` is sent with 4,096.
 *
 * @example
 * const judge = anthropic('claude-sonnet-5-5');
 * @see https://platform.claude.com/docs
 */
export function anthropic(model: string, settings: AnthropicSettings = {}): Model {
  const id = `anthropic:${model}`;
  const { timeoutMs = 300_000 } = settings;
  const abilities: Abilities = {
    logprobs: false,
    topLogprobs: 0,
    jsonSchema: settings.abilities?.jsonSchema ?? true,
    seed: false,
    temperature: false,
  };
  const [, apiVersion] =
    Object.entries(settings.headers ?? {}).find(([name]) => name.toLowerCase() === 'anthropic-version') ?? [];
  const timedOut = (): Error => faults.timeout({ model: id });
  let connecting: Promise<Anthropic> | undefined;
  const connected = (): Promise<Anthropic> => {
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
    ...(apiVersion === undefined ? {} : { apiVersion }),
    async generate(request, { signal }) {
      signal.throwIfAborted();
      const client = await connected();
      const { body, notApplied } = toMessagesRequest(model, request, abilities);
      return withDeadline(signal, timeoutMs, timedOut, async (inner): Promise<ModelReply> => {
        try {
          const options = { signal: inner, timeout: timeoutMs, maxRetries: 0 };
          const { data, request_id: call } = await client.messages.create(body, options).withResponse();
          const reply = fromMessage(data);
          const about = call ? { requestId: call } : {};
          if (reply === undefined) throw faults.badReply({ model: id, ...about });
          return { ...reply, ...about, ...(notApplied.length === 0 ? {} : { notApplied }) };
        } catch (error) {
          throw inner.aborted ? error : toFault(error, id);
        }
      });
    },
  };
}

async function connect(id: string, settings: AnthropicSettings): Promise<Anthropic> {
  if (settings.client) return settings.client;
  const { baseURL, apiKey } = settings;
  const own = baseURL !== undefined && !isOfficial(baseURL);
  if (own && !apiKey) throw faults.auth({ model: id, providerCode: 'missing_key' });
  const { Anthropic: Client } = await import('@anthropic-ai/sdk');
  return new Client({
    ...(baseURL ? { baseURL } : {}),
    ...(apiKey ? { apiKey } : {}),
    ...(settings.headers ? { defaultHeaders: settings.headers } : {}),
    ...(settings.fetch ? { fetch: settings.fetch } : {}),
    maxRetries: 0,
    // A redirect must not carry the key to another host.
    fetchOptions: { redirect: 'manual' },
    // The run has its own traces; the SDK's spans would hold prompts.
    openTelemetry: false,
  });
}

function isOfficial(baseURL: string): boolean {
  // A key does not travel in the clear.
  const host = URL.canParse(baseURL) && baseURL.startsWith('https:') ? new URL(baseURL).hostname : '';
  return host === 'api.anthropic.com' || host.endsWith('.api.anthropic.com');
}
