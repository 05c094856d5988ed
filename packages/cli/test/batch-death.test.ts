import { cp } from 'node:fs/promises';

import type { Model, OpenRun, Store } from '@assize/core';
import { folderStore, type RunOptions, startRun } from '@assize/runner';
import { type FakeProvider, type FakeProviderOptions } from '@assize/testkit/fake-provider';
import { describe, expect, test } from 'vitest';

import {
  type Fetch,
  finish,
  folderForTest,
  itemsForTest,
  prices,
  ratingsOf,
  raterForTest,
  serverForTest,
  type Vendor,
  vendors,
} from './batch-for-test.ts';

const batch = { pollMs: 12 };
const items = 4;

/** Where a process can die: before and after each record and each message to the provider. */
class Death {
  readonly #at: number;
  steps = 0;
  readonly #open: OpenRun[] = [];
  readonly came: Promise<void>;
  #come = (): void => undefined;

  constructor(at: number) {
    this.#at = at;
    this.came = new Promise((resolve) => {
      this.#come = resolve;
    });
  }

  /** Goes on, or never does again. */
  async step(): Promise<void> {
    this.steps += 1;
    if (this.steps < this.#at) return;
    this.#come();
    await new Promise(() => undefined);
  }

  /** Gives back what a process that has died gives back. */
  async bury(): Promise<void> {
    for (const open of this.#open) await open.close();
  }

  fetch: Fetch = async (input, init) => {
    await this.step();
    const response = await fetch(input, init);
    await this.step();
    return response;
  };

  store(directory: string): Store {
    const whole = folderStore(directory, { durability: 'fast', reserveBytes: 0 });
    return {
      contract: 1,
      id: whole.id,
      records: (run) => whole.records(run),
      ratings: (run) => whole.ratings(run),
      runs: () => whole.runs(),
      open: async (run, options) => {
        const open = await whole.open(run, options);
        this.#open.push(open);
        const dying: OpenRun = {
          run: open.run,
          notices: open.notices,
          receipt: (key) => open.receipt(key),
          ratings: (assignment) => open.ratings(assignment),
          cached: (asked, scope) => open.cached(asked, scope),
          close: async () => undefined,
          append: async (record) => {
            await this.step();
            await open.append(record);
          },
        };
        return dying;
      },
    };
  }
}

/** Runs until the n-th step and leaves everything as it lies; the folder is copied, since the dead still hold its lock. */
async function die(
  make: (fetch: Fetch) => Model,
  at: number,
  options: Partial<RunOptions> = {},
): Promise<{ directory: string; died: boolean; steps: number }> {
  const death = new Death(at);
  const directory = await folderForTest();
  const model = make(death.fetch);
  const run = startRun(
    { dataset: itemsForTest(items), raters: [raterForTest(model.id)] },
    {
      directory: death.store(directory),
      run: 'r',
      models: () => model,
      prices,
      retry: { baseMs: 2, capMs: 10 },
      batch,
      ...options,
    },
  );
  const ended = run.done.then(() => 'ended' as const);
  const died = (await Promise.race([death.came.then(() => 'died' as const), ended])) === 'died';
  const copy = await folderForTest();
  await cp(directory, copy, { recursive: true });
  await death.bury();
  return { directory: copy, died, steps: death.steps };
}

/** How often each question has been answered and billed. */
function answersOf(server: FakeProvider): number[] {
  const counts = new Map<string, number>();
  for (const { rows } of server.batches().batches) {
    for (const { request, usage } of rows) if (usage) counts.set(request.key, (counts.get(request.key) ?? 0) + 1);
  }
  return [...counts.values()];
}

async function wholeRun(name: Vendor, options: FakeProviderOptions) {
  const server = await serverForTest(options);
  return finish(vendors[name](server), await folderForTest(), { items, batch });
}

describe.each(['openai', 'anthropic'] as const)('a run by batch at %s', (name) => {
  test(
    'N5: dead at any step, it goes on in another process to the same digest, and no question is batched twice',
    { timeout: 120_000 },
    async () => {
      const whole = await wholeRun(name, {});
      let deaths = 0;
      for (let at = 1; ; at += 1) {
        const server = await serverForTest({ batches: { looks: 2 } });
        const { directory, died } = await die((fetch) => vendors[name](server, fetch), at);
        if (!died) break;
        deaths += 1;
        const { summary, digest } = await finish(vendors[name](server), directory, { items, batch });
        expect(summary.reason, `step ${at}`).toBe('done');
        expect(digest, `step ${at}`).toBe(whole.digest);
        expect(answersOf(server), `step ${at}`).toEqual(Array.from({ length: 2 * items }, () => 1));
        const { replies, inputTokens, outputTokens } = summary.ledger.models[vendors[name](server).id]!;
        expect({ replies, inputTokens, outputTokens }, `step ${at}`).toEqual(server.batches().billed);
        expect(summary.ledger.possiblyBilled.calls, `step ${at}`).toBe(0);
        expect(summary.ledger.cost, `step ${at}`).toEqual(whole.summary.ledger.cost);
        expect(server.requests.count).toBe(0);
        await server.close();
      }
      expect(deaths).toBeGreaterThan(30);
    },
  );

  test(
    'N5: dead at any step while rows fail, are lost and come twice, it ends with the same digest',
    { timeout: 120_000 },
    async () => {
      const faults = (['missing', 'twice', 'expired', '529'] as const).map((scenario) => ({ scenario, share: 0.2 }));
      const whole = await wholeRun(name, {});
      for (let at = 1; ; at += 3) {
        const server = await serverForTest({ batches: { faults, strangers: 2 } });
        const { directory, died } = await die((fetch) => vendors[name](server, fetch), at);
        if (!died) break;
        const { summary, digest } = await finish(vendors[name](server), directory, { items, batch });
        expect([at, summary.reason, digest]).toEqual([at, 'done', whole.digest]);
        // A reply that was lost on its way is paid for again; no other is.
        const lost = server
          .batches()
          .batches.flatMap(({ rows }) => rows.filter((row) => row.copies === 0 && row.usage));
        const answers = answersOf(server).reduce((sum, count) => sum + count, 0) + server.requests.count;
        expect([at, answers]).toEqual([at, 2 * items + lost.length]);
        await server.close();
      }
    },
  );

  test('N5: dead twice at every fifth step, it still asks nothing twice', { timeout: 120_000 }, async () => {
    const whole = await wholeRun(name, {});
    for (let at = 20; at < 60; at += 5) {
      const server = await serverForTest({ batches: { looks: 3 } });
      const first = await die((fetch) => vendors[name](server, fetch), at);
      const death = new Death(8);
      const model = vendors[name](server, death.fetch);
      const run = startRun(
        { dataset: itemsForTest(items), raters: [raterForTest(model.id)] },
        { directory: death.store(first.directory), run: 'r', models: () => model, prices, batch },
      );
      await Promise.race([death.came, run.done]);
      const copy = await folderForTest();
      await cp(first.directory, copy, { recursive: true });
      await death.bury();
      const { digest } = await finish(vendors[name](server), copy, { items, batch });
      expect([at, digest]).toEqual([at, whole.digest]);
      expect(answersOf(server)).toEqual(Array.from({ length: 2 * items }, () => 1));
      await server.close();
    }
  });

  test('a drain leaves batches at the provider and says so; a resume collects them, without --batch too', async () => {
    const whole = await wholeRun(name, {});
    const server = await serverForTest({ batches: { looks: 1_000_000 } });
    const directory = await folderForTest();
    const model = vendors[name](server);
    const events: string[] = [];
    const run = startRun(
      { dataset: itemsForTest(items), raters: [raterForTest(model.id)] },
      {
        directory,
        run: 'r',
        models: () => model,
        prices,
        batch,
        reserveBytes: 0,
        onEvent: (event) => {
          events.push(event.type === 'warning' ? event.code : event.type === 'batch' ? event.state : event.type);
          if (event.type === 'batch' && event.state === 'running') run.drain();
        },
      },
    );
    const { reason, ledger } = await run.done;
    expect(reason).toBe('drained');
    expect(ledger.batches).toMatchObject({ open: 1, calls: 2 * items });
    expect(ledger.batches.maxCost!.amount).toBeGreaterThan(0);
    expect(ledger.unknown).toEqual([]);
    expect(events).toContain('runner/batches-left');
    expect(events).toContain('left');
    expect(server.batches().batches[0]!.cancelled).toBe(false);

    server.batches().batches[0]!.looks = 1_000_000;
    const resumed = await finish(model, directory, { items });
    expect(resumed.digest).toBe(whole.digest);
    expect(server.batches().batches).toHaveLength(1);
    expect(server.requests.count).toBe(0);
    expect(resumed.summary.ledger.unknown).toEqual([]);
  });

  test('an abort cancels batches where it is to; what they had finished is collected by the resume', async () => {
    const server = await serverForTest({ batches: { looks: 1_000_000 } });
    const directory = await folderForTest();
    const model = vendors[name](server);
    const run = startRun(
      { dataset: itemsForTest(12), raters: [raterForTest(model.id)] },
      {
        directory,
        run: 'r',
        models: () => model,
        batch: { ...batch, cancelOnAbort: true },
        reserveBytes: 0,
        onEvent: (event) => {
          if (event.type === 'batch' && event.state === 'running') run.abort();
        },
      },
    );
    expect((await run.done).reason).toBe('aborted');
    expect(server.batches().batches[0]!.cancelled).toBe(true);
    // What was cancelled goes into a second batch, which is not to last as long.
    const hurry = (): void => server.batches().batches.forEach((one) => (one.looks = 1_000_000));
    const { summary } = await finish(model, directory, { items: 12, batch, onEvent: hurry });
    expect(summary.reason).toBe('done');
    const { batches, billed } = server.batches();
    expect(batches).toHaveLength(2);
    expect(billed.replies).toBe(24);
    expect((await ratingsOf(directory)).ratings.every(({ status }) => status === 'rated')).toBe(true);
  });
});
