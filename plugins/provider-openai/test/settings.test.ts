import type { ModelRequest } from '@assize/core';
import { type FakeProvider, startFakeProvider } from '@assize/testkit/fake-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openai, type OpenAISettings } from '../src/index.ts';

const { signal } = new AbortController();
const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'the rubric' },
    { role: 'system', content: 'the examples' },
    { role: 'user', content: '[[answer: A]]' },
  ],
};
const verdict: NonNullable<ModelRequest['output']> = {
  kind: 'json',
  name: 'verdict',
  schema: {
    type: 'object',
    properties: { score: { type: 'integer', minimum: 1, maximum: 5 } },
    required: ['score'],
    additionalProperties: false,
  },
};
let server: FakeProvider;

beforeAll(async () => {
  server = await startFakeProvider();
});
afterAll(() => server.close());
beforeEach(() => server.reset());

describe.each(['chat', 'responses'] as const)('over %s', (api) => {
  const model = (settings: OpenAISettings = {}) =>
    openai('gpt-4o', { api, baseURL: server.openaiBaseURL, apiKey: 'k', ...settings });

  test('a service tier is sent, and the reply says which one answered', async () => {
    expect((await model().generate(request, { signal })).tier).toBe('default');
    expect(await model({ serviceTier: 'flex' }).generate(request, { signal })).toMatchObject({ tier: 'flex' });
    expect(server.requests.last?.serviceTier).toBe('flex');
    const standard = await model({ serviceTier: 'standard' }).generate(request, { signal });
    expect(server.requests.last?.serviceTier).toBe('default');
    expect(standard.notApplied).toBeUndefined();
  });

  test('a tier that was asked for and did not answer is not applied', async () => {
    const reply = await model({ serviceTier: 'priority' }).generate(request, { signal });
    expect(reply).toMatchObject({ tier: 'default', notApplied: ['serviceTier'] });
    expect((await model({ serviceTier: 'auto' }).generate(request, { signal })).notApplied).toBeUndefined();
  });

  test('a cache key is sent, and a breakpoint stands at the end of the system messages', async () => {
    const promptCache = { key: 'helpfulness-3', breakpoint: 'system', ttl: '12h' } as const;
    expect((await model({ promptCache }).generate(request, { signal })).text).toBe('A');
    expect(server.requests.last).toMatchObject({
      promptCacheKey: 'helpfulness-3',
      cachedPrefix: 'the rubric\n\nthe examples',
    });
    await model().generate(request, { signal });
    expect(server.requests.last).not.toHaveProperty('cachedPrefix');
    expect(server.requests.last).not.toHaveProperty('promptCacheKey');
  });

  test('R3: a finished reply that breaks its schema tells that the server ignored it', async () => {
    const kept = await model().generate(
      { ...request, output: verdict, messages: [{ role: 'user', content: '[[s=3]]' }] },
      { signal },
    );
    expect(kept).toMatchObject({ text: '{"score":3}' });
    expect(kept.notApplied).toBeUndefined();
    for (const said of ['{"score": 6}', '{"score": "3"}', 'Score: 3', '{"score": 3, "why": "x"}']) {
      const messages = [{ role: 'user' as const, content: `[[answer: ${said}]]` }];
      const ignored = await model().generate({ messages, output: verdict }, { signal });
      expect(ignored).toMatchObject({ text: said, notApplied: ['output'] });
    }
  });

  test('R1: a reply that was cut is cut, and not held against its schema', async () => {
    server.play('length');
    const reply = await model().generate({ ...request, output: verdict }, { signal });
    expect(reply.stop).toBe('cut');
    expect(reply.notApplied).toBeUndefined();
  });

  test('more alternatives than the API gives are asked for as 20 and reported', async () => {
    const reply = await model().generate({ ...request, topLogprobs: 50 }, { signal });
    expect(server.requests.last?.topLogprobs).toBe(20);
    expect(reply.logprobs?.[0]?.top).toHaveLength(20);
    expect(reply.notApplied).toEqual(['topLogprobs']);
  });
});
