import { expect, test } from 'vitest';

import { abilitiesOf, familyOf, isOfficial, isVendor } from '../src/abilities.ts';

test.each([
  ['gpt-4o', 'plain'],
  ['gpt-4.1-mini-2025-04-14', 'plain'],
  ['gpt-3.5-turbo', 'plain'],
  ['gpt-5-chat-latest', 'plain'],
  ['ft:gpt-4o-mini-2024-07-18:acme::abc', 'plain'],
  ['openai/gpt-4o', 'plain'],
  ['o1-preview', 'reasoning'],
  ['o4-mini', 'reasoning'],
  ['gpt-5.2-pro', 'reasoning'],
  ['gpt-6-astra', 'reasoning'],
  ['gpt-oss-20b', 'unknown'],
  ['meta-llama/Llama-4', 'unknown'],
] as const)('%s is of the family %s', (model, family) => expect(familyOf(model)).toBe(family));

test('plain models do all, with a seed over Chat Completions only', () => {
  const all = { logprobs: true, topLogprobs: 20, jsonSchema: true, seed: true, temperature: true };
  expect(abilitiesOf('gpt-4o', { api: 'chat', official: true })).toEqual(all);
  expect(abilitiesOf('gpt-4o', { api: 'responses', official: true })).toEqual({ ...all, seed: false });
  expect(abilitiesOf('gpt-4-turbo', { api: 'chat', official: true })).toEqual({ ...all, jsonSchema: false });
});

test('reasoning models, and models that OpenAI serves and this table does not know, take a schema alone', () => {
  const few = { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: false };
  expect(abilitiesOf('gpt-5', { api: 'chat', official: true })).toEqual(few);
  expect(abilitiesOf('omega-1', { api: 'chat', official: true })).toEqual(few);
});

test('an unknown model behind another base URL is taken for an open one', () => {
  expect(abilitiesOf('Qwen3-8B', { api: 'chat', official: false })).toMatchObject({ logprobs: true, topLogprobs: 20 });
});

test('what is declared by hand wins, and brings its alternatives', () => {
  const where = { api: 'chat', official: true } as const;
  expect(abilitiesOf('gpt-5', where, { logprobs: true })).toMatchObject({ logprobs: true, topLogprobs: 20 });
  expect(abilitiesOf('gpt-4o', where, { logprobs: false })).toMatchObject({ logprobs: false, topLogprobs: 0 });
  expect(abilitiesOf('gpt-4o', where, { topLogprobs: 5 })).toMatchObject({ logprobs: true, topLogprobs: 5 });
});

test.each([
  [undefined, true, true],
  ['https://api.openai.com/v1', true, true],
  ['https://eu.api.openai.com/v1', true, true],
  ['https://acme.openai.azure.com/openai/v1', false, true],
  ['https://api.openai.com.evil.test/v1', false, false],
  ['https://evil.test/api.openai.com', false, false],
  ['http://localhost:8000/v1', false, false],
  ['http://api.openai.com/v1', false, false],
  ['not a url', false, false],
])('%s: official %s, vendor %s', (url, official, vendor) => {
  expect([isOfficial(url), isVendor(url)]).toEqual([official, vendor]);
});
