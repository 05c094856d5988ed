import { faults, type RunEvent } from '@assize/core';
import { seededRandom } from '@assize/stats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Circuit } from '../src/pacing/circuit.ts';
import type { Clock } from '../src/pacing/clock.ts';
import { LearnedAllowance } from '../src/pacing/allowance.ts';
import { ConcurrencyLimit } from '../src/pacing/concurrency-limit.ts';
import type { Permit } from '../src/pacing/lane.ts';
import { limitsOf, limitsSchema } from '../src/pacing/lane-limits.ts';
import { Pacer, type PacerOptions } from '../src/pacing/pacer.ts';
import { RetryCredit } from '../src/pacing/retry-credit.ts';
import { retryDefaults, retryWaitMs } from '../src/pacing/retry-policy.ts';
import { Throttle } from '../src/pacing/throttle.ts';
import { TokenBucket } from '../src/pacing/token-bucket.ts';
import { TokenNeed } from '../src/pacing/token-need.ts';
import { FairLine } from '../src/pacing/waiting-calls.ts';

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
    for (let now = 0; now < 60_000; now += 10) {
      if (credit.waitMs(now) > 0) continue;
      credit.take(now);
      retries += 1;
    }
    expect(retries).toBe(3 + 12);
  });

  test('lets a retry go for every reply, and one more', () => {
    const credit = new RetryCredit();
    for (let now = 0; now < 10; now += 1) credit.take(now);
    for (let round = 0; round < 1000; round += 1) {
      credit.reply();
      for (let retry = 0; retry < 2; retry += 1) {
        expect(credit.waitMs(10)).toBe(0);
        credit.take(10);
      }
      expect(credit.waitMs(10)).toBeGreaterThan(0);
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

describe('the limit of what is in flight', () => {
  const replies = (limit: ConcurrencyLimit, count: number, now = 100_000): void => {
    for (let reply = 0; reply < count; reply += 1) limit.reply(now, 50);
  };

  test('begins with a quarter of what is allowed, at least 8, and doubles with each round of replies', () => {
    expect(new ConcurrencyLimit(5).places).toBe(5);
    expect(new ConcurrencyLimit(20).places).toBe(8);
    const limit = new ConcurrencyLimit(100);
    const seen = [limit.places];
    for (let round = 0; round < 3; round += 1) {
      replies(limit, limit.places);
      seen.push(limit.places);
    }
    expect(seen).toEqual([25, 50, 100, 100]);
  });

  test('loses 30 % at a rate limit, once in the wait that was asked for, and gains it back slowly after it', () => {
    const limit = new ConcurrencyLimit(10);
    replies(limit, 10, 0);
    for (let refused = 0; refused < 10; refused += 1) limit.limited(0, 10 - refused, 1000);
    expect(limit.places).toBe(7);
    replies(limit, 100, 999);
    expect(limit.places).toBe(7);
    replies(limit, 7, 1000);
    expect(limit.places).toBe(7);
    replies(limit, 8, 1000);
    expect(limit.places).toBe(8);
    limit.limited(1000, 8, 1000);
    expect(limit.places).toBe(5);
    limit.limited(1999, 5, 1000);
    expect(limit.places).toBe(5);
  });

  test('doubles again, up to where it was calm, after a storm of refusals', () => {
    const limit = new ConcurrencyLimit(100);
    replies(limit, 200);
    for (let now = 0; now < 20_000; now += 1000) limit.limited(now, limit.places, 0);
    expect(limit.places).toBe(1);
    for (const places of [2, 4, 8, 16, 32, 64]) {
      replies(limit, limit.places);
      expect(limit.places).toBe(places);
    }
    replies(limit, 100);
    expect(limit.places).toBe(71);
  });

  test('begins with one after an outage', () => {
    const limit = new ConcurrencyLimit(64);
    replies(limit, 100);
    limit.restart();
    expect(limit.places).toBe(1);
    replies(limit, 63);
    expect(limit.places).toBe(64);
  });
});

describe('client-side throttling', () => {
  const throttled = (requests: number, accepts: number): Throttle => {
    const throttle = new Throttle();
    for (let request = 0; request < requests; request += 1) throttle.request(0);
    for (let accept = 0; accept < accepts; accept += 1) throttle.accept(0);
    return throttle;
  };

  test.each([
    [100, 100, 0, 0],
    [100, 50, 0, 0],
    [100, 25, 0, 50 / 101],
    [100, 0, 0, 100 / 101],
    [100, 0, 8, 92 / 101],
    [8, 0, 8, 0],
  ])('after %d requests with %d accepted, %d of them in flight, it is %d', (requests, accepts, round, refusal) => {
    expect(throttled(requests, accepts).refusal(0, round)).toBeCloseTo(refusal, 12);
  });

  test('forgets what is older than two minutes', () => {
    const throttle = throttled(100, 0);
    expect(throttle.refusal(110_000, 0)).toBeGreaterThan(0.9);
    expect(throttle.refusal(120_000, 0)).toBe(0);
    expect(throttle.refusal(1e9, 0)).toBe(0);
  });
});

describe('a rate per minute', () => {
  test('is never exceeded in any 60 seconds, and used up to 95 % where calls wait (1,000 schedules)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 20 }),
        (perMinute, pauses) => {
          const bucket = new TokenBucket(perMinute);
          const sent: number[] = [];
          let now = 0;
          let pause = 0;
          while (now < 300_000) {
            const wait = bucket.waitMs(now, 1);
            if (wait === 0) {
              bucket.take(1);
              sent.push(now);
              if (sent.length % 40 === 0) now += pauses[pause++] ?? 0;
            } else now += wait;
          }
          let from = 0;
          for (const [index, at] of sent.entries()) {
            while (sent[from]! <= at - 60_000) from += 1;
            if (index - from + 1 > perMinute) return false;
          }
          return pauses.length > 0 || sent.length >= 0.95 * perMinute * 4.9 - 1;
        },
      ),
      { seed: 42, numRuns: 1000 },
    );
  });

  test('lets a need above it through, and makes the next one wait for it', () => {
    const bucket = new TokenBucket(6000);
    expect(bucket.waitMs(0, 1e6)).toBe(0);
    bucket.take(1000);
    const wait = bucket.waitMs(0, 1e6);
    expect(wait).toBeGreaterThan(9000);
    expect(wait).toBeLessThan(11_000);
    bucket.giveBack(900);
    expect(bucket.waitMs(0, 1e6)).toBeLessThan(1100);
  });
});

describe('what the headers tell', () => {
  test('holds calls back until the reset where nothing is left, and no longer', () => {
    const allowance = new LearnedAllowance();
    expect(allowance.waitMs(0, 1)).toBe(0);
    allowance.observe(0, { limit: 10, remaining: 2, resetMs: 1500 }, 0);
    for (const _ of [1, 2]) {
      expect(allowance.waitMs(0, 1)).toBe(0);
      allowance.take(1);
    }
    expect(allowance.waitMs(100, 1)).toBe(1400);
    expect(allowance.waitMs(1500, 1)).toBe(0);
  });

  test('counts what was sent after the request that was answered', () => {
    const allowance = new LearnedAllowance();
    allowance.observe(0, { limit: 10, remaining: 3, resetMs: 1900 }, 3);
    expect(allowance.waitMs(0, 1)).toBe(1900);
  });

  test('learns a steady refill from how the reset moves', () => {
    const allowance = new LearnedAllowance();
    // 60 a minute: one comes back each second.
    allowance.observe(0, { limit: 60, remaining: 0, resetMs: 60_000 }, 0);
    expect(allowance.waitMs(0, 1)).toBe(1000);
    expect(allowance.waitMs(1000, 1)).toBe(0);
  });

  test('believes no refill of a window, which resets all at once', () => {
    const allowance = new LearnedAllowance();
    allowance.observe(0, { limit: 1000, remaining: 999, resetMs: 60_000 }, 0);
    allowance.observe(30_000, { limit: 1000, remaining: 0, resetMs: 30_000 }, 0);
    expect(allowance.waitMs(30_000, 1)).toBe(30_000);
  });

  test('never holds a lane for more than a minute, whatever the headers say (1,000 of them)', () => {
    const some = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constant(0));
    fc.assert(
      fc.property(
        fc.array(fc.record({ limit: some, remaining: some, resetMs: fc.integer({ min: 0, max: 86_400_000 }) }), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 1000 }),
        (told, need, uncounted) => {
          const allowance = new LearnedAllowance();
          for (const allowed of told) allowance.observe(0, allowed, uncounted);
          let [now, waits] = [0, 0];
          for (let wait = allowance.waitMs(now, need); wait > 0; wait = allowance.waitMs(now, need)) {
            now += wait;
            waits += 1;
          }
          return now <= 60_000 && waits < 10;
        },
      ),
      { seed: 42, numRuns: 1000 },
    );
  });

  test('does not believe "none left" of calls that were let in, twice running', () => {
    const allowance = new LearnedAllowance();
    let now = 0;
    const waits = Array.from({ length: 4 }, () => {
      const wait = allowance.waitMs(now, 1);
      now += wait;
      expect(allowance.waitMs(now, 1)).toBe(0);
      allowance.take(1);
      allowance.observe(now, { limit: 100, remaining: 0, resetMs: 1900 }, 0);
      return wait;
    });
    expect(waits).toEqual([0, 1900, 1900, 0]);
  });
});

describe('what a request will use', () => {
  test('is its bound until a reply, then the mean of what was used', () => {
    const need = new TokenNeed();
    const bound = { inputTokens: 400, outputTokens: 16_000 };
    expect(need.estimate(bound)).toEqual(bound);
    for (let reply = 0; reply < 200; reply += 1) {
      need.learn(bound, { inputTokens: 90 + (reply % 2) * 20, outputTokens: 40 + (reply % 2) * 20 });
    }
    const { inputTokens, outputTokens } = need.estimate({ inputTokens: 800, outputTokens: 16_000 });
    expect(inputTokens).toBeCloseTo(200, -1);
    expect(outputTokens).toBeCloseTo(50, -1);
  });
});

describe('limits by model', () => {
  test('are of the longest name that fits', () => {
    const limits = { 'acme:*': { requestsPerMinute: 60 }, 'acme:large*': { tokensPerMinute: 1000 } };
    expect(limitsOf(limits, 'acme:large-2')).toEqual({ tokensPerMinute: 1000 });
    expect(limitsOf(limits, 'acme:small')).toEqual({ requestsPerMinute: 60 });
    expect(limitsOf(limits, 'other:large')).toEqual({});
  });

  test('are above 0 and spelt right', () => {
    expect(limitsSchema.safeParse({ a: { requestsPerMinute: 0 } }).success).toBe(false);
    expect(limitsSchema.safeParse({ a: { requestPerMinute: 1 } }).success).toBe(false);
    expect(limitsSchema.safeParse({ a: { concurrency: 1.5 } }).success).toBe(false);
  });
});

describe('the line of those who wait', () => {
  test('takes one of each rater in turn, and each rater’s in order (1,000 lines)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 200 }), (raters) => {
        const line = new FairLine<{ rater: string; number: number }>();
        for (const [number, rater] of raters.entries()) line.push(rater, { rater, number });
        const out: { rater: string; number: number }[] = [];
        for (let next = line.shift(); next; next = line.shift()) out.push(next);
        expect(out).toHaveLength(raters.length);
        for (const rater of ['a', 'b', 'c']) {
          const own = out.filter((entry) => entry.rater === rater).map(({ number }) => number);
          expect(own).toEqual(own.toSorted((x, y) => x - y));
          // While another still waits, none goes twice before it.
          for (const other of ['a', 'b', 'c']) {
            const last = out.findLastIndex((entry) => entry.rater === other);
            for (let place = 0; place + 1 < last; place += 1) {
              const pair = out.slice(place, place + 2).every((entry) => entry.rater === rater);
              if (rater !== other && pair) expect.fail(`${rater} went twice before ${other}`);
            }
          }
        }
      }),
      { seed: 42, numRuns: 1000 },
    );
  });
});

describe('the pacer', () => {
  const bound = { inputTokens: 10, outputTokens: 10 };
  const outage = { kind: 'outage', fault: new Error('down') } as const;
  const reply = { kind: 'reply', latencyMs: 50 } as const;
  const pacerWith = (concurrency: number, rest: Partial<PacerOptions> = {}): Pacer =>
    new Pacer({
      concurrency,
      limits: {},
      clock: standingClock(),
      random: seededRandom(1),
      emit: () => undefined,
      queued: () => undefined,
      ...rest,
    });
  const ask = (pacer: Pacer, { model = 'm', rater = 'r', isRetry = false } = {}): Promise<Permit> =>
    pacer.acquire(model, { rater, isRetry, bound });
  const took = async (pacer: Pacer, count: number, model = 'm'): Promise<Permit[]> => {
    const permits: Permit[] = [];
    for (let call = 0; call < count; call += 1) permits.push(await ask(pacer, { model }));
    return permits;
  };

  test('holds one model back without holding back another', async () => {
    const pacer = pacerWith(4, { limits: { slow: { concurrency: 1 } } });
    await took(pacer, 1, 'slow');
    let isServed = false;
    void ask(pacer, { model: 'slow' }).then(() => (isServed = true));
    await took(pacer, 3, 'fast');
    expect([isServed, pacer.inFlight]).toEqual([false, 4]);
  });

  test('gives a model that never answers no more than its share of the places', async () => {
    const pacer = pacerWith(6);
    for (let call = 0; call < 20; call += 1) for (const model of ['hangs', 'works']) void ask(pacer, { model });
    expect(pacer.lane('hangs').inFlight).toBe(3);
    expect(pacer.lane('works').inFlight).toBe(3);
  });

  test('lets retries go first, every fourth time a call that has not begun, and refuses all when it is stopped', async () => {
    const pacer = pacerWith(1);
    let [permit] = await took(pacer, 1);
    const order: string[] = [];
    const error = new Error('stopped');
    const all = [false, false, true, true, true, true, true].map((isRetry) =>
      ask(pacer, { isRetry }).then((next) => {
        order.push(isRetry ? 'retry' : 'new');
        permit = next;
        return next;
      }),
    );
    for (let call = 0; call < 5; call += 1) {
      pacer.release(permit!, reply);
      await new Promise((resolve) => setImmediate(resolve));
    }
    pacer.stop(error);
    const ends = await Promise.allSettled(all);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    await expect(ask(pacer)).rejects.toBe(error);
    expect(order).toEqual(['retry', 'retry', 'retry', 'new', 'retry']);
  });

  test('gives a model up after five probes that failed', async () => {
    const clock = standingClock();
    const pacer = pacerWith(80, { clock });
    for (const permit of await took(pacer, 20)) pacer.release(permit, outage);
    const ends: (Error | undefined)[] = [];
    for (let probe = 0; probe < 5; probe += 1) {
      const next = ask(pacer);
      clock.move(30_000);
      ends.push(pacer.release(await next, outage));
    }
    expect(ends.map((end) => end?.message)).toEqual([undefined, undefined, undefined, undefined, 'down']);
  });

  test('leaves a model out that is down while another works, and takes it back when a probe succeeds', async () => {
    const clock = standingClock();
    const events: RunEvent[] = [];
    const pacer = pacerWith(80, { clock, emit: (event) => events.push(event) });
    pacer.release((await took(pacer, 1, 'works'))[0]!, reply);
    for (const permit of await took(pacer, 20)) pacer.release(permit, outage);
    const waiting = ask(pacer);
    expect(pacer.shed()).toBe(true);
    await expect(waiting).rejects.toMatchObject({ code: 'runner/model-down' });
    await expect(ask(pacer)).rejects.toMatchObject({ code: 'runner/model-down' });
    clock.move(30_000);
    const probe = await ask(pacer);
    await expect(ask(pacer)).rejects.toMatchObject({ code: 'runner/model-down' });
    expect(pacer.release(probe, reply)).toBeUndefined();
    await took(pacer, 1);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1);
    expect(events.flatMap((event) => (event.type === 'lane' ? [event.why] : []))).toContain('circuit');
  });

  test('stops a lane as long as asked after five rate limits without a reply, and tells why', async () => {
    const clock = standingClock();
    const events: RunEvent[] = [];
    const pacer = pacerWith(8, { clock, emit: (event) => events.push(event) });
    for (const permit of await took(pacer, 5)) pacer.release(permit, { kind: 'limited', retryAfterMs: 7000 });
    let isServed = false;
    void ask(pacer).then(() => (isServed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(events.at(-1)).toMatchObject({ type: 'lane', model: 'm', inFlight: 0, waiting: 1, why: 'rate-limited' });
    clock.move(6999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isServed).toBe(false);
    clock.move(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isServed).toBe(true);
  });
});
