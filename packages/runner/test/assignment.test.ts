import { defineError, fingerprint, type Item, type Rater, type Rating } from '@assize/core';
import { expect, test } from 'vitest';

import { folderForTest } from './folder-for-test.ts';
import { itemsForTest, modelForTest, raterForTest } from './rater-for-test.ts';
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

test('hands a rater the fingerprint of the item, and none where the item has no canonical text', async () => {
  const seen = new Map<string, string | undefined>();
  const honest = raterForTest();
  const rater: Rater = {
    ...honest,
    async rate(item, { itemFingerprint }) {
      seen.set(item.id, itemFingerprint);
      return [
        {
          item: item.id,
          rater: honest.id,
          criterion: 'score',
          status: 'rated',
          value: 1,
          provenance: { source: 'program', rater: honest.fingerprint },
        },
      ];
    },
  };
  const dataset = itemsForTest(1);
  const half: Item = { id: 'half', input: 'half a character: \ud83d', responses: [] };
  const items = async function* () {
    yield* dataset.items();
    yield half;
  };
  const options = { directory: await folderForTest() };
  await finish(modelForTest(), options, { dataset: { ...dataset, size: 2, items }, raters: [rater] });
  const whole: Item = { id: 'item-0', input: 'question 0', responses: [{ content: 'answer 0' }] };
  expect(seen).toEqual(
    new Map([
      ['item-0', fingerprint(whole)],
      ['half', undefined],
    ]),
  );
});
