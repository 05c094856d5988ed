import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { openai } from '@assize/provider-openai';
import { readRun, resultDigest, startRun } from '@assize/runner';
import { spawnFakeProvider } from '@assize/testkit/fake-provider';

import { type BenchRow, printRows } from './bench-rows.ts';
import { markedItems, markedJudge, rightScore } from './runner-bench/marked-items.ts';

const concurrency = 50;
const latencyMs = 100;

interface Session {
  readonly wallMs: number;
  readonly peakMb: number;
  readonly wasKilled: boolean;
}

/** The run that is killed, or goes on to its end. */
async function work(directory: string, baseURL: string, calls: number): Promise<void> {
  const run = startRun(
    { dataset: markedItems(calls), raters: [await markedJudge()] },
    {
      directory,
      run: 'large',
      concurrency,
      prices: { 'openai:*': { input: 0.15, output: 0.6 } },
      models: () => openai('gpt-4o-mini', { baseURL, apiKey: 'none', api: 'chat' }),
      onEvent: (event) => {
        if (event.type === 'run-start') process.stdout.write('started\n');
      },
    },
  );
  await run.done;
  process.stdout.write(`peak ${process.resourceUsage().maxRSS}\n`);
}

/** One session in a process of its own, killed so long after its run began; without a time, to its end. */
async function session(directory: string, url: string, calls: number, killAfterMs?: number): Promise<Session> {
  const args = ['--directory', directory, '--url', url, '--calls', String(calls)];
  const began = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let peakMb = 0;
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdout.once('data', () => {
    if (killAfterMs === undefined) return;
    setTimeout(() => {
      peakMb = peakOf(child.pid);
      child.kill('SIGKILL');
    }, killAfterMs);
  });
  const wasKilled = await new Promise<boolean>((resolve) => {
    child.on('close', (_, signal) => resolve(signal === 'SIGKILL'));
  });
  const said = /peak (\d+)/.exec(output)?.[1];
  return { wallMs: performance.now() - began, peakMb: said === undefined ? peakMb : Number(said) / 1024, wasKilled };
}

/** The most memory that a process has held, where the system tells it. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** A large run that is killed in its course: what it took beside the ideal, and that nothing is lost or wrong. */
export async function largeRun({ calls, kills }: { calls: number; kills: number }): Promise<BenchRow[]> {
  await using provider = await spawnFakeProvider({ latencyMs });
  const directory = await mkdtemp(join(tmpdir(), 'assize-large-'));
  const idealMs = (calls * latencyMs) / concurrency;
  const sessions: Session[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    sessions.push(await session(directory, provider.openaiBaseURL, calls, (0.8 * idealMs) / (kills + 1)));
  }
  sessions.push(await session(directory, provider.openaiBaseURL, calls));
  const { count, distinct } = await provider.traffic();
  const { ledger, ratings } = await readRun(directory, 'large');
  let [right, wrong] = [0, 0];
  for await (const rating of ratings()) {
    const isRight = rating.status === 'rated' && rating.value === rightScore(Number(rating.item.slice('item-'.length)));
    if (isRight) right += 1;
    else wrong += 1;
  }
  const digest = await resultDigest(ratings());
  const bytes = await sizeOf(directory);
  await rm(directory, { recursive: true });
  const wall = sessions.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000;
  const killed = sessions.filter(({ wasKilled }) => wasKilled).length;
  const peak = Math.max(...sessions.map(({ peakMb }) => peakMb));
  const what = `${calls} judgments of ${latencyMs} ms, ${concurrency} in flight, killed ${killed} times`;
  return [
    {
      id: 'large-wall',
      what: `${what}: time over all sessions, starts included, against the ideal`,
      ours: wall,
      reference: idealMs / 1000,
      ratio: (wall * 1000) / idealMs,
      target: 'ratio <= 1.3',
      unit: 's',
      pass: wall * 1000 <= 1.3 * idealMs,
    },
    row(
      'large-right',
      `right verdicts (${wrong} others; digest ${digest.slice(0, 12)})`,
      right,
      calls,
      '= all',
      right === calls,
    ),
    row('large-replies', 'replies booked', replies(ledger), calls, '= calls', replies(ledger) === calls),
    row(
      'large-again',
      `questions asked again, beside calls listed as unknown (${distinct} distinct)`,
      count - calls,
      ledger.unknown.length,
      '<= listed, at most in flight at kills',
      distinct === calls && count - calls <= ledger.unknown.length && ledger.unknown.length <= killed * concurrency,
    ),
    { ...row('large-memory', 'peak memory of any session', peak, 350, '<= 350 MB', peak <= 350), unit: 'MB' },
    { ...row('large-store', 'size of the store, a judgment', bytes / calls, 4096, 'shown', true), unit: 'bytes' },
  ];
}

function replies({ models }: { models: Readonly<Record<string, { readonly replies: number }>> }): number {
  return Object.values(models).reduce((sum, model) => sum + model.replies, 0);
}

function row(id: string, what: string, ours: number, reference: number, target: string, pass: boolean): BenchRow {
  return { id, what, ours, reference, target, unit: '', pass };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string' },
      url: { type: 'string', default: '' },
      calls: { type: 'string', default: '100000' },
      kills: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.directory !== undefined) {
    await work(values.directory, values.url, Number(values.calls));
    process.exit();
  }
  printRows(await largeRun({ calls: Number(values.calls), kills: Number(values.kills) }), { json: values.json });
}
