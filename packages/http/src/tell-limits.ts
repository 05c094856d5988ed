import { type GenerateOptions, rateLimitsOf } from '@assize/core';

/** Tells a caller who wants to know what a response says of the provider's limits; silent where it says nothing. */
export function tellLimits(
  headers: { get(name: string): string | null } | undefined,
  onLimits: GenerateOptions['onLimits'],
): void {
  const limits = onLimits && headers && rateLimitsOf(headers);
  if (limits) onLimits(limits);
}
