import { defineError, faults, type Rater } from '@assize/core';
import { expect, test } from 'vitest';

import { readRun, resultDigest } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest, replyFor } from './rater-for-test.ts';
import { finish, hastyClock } from './run-for-test.ts';

test('tries again what may pass, waiting as the provider asks, and holds no place meanwhile', async () => {
  const clock = hastyClock();
  const failed = new Set<string>();
  const model = modelForTest(({ request, sample }) => {
    const { content } = request.messages[0]!;
    if (content.includes('item-1') && !failed.has(content)) {
      failed.add(content);
      throw faults.rateLimited({ model: 'fake:one', status: 429, retryAfterMs: 2000 });
    }
    return replyFor('fake:one', request, sample);
  });
  const { summary, events } = await finish(model, { directory: await folderForTest(), clock });
  // Of items 0 to 11, 1, 10 and 11.
  const retries = events.filter((event) => event.type === 'call-retry');
  expect(retries).toHaveLength(3);
  expect(clock.waits.every((ms) => ms >= 2000 && ms <= 2200)).toBe(true);
  expect(summary.ledger.models['fake:one']).toMatchObject({
    attempts: 15,
    replies: 12,
    faults: { 'provider/rate-limited': 3 },
  });
  expect(summary.ledger.ratings).toMatchObject({ rated: 12, failed: 0 });
});

test('gives a call up after six attempts, as a failed row; and rates it again when asked to', async () => {
  const directory = await folderForTest();
  let isDown = true;
  const model = modelForTest(({ request, sample }) => {
    if (isDown && request.messages[0]!.content.startsWith('item-7')) throw faults.badReply({ model: 'fake:one' });
    return replyFor('fake:one', request, sample);
  });
  const clock = hastyClock();
  const first = await finish(model, { directory, clock });
  expect(first.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 11, failed: 1 } } });
  expect(first.summary.ledger.possiblyBilled.calls).toBe(6);
  expect(first.ratings[7]).toMatchObject({ item: 'item-7', status: 'failed', value: null });
  isDown = false;
  const kept = await finish(model, { directory, clock });
  expect(kept.ratings[7]).toMatchObject({ status: 'failed' });
  const again = await finish(model, { directory, clock, retryFailed: true });
  expect(again.ratings[7]).toMatchObject({ item: 'item-7', status: 'rated' });
  expect(again.summary.ledger.ratings).toMatchObject({ rated: 12, failed: 0 });
  expect(model.asked).toHaveLength(11 + 6 + 1);
});

test('does not try again what cannot pass', async () => {
  const model = modelForTest(({ request, sample }) => {
    if (request.messages[0]!.content.startsWith('item-7')) throw faults.tooLarge({ model: 'fake:one', status: 413 });
    return replyFor('fake:one', request, sample);
  });
  const { summary } = await finish(model, { directory: await folderForTest() });
  expect(model.asked).toHaveLength(12);
  expect(summary).toMatchObject({
    reason: 'done',
    ledger: { ratings: { rated: 11, failed: 1 }, possiblyBilled: { calls: 0 } },
  });
});

test.each([faults.auth, faults.quota, faults.notFound])(
  'stops at $code, says why, and goes on when it is mended',
  async (fault) => {
    const directory = await folderForTest();
    let isBroken = true;
    const model = modelForTest(({ request, sample }, number) => {
      if (isBroken && number > 4) throw fault({ model: 'fake:one', status: 401 });
      return replyFor('fake:one', request, sample);
    });
    const stopped = await finish(model, { directory, concurrency: 2 });
    expect(stopped.summary).toMatchObject({ reason: 'stopped', fault: { code: fault.code } });
    expect(stopped.summary.ledger.ratings.failed).toBe(0);
    expect(model.asked.length).toBeLessThanOrEqual(6);
    isBroken = false;
    const resumed = await finish(model, { directory, concurrency: 2 });
    expect(resumed.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 12, failed: 0 } } });
  },
);

test('stops when a model refuses its first three requests, whatever they are', async () => {
  const model = modelForTest(() => {
    throw faults.badRequest({ model: 'fake:one', status: 400 });
  });
  const { summary } = await finish(model, { directory: await folderForTest(), concurrency: 1 });
  expect(summary).toMatchObject({ reason: 'stopped', fault: { code: 'provider/bad-request' } });
  expect(model.asked).toHaveLength(3);
});

test('stops with the fault itself when nobody answers at the address, and nothing counts as billed', async () => {
  const model = modelForTest(() => {
    throw faults.network({ model: 'fake:one', providerCode: 'ECONNREFUSED' });
  });
  const { summary } = await finish(model, {
    directory: await folderForTest(),
    concurrency: 1,
    retry: { baseMs: 1 },
  });
  expect(summary).toMatchObject({ reason: 'stopped', fault: { code: 'provider/network' } });
  expect(summary.ledger.possiblyBilled.calls).toBe(0);
  expect(model.asked).toHaveLength(3);
});

test('ends an attempt at its deadline though the model does not listen, and counts it as possibly billed', async () => {
  const model = modelForTest(({ request, sample }, number) =>
    number === 1 ? new Promise(() => undefined) : replyFor('fake:one', request, sample),
  );
  const prices = { 'fake:*': { input: 1, output: 2 } };
  const { summary, events } = await finish(model, {
    directory: await folderForTest(),
    deadlineMs: 30,
    prices,
    retry: { baseMs: 1 },
  });
  expect(summary.reason).toBe('done');
  expect(model.asked[0]!.signal.aborted).toBe(true);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'call-retry',
      fault: expect.objectContaining({ code: 'provider/timeout' }) as object,
    }),
  );
  expect(summary.ledger.possiblyBilled.calls).toBe(1);
  expect(summary.ledger.possiblyBilled.maxCost?.amount).toBeGreaterThan(0);
});

test('keeps an empty reply as it keeps any other: it is paid for, and the rater says what it makes of it', async () => {
  const directory = await folderForTest();
  const model = modelForTest(({ request, sample }) => {
    const isEmpty = request.messages[0]!.content.startsWith('item-4');
    return isEmpty ? { text: '', stop: 'done' } : replyFor('fake:one', request, sample);
  });
  const honest = raterForTest();
  const strict: Rater = {
    ...honest,
    async rate(item, context) {
      const asked = { messages: [{ role: 'user' as const, content: `${item.id}:` }] };
      const { text } = await context.model('fake:one').generate(asked, { signal: context.signal });
      if (text !== '') return honest.rate(item, context);
      const provenance = { source: 'model' as const, rater: honest.fingerprint };
      const row = { item: item.id, rater: honest.id, criterion: 'score', provenance };
      return [{ ...row, status: 'unreadable', value: null, reason: 'an empty reply' }];
    },
  };
  const first = await finish(model, { directory }, { raters: [strict] });
  expect(first.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 11, unreadable: 1 } } });
  expect(first.ratings[4]).toMatchObject({ status: 'unreadable', reason: 'an empty reply' });
  expect(first.summary.ledger.models['fake:one']).toMatchObject({ replies: 23, usageUnknown: 1, faults: {} });
  const again = await finish(model, { directory }, { raters: [strict] });
  expect(again.ratings).toEqual(first.ratings);
  expect(model.asked).toHaveLength(23);
});

test('refuses a reply of an adapter that breaks the contract, before it can spoil the journal', async () => {
  const directory = await folderForTest();
  const model = modelForTest(({ request, sample }) =>
    request.messages[0]!.content.startsWith('item-0') ? ({ text: 5 } as never) : replyFor('fake:one', request, sample),
  );
  const { ratings } = await finish(model, { directory });
  expect(ratings[0]).toMatchObject({ status: 'failed', reason: 'the rater threw: runner/malformed-reply' });
  expect((await readRun(directory, 'r')).ledger.ratings).toMatchObject({ rated: 11, failed: 1 });
});

test('counts tokens and money, and says null where a price is unknown', async () => {
  const prices = { 'fake:one': { input: 3, output: 15 } };
  const known = await finish(modelForTest(), { directory: await folderForTest(), prices });
  const { inputTokens, outputTokens } = known.summary.ledger.models['fake:one']!;
  expect(outputTokens).toBe(36);
  expect(known.summary.ledger.cost?.amount).toBeCloseTo((inputTokens * 3 + outputTokens * 15) / 1e6, 12);
  expect(known.ratings.every(({ cost }) => cost !== undefined && cost.amount > 0)).toBe(true);
  expect(known.ratings.every(({ latencyMs }) => latencyMs !== undefined)).toBe(true);
  const unknown = await finish(modelForTest(), { directory: await folderForTest() });
  expect(unknown.summary.ledger.cost).toBeNull();
  expect(unknown.ratings.every(({ cost }) => cost === undefined)).toBe(true);
  expect(unknown.events.at(-1)).toMatchObject({ type: 'run-end', cost: null });
});

test('stops at its budget without overspending, also over several sessions', async () => {
  const directory = await folderForTest();
  const prices = { 'fake:one': { input: 1000, output: 1000 } };
  const budget = { usd: 0.25 };
  const model = modelForTest();
  const first = await finish(model, { directory, prices, budget, concurrency: 3 });
  expect(first.summary.reason).toBe('budget');
  const { cost } = first.summary.ledger;
  expect(cost?.amount).toBeLessThanOrEqual(0.25);
  expect(first.summary.ledger.ratings.failed).toBe(0);
  const asked = model.asked.length;
  expect(asked).toBeGreaterThan(0);
  const second = await finish(model, { directory, prices, budget });
  expect(second.summary.reason).toBe('budget');
  expect(second.summary.ledger.cost?.amount).toBeLessThanOrEqual(0.25);
  const third = await finish(model, { directory, prices, budget: { usd: 100 } });
  expect(third.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 12 } } });
});

test('a budget of calls counts every attempt', async () => {
  const model = modelForTest();
  const { summary } = await finish(model, { directory: await folderForTest(), budget: { calls: 5 } });
  expect(summary).toMatchObject({ reason: 'budget', assignments: { finished: 5 } });
  expect(model.asked).toHaveLength(5);
});

test('refuses to begin when a budget in dollars cannot be kept', async () => {
  const judge = { ...raterForTest(), mode: 'pointwise', definition: { model: { id: 'fake:one' } } } as unknown as Rater;
  const directory = await folderForTest();
  await expect(finish(modelForTest(), { directory, budget: { usd: 1 } }, { raters: [judge] })).rejects.toMatchObject({
    code: 'runner/no-price',
  });
  const { summary } = await finish(modelForTest(), { directory, budget: { usd: 1 } });
  expect(summary).toMatchObject({ reason: 'stopped', fault: { code: 'runner/no-price' } });
});

test('a judge whose model lacks what it needs stops the plan before another judge has paid for a call', async () => {
  const lacking = defineError('test/lacks', () => ({
    message: 'needs log-probabilities',
    hint: 'Choose another model.',
  }));
  const definition = { model: { id: 'fake:one' } };
  const able = { ...raterForTest({ id: 'able' }), mode: 'pointwise', definition, check: () => [] };
  const check = (): never => {
    throw lacking({});
  };
  const unable = { ...raterForTest({ id: 'unable' }), mode: 'pointwise', definition, check };
  const model = modelForTest();
  const raters = [able, unable] as unknown as Rater[];
  const directory = await folderForTest();
  await expect(finish(model, { directory }, { raters })).rejects.toMatchObject({ code: 'test/lacks' });
  expect(model.asked).toHaveLength(0);
});

test('a cache gives equal questions one reply, at no cost, and keeps samples apart', async () => {
  const directory = await folderForTest();
  const prices = { 'fake:one': { input: 3, output: 15 } };
  const raters = [raterForTest({ id: 'a', samples: 2 }), raterForTest({ id: 'b', samples: 2 })];
  const model = modelForTest();
  const { summary, events, ratings } = await finish(model, { directory, cache: 'run', prices }, { raters });
  expect(model.asked).toHaveLength(24);
  expect(summary.ledger.models['fake:one']).toMatchObject({ attempts: 24, replies: 24, cached: 24 });
  expect(
    events
      .filter((event) => event.type === 'call-end' && event.from === 'cache')
      .every((event) => event.type === 'call-end' && event.cost?.amount === 0),
  ).toBe(true);
  expect(ratings.filter(({ cost }) => cost?.amount === 0)).toHaveLength(24);
  const values = (rater: string): unknown[] =>
    ratings.filter((rating) => rating.rater === rater).map(({ value }) => value);
  expect(values('a')).toEqual(values('b'));
  const other = await finish(model, { directory, run: 'other', cache: 'store', prices }, { raters });
  expect(model.asked).toHaveLength(24);
  expect(other.summary.ledger.cost?.amount).toBe(0);
  const alone = await finish(model, { directory, run: 'alone', prices }, { raters });
  expect(model.asked).toHaveLength(24 + 48);
  expect(await resultDigest(alone.ratings)).toBe(await resultDigest(other.ratings));
});

test('the same question twice in one assignment is asked once', async () => {
  const directory = await folderForTest();
  const honest = raterForTest();
  const twice: Rater = {
    ...honest,
    async rate(item, context) {
      await honest.rate(item, context);
      return honest.rate(item, context);
    },
  };
  const model = modelForTest();
  const { summary, events } = await finish(model, { directory }, { raters: [twice] });
  expect(summary.ledger.models['fake:one']).toMatchObject({ attempts: 12, replies: 12 });
  expect(model.asked).toHaveLength(12);
  const ends = events.filter((event) => event.type === 'call-end');
  expect(ends.map(({ from }) => from).toSorted()).toEqual([
    ...Array.from({ length: 12 }, () => 'journal'),
    ...Array.from({ length: 12 }, () => 'model'),
  ]);
  expect(events.filter((event) => event.type === 'rating-end').every(({ from }) => from === 'model')).toBe(true);
});
