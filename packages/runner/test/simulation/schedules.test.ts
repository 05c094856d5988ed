import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { memoryStore } from './memory-store.ts';
import { holdsBooks, simulate, timesAsked } from './simulate.ts';
import { simulatedProvider, type Trouble } from './simulated-provider.ts';
import { VirtualClock } from './virtual-clock.ts';

const many = Number(process.env['ASSIZE_SCHEDULES'] ?? 1000);
const id = 'fake:one';

/** One of the troubles that may pass, drawn anew for each request. */
function passing(share: number) {
  return (_: number, random: ReturnType<typeof seededRandom>): Trouble | undefined => {
    if (random.next() >= share) return undefined;
    const afterMs = 1 + random.next() * 3000;
    const kinds: Trouble[] = [
      {
        fault: faults.rateLimited({ model: id, status: 429, retryAfterMs: 1 + Math.floor(random.next() * 5000) }),
        afterMs,
      },
      { fault: faults.rateLimited({ model: id, status: 429 }), afterMs },
      { fault: faults.serverError({ model: id, status: 500 }), afterMs },
      { fault: faults.overloaded({ model: id, status: 529 }), afterMs },
      { fault: faults.network({ model: id }), afterMs },
      { fault: faults.badReply({ model: id }), afterMs },
      'hang',
    ];
    return kinds[Math.floor(random.next() * kinds.length)];
  };
}

describe('random schedules with random faults', () => {
  test(`every assignment ends rated or failed with a reason, nothing is asked twice but counted retries, and the provider’s books are ours (${many} schedules)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          items: fc.integer({ min: 1, max: 12 }),
          raters: fc.integer({ min: 1, max: 3 }),
          samples: fc.integer({ min: 1, max: 3 }),
          concurrency: fc.integer({ min: 1, max: 12 }),
          laneConcurrency: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
          requestsPerMinute: fc.option(fc.integer({ min: 5, max: 600 }), { nil: undefined }),
          tokensPerMinute: fc.option(fc.integer({ min: 200, max: 60_000 }), { nil: undefined }),
          providerPerMinute: fc.option(fc.integer({ min: 5, max: 600 }), { nil: undefined }),
          tellsLimits: fc.boolean(),
          share: fc.constantFrom(0, 0.1, 0.3, 0.6, 1),
          latencyMs: fc.constantFrom(1, 50, 1000, 20_000),
        }),
        async ({ seed, items, raters, samples, concurrency, laneConcurrency, share, latencyMs, ...rest }) => {
          const clock = new VirtualClock();
          const { requestsPerMinute, tokensPerMinute, providerPerMinute, tellsLimits } = rest;
          const provider = simulatedProvider(id, {
            clock,
            random: seededRandom(seed),
            latencyMs,
            tellsLimits,
            trouble: passing(share),
            ...(providerPerMinute === undefined ? {} : { requestsPerMinute: providerPerMinute, holdsSeconds: 10 }),
          });
          const own = { concurrency: laneConcurrency, requestsPerMinute, tokensPerMinute };
          const limits = Object.fromEntries(Object.entries(own).filter(([, limit]) => limit !== undefined));
          const names = Array.from({ length: raters }, (_, index) => `rater-${index}`);
          const simulated = await simulate({
            clock,
            providers: [provider],
            raters: names.map((name) => raterForTest({ id: name, samples })),
            items,
            options: { concurrency, limits: { 'fake:*': limits }, seed },
          });
          const { summary, ratings, events } = simulated;
          holdsBooks(simulated, [provider]);
          expect(provider.peak()).toBeLessThanOrEqual(Math.min(concurrency, laneConcurrency ?? concurrency));
          if (summary.reason === 'done') {
            expect(ratings).toHaveLength(items * raters * samples);
            expect(
              ratings.every((row) => row.status === 'rated' || (row.status === 'failed' && row.reason !== '')),
            ).toBe(true);
          } else {
            // Only a provider that never came back, or asks for more than ten minutes, stops a run.
            expect(summary.reason).toBe('stopped');
            expect(summary.fault?.message).toContain(id);
          }
          const times = timesAsked(provider.log);
          const asked = raters * items * samples;
          expect(times.size).toBeLessThanOrEqual(items * samples);
          for (const count of times.values()) expect(count).toBeLessThanOrEqual(6 * raters);
          const replies = provider.log.filter(({ outcome }) => outcome === 'reply').length;
          expect(replies).toBe(ratings.filter(({ status }) => status === 'rated').length);
          const retries = events.filter(({ type }) => type === 'call-retry').length;
          expect(provider.log.length).toBeLessThanOrEqual(asked + retries);
          if (requestsPerMinute !== undefined) {
            for (const { at } of provider.log) {
              const inMinute = provider.log.filter((other) => other.at > at - 60_000 && other.at <= at).length;
              expect(inMinute).toBeLessThanOrEqual(requestsPerMinute);
            }
          }
        },
      ),
      { seed: 42, numRuns: many },
    );
  });

  test(`M1 the provider’s bill stays within the budget, whatever fails, is killed and goes on (${many} schedules)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          items: fc.integer({ min: 1, max: 10 }),
          concurrency: fc.integer({ min: 1, max: 64 }),
          share: fc.constantFrom(0, 0.2, 0.5),
          input: fc.double({ min: 0, max: 100, noNaN: true }),
          output: fc.double({ min: 0, max: 100, noNaN: true }),
          part: fc.double({ min: 0, max: 1.2, noNaN: true }),
          stops: fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 3 }),
        }),
        async ({ seed, items, concurrency, share, input, output, part, stops }) => {
          const clock = new VirtualClock();
          const provider = simulatedProvider(id, {
            clock,
            random: seededRandom(seed),
            latencyMs: 1000,
            trouble: passing(share),
          });
          const store = memoryStore();
          const raters = [raterForTest()];
          const price = (tokens: { inputTokens: number; outputTokens: number }): number =>
            (tokens.inputTokens * input + tokens.outputTokens * output) / 1e6;
          const usd = part * items * price({ inputTokens: 250, outputTokens: 16 });
          const options = { concurrency, seed, budget: { usd }, prices: { 'fake:*': { input, output } } };
          let last: Awaited<ReturnType<typeof simulate>> | undefined;
          for (const stop of [...stops, undefined]) {
            const stopAtMs = stop === undefined ? {} : { stopAtMs: clock.now() + stop };
            last = await simulate({ clock, providers: [provider], raters, items, store, options, ...stopAtMs });
            if (last.summary.reason === 'done') break;
          }
          // Whoever was given up in flight, or timed out, may have been billed in full.
          const billed = provider.log
            .filter(({ outcome }) => outcome === 'reply' || outcome === 'aborted')
            .reduce((sum, { usage }) => sum + price(usage), 0);
          expect(billed).toBeLessThanOrEqual(usd * (1 + 1e-9) + 1e-12);
          holdsBooks(last!, [provider]);
        },
      ),
      { seed: 43, numRuns: many },
    );
  });

  test('M1 usage above its bound overshoots by no more than what is in flight, and then the run stops (200 schedules)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 16 }), async (seed, concurrency) => {
        const clock = new VirtualClock();
        const usage = { inputTokens: 5000, outputTokens: 500 };
        const provider = simulatedProvider(id, {
          clock,
          random: seededRandom(seed),
          latencyMs: 500,
          usage: () => usage,
        });
        const budget = { tokens: 20_000 };
        const { summary } = await simulate({
          clock,
          providers: [provider],
          raters: [raterForTest()],
          items: 60,
          options: { concurrency, budget },
        });
        expect(summary.reason).toBe('budget');
        const used = provider.log.length * 5500;
        expect(used).toBeLessThanOrEqual(budget.tokens + concurrency * 5500);
      }),
      { seed: 44, numRuns: 200 },
    );
  });
});
