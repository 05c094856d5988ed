import type { Rater, RatingContext } from '@assize/core';
import { expect, test } from 'vitest';

import { folderForTest } from './folder-for-test.ts';
import { modelForTest, raterForTest } from './rater-for-test.ts';
import { finish } from './run-for-test.ts';

/** A judge that does something else with every third item. */
function spoiltOn(spoil: (context: RatingContext) => Promise<never>): Rater {
  const rater = raterForTest();
  return {
    ...rater,
    rate: (item, context) => (Number(item.id.split('-')[1]) % 3 === 0 ? spoil(context) : rater.rate(item, context)),
  };
}

const ways: [string, (context: RatingContext) => Promise<never>][] = [
  [
    'throws at once',
    () => {
      throw new TypeError('planted');
    },
  ],
  ['rejects', () => Promise.reject(new Error('planted'))],
  // What is thrown need not be an error.
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors
  ['rejects with no error', () => Promise.reject('planted')],
  ['never settles', () => new Promise(() => undefined)],
  [
    'asks a model and then never settles',
    async (context) => {
      const { signal } = context;
      await context.model('fake:one').generate({ messages: [{ role: 'user', content: 'Hm?' }] }, { signal });
      return new Promise<never>(() => undefined);
    },
  ],
];

test.each(ways)('P7: a rater that %s fails its items, not the run', async (_, spoil) => {
  const { summary, ratings, events } = await finish(
    modelForTest(),
    { directory: await folderForTest(), ratingDeadlineMs: 30 },
    { raters: [spoiltOn(spoil)] },
  );
  expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 8, failed: 4 }, unknown: [] } });
  for (const { item, status, value } of ratings) {
    const spoilt = Number(item.split('-')[1]) % 3 === 0;
    expect({ item, status, isNull: value === null }).toEqual({
      item,
      status: spoilt ? 'failed' : 'rated',
      isNull: spoilt,
    });
  }
  expect(events.filter((event) => event.type === 'warning')).toHaveLength(4);
});

test('P7: what a rater that is late still wants to ask is not paid for, and a slow model makes no rater late', async () => {
  const late: Promise<unknown>[] = [];
  const model = modelForTest(async ({ request }) => {
    await new Promise((resolve) => setTimeout(resolve, 45));
    return {
      text: '7',
      stop: 'done' as const,
      served: 'one',
      usage: { inputTokens: request.messages.length, outputTokens: 1 },
    };
  });
  const rater = raterForTest();
  const slow: Rater = {
    ...rater,
    async rate(item, context) {
      if (item.id !== 'item-0') return rater.rate(item, context);
      const asked = new Promise<void>((resolve) => setTimeout(resolve, 40)).then(() =>
        context
          .model('fake:one')
          .generate({ messages: [{ role: 'user', content: 'late' }] }, { signal: context.signal }),
      );
      late.push(asked.catch((error: unknown) => error));
      await asked;
      return [];
    },
  };
  const { summary } = await finish(
    model,
    { directory: await folderForTest(), ratingDeadlineMs: 20 },
    { raters: [slow] },
  );
  expect(summary.ledger.ratings).toMatchObject({ rated: 11, failed: 1 });
  await expect(Promise.all(late)).resolves.toMatchObject([{ code: 'runner/rating-timeout' }]);
  expect(model.asked).toHaveLength(11);
});
