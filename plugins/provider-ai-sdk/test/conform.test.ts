import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { conformProvider } from '@assize/testkit';

import { aiSdk } from '../src/index.ts';

const redirect = 'the adapters follow redirects, unless they are given a fetch that does not';

conformProvider(
  'the AI SDK with OpenAI over Chat Completions',
  ({ openaiBaseURL, apiKey, timeoutMs }) =>
    aiSdk(createOpenAI({ baseURL: openaiBaseURL, apiKey }).chat('gpt-4o'), { timeoutMs }),
  {
    gaps: { redirect },
    withoutKey: ({ openaiBaseURL }) => aiSdk(createOpenAI({ baseURL: openaiBaseURL }).chat('gpt-4o')),
  },
);

conformProvider(
  'the AI SDK with OpenAI over Responses',
  ({ openaiBaseURL, apiKey, timeoutMs }) =>
    aiSdk(createOpenAI({ baseURL: openaiBaseURL, apiKey }).responses('gpt-4o'), {
      timeoutMs,
      abilities: { seed: false },
    }),
  {
    gaps: {
      redirect,
      'wrong-shape': 'the adapter makes a server error of it',
      'max-output-tokens': 'the adapter sends a limit below 16, which Responses rejects',
    },
  },
);

conformProvider(
  'the AI SDK with Anthropic',
  ({ anthropicBaseURL, apiKey, timeoutMs }) =>
    aiSdk(createAnthropic({ baseURL: `${anthropicBaseURL}/v1`, apiKey })('claude-sonnet-5-5'), {
      timeoutMs,
      abilities: { seed: false, temperature: false },
    }),
  {
    gaps: {
      redirect,
      'json-schema': 'the adapter moves bounds of numbers into descriptions',
      'no-usage': 'the adapter takes no reply without usage',
      refusal: 'the adapter does not pass on the words of a refusal',
    },
  },
);
