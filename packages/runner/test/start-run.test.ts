import { defineError, faults, type Model, type Rater, type Rating, type RunEvent } from '@assize/core';
import { expect, test } from 'vitest';

import {
  type Clock,
  readRun,
  resultDigest,
  type RunOptions,
  type RunPlan,
  type RunSummary,
  startRun,
  systemClock,
} from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest, replyFor } from './rater-for-test.ts';

type Rest = Partial<RunOptions> & { directory: string };

/** Runs to the end and gives back what happened. */
async function finish(
  model: Model | ((id: string) => Model | Promise<Model>),
  rest: Rest,
  plan: Partial<RunPlan> = {},
): Promise<{ summary: RunSummary; events: RunEvent[]; ratings: Rating[] }> {
  const events: RunEvent[] = [];
  const run = startRun(
    { dataset: itemsForTest(12), raters: [raterForTest()], ...plan },
    {
      run: 'r',
      reserveBytes: 0,
      durability: 'fast',
      models: typeof model === 'function' ? model : () => model,
      onEvent: (event) => events.push(event),
      ...rest,
    },
  );
  const summary = await run.done;
  const ratings: Rating[] = [];
  for await (const rating of (await readRun(rest.directory, run.id)).ratings()) ratings.push(rating);
  return { summary, events, ratings };
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits cost no time, and are written down. */
function hastyClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let skipped = 0;
  return {
    waits,
    now: () => systemClock.now() + skipped,
    date: () => '2026-01-01T00:00:00.000Z',
    after(ms, callback) {
      // Deadlines are long and are cancelled; they are left to real time.
      if (ms >= 30_000) return systemClock.after(ms, callback);
      waits.push(ms);
      skipped += ms;
      queueMicrotask(callback);
      return () => undefined;
    },
  };
}

test('rates every item by every rater, and keeps the ratings in the order of the data set', async () => {
  const model = modelForTest(async ({ request, sample }) => {
    await after(request.messages[0]!.content.length % 5);
    return replyFor('fake:one', request, sample);
  });
  const raters = [raterForTest({ id: 'a' }), raterForTest({ id: 'b', samples: 2 })];
  const { summary, events, ratings } = await finish(model, { directory: await folderForTest() }, { raters });
  expect(summary).toMatchObject({ reason: 'done', assignments: { planned: 24, finished: 24, kept: 0 } });
  expect(ratings.map(({ item, rater, sample }) => `${item} ${rater} ${sample}`)).toEqual(
    Array.from({ length: 12 }, (_, i) => [`item-${i} a 0`, `item-${i} b 0`, `item-${i} b 1`]).flat(),
  );
  expect(summary.ledger.ratings.rated).toBe(36);
  expect(events[0]).toMatchObject({ type: 'run-start', assignments: 24, resumed: false });
  expect(events.at(-1)).toMatchObject({ type: 'run-end', reason: 'done', ratings: 36 });
  expect(events.filter(({ type }) => type === 'rating-end')).toHaveLength(36);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
});

test('gives its events to a reader too, all of them, however slow', async () => {
  const run = startRun(
    { dataset: itemsForTest(800), raters: [raterForTest()] },
    { directory: await folderForTest(), models: () => modelForTest(), reserveBytes: 0, durability: 'fast' },
  );
  let ratings = 0;
  let seen = 0;
  for await (const { type } of run.events) {
    if (type === 'rating-end') ratings += 1;
    if ((seen += 1) % 500 === 0) await after(5);
  }
  expect(ratings).toBe(800);
  expect((await run.done).reason).toBe('done');
});

test('has never more requests in flight than its concurrency, and pulls items only as there is room', async () => {
  let pulled = 0;
  const dataset = itemsForTest(60);
  const model = modelForTest(async ({ request, sample }) => {
    await after(2);
    expect(pulled).toBeLessThanOrEqual(model.asked.length + 8);
    return replyFor('fake:one', request, sample);
  });
  const source = (async function* counted() {
    for await (const item of dataset.items()) {
      pulled += 1;
      yield item;
    }
  })();
  const { summary } = await finish(model, { directory: await folderForTest(), concurrency: 4 }, { dataset: source });
  expect(summary.reason).toBe('done');
  expect(model.peak()).toBe(4);
});

test('stops at the limit of the plan and does not pull the next item', async () => {
  const model = modelForTest();
  const { summary } = await finish(model, { directory: await folderForTest() }, { limit: 5 });
  expect(summary.assignments).toEqual({ planned: 5, finished: 5, kept: 0 });
  expect(model.asked).toHaveLength(5);
});

test('a second run of the same name asks nothing and gives the same result', async () => {
  const directory = await folderForTest();
  const model = modelForTest();
  const first = await finish(model, { directory }, { raters: [raterForTest({ samples: 2 })] });
  const second = await finish(model, { directory }, { raters: [raterForTest({ samples: 2 })] });
  expect(model.asked).toHaveLength(24);
  expect(second.summary.assignments).toEqual({ planned: 12, finished: 12, kept: 12 });
  expect(second.ratings).toEqual(first.ratings);
  expect(second.events.filter((event) => event.type === 'rating-end' && event.from === 'journal')).toHaveLength(24);
  const { durationMs: _a, sessions: one, ...before } = first.summary.ledger;
  const { durationMs: _b, sessions: two, ...now } = second.summary.ledger;
  expect([one, two, now]).toEqual([1, 2, before]);
});

test('a rater that has changed is asked again, and its old ratings no longer count', async () => {
  const directory = await folderForTest();
  const model = modelForTest();
  await finish(model, { directory });
  const { ratings, summary } = await finish(model, { directory }, { raters: [raterForTest({ version: '2' })] });
  expect(model.asked).toHaveLength(24);
  expect(ratings).toHaveLength(12);
  expect(new Set(ratings.map(({ provenance }) => provenance.rater))).toEqual(
    new Set([raterForTest({ version: '2' }).fingerprint]),
  );
  expect(summary.assignments.kept).toBe(0);
});

test('an item that has changed is rated again, and the run says that the data set has changed', async () => {
  const directory = await folderForTest();
  const model = modelForTest();
  await finish(model, { directory });
  const dataset = itemsForTest(12);
  const changed = {
    ...dataset,
    fingerprint: 'other',
    async *items() {
      for await (const item of dataset.items())
        yield item.id === 'item-3' ? { ...item, input: 'another question' } : item;
    },
  };
  const { ratings, events } = await finish(model, { directory }, { dataset: changed });
  // The request of the rater does not hold the input, so the assignment is new and its question is not.
  expect(model.asked).toHaveLength(13);
  expect(ratings).toHaveLength(12);
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'runner/dataset-changed' }));
});

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

test('fails the item of a rater that throws, or that breaks the contract, and goes on', async () => {
  const honest = raterForTest();
  const rater: Rater = {
    ...honest,
    async rate(item, context) {
      if (item.id === 'item-2') throw new TypeError('a bug of the rater');
      const ratings = await honest.rate(item, context);
      return item.id === 'item-3' ? ratings.map((rating) => ({ ...rating, value: Number.NaN }) as Rating) : ratings;
    },
  };
  const { summary, ratings, events } = await finish(
    modelForTest(),
    { directory: await folderForTest() },
    { raters: [rater] },
  );
  expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 10, failed: 2 } } });
  expect(ratings[2]).toMatchObject({ status: 'failed', reason: 'the rater threw: TypeError: a bug of the rater' });
  expect(ratings[3]).toMatchObject({ status: 'failed', reason: 'the rater threw: runner/bad-rating' });
  expect(events.filter(({ type }) => type === 'warning')).toHaveLength(2);
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

test('waits for a model that has to be loaded first', async () => {
  let loads = 0;
  const { summary } = await finish(
    async () => {
      loads += 1;
      await after(2);
      return modelForTest();
    },
    { directory: await folderForTest() },
  );
  expect(summary.reason).toBe('done');
  expect(loads).toBe(1);
});

test('stops with the error of a model that cannot be loaded', async () => {
  const error = new Error('no such plugin');
  const { summary } = await finish(() => Promise.reject(error), { directory: await folderForTest() });
  expect(summary).toMatchObject({ reason: 'stopped', fault: error });
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

test('drains: begins no further call, keeps what was in flight, and goes on where it was', async () => {
  const directory = await folderForTest();
  const model = modelForTest(async ({ request, sample }) => {
    await after(5);
    if (model.asked.length >= 6) run.drain();
    return replyFor('fake:one', request, sample);
  });
  const plan = { dataset: itemsForTest(12), raters: [raterForTest({ samples: 2 })] };
  const options = { directory, run: 'r', models: () => model, reserveBytes: 0, concurrency: 3 };
  const run = startRun(plan, options);
  const summary = await run.done;
  const asked = model.asked.length;
  expect(summary.reason).toBe('drained');
  expect(summary.ledger.models['fake:one']!.replies).toBe(asked);
  expect(summary.ledger.unknown).toEqual([]);
  expect(asked).toBeLessThan(12);
  const resumed = await startRun(plan, options).done;
  expect(resumed.reason).toBe('done');
  expect(model.asked).toHaveLength(24);
});

test('aborts: gives up calls in flight at once, and lists them as unknown when it goes on', async () => {
  const directory = await folderForTest();
  let isHanging = true;
  const model = modelForTest(({ request, sample }) =>
    isHanging && model.asked.length > 4 ? new Promise(() => undefined) : replyFor('fake:one', request, sample),
  );
  const controller = new AbortController();
  const options: Rest = {
    directory,
    signal: controller.signal,
    concurrency: 3,
    prices: { 'fake:one': { input: 1, output: 1 } },
  };
  setTimeout(() => controller.abort(), 40);
  const aborted = await finish(model, options);
  expect(aborted.summary).toMatchObject({ reason: 'aborted', assignments: { finished: 4 } });
  expect(aborted.summary.ledger.unknown).toHaveLength(3);
  expect(model.asked.slice(4).every(({ signal }) => signal.aborted)).toBe(true);
  isHanging = false;
  const { signal: _, ...rest } = options;
  const resumed = await finish(model, rest);
  expect(resumed.summary).toMatchObject({ reason: 'done', ledger: { possiblyBilled: { calls: 3 } } });
  expect(resumed.summary.ledger.unknown).toEqual(aborted.summary.ledger.unknown);
  const start = resumed.events.find((event) => event.type === 'run-start');
  expect(start).toMatchObject({ resumed: true, unknown: { calls: 3 } });
  expect(resumed.events).toContainEqual(expect.objectContaining({ code: 'runner/unknown-calls' }));
});

test('does not count the deadline of a drain as more than it is', async () => {
  const model = modelForTest(() => {
    queueMicrotask(() => run.drain(20));
    return new Promise(() => undefined);
  });
  const run = startRun(
    { dataset: itemsForTest(2), raters: [raterForTest()] },
    { directory: await folderForTest(), models: () => model, reserveBytes: 0 },
  );
  const summary = await run.done;
  expect(summary.reason).toBe('aborted');
  expect(summary.ledger.unknown.length).toBeGreaterThan(0);
});

test('refuses two raters of one id, two items of one id, and a concurrency that is none', async () => {
  const directory = await folderForTest();
  await expect(
    finish(modelForTest(), { directory }, { raters: [raterForTest(), raterForTest()] }),
  ).rejects.toMatchObject({ code: 'runner/duplicate-rater' });
  await expect(finish(modelForTest(), { directory, concurrency: 0 })).rejects.toMatchObject({
    code: 'runner/bad-option',
  });
  const dataset = itemsForTest(3);
  const twice = (async function* repeated() {
    yield* dataset.items();
    yield* dataset.items();
  })();
  const { summary } = await finish(modelForTest(), { directory }, { dataset: twice });
  expect(summary).toMatchObject({
    reason: 'stopped',
    fault: { code: 'runner/duplicate-item', facts: { item: 'item-0', position: 3 } },
  });
});

test('a data set that breaks off stops the run and loses nothing', async () => {
  const directory = await folderForTest();
  const dataset = itemsForTest(5);
  const broken = (async function* broken() {
    yield* dataset.items();
    throw new Error('line 6 is no item');
  })();
  const { summary } = await finish(modelForTest(), { directory }, { dataset: broken });
  expect(summary).toMatchObject({ reason: 'stopped', assignments: { planned: null } });
  expect(summary.fault?.message).toBe('line 6 is no item');
  const resumed = await finish(modelForTest(), { directory }, { dataset: itemsForTest(6) });
  expect(resumed.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 6 } } });
});

test('a listener that throws does not harm the run', async () => {
  let calls = 0;
  const onEvent = (): void => {
    calls += 1;
    throw new Error('a bug of the reporter');
  };
  const { summary } = await finish(modelForTest(), { directory: await folderForTest(), onEvent });
  expect(summary.reason).toBe('done');
  expect(calls).toBe(1);
});

test('a rater that cannot work as it is set up stops the run before anything is asked', async () => {
  const setup = defineError('judge/needs-logprobs', () => ({ message: 'm', hint: 'h' }))({});
  const rater: Rater = { ...raterForTest(), rate: () => Promise.reject(setup) };
  const { summary } = await finish(modelForTest(), { directory: await folderForTest() }, { raters: [rater] });
  expect(summary).toMatchObject({ reason: 'stopped', ledger: { assignments: 0 } });
  expect(summary.fault).toBe(setup);
});

test('without a reader and without a listener a long run ends all the same', async () => {
  const run = startRun(
    { dataset: itemsForTest(700), raters: [raterForTest()] },
    { directory: await folderForTest(), models: () => modelForTest(), reserveBytes: 0, durability: 'fast' },
  );
  expect((await run.done).reason).toBe('done');
});

test('who comes late to the events is told how many have passed, and gets what follows', async () => {
  const model = modelForTest(async ({ request, sample }, number) => {
    if (number === 690) await reading;
    return replyFor('fake:one', request, sample);
  });
  const run = startRun(
    { dataset: itemsForTest(700), raters: [raterForTest()] },
    { directory: await folderForTest(), models: () => model, reserveBytes: 0, durability: 'fast' },
  );
  const read = Promise.withResolvers<void>();
  const reading = read.promise;
  while (model.asked.length < 690) await after(5);
  const types: string[] = [];
  for await (const event of run.events) {
    read.resolve();
    types.push(event.type);
  }
  expect(types[0]).toBe('warning');
  expect(types.at(-1)).toBe('run-end');
  expect(types.filter((type) => type === 'rating-end').length).toBeGreaterThan(0);
  await expect(run.events[Symbol.asyncIterator]().next()).rejects.toThrow('can be read once');
});
