import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import { describe, expect, test } from 'vitest';

import { raterForTest } from '../rater-for-test.ts';
import { memoryStore } from './memory-store.ts';
import { simulate, type Simulated } from './simulate.ts';
import { simulatedProvider, type SimulatedProvider } from './simulated-provider.ts';
import { seconds, throughput } from './traffic.ts';
import { VirtualClock } from './virtual-clock.ts';

const id = 'fake:one';

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
        latencyMs: 2000,
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
      stopAtMs: seconds(150),
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
        const former = throughput(calm[place]!.log, seconds(30), seconds(150));
        const now = throughput(others[place]!.log, seconds(30), seconds(150));
        expect(now / former, `${models[place]!} with seed ${seed} (${death})`).toBeGreaterThanOrEqual(0.95);
      }
      const told = dead.events.flatMap((event) =>
        event.type === 'lane' ? [`${event.model} ${event.why}`] : event.type === 'warning' ? [event.code] : [],
      );
      expect(told).toContain(death === '500' ? `${id} circuit` : 'runner/model-down');
    }
  }, 60_000);
});

test('N6 what a dead model was to rate is still open when the others are done, and a resume asks for nothing else', async () => {
  const clock = new VirtualClock();
  let isDead = true;
  const provider = (model: string): SimulatedProvider =>
    simulatedProvider(model, {
      clock,
      random: seededRandom(7).stream(model),
      latencyMs: 1000,
      trouble: () =>
        isDead && model === id ? { fault: faults.serverError({ model, status: 500 }), afterMs: 50 } : undefined,
    });
  const providers = [provider(id), provider('fake:two')];
  const raters = providers.map(({ model }) => raterForTest({ id: `judge of ${model.id}`, model: model.id }));
  const session = { clock, providers, raters, items: 600, store: memoryStore() };
  const first = await simulate(session);
  expect(first.summary).toMatchObject({
    reason: 'stopped',
    fault: { code: expect.stringMatching(/down|server-error/) },
  });
  expect(first.summary.ledger.models['fake:two']).toMatchObject({ attempts: 600, replies: 600 });
  expect(first.events.filter((event) => event.type === 'warning' && event.code === 'runner/model-down')).toHaveLength(
    1,
  );
  const failed = first.summary.ledger.ratings.failed;
  isDead = false;
  const second = await simulate({ ...session, options: { retryFailed: true } });
  expect(second.summary).toMatchObject({ reason: 'done', ledger: { ratings: { rated: 1200, failed: 0 } } });
  expect(providers[1]!.log).toHaveLength(600);
  expect(providers[0]!.log.filter(({ outcome }) => outcome === 'reply')).toHaveLength(600);
  expect(failed).toBeLessThan(30);
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
