import { type AssizeError, faultClass, faults, type FaultFacts, type Random } from '@assize/core';

export interface RetryOptions {
  /** Attempts of one call in all, at most. Default 6. */
  attempts?: number;
  /** No attempt of a call begins later than this after its first. Default 10 minutes. */
  totalMs?: number;
  /** The first wait is drawn from 0 to this; each next one from twice the range. Default 500 ms. */
  baseMs?: number;
  /** The largest range. Default 60 s. */
  capMs?: number;
}

export const retryDefaults: Required<RetryOptions> = { attempts: 6, totalMs: 600_000, baseMs: 500, capMs: 60_000 };

/**
 * How long to wait before the next attempt: full jitter, over the provider's own wait where it gave one.
 *
 * A wait that the provider asks for is a lower bound; up to 10 % of it is added, so that many clients do not return at
 * one moment.
 *
 * @param attempt how many attempts have failed, from 1
 */
export function retryWaitMs(
  attempt: number,
  fault: AssizeError<FaultFacts>,
  { baseMs, capMs }: Required<RetryOptions>,
  random: Random,
): number {
  const { retryAfterMs } = fault.facts;
  const drawn = random.next();
  if (retryAfterMs !== undefined && Number.isFinite(retryAfterMs) && retryAfterMs > 0) {
    return retryAfterMs * (1 + drawn / 10);
  }
  return drawn * Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** Whether a provider rather than this call is in trouble: what the circuit counts. */
export function isOutage(fault: AssizeError<FaultFacts>): boolean {
  return faultClass(fault) === 'transient' && !faults.rateLimited.is(fault) && !faults.badReply.is(fault);
}
