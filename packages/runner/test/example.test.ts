import { expect, test } from 'vitest';

import { runTwice } from '../examples/resume.ts';
import { itemsForTest, modelForTest } from './rater-for-test.ts';

test('the example of the README runs, and its second run computes nothing', async () => {
  expect(await runTwice(itemsForTest(4), () => modelForTest())).toEqual({ kept: 4, mean: 2 });
});
