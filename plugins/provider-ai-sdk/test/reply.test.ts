import type { GenerateOptions, ModelRequest, RateLimits } from '@assize/core';
import { MockLanguageModelV3, MockLanguageModelV4 } from 'ai/test';
import { describe, expect, test } from 'vitest';

import { aiSdk, type LanguageModel } from '../src/index.ts';

const options: GenerateOptions = { signal: new AbortController().signal };
const request: ModelRequest = { messages: [{ role: 'user', content: 'Which is better, A or B?' }] };
const text = [{ type: 'text' as const, text: 'B' }];

const usage = {
  inputTokens: { total: 20, noCache: 12, cacheRead: 8, cacheWrite: 0 },
  outputTokens: { total: 5, text: 3, reasoning: 2 },
};
const counted = { inputTokens: 20, outputTokens: 5, cachedInputTokens: 8, reasoningTokens: 2 };

describe('the three specifications give the same reply', () => {
  test('v2, of AI SDK 5', async () => {
    const flat = { inputTokens: 20, outputTokens: 5, totalTokens: 25, reasoningTokens: 2, cachedInputTokens: 8 };
    const { model } = answering({ finishReason: 'stop', usage: flat }, { specificationVersion: 'v2' });
    expect(await aiSdk(model).generate(request, options)).toEqual({ text: 'B', stop: 'done', usage: counted });
  });

  test.each([
    ['v3, of AI SDK 6', MockLanguageModelV3],
    ['v4, of AI SDK 7', MockLanguageModelV4],
  ])('%s', async (_, Mock) => {
    const finishReason = { unified: 'stop' as const, raw: 'stop' };
    const model = new Mock({ doGenerate: { content: text, finishReason, usage, warnings: [] } });
    expect(await aiSdk(model).generate(request, options)).toEqual({
      text: 'B',
      stop: 'done',
      usage: { ...counted, cacheWriteTokens: 0 },
    });
  });
});

/** A model that gives this, whatever is asked; what it was asked is kept. */
function answering(given: object, about: Partial<LanguageModel> = {}) {
  const asked: unknown[] = [];
  const model: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'openai.chat',
    modelId: 'm',
    async doGenerate(call: unknown) {
      asked.push(call);
      return { content: text, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [], ...given };
    },
    ...about,
  };
  return { model, asked };
}

test('settings go out in the words of the AI SDK; what it has no word for is not applied', async () => {
  const { model, asked } = answering({});
  const reply = await aiSdk(model, { providerOptions: { openai: { store: false } } }).generate(
    {
      messages: [
        { role: 'system', content: 'Judge.' },
        { role: 'assistant', content: 'I will.' },
        { role: 'tool', name: 'search', content: 'found' },
      ],
      maxOutputTokens: 9,
      temperature: 0.5,
      seed: 7,
      stop: ['!'],
      effort: 'low',
      topLogprobs: 3,
      output: { kind: 'json', name: 'verdict', schema: { type: 'object' } },
    },
    options,
  );
  expect(asked[0]).toMatchObject({
    prompt: [
      { role: 'system', content: 'Judge.' },
      { role: 'assistant', content: [{ type: 'text', text: 'I will.' }] },
      { role: 'user', content: [{ type: 'text', text: 'search: found' }] },
    ],
    maxOutputTokens: 9,
    temperature: 0.5,
    seed: 7,
    stopSequences: ['!'],
    reasoning: 'low',
    responseFormat: { type: 'json', name: 'verdict', schema: { type: 'object' } },
    providerOptions: { openai: { store: false, logprobs: 3 } },
  });
  expect(reply.notApplied).toEqual(['topLogprobs']);
});

test('an effort is not applied before v4, nor one that it does not know', async () => {
  const { model } = answering({}, { specificationVersion: 'v3' });
  expect((await aiSdk(model).generate({ ...request, effort: 'low' }, options)).notApplied).toEqual(['effort']);
  const { model: newer } = answering({});
  expect((await aiSdk(newer).generate({ ...request, effort: 'hard' }, options)).notApplied).toEqual(['effort']);
});

test.each([
  [{ type: 'unsupported', feature: 'temperature' }, 'temperature'],
  [{ type: 'unsupported', feature: 'responseFormat' }, 'output'],
  [{ type: 'unsupported-setting', setting: 'stopSequences' }, 'stop'],
])('a warning %j is named %s in notApplied', async (warning, name) => {
  const { model } = answering({ warnings: [warning, { type: 'other', message: 'm' }] });
  expect((await aiSdk(model).generate(request, options)).notApplied).toEqual([name]);
});

test.each([
  ['one list of tokens', [{ token: 'B', logprob: -0.1, top_logprobs: [{ token: 'A', logprob: -2 }] }]],
  ['a list for each part', [[{ token: 'B', logprob: -0.1, top_logprobs: [{ token: 'A', logprob: -2 }] }]]],
])('log-probabilities are read from %s', async (_, logprobs) => {
  const { model } = answering({ providerMetadata: { openai: { logprobs } } });
  const reply = await aiSdk(model).generate({ ...request, topLogprobs: 1 }, options);
  expect(reply.logprobs).toEqual([{ token: 'B', logprob: -0.1, top: [{ token: 'A', logprob: -2 }] }]);
  expect(reply.notApplied).toBeUndefined();
});

test('what ended at the length, or on a tool call, is cut; a filter refuses, and its words are no answer', async () => {
  const stopOf = async (unified: string) =>
    aiSdk(answering({ finishReason: { unified, raw: unified } }).model).generate(request, options);
  expect((await stopOf('length')).stop).toBe('cut');
  expect((await stopOf('tool-calls')).stop).toBe('cut');
  expect(await stopOf('content-filter')).toMatchObject({ text: '', stop: 'refused', refusal: 'B' });
});

test('limits are told from the headers of a reply, whatever their case', async () => {
  const { model } = answering({ response: { modelId: 'm-1', headers: { 'X-RateLimit-Remaining-Requests': '3' } } });
  const seen: RateLimits[] = [];
  const reply = await aiSdk(model).generate(request, { ...options, onLimits: (limits) => seen.push(limits) });
  expect(seen).toEqual([{ requests: { remaining: 3 } }]);
  expect(reply.served).toBe('m-1');
});
