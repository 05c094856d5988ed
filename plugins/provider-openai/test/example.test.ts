import { startFakeProvider } from '@assize/testkit/fake-provider';
import { expect, test } from 'vitest';

import { labelProbabilities } from '../examples/openai.ts';

test('the example gets a probability for each label', async () => {
  await using server = await startFakeProvider({ answer: () => 'A' });
  const labels = await labelProbabilities({ baseURL: server.openaiBaseURL, apiKey: 'any' });
  expect(labels.map(([label]) => label)).toEqual(['A', 'B']);
  const total = labels.reduce((sum, [, probability]) => sum + probability, 0);
  expect(total).toBeGreaterThan(0.5);
  expect(total).toBeLessThanOrEqual(1);
});
