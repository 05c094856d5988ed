import { columnAt } from '../numerics/present-rows.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';
import { sum } from '../numerics/sum.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';

/** The largest nonconformity that a new item's true answer stays below with probability 1 − alpha. */
type ConformalQuantile = {
  /** Null: there are too few calibration items for this alpha, and nothing can be excluded. */
  quantile: number | null;
  /** Which of the ordered calibration scores it is, from 1. */
  rank: number;
  n: number;
  alpha: number;
};

/** A calibration: of all items, and of each group that has enough. */
export type ConformalCalibration = ConformalQuantile & {
  /** Quantiles of groups with at least 10/alpha items; the others use the pooled one. */
  groups?: { group: number; quantile: number | null; rank: number; n: number }[];
  method: string;
  notes?: string[];
};

/** Throws RangeError unless alpha is a probability strictly between 0 and 1. */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), found ${alpha}`);
}

/** The ⌈(n + 1)(1 − alpha)⌉-th smallest, never interpolated; null beyond the largest. */
function orderStatistic(scores: Float64Array, alpha: number): ConformalQuantile {
  const n = scores.length;
  // What floating point adds to a whole number must not raise the rank.
  const rank = Math.ceil((n + 1) * (1 - alpha) - 1e-9);
  return { quantile: rank > n ? null : scores.toSorted()[rank - 1]!, rank, n, alpha };
}

/**
 * The conformal quantile of calibration scores (how ill the true answer fits), pooled or by group.
 *
 *     quantile  the ⌈(n + 1)(1 − alpha)⌉-th smallest score
 *
 * A new item's score lies at or below it with probability at least 1 − alpha if calibration and new items are exchangeable:
 * one item per cluster. With `groups` (Mondrian) that holds within each group that has at least 10/alpha items; smaller ones
 * use the pooled quantile, and a note says so. Vovk, Gammerman and Shafer 2005.
 *
 * @param scores NaN is missing
 * @param options.groups one code per row, NaN or −1 for none
 * @throws RangeError for an infinite score, alpha outside (0, 1), or groups that do not fit
 * @returns `no-data` without scores; `quantile` null, with a note, for n < 1/alpha − 1
 * @example
 * conformalQuantile([0.1, 0.4, 0.2, 0.3, 0.9, 0.5, 0.6, 0.7, 0.8], { alpha: 0.2 }).quantile; // 0.8, the 8th
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function conformalQuantile(
  scores: ArrayLike<number>,
  { alpha, groups }: { alpha: number; groups?: ArrayLike<number> | undefined },
): ConformalCalibration | Undetermined {
  checkAlpha(alpha);
  if (groups && groups.length !== scores.length) {
    throw new RangeError(`${scores.length} scores but ${groups.length} groups`);
  }
  const method = groups ? 'split conformal, by group' : 'split conformal';
  for (let i = 0; i < scores.length; i++) checkScore(scores[i]!, i);
  const kept = placesWithScore(scores);
  const values = columnAt(scores, kept);
  if (values.length === 0) return undetermined('no-data', 'needs at least one calibration item', 0, method);
  const pooled = orderStatistic(values, alpha);
  const notes = [];
  if (pooled.quantile === null) {
    notes.push(
      `${pooled.n} items are too few for alpha ${alpha}, needs ${Math.ceil(1 / alpha - 1 - 1e-9)}: nothing is excluded`,
    );
  }
  if (!groups) return withNotes({ ...pooled, method }, notes);
  const groupOf = (i: number) => groups[kept ? kept[i]! : i]!;
  const sizes = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const group = groupOf(i);
    if (!Number.isNaN(group) && group !== -1) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const own: NonNullable<ConformalCalibration['groups']> = [];
  const members = scoresByGroup(values, groupOf, sizes, 10 / alpha);
  for (const [group, size] of [...sizes].toSorted(([a], [b]) => a - b)) {
    if (size * alpha < 10) {
      notes.push(`group ${group} has ${size} items, fewer than 10/alpha: it uses the pooled quantile`);
      continue;
    }
    const { quantile, rank, n } = orderStatistic(members.get(group)!, alpha);
    own.push({ group, quantile, rank, n });
  }
  return withNotes({ ...pooled, groups: own, method }, notes);
}

function checkScore(score: number, i: number): void {
  if (Math.abs(score) === Infinity) throw new RangeError(`scores[${i}] must be finite or NaN, found ${score}`);
}

/** Where there is a score; undefined for everywhere. */
function placesWithScore(scores: ArrayLike<number>): Uint32Array | undefined {
  let count = 0;
  for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i]!)) count++;
  if (count === scores.length) return undefined;
  const places = new Uint32Array(count);
  for (let i = 0, place = 0; place < count; i++) if (!Number.isNaN(scores[i]!)) places[place++] = i;
  return places;
}

/** The scores of each group that has so many. */
function scoresByGroup(
  scores: Float64Array,
  groupOf: (i: number) => number,
  sizes: ReadonlyMap<number, number>,
  fewest: number,
): Map<number, Float64Array> {
  const members = new Map<number, Float64Array>();
  const filled = new Map<number, number>();
  for (const [group, size] of sizes) if (size >= Math.floor(fewest)) members.set(group, new Float64Array(size));
  for (let i = 0; i < scores.length; i++) {
    const group = groupOf(i);
    const own = members.get(group);
    if (!own) continue;
    const place = filled.get(group) ?? 0;
    own[place] = scores[i]!;
    filled.set(group, place + 1);
  }
  return members;
}

/** The quantile for an item of that group. */
export function quantileFor(
  { quantile, groups }: Pick<ConformalCalibration, 'quantile' | 'groups'>,
  group?: number,
): number | null {
  const own = groups?.find((each) => each.group === group);
  return own ? own.quantile : quantile;
}

/**
 * The conformal quantile when new items come from another, known, mixture than the calibration items.
 *
 *     quantile  the smallest q with Σ_{score_i ≤ q} w_i / (Σ w_i + w_new) ≥ 1 − alpha
 *
 * w is how much likelier such an item is among new items than among calibration items; a constant factor does not matter.
 * Tibshirani, Barber, Candès and Ramdas 2019, arXiv:1904.06019.
 *
 * @param weights one per score, at least 0
 * @param newWeight of the item that a set is wanted for
 * @throws RangeError for unequal lengths, a weight that is negative or infinite, or an infinite score
 * @returns `no-data` without scores; `quantile` null where the new item alone weighs alpha or more
 * @example
 * weightedConformalQuantile([0.2, 0.5, 0.9], [1, 1, 2], 0.5, { alpha: 0.5 }).quantile; // 0.9
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function weightedConformalQuantile(
  scores: ArrayLike<number>,
  weights: ArrayLike<number>,
  newWeight: number,
  { alpha }: { alpha: number },
): ConformalCalibration | Undetermined {
  checkAlpha(alpha);
  const method = 'weighted split conformal';
  if (scores.length !== weights.length) throw new RangeError(`${scores.length} scores but ${weights.length} weights`);
  for (let i = 0; i < scores.length; i++) {
    if (!(weights[i]! >= 0 && weights[i]! < Infinity)) {
      throw new RangeError(`weights[${i}] must be finite and at least 0, found ${weights[i]}`);
    }
    checkScore(scores[i]!, i);
  }
  if (!(newWeight >= 0 && newWeight < Infinity)) {
    throw new RangeError(`newWeight must be finite and at least 0, found ${newWeight}`);
  }
  const kept = placesWithScore(scores);
  const weight = columnAt(weights, kept);
  const total = sum(weight) + newWeight;
  const n = weight.length;
  if (n === 0 || total === 0) return undetermined('no-data', 'needs a calibration item of positive weight', n, method);
  const values = columnAt(scores, kept);
  let reached = 0;
  let rank = 0;
  for (const place of ascendingOrder(values)) {
    reached += weight[place]!;
    rank++;
    if (reached >= (1 - alpha) * total * (1 - 1e-12)) return { quantile: values[place]!, rank, n, alpha, method };
  }
  return {
    quantile: null,
    rank: n + 1,
    n,
    alpha,
    method,
    notes: ['the new item is so unlike the calibration items that nothing is excluded'],
  };
}
