import type { Served } from './simulated-provider.ts';

export const seconds = (count: number): number => count * 1000;

/** Requests that were begun in a span of time. */
export const begunIn = (log: readonly Served[], from: number, to: number): Served[] =>
  log.filter(({ at }) => at >= from && at < to);

/** Replies a second in a span of time. */
export const throughput = (log: readonly Served[], from: number, to: number): number =>
  log.filter(({ outcome, endedAt }) => outcome === 'reply' && endedAt >= from && endedAt < to).length /
  ((to - from) / 1000);
