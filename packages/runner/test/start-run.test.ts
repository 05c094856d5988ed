import { expect, test } from 'vitest';

import { startRun } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest, replyFor } from './rater-for-test.ts';
import { after, finish } from './run-for-test.ts';

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

test('refuses two raters of one id, two items of one id, and a concurrency that is none', async () => {
  const directory = await folderForTest();
  await expect(
    finish(modelForTest(), { directory }, { raters: [raterForTest(), raterForTest()] }),
  ).rejects.toMatchObject({ code: 'runner/duplicate-rater' });
  await expect(finish(modelForTest(), { directory, concurrency: 0 })).rejects.toMatchObject({
    code: 'runner/bad-option',
  });
  await expect(finish(modelForTest(), { directory, hedge: { afterMs: 0 } })).rejects.toThrow('hedge.afterMs');
  await expect(finish(modelForTest(), { directory, limits: { 'a:*': { concurrency: 0 } } })).rejects.toThrow(
    'limits.a:*.concurrency',
  );
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
