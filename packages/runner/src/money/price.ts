import type { ModelRequest, Money, Usage } from '@assize/core';
import { z } from 'zod';

import { byModel } from '../config/model-pattern.ts';

const perMillion = z.number().nonnegative();

const rates = {
  input: perMillion,
  output: perMillion,
  /** Input read from the provider's cache; `input` when left out. */
  cachedInput: perMillion.exactOptional(),
  /** Input written to the provider's cache; `input` when left out. */
  cacheWrite: perMillion.exactOptional(),
};

/** US dollars per million tokens; reasoning is output. */
export const priceSchema = z.strictObject({
  ...rates,
  /** The most tokens that one reply can have; bounds the cost of a request that sets no limit. */
  maxOutputTokens: z.number().int().positive().exactOptional(),
  /** What a call in a batch costs of it; one half when left out. */
  batchMultiplier: z.number().positive().max(1).exactOptional(),
  /** Rates of the whole request when it has more input tokens than this. */
  over: z.array(z.strictObject({ inputTokens: z.number().int().positive(), ...rates })).exactOptional(),
});
export type Price = z.infer<typeof priceSchema>;

/** Prices by model as `provider:model`; a name may end in `*`, and the longest that fits is taken. */
export const pricesSchema = z.record(z.string(), priceSchema);
export type Prices = z.infer<typeof pricesSchema>;

/** What a reply can have at most when neither request nor price says it. */
const assumedOutputTokens = 16_384;
/** What a chat format adds to a message, at most: role, separators. */
const messageTokens = 16;
const requestTokens = 64;

/**
 * The price of a model, by the name that answered where it has one, else by the name that was asked.
 *
 * @example priceOf({ 'acme:large*': { input: 2, output: 8 } }, 'acme:large') // { input: 2, output: 8 }
 */
export function priceOf(prices: Prices, asked: string, served?: string): Price | undefined {
  const provider = asked.slice(0, asked.indexOf(':') + 1);
  for (const name of served === undefined ? [asked] : [`${provider}${served}`, asked]) {
    const price = byModel(prices, name);
    if (price) return price;
  }
  return undefined;
}

/** What OpenAI, Anthropic and Google take for a call in a batch, of its price. */
const usualBatchMultiplier = 0.5;

/** How a call is billed, where that is not by itself. */
export interface Billing {
  readonly batch?: boolean;
}

/** What a usage costs; `null` where price or usage is unknown, never 0. */
export function costOf(price: Price | undefined, usage: Usage | undefined, billing: Billing = {}): Money | null {
  if (!price || !usage) return null;
  const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  const plain = Math.max(inputTokens - cachedInputTokens - cacheWriteTokens, 0);
  const long = (price.over ?? []).filter((tier) => inputTokens > tier.inputTokens);
  const { input, output, cachedInput = input, cacheWrite = input } = long.toSorted(byTokens).at(-1) ?? price;
  const amount =
    plain * input + cachedInputTokens * cachedInput + cacheWriteTokens * cacheWrite + outputTokens * output;
  return dollars(amount, price, billing);
}

/**
 * What a request can use at most: one token per byte of text, and the whole of the output limit.
 *
 * No tokenizer in use writes more tokens than bytes. Without a limit in the request or the price, 16,384 output tokens
 * are assumed.
 */
export function usageBound(request: ModelRequest, price?: Price): Usage {
  let inputTokens = requestTokens;
  for (const { content, name, role } of request.messages) {
    inputTokens += messageTokens + Buffer.byteLength(content) + Buffer.byteLength(name ?? role);
  }
  if (request.output?.kind === 'json') inputTokens += schemaBytes(request.output);
  return { inputTokens, outputTokens: request.maxOutputTokens ?? price?.maxOutputTokens ?? assumedOutputTokens };
}

/** A judge asks all its questions with one schema. */
const bytesOfSchema = new WeakMap<object, number>();

function schemaBytes(output: object): number {
  const bytes = bytesOfSchema.get(output) ?? Buffer.byteLength(JSON.stringify(output));
  bytesOfSchema.set(output, bytes);
  return bytes;
}

/** The most that a usage bound can cost: all input at its dearest rate. */
export function costBound(price: Price | undefined, bound: Usage, billing: Billing = {}): Money | null {
  if (!price) return null;
  const within = [price, ...(price.over ?? []).filter((tier) => bound.inputTokens > tier.inputTokens)];
  const input = Math.max(...within.flatMap((tier) => [tier.input, tier.cacheWrite ?? 0, tier.cachedInput ?? 0]));
  const output = Math.max(...within.map((tier) => tier.output));
  return dollars(bound.inputTokens * input + bound.outputTokens * output, price, billing);
}

const byTokens = (a: { inputTokens: number }, b: { inputTokens: number }): number => a.inputTokens - b.inputTokens;

function dollars(
  perMillionTokens: number,
  { batchMultiplier = usualBatchMultiplier }: Price,
  { batch = false }: Billing,
): Money {
  return { amount: (perMillionTokens * (batch ? batchMultiplier : 1)) / 1e6, currency: 'USD' };
}
