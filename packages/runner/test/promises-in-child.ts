import { EventEmitter } from 'node:events';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';

import { faults, type Model } from '@assize/core';

import type { RunOptions, RunSummary } from '../src/index.ts';
import { itemsForTest, modelForTest, raterForTest, replyFor } from './rater-for-test.ts';

/**
 * Holds the runner at the path that it is given to its promises, and prints the ids of those that are broken; of all, or of those
 * that are named after it. So the tests
 * themselves are tested: a copy of the runner with a bug planted must break the promise that the bug is about.
 */
const runner = (await import(process.argv[2] ?? '')) as typeof import('../src/index.ts');
const { handleSignals, readRun, resultDigest, startRun } = runner;

const items = 24;
const options = { run: 'r', reserveBytes: 0, durability: 'fast', retry: { baseMs: 1, capMs: 2 } } as const;
const places: string[] = [];

async function folder(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'assize-promise-'));
  places.push(place);
  return place;
}

function start(directory: string, model: Model, more: Partial<RunOptions> = {}, samples = 1) {
  const plan = { dataset: itemsForTest(items), raters: [raterForTest({ samples })] };
  return startRun(plan, { ...options, directory, models: () => model, ...more });
}

async function digestOf(directory: string): Promise<string> {
  return resultDigest((await readRun(directory, 'r')).ratings());
}

/** A model that takes a while, a different one for each question, and ends the run after so many replies. */
function unevenModel(stopAfter = Number.POSITIVE_INFINITY, stop: () => void = () => undefined) {
  return modelForTest(async ({ request, sample }, number) => {
    const reply = replyFor('fake:one', request, sample);
    await new Promise((resolve) => setTimeout(resolve, 1 + ((Number(reply.text) * 7) % 9)));
    if (number === stopAfter) stop();
    return reply;
  });
}

async function journalOf(directory: string): Promise<string> {
  const run = join(directory, 'runs', 'r');
  const files = await readdir(run);
  return join(
    run,
    files
      .filter((file) => file.endsWith('.jsonl'))
      .toSorted()
      .at(-1) ?? '',
  );
}

const calm = await folder();
await start(calm, modelForTest(), { concurrency: 1 }).done;
const wholeDigest = await digestOf(calm);

/** Each gives whether the promise holds. */
const promises: Record<string, () => Promise<boolean>> = {
  async P1() {
    const directory = await folder();
    const first = unevenModel(9, () => run.abort());
    const run = start(directory, first, { concurrency: 4 });
    const { ledger } = await run.done;
    const second = unevenModel();
    const resumed = await start(directory, second, { concurrency: 4 }).done;
    const twice = first.asked.length + second.asked.length - items;
    const isListed = twice === ledger.unknown.length && resumed.ledger.unknown.length === twice;
    const isKept = resumed.assignments.kept > 0;
    return resumed.reason === 'done' && twice > 0 && isKept && isListed && (await digestOf(directory)) === wholeDigest;
  },
  async 'P1 half-finished items'() {
    const directory = await folder();
    const first = unevenModel(9, () => run.abort());
    const run = start(directory, first, { concurrency: 5 }, 2);
    await run.done;
    const second = unevenModel();
    const { ledger } = await start(directory, second, {}, 2).done;
    return first.asked.length + second.asked.length === items * 2 + ledger.unknown.length;
  },
  async P3() {
    const directory = await folder();
    const run = start(
      directory,
      unevenModel(9, () => run.drain()),
      { concurrency: 4 },
    );
    await run.done;
    const { ledger } = await start(directory, unevenModel()).done;
    const books = ledger.models['fake:one'];
    return books?.replies === items && books.attempts === items && ledger.ratings.rated === items;
  },
  async P4() {
    const source = new EventEmitter();
    const model = unevenModel(6, () => source.emit('SIGINT'));
    const run = start(await folder(), model, { concurrency: 2 });
    const stop = handleSignals(run, source);
    const { reason } = await run.done.finally(stop);
    return reason === 'drained' && model.asked.length < items;
  },
  async N4() {
    const model = modelForTest(() => {
      throw faults.quota({ model: 'fake:one', status: 429 });
    });
    const { reason } = await start(await folder(), model, { concurrency: 1 }).done;
    return reason === 'stopped' && model.asked.length === 1;
  },
  async 'N4 refused'() {
    const model = modelForTest(({ request, sample }) => {
      if (request.messages[0]?.content.toString().includes('item-7') === true)
        throw faults.tooLarge({ model: 'fake:one', status: 413 });
      return replyFor('fake:one', request, sample);
    });
    await start(await folder(), model).done;
    return model.asked.length === items;
  },
  async M1() {
    const model = unevenModel();
    const { reason } = await start(await folder(), model, { concurrency: 8, budget: { calls: 5 } }).done;
    return reason === 'budget' && model.asked.length === 5;
  },
  async F3() {
    const directory = await folder();
    await start(directory, unevenModel(), { concurrency: 8 }).done;
    return (await digestOf(directory)) === wholeDigest;
  },
  async S4() {
    const directory = await folder();
    const run = start(
      directory,
      unevenModel(9, () => run.drain()),
    );
    await run.done;
    const file = await open(await journalOf(directory), 'r+');
    const { size } = await file.stat();
    // Damage in the middle is reported, never read as if nothing had happened.
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, size >> 1);
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 2]), 0, 1, size >> 1);
    const damage: unknown = await readRun(directory, 'r').then(
      () => undefined,
      (error: unknown) => error,
    );
    await file.write(byte, 0, 1, size >> 1);
    // A torn end is dropped, and said.
    await file.truncate(size - 5);
    await file.close();
    const warnings: string[] = [];
    const resumed: RunSummary = await start(directory, unevenModel(), {
      onEvent: (event) => event.type === 'warning' && warnings.push(event.code),
    }).done;
    const isWhole = resumed.reason === 'done' && (await digestOf(directory)) === wholeDigest;
    return runner.journalDamaged.is(damage) && warnings.includes('runner/torn-tail') && isWhole;
  },
  async samples() {
    const model = unevenModel();
    await start(await folder(), model, {}, 2).done;
    return model.asked.length === items * 2;
  },
  async 'unknown calls'() {
    const directory = await folder();
    const model = modelForTest(async ({ signal }) => {
      setTimeout(() => run.abort(), 20);
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
    });
    const run = start(directory, model, { concurrency: 3 });
    await run.done;
    return (await readRun(directory, 'r')).unknown.length === 3;
  },
  async R5() {
    const model = modelForTest(({ request, sample }, number) => ({
      ...replyFor('fake:one', request, sample),
      served: number > 4 ? 'two' : 'one',
    }));
    const { reason } = await start(await folder(), model, { concurrency: 1, onModelDrift: 'stop' }).done;
    return reason === 'stopped';
  },
  async P7() {
    const rater = { ...raterForTest(), rate: () => new Promise<never>(() => undefined) };
    const plan = { dataset: itemsForTest(2), raters: [rater] };
    const directory = await folder();
    const run = startRun(plan, { ...options, directory, models: () => modelForTest(), ratingDeadlineMs: 20 });
    const ended = await Promise.race([run.done, new Promise<null>((resolve) => setTimeout(resolve, 1500, null))]);
    return ended?.ledger.ratings.failed === 2;
  },
};

const broken: string[] = [];
const named = process.argv.slice(3);
for (const [id, holds] of Object.entries(promises)) {
  if (named.length > 0 && !named.includes(id)) continue;
  const limit = new Promise<false>((resolve) => setTimeout(resolve, 5000, false));
  if (!(await Promise.race([holds(), limit]).catch(() => false))) broken.push(id);
}
await Promise.all(places.map((place) => rm(place, { recursive: true, force: true })));
process.stdout.write(JSON.stringify(broken));
process.exit();
