import type { Rating } from '@assize/core';
import { expect, test } from 'vitest';

import { cardOf } from '../examples/put-on-trial.ts';

test('the example of the README makes a card', async () => {
  const ratings = Array.from({ length: 60 }, (_, item) =>
    ['ann', 'ben', 'judge'].map((rater, place): Rating => ({
      item: String(item),
      rater,
      criterion: 'helpful',
      status: 'rated',
      value: item % (place + 7) === 0 ? 0 : 1,
      provenance: { source: rater === 'judge' ? 'model' : 'person' },
    })),
  ).flat();
  const { verdict, reasons, exit } = await cardOf(ratings);
  expect(verdict).toBe('fit-with-correction');
  expect(reasons[0]).toContain('judge');
  expect(exit).toBe(0);
});
