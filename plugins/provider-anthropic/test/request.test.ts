import type { ModelRequest } from '@assize/core';
import { expect, test } from 'vitest';

import { toMessagesRequest } from '../src/request.ts';

const abilities = { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: false };
const schema = { type: 'object', properties: {}, additionalProperties: false };
const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'judge' },
    { role: 'system', content: 'strictly' },
    { role: 'user', content: 'text', name: 'ann' },
    { role: 'tool', content: '42' },
    { role: 'assistant', content: 'fine' },
    { role: 'system', content: 'be brief' },
  ],
  output: { kind: 'json', name: 'verdict', schema },
  temperature: 0,
  seed: 7,
  topLogprobs: 5,
  stop: ['END'],
  effort: 'low',
};

test('system messages in front become one, later turns of one role are joined', () => {
  expect(toMessagesRequest('claude-x', request, abilities)).toEqual({
    body: {
      model: 'claude-x',
      max_tokens: 4096,
      system: 'judge\n\nstrictly',
      messages: [
        { role: 'user', content: 'ann: text\n\ntool: 42' },
        { role: 'assistant', content: 'fine' },
        { role: 'user', content: 'be brief' },
      ],
      stream: false,
      stop_sequences: ['END'],
      output_config: { format: { type: 'json_schema', schema }, effort: 'low' },
    },
    notApplied: ['temperature', 'seed', 'topLogprobs'],
  });
});

test('a schema that may not be sent and an effort without meaning are reported', () => {
  const { body, notApplied } = toMessagesRequest(
    'claude-x',
    { ...request, effort: 'minimal' },
    { ...abilities, jsonSchema: false },
  );
  expect(body).not.toHaveProperty('output_config');
  expect(notApplied).toEqual(['temperature', 'seed', 'topLogprobs', 'output', 'effort']);
});

test('a conversation of system messages alone still has a turn of the user', () => {
  const { body } = toMessagesRequest('m', { messages: [{ role: 'system', content: 'judge' }] }, abilities);
  expect(body.messages).toEqual([{ role: 'user', content: 'judge' }]);
  expect(body).not.toHaveProperty('system');
});

test('a prompt cache is marked at the end of the system messages, with its time', () => {
  const { body, notApplied } = toMessagesRequest('claude-x', request, abilities, { promptCache: '1h' });
  expect(body.system).toEqual([
    { type: 'text', text: 'judge\n\nstrictly', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ]);
  expect(notApplied).not.toContain('promptCache');
  const bare: ModelRequest = { messages: [{ role: 'user', content: 'text' }] };
  expect(toMessagesRequest('claude-x', bare, abilities, { promptCache: '5m' }).notApplied).toEqual(['promptCache']);
});

test('the tiers are in the words of the API', () => {
  const sent = (serviceTier: 'auto' | 'standard') =>
    toMessagesRequest('claude-x', request, abilities, { serviceTier }).body.service_tier;
  expect([sent('auto'), sent('standard')]).toEqual(['auto', 'standard_only']);
});
