import {
  type Allowance,
  type AssizeError,
  type FaultFacts,
  faults,
  type Model,
  type ModelReply,
  type Random,
  type RateLimits,
  type Usage,
} from '@assize/core';

import type { VirtualClock } from './virtual-clock.ts';

/** What the provider does with one request, when it is not a reply. */
export type Trouble = { readonly fault: AssizeError<FaultFacts>; readonly afterMs: number } | 'hang';

export interface ProviderOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Mean time to a reply; each one takes from `spread` below to `spread` above. */
  readonly latencyMs: number;
  readonly spread?: number;
  /** True limits: token buckets that refill steadily and hold so many seconds' worth. */
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly holdsSeconds?: number;
  /** Whether each response tells the limits. */
  readonly tellsLimits?: boolean;
  /** How fast the rate may rise: requests in a second, at most this many times those of the second before, and 10. */
  readonly acceleration?: number;
  readonly trouble?: (now: number, random: Random, question: string) => Trouble | undefined;
  readonly usage?: (question: string) => Usage;
}

/** One request as the provider saw it: the ground truth. */
export interface Served {
  readonly question: string;
  readonly at: number;
  endedAt: number;
  outcome: 'open' | 'reply' | 'aborted' | (string & {});
  readonly usage: Usage;
}

export interface SimulatedProvider {
  readonly model: Model;
  readonly log: Served[];
  /** The most requests that were ever in flight. */
  readonly peak: () => number;
}

class TrueBucket {
  readonly #perMs: number;
  readonly #most: number;
  #level: number;
  #at = 0;

  constructor(perMinute: number, holdsSeconds: number) {
    this.#perMs = perMinute / 60_000;
    this.#most = Math.max(1, this.#perMs * 1000 * holdsSeconds);
    this.#level = this.#most;
  }

  fits(now: number, need: number): boolean {
    this.#level = Math.min(this.#most, this.#level + (now - this.#at) * this.#perMs);
    this.#at = now;
    return this.#level >= need - 1e-9;
  }

  take(need: number): void {
    this.#level -= need;
  }

  /** When a need fits, in milliseconds from now. */
  waitMs(need: number): number {
    return Math.ceil((need - this.#level) / this.#perMs);
  }

  tell(): Allowance {
    return {
      limit: Math.floor(this.#most),
      remaining: Math.max(0, Math.floor(this.#level)),
      resetMs: Math.ceil((this.#most - this.#level) / this.#perMs),
    };
  }
}

/** A model on a virtual clock: a pure function of its seed and of when it is asked what. */
export function simulatedProvider(id: string, options: ProviderOptions): SimulatedProvider {
  const { clock, random, latencyMs, spread = 0.5, holdsSeconds = 60, trouble } = options;
  const bucket = (perMinute: number | undefined): TrueBucket | undefined =>
    perMinute === undefined ? undefined : new TrueBucket(perMinute, holdsSeconds);
  const requests = bucket(options.requestsPerMinute);
  const tokens = bucket(options.tokensPerMinute);
  const usageOf =
    options.usage ?? ((question: string) => ({ inputTokens: 50 + (question.length % 20), outputTokens: 8 }));
  const log: Served[] = [];
  let [inFlight, peak] = [0, 0];
  let [second, inSecond, before] = [0, 0, 0];

  const admit = (now: number, need: number): number | undefined => {
    const buckets: [TrueBucket, number][] = [];
    if (requests) buckets.push([requests, 1]);
    if (tokens) buckets.push([tokens, need]);
    const waits = buckets.filter(([one, amount]) => !one.fits(now, amount)).map(([one, amount]) => one.waitMs(amount));
    if (waits.length > 0) return Math.max(...waits);
    if (options.acceleration !== undefined) {
      const current = Math.floor(now / 1000);
      if (current !== second) [before, second, inSecond] = [current === second + 1 ? inSecond : 0, current, 0];
      if (inSecond >= Math.max(10, before * options.acceleration)) return 1000;
      inSecond += 1;
    }
    for (const [one, amount] of buckets) one.take(amount);
    return undefined;
  };
  const tell = (): RateLimits => ({
    ...(requests ? { requests: requests.tell() } : {}),
    ...(tokens ? { tokens: tokens.tell() } : {}),
  });

  const model: Model = {
    contract: 1,
    id,
    abilities: { logprobs: false, topLogprobs: 0, jsonSchema: true, seed: false, temperature: true },
    generate(request, { signal, onLimits, sample = 0 }) {
      const now = clock.now();
      const question = `${request.messages[0]!.content}#${sample}`;
      const usage = usageOf(question);
      const served: Served = { question, at: now, endedAt: now, outcome: 'open', usage };
      log.push(served);
      inFlight += 1;
      peak = Math.max(peak, inFlight);
      return new Promise<ModelReply>((resolve, reject) => {
        const end = (outcome: string, settle: () => void): void => {
          if (served.outcome !== 'open') return;
          served.outcome = outcome;
          served.endedAt = clock.now();
          inFlight -= 1;
          settle();
        };
        signal.addEventListener('abort', () => end('aborted', () => reject(signal.reason)), { once: true });
        const failed = trouble?.(now, random, question);
        if (failed === 'hang') return;
        const retryAfterMs = failed ? undefined : admit(now, usage.inputTokens + usage.outputTokens);
        const limits = options.tellsLimits === true && !failed ? tell() : undefined;
        const refused =
          failed ??
          (retryAfterMs === undefined
            ? undefined
            : { fault: faults.rateLimited({ model: id, status: 429, retryAfterMs }), afterMs: 20 });
        const afterMs = refused?.afterMs ?? latencyMs * (1 + spread * (2 * random.next() - 1));
        clock.after(afterMs, () => {
          if (served.outcome !== 'open') return;
          if (limits) onLimits?.(limits);
          if (refused) end(refused.fault.code, () => reject(refused.fault));
          else {
            const reply: ModelReply = { text: String(question.length % 101), stop: 'done', usage, served: id };
            end('reply', () => resolve(reply));
          }
        });
      });
    },
  };
  return { model, log, peak: () => peak };
}
