import { readFile } from 'node:fs/promises';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  costBound,
  costOf,
  listPriceOf,
  listPrices,
  PriceBook,
  type PriceEntry,
  type PriceTable,
  usageBound,
} from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest } from './rater-for-test.ts';
import { finish, hastyClock } from './run-for-test.ts';

const entry: PriceEntry = {
  provider: 'acme',
  model: 'large',
  from: null,
  to: null,
  tier: 'standard',
  contextOver: 0,
  input: 2,
  output: 8,
  cacheRead: 0.2,
  cacheWrite5m: 2.5,
  cacheWrite1h: 4,
  reasoning: 'output',
  batchMultiplier: 0.5,
  source: 'https://example.invalid/pricing',
};
const table = (...entries: Partial<PriceEntry>[]): PriceTable => ({
  schema: 1,
  asOf: '2026-10-01',
  currency: 'USD',
  unit: 'per_1M_tokens',
  entries: entries.map((own) => ({ ...entry, ...own })),
});

test('the shipped list names a source of the maker for each price, once for each model, day, tier and length', async () => {
  const { entries, asOf } = await listPrices();
  expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  const hosts: Record<string, string> = { openai: 'developers.openai.com', anthropic: 'platform.claude.com' };
  for (const { provider, source } of entries) expect(new URL(source).host).toBe(hosts[provider]);
  const names = entries.map(({ provider, model, from, tier, contextOver }) =>
    [provider, model, from, tier, contextOver].join(' '),
  );
  expect(new Set(names).size).toBe(names.length);
  const text = await readFile(new URL('../src/money/prices.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toEqual({ schema: 1, asOf, currency: 'USD', unit: 'per_1M_tokens', entries });
});

test('a price is that of the model, or of a snapshot of it, and never of one that only begins alike', () => {
  const list = table({}, { model: 'large-2', input: 9 });
  for (const name of ['large', 'large-20260115', 'large-2026-01-15', 'large-latest'])
    expect(listPriceOf(list, `acme:${name}`, '2026-10-08')?.input).toBe(2);
  expect(listPriceOf(list, 'acme:large-2', '2026-10-08')?.input).toBe(9);
  for (const name of ['acme:large-3', 'acme:larger', 'acme:larg', 'other:large'])
    expect(listPriceOf(list, name, '2026-10-08')).toBeUndefined();
});

test('a price holds from its first to its last day, and only for its tier', () => {
  const list = table(
    { to: '2026-10-06' },
    { from: '2026-10-07', input: 1 },
    { tier: 'priority', input: 20 },
    { model: 'slow', tier: 'flex' },
  );
  const on = (date: string): number | undefined => listPriceOf(list, 'acme:large', date)?.input;
  expect([on('2026-10-06T23:59:59.999Z'), on('2026-10-07T00:00:00.000Z')]).toEqual([2, 1]);
  expect(listPriceOf(list, 'acme:slow', '2026-10-08')).toBeUndefined();
});

test('a long request costs the dearer rates as a whole, and its bound covers whatever it turns out to be', () => {
  const price = listPriceOf(table({}, { contextOver: 1000, input: 4, output: 12 }), 'acme:large', '2026-10-08')!;
  expect(costOf(price, { inputTokens: 1000, outputTokens: 10 })?.amount).toBeCloseTo(2080 / 1e6, 12);
  expect(costOf(price, { inputTokens: 1001, outputTokens: 10 })?.amount).toBeCloseTo((1001 * 4 + 120) / 1e6, 12);
  const tokens = fc.integer({ min: 0, max: 5000 });
  fc.assert(
    fc.property(tokens, tokens, tokens, tokens, fc.boolean(), (input, cached, written, output, batch) => {
      const read = Math.min(cached, input);
      const usage = {
        inputTokens: input,
        cachedInputTokens: read,
        cacheWriteTokens: Math.min(written, input - read),
        outputTokens: output,
      };
      const most = costBound(price, { inputTokens: input, outputTokens: output }, { batch })!.amount;
      expect(most).toBeGreaterThanOrEqual(costOf(price, usage, { batch })!.amount - 1e-15);
    }),
    { seed: 42, numRuns: 2000 },
  );
});

test('a call in a batch costs the multiplier of it, one half where the price gives none', () => {
  const price = listPriceOf(table({}), 'acme:large', '2026-10-08');
  const usage = { inputTokens: 1000, outputTokens: 100 };
  const plain = costOf(price, usage)!.amount;
  expect(costOf({ ...price!, batchMultiplier: 0.8 }, usage, { batch: true })!.amount).toBeCloseTo(plain * 0.8, 15);
  const { batchMultiplier: _, ...without } = price!;
  expect(costOf(without, usage, { batch: true })!.amount).toBeCloseTo(plain / 2, 15);
});

test('what the user says goes before the list; the name that answered before the one that was asked', () => {
  const list = table({}, { model: 'large-2026-01-15', input: 3 });
  const book = new PriceBook({ 'acme:mine': { input: 7, output: 7 } }, list);
  expect(book.of('acme:mine', '2026-10-08')?.input).toBe(7);
  expect(book.of('acme:large', '2026-10-08')?.input).toBe(2);
  expect(book.of('acme:large', '2026-10-08', 'large-2026-01-15')?.input).toBe(3);
  expect(
    new PriceBook({ 'acme:large': { input: 7, output: 7 } }, list).of('acme:large', '2026-10-08', 'large-2026-01-15')
      ?.input,
  ).toBe(7);
  expect(book.of('acme:unheard-of', '2026-10-08')).toBeUndefined();
});

test('M3: the bound covers any usage of any text: no tokenizer writes more tokens than bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 500 }), (content, most) => {
      const bound = usageBound({ messages: [{ role: 'user', content }], maxOutputTokens: most });
      expect(bound.inputTokens).toBeGreaterThanOrEqual(Buffer.byteLength(content));
      expect(bound.outputTokens).toBe(most);
    }),
    { seed: 42, numRuns: 2000 },
  );
});

test('old list prices are warned of where they are used; prices of one’s own are not', async () => {
  const clock = { ...hastyClock(), date: () => '2026-12-24T00:00:00.000Z' };
  const priceTable = table({ provider: 'fake', model: 'one' });
  const judge = { definition: { model: { id: 'fake:one' } } };
  const raters = [{ ...raterForTest(), ...judge }];
  const rest = { clock, priceTable };
  const stale = await finish(modelForTest(), { ...rest, directory: await folderForTest() }, { raters });
  expect(stale.events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'runner/stale-prices' }));
  expect(stale.summary.ledger.cost?.amount).toBeGreaterThan(0);
  const prices = { 'fake:one': { input: 1, output: 1 } };
  const own = await finish(modelForTest(), { ...rest, prices, directory: await folderForTest() }, { raters });
  expect(own.events.filter(({ type }) => type === 'warning')).toEqual([]);
});
