import { defineError, type Rater, type Rating } from '@assize/core';
import { expect, test } from 'vitest';

import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest } from './rater-for-test.ts';
import { after, finish } from './run-for-test.ts';

test('fails the item of a rater that throws, or that breaks the contract, and goes on', async () => {
  const honest = raterForTest();
  const rater: Rater = {
    ...honest,
    async rate(item, context) {
      if (item.id === 'item-1') throw new Error('a plain error');
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
  expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 9, failed: 3 } } });
  expect(ratings[1]).toMatchObject({ status: 'failed', reason: 'the rater threw: Error: a plain error' });
  expect(ratings[2]).toMatchObject({ status: 'failed', reason: 'the rater threw: TypeError: a bug of the rater' });
  expect(ratings[3]).toMatchObject({ status: 'failed', reason: 'the rater threw: runner/bad-rating' });
  expect(events.filter(({ type }) => type === 'warning')).toHaveLength(3);
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

test('a rater that cannot work as it is set up stops the run before anything is asked', async () => {
  const setup = defineError('judge/needs-logprobs', () => ({ message: 'm', hint: 'h' }))({});
  const rater: Rater = { ...raterForTest(), rate: () => Promise.reject(setup) };
  const { summary } = await finish(modelForTest(), { directory: await folderForTest() }, { raters: [rater] });
  expect(summary).toMatchObject({ reason: 'stopped', ledger: { assignments: 0 } });
  expect(summary.fault).toBe(setup);
});
