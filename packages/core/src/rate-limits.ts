/** What a provider says of one of its limits, as of one response. */
export interface Allowance {
  /** What a full window allows. */
  readonly limit?: number;
  /** What is left of it. */
  readonly remaining?: number;
  /** Milliseconds until it is full again. */
  readonly resetMs?: number;
}

/** Limits of a model, as the headers of a response tell them. Left out: not said, never unlimited. */
export interface RateLimits {
  readonly requests?: Allowance;
  /** Input and output together. */
  readonly tokens?: Allowance;
  readonly inputTokens?: Allowance;
  readonly outputTokens?: Allowance;
}

type Headers = { get(name: string): string | null };

const kinds = {
  requests: 'requests',
  tokens: 'tokens',
  'input-tokens': 'inputTokens',
  'output-tokens': 'outputTokens',
};
const longestResetMs = 86_400_000;

/**
 * Reads the limits that the headers of a response tell, in OpenAI's spelling (`x-ratelimit-remaining-requests`, Azure's
 * and Groq's too) or in Anthropic's (`anthropic-ratelimit-requests-remaining`).
 *
 * A reset is a duration (`6m0s`, `12ms`), seconds, or a date, which is read against the response's own `date`. What is
 * negative or no number is unknown: Azure sends -1 for it.
 *
 * @returns nothing where no limit is told.
 *
 * @example
 * rateLimitsOf(new Headers({ 'x-ratelimit-remaining-requests': '59', 'x-ratelimit-reset-requests': '1s' }));
 * // { requests: { remaining: 59, resetMs: 1000 } }
 */
export function rateLimitsOf(headers: Headers): RateLimits | undefined {
  const limits: Record<string, Allowance> = {};
  for (const [word, name] of Object.entries(kinds)) {
    const header = (part: string): string | null =>
      headers.get(`x-ratelimit-${part}-${word}`) ?? headers.get(`anthropic-ratelimit-${word}-${part}`);
    const limit = plainNumber(header('limit'));
    const remaining = plainNumber(header('remaining'));
    const resetMs = resetOf(header('reset'), headers);
    const allowance = {
      ...(limit === undefined ? {} : { limit }),
      ...(remaining === undefined ? {} : { remaining }),
      ...(resetMs === undefined ? {} : { resetMs }),
    };
    if (limit !== undefined || remaining !== undefined) limits[name] = allowance;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function resetOf(text: string | null, headers: Headers): number | undefined {
  const seconds = plainNumber(text);
  const wait = seconds === undefined ? (durationMs(text ?? '') ?? untilDate(text ?? '', headers)) : seconds * 1000;
  return wait === undefined ? undefined : Math.min(Math.ceil(wait), longestResetMs);
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function durationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(?:\d{1,12}(?:\.\d{1,9})?(?:ms|[dhms]))+$/.test(trimmed)) return undefined;
  let wait = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    wait += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return wait;
}

function untilDate(text: string, headers: Headers): number | undefined {
  const until = Date.parse(text.includes(':') ? text : '');
  const now = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) || Number.isNaN(now) ? undefined : Math.max(0, until - now);
}

function plainNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d{1,15}(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
