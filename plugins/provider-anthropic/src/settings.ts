import type { Anthropic } from '@anthropic-ai/sdk';
import type { Fetch } from '@assize/http';

/** How a model is reached. Everything but `client` and `fetch` is plain data. */
export interface AnthropicSettings {
  /** A ready client of `@anthropic-ai/sdk`; its retries are switched off for each call. */
  client?: Anthropic;
  /** Default: ANTHROPIC_BASE_URL, else Anthropic. It holds no `/v1`. */
  baseURL?: string;
  /**
   * Default: what the SDK finds (ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, a profile). It goes to Anthropic, to this machine,
   * to where ANTHROPIC_BASE_URL points and to `allowKeyHosts`; a `baseURL` elsewhere wants an `apiKey` of its own.
   */
  apiKey?: string;
  /** Hosts (`gateway.example` or `gateway.example:8443`) that may be sent the key of the environment, over HTTPS. */
  allowKeyHosts?: string[];
  /** Sent with every call. */
  headers?: { [name: string]: string };
  /** Longest time for one call, body included, in milliseconds. Default 300,000. */
  timeoutMs?: number;
  /** Only `jsonSchema` can differ: the API has no log-probabilities, seed or temperature. */
  abilities?: { jsonSchema?: boolean };
  /** `standard` does not use priority capacity even where the account has it; the reply's `tier` says what it was. Default auto. */
  serviceTier?: 'auto' | 'standard';
  /**
   * Marks the end of the system messages, which are the same in every request of a judge, as the end of what is kept for
   * this long. Writing costs more than reading saves when nothing is read: leave it out for a judge that asks once.
   */
  promptCache?: '5m' | '1h';
  /** Default: `thinFetch` of `@assize/http`. */
  fetch?: Fetch;
}
