import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { openai } from '@assize/provider-openai';
import { readRun, resultDigest, startRun } from '@assize/runner';
import { seededRandom } from '@assize/stats';
import { type RemoteFakeProvider, spawnFakeProvider } from '@assize/testkit/fake-provider';

import { type BenchRow, printRows } from './bench-rows.ts';
import { markedItems, markedJudge } from './runner-bench/marked-items.ts';

const items = 2000;
const concurrency = 50;
const latencyMs = 50;
const kills = 20;
const seed = 20;

/** The run that is killed: the judge over the items, in the folder, until it is done. */
async function work(directory: string, baseURL: string): Promise<void> {
  const run = startRun(
    { dataset: markedItems(items), raters: [await markedJudge()] },
    {
      directory,
      run: 'killed',
      concurrency,
      prices: { 'openai:*': { input: 0.15, output: 0.6 } },
      models: () => openai('gpt-4o-mini', { baseURL, apiKey: 'none', api: 'chat' }),
      onEvent: (event) => {
        if (event.type === 'run-start') process.stdout.write('started\n');
      },
    },
  );
  await run.done;
}

/** Starts the work in a process of its own and kills it that long after it began; without a time, waits for its end. */
async function workApart(directory: string, url: string, killAfterMs?: number): Promise<boolean> {
  const file = fileURLToPath(import.meta.url);
  // From the packages that this process itself was started with, built ones or their source.
  const child = spawn(process.execPath, [...process.execArgv, file, '--directory', directory, '--url', url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<boolean>((resolve) => {
    child.on('close', (_, signal) => resolve(signal === 'SIGKILL'));
  });
  child.stdout.once('data', () => {
    if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  return ended;
}

/** What must be equal however often the process died. */
async function totals(directory: string) {
  const { ledger, ratings } = await readRun(directory, 'killed');
  const [model] = Object.values(ledger.models);
  if (!model) throw new Error('the run asked no model');
  return {
    digest: await resultDigest(ratings()),
    ratings: ledger.ratings.rated,
    replies: model.replies,
    tokens: model.inputTokens + model.outputTokens,
    cost: ledger.cost?.amount ?? Number.NaN,
    unknown: ledger.unknown.length,
    attempts: model.attempts,
  };
}

async function calm(provider: RemoteFakeProvider): Promise<Awaited<ReturnType<typeof totals>>> {
  const directory = await mkdtemp(join(tmpdir(), 'assize-calm-'));
  await workApart(directory, provider.openaiBaseURL);
  const result = await totals(directory);
  await rm(directory, { recursive: true });
  return result;
}

function equal(id: string, what: string, ours: number, reference: number, unit = ''): BenchRow {
  return { id, what, ours, reference, target: '= an uninterrupted run', unit, pass: ours === reference };
}

/** Kills one run at 20 random moments and holds its end against that of a run that was left alone. */
export async function runKill(): Promise<BenchRow[]> {
  await using provider = await spawnFakeProvider({ latencyMs });
  const whole = await calm(provider);
  await provider.reset();
  const directory = await mkdtemp(join(tmpdir(), 'assize-killed-'));
  const random = seededRandom(seed);
  let killed = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    // Most of them early enough that the run is never over before its last kill.
    if (await workApart(directory, provider.openaiBaseURL, random.next() * 200)) killed += 1;
  }
  await workApart(directory, provider.openaiBaseURL);
  const end = await totals(directory);
  const { count, distinct } = await provider.traffic();
  await rm(directory, { recursive: true });
  return [
    {
      id: 'kill-count',
      what: `kills -9 of ${kills} that found the run at work`,
      ours: killed,
      reference: kills,
      target: `= ${kills}`,
      unit: '',
      pass: killed === kills,
    },
    {
      id: 'kill-digest',
      what: 'result digest equal (1: yes)',
      ours: Number(end.digest === whole.digest),
      reference: 1,
      target: '= 1',
      unit: '',
      pass: end.digest === whole.digest,
    },
    equal('kill-ratings', 'ratings', end.ratings, whole.ratings),
    equal('kill-replies', 'replies booked', end.replies, whole.replies),
    equal('kill-tokens', 'tokens', end.tokens, whole.tokens),
    equal('kill-cost', 'cost of replies', end.cost, whole.cost, '$'),
    equal('kill-asked', 'distinct questions the provider saw', distinct, items),
    {
      id: 'kill-again',
      what: 'questions asked again, against calls listed as unknown',
      ours: count - items,
      reference: end.unknown,
      target: '<= listed',
      unit: '',
      pass: count - items <= end.unknown,
    },
    {
      id: 'kill-unknown',
      what: 'calls listed as unknown, against kills x concurrency',
      ours: end.unknown,
      reference: kills * concurrency,
      target: '<= in flight at kills',
      unit: '',
      pass: end.unknown <= kills * concurrency && end.attempts === end.replies + end.unknown,
    },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string' },
      url: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.directory !== undefined) {
    await work(values.directory, values.url);
    process.exit();
  }
  printRows(await runKill(), { json: values.json });
}
