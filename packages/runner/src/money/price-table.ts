import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { Price } from './price.ts';

const perMillion = z.number().nonnegative();
const day = z.iso.date();

/** What a model costs from one day to another, as its maker's page says it. */
export const priceEntrySchema = z.strictObject({
  provider: z.string().min(1),
  /** The model's name; a snapshot of it (`-20260115`, `-2026-01-15`, `-latest`) costs the same unless it has an entry. */
  model: z.string().min(1),
  from: day.nullable(),
  /** The last day of this price. */
  to: day.nullable(),
  /** Only `standard` is used to price a call; others are told apart, so that they are never taken for it. */
  tier: z.enum(['standard', 'flex', 'priority']),
  /** Holds for requests of more input tokens than this. */
  contextOver: z.number().int().nonnegative(),
  input: perMillion,
  output: perMillion,
  cacheRead: perMillion.exactOptional(),
  cacheWrite5m: perMillion.exactOptional(),
  cacheWrite1h: perMillion.exactOptional(),
  /** Reasoning is billed as the output that it is part of. */
  reasoning: z.literal('output'),
  batchMultiplier: z.number().positive().max(1).exactOptional(),
  maxOutputTokens: z.number().int().positive().exactOptional(),
  source: z.url(),
  note: z.string().exactOptional(),
});
export type PriceEntry = z.infer<typeof priceEntrySchema>;

/** List prices of models, as they were read on one day. */
export const priceTableSchema = z.strictObject({
  schema: z.literal(1),
  asOf: day,
  currency: z.literal('USD'),
  unit: z.literal('per_1M_tokens'),
  entries: z.array(priceEntrySchema),
});
export type PriceTable = z.infer<typeof priceTableSchema>;

/**
 * The list prices that come with this package, read from `prices.json` when they are first asked for.
 *
 * @example (await listPrices()).asOf // '2026-10-07'
 */
export async function listPrices(): Promise<PriceTable> {
  return (shipped ??= readFile(new URL('./prices.json', import.meta.url), 'utf8').then((text) =>
    priceTableSchema.parse(JSON.parse(text)),
  ));
}
let shipped: Promise<PriceTable> | undefined;

/** A snapshot or alias of a model, by what stands behind its name. */
const snapshot = /^-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/**
 * The list price of a model on a day: `provider:model` without wildcards, since a name that is only alike may cost tenfold.
 *
 * @param date ISO 8601; its first ten characters count.
 */
export function listPriceOf({ entries }: PriceTable, model: string, date: string): Price | undefined {
  const on = date.slice(0, 10);
  const holds = entries.filter(
    ({ provider, tier, from, to, model: name }) =>
      tier === 'standard' &&
      model.startsWith(`${provider}:${name}`) &&
      (from === null || from <= on) &&
      (to === null || on <= to),
  );
  const rest = ({ provider, model: name }: PriceEntry): string => model.slice(provider.length + 1 + name.length);
  const exact = holds.filter((entry) => rest(entry) === '');
  const found = exact.length > 0 ? exact : holds.filter((entry) => snapshot.test(rest(entry)));
  const [base, ...long] = found.toSorted((a, b) => a.contextOver - b.contextOver);
  if (base?.contextOver !== 0) return undefined;
  const { maxOutputTokens, batchMultiplier } = base;
  return {
    ...ratesOf(base),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(batchMultiplier === undefined ? {} : { batchMultiplier }),
    ...(long.length === 0
      ? {}
      : { over: long.map((entry) => ({ inputTokens: entry.contextOver, ...ratesOf(entry) })) }),
  };
}

function ratesOf({ input, output, cacheRead, cacheWrite5m }: PriceEntry) {
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cachedInput: cacheRead }),
    // No adapter of ours asks for a cache that lives an hour.
    ...(cacheWrite5m === undefined ? {} : { cacheWrite: cacheWrite5m }),
  };
}

/** How many days ago the prices were read. */
export function ageOfPrices({ asOf }: PriceTable, date: string): number {
  return Math.floor((Date.parse(date.slice(0, 10)) - Date.parse(asOf)) / 86_400_000);
}
