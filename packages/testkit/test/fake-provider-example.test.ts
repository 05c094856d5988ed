import { expect, test } from 'vitest';

import { askTwice } from '../examples/fake-provider.ts';

test('the example is turned down once and then answered', async () => {
  expect(await askTwice()).toEqual(['429, wait 2 s', '0.73']);
});
