import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { memoryStore } from './memory-store.ts';
import { holdsBooks, simulate, timesAsked } from './simulate.ts';
import { simulatedProvider } from './simulated-provider.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';

describe('hedging', () => {
  test('is off: a call that is late is asked once', async () => {
    const clock = new VirtualClock();
    const provider = simulatedProvider(id, { clock, random: seededRandom(1), latencyMs: 50_000 });
    await simulate({ clock, providers: [provider], raters: [raterForTest()], items: 8 });
    expect(provider.log).toHaveLength(8);
  });

  test('R6 gives each call one answer, the first that came, keeps both replies in the ledger, and stays within the budgets for money and retries (1,000 schedules)', async () => {
    let [hedges, twice] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          items: fc.integer({ min: 1, max: 12 }),
          concurrency: fc.integer({ min: 1, max: 12 }),
          afterMs: fc.integer({ min: 1, max: 2500 }),
          most: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
          share: fc.constantFrom(0, 0, 0.3),
          calls: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        }),
        async ({ seed, items, concurrency, afterMs, most, share, calls }) => {
          const clock = new VirtualClock();
          const provider = simulatedProvider(id, {
            clock,
            random: seededRandom(seed),
            latencyMs: 1000,
            spread: 0.99,
            trouble: (_now, chance) =>
              chance.next() < share ? { fault: faults.serverError({ model: id }), afterMs: 1500 } : undefined,
          });
          const store = memoryStore();
          const simulated = await simulate({
            clock,
            providers: [provider],
            raters: [raterForTest()],
            items,
            store,
            options: {
              concurrency,
              seed,
              hedge: { afterMs, ...(most === undefined ? {} : { most }) },
              budget: calls === undefined ? {} : { calls },
            },
          });
          holdsBooks(simulated, [provider]);
          const { summary, events, ratings } = simulated;
          expect(summary.ledger.unknown).toEqual([]);
          expect(provider.peak()).toBeLessThanOrEqual(concurrency);
          if (calls === undefined) expect(summary.reason).toBe('done');
          else expect(provider.log.length).toBeLessThanOrEqual(calls);
          if (summary.reason === 'done') expect(ratings).toHaveLength(items);
          const retries = events.filter(({ type }) => type === 'call-retry').length;
          const own = provider.log.length - timesAsked(provider.log).size - retries;
          expect(own).toBeLessThanOrEqual(most ?? items);
          hedges += Math.max(own, 0);
          const first = new Map<string, number>();
          const numbers = new Set<string>();
          for await (const record of store.records('simulated')) {
            if (record.kind === 'intent') {
              const name = `${record.key}#${record.attempt}`;
              expect(numbers.has(name)).toBe(false);
              numbers.add(name);
            }
            if (record.kind === 'receipt') {
              if (first.has(record.key)) twice += 1;
              else first.set(record.key, record.attempt);
            }
          }
          const ends = events.filter((event) => event.type === 'call-end' && event.outcome === 'reply');
          expect(ends).toHaveLength(first.size);
        },
      ),
      { seed: 45, numRuns: 1000 },
    );
    expect(hedges).toBeGreaterThan(300);
    // The loser is given up at once: hardly ever is it paid for knowingly.
    expect(twice).toBeLessThan(hedges * 0.05);
  });
});
