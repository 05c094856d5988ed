import { startFakeProvider } from '@assize/testkit/fake-provider';
import { expect, test } from 'vitest';

import { preferred } from '../examples/ai-sdk.ts';

test('the example gets the word of the model', async () => {
  await using server = await startFakeProvider({ answer: () => 'A' });
  expect(await preferred({ baseURL: server.openaiBaseURL, apiKey: 'any' })).toBe('A');
});
