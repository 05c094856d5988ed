import { type AssizeError, type FaultFacts, faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { simulate, type Simulated, timesAsked } from './simulate.ts';
import { type Served, simulatedProvider } from './simulated-provider.ts';
import { begunIn, seconds, throughput } from './traffic.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';

const outages: [string, () => AssizeError<FaultFacts>][] = [
  ['429 with a wait', () => faults.rateLimited({ model: id, status: 429, retryAfterMs: 2000 })],
  ['429 without one', () => faults.rateLimited({ model: id, status: 429 })],
  ['500', () => faults.serverError({ model: id, status: 500 })],
  ['503', () => faults.overloaded({ model: id, status: 503 })],
  ['529', () => faults.overloaded({ model: id, status: 529 })],
];

describe('a minute in which nothing is answered', () => {
  const [begin, back, failing, end] = [seconds(20), seconds(80), seconds(140), seconds(155)];

  async function outage(seed: number): Promise<{ log: readonly Served[]; simulated: Simulated }> {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const concurrency = 2 + (seed % 4);
    const [, fault] = outages[seed % outages.length]!;
    const provider = simulatedProvider(id, {
      clock,
      random: random.stream('provider'),
      latencyMs: 500 + 1000 * random.next(),
      spread: 0.2,
      trouble: (now, chance) => {
        const share = now < begin ? 0 : now < back ? 1 : now < failing ? 0 : 0.3;
        return share > 0 && chance.next() < share ? { fault: fault(), afterMs: 30 + 100 * chance.next() } : undefined;
      },
    });
    const raters = [raterForTest()];
    const simulated = await simulate({
      clock,
      providers: [provider],
      raters,
      stopAtMs: end,
      options: { concurrency, seed },
    });
    return { log: provider.log, simulated };
  }

  test('N2 adds at most a tenth to the requests and one in five seconds, and 60 s after it ≥ 90 % of the throughput is back (200 seeds)', async () => {
    const missed: string[] = [];
    for (let seed = 0; seed < 200; seed += 1) {
      const { log, simulated } = await outage(seed);
      const [kind] = outages[seed % outages.length]!;
      // It begins when the last of what was in flight has been answered.
      const lastReply = Math.max(...log.filter(({ at }) => at < begin).map(({ endedAt }) => endedAt));
      const during = begunIn(log, lastReply, back);
      const calls = timesAsked(during).size;
      // Three retries are in hand when it begins.
      const most = 1.1 * calls + 3 + (back - begin) / 5000;
      if (during.length > most) missed.push(`${seed} (${kind}): ${during.length} requests for ${calls} calls`);
      const former = throughput(log, seconds(5), begin);
      const after = throughput(log, back + seconds(45), failing);
      if (after < 0.9 * former) missed.push(`${seed} (${kind}): ${after.toFixed(2)}/s of ${former.toFixed(2)}/s`);
      if (throughput(log, failing, end) === 0) missed.push(`${seed} (${kind}): stands while 30 % fail`);
      if (simulated.summary.fault) missed.push(`${seed} (${kind}): ${simulated.summary.fault.message}`);
    }
    expect(missed).toEqual([]);
  }, 60_000);
});
