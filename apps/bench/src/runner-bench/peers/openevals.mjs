import { createLLMAsJudge } from 'openevals';
import OpenAI from 'openai';

import { baseURL, measureCalls, responseOf } from './measured-peer.mjs';

const judge = createLLMAsJudge({
  prompt: 'How good is the response, from 1 to 5?\n\n{outputs}',
  judge: new OpenAI({ baseURL, apiKey: 'none' }),
  model: 'gpt-4o-mini',
  choices: [1, 2, 3, 4, 5],
  useReasoning: false,
});

await measureCalls(async (index) => {
  const { score } = await judge({ outputs: responseOf(index, (right) => `{"score":${right}}`) });
  return Number(score);
});
