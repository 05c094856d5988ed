import { modelReplySchema } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { fromChat, fromResponses } from '../src/reply.ts';

const choice = (more: object = {}, message: object = { content: 'A' }) => ({
  choices: [{ finish_reason: 'stop', message, ...more }],
});
const replyOf = (read: ReturnType<typeof fromChat>) => {
  if ('failure' in read) throw new Error('expected a reply');
  expect(modelReplySchema.safeParse(read.reply).error).toBeUndefined();
  return read.reply;
};

describe('fromChat', () => {
  test.each([
    ['stop', 'done'],
    ['eos', 'done'],
    ['length', 'cut'],
    ['content_filter', 'refused'],
    ['abort', 'cut'],
    [null, 'cut'],
  ])('finish %s is %s', (finish, stop) => {
    expect(replyOf(fromChat(choice({ finish_reason: finish }))).stop).toBe(stop);
  });

  test('counts cached tokens inside the input and reasoning inside the output, as OpenAI does', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 64, cache_write_tokens: 8, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    expect(replyOf(fromChat({ ...choice(), usage })).usage).toEqual({
      inputTokens: 100,
      outputTokens: 30,
      cachedInputTokens: 64,
      cacheWriteTokens: 8,
      reasoningTokens: 20,
    });
  });

  test.each([
    [{}],
    [null],
    [{ prompt_tokens: -1, completion_tokens: 2 }],
    [{ prompt_tokens: '5', completion_tokens: 2 }],
  ])('usage %j is left out rather than guessed', (usage) =>
    expect(replyOf(fromChat({ ...choice(), usage }))).not.toHaveProperty('usage'),
  );

  test('reads the log-probabilities of today and those of the old completions API', () => {
    const content = [
      { token: 'A', logprob: -0.1, bytes: [65], top_logprobs: [{ token: 'B', logprob: -2, bytes: null }] },
    ];
    const expected = [{ token: 'A', logprob: -0.1, top: [{ token: 'B', logprob: -2 }] }];
    expect(replyOf(fromChat(choice({ logprobs: { content, refusal: null } }))).logprobs).toEqual(expected);
    const legacy = { tokens: ['<s>', 'A'], token_logprobs: [null, -0.1], top_logprobs: [null, { B: -2 }] };
    expect(replyOf(fromChat(choice({ logprobs: legacy }))).logprobs).toEqual(expected);
    expect(replyOf(fromChat(choice({ logprobs: 'none' })))).not.toHaveProperty('logprobs');
  });

  test('a text in parts is joined, without the thinking', () => {
    const parts = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'A' },
      { type: 'text', text: 'B' },
    ];
    expect(replyOf(fromChat(choice({}, { content: parts }))).text).toBe('AB');
  });

  test('a refusal keeps its words', () => {
    const reply = replyOf(fromChat(choice({}, { content: null, refusal: 'I will not' })));
    expect(reply).toMatchObject({ text: '', stop: 'refused', refusal: 'I will not' });
  });

  test.each([
    [{ error: { code: 429, message: 'slow down' } }, { status: 429, message: 'slow down' }],
    [{ error: { code: 'upstream_error', message: 'x' } }, { status: 500, code: 'upstream_error', message: 'x' }],
    [choice({ finish_reason: 'error', error: { code: 502, message: 'x' } }), { status: 502, message: 'x' }],
    ['<html>', {}],
    [undefined, {}],
    [{ choices: [] }, {}],
  ])('%j is a failure', (body, failure) => expect(fromChat(body)).toEqual({ failure }));
});

describe('fromResponses', () => {
  const part = { type: 'output_text', text: 'A', annotations: [] };
  const body = (more: object = {}, content: object[] = [part]) => ({
    status: 'completed',
    error: null,
    incomplete_details: null,
    output: [
      { type: 'reasoning', summary: [] },
      { type: 'message', content },
    ],
    ...more,
  });

  test('joins the parts of the message and passes reasoning over', () => {
    const reply = replyOf(fromResponses(body({ model: 'gpt-4o-2024' }, [part, { ...part, text: 'B' }])));
    expect(reply).toEqual({ text: 'AB', stop: 'done', served: 'gpt-4o-2024' });
  });

  test('what was said on the way is not the answer', () => {
    const said = (text: string, phase?: string) => ({ type: 'message', phase, content: [{ ...part, text }] });
    const output = [said('let me see', 'commentary'), said('B', 'final_answer')];
    expect(replyOf(fromResponses(body({ output }))).text).toBe('B');
  });

  test.each([
    ['max_output_tokens', 'cut'],
    ['content_filter', 'refused'],
    ['steered', 'cut'],
  ])('incomplete for %s is %s', (reason, stop) => {
    expect(replyOf(fromResponses(body({ status: 'incomplete', incomplete_details: { reason } }))).stop).toBe(stop);
  });

  test('a refusal is a part of its own', () => {
    const reply = replyOf(fromResponses(body({}, [{ type: 'refusal', refusal: 'no' }])));
    expect(reply).toEqual({ text: '', stop: 'refused', refusal: 'no' });
  });

  test('one that failed on the provider’s side is a failure, unless a policy stopped it', () => {
    const failed = (code: string) => fromResponses(body({ status: 'failed', error: { code, message: 'x' } }, []));
    expect(failed('server_error')).toEqual({ failure: { status: 500, code: 'server_error' } });
    expect(replyOf(failed('bio_policy')).stop).toBe('refused');
    expect(fromResponses(body({ status: 'queued' }))).toEqual({ failure: {} });
  });

  test('counts tokens as Chat Completions does', () => {
    const usage = {
      input_tokens: 50,
      output_tokens: 9,
      input_tokens_details: { cached_tokens: 32, cache_write_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 4 },
    };
    expect(replyOf(fromResponses(body({ usage }))).usage).toEqual({
      inputTokens: 50,
      outputTokens: 9,
      cachedInputTokens: 32,
      cacheWriteTokens: 0,
      reasoningTokens: 4,
    });
  });
});
