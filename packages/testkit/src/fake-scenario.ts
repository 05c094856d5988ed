import type { FakeRequest } from './fake-request.ts';

interface Rejection {
  readonly status: number;
  readonly openai: { readonly type: string; readonly code: string | null };
  readonly anthropic: { readonly type: string; readonly errorCode?: string };
  readonly headers?: { readonly [name: string]: string };
  /** What the provider's sentence starts with; the prompt and the key follow, as careless providers do. */
  readonly says?: string;
}

const invalid = { type: 'invalid_request_error' } as const;
const tooMany = {
  status: 429,
  openai: { type: 'requests', code: 'rate_limit_exceeded' },
  anthropic: { type: 'rate_limit_error' },
} as const;

/** The calls that a provider turns down, in the words of OpenAI and of Anthropic. */
const rejections = {
  '400': { status: 400, openai: { ...invalid, code: 'unsupported_parameter' }, anthropic: invalid },
  '400-context': {
    status: 400,
    openai: { ...invalid, code: 'context_length_exceeded' },
    anthropic: invalid,
    says: 'prompt is too long: 210000 tokens > 200000 maximum',
  },
  '401': {
    status: 401,
    openai: { ...invalid, code: 'invalid_api_key' },
    anthropic: { type: 'authentication_error' },
  },
  '403': {
    status: 403,
    openai: { ...invalid, code: 'unsupported_country_region_territory' },
    anthropic: { type: 'permission_error' },
  },
  '404': {
    status: 404,
    openai: { ...invalid, code: 'model_not_found' },
    anthropic: { type: 'not_found_error' },
  },
  '408': { status: 408, openai: { type: 'timeout', code: null }, anthropic: { type: 'timeout_error' } },
  '413': { status: 413, openai: { ...invalid, code: null }, anthropic: { type: 'request_too_large' } },
  '429': tooMany,
  '429-second': { ...tooMany, headers: { 'retry-after': '1' } },
  '429-seconds': { ...tooMany, headers: { 'retry-after': '2' } },
  '429-float': { ...tooMany, headers: { 'retry-after': '1.5' } },
  '429-ms': { ...tooMany, headers: { 'retry-after-ms': '250', 'retry-after': '9' } },
  // Both dates are far from any real clock: the wait is their difference, 7 s.
  '429-date': {
    ...tooMany,
    headers: { date: 'Sun, 01 Feb 2099 12:00:00 GMT', 'retry-after': 'Sun, 01 Feb 2099 12:00:07 GMT' },
  },
  '429-absurd': { ...tooMany, headers: { 'retry-after': '1000000000' } },
  '429-nonsense': { ...tooMany, headers: { 'retry-after': 'soon' } },
  '429-quota': {
    status: 429,
    openai: { type: 'insufficient_quota', code: 'insufficient_quota' },
    anthropic: { type: 'rate_limit_error', errorCode: 'enforced_spend_limit_reached' },
  },
  '500': {
    status: 500,
    openai: { type: 'server_error', code: null },
    anthropic: { type: 'api_error' },
  },
  '503': {
    status: 503,
    openai: { type: 'server_error', code: 'server_is_overloaded' },
    anthropic: { type: 'overloaded_error' },
  },
  '529': {
    status: 529,
    openai: { type: 'server_error', code: 'server_is_overloaded' },
    anthropic: { type: 'overloaded_error' },
  },
} as const satisfies { [name: string]: Rejection };

const replies = [
  'success',
  'refusal',
  'content-filter',
  'length',
  'malformed-json',
  'no-usage',
  'no-logprobs',
] as const;
const transports = [
  'stall',
  'slow-body',
  'stalled-body',
  'truncated',
  'garbage',
  'html',
  'empty',
  'wrong-shape',
  'reset',
  'redirect',
] as const;

/** Everything the fake provider can do: give a reply, turn a call down, or break on the way. */
export type FakeScenario = keyof typeof rejections | (typeof replies)[number] | (typeof transports)[number];

/** All scenarios by name. */
export const fakeScenarios: readonly FakeScenario[] = [
  ...replies,
  ...(Object.keys(rejections) as (keyof typeof rejections)[]),
  ...transports,
];

export function isScenario(name: string | undefined): name is FakeScenario {
  return fakeScenarios.some((known) => known === name);
}

export function isRejection(name: FakeScenario): name is keyof typeof rejections {
  return name in rejections;
}

/** Status, headers and body of a rejection. The sentence quotes the prompt and the key: adapters must not pass it on. */
export function rejectionOf(
  name: keyof typeof rejections,
  request: FakeRequest,
): { status: number; headers: { readonly [name: string]: string }; body: object } {
  const rejection: Rejection = rejections[name];
  const message = `${rejection.says ?? 'rejected'}; key ${request.credential}; prompt ${request.prompt}`;
  const { type, code } = rejection.openai;
  const { errorCode } = rejection.anthropic;
  return {
    status: rejection.status,
    headers: rejection.headers ?? {},
    body:
      request.api === 'messages'
        ? {
            type: 'error',
            error: {
              type: rejection.anthropic.type,
              message,
              ...(errorCode === undefined ? {} : { details: { error_code: errorCode } }),
            },
            request_id: `req_${request.key}`,
          }
        : { error: { message, type, param: null, code } },
  };
}
