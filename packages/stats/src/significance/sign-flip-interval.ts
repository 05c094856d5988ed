import { sumOf } from '../numerics/sum.ts';
import { rowsPresentIn } from '../numerics/present-rows.ts';
import type { Random } from '../random/random.ts';
import { unitTotals } from './unit-totals.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';

const enumerable = 16;

/**
 * The mean difference with the interval that belongs to the sign-flip test: all shifts that the test does not refuse.
 *
 *     mean(d_A) over every non-empty set A of items (or clusters): the interval goes from the k-th smallest to the k-th largest
 *
 * A shift θ changes the sign of the flipped part only, so flip A beats the data exactly where θ passes mean(d_A); the test is
 * thus inverted without a search. Exact up to 16 items or clusters, else B random sets. It asks that the differences are
 * symmetric around their mean, not that they are normal. Hartigan 1969; Tukey's typical values.
 *
 * @param differences NaN is missing
 * @param options.clusters one id per row: whole clusters flip, and the mean of rows is estimated
 * @throws RangeError for an infinite difference, ids that do not fit, or more than 16 units without `random`
 * @returns `no-data` without differences; no interval where so few units cannot reach the level (6 for 95 %)
 * @example
 * signFlipInterval([1, 0, 2, -1, 3, 1, 2]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/permutation-tests.md
 */
export function signFlipInterval(
  differences: ArrayLike<number>,
  {
    level = 0.95,
    clusters,
    random,
    replicates = 9999,
  }: {
    level?: number;
    clusters?: ArrayLike<number> | undefined;
    random?: Random | undefined;
    replicates?: number;
  } = {},
): Estimate | Undetermined {
  checkLevel(level);
  const rows = rowsPresentIn({ differences });
  const n = rows?.length ?? differences.length;
  if (n === 0) return undetermined('no-data', 'needs at least one difference', 0, 'mean, sign-flip');
  const { totals, sizes, count } = unitTotals(differences, rows, clusters);
  const value = sumOf(n, (i) => differences[rows ? rows[i]! : i]!) / n;
  const exact = count <= enumerable;
  if (!exact && random === undefined) throw new RangeError(`${count} units are too many to enumerate: give \`random\``);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const means = (exact ? everySubset(totals, sizes) : randomSubsets(totals, sizes, random!, replicates)).toSorted();
  // Of M means, and so M + 1 places for the true one, tail · (M + 1) lie beyond each end.
  const beyond = Math.floor(((1 - level) / 2) * (means.length + 1) + 1e-9);
  const method = `mean, sign-flip ${exact ? 'exact' : `B = ${replicates}`}`;
  const common = { value, level, n, ...(clusters && { groups: count }) };
  if (beyond < 1) {
    const note = `no interval: ${count} ${clusters ? 'clusters' : 'items'} have too few sign flips for level ${level}`;
    return withNotes({ ...common, interval: null, method }, [note]);
  }
  return { ...common, interval: [means[beyond - 1]!, means[means.length - beyond]!], method };
}

function everySubset(totals: Float64Array, sizes: Float64Array | null): Float64Array {
  const count = totals.length;
  const means = new Float64Array(2 ** count - 1);
  for (let subset = 1; subset <= means.length; subset++) {
    let [total, size] = [0, 0];
    for (let g = 0; g < count; g++) {
      if (!((subset >> g) & 1)) continue;
      total += totals[g]!;
      size += sizes ? sizes[g]! : 1;
    }
    means[subset - 1] = total / size;
  }
  return means;
}

function randomSubsets(
  totals: Float64Array,
  sizes: Float64Array | null,
  random: Random,
  replicates: number,
): Float64Array {
  const base = random.stream('sign-flip-interval');
  return Float64Array.from({ length: replicates }, (_, b) => {
    const draw = base.stream(String(b));
    // A set is never empty: of the 2^k sets the empty one is drawn again.
    for (;;) {
      let [total, size, bits, left] = [0, 0, 0, 0];
      for (let g = 0; g < totals.length; g++) {
        if (left === 0) [bits, left] = [Math.floor(draw.next() * 4294967296), 32];
        if (bits & 1) {
          total += totals[g]!;
          size += sizes ? sizes[g]! : 1;
        }
        bits >>>= 1;
        left--;
      }
      if (size > 0) return total / size;
    }
  });
}
