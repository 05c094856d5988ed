import { faults } from '@assize/core';
import { seededRandom } from '@assize/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Circuit } from '../src/pacing/circuit.ts';
import type { Clock } from '../src/pacing/clock.ts';
import { Pacer, type Permit } from '../src/pacing/pacer.ts';
import { RetryCredit, retryDefaults, retryWaitMs } from '../src/pacing/retry-policy.ts';

/** A clock that stands until it is moved. */
function standingClock(): Clock & { move: (ms: number) => void } {
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  return {
    now: () => now,
    date: () => '2026-01-01T00:00:00.000Z',
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    move(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
    },
  };
}

describe('the wait before another try', () => {
  const overloaded = faults.overloaded({ model: 'm' });

  test('is drawn from 0 to a range that doubles, up to a minute', () => {
    const random = seededRandom(1);
    for (const [attempt, range] of [
      [1, 500],
      [2, 1000],
      [5, 8000],
      [8, 60_000],
      [30, 60_000],
    ] as const) {
      const waits = Array.from({ length: 400 }, () => retryWaitMs(attempt, overloaded, retryDefaults, random));
      expect(Math.min(...waits)).toBeLessThan(range * 0.05);
      expect(Math.max(...waits)).toBeLessThanOrEqual(range);
      expect(Math.max(...waits)).toBeGreaterThan(range * 0.95);
    }
  });

  test('is never shorter than the provider asks for, and at most a tenth longer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        fc.nat(),
        (attempt, retryAfterMs, seed) => {
          const wait = retryWaitMs(
            attempt,
            faults.rateLimited({ model: 'm', retryAfterMs }),
            retryDefaults,
            seededRandom(seed),
          );
          expect(wait).toBeGreaterThanOrEqual(retryAfterMs);
          expect(wait).toBeLessThanOrEqual(retryAfterMs * 1.1);
        },
      ),
      { seed: 42 },
    );
  });

  test.each([Number.NaN, -5, 0, Number.POSITIVE_INFINITY])(
    'ignores %d as what the provider asks for',
    (retryAfterMs) => {
      const wait = retryWaitMs(1, faults.rateLimited({ model: 'm', retryAfterMs }), retryDefaults, seededRandom(3));
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(500);
    },
  );
});

describe('the credit for retries', () => {
  test('collapses to one in five seconds when nothing succeeds', () => {
    const credit = new RetryCredit();
    let retries = 0;
    for (let now = 0; now < 60_000; now += 10) if (credit.take(now) === 0) retries += 1;
    expect(retries).toBe(3 + 12);
  });

  test('never makes a provider that answers two of three wait', () => {
    const credit = new RetryCredit();
    for (let call = 0; call < 3000; call += 1) {
      credit.request();
      if (call % 3 === 0) expect(credit.take(0)).toBe(0);
      else credit.reply();
    }
  });
});

describe('the circuit', () => {
  const calls = (circuit: Circuit, now: number, count: number, failed: boolean): void => {
    for (let call = 0; call < count; call += 1) circuit.report(now, failed, circuit.go());
  };

  test('opens when half of twenty calls in thirty seconds failed, not before', () => {
    const circuit = new Circuit();
    calls(circuit, 0, 10, false);
    calls(circuit, 1000, 9, true);
    expect(circuit.waitMs(1000)).toBe(0);
    calls(circuit, 2000, 1, true);
    expect(circuit.waitMs(2000)).toBe(30_000);
  });

  test('forgets what is older than thirty seconds', () => {
    const circuit = new Circuit();
    calls(circuit, 0, 19, true);
    calls(circuit, 40_000, 19, true);
    expect(circuit.waitMs(40_000)).toBe(0);
  });

  test('lets one probe through, and closes when it succeeds', () => {
    const circuit = new Circuit();
    calls(circuit, 0, 20, true);
    expect(circuit.waitMs(30_000)).toBe(0);
    const isProbe = circuit.go();
    expect(circuit.waitMs(30_000)).toBe(Number.POSITIVE_INFINITY);
    circuit.report(30_050, true, isProbe);
    expect(circuit.waitMs(30_050)).toBe(30_000);
    circuit.report(60_100, false, circuit.go());
    expect([circuit.waitMs(60_100), circuit.failedProbes]).toEqual([0, 0]);
  });

  test('is not judged by calls that went before it opened', () => {
    const circuit = new Circuit();
    const early = circuit.go();
    calls(circuit, 0, 20, true);
    circuit.report(10, false, early);
    expect(circuit.waitMs(10)).toBeGreaterThan(0);
  });
});

describe('the pacer', () => {
  const took = async (pacer: Pacer, count: number, model = 'm'): Promise<Permit[]> => {
    const permits: Permit[] = [];
    for (let call = 0; call < count; call += 1) permits.push(await pacer.acquire(model, { urgent: false }));
    return permits;
  };

  test('loses 30 % of a lane at a rate limit, once in the wait that was asked for, and gains it back slowly', async () => {
    const clock = standingClock();
    const pacer = new Pacer(10, clock);
    const permits = await took(pacer, 10);
    for (const permit of permits) pacer.release(permit, { kind: 'limited', retryAfterMs: 1000 });
    expect(pacer.lane('m').limit).toBeCloseTo(7, 9);
    for (let round = 0; round < 3; round += 1) {
      for (const permit of await took(pacer, Math.floor(pacer.lane('m').limit)))
        pacer.release(permit, { kind: 'reply', latencyMs: 50 });
    }
    expect(pacer.lane('m').limit).toBeGreaterThan(9);
    expect(pacer.lane('m').limit).toBeLessThanOrEqual(10);
    clock.move(1000);
    const [permit] = await took(pacer, 8);
    pacer.release(permit!, { kind: 'limited', retryAfterMs: 1000 });
    expect(pacer.lane('m').limit).toBeLessThan(7);
  });

  test('holds one model back without holding back another', async () => {
    const pacer = new Pacer(4, standingClock());
    for (const permit of await took(pacer, 4, 'slow')) pacer.release(permit, { kind: 'limited', retryAfterMs: 0 });
    pacer.lane('slow').limit = 1;
    await took(pacer, 1, 'slow');
    let isServed = false;
    void pacer.acquire('slow', { urgent: false }).then(() => (isServed = true));
    await took(pacer, 3, 'fast');
    expect([isServed, pacer.inFlight]).toEqual([false, 4]);
  });

  test('lets a retry go before calls that have not begun, and refuses all when it is stopped', async () => {
    const pacer = new Pacer(1, standingClock());
    const [permit] = await took(pacer, 1);
    const order: string[] = [];
    const error = new Error('stopped');
    const first = pacer.acquire('m', { urgent: false }).then((next) => (order.push('new'), next));
    const second = pacer.acquire('m', { urgent: true }).then((next) => (order.push('retry'), next));
    pacer.release(permit!, { kind: 'other' });
    await second;
    pacer.stop(error);
    await expect(first).rejects.toBe(error);
    await expect(pacer.acquire('m', { urgent: true })).rejects.toBe(error);
    expect(order).toEqual(['retry']);
  });

  test('gives a lane up after five probes that failed', async () => {
    const clock = standingClock();
    const pacer = new Pacer(20, clock);
    for (const permit of await took(pacer, 20)) pacer.release(permit, { kind: 'outage' });
    const outcomes: boolean[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const next = pacer.acquire('m', { urgent: false });
      clock.move(30_000);
      outcomes.push(pacer.release(await next, { kind: 'outage' }).givenUp);
    }
    expect(outcomes).toEqual([false, false, false, false, true]);
  });
});
