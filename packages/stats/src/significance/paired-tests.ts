import { unitTotals } from './unit-totals.ts';
import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
import { tTwoSided } from '../numerics/distributions.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { normalCdf } from '../numerics/normal.ts';
import type { Random } from '../random/random.ts';
import { mean, sum, sumOf, variance } from '../numerics/sum.ts';

/**
 * The paired t test of "the mean difference is 0", two-sided.
 *
 * @param differences NaN is missing
 * @returns p = 1 when every difference is 0; `no-data` below 2; `zero-variance` when all are equal and not 0
 * @throws RangeError for an infinite difference
 * @example
 * pairedT([1, 0, 2, 1]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function pairedT(differences: ArrayLike<number>): TestResult | Undetermined {
  const method = 'paired t';
  const d = columnAt(differences, rowsPresentIn({ differences }));
  const n = d.length;
  if (n < 2) return undetermined('no-data', `a t test needs 2 differences, found ${n}`, n, method);
  if (d.every((x) => x === 0)) return withNotes({ p: 1, statistic: null, n, method }, ['all differences are 0']);
  const spread = variance(d);
  if (spread === 0) return undetermined('zero-variance', 'all differences are equal and not 0', n, method);
  const statistic = mean(d) / Math.sqrt(spread / n);
  return { p: tTwoSided(statistic, n - 1), statistic, n, method };
}

/** P(W ≤ w) of the signed-rank statistic of n ranks without ties, by counting subsets. */
function exactSignedRank(w: number, n: number): number {
  const ways = new Float64Array((n * (n + 1)) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1, top = 0; rank <= n; rank++) {
    top += rank;
    for (let total = top; total >= rank; total--) ways[total]! += ways[total - rank]!;
  }
  return sum(ways.subarray(0, Math.floor(w) + 1)) / 2 ** n;
}

type SignedRanks = {
  /** Differences that are not 0. */
  n: number;
  /** The sum of the ranks of those above 0. */
  positive: number;
  tied: boolean;
  /** Σ t³ − t over the sizes, t the differences of that size. */
  ties: number;
};

/**
 * Ranks by size, without the array of sizes: in ascending order the negative differences are read from 0 down and the
 * positive ones up, and merged. A rank is a half number and their sum below 2^53, so that it is exact in any order.
 */
function signedRanks(d: Float64Array): SignedRanks {
  const order = ascendingOrder(d);
  const all = d.length;
  let below = 0;
  while (below < all && d[order[below]!]! < 0) below++;
  let above = below;
  while (above < all && d[order[above]!] === 0) above++;
  const n = all - above + below;
  let [rank, positive, ties] = [0, 0, 0];
  let tied = false;
  for (let [i, j] = [below - 1, above]; i >= 0 || j < all;) {
    const size = Math.min(i >= 0 ? -d[order[i]!]! : Infinity, j < all ? d[order[j]!]! : Infinity);
    let [negatives, positives] = [0, 0];
    for (; i >= 0 && d[order[i]!] === -size; i--) negatives++;
    for (; j < all && d[order[j]!] === size; j++) positives++;
    const t = negatives + positives;
    positive += positives * (rank + (t + 1) / 2);
    rank += t;
    if (t > 1) {
      tied = true;
      ties += t ** 3 - t;
    }
  }
  return { n, positive, tied, ties };
}

/**
 * Wilcoxon's signed-rank test, two-sided: are the differences symmetric around 0? (On Likert data that is not a
 * question about means.)
 *
 * Zeros are left out, ties take midranks. Exact up to 25 differences without ties, else normal with the variance
 * corrected for ties and no continuity correction. `statistic` is the smaller of the two rank sums.
 *
 * @param differences NaN is missing
 * @returns p = 1 when all differences are 0; `no-data` without differences
 * @throws RangeError if `method` is 'exact' and there are ties or more than 25 differences
 * @example
 * wilcoxonSignedRank([0.4, -0.1, 0.7, 0.2]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function wilcoxonSignedRank(
  differences: ArrayLike<number>,
  { method = 'auto' }: { method?: 'auto' | 'exact' | 'normal' } = {},
): TestResult | Undetermined {
  const d = columnAt(differences, rowsPresentIn({ differences }));
  const all = d.length;
  if (all === 0) return undetermined('no-data', 'needs at least one difference', 0, 'wilcoxon signed-rank');
  const { n, positive, tied, ties } = signedRanks(d);
  const notes = n < all ? [`${all - n} of ${all} differences are 0 and left out`] : [];
  if (n === 0) return withNotes({ p: 1, statistic: null, n, method: 'wilcoxon signed-rank' }, notes);
  const statistic = Math.min(positive, (n * (n + 1)) / 2 - positive);
  const small = !tied && n <= 25;
  if (method === 'exact' && !small) throw new RangeError(`exact needs at most 25 differences without ties, found ${n}`);
  if (method === 'exact' || (method === 'auto' && small)) {
    const p = Math.min(1, 2 * exactSignedRank(statistic, n));
    return withNotes({ p, statistic, n, method: 'wilcoxon signed-rank, exact' }, notes);
  }
  const spread = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const p = Math.min(1, 2 * normalCdf((statistic - (n * (n + 1)) / 4) / Math.sqrt(spread)));
  return withNotes({ p, statistic, n, method: 'wilcoxon signed-rank, normal' }, notes);
}

const enumerable = 20;

/**
 * The sign-flip test of "differences are as likely to be the other way round", two-sided; clusters flip together.
 *
 * Exact over all 2^k flips up to 20 non-zero differences (or cluster sums), else p = (1 + #{|S| ≥ |S_obs|})/(1 + B)
 * over B random flips. `statistic` is the sum.
 *
 * @param differences NaN is missing
 * @returns p = 1 when all are 0; `no-data` without differences
 * @throws RangeError if more than 20 differ from 0 and `random` is not given; for ids that do not fit
 * @example
 * signFlipTest([1, 0, 2, -1, 3]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  {
    clusters,
    random,
    replicates = 9999,
  }: { clusters?: ArrayLike<number> | undefined; random?: Random | undefined; replicates?: number } = {},
): TestResult | Undetermined {
  const rows = rowsPresentIn({ differences });
  const n = rows?.length ?? differences.length;
  if (n === 0) return undetermined('no-data', 'needs at least one difference', 0, 'sign-flip');
  const { totals } = unitTotals(differences, rows, clusters);
  const flipped = totals.includes(0) ? totals.filter((x) => x !== 0) : totals;
  const statistic = sum(flipped);
  if (flipped.length === 0) return { p: 1, statistic: 0, n, method: 'sign-flip, exact' };
  // Sums of the same terms in another order differ by rounding; the slack is far below any real difference.
  const reach = Math.abs(statistic) - 1e-9 * sumOf(flipped.length, (i) => Math.abs(flipped[i]!));
  if (flipped.length <= enumerable) {
    // The first sign may stay: the mirrored half gives the same absolute sums.
    const total = 2 ** (flipped.length - 1);
    let extreme = 0;
    for (let pattern = 0; pattern < total; pattern++) {
      let flip = flipped[0]!;
      for (let i = 1; i < flipped.length; i++) flip += (pattern >> (i - 1)) & 1 ? -flipped[i]! : flipped[i]!;
      if (Math.abs(flip) >= reach) extreme++;
    }
    return { p: extreme / total, statistic, n, method: 'sign-flip, exact' };
  }
  if (random === undefined)
    throw new RangeError(`${flipped.length} differences are too many to enumerate: give \`random\``);
  if (!Number.isSafeInteger(replicates) || replicates < 1)
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  const base = random.stream('sign-flip');
  let extreme = 0;
  for (let b = 0; b < replicates; b++) {
    const draw = base.stream(String(b));
    let [flip, bits, left] = [0, 0, 0];
    for (const x of flipped) {
      if (left === 0) [bits, left] = [Math.floor(draw.next() * 4294967296), 32];
      flip += bits & 1 ? -x : x;
      bits >>>= 1;
      left--;
    }
    if (Math.abs(flip) >= reach) extreme++;
  }
  return { p: (1 + extreme) / (1 + replicates), statistic, n, method: `sign-flip, B = ${replicates}` };
}
