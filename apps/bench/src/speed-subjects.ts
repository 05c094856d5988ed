import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { markedItems, markedJudge } from './marked-items.ts';

export const calls = 2000;
export const concurrency = 50;
export const latencyMs = 50;

export interface Measured {
  wallMs: number;
  /** User and system time of the process, without its start. */
  cpuMs: number;
  rssMb: number;
  /** How many verdicts were right. */
  right: number;
}

/** Judge, provider, runner, journal: everything a user's run has, in batch durability. */
async function ours(baseURL: string): Promise<Omit<Measured, 'rssMb'>> {
  const { startRun } = await import('@assize/runner');
  const { openai } = await import('@assize/provider-openai');
  await import('openai');
  const [dataset, judge] = [markedItems(calls), await markedJudge()];
  const directory = await mkdtemp(join(tmpdir(), 'assize-speed-'));
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let right = 0;
  const run = startRun(
    { dataset, raters: [judge] },
    {
      directory,
      concurrency,
      prices: { 'openai:*': { input: 0.15, output: 0.6 } },
      models: () => openai('gpt-4o-mini', { baseURL, apiKey: 'none', api: 'chat' }),
      onEvent: (event) => {
        if (event.type !== 'rating-end' || event.rating.status !== 'rated') return;
        const index = Number(event.rating.item.slice('item-'.length));
        if (event.rating.value === 1 + (index % 5)) right += 1;
      },
    },
  );
  await run.done;
  const measured = { wallMs: performance.now() - began, cpuMs: cpuSince(cpu), right };
  await rm(directory, { recursive: true });
  return measured;
}

/** What people write without us: the official SDK under p-limit, no journal, no budget, no progress. */
async function raw(baseURL: string): Promise<Omit<Measured, 'rssMb'>> {
  const { default: OpenAI } = await import('openai');
  const { default: pLimit } = await import('p-limit');
  const { requestsOf } = await import('@assize/judges');
  const judge = await markedJudge();
  const abilities = { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: false };
  const prompts: { messages: { role: 'system' | 'user'; content: string }[]; schema: Record<string, unknown> }[] = [];
  for await (const item of markedItems(calls).items()) {
    const plan = requestsOf(judge, item, abilities);
    const request = 'requests' in plan ? plan.requests[0]?.request : undefined;
    if (!request || request.output?.kind !== 'json') throw new Error('the judge asks for JSON');
    const messages = request.messages.map(({ role, content }) => ({
      role: role === 'system' ? ('system' as const) : ('user' as const),
      content,
    }));
    prompts.push({ messages, schema: request.output.schema });
  }
  const client = new OpenAI({ baseURL, apiKey: 'none' });
  const limit = pLimit(concurrency);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let right = 0;
  await Promise.all(
    prompts.map(({ messages, schema }, index) =>
      limit(async () => {
        const { choices } = await client.chat.completions.create({
          model: 'gpt-4o-mini',
          messages,
          max_completion_tokens: 64,
          response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } },
        });
        const verdict: unknown = JSON.parse(choices[0]?.message.content ?? '');
        if (JSON.stringify(verdict).includes(String(1 + (index % 5)))) right += 1;
      }),
    ),
  );
  return { wallMs: performance.now() - began, cpuMs: cpuSince(cpu), right };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Run as a program of its own, it measures one of the two and prints a `Measured`. */
const [subject, baseURL = ''] = process.argv.slice(2);
if (subject === 'ours' || subject === 'raw') {
  const measured = await (subject === 'ours' ? ours : raw)(baseURL);
  process.stdout.write(
    JSON.stringify({ ...measured, rssMb: process.resourceUsage().maxRSS / 1024 } satisfies Measured),
  );
  process.exit();
}
