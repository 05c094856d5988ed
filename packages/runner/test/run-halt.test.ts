import type { Rater, RunEvent, Store } from '@assize/core';
import { expect, test } from 'vitest';

import { folderStore, startRun } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest, replyFor } from './rater-for-test.ts';
import { after, finish, type Rest } from './run-for-test.ts';

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

test('a call whose run stopped between intent and request counts as none: not sent, not billed, no fault', async () => {
  const folder = folderStore(await folderForTest(), { reserveBytes: 0 });
  let intents = 0;
  const store: Store = {
    ...folder,
    async open(run, options) {
      const opened = await folder.open(run, options);
      return {
        ...opened,
        async append(record) {
          await opened.append(record);
          if (record.kind === 'intent' && ++intents === 4) first.drain();
        },
      };
    },
  };
  const model = modelForTest(({ request, sample }) => replyFor('fake:one', request, sample));
  const plan = { dataset: itemsForTest(12), raters: [raterForTest()] };
  const options = { directory: store, run: 'r', models: () => model, concurrency: 1 };
  const first = startRun(plan, options);
  const drained = await first.done;
  expect(drained.reason).toBe('drained');
  expect(model.asked).toHaveLength(3);
  expect(drained.ledger.models['fake:one']).toMatchObject({ attempts: 3, replies: 3, faults: {} });
  expect(drained.ledger.possiblyBilled.calls).toBe(0);
  const resumed = await startRun(plan, { ...options, budget: { calls: 12 } }).done;
  expect(resumed).toMatchObject({ reason: 'done', ledger: { models: { 'fake:one': { attempts: 12, replies: 12 } } } });
});

test('aborts: gives up calls in flight at once, and lists them as unknown when it goes on', async () => {
  const directory = await folderForTest();
  let isHanging = true;
  const model = modelForTest(({ request, sample }) =>
    isHanging && model.asked.length > 4 ? new Promise(() => undefined) : replyFor('fake:one', request, sample),
  );
  const controller = new AbortController();
  const seen = { calls: 0, ratings: 0 };
  const onEvent = ({ type }: RunEvent): void => {
    if (type === 'call-start') seen.calls += 1;
    if (type === 'rating-end') seen.ratings += 1;
    if (seen.calls === 7 && seen.ratings === 4) controller.abort();
  };
  const options: Rest = {
    directory,
    signal: controller.signal,
    concurrency: 3,
    prices: { 'fake:one': { input: 1, output: 1 } },
  };
  const aborted = await finish(model, { ...options, onEvent });
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

test('an abort waits neither for a rater that never settles nor for a data set that gives nothing more', async () => {
  const directory = await folderForTest();
  const honest = raterForTest();
  const deaf: Rater = {
    ...honest,
    rate: (item, context) => (item.id === 'item-1' ? new Promise(() => undefined) : honest.rate(item, context)),
  };
  const stuck = (async function* stuck() {
    yield* itemsForTest(3).items();
    await new Promise(() => undefined);
  })();
  const model = modelForTest();
  const controller = new AbortController();
  let rated = 0;
  const onEvent = ({ type }: RunEvent): void => {
    if (type === 'rating-end') rated += 1;
    if (rated === 2) controller.abort();
  };
  const { signal } = controller;
  const aborted = await finish(model, { directory, signal, onEvent }, { dataset: stuck, raters: [deaf] });
  expect(aborted.summary).toMatchObject({ reason: 'aborted', assignments: { planned: null, finished: 2 } });
  const resumed = await finish(model, { directory }, { dataset: itemsForTest(3), raters: [honest] });
  expect(resumed.summary).toMatchObject({ reason: 'done', assignments: { finished: 3, kept: 2 } });
  expect(model.asked).toHaveLength(3);
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

test('a data set that breaks off stops the run and loses nothing', async () => {
  const directory = await folderForTest();
  const dataset = itemsForTest(5);
  const broken = (async function* broken() {
    yield* dataset.items();
    throw new Error('line 6 is no item');
  })();
  const model = modelForTest(async ({ request, sample }) => {
    await after(5);
    return replyFor('fake:one', request, sample);
  });
  const { summary } = await finish(model, { directory, concurrency: 2 }, { dataset: broken });
  expect(summary).toMatchObject({ reason: 'stopped', assignments: { planned: null }, ledger: { unknown: [] } });
  expect(summary.fault?.message).toBe('line 6 is no item');
  const resumed = await finish(model, { directory }, { dataset: itemsForTest(6) });
  expect(resumed.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 6 } } });
  expect(model.asked).toHaveLength(6);
});
