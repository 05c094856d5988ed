import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { simulate, timesAsked } from './simulate.ts';
import { simulatedProvider } from './simulated-provider.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';

describe('what will not pass', () => {
  test.each([
    ['400', faults.badRequest, 'provider/bad-request', 3],
    ['401', faults.auth, 'provider/auth', 1],
    ['404', faults.notFound, 'provider/not-found', 1],
    ['429 insufficient_quota', faults.quota, 'provider/quota', 1],
  ] as const)('N4 %s is asked once, and stops the run, which can be resumed', async (_, kind, code, requests) => {
    const clock = new VirtualClock();
    const provider = simulatedProvider(id, {
      clock,
      random: seededRandom(1),
      latencyMs: 100,
      trouble: () => ({ fault: kind({ model: id }), afterMs: 10 }),
    });
    const raters = [raterForTest()];
    const { summary } = await simulate({
      clock,
      providers: [provider],
      raters,
      items: 50,
      options: { concurrency: 1 },
    });
    expect(summary).toMatchObject({ reason: 'stopped', fault: { code } });
    expect(provider.log).toHaveLength(requests);
    expect([...timesAsked(provider.log).values()].every((times) => times === 1)).toBe(true);
  });

  test('N4 413 is asked once for each item, and the run goes on', async () => {
    const clock = new VirtualClock();
    const provider = simulatedProvider(id, {
      clock,
      random: seededRandom(1),
      latencyMs: 100,
      trouble: (_now, _random, question) =>
        question.includes('item-3') ? { fault: faults.tooLarge({ model: id, status: 413 }), afterMs: 10 } : undefined,
    });
    const { summary } = await simulate({ clock, providers: [provider], raters: [raterForTest()], items: 10 });
    expect(summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 9, failed: 1 } } });
    expect(provider.log).toHaveLength(10);
  });
});

test('T2 a wait that the provider asks for is kept to the millisecond, and ends at most a tenth later (100 seeds)', async () => {
  for (let seed = 0; seed < 100; seed += 1) {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const asked = new Map<string, number>();
    const provider = simulatedProvider(id, {
      clock,
      random,
      latencyMs: 100,
      trouble: (_now, chance, question) => {
        if (asked.has(question) || chance.next() < 0.7) return undefined;
        const retryAfterMs = 1 + Math.floor(chance.next() * 500_000);
        asked.set(question, retryAfterMs);
        return { fault: faults.rateLimited({ model: id, retryAfterMs }), afterMs: 0 };
      },
    });
    await simulate({ clock, providers: [provider], raters: [raterForTest()], items: 8, options: { seed } });
    for (const [question, wait] of asked) {
      const [first, second] = provider.log.filter((served) => served.question === question);
      expect(second!.at - first!.at).toBeGreaterThanOrEqual(wait);
      expect(second!.at - first!.at).toBeLessThanOrEqual(wait * 1.1 + 200);
    }
  }
});
