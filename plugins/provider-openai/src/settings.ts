import type { Abilities, JsonObject } from '@assize/core';
import type { Fetch } from '@assize/http';
import type { OpenAI } from 'openai';

import type { OpenAIApi } from './abilities.ts';

/** A resource of Azure OpenAI. */
export interface AzureSettings {
  /** Such as `https://my-resource.openai.azure.com`. Default: AZURE_OPENAI_ENDPOINT. */
  endpoint?: string;
  /** The name under which the model is deployed. Default: the model's own. */
  deployment?: string;
  /** A dated version of the API, such as `2025-04-01-preview`. Default: OPENAI_API_VERSION, else the v1 API, which has none. */
  apiVersion?: string;
  /**
   * `key` (default): `apiKey`, else AZURE_OPENAI_API_KEY. `entra`: a token of Microsoft Entra ID, from AZURE_OPENAI_AD_TOKEN,
   * else by `@azure/identity`, which has to be installed and finds a managed identity, a workload identity or `az login`.
   */
  auth?: 'key' | 'entra';
}

/** How much of a prompt the provider is told to keep. What stays the same must stand in front: the system messages. */
export interface PromptCache {
  /** Requests of one key are sent to where their prefix is kept (`prompt_cache_key`). */
  key?: string;
  /** Marks the end of the leading system messages as the end of what is used again; models from gpt-5.6 on take it. */
  breakpoint?: 'system';
  /** How long what ends at the breakpoint is kept at least. Default 30m. */
  ttl?: '30m' | '12h';
}

/** How a model is reached. Everything but `client` and `fetch` is plain data. */
export interface OpenAISettings {
  /** A ready client of the `openai` package; its retries are switched off for each call. */
  client?: OpenAI;
  /** Where the API is spoken, such as `http://localhost:8000/v1`. Default: OPENAI_BASE_URL, else OpenAI. */
  baseURL?: string;
  /**
   * Default: OPENAI_API_KEY, which goes to OpenAI, to this machine, to where OPENAI_BASE_URL points and to `allowKeyHosts`;
   * a `baseURL` elsewhere is called without a key.
   */
  apiKey?: string;
  /** Hosts (`gateway.example` or `gateway.example:8443`) that may be sent the key of the environment, over HTTPS. */
  allowKeyHosts?: string[];
  /** The model is deployed at Azure; `baseURL` is then not read. */
  azure?: AzureSettings;
  /** Default: `responses` at OpenAI, `chat` behind any other base URL and at Azure. */
  api?: OpenAIApi;
  /** Sent with every call. */
  headers?: { [name: string]: string };
  /** Longest time for one call, body included, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** What the model can do, where the table by name is wrong. */
  abilities?: Partial<Abilities>;
  /** Whether the model has the endpoint of decisions. Default: by its name. */
  decisions?: boolean;
  /** Slower and cheaper, or faster and dearer; the reply's `tier` says what it was in the end. Default: the project's. */
  serviceTier?: 'auto' | 'standard' | 'flex' | 'priority' | 'fast';
  promptCache?: PromptCache;
  /** Whether the server has OpenAI's Batch API and files. Default: true at OpenAI, false behind any other base URL. */
  batches?: boolean;
  /** Fields sent as they are in every request, such as OpenRouter's `provider`. */
  extraBody?: JsonObject;
  /** Default: `thinFetch` of `@assize/http`. */
  fetch?: Fetch;
}
