import { expect, test } from 'vitest';

import { rateLimitsOf, type RateLimits } from '../src/index.ts';

const date = 'Tue, 24 Nov 2026 10:00:00 GMT';

test.each<[string, { [name: string]: string }, RateLimits | undefined]>([
  ['nothing', {}, undefined],
  ['a reset alone, which limits nothing', { 'x-ratelimit-reset-requests': '1s' }, undefined],
  [
    'requests and tokens as durations',
    {
      'x-ratelimit-limit-requests': '10000',
      'x-ratelimit-remaining-requests': '9999',
      'x-ratelimit-reset-requests': '12ms',
      'x-ratelimit-limit-tokens': '2000000',
      'x-ratelimit-remaining-tokens': '1999000',
      'x-ratelimit-reset-tokens': '6m0.5s',
    },
    {
      requests: { limit: 10_000, remaining: 9999, resetMs: 12 },
      tokens: { limit: 2_000_000, remaining: 1_999_000, resetMs: 360_500 },
    },
  ],
  [
    'whole seconds, and -1 for what is unknown',
    { 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-limit-tokens': '50', 'x-ratelimit-reset-tokens': '7' },
    { tokens: { limit: 50, resetMs: 7000 } },
  ],
  [
    'dates after the clock of the response',
    {
      date,
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-24T10:00:30Z',
      'anthropic-ratelimit-input-tokens-remaining': '40000',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-24T09:00:00Z',
      'anthropic-ratelimit-output-tokens-remaining': '8000',
    },
    {
      requests: { limit: 50, remaining: 0, resetMs: 30_000 },
      inputTokens: { remaining: 40_000, resetMs: 0 },
      outputTokens: { remaining: 8000 },
    },
  ],
  [
    'a date without a clock',
    { 'anthropic-ratelimit-requests-remaining': '3', 'anthropic-ratelimit-requests-reset': '2026-11-24T10:00:30Z' },
    { requests: { remaining: 3 } },
  ],
  [
    'nonsense',
    {
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': 'soon',
      'x-ratelimit-limit-requests': 'NaN',
    },
    { requests: { remaining: 3 } },
  ],
  [
    'a reset past a day, which is held to a day',
    { 'x-ratelimit-remaining-requests': '3', 'x-ratelimit-reset-requests': '40d1h' },
    { requests: { remaining: 3, resetMs: 86_400_000 } },
  ],
])('%s', (_, headers, limits) => expect(rateLimitsOf(new Headers(headers))).toEqual(limits));
