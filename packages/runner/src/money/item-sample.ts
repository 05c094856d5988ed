import type { Random } from '@assize/core';
import { seededRandom } from '@assize/stats';

/**
 * Chooses a random sample of so many items from a stream of unknown length: each item in turn gets its place in the sample,
 * where it may replace an earlier one, or none.
 *
 * Algorithm R (Vitter 1985, doi:10.1145/3147.3165): whatever the length, each item is as likely as any other to be kept.
 */
export function itemSample(most: number, random: Random = seededRandom(1)): () => number | undefined {
  let seen = 0;
  return () => {
    seen += 1;
    const place = seen <= most ? seen - 1 : Math.floor(random.next() * seen);
    return place < most ? place : undefined;
  };
}
