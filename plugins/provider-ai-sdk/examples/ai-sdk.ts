import { createOpenAI } from '@ai-sdk/openai';
import { aiSdk } from '@assize/provider-ai-sdk';

/** Which of two answers a model of the AI SDK prefers; `settings` point at another address in the tests. */
export async function preferred(settings: { baseURL?: string; apiKey?: string } = {}): Promise<string> {
  const model = aiSdk(createOpenAI(settings).chat('gpt-4o'));
  const { text } = await model.generate(
    { messages: [{ role: 'user', content: 'Which answer is better? Say A or B.' }] },
    { signal: AbortSignal.timeout(60_000) },
  );
  return text;
}
