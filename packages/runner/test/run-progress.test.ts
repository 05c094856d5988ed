import type { Rating, RunEvent } from '@assize/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Eta, runProgress, type TimedEvent } from '../src/index.ts';

const call = { call: 'k', item: 'i', rater: 'r', model: 'fake:one' };
const started = (assignments: number | null): RunEvent => ({
  type: 'run-start',
  run: 'r',
  assignments,
  resumed: false,
  unknown: { calls: 0, maxCost: null },
});
const rated = (item: number, from: 'model' | 'journal' = 'model', criterion = 'c'): RunEvent => {
  const rating: Rating = {
    item: `i${item}`,
    rater: 'r',
    criterion,
    status: 'rated',
    value: 1,
    provenance: { source: 'model' },
  };
  return { type: 'rating-end', rating, from };
};
const at = (atMs: number, event: RunEvent): TimedEvent => ({ event, atMs });
const isKnown = (eta: Eta): eta is Extract<Eta, { ms: number }> => eta.ms !== null;

test('counts assignments, not ratings, and what earlier sessions had finished apart from the pace', () => {
  const events = [
    at(0, started(100)),
    ...Array.from({ length: 40 }, (_, item) => at(5, rated(item, 'journal'))),
    ...Array.from({ length: 20 }, (_, item) => [
      at(500 * item, rated(40 + item)),
      at(500 * item, rated(40 + item, 'model', 'd')),
    ]).flat(),
  ];
  const { done, total, kept, rate, eta, ratings } = runProgress(events, 10_000);
  expect({ done, total, kept, rate, rated: ratings.rated }).toEqual({
    done: 60,
    total: 100,
    kept: 40,
    rate: 2,
    rated: 80,
  });
  expect(eta.ms).toBe(20_000);
  expect(isKnown(eta) && eta.low < 16_000 && eta.high > 24_000).toBe(true);
});

test('the time to the end is unknown, and says why, when nobody can know', () => {
  const reason = (eta: Eta): string => (isKnown(eta) ? 'known' : eta.reason);
  expect(reason(runProgress([at(0, started(null)), at(9, rated(1))], 1000).eta)).toContain('does not say how many');
  expect(reason(runProgress([at(0, started(10)), at(9, rated(1))], 1000).eta)).toContain('too few');
  const stuck = Array.from({ length: 30 }, (_, item) => at(item, rated(item)));
  expect(reason(runProgress([at(0, started(99)), ...stuck], 3_600_000).eta)).toContain('0 assignments');
  expect(runProgress([at(0, started(30)), ...stuck], 50).eta).toEqual({ ms: 0, low: 0, high: 0 });
});

test('the pace is that of the last minute', () => {
  const slow = Array.from({ length: 60 }, (_, item) => at(item * 10_000, rated(item)));
  const fast = Array.from({ length: 600 }, (_, item) => at(600_000 + item * 100, rated(100 + item)));
  const { rate } = runProgress([at(0, started(5000)), ...slow, ...fast], 660_000);
  expect(rate).toBeGreaterThan(9.5);
  expect(rate).toBeLessThan(10.5);
});

test('the interval holds the true end of a random run about nine times in ten', () => {
  let state = 7;
  // Exponential times between two assignments, by a small generator of its own.
  const gap = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return -Math.log((state + 1) / 4_294_967_297) * 100;
  };
  let inside = 0;
  for (let trial = 0; trial < 500; trial += 1) {
    let now = 0;
    const events = [at(0, started(200))];
    for (let item = 0; item < 80; item += 1) events.push(at((now += gap()), rated(item)));
    const { eta } = runProgress(events, now);
    let rest = 0;
    for (let item = 80; item < 200; item += 1) rest += gap();
    if (isKnown(eta) && eta.low <= rest && rest <= eta.high) inside += 1;
  }
  expect(inside / 500).toBeGreaterThan(0.85);
  expect(inside / 500).toBeLessThan(0.95);
});

test('lanes, failures and cost are those of the calls, whatever the order in which they end', () => {
  const fault = { code: 'provider/timeout', message: 'm' };
  const end = { type: 'call-end', ...call, from: 'model', attempts: 1, latencyMs: 1 } as const;
  type Fate = 'reply' | 'unpriced' | 'failed' | 'retried';
  const ends: Record<Exclude<Fate, 'retried'>, RunEvent> = {
    reply: { ...end, outcome: 'reply', cost: { amount: 0.5, currency: 'USD' } },
    unpriced: { ...end, outcome: 'reply', cost: null },
    failed: { ...end, outcome: 'failed', cost: null, fault },
  };
  const start = (attempt: number): RunEvent => ({ type: 'call-start', ...call, attempt });
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Fate>('reply', 'unpriced', 'failed', 'retried')), (fates) => {
      const events = fates.flatMap((fate) =>
        fate === 'retried'
          ? [start(1), { type: 'call-retry', ...call, attempt: 1, waitMs: 5, fault } as const, start(2), ends.reply]
          : [start(1), ends[fate]],
      );
      const { lanes, costSoFar, failures } = runProgress(
        events.map((event) => at(0, event)),
        1,
      );
      const of = (...kinds: Fate[]): number => fates.filter((fate) => kinds.includes(fate)).length;
      expect(lanes['fake:one'] ?? { inFlight: 0, waiting: 0, replies: 0, failed: 0, retries: 0 }).toEqual({
        inFlight: 0,
        waiting: 0,
        replies: of('reply', 'unpriced', 'retried'),
        failed: of('failed'),
        retries: of('retried'),
      });
      expect(costSoFar).toEqual({ usd: of('reply', 'retried') / 2, unpriced: of('unpriced') });
      expect(failures['provider/timeout'] ?? 0).toBe(of('failed', 'retried'));
    }),
    { seed: 42 },
  );
});
