// The official SDK with its own retries, in a pool.
import Anthropic from '@anthropic-ai/sdk';

import { baseURL, measureCalls, responseOf } from './measured-peer.mjs';

const client = new Anthropic({ baseURL: baseURL.replace(/\/v1$/, ''), apiKey: 'none' });

await measureCalls(async (index) => {
  const { content } = await client.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 64,
    messages: [{ role: 'user', content: responseOf(index, (score) => `{"verdict":${score}}`) }],
  });
  return JSON.parse(content[0].text).verdict;
});
