import type { RateLimits, Usage } from '@assize/core';

import { LearnedAllowance } from './allowance.ts';
import type { LaneLimits } from './lane-limits.ts';
import { TokenBucket } from './token-bucket.ts';
import { TokenNeed } from './token-need.ts';

const kinds = ['requests', 'tokens', 'inputTokens', 'outputTokens'] as const;
type Kind = (typeof kinds)[number];

const ownName = {
  requests: 'requestsPerMinute',
  tokens: 'tokensPerMinute',
  inputTokens: 'inputTokensPerMinute',
  outputTokens: 'outputTokensPerMinute',
} as const;

/** What one request was taken to use, and how much had been sent when it left, itself included. */
export interface Reservation {
  readonly bound: Usage;
  readonly need: Usage;
  readonly sent: Readonly<Record<Kind, number>>;
}

/**
 * How much a lane may send, by the user's limits and by the provider's as learned from its headers.
 *
 * Without any it costs nothing but a count.
 */
export class LaneRates {
  readonly #own: [Kind, TokenBucket][];
  readonly #learned: [Kind, LearnedAllowance][] = [];
  readonly #tokens = new TokenNeed();
  readonly #sent: Record<Kind, number> = { requests: 0, tokens: 0, inputTokens: 0, outputTokens: 0 };

  constructor(limits: LaneLimits) {
    this.#own = kinds.flatMap((kind): [Kind, TokenBucket][] => {
      const perMinute = limits[ownName[kind]];
      return perMinute === undefined ? [] : [[kind, new TokenBucket(perMinute)]];
    });
  }

  /** How long a request must wait, and for whose limit; nothing when it may go. */
  hold(now: number, bound: Usage): { waitMs: number; why: 'limits' | 'headers' } | undefined {
    if (this.#own.length === 0 && this.#learned.length === 0) return undefined;
    const need = this.#tokens.estimate(bound);
    const own = longest(this.#own, now, need);
    const learned = longest(this.#learned, now, need);
    if (own === 0 && learned === 0) return undefined;
    return own >= learned ? { waitMs: own, why: 'limits' } : { waitMs: learned, why: 'headers' };
  }

  /** A request leaves. */
  take(bound: Usage): Reservation {
    const need = this.#tokens.estimate(bound);
    for (const [kind, bucket] of this.#own) bucket.take(amountOf(kind, need));
    for (const [kind, allowance] of this.#learned) allowance.take(amountOf(kind, need));
    for (const kind of kinds) this.#sent[kind] += amountOf(kind, need);
    return { bound, need, sent: { ...this.#sent } };
  }

  /** What a request really used; `undefined` where nobody said, and the estimate stands. */
  settle({ bound, need }: Reservation, usage: Usage | undefined): void {
    if (!usage) return;
    for (const [kind, bucket] of this.#own) bucket.giveBack(amountOf(kind, need) - amountOf(kind, usage));
    // A request that was refused used nothing, and says nothing of those that are not.
    if (usage.inputTokens > 0) this.#tokens.learn(bound, usage);
  }

  /** What the response to a request says of the provider's limits. */
  observe(now: number, limits: RateLimits, { sent }: Reservation): void {
    for (const kind of kinds) {
      const told = limits[kind];
      if (told?.remaining === undefined) continue;
      let allowance = this.#learned.find(([name]) => name === kind)?.[1];
      if (!allowance) this.#learned.push([kind, (allowance = new LearnedAllowance())]);
      // What left later has not been counted by the provider yet.
      allowance.observe(now, told, this.#sent[kind] - sent[kind]);
    }
  }
}

function amountOf(kind: Kind, { inputTokens, outputTokens }: Usage): number {
  switch (kind) {
    case 'requests':
      return 1;
    case 'tokens':
      return inputTokens + outputTokens;
    case 'inputTokens':
      return inputTokens;
    case 'outputTokens':
      return outputTokens;
  }
}

function longest(
  meters: readonly [Kind, { waitMs: (now: number, need: number) => number }][],
  now: number,
  need: Usage,
): number {
  let most = 0;
  for (const [kind, meter] of meters) most = Math.max(most, meter.waitMs(now, amountOf(kind, need)));
  return most;
}
