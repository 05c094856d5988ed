import { type AssizeError, type FaultFacts, faults } from '@assize/core';
import { keyMayGoTo, thinFetch } from '@assize/http';
import type { OpenAI } from 'openai';

import { azureHosts, isOfficial, openaiHosts } from './abilities.ts';
import { entraToken } from './entra-token.ts';
import type { AzureSettings, OpenAISettings } from './settings.ts';

/** A client, and whether a key was found that may not go where it calls. */
export interface Connection {
  readonly client: OpenAI;
  readonly keyWithheld: boolean;
}

/** Makes the client of the settings. The environment is read now and not before. */
export async function connect(id: string, settings: OpenAISettings): Promise<Connection> {
  if (settings.client) return { client: settings.client, keyWithheld: false };
  if (settings.azure) return { client: await connectAzure(id, settings, settings.azure), keyWithheld: false };
  const baseURL = settings.baseURL ?? process.env['OPENAI_BASE_URL'];
  const found = process.env['OPENAI_API_KEY'];
  const allowed = settings.allowKeyHosts;
  const mayGo = settings.baseURL === undefined || keyMayGoTo(settings.baseURL, { vendor: openaiHosts, allowed });
  const apiKey = settings.apiKey ?? (mayGo ? found : undefined);
  if (!apiKey && isOfficial(baseURL)) throw missingKey(id);
  const own = settings.baseURL !== undefined && !isOfficial(settings.baseURL);
  const { OpenAI: Client } = await import('openai');
  const client = new Client({
    ...common(settings),
    ...(baseURL ? { baseURL } : {}),
    // The SDK insists on a key; a local server wants none, so the header is left out below.
    apiKey: apiKey || 'none',
    defaultHeaders: { ...(apiKey ? {} : { authorization: null }), ...settings.headers },
    ...(own ? { organization: null, project: null } : {}),
  });
  return { client, keyWithheld: !mayGo && !apiKey && Boolean(found) };
}

async function connectAzure(id: string, settings: OpenAISettings, azure: AzureSettings): Promise<OpenAI> {
  const endpoint = (azure.endpoint ?? process.env['AZURE_OPENAI_ENDPOINT'] ?? '').replace(/\/+$/, '');
  if (!URL.canParse(endpoint)) throw faults.notFound({ model: id, providerCode: 'missing_endpoint' });
  const mayGo =
    azure.endpoint === undefined || keyMayGoTo(endpoint, { vendor: azureHosts, allowed: settings.allowKeyHosts });
  const apiVersion = azure.apiVersion ?? process.env['OPENAI_API_VERSION'];
  // None of these may follow an endpoint that a config file chose.
  const shared = { ...common(settings), organization: null, project: null };
  const path = `${endpoint}/openai`;
  const entra = azure.auth === 'entra';
  if (entra && !mayGo) throw withheldKey({ model: id });
  const key = settings.apiKey ?? (mayGo ? process.env['AZURE_OPENAI_API_KEY'] : undefined);
  if (!entra && !key) throw process.env['AZURE_OPENAI_API_KEY'] ? withheldKey({ model: id }) : missingKey(id);
  const credential = entra ? await entraToken(id) : (key ?? '');
  const { AzureOpenAI, OpenAI: Client } = await import('openai');
  if (apiVersion) {
    return new AzureOpenAI({
      ...shared,
      baseURL: path,
      apiVersion,
      ...(settings.headers ? { defaultHeaders: settings.headers } : {}),
      // An empty key keeps the SDK from looking for one of its own beside the token.
      ...(typeof credential === 'string' ? { apiKey: credential } : { apiKey: '', azureADTokenProvider: credential }),
    });
  }
  const byKey = typeof credential === 'string' ? { authorization: null, 'api-key': credential } : {};
  return new Client({
    ...shared,
    baseURL: `${path}/v1`,
    apiKey: credential,
    defaultHeaders: { ...byKey, ...settings.headers },
  });
}

function common(settings: OpenAISettings) {
  return {
    adminAPIKey: null,
    maxRetries: 0,
    fetchOptions: { redirect: 'manual' },
    fetch: settings.fetch ?? thinFetch(),
  } as const;
}

function missingKey(model: string): AssizeError<FaultFacts> {
  return faults.auth({ model, providerCode: 'missing_key' });
}

/** A key is there and was not sent, because nobody said that it may go to that host. */
export function withheldKey(facts: FaultFacts): AssizeError<FaultFacts> {
  return faults.auth({ ...facts, providerCode: 'key_withheld' });
}
