import { conformProvider } from '@assize/testkit';

import { openai } from '../src/index.ts';

conformProvider(
  'openai over Chat Completions',
  ({ openaiBaseURL, apiKey, timeoutMs }) =>
    openai('gpt-4o', { api: 'chat', baseURL: openaiBaseURL, apiKey, timeoutMs, batches: true }),
  { withoutKey: () => openai('gpt-4o', { baseURL: 'https://api.openai.com/v1' }) },
);

conformProvider(
  'openai over Responses',
  ({ openaiBaseURL, apiKey, timeoutMs }) =>
    openai('gpt-4o', { api: 'responses', baseURL: openaiBaseURL, apiKey, timeoutMs, batches: true }),
  { withoutKey: () => openai('gpt-4o') },
);

conformProvider('openai with a reasoning model', ({ openaiBaseURL, apiKey, timeoutMs }) =>
  openai('gpt-5-mini', { api: 'responses', baseURL: openaiBaseURL, apiKey, timeoutMs }),
);

conformProvider('openai over the global fetch', ({ openaiBaseURL, apiKey, timeoutMs }) =>
  openai('an-open-model', { baseURL: openaiBaseURL, apiKey, timeoutMs, fetch: globalThis.fetch }),
);
