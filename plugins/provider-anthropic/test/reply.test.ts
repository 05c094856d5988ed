import { modelReplySchema } from '@assize/core';
import { expect, test } from 'vitest';

import { fromMessage } from '../src/reply.ts';

const body = (more: object = {}) => ({
  model: 'claude-x-2026',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: 'A', citations: null },
    { type: 'text', text: 'B', citations: null },
  ],
  stop_reason: 'end_turn',
  stop_details: null,
  ...more,
});

test('joins the text and passes thinking over', () => {
  const reply = fromMessage(body());
  expect(reply).toEqual({ text: 'AB', stop: 'done', served: 'claude-x-2026' });
  expect(modelReplySchema.safeParse(reply).error).toBeUndefined();
});

test.each([
  ['end_turn', 'done'],
  ['stop_sequence', 'done'],
  ['tool_use', 'done'],
  ['max_tokens', 'cut'],
  ['model_context_window_exceeded', 'cut'],
  ['pause_turn', 'cut'],
  ['refusal', 'refused'],
  ['something_new', 'cut'],
  [null, 'cut'],
])('stop reason %s is %s', (reason, stop) => expect(fromMessage(body({ stop_reason: reason }))?.stop).toBe(stop));

test('a refusal carries its explanation, else its category', () => {
  const refused = (details: object | null) =>
    fromMessage(body({ content: [], stop_reason: 'refusal', stop_details: details }));
  expect(refused({ type: 'refusal', category: 'cyber', explanation: 'No.' })?.refusal).toBe('No.');
  expect(refused({ type: 'refusal', category: 'cyber', explanation: null })?.refusal).toBe('cyber');
  expect(refused(null)).toEqual({ text: '', stop: 'refused', served: 'claude-x-2026' });
});

test('adds cached tokens to the input, which Anthropic leaves out', () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 7,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 20,
    output_tokens_details: { thinking_tokens: 3 },
  };
  expect(fromMessage(body({ usage }))?.usage).toEqual({
    inputTokens: 130,
    outputTokens: 7,
    cachedInputTokens: 100,
    cacheWriteTokens: 20,
    reasoningTokens: 3,
  });
  const bare = { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: null, output_tokens_details: null };
  expect(fromMessage(body({ usage: bare }))?.usage).toEqual({ inputTokens: 10, outputTokens: 7 });
});

test.each(['<html>', undefined, null, { content: 'text' }, {}])('%j is no reply', (other) => {
  expect(fromMessage(other)).toBeUndefined();
});

test('what was written to the cache is summed over its two times when the sum is not said', () => {
  const usage = {
    input_tokens: 10,
    output_tokens: 7,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
    service_tier: 'priority',
  };
  expect(fromMessage(body({ usage }))).toMatchObject({
    tier: 'priority',
    usage: { inputTokens: 60, outputTokens: 7, cacheWriteTokens: 50 },
  });
});
