// The official SDK with its own retries, in a pool: what people write without a framework.
import OpenAI from 'openai';

import { baseURL, measureCalls, responseOf } from './measured-peer.mjs';

const client = new OpenAI({ baseURL, apiKey: 'none' });
const schema = {
  type: 'object',
  properties: { verdict: { type: 'integer', enum: [1, 2, 3, 4, 5] } },
  required: ['verdict'],
  additionalProperties: false,
};

await measureCalls(async (index) => {
  const { choices } = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You judge responses. Answer with a score from 1 to 5.' },
      { role: 'user', content: responseOf(index, (score) => `{"verdict":${score}}`) },
    ],
    max_completion_tokens: 64,
    response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } },
  });
  return JSON.parse(choices[0].message.content).verdict;
});
