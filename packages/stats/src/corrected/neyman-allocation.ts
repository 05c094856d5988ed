/**
 * How many labels each stratum should get: in proportion to its share times the spread of human − λ·judge in it (Neyman).
 *
 * Each stratum gets at least 2; what is left is split by largest remainder, so the counts sum to `labels`.
 *
 * @param strata share and spread of each, from a pilot (`StratumEstimate` has both)
 * @throws RangeError for fewer labels than two per stratum, or a share or spread that is negative or not finite
 * @example
 * neymanAllocation(100, [{ share: 0.5, spread: 0.2 }, { share: 0.5, spread: 0.6 }]); // [25, 75]
 * @see https://github.com/assize/assize/blob/main/docs/stats/stratified-ppi.md
 */
export function neymanAllocation(labels: number, strata: readonly { share: number; spread: number }[]): number[] {
  const least = 2;
  if (!Number.isSafeInteger(labels) || labels < least * strata.length) {
    throw new RangeError(`labels must be at least ${least} for each of ${strata.length} strata, found ${labels}`);
  }
  strata.forEach(({ share, spread }, i) => {
    for (const [part, value] of Object.entries({ share, spread })) {
      if (!(value >= 0 && value < Infinity)) {
        throw new RangeError(`${part} of strata[${i}] must be at least 0 and finite, found ${value}`);
      }
    }
  });
  let weights = strata.map(({ share, spread }) => share * spread);
  if (!weights.some((weight) => weight > 0)) weights = strata.map(({ share }) => share);
  if (!weights.some((weight) => weight > 0)) weights = strata.map(() => 1);
  // Strata whose part falls below the least are set to it, and the others share what remains.
  const counts = strata.map(() => 0);
  const open = new Set(strata.keys());
  let left = labels;
  for (;;) {
    const total = [...open].reduce((a, i) => a + weights[i]!, 0);
    const low = [...open].filter((i) => (total > 0 ? (left * weights[i]!) / total : 0) < least);
    if (low.length === 0) {
      roundByRemainder(counts, [...open], left, (i) => (left * weights[i]!) / total);
      return counts;
    }
    for (const i of low) {
      counts[i] = least;
      open.delete(i);
      left -= least;
    }
    if (open.size === 0) {
      for (let i = 0; left > 0; i = (i + 1) % counts.length, left--) counts[i]!++;
      return counts;
    }
  }
}

function roundByRemainder(
  counts: number[],
  open: readonly number[],
  total: number,
  exact: (i: number) => number,
): void {
  let left = total;
  for (const i of open) left -= counts[i] = Math.floor(exact(i) + 1e-9);
  const byRemainder = open.toSorted(
    (a, b) => exact(b) - Math.floor(exact(b)) - (exact(a) - Math.floor(exact(a))) || a - b,
  );
  for (let k = 0; k < left; k++) counts[byRemainder[k % byRemainder.length]!]!++;
}
