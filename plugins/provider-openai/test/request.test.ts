import type { ModelRequest } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { abilitiesOf, familyOf } from '../src/abilities.ts';
import { isStrict, type Served, toChatRequest, toResponsesRequest } from '../src/request.ts';

const served = (
  model: string,
  { vendor = true, official = vendor }: { vendor?: boolean; official?: boolean } = {},
): Served => ({
  abilities: abilitiesOf(model, { api: 'chat', official }),
  family: familyOf(model),
  vendor,
});
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const everything: ModelRequest = {
  messages: [
    { role: 'system', content: 'judge' },
    { role: 'user', content: 'text', name: 'ann' },
    { role: 'assistant', content: 'fine' },
    { role: 'tool', content: '42' },
  ],
  output: { kind: 'json', name: 'my verdict!', schema },
  maxOutputTokens: 9,
  temperature: 0,
  seed: 7,
  topLogprobs: 5,
  stop: ['\n'],
  effort: 'low',
};

describe('toChatRequest', () => {
  test('puts everything that a plain model takes on the wire', () => {
    const { body, notApplied } = toChatRequest('gpt-4o', everything, served('gpt-4o'));
    expect(body).toEqual({
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'judge' },
        { role: 'user', content: 'ann: text' },
        { role: 'assistant', content: 'fine' },
        { role: 'user', content: 'tool: 42' },
      ],
      stream: false,
      temperature: 0,
      seed: 7,
      logprobs: true,
      top_logprobs: 5,
      stop: ['\n'],
      max_completion_tokens: 9,
      response_format: { type: 'json_schema', json_schema: { name: 'my_verdict_', schema, strict: true } },
    });
    expect(notApplied).toEqual(['effort']);
  });

  test('leaves out what a reasoning model rejects, and says so', () => {
    const { body, notApplied } = toChatRequest('o3', everything, served('o3'));
    expect(body).toMatchObject({ reasoning_effort: 'low', max_completion_tokens: 9 });
    for (const gone of ['temperature', 'seed', 'logprobs', 'top_logprobs', 'stop'])
      expect(body).not.toHaveProperty(gone);
    expect(notApplied.toSorted()).toEqual(['seed', 'stop', 'temperature', 'topLogprobs']);
  });

  test('speaks to compatible servers in the older words that all of them know', () => {
    const { body, notApplied } = toChatRequest('Qwen3-8B', everything, served('Qwen3-8B', { vendor: false }));
    expect(body).toMatchObject({ max_tokens: 9, seed: 7, reasoning_effort: 'low' });
    expect(body).not.toHaveProperty('max_completion_tokens');
    expect(notApplied).toEqual([]);
  });

  test('sends what is asked for and nothing else', () => {
    const bare: ModelRequest = { messages: [{ role: 'user', content: 'hi' }] };
    expect(toChatRequest('gpt-4o', bare, served('gpt-4o'))).toEqual({
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], stream: false },
      notApplied: [],
    });
  });

  test('asks for no more alternatives than come, and says so', () => {
    const asked = { ...everything, topLogprobs: 50 };
    const { body, notApplied } = toChatRequest('gpt-4o', asked, served('gpt-4o'));
    expect(body.top_logprobs).toBe(20);
    expect(notApplied).toContain('topLogprobs');
  });

  test('does not send an effort that the API does not know', () => {
    const { body, notApplied } = toChatRequest('o3', { ...everything, effort: 'heroic' }, served('o3'));
    expect(body).not.toHaveProperty('reasoning_effort');
    expect(notApplied).toContain('effort');
  });

  test('adds the fields that the settings give', () => {
    const extraBody = { provider: { require_parameters: true } };
    expect(toChatRequest('m', everything, { ...served('m'), extraBody }).body).toMatchObject(extraBody);
  });
});

describe('toResponsesRequest', () => {
  test('uses the words of Responses, stores nothing, and has no seed and no stop', () => {
    const { body, notApplied } = toResponsesRequest('gpt-4o', everything, served('gpt-4o'));
    expect(body).toMatchObject({
      store: false,
      temperature: 0,
      include: ['message.output_text.logprobs'],
      top_logprobs: 5,
      max_output_tokens: 16,
      text: { format: { type: 'json_schema', name: 'my_verdict_', schema, strict: true } },
    });
    expect(body).not.toHaveProperty('seed');
    expect(notApplied.toSorted()).toEqual(['effort', 'maxOutputTokens', 'seed', 'stop']);
  });

  test('gives a reasoning model its effort', () => {
    expect(toResponsesRequest('gpt-5', everything, served('gpt-5')).body.reasoning).toEqual({ effort: 'low' });
  });
});

test.each([
  ['closed and complete', schema, true],
  ['with an optional field', { ...schema, required: [] }, false],
  ['open', { type: 'object', properties: {}, required: [] }, false],
  ['open inside', { ...schema, properties: { a: { type: 'object', properties: {} } } }, false],
  ['of a plain type', { type: 'string' }, true],
])('a schema %s takes strict decoding: %j is %s', (_, given, strict) => {
  expect(isStrict(given)).toBe(strict);
});
