import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { type Dataset, fingerprint, type Item } from '@assize/core';

/** One line of a measuring command. */
export interface BenchRow {
  id: string;
  what: string;
  ours: number;
  reference: number;
  ratio?: number;
  target: string;
  unit: string;
  pass: boolean;
}

const calls = 2000;
const concurrency = 50;
const latencyMs = 50;
const idealMs = (calls * latencyMs) / concurrency;
const rounds = 5;
const subjects = ['ours', 'raw'] as const;

interface Measured {
  wallMs: number;
  cpuMs: number;
  rssMb: number;
  right: number;
}

/** Items whose right score stands in the text, so that a wrong verdict can be told from a lost one. */
export function markedItems(size: number): Dataset {
  const items: Item[] = Array.from({ length: size }, (_, index) => ({
    id: `item-${index}`,
    input: `How well does the response answer question ${index}?`,
    responses: [
      { content: `A response of some length, number ${index}, that says [[answer: {"verdict":${1 + (index % 5)}}]].` },
    ],
  }));
  return {
    contract: 1,
    name: 'marked items',
    fingerprint: fingerprint(items),
    criteria: [],
    size,
    async *items() {
      yield* items;
    },
    async *labels() {
      yield* [];
    },
  };
}

/** The judge of the benchmarks: a score from 1 to 5 as constrained JSON, without reasons. */
export async function markedJudge() {
  const { defineJudge } = await import('@assize/judges');
  return defineJudge({
    id: 'score',
    model: { id: 'openai:gpt-4o-mini', maxOutputTokens: 64 },
    elicitation: { name: 'json', reasons: 'none' },
    criteria: [
      { id: 'score', question: 'How good is the response?', scale: { kind: 'ordinal', levels: [1, 2, 3, 4, 5] } },
    ],
  });
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

/** Whether all packages are built: then they are measured as they are published. */
const builds = ['core', 'stats', 'judges', 'runner', 'testkit'].map(
  (name) => `../../../packages/${name}/dist/index.js`,
);
const isBuilt = [...builds, '../../../plugins/provider-openai/dist/index.js'].every((file) =>
  existsSync(new URL(file, import.meta.url)),
);

/** This program for a process of its own: as JavaScript, since Node's TypeScript loader takes some 30 MB. */
function program(): string[] {
  const source = fileURLToPath(import.meta.url);
  if (!isBuilt) return ['--conditions=@assize/source', source];
  const file = join(dirname(source), '../node_modules/.cache/run-speed.mjs');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stripTypeScriptTypes(readFileSync(source, 'utf8')));
  return [file];
}

/** Each measurement has a process of its own: memory and warm code would else be shared. */
async function measureApart(subject: string, baseURL: string): Promise<Measured> {
  const child = spawn(process.execPath, [...program(), '--subject', subject, '--url', baseURL], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- our own child prints it
  return JSON.parse(output) as Measured;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Measures a run of 2,000 judge calls against the raw SDK, interleaved, each in a process of its own. */
export async function runSpeed(): Promise<BenchRow[]> {
  if (!isBuilt) process.stderr.write('run-speed: measured from source, since not every package is built\n');
  const { spawnFakeProvider } = await import('@assize/testkit/fake-provider');
  await using provider = await spawnFakeProvider({ latencyMs });
  const measured = { ours: new Array<Measured>(), raw: new Array<Measured>() };
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) measured[subject].push(await measureApart(subject, provider.openaiBaseURL));
  }
  const of = (subject: (typeof subjects)[number], field: keyof Measured): number =>
    median(measured[subject].map((one) => one[field]));
  const [wall, rawWall] = [of('ours', 'wallMs') / 1000, of('raw', 'wallMs') / 1000];
  const [cpu, rawCpu] = [of('ours', 'cpuMs') / calls, of('raw', 'cpuMs') / calls];
  const [rss, rawRss] = [Math.max(...measured.ours.map(({ rssMb }) => rssMb)), of('raw', 'rssMb')];
  const right = Math.min(...measured.ours.map((one) => one.right));
  const what = `${calls} judge calls, ${latencyMs} ms, ${concurrency} in flight`;
  const ideal = idealMs / 1000;
  return [
    {
      id: 'run-wall',
      what,
      ours: wall,
      reference: ideal,
      ratio: wall / ideal,
      target: '<= 1.3 x ideal',
      unit: 's',
      pass: wall <= 1.3 * ideal,
    },
    {
      id: 'run-wall-raw',
      what: `${what}, against openai + p-limit`,
      ours: wall,
      reference: rawWall,
      ratio: wall / rawWall,
      target: '<= 1 x raw SDK',
      unit: 's',
      pass: wall <= rawWall,
    },
    {
      id: 'run-cpu-raw',
      what: 'CPU per call, against openai + p-limit',
      ours: cpu,
      reference: rawCpu,
      ratio: cpu / rawCpu,
      target: '<= 1.2 x raw SDK',
      unit: 'ms',
      pass: cpu <= 1.2 * rawCpu,
    },
    {
      id: 'run-memory',
      what: `peak memory, highest of ${rounds}`,
      ours: rss,
      reference: rawRss,
      ratio: rss / rawRss,
      target: '< 250',
      unit: 'MB',
      pass: rss < 250,
    },
    {
      id: 'run-right',
      what: 'right verdicts, least of all rounds',
      ours: right,
      reference: calls,
      target: `= ${calls}`,
      unit: '',
      pass: right === calls,
    },
  ];
}

const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(3));

/** Prints rows as a table, or as JSON, and sets the exit code. */
export function printRows(rows: readonly BenchRow[], { json }: { json: boolean }): void {
  if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    process.stdout.write(
      `load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')}\n`,
    );
    for (const { id, what, ours: own, reference, ratio, target, unit, pass } of rows) {
      const against = ratio === undefined ? '' : ` ratio ${ratio.toFixed(2)}`;
      process.stdout.write(
        `${pass ? 'ok  ' : 'MISS'} ${id.padEnd(14)} ${number(own)} ${unit} (reference ${number(reference)})${against} target ${target} | ${what}\n`,
      );
    }
  }
  if (rows.some(({ pass }) => !pass)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      subject: { type: 'string' },
      url: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
    strict: false,
  });
  if (values.subject === undefined) printRows(await runSpeed(), { json: values.json === true });
  else {
    const measured = await (values.subject === 'ours' ? ours : raw)(String(values.url));
    process.stdout.write(JSON.stringify({ ...measured, rssMb: process.resourceUsage().maxRSS / 1024 }));
    process.exit();
  }
}
