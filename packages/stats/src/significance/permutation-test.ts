import { sum, sumOf } from '../numerics/sum.ts';
import { countPresent } from '../numerics/present-rows.ts';
import type { Random } from '../random/random.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';

/** The present scores of one stratum, those of the first group before those of the second. */
export type Stratum = { values: Float64Array; firstCount: number };

export const enumerable = 200_000;

/** n over k. */
export function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/** Sums of the first group over all ways to choose it, one addition a step. */
function allSums(values: Float64Array, size: number): Float64Array {
  const sums = new Float64Array(choose(values.length, size));
  let place = 0;
  const visit = (from: number, left: number, total: number): void => {
    if (left === 0) {
      sums[place++] = total;
      return;
    }
    for (let i = from; i <= values.length - left; i++) visit(i + 1, left - 1, total + values[i]!);
  };
  visit(0, size, 0);
  return sums;
}

/** The sum of the first group after a random relabelling of its stratum (partial Fisher-Yates). */
function drawnSum({ values, firstCount }: Stratum, random: Random, scratch: Float64Array): number {
  scratch.set(values);
  let total = 0;
  for (let i = 0; i < firstCount; i++) {
    const j = i + Math.floor(random.next() * (values.length - i));
    const drawn = scratch[j]!;
    scratch[j] = scratch[i]!;
    scratch[i] = drawn;
    total += drawn;
  }
  return total;
}

/**
 * The permutation test of "it makes no difference which group an item is in", on different items; two-sided.
 *
 *     statistic  Σ_s (sum of the first group − its expectation) over strata s; without strata, n₁n₂/n times the difference of means
 *
 * With `strata` (a domain, say) labels are exchanged within each stratum only, so that a stratum with other scores and
 * other shares of the groups cannot pass for an effect. Exact when there are at most 200,000 relabellings, else
 * p = (1 + #{|S| ≥ |S_obs|}) / (1 + B). For the same items under two systems use `signFlipTest`.
 *
 * @param first scores of the first group; NaN is missing
 * @param options.strata one id per row for each group
 * @throws RangeError for an infinite score, ids that do not fit, or too many relabellings without `random`
 * @returns `no-data` if a group is empty; p = 1 when no stratum holds both groups
 * @example
 * permutationTest([1, 2, 3], [4, 5, 6]).p; // 0.1
 * @see https://github.com/assize/assize/blob/main/docs/stats/permutation-tests.md
 */
export function permutationTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  {
    strata,
    random,
    replicates = 9999,
  }: {
    strata?: readonly [ArrayLike<number>, ArrayLike<number>] | undefined;
    random?: Random | undefined;
    replicates?: number;
  } = {},
): TestResult | Undetermined {
  const name = strata ? 'stratified permutation' : 'permutation';
  const sizes = presentIn(first, second);
  const n = sizes[0] + sizes[1];
  if (sizes[0] === 0 || sizes[1] === 0) {
    const detail = `needs scores in both groups, found ${sizes[0]} and ${sizes[1]}`;
    return undetermined('no-data', detail, n, name);
  }
  const all = strataOf([first, second], strata);
  for (const { values } of all) centre(values);
  const mixed = all.filter(({ firstCount, values }) => firstCount > 0 && firstCount < values.length);
  const notes =
    mixed.length < all.length
      ? [`${all.length - mixed.length} of ${all.length} strata hold one group only and say nothing`]
      : [];
  if (mixed.length === 0) return withNotes({ p: 1, statistic: null, n, method: `${name}, exact` }, notes);
  const statistic = sum(mixed.map(({ values, firstCount }) => sum(values.subarray(0, firstCount))));
  const size = sum(mixed.map(({ values }) => sumOf(values.length, (i) => Math.abs(values[i]!))));
  // Sums of the same terms in another order differ by rounding; the slack is far below any real difference.
  const reach = Math.abs(statistic) - 1e-9 * size;
  const ways = mixed.reduce((total, { values, firstCount }) => total * choose(values.length, firstCount), 1);
  if (ways <= enumerable) {
    const extreme = countExtreme(
      mixed.map(({ values, firstCount }) => allSums(values, firstCount)),
      reach,
    );
    return withNotes({ p: extreme / ways, statistic, n, method: `${name}, exact` }, notes);
  }
  if (random === undefined) throw new RangeError(`${ways} relabellings are too many to enumerate: give \`random\``);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const base = random.stream('permutation');
  const scratch = mixed.map(({ values }) => new Float64Array(values.length));
  let extreme = 0;
  for (let b = 0; b < replicates; b++) {
    const draw = base.stream(String(b));
    let total = 0;
    mixed.forEach((stratum, s) => (total += drawnSum(stratum, draw, scratch[s]!)));
    if (Math.abs(total) >= reach) extreme++;
  }
  const p = (1 + extreme) / (1 + replicates);
  return withNotes({ p, statistic, n, method: `${name}, B = ${replicates}` }, notes);
}

/** How many scores each group has. Throws RangeError for an infinite one. */
export function presentIn(first: ArrayLike<number>, second: ArrayLike<number>): [number, number] {
  return [countPresent(first, 'first'), countPresent(second, 'second')];
}

/**
 * The present scores of two groups by stratum; without strata there is one.
 *
 * @throws RangeError for ids that do not fit, or a row that has none
 */
export function strataOf(
  groups: readonly [ArrayLike<number>, ArrayLike<number>],
  strata: readonly [ArrayLike<number>, ArrayLike<number>] | undefined,
): Stratum[] {
  const sizes = new Map<number, { size: number; firstCount: number }>();
  eachScore(groups, strata, (id, side) => {
    let stratum = sizes.get(id);
    if (!stratum) sizes.set(id, (stratum = { size: 0, firstCount: 0 }));
    stratum.size++;
    stratum.firstCount += 1 - side;
  });
  const filled = new Map<number, { values: Float64Array; end: number }>();
  for (const [id, { size }] of sizes) filled.set(id, { values: new Float64Array(size), end: 0 });
  eachScore(groups, strata, (id, _, score) => {
    const stratum = filled.get(id)!;
    stratum.values[stratum.end++] = score;
  });
  return Array.from(sizes, ([id, { firstCount }]) => ({ values: filled.get(id)!.values, firstCount }));
}

/** The present scores with the id of their stratum, the first group before the second. */
function eachScore(
  groups: readonly [ArrayLike<number>, ArrayLike<number>],
  strata: readonly [ArrayLike<number>, ArrayLike<number>] | undefined,
  put: (id: number, side: 0 | 1, score: number) => void,
): void {
  for (const side of [0, 1] as const) {
    const scores = groups[side];
    const ids = strata?.[side];
    if (ids && ids.length !== scores.length) {
      throw new RangeError(`${scores.length} scores of group ${side} but ${ids.length} strata`);
    }
    for (let row = 0; row < scores.length; row++) {
      if (Number.isNaN(scores[row]!)) continue;
      const id = ids ? ids[row]! : 0;
      if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${row} of group ${side} has no stratum`);
      put(id, side, scores[row]!);
    }
  }
}

/** Takes the mean off: the sum of a group then has expectation 0 under every relabelling. */
function centre(values: Float64Array): void {
  const middle = sum(values) / values.length;
  for (let i = 0; i < values.length; i++) values[i]! -= middle;
}

/** How many combinations of one sum from each list reach that far from 0. */
function countExtreme(lists: readonly Float64Array[], reach: number): number {
  const visit = (list: number, total: number): number => {
    if (list === lists.length) return Math.abs(total) >= reach ? 1 : 0;
    let count = 0;
    for (const part of lists[list]!) count += visit(list + 1, total + part);
    return count;
  };
  return visit(0, 0);
}
