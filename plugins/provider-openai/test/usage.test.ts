import { expect, test } from 'vitest';

import { fromDecision } from '../src/decision.ts';
import { fromChat, fromResponses } from '../src/reply.ts';

const choices = [{ finish_reason: 'stop', message: { content: 'A' } }];
const output = [{ type: 'message', content: [{ type: 'output_text', text: 'A' }] }];
const whole = {
  inputTokens: 100,
  outputTokens: 20,
  cachedInputTokens: 60,
  cacheWriteTokens: 30,
  reasoningTokens: 15,
};

test('Chat Completions: cached and written tokens are within the prompt, reasoning within the completion', () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 15, audio_tokens: 0 },
  };
  expect(fromChat({ choices, usage })).toMatchObject({ reply: { usage: whole } });
});

test('Responses and Decisions: the same under other names', () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 20,
    total_tokens: 120,
    input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
    output_tokens_details: { reasoning_tokens: 15 },
  };
  expect(fromResponses({ status: 'completed', output, usage })).toMatchObject({ reply: { usage: whole } });
  expect(fromDecision({ answers: [], usage }, [])).toMatchObject({ usage: whole });
});

test('what a server does not say is left out: vLLM has no details, an old proxy no usage, a broken one nonsense', () => {
  const bare = { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: null };
  expect(fromChat({ choices, usage: bare })).toMatchObject({
    reply: { usage: { inputTokens: 100, outputTokens: 20 } },
  });
  for (const usage of [undefined, null, {}, { prompt_tokens: -1, completion_tokens: 2 }, 'none']) {
    const read = fromChat({ choices, usage });
    expect('reply' in read && read.reply).not.toHaveProperty('usage');
  }
});
