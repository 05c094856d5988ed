import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { holdsBooks, simulate } from './simulate.ts';
import { simulatedProvider } from './simulated-provider.ts';
import { begunIn, seconds } from './traffic.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';

describe('true rate limits', () => {
  async function limited(seed: number, tellsLimits: boolean) {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const perMinute = 60 + Math.floor(180 * random.next());
    const byTokens = seed % 2 === 1;
    const provider = simulatedProvider(id, {
      clock,
      random: random.stream('provider'),
      latencyMs: 300 + 1500 * random.next(),
      holdsSeconds: [5, 15, 60][seed % 3]!,
      tellsLimits,
      ...(byTokens ? { tokensPerMinute: perMinute * 70 } : { requestsPerMinute: perMinute }),
    });
    const simulated = await simulate({
      clock,
      providers: [provider],
      raters: [raterForTest()],
      stopAtMs: seconds(210),
      options: { concurrency: 16, seed },
    });
    holdsBooks(simulated, [provider]);
    const steady = begunIn(provider.log, seconds(90), seconds(210));
    const used = steady
      .filter(({ outcome }) => outcome === 'reply')
      .reduce((sum, { usage }) => sum + (byTokens ? (usage.inputTokens + usage.outputTokens) / 70 : 1), 0);
    return {
      refused: steady.filter(({ outcome }) => outcome === faults.rateLimited.code).length / steady.length,
      utilisation: used / (2 * perMinute),
    };
  }

  test('N3 told by headers, are kept with < 2 % refused and > 90 % used (50 seeds)', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { refused, utilisation } = await limited(seed, true);
      expect(refused, `share of 429 with seed ${seed}`).toBeLessThan(0.02);
      expect(utilisation, `utilisation with seed ${seed}`).toBeGreaterThan(0.9);
    }
  }, 60_000);

  test('that nobody tells are still used by > 85 %, by what is refused alone (10 seeds)', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      expect((await limited(seed, false)).utilisation, `utilisation with seed ${seed}`).toBeGreaterThan(0.85);
    }
  });

  test('N3 set by the user, are never exceeded in any minute, and used by > 95 % (10 seeds)', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const clock = new VirtualClock();
      const provider = simulatedProvider(id, { clock, random: seededRandom(seed), latencyMs: 700 });
      const requestsPerMinute = 30 + 20 * seed;
      await simulate({
        clock,
        providers: [provider],
        raters: [raterForTest()],
        stopAtMs: seconds(180),
        options: { concurrency: 16, seed, limits: { 'fake:*': { requestsPerMinute } } },
      });
      for (let from = 0; from <= 120; from += 1) {
        expect(begunIn(provider.log, seconds(from), seconds(from + 60)).length).toBeLessThanOrEqual(requestsPerMinute);
      }
      expect(provider.log.length).toBeGreaterThan(0.95 * 3 * requestsPerMinute);
    }
  });

  test('on how fast the rate may rise, refuse < 2 % (10 seeds)', async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const clock = new VirtualClock();
      const provider = simulatedProvider(id, {
        clock,
        random: seededRandom(seed),
        latencyMs: 1500,
        acceleration: 3,
      });
      await simulate({
        clock,
        providers: [provider],
        raters: [raterForTest()],
        stopAtMs: seconds(60),
        options: { concurrency: 32, seed },
      });
      const refused = provider.log.filter(({ outcome }) => outcome === faults.rateLimited.code).length;
      expect(refused / provider.log.length).toBeLessThan(0.02);
    }
  });
});
