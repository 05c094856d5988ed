import fc from 'fast-check';
import { expect, test } from 'vitest';

import { costBound, costOf, priceOf, usageBound } from '../src/index.ts';

const price = { input: 2, output: 8, cachedInput: 0.2, cacheWrite: 2.5 };

test('prices cached and written input apart from the rest, and reasoning as the output that it is part of', () => {
  const usage = {
    inputTokens: 1000,
    cachedInputTokens: 600,
    cacheWriteTokens: 100,
    outputTokens: 50,
    reasoningTokens: 40,
  };
  expect(costOf(price, usage)?.amount).toBeCloseTo((300 * 2 + 600 * 0.2 + 100 * 2.5 + 50 * 8) / 1e6, 12);
});

test('has null for what it does not know, never 0', () => {
  expect(costOf(undefined, { inputTokens: 1, outputTokens: 1 })).toBeNull();
  expect(costOf(price, undefined)).toBeNull();
  expect(costBound(undefined, { inputTokens: 1, outputTokens: 1 })).toBeNull();
});

test('takes the price of the model that answered, then of the one that was asked, then the longest pattern', () => {
  const [a, b, c, d] = [1, 2, 3, 4].map((input) => ({ input, output: 0 }));
  const prices = { 'acme:large-2026': a!, 'acme:large': b!, 'acme:*': c!, 'acme:small*': d! };
  expect(priceOf(prices, 'acme:large', 'large-2026')).toBe(a);
  expect(priceOf(prices, 'acme:large', 'large-2027')).toBe(c);
  expect(priceOf(prices, 'acme:large')).toBe(b);
  expect(priceOf(prices, 'acme:small-1')).toBe(d);
  expect(priceOf(prices, 'other:small-1')).toBeUndefined();
  expect(priceOf({ 'acme:large': b! }, 'acme:large', 'unheard-of')).toBe(b);
  expect(priceOf({}, 'constructor')).toBeUndefined();
});

test('bounds a request by its bytes and its limit of output', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 1000 }), (content, maxOutputTokens) => {
      const bound = usageBound({ messages: [{ role: 'user', content }], maxOutputTokens });
      expect(bound.inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(content));
      expect(bound.outputTokens).toBe(maxOutputTokens);
      const usage = { inputTokens: Buffer.byteLength(content), outputTokens: maxOutputTokens };
      expect(costBound(price, bound)!.amount).toBeGreaterThanOrEqual(costOf(price, usage)!.amount);
    }),
    { seed: 42 },
  );
  const messages = [{ role: 'user' as const, content: '' }];
  expect(usageBound({ messages }, { ...price, maxOutputTokens: 500 }).outputTokens).toBe(500);
  expect(usageBound({ messages }).outputTokens).toBe(16_384);
});
