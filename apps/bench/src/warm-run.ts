import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { Model } from '@assize/core';

import { type BenchRow, printRows } from './bench-rows.ts';
import { markedItems, markedJudge } from './runner-bench/marked-items.ts';

const items = 2000;
const rounds = 5;
const command = fileURLToPath(new URL('../../../packages/cli/dist/main.js', import.meta.url));

/** A model that answers at once and counts what it was asked. */
function countingModel(): Model & { asked: number } {
  return {
    contract: 1,
    id: 'openai:gpt-4o-mini',
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: true },
    asked: 0,
    async generate({ messages }) {
      this.asked += 1;
      const text = /\[\[answer: (.*?)\]\]/s.exec(JSON.stringify(messages))?.[1] ?? '';
      return {
        text: text.replaceAll('\\', ''),
        stop: 'done',
        served: 'gpt-4o-mini',
        usage: { inputTokens: 200, outputTokens: 8 },
      };
    },
  };
}

interface Warm {
  /** Microseconds of processor time an item, user and system, of the fastest round: others on the machine only add. */
  readonly cacheUs: number;
  readonly resumeUs: number;
  readonly asked: number;
  /** Verdicts of the last round that are right. */
  readonly right: number;
}

/** The same 2,000 items again in this process: as a new run that takes all from the cache, and as a finished run resumed. */
async function inProcess(): Promise<Warm> {
  const { startRun } = await import('@assize/runner');
  const [dataset, judge] = [markedItems(items), await markedJudge()];
  const directory = await mkdtemp(join(tmpdir(), 'assize-warm-'));
  let right = 0;
  const model = countingModel();
  const once = async (run: string): Promise<number> => {
    right = 0;
    const began = process.cpuUsage();
    await startRun(
      { dataset, raters: [judge] },
      {
        directory,
        run,
        cache: 'store',
        concurrency: 50,
        models: () => model,
        onEvent: (event) => {
          if (event.type !== 'rating-end' || event.rating.status !== 'rated') return;
          if (event.rating.value === 1 + (Number(event.rating.item.slice('item-'.length)) % 5)) right += 1;
        },
      },
    ).done;
    const { user, system } = process.cpuUsage(began);
    return (user + system) / items;
  };
  await once('cold');
  model.asked = 0;
  const [cache, resume]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    cache.push(await once(`warm-${round}`));
    resume.push(await once('cold'));
  }
  await rm(directory, { recursive: true });
  return { cacheUs: Math.min(...cache), resumeUs: Math.min(...resume), asked: model.asked, right };
}

/** The whole command, from the shell to the result, by the wall clock and in the fastest round, on a project whose replies are all in the cache. */
async function wholeCommand(): Promise<{ cacheMs: number; resumeMs: number; asked: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'assize-warm-'));
  const judge = await markedJudge();
  const lines: string[] = [];
  for await (const item of markedItems(items).items()) lines.push(JSON.stringify(item));
  await writeFile(join(directory, 'items.jsonl'), `${lines.join('\n')}\n`);
  const { definition } = judge;
  const config = `
let asked = 0;
process.on('exit', () => process.stderr.write('asked ' + asked + '\\n'));
const own = (${countingModel.toString()})();
export default {
  dataset: 'items.jsonl', judges: [${JSON.stringify(definition)}], concurrency: 50,
  models: { 'openai:gpt-4o-mini': { ...own, generate: (...call) => { asked += 1; return own.generate(...call); } } },
};`;
  await writeFile(join(directory, 'assize.config.mjs'), config);
  let asked = 0;
  const once = (...argv: string[]): number => {
    const began = performance.now();
    const run = spawnSync(process.execPath, [command, 'run', '--yes', ...argv], { cwd: directory, encoding: 'utf8' });
    const took = performance.now() - began;
    if (run.status !== 0) throw new Error(`assize run exited with ${run.status}: ${run.stderr}`);
    asked += Number(/asked (\d+)/.exec(run.stderr)?.[1] ?? Number.NaN);
    return took;
  };
  once();
  asked = 0;
  const [cache, resume]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    cache.push(once());
    resume.push(once('--resume'));
  }
  await rm(directory, { recursive: true });
  return { cacheMs: Math.min(...cache), resumeMs: Math.min(...resume), asked };
}

function within(id: string, what: string, ours: number, reference: number, unit: string): BenchRow {
  const target = `<= ${reference} ${unit}`;
  return { id, what, ours, reference, ratio: ours / reference, target, unit, pass: ours <= reference };
}

function exactly(id: string, what: string, ours: number, reference: number, unit: string): BenchRow {
  return { id, what, ours, reference, target: `${reference}`, unit, pass: ours === reference };
}

/** Measures a warm run of 2,000 items in this process and as a command. */
export async function warmRun(): Promise<BenchRow[]> {
  const { cacheUs, resumeUs, asked, right } = await inProcess();
  const rows = [
    exactly('warm-asked', `requests of ${rounds} warm runs in process`, asked, 0, 'requests'),
    exactly('warm-right', `right verdicts of ${items} from the cache`, right, items, 'verdicts'),
    within('warm-cache', 'in process, CPU an item from the cache in a new run, journaled', cacheUs, 50, 'us'),
    within('warm-resume', 'in process, CPU an item of a finished run that is resumed', resumeUs, 50, 'us'),
  ];
  if (!existsSync(command)) {
    const skipped = { ours: null, reference: 500, target: '<= 500 ms', unit: 'ms', pass: null };
    rows.push({
      id: 'warm-command',
      what: `assize run, ${items} items`,
      ...skipped,
      reason: 'packages/cli is not built',
    });
    return rows;
  }
  const whole = await wholeCommand();
  rows.push(
    exactly('warm-command-asked', `requests of ${2 * rounds} warm commands`, whole.asked, 0, 'requests'),
    within('warm-command', `assize run, ${items} items from the cache, fastest of ${rounds}`, whole.cacheMs, 500, 'ms'),
    within(
      'warm-command-resume',
      `assize run --resume, ${items} items, fastest of ${rounds}`,
      whole.resumeMs,
      500,
      'ms',
    ),
  );
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  printRows(await warmRun(), { json: values.json });
}
