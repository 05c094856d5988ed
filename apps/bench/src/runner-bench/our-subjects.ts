import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { markedItems, markedJudge, rightScore } from './marked-items.ts';
import type { WorkMeasured, Workload } from './measure-peer.ts';

type Counted = Omit<WorkMeasured, 'rssMb'>;

/** Judge, provider, runner, journal, progress: everything a user's run has, in batch durability. */
async function ours({ baseURL, calls, concurrency }: Workload, reask: number): Promise<Counted> {
  const { startRun } = await import('@assize/runner');
  const { openai } = await import('@assize/provider-openai');
  await import('openai');
  const [dataset, judge] = [markedItems(calls), await markedJudge({ reask })];
  const directory = await mkdtemp(join(tmpdir(), 'assize-bench-'));
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let [right, wrong] = [0, 0];
  const run = startRun(
    { dataset, raters: [judge] },
    {
      directory,
      concurrency,
      prices: { 'openai:*': { input: 0.15, output: 0.6 } },
      models: () => openai('gpt-4o-mini', { baseURL, apiKey: 'none', api: 'chat' }),
      onEvent: (event) => {
        if (event.type !== 'rating-end' || event.rating.status !== 'rated') return;
        if (event.rating.value === rightScore(Number(event.rating.item.slice('item-'.length)))) right += 1;
        else wrong += 1;
      },
    },
  );
  await run.done;
  const measured = { wallMs: performance.now() - began, cpuMs: cpuSince(cpu) };
  await rm(directory, { recursive: true });
  return { ...measured, right, wrong, lost: calls - right - wrong };
}

/** What people write without us: the official SDK under p-limit, no journal, no budget, no progress. */
async function raw({ baseURL, calls, concurrency }: Workload): Promise<Counted> {
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
  let [right, wrong] = [0, 0];
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
        if (JSON.stringify(verdict).includes(String(rightScore(index)))) right += 1;
        else wrong += 1;
      }).catch(() => undefined),
    ),
  );
  return { wallMs: performance.now() - began, cpuMs: cpuSince(cpu), right, wrong, lost: calls - right - wrong };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A program of its own: measures one of the two and prints what `WorkMeasured` says. */
const [subject, baseURL = '', calls, concurrency, reask] = process.argv.slice(2);
const workload = { baseURL, calls: Number(calls), concurrency: Number(concurrency) };
const measured = await (subject === 'raw' ? raw(workload) : ours(workload, Number(reask)));
process.stdout.write(
  JSON.stringify({ ...measured, rssMb: process.resourceUsage().maxRSS / 1024 } satisfies WorkMeasured),
);
process.exit();
