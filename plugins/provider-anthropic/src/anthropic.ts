import { type Abilities, faults, type Model, type ModelReply, type ModelRequest } from '@assize/core';
import { fitsSchema, headersOf, keyMayGoTo, tellLimits, thinFetch, withDeadline } from '@assize/http';
import type { Anthropic } from '@anthropic-ai/sdk';

import { anthropicBatch } from './batch.ts';
import { toFault } from './fault.ts';
import { fromMessage } from './reply.ts';
import { toMessagesRequest } from './request.ts';
import type { AnthropicSettings } from './settings.ts';

/**
 * A Claude model through Anthropic's Messages API.
 *
 * Nothing is read from the environment and no SDK is loaded before the first request. One `generate` is one HTTP call; every
 * failure is a fault of core, an abort passes through as the signal's reason, a refusal is a reply with `stop: 'refused'`.
 * Temperature, seed and log-probabilities do not exist in this API: a request that names them is sent without, and
 * `notApplied` says so, as it does when a finished reply breaks the schema that was asked for. A request without
 * `maxOutputTokens` is sent with 4,096.
 *
 * @example
 * const judge = anthropic('claude-sonnet-5-5', { promptCache: '1h' });
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
    batch: anthropicBatch({
      id,
      connected: async () => forFiles(await connected(), settings),
      toWire: (request) => toMessagesRequest(model, request, abilities, settings),
      fromWire: (body, { notApplied, ...asked }) => {
        const reply = fromMessage(body);
        if (reply === undefined) return undefined;
        const left = keeps(reply, asked) ? notApplied : [...new Set([...notApplied, 'output'])];
        return { ...reply, ...(left.length === 0 ? {} : { notApplied: left }) };
      },
    }),
    async generate(request, { signal, onLimits }) {
      signal.throwIfAborted();
      const client = await connected();
      const { body, notApplied } = toMessagesRequest(model, request, abilities, settings);
      return withDeadline(signal, timeoutMs, timedOut, async (inner): Promise<ModelReply> => {
        try {
          const options = { signal: inner, timeout: timeoutMs, maxRetries: 0 };
          const { data, response, request_id: call } = await client.messages.create(body, options).withResponse();
          tellLimits(response.headers, onLimits);
          const reply = fromMessage(data);
          const about = call ? { requestId: call } : {};
          if (reply === undefined) throw faults.badReply({ model: id, ...about });
          const left = keeps(reply, request) ? notApplied : [...new Set([...notApplied, 'output'])];
          return { ...reply, ...about, ...(left.length === 0 ? {} : { notApplied: left }) };
        } catch (error) {
          if (inner.aborted) throw error;
          tellLimits(headersOf(error), onLimits);
          throw toFault(error, id);
        }
      });
    },
  };
}

/** Whether a finished reply is what the schema demands; one that was cut or refused is not asked. */
function keeps({ text, stop }: ModelReply, { output }: Pick<ModelRequest, 'output'>): boolean {
  if (output?.kind !== 'json' || stop !== 'done') return true;
  try {
    return fitsSchema(JSON.parse(text), output.schema);
  } catch {
    return false;
  }
}

/** A thin `fetch` reads a body whole and stops at a few megabytes; the results of a batch are larger, and come as a stream. */
function forFiles(client: Anthropic, settings: AnthropicSettings): Anthropic {
  return settings.client || settings.fetch ? client : client.withOptions({ fetch: globalThis.fetch });
}

const hosts = ['api.anthropic.com'];

async function connect(id: string, settings: AnthropicSettings): Promise<Anthropic> {
  if (settings.client) return settings.client;
  const { baseURL, apiKey } = settings;
  if (baseURL !== undefined && !apiKey) {
    if (!keyMayGoTo(baseURL, { vendor: hosts, allowed: settings.allowKeyHosts })) {
      throw faults.auth({ model: id, providerCode: 'key_withheld' });
    }
  }
  const { Anthropic: Client } = await import('@anthropic-ai/sdk');
  return new Client({
    ...(baseURL ? { baseURL } : {}),
    ...(apiKey ? { apiKey } : {}),
    ...(settings.headers ? { defaultHeaders: settings.headers } : {}),
    fetch: settings.fetch ?? thinFetch(),
    maxRetries: 0,
    // A redirect must not carry the key to another host.
    fetchOptions: { redirect: 'manual' },
    // The run has its own traces; the SDK's spans would hold prompts.
    openTelemetry: false,
  });
}
