import type { CacheLimits } from '@assize/core';
import { z } from 'zod';

const days = z.number().positive();

/** Which kept replies are given again. */
export const cacheSchema = z.union([
  z.enum(['run', 'store', 'off']),
  z.strictObject({
    /** Replies of this run, or of any run of the store. */
    scope: z.enum(['run', 'store', 'off']),
    /** Older replies are asked again. No limit when left out. */
    maxAgeDays: days.exactOptional(),
    /** The same for a model that answers under another name than it is asked by, and so may change. Default 30. */
    aliasMaxAgeDays: days.exactOptional(),
    /** Only the newest replies, up to so many bytes of journal together. */
    maxBytes: z.number().int().nonnegative().exactOptional(),
    /** Takes no reply of an earlier session, and keeps the new ones instead. */
    refresh: z.boolean().exactOptional(),
  }),
]);
export type CacheOption = z.infer<typeof cacheSchema>;

/** What a session takes from the cache. */
export interface CachePolicy {
  readonly scope: 'run' | 'store' | 'off';
  readonly limits: CacheLimits;
}

const aliasAgeDays = 30;

/**
 * The limits of a cache for a session that began at a moment.
 *
 * @param began ISO 8601.
 * @example cachePolicy({ scope: 'store', maxAgeDays: 7 }, '2026-01-08T00:00:00.000Z').limits.since // '2026-01-01T00:00:00.000Z'
 */
export function cachePolicy(option: CacheOption, began: string): CachePolicy {
  const {
    scope,
    maxAgeDays,
    aliasMaxAgeDays = aliasAgeDays,
    maxBytes,
    refresh = false,
  } = typeof option === 'string' ? { scope: option } : option;
  if (refresh) return { scope, limits: { since: began, aliasSince: began } };
  const before = (age: number): string => new Date(Math.max(0, Date.parse(began) - age * 86_400_000)).toISOString();
  return {
    scope,
    limits: {
      ...(maxAgeDays === undefined ? {} : { since: before(maxAgeDays) }),
      aliasSince: before(Math.min(aliasMaxAgeDays, maxAgeDays ?? aliasMaxAgeDays)),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    },
  };
}
