import { conformProvider } from '@assize/testkit';

import { anthropic } from '../src/index.ts';

conformProvider(
  'anthropic',
  ({ anthropicBaseURL, apiKey, timeoutMs }) =>
    anthropic('claude-sonnet-5-5', { baseURL: anthropicBaseURL, apiKey, timeoutMs }),
  { withoutKey: ({ anthropicBaseURL }) => anthropic('claude-sonnet-5-5', { baseURL: anthropicBaseURL }) },
);
