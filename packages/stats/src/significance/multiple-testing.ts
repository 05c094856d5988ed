import { ascendingOrder } from '../numerics/ascending-order.ts';

export type Adjustment = 'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'benjamini-hochberg' | 'benjamini-yekutieli';

/** Running smallest from the right. */
function stepUp(values: number[]): number[] {
  const result = [...values];
  for (let i = result.length - 2; i >= 0; i--) result[i] = Math.min(result[i]!, result[i + 1]!);
  return result;
}

/** Running largest from the left. */
function stepDown(values: number[]): number[] {
  const result = [...values];
  for (let i = 1; i < result.length; i++) result[i] = Math.max(result[i]!, result[i - 1]!);
  return result;
}

/** Hommel 1988 in the form of Wright 1992. */
function hommel(p: number[]): number[] {
  const m = p.length;
  const simes = p.reduce((least, x, i) => Math.min(least, (m * x) / (i + 1)), Infinity);
  let adjusted = p.map(() => simes);
  let largest = [...adjusted];
  for (let size = m - 1; size >= 2; size--) {
    const first = m - size;
    let least = Infinity;
    for (let i = 2; i <= size; i++) least = Math.min(least, (size * p[first + i - 1]!) / i);
    adjusted = p.map((x, i) => (i <= first ? Math.min(size * x, least) : 0));
    for (let i = first + 1; i < m; i++) adjusted[i] = adjusted[first]!;
    largest = largest.map((x, i) => Math.max(x, adjusted[i]!));
  }
  return largest.map((x, i) => Math.max(x, p[i]!));
}

function adjustSorted(p: number[], method: Adjustment): number[] {
  const m = p.length;
  switch (method) {
    case 'bonferroni':
      return p.map((x) => m * x);
    case 'holm':
      return stepDown(p.map((x, i) => (m - i) * x));
    case 'hochberg':
      return stepUp(p.map((x, i) => (m - i) * x));
    case 'hommel':
      return hommel(p);
    case 'benjamini-hochberg':
      return stepUp(p.map((x, i) => (m * x) / (i + 1)));
    case 'benjamini-yekutieli': {
      let harmonic = 0;
      for (let i = 1; i <= m; i++) harmonic += 1 / i;
      return stepUp(p.map((x, i) => (m * harmonic * x) / (i + 1)));
    }
    default:
      throw new RangeError(`method must be a known adjustment, found ${String(method)}`);
  }
}

/**
 * p-values adjusted for how many were looked at, in the order given; reject where the adjusted one is at most alpha.
 *
 * Holm for a few gates named in advance; Benjamini-Hochberg for slices and exploration; Benjamini-Yekutieli under any
 * dependence. The family is everything that is shown. Null (a test that is not defined) stays null and does not count.
 *
 * @throws RangeError for a number outside [0, 1]
 * @example
 * adjustPValues([0.01, 0.04, null], { method: 'holm' }); // [0.02, 0.04, null]
 * @see https://github.com/assize/assize/blob/main/docs/stats/multiple-testing.md
 */
export function adjustPValues(
  pValues: readonly (number | null)[],
  { method = 'holm' }: { method?: Adjustment } = {},
): (number | null)[] {
  const present: number[] = [];
  pValues.forEach((p, i) => {
    if (p === null) return;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`pValues[${i}] must lie in [0, 1] or be null, found ${p}`);
    present.push(i);
  });
  const values = present.map((i) => pValues[i]!);
  const order = ascendingOrder(values);
  const adjusted = adjustSorted(
    Array.from(order, (i) => values[i]!),
    method,
  );
  const result: (number | null)[] = pValues.map(() => null);
  order.forEach((place, rank) => {
    result[present[place]!] = Math.min(1, adjusted[rank]!);
  });
  return result;
}
