import { LLMClassifierFromTemplate } from 'autoevals';
import OpenAI from 'openai';

import { baseURL, measureCalls, responseOf } from './measured-peer.mjs';

const client = new OpenAI({ baseURL, apiKey: 'none' });
const judge = LLMClassifierFromTemplate({
  name: 'score',
  model: 'gpt-4o-mini',
  promptTemplate: 'How good is the response, from 1 to 5?\n\n{{output}}',
  choiceScores: { 1: 0, 2: 0.25, 3: 0.5, 4: 0.75, 5: 1 },
  useCoT: false,
});

await measureCalls(async (index) => {
  const { score } = await judge({ output: responseOf(index, (right) => `{"choice":"${right}"}`), client });
  return score === null ? Number.NaN : 1 + 4 * score;
});
