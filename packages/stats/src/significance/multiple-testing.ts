import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnOf, rowsWhere } from '../numerics/present-rows.ts';

export type Adjustment = 'bonferroni' | 'holm' | 'hochberg' | 'hommel' | 'benjamini-hochberg' | 'benjamini-yekutieli';

/** Hommel 1988 in the form of Wright 1992, of p-values in ascending order. */
function hommel(p: Float64Array): Float64Array {
  const m = p.length;
  const simes = p.reduce((least, x, i) => Math.min(least, (m * x) / (i + 1)), Infinity);
  const largest = p.map((x) => Math.max(x, simes));
  for (let size = m - 1; size >= 2; size--) {
    const first = m - size;
    let least = Infinity;
    for (let i = 2; i <= size; i++) least = Math.min(least, (size * p[first + i - 1]!) / i);
    let adjusted = 0;
    for (let i = 0; i < m; i++) {
      // Those beyond the first share what the last of these got.
      if (i <= first) adjusted = Math.min(size * p[i]!, least);
      largest[i] = Math.max(largest[i]!, adjusted);
    }
  }
  return largest;
}

/** How an adjusted p-value follows from the sorted ones: by its own rank, and then by its neighbours. */
type Steps = { of: (p: number, rank: number) => number; running: 'none' | 'largest so far' | 'smallest from here on' };

function stepsOf(method: Exclude<Adjustment, 'hommel'>, m: number): Steps {
  switch (method) {
    case 'bonferroni':
      return { of: (p) => m * p, running: 'none' };
    case 'holm':
      return { of: (p, i) => (m - i) * p, running: 'largest so far' };
    case 'hochberg':
      return { of: (p, i) => (m - i) * p, running: 'smallest from here on' };
    case 'benjamini-hochberg':
      return { of: (p, i) => (m * p) / (i + 1), running: 'smallest from here on' };
    case 'benjamini-yekutieli': {
      let harmonic = 0;
      for (let i = 1; i <= m; i++) harmonic += 1 / i;
      return { of: (p, i) => (m * harmonic * p) / (i + 1), running: 'smallest from here on' };
    }
    default:
      throw new RangeError(`method must be a known adjustment, found ${String(method)}`);
  }
}

/** The adjusted p-values rank by rank, the smallest p first or last, as the method needs. */
function eachAdjusted(
  m: number,
  p: (rank: number) => number,
  method: Adjustment,
  put: (rank: number, adjusted: number) => void,
): void {
  if (method === 'hommel') {
    hommel(columnOf(m, p)).forEach((adjusted, rank) => put(rank, adjusted));
    return;
  }
  const { of, running } = stepsOf(method, m);
  const upwards = running !== 'smallest from here on';
  let before = upwards ? -Infinity : Infinity;
  for (let i = 0; i < m; i++) {
    const rank = upwards ? i : m - 1 - i;
    const own = of(p(rank), rank);
    if (running === 'none') put(rank, own);
    else put(rank, (before = upwards ? Math.max(own, before) : Math.min(own, before)));
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
  let m = 0;
  for (let i = 0; i < pValues.length; i++) {
    const p = pValues[i]!;
    if (p === null) continue;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`pValues[${i}] must lie in [0, 1] or be null, found ${p}`);
    m++;
  }
  const present = m === pValues.length ? undefined : rowsWhere(pValues.length, (i) => pValues[i] !== null);
  const order = ascendingOrder(pValues.every((p) => p !== null) ? pValues : columnOf(m, (i) => pValues[present![i]!]!));
  const rowOf = (rank: number) => (present ? present[order[rank]!]! : order[rank]!);
  // A copy keeps the compact form of an array of numbers, which one filled with null loses.
  const result = pValues.slice();
  eachAdjusted(
    m,
    (rank) => pValues[rowOf(rank)]!,
    method,
    (rank, adjusted) => {
      result[rowOf(rank)] = Math.min(1, adjusted);
    },
  );
  return result;
}
