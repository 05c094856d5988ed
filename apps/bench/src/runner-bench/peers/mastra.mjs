import { createOpenAI } from '@ai-sdk/openai';
import { createScorer } from '@mastra/core/evals';
import { z } from 'zod';

import { baseURL, measureCalls, responseOf } from './measured-peer.mjs';

const scorer = createScorer({
  id: 'score',
  name: 'score',
  description: 'How good is the response, from 1 to 5?',
  judge: {
    model: createOpenAI({ baseURL, apiKey: 'none' }).chat('gpt-4o-mini'),
    instructions: 'You judge responses. Answer with a score from 1 to 5.',
  },
})
  .analyze({
    description: 'scores the response',
    outputSchema: z.object({ verdict: z.number() }),
    createPrompt: ({ run }) => `How good is the response, from 1 to 5?\n\n${run.output}`,
  })
  .generateScore(({ results }) => results.analyzeStepResult.verdict);

await measureCalls(async (index) => {
  const { score } = await scorer.run({ input: 'q', output: responseOf(index, (right) => `{"verdict":${right}}`) });
  return score;
});
