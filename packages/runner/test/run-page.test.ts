import { faults, runPageSchema } from '@assize/core';
import { expect, test } from 'vitest';

import { readRunPage, runLogLine } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, replyFor } from './rater-for-test.ts';
import { finish, hastyClock } from './run-for-test.ts';

test('the page of a run says what it is, did and cost, and names what changed', async () => {
  const directory = await folderForTest();
  const model = modelForTest(({ request, sample }, number) => {
    if (number === 3) throw faults.overloaded({ model: 'fake:one', status: 503 });
    return { ...replyFor('fake:one', request, sample), served: number > 8 ? 'two' : 'one' };
  });
  const prices = { 'fake:one': { input: 3, output: 15 } };
  const { summary } = await finish(model, { directory, prices, clock: hastyClock(), concurrency: 1 });
  const page = await readRunPage(directory, 'r', { planned: 12 });
  expect(runPageSchema.parse(page)).toEqual(page);
  expect(page).toMatchObject({
    schema: 'assize.run/1',
    reason: 'done',
    fault: null,
    assignments: { planned: 12, finished: 12 },
    ratings: { rated: 12, failed: 0 },
    models: {
      'fake:one': { attempts: 13, replies: 12, served: { one: 7, two: 5 }, faults: { 'provider/overloaded': 1 } },
    },
    cost: summary.ledger.cost,
    notes: [{ session: 1, code: 'runner/model-drift' }],
  });
  expect(JSON.parse(JSON.stringify(page))).toEqual(page);
});

test('E2: a line of the log has neither words of a rating nor secrets', () => {
  const secret = ['sk', 'live', 'Zq7mX2pLw9RtKd4v'].join('-');
  const line = runLogLine(
    {
      type: 'rating-end',
      from: 'model',
      rating: {
        item: 'a',
        rater: 'r',
        criterion: 'c',
        status: 'failed',
        value: null,
        reason: `it said "${secret}"`,
        rationale: 'private words',
        evidence: [{ where: 'response', start: 0, end: 7, text: 'private' }],
        provenance: { source: 'model', served: 'one' },
      },
    },
    '2026-01-01T00:00:00.000Z',
    ['Zq7mX2pLw9RtKd4v'],
  );
  expect(JSON.parse(line)).toEqual({
    time: '2026-01-01T00:00:00.000Z',
    type: 'rating-end',
    from: 'model',
    rating: {
      item: 'a',
      rater: 'r',
      criterion: 'c',
      status: 'failed',
      value: null,
      reason: 'it said "[key left out]"',
      served: 'one',
    },
  });
});
