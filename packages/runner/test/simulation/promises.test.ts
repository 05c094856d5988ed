import { type AssizeError, type FaultFacts, faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { holdsBooks, simulate, type Simulated, timesAsked } from './simulate.ts';
import { type Served, simulatedProvider, type SimulatedProvider } from './simulated-provider.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';
const seconds = (count: number): number => count * 1000;

/** Requests that were begun in a span of time. */
const begunIn = (log: readonly Served[], from: number, to: number): Served[] =>
  log.filter(({ at }) => at >= from && at < to);
/** Replies a second in a span of time. */
const throughput = (log: readonly Served[], from: number, to: number): number =>
  log.filter(({ outcome, endedAt }) => outcome === 'reply' && endedAt >= from && endedAt < to).length /
  ((to - from) / 1000);

const outages: [string, () => AssizeError<FaultFacts>][] = [
  ['429 with a wait', () => faults.rateLimited({ model: id, status: 429, retryAfterMs: 2000 })],
  ['429 without one', () => faults.rateLimited({ model: id, status: 429 })],
  ['500', () => faults.serverError({ model: id, status: 500 })],
  ['503', () => faults.overloaded({ model: id, status: 503 })],
  ['529', () => faults.overloaded({ model: id, status: 529 })],
];

describe('a minute in which nothing is answered', () => {
  const [begin, back, failing, end] = [seconds(30), seconds(90), seconds(160), seconds(190)];

  async function outage(seed: number): Promise<{ log: readonly Served[]; simulated: Simulated }> {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const concurrency = 2 + (seed % 7);
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
      const former = throughput(log, seconds(10), begin);
      const after = throughput(log, back + seconds(50), failing);
      if (after < 0.9 * former) missed.push(`${seed} (${kind}): ${after.toFixed(2)}/s of ${former.toFixed(2)}/s`);
      if (throughput(log, failing + seconds(10), end) === 0) missed.push(`${seed} (${kind}): stands while 30 % fail`);
      if (simulated.summary.fault) missed.push(`${seed} (${kind}): ${simulated.summary.fault.message}`);
    }
    expect(missed).toEqual([]);
  });
});

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
      stopAtMs: seconds(300),
      options: { concurrency: 16, seed },
    });
    holdsBooks(simulated, [provider]);
    const steady = begunIn(provider.log, seconds(120), seconds(300));
    const used = steady
      .filter(({ outcome }) => outcome === 'reply')
      .reduce((sum, { usage }) => sum + (byTokens ? (usage.inputTokens + usage.outputTokens) / 70 : 1), 0);
    return {
      refused: steady.filter(({ outcome }) => outcome === faults.rateLimited.code).length / steady.length,
      utilisation: used / (3 * perMinute),
    };
  }

  test('N3 told by headers, are kept with < 2 % refused and > 90 % used (50 seeds)', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { refused, utilisation } = await limited(seed, true);
      expect(refused, `share of 429 with seed ${seed}`).toBeLessThan(0.02);
      expect(utilisation, `utilisation with seed ${seed}`).toBeGreaterThan(0.9);
    }
  });

  test('that nobody tells are still used by > 85 %, by what is refused alone (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect((await limited(seed, false)).utilisation, `utilisation with seed ${seed}`).toBeGreaterThan(0.85);
    }
  });

  test('N3 set by the user, are never exceeded in any minute, and used by > 95 % (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const clock = new VirtualClock();
      const provider = simulatedProvider(id, { clock, random: seededRandom(seed), latencyMs: 700 });
      const requestsPerMinute = 30 + 10 * seed;
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

  test('on how fast the rate may rise, refuse < 2 % (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
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

describe('three models, of which one dies', () => {
  const models = ['fake:one', 'fake:two', 'fake:three'];
  const deaths = ['500', '429', 'hangs'] as const;

  async function panel(
    seed: number,
    death: (typeof deaths)[number] | undefined,
  ): Promise<[Simulated, SimulatedProvider[]]> {
    const clock = new VirtualClock();
    const random = seededRandom(seed);
    const providers = models.map((model) =>
      simulatedProvider(model, {
        clock,
        random: random.stream(model),
        latencyMs: 1500,
        trouble: (now) => {
          if (death === undefined || model !== id || now < seconds(30)) return undefined;
          if (death === 'hangs') return 'hang';
          const fault =
            death === '429' ? faults.rateLimited({ model, retryAfterMs: 1000 }) : faults.serverError({ model });
          return { fault, afterMs: 50 };
        },
      }),
    );
    const simulated = await simulate({
      clock,
      providers,
      raters: models.map((model) => raterForTest({ id: `judge of ${model}`, model })),
      stopAtMs: seconds(240),
      options: { concurrency: 9, seed },
    });
    return [simulated, providers];
  }

  test('N6 leave the other two ≥ 95 % of their throughput (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const death = deaths[seed % deaths.length];
      const [, calm] = await panel(seed, undefined);
      const [dead, others] = await panel(seed, death);
      for (const place of [1, 2]) {
        const former = throughput(calm[place]!.log, seconds(30), seconds(240));
        const now = throughput(others[place]!.log, seconds(30), seconds(240));
        expect(now / former, `${models[place]!} with seed ${seed} (${death})`).toBeGreaterThanOrEqual(0.95);
      }
      const told = dead.events.flatMap((event) =>
        event.type === 'lane' ? [`${event.model} ${event.why}`] : event.type === 'warning' ? [event.code] : [],
      );
      expect(told).toContain(death === '500' ? `${id} circuit` : 'runner/model-down');
    }
  });
});

describe('judges that share a model', () => {
  test('get equal turns, however many questions one of them asks (20 seeds)', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const clock = new VirtualClock();
      const provider = simulatedProvider(id, { clock, random: seededRandom(seed), latencyMs: 500 });
      const raters = [raterForTest({ id: 'asks ten', samples: 10 }), raterForTest({ id: 'asks one' })];
      const { events } = await simulate({
        clock,
        providers: [provider],
        raters,
        items: 20,
        options: { concurrency: 4, seed },
      });
      // The one that asks little ends long before the one that asks much.
      const rows = events.flatMap((event) => (event.type === 'rating-end' ? [event.rating] : []));
      const lastOfOne = rows.findLastIndex(({ rater }) => rater === 'asks one');
      const tenBefore = rows.slice(0, lastOfOne).filter(({ rater }) => rater === 'asks ten').length;
      expect(tenBefore).toBeLessThanOrEqual(200 * 0.9);
      expect(rows).toHaveLength(220);
    }
  });
});
