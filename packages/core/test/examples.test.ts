import { expect, test } from 'vitest';

import { characters } from '../examples/define-metric.ts';

test('the example of the README rates each response', async () => {
  const random = { next: () => 0, stream: () => random };
  const context = { signal: new AbortController().signal, random, model: () => expect.fail('no model is needed') };
  const ratings = await characters.rate(
    { id: '1', input: 'x', responses: [{ content: 'four' }, { content: 'sixsix' }] },
    context,
  );
  expect(ratings.map(({ response, value }) => [response, value])).toEqual([
    [0, 4],
    [1, 6],
  ]);
});
