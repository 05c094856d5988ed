import { type CacheLimits, type ModelRequest, type Rater, type ReceiptRecord } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { askedKey } from '../src/calls/call-key.ts';
import { type CacheOption, cachePolicy, folderStore, readRun, startRun } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest, replyFor } from './rater-for-test.ts';
import { finish, hastyClock } from './run-for-test.ts';

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const found: Value[] = [];
  for await (const value of values) found.push(value);
  return found;
}

const day = (date: string) => ({ ...hastyClock(), date: () => `${date}T00:00:00.000Z` });

const request = fc.record(
  {
    messages: fc.array(fc.record({ role: fc.constant('user' as const), content: fc.string() }), {
      minLength: 1,
      maxLength: 3,
    }),
    maxOutputTokens: fc.integer({ min: 1, max: 100 }),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }),
    seed: fc.integer(),
    topLogprobs: fc.integer({ min: 0, max: 20 }),
    stop: fc.array(fc.string()),
    effort: fc.string(),
  },
  { requiredKeys: ['messages'] },
);
const model = (id: string, apiVersion?: string) => ({ id, ...(apiVersion === undefined ? {} : { apiVersion }) });

test('a question is another one when any setting, message, model, interface version or sample is another', () => {
  const other: Required<ModelRequest> = {
    messages: [{ role: 'user', content: 'another text that no draw has' }],
    output: { kind: 'text' },
    maxOutputTokens: 101,
    temperature: 2.5,
    seed: 0.5,
    topLogprobs: 21,
    stop: ['another end', 'that no draw has', '!'],
    effort: 'another effort that no draw has',
  };
  fc.assert(
    fc.property(request, fc.nat(), (asked, sample) => {
      const key = askedKey(model('a:b'), asked, sample);
      for (const [field, value] of Object.entries(other))
        expect(askedKey(model('a:b'), { ...asked, [field]: value }, sample)).not.toBe(key);
      expect(askedKey(model('a:c'), asked, sample)).not.toBe(key);
      expect(askedKey(model('a:b', '2023-06-01'), asked, sample)).not.toBe(key);
      expect(askedKey(model('a:b'), asked, sample + 1)).not.toBe(key);
    }),
    { seed: 42, numRuns: 500 },
  );
});

test('and is the same one however its fields are ordered', () => {
  fc.assert(
    fc.property(request, fc.nat(), (asked, sample) => {
      const turned = Object.assign(
        {},
        ...Object.entries(asked)
          .toReversed()
          .map(([name, value]) => ({ [name]: value })),
      ) as ModelRequest;
      expect(askedKey(model('a:b'), turned, sample)).toBe(askedKey(model('a:b'), asked, sample));
    }),
    { seed: 42, numRuns: 500 },
  );
});

test('a second run asks nothing, whatever its name, its order of items, its concurrency and its rater’s id', async () => {
  const directory = await folderForTest();
  const prices = { 'fake:one': { input: 1, output: 2 } };
  const first = modelForTest();
  const { summary } = await finish(first, { directory, cache: 'store', prices });
  const again = modelForTest();
  const dataset = itemsForTest(12);
  const reversed = {
    ...dataset,
    fingerprint: 'another',
    async *items() {
      yield* (await all(dataset.items())).toReversed();
    },
  };
  const raters = [raterForTest({ id: 'another rater', version: '2' })];
  const rest = { directory, cache: 'store' as const, prices, run: 'other', concurrency: 3 };
  const warm = await finish(again, rest, { dataset: reversed, raters });
  expect(again.asked).toEqual([]);
  expect(warm.ratings.map(({ value }) => value).toReversed()).toEqual(
    (await all((await readRun(directory, 'r')).ratings())).map(({ value }) => value),
  );
  const { inputTokens = 0, outputTokens = 0 } = summary.ledger.models['fake:one'] ?? {};
  const saved = { replies: 12, tokens: inputTokens + outputTokens, cost: summary.ledger.cost };
  expect(warm.summary.ledger).toMatchObject({ saved, cost: { amount: 0 } });
  expect((await readRun(directory, 'other')).ledger.saved).toEqual(saved);
});

test('what the cache saved is unknown, never 0, where the price is', async () => {
  const directory = await folderForTest();
  await finish(modelForTest(), { directory, cache: 'store' });
  const { summary } = await finish(modelForTest(), { directory, cache: 'store', run: 'other' });
  expect(summary.ledger.saved).toMatchObject({ replies: 12, cost: null });
});

test('a further item, and nothing else, is asked', async () => {
  const directory = await folderForTest();
  await finish(modelForTest(), { directory, cache: 'store' });
  const again = modelForTest();
  await finish(again, { directory, cache: 'store', run: 'other' }, { dataset: itemsForTest(13) });
  expect(again.asked.map(({ request: { messages } }) => messages[0]!.content)).toEqual([
    expect.stringMatching(/^item-12:/),
  ]);
});

test('A16: what was cut or refused is never given again, and a rated failure is none', async () => {
  const directory = await folderForTest();
  const bad = modelForTest(({ request: asked, sample }) => ({
    ...replyFor('fake:one', asked, sample),
    stop: asked.messages[0]!.content.startsWith('item-1:') ? 'refused' : 'cut',
  }));
  await finish(bad, { directory, cache: 'store' });
  const again = modelForTest();
  await finish(again, { directory, cache: 'store', run: 'other' });
  expect(again.asked).toHaveLength(12);
});

test('one token with its log-probabilities is a whole answer, though the limit of length ended it', async () => {
  const directory = await folderForTest();
  const token = modelForTest(() => ({
    text: 'A',
    stop: 'cut',
    logprobs: [{ token: 'A', logprob: -0.1, top: [] }],
  }));
  await finish(token, { directory, cache: 'store' });
  const again = modelForTest();
  await finish(again, { directory, cache: 'store', run: 'other' });
  expect(again.asked).toEqual([]);
});

/** How many of the 12 questions are asked again on a later day. */
async function askedLater(cache: CacheOption, later: string, served?: string): Promise<number> {
  const directory = await folderForTest();
  const answering = () =>
    modelForTest(({ request: asked, sample }) => ({
      ...replyFor('fake:one', asked, sample),
      served: served ?? 'one',
    }));
  await finish(answering(), { directory, cache: 'store', clock: day('2026-01-01') });
  const again = answering();
  await finish(again, { directory, cache, run: 'other', clock: day(later) });
  return again.asked.length;
}

test('replies older than the limit are asked again', async () => {
  expect(await askedLater({ scope: 'store', maxAgeDays: 7 }, '2026-01-08')).toBe(0);
  expect(await askedLater({ scope: 'store', maxAgeDays: 7 }, '2026-01-09')).toBe(12);
  expect(await askedLater('store', '2036-01-01')).toBe(0);
});

test('A16: replies of an alias expire after 30 days, since another model may answer to the name by then', async () => {
  expect(await askedLater('store', '2026-01-31', 'one-2026-01-15')).toBe(0);
  expect(await askedLater('store', '2026-02-01', 'one-2026-01-15')).toBe(12);
  expect(await askedLater({ scope: 'store', aliasMaxAgeDays: 90 }, '2026-02-01', 'one-2026-01-15')).toBe(0);
  expect(await askedLater({ scope: 'store', maxAgeDays: 3 }, '2026-01-05', 'one-2026-01-15')).toBe(12);
});

test('a refresh asks again, and what it was answered replaces what was there', async () => {
  const directory = await folderForTest();
  const saying = (text: string) => modelForTest(() => ({ text, stop: 'done' }));
  await finish(saying('1'), { directory, cache: 'store', clock: day('2026-01-01') });
  const raters = [raterForTest({ id: 'a' }), raterForTest({ id: 'b' })];
  const fresh = saying('2');
  const cache = { scope: 'store', refresh: true } as const;
  await finish(fresh, { directory, cache, run: 'fresh', clock: day('2026-01-02') }, { raters });
  // Two raters with one question each: asked once in this session, for both.
  expect(fresh.asked).toHaveLength(12);
  const later = saying('3');
  const { ratings } = await finish(later, { directory, cache: 'store', run: 'later', clock: day('2026-01-03') });
  expect(later.asked).toEqual([]);
  expect(new Set(ratings.map(({ value }) => value))).toEqual(new Set([2]));
});

test('only the newest replies are given again, up to the limit of bytes', async () => {
  const directory = await folderForTest();
  const half = { ...itemsForTest(6), name: 'half' };
  await finish(modelForTest(), { directory, cache: 'store', clock: day('2026-01-01') }, { dataset: half });
  const full = { directory, cache: 'store' as const, run: 'full', clock: day('2026-01-02') };
  await finish(modelForTest(), full);
  const bytes = (await all(folderStore(directory).records('full')))
    .filter((record): record is ReceiptRecord => record.kind === 'receipt' && record.from === 'model')
    .reduce((sum, record) => sum + Buffer.byteLength(JSON.stringify(record)) + 28, 0);
  const asked = async (maxBytes: number): Promise<number> => {
    const again = modelForTest();
    const clock = day('2026-01-03');
    await finish(again, { directory, cache: { scope: 'store', maxBytes }, run: `with-${maxBytes}`, clock });
    return again.asked.length;
  };
  expect(await asked(1e9)).toBe(0);
  expect(await asked(bytes)).toBe(6);
  expect(await asked(0)).toBe(12);
});

test('a store is asked with the limits of its session, and a wrong key is no hit', async () => {
  const directory = await folderForTest();
  const inner = folderStore(directory, { durability: 'fast', reserveBytes: 0 });
  const seen: (CacheLimits | undefined)[] = [];
  const store = {
    ...inner,
    open: async (...opening: Parameters<typeof inner.open>) => {
      const run = await inner.open(...opening);
      return {
        ...run,
        cached: async (...[asked, scope, limits]: Parameters<typeof run.cached>) => {
          seen.push(limits);
          return run.cached(asked, scope, limits);
        },
      };
    },
  };
  const plan: { dataset: ReturnType<typeof itemsForTest>; raters: Rater[] } = {
    dataset: itemsForTest(1),
    raters: [raterForTest()],
  };
  const cache = { scope: 'store', maxAgeDays: 1 } as const;
  const clock = day('2026-01-02');
  await startRun(plan, { directory: store, run: 'r', models: () => modelForTest(), cache, clock }).done;
  expect(seen).toEqual([cachePolicy(cache, '2026-01-02T00:00:00.000Z').limits]);
  expect(seen[0]).toEqual({ since: '2026-01-01T00:00:00.000Z', aliasSince: '2026-01-01T00:00:00.000Z' });
});

test('without a cache, equal questions are asked as often as they are put', async () => {
  const directory = await folderForTest();
  await finish(modelForTest(), { directory });
  const again = modelForTest();
  await finish(again, { directory, run: 'other' }, { raters: [raterForTest({ id: 'a' }), raterForTest({ id: 'b' })] });
  expect(again.asked).toHaveLength(24);
});
