import { startFakeProvider } from '@assize/testkit/fake-provider';
import { expect, test } from 'vitest';

import { askClaude } from '../examples/anthropic.ts';

test('the example gets a verdict and is told that the temperature was not applied', async () => {
  await using server = await startFakeProvider({ answer: () => 'cat' });
  const answer = await askClaude({ baseURL: server.anthropicBaseURL, apiKey: 'any' });
  expect(answer).toBe('cat (not applied: temperature)');
});
