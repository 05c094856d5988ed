import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Which wire format a call speaks. */
export type FakeApi = 'chat' | 'responses' | 'decisions' | 'messages';

/** What the fake provider was asked, in one vocabulary for its three wire formats. */
export interface FakeRequest {
  readonly api: FakeApi;
  readonly model: string;
  /** The text of all messages, joined by blank lines. */
  readonly prompt: string;
  /** Sixteen hexadecimal digits over the prompt, the model and the schema: equal for equal questions. */
  readonly key: string;
  /** How many calls with this key came before. */
  readonly attempt: number;
  /** The key of the caller as it arrived, for tests that look for leaks. */
  readonly credential: string;
  readonly temperature?: number;
  readonly seed?: number;
  readonly topLogprobs?: number;
  readonly schema?: Wire;
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly effort?: string;
  readonly serviceTier?: string;
  /** `prompt_cache_key` of OpenAI. */
  readonly promptCacheKey?: string;
  /** The text up to the first mark that a prompt cache is to keep. */
  readonly cachedPrefix?: string;
  /** What a decision is asked. */
  readonly questions?: readonly Wire[];
  /** How Azure was called: by deployment and dated version, or over its v1 API, which has neither. */
  readonly azure?: { readonly deployment?: string; readonly apiVersion?: string };
  /** The function that the model was told to call: the answer goes there as its arguments. Chat Completions alone. */
  readonly tool?: string;
  /** Whether the reply is wanted as server-sent events. Chat Completions alone. */
  readonly stream?: boolean;
}

/** A JSON object of which nothing is known yet. */
export type Wire = { readonly [field: string]: unknown };

const paths: { readonly [path: string]: FakeApi } = {
  '/v1/chat/completions': 'chat',
  '/v1/responses': 'responses',
  '/v1/decisions': 'decisions',
  '/v1/messages': 'messages',
};

const azurePath = /^\/openai(?:\/v1|\/deployments\/([^/]+))?(?=\/(?:chat\/completions|responses)$)/;

/** The wire format that is spoken at a path, if any; Azure's paths are of OpenAI's formats. */
export function apiOf(path: string | undefined): FakeApi | undefined {
  return paths[(path?.split('?')[0] ?? '').replace(azurePath, '/v1')];
}

/** What an address of Azure's says beside the format. */
export function azureOf(path: string | undefined): FakeRequest['azure'] {
  const url = new URL(path ?? '', 'http://fake');
  const found = azurePath.exec(url.pathname);
  if (found === null) return undefined;
  const apiVersion = url.searchParams.get('api-version') ?? undefined;
  return { ...given('deployment', found[1]), ...given('apiVersion', apiVersion) };
}

/** Reads a call; `attempt` counts calls of one key. Returns nothing when the body is not a JSON object. */
export function readFakeRequest(
  api: FakeApi,
  body: string,
  headers: IncomingHttpHeaders,
  countAttempt: (key: string) => number,
): FakeRequest | undefined {
  const wire = parse(body);
  if (wire === undefined) return undefined;
  const model = textAt(wire, 'model') ?? '';
  const prompt = promptOf(wire);
  const schema = schemaOf(wire);
  const key = createHash('sha256')
    .update(`${model}\0${prompt}\0${schema === undefined ? '' : JSON.stringify(schema)}`)
    .digest('hex')
    .slice(0, 16);
  const credential =
    headers.authorization?.replace(/^bearer /i, '') ??
    oneHeader(headers['x-api-key']) ??
    oneHeader(headers['api-key']) ??
    '';
  return {
    api,
    model,
    prompt,
    key,
    attempt: countAttempt(key),
    credential,
    ...given('temperature', numberAt(wire, 'temperature')),
    ...given('seed', numberAt(wire, 'seed')),
    ...given('topLogprobs', topLogprobsOf(api, wire)),
    ...given('schema', schema),
    ...given(
      'maxOutputTokens',
      numberAt(wire, 'max_completion_tokens') ?? numberAt(wire, 'max_output_tokens') ?? numberAt(wire, 'max_tokens'),
    ),
    ...given('stop', (wire['stop'] ?? wire['stop_sequences']) as readonly string[] | undefined),
    ...given('tool', textAt(objectAt(objectAt(wire, 'tool_choice'), 'function'), 'name')),
    ...(api === 'chat' && wire['stream'] === true ? { stream: true } : {}),
    ...given(
      'effort',
      textAt(wire, 'reasoning_effort') ??
        textAt(objectAt(wire, 'reasoning'), 'effort') ??
        textAt(objectAt(wire, 'output_config'), 'effort'),
    ),
    ...given('serviceTier', textAt(wire, 'service_tier')),
    ...given('promptCacheKey', textAt(wire, 'prompt_cache_key')),
    ...given('cachedPrefix', cachedPrefixOf(wire)),
    ...given('questions', wire['questions'] as readonly Wire[] | undefined),
  };
}

/** Whether the real provider would turn the call down for its form: these are the rules that adapters get wrong. */
export function isRejected({ api, maxOutputTokens, temperature }: FakeRequest): boolean {
  if (api === 'responses') return maxOutputTokens !== undefined && maxOutputTokens < 16;
  return api === 'messages' && (maxOutputTokens === undefined || temperature !== undefined);
}

function topLogprobsOf(api: FakeApi, wire: Wire): number | undefined {
  const asked =
    api === 'chat'
      ? wire['logprobs'] === true
      : api === 'responses' &&
        Array.isArray(wire['include']) &&
        wire['include'].includes('message.output_text.logprobs');
  return asked ? (numberAt(wire, 'top_logprobs') ?? 0) : undefined;
}

function schemaOf(wire: Wire): Wire | undefined {
  return (
    objectAt(objectAt(objectAt(wire, 'response_format'), 'json_schema'), 'schema') ??
    objectAt(objectAt(objectAt(wire, 'text'), 'format'), 'schema') ??
    objectAt(objectAt(objectAt(wire, 'output_config'), 'format'), 'schema')
  );
}

function promptOf(wire: Wire): string {
  const turns = [wire['system'], ...listOf(wire['messages']), ...listOf(wire['input'])];
  return turns.map(wordsOf).filter(Boolean).join('\n\n');
}

function cachedPrefixOf(wire: Wire): string | undefined {
  const turns = [wire['system'], ...listOf(wire['messages']), ...listOf(wire['input'])].filter(Boolean);
  const marked = turns.findIndex((turn) => /"(cache_control|prompt_cache_breakpoint)":/.test(JSON.stringify(turn)));
  return marked === -1
    ? undefined
    : turns
        .slice(0, marked + 1)
        .map(wordsOf)
        .join('\n\n');
}

function wordsOf(turn: unknown): string {
  if (typeof turn === 'string') return turn;
  if (Array.isArray(turn)) return turn.map(wordsOf).join('');
  if (!isObject(turn)) return '';
  return wordsOf(turn['content'] ?? turn['text']);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function isObject(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(wire: Wire | undefined, field: string): Wire | undefined {
  const value = wire?.[field];
  return isObject(value) ? value : undefined;
}

function textAt(wire: Wire | undefined, field: string): string | undefined {
  const value = wire?.[field];
  return typeof value === 'string' ? value : undefined;
}

function numberAt(wire: Wire | undefined, field: string): number | undefined {
  const value = wire?.[field];
  return typeof value === 'number' ? value : undefined;
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [name in Name]?: Exclude<Value, undefined> } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]?: Exclude<Value, undefined> });
}

function oneHeader(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

function parse(text: string): Wire | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
