import { completePairs } from '../numerics/complete-pairs.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { normalCdf } from '../numerics/normal.ts';
import { type PairOrder, pairOrder } from '../numerics/pair-order.ts';
import { resamplePairs } from './paired-values.ts';
import type { IntervalPart } from '../resampling/pattern-interval.ts';

export type KendallVariant = 'b' | 'c' | 'gamma';

/** Kendall's coefficient with the pairs it counts (ties of a column include joint ties) and the asymptotic p-value. */
export type KendallEstimate = Estimate & {
  concordant: number;
  discordant: number;
  tiesX: number;
  tiesY: number;
  tiesBoth: number;
  p: number | null;
};

function coefficient(order: PairOrder, n: number, variant: KendallVariant): number | null {
  const { concordant, discordant, x, y } = order;
  const all = (n * (n - 1)) / 2;
  const surplus = concordant - discordant;
  switch (variant) {
    case 'b':
      if (x.pairs === all || y.pairs === all) return null;
      return Math.max(-1, Math.min(1, surplus / (Math.sqrt(all - x.pairs) * Math.sqrt(all - y.pairs))));
    case 'c': {
      const least = Math.min(x.distinct, y.distinct);
      return least < 2 ? null : (2 * surplus) / ((n * n * (least - 1)) / least);
    }
    case 'gamma':
      return concordant + discordant === 0 ? null : surplus / (concordant + discordant);
    default:
      throw new RangeError(`variant must be b, c or gamma, found ${String(variant)}`);
  }
}

/** Normal approximation with the variance corrected for ties. Null below 3 rows or when nothing can be ordered. */
function asymptoticP(order: PairOrder, n: number): number | null {
  if (n < 3) return null;
  const m = n * (n - 1);
  const variance =
    (m * (2 * n + 5) - order.x.spread - order.y.spread) / 18 +
    (2 * order.x.pairs * order.y.pairs) / m +
    (order.x.triples * order.y.triples) / (9 * m * (n - 2));
  if (!(variance > 0)) return null;
  return Math.min(1, 2 * normalCdf(-Math.abs(order.concordant - order.discordant) / Math.sqrt(variance)));
}

/**
 * Kendall's rank correlation: tau-b (default), tau-c, or Goodman and Kruskal's gamma, in O(n log n).
 *
 *     tau-b  (C − D) / √((n₀ − T_x)(n₀ − T_y))
 *     tau-c  2 (C − D) / (n² (m − 1)/m), m the smaller number of distinct values
 *     gamma  (C − D) / (C + D)
 *
 * The p-value is the asymptotic one for "no association", corrected for ties. Knight 1966.
 *
 * @param x NaN in either column leaves the row out
 * @returns the interval is a bootstrap and needs `random`; `no-data` below 2 rows; `zero-variance` when a column is
 * constant, or for gamma when every pair is tied
 * @throws RangeError for unequal lengths or infinite values
 * @example
 * kendall([1, 2, 3, 4], [1, 3, 2, 4]); // tau-b .667
 * @see https://github.com/assize/assize/blob/main/docs/stats/kendall.md
 */
export function kendall(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { variant = 'b', ...options }: IntervalOptions & { variant?: KendallVariant | undefined } = {},
): KendallEstimate | Undetermined {
  const plan = planInterval(options, false);
  const name = variant === 'gamma' ? 'goodman-kruskal-gamma' : `kendall-tau-${variant}`;
  const pairs = completePairs(x, y);
  const n = pairs.x.length;
  if (n < 2) return undetermined('no-data', `a rank correlation needs 2 rows, found ${n}`, n, name);
  const order = pairOrder(pairs.x, pairs.y);
  const value = coefficient(order, n, variant);
  if (value === null) return undetermined('zero-variance', 'no pair of rows can be ordered by both columns', n, name);
  let part: IntervalPart;
  if (plan.kind === 'bootstrap') {
    part = resamplePairs(plan, pairs, options.clusters, (a, b) => coefficient(pairOrder(a, b), a.length, variant));
  } else {
    const note =
      plan.kind === 'none' ? plan.note : 'no interval: there is no closed form, give `random` for a bootstrap';
    part = { interval: null, level: plan.level, notes: [note], name: 'no interval' };
  }
  const { concordant, discordant, tiesBoth } = order;
  const { notes, name: ending, ...rest } = part;
  return withNotes(
    {
      value,
      n,
      ...rest,
      method: `${name}, ${ending}`,
      concordant,
      discordant,
      tiesX: order.x.pairs,
      tiesY: order.y.pairs,
      tiesBoth,
      p: asymptoticP(order, n),
    },
    [...pairs.notes, ...notes],
  );
}
