import { faults } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Amounts, Budget } from '../src/money/budget.ts';
import type { Clock } from '../src/index.ts';
import { folderForTest } from './folder-for-test.ts';
import { modelForTest, replyFor } from './rater-for-test.ts';
import { finish } from './run-for-test.ts';

const one = fc.record({
  bound: fc.integer({ min: 1, max: 50 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  attempts: fc.integer({ min: 1, max: 3 }),
  dies: fc.boolean(),
});
interface Drawn {
  readonly bound: number;
  readonly share: number;
  readonly attempts: number;
  readonly dies: boolean;
}

/** Calls of several sessions on one budget: what dies with its session is charged at its bound when the next begins. */
async function play(calls: readonly Drawn[], most: number, concurrency: number, scheduler: fc.Scheduler) {
  const spent: Amounts = { usd: 0, tokens: 0, calls: 0 };
  let peak = 0;
  let largest = 0;
  for (const session of [calls.filter((_, place) => place % 2 === 0), calls.filter((_, place) => place % 2 === 1)]) {
    const budget = new Budget({ usd: most }, spent);
    const lost: number[] = [];
    const line = [...session];
    const worker = async (): Promise<void> => {
      for (let call = line.shift(); call; call = line.shift()) {
        const amounts = { usd: call.bound, tokens: 0, calls: 1 };
        for (let attempt = 0; attempt < call.attempts; attempt += 1) {
          if ((await budget.reserve(amounts)) !== undefined) return;
          await scheduler.schedule(Promise.resolve());
          const real = call.bound * call.share;
          largest = Math.max(largest, real - call.bound);
          if (call.dies) {
            lost.push(call.bound);
            return;
          }
          spent.usd += real;
          peak = Math.max(peak, spent.usd);
          budget.release(amounts);
        }
      }
    };
    // What waits for a call that died waits for ever: its session is over.
    for (let started = 0; started < concurrency; started += 1) void worker();
    await scheduler.waitIdle();
    for (const bound of lost) spent.usd += bound;
    peak = Math.max(peak, spent.usd);
  }
  return { peak, largest };
}

test('M1: no schedule of calls, retries and deaths overspends while usage stays under its bound', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(one, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 8 }),
      fc.scheduler(),
      async (calls, most, concurrency, scheduler) => {
        const { peak } = await play(calls, most, concurrency, scheduler);
        expect(peak).toBeLessThanOrEqual(most * (1 + 1e-9));
      },
    ),
    { seed: 42, numRuns: 3000 },
  );
}, 60_000);

test('M1: usage above its bound overspends by no more than what is in flight, then nothing begins', async () => {
  const over = one.map((call) => ({ ...call, share: 1 + 2 * call.share, attempts: 1, dies: false }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(over, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 8 }),
      fc.scheduler(),
      async (calls, most, concurrency, scheduler) => {
        const { peak, largest } = await play(calls, most, concurrency, scheduler);
        expect(peak).toBeLessThanOrEqual(most + concurrency * Math.max(largest, 0) + 1e-9);
      },
    ),
    { seed: 42, numRuns: 2000 },
  );
}, 60_000);

test('M1: 64 calls at once, retries and unbilled attempts keep a run within its budget, as the model counts it', async () => {
  const prices = { 'fake:one': { input: 1000, output: 1000 } };
  let billed = 0;
  const model = modelForTest(({ request, sample }, number) => {
    if (number % 5 === 0) throw faults.overloaded({ model: 'fake:one', status: 529 });
    const reply = replyFor('fake:one', request, sample);
    billed += ((reply.usage?.inputTokens ?? 0) + (reply.usage?.outputTokens ?? 0)) / 1000;
    return reply;
  });
  const { summary } = await finish(model, {
    directory: await folderForTest(),
    prices,
    budget: { usd: 0.3 },
    concurrency: 64,
    retry: { baseMs: 1 },
  });
  expect(billed).toBeGreaterThan(0);
  expect(billed).toBeLessThanOrEqual(0.3);
  expect(summary).toMatchObject({ reason: 'budget', fault: { code: 'runner/budget-spent', facts: { limit: 'usd' } } });
});

test('M2: a budget in dollars goes with an unknown price only where tokens are limited and said to hold', async () => {
  const options = { directory: await folderForTest(), budget: { usd: 1 }, onUnknownPrice: 'tokens' as const };
  await expect(finish(modelForTest(), options)).rejects.toMatchObject({ code: 'runner/bad-option' });
  const limited = { ...options, budget: { usd: 1, tokens: 200 } };
  const { summary } = await finish(modelForTest(), limited);
  expect(summary).toMatchObject({ reason: 'budget', fault: { facts: { limit: 'tokens' } } });
  const { attempts = 0, inputTokens = 0, outputTokens = 0 } = summary.ledger.models['fake:one'] ?? {};
  expect(attempts).toBeGreaterThan(0);
  expect(inputTokens + outputTokens).toBeLessThanOrEqual(200);
});

/** Time moves by a minute with each call; a timer that is due fires before the next one. */
function minuteByCall(): Clock & { tick: () => void } {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    date: () => '2026-10-08T00:00:00.000Z',
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    tick() {
      now += 60_000;
      for (const timer of timers) if (timer.at <= now && timers.delete(timer)) timer.callback();
    },
  };
}

test('a budget of minutes ends the launching of calls, keeps those in flight, and counts over sessions', async () => {
  const directory = await folderForTest();
  const clock = minuteByCall();
  const model = modelForTest(({ request, sample }) => {
    clock.tick();
    return replyFor('fake:one', request, sample);
  });
  const rest = { directory, clock, concurrency: 1, deadlineMs: 1e9 };
  const first = await finish(model, { ...rest, budget: { minutes: 4 } });
  expect(first.summary).toMatchObject({ reason: 'budget', fault: { facts: { limit: 'minutes', most: 4 } } });
  const asked = model.asked.length;
  expect(asked).toBeGreaterThanOrEqual(4);
  expect(asked).toBeLessThan(7);
  expect(first.summary.ledger.unknown).toEqual([]);
  expect(first.summary.ledger.models['fake:one']?.replies).toBe(asked);
  await finish(model, { ...rest, budget: { minutes: 4 } });
  expect(model.asked).toHaveLength(asked);
  const done = await finish(model, { ...rest, budget: { minutes: 60 } });
  expect(done.summary.reason).toBe('done');
});
