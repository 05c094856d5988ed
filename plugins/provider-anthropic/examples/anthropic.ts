import { anthropic } from '@assize/provider-anthropic';

/** Asks Claude for a verdict; `settings` point at another address in the tests. */
export async function askClaude(settings: { baseURL?: string; apiKey?: string } = {}): Promise<string> {
  const model = anthropic('claude-sonnet-5-5', settings);
  const reply = await model.generate(
    {
      messages: [{ role: 'user', content: 'Which is the shorter word, cat or horse? Answer in one word.' }],
      temperature: 0,
    },
    { signal: AbortSignal.timeout(60_000) },
  );
  return reply.stop === 'done' ? `${reply.text} (not applied: ${reply.notApplied?.join(', ')})` : reply.stop;
}
