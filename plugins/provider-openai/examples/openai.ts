import { openai } from '@assize/provider-openai';

/** The probability that a model gives to each of two labels; `settings` point at another address in the tests. */
export async function labelProbabilities(
  settings: { baseURL?: string; apiKey?: string } = {},
): Promise<[string, number][]> {
  const model = openai('gpt-4o', settings);
  const reply = await model.generate(
    {
      messages: [{ role: 'user', content: 'Which answer is better? Say A or B.' }],
      topLogprobs: 5,
      maxOutputTokens: 1,
    },
    { signal: AbortSignal.timeout(60_000) },
  );
  const first = reply.logprobs?.[0]?.top ?? [];
  return first.filter(({ token }) => 'AB'.includes(token)).map(({ token, logprob }) => [token, Math.exp(logprob)]);
}
