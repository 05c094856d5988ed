import { normalQuantile, type Random } from '@assize/stats';

/** A standard normal number, by inversion. */
export function normal(random: Random): number {
  return normalQuantile(random.next() || Number.MIN_VALUE);
}
