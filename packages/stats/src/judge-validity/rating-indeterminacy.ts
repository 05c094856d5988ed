import { clusteredMean, clusteredProportion } from '../proportions/clustered-mean.ts';
import { bootstrapMean } from '../resampling/bootstrap-mean.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import type { IntervalOptions } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** How far a judge's distribution over labels is from the people's, where several labels can be right. */
export type RatingIndeterminacy = {
  /** Mean over items of Σ_k (h_k − j_k)², from 0 to 2. */
  squaredDistance: Estimate | Undetermined;
  /** Mean over items of the Jensen-Shannon divergence in bits, from 0 to 1. */
  jensenShannon: Estimate | Undetermined;
  /** Share of items where the judge's label is one that nobody gave or would accept. */
  outside: Estimate | Undetermined;
  n: number;
  categories: number;
};

/** Reads one row of weights as shares that sum to 1; false where the item has none. Throws RangeError below 0. */
function readShares({ values, columns }: Matrix, row: number, name: string, shares: Float64Array): boolean {
  let total = 0;
  for (let k = 0; k < columns; k++) {
    const weight = values[row * columns + k]!;
    if (Number.isNaN(weight)) return false;
    if (weight < 0) throw new RangeError(`${name}[${row}, ${k}] must be at least 0, found ${weight}`);
    checkSize(weight, `${name}[${row}, ${k}]`);
    shares[k] = weight;
    total += weight;
  }
  if (total === 0) return false;
  for (let k = 0; k < columns; k++) shares[k] = shares[k]! / total;
  return true;
}

/** p log₂(p / m), 0 at p = 0. */
const bits = (p: number, m: number): number => (p === 0 ? 0 : p * Math.log2(p / m));

function distances(human: Float64Array, judge: Float64Array): { squared: number; divergence: number; outside: number } {
  let [squared, divergence, highest] = [0, 0, 0];
  for (let k = 0; k < human.length; k++) {
    const [h, j] = [human[k]!, judge[k]!];
    const middle = (h + j) / 2;
    squared += (h - j) ** 2;
    divergence += (bits(h, middle) + bits(j, middle)) / 2;
    if (j > highest) highest = j;
  }
  let [modes, out] = [0, 0];
  for (let k = 0; k < human.length; k++) {
    if (judge[k] !== highest) continue;
    modes++;
    if (human[k] === 0) out++;
  }
  // Two equal distributions may come out a rounding below 0.
  return { squared, divergence: Math.max(0, divergence), outside: out / modes };
}

/**
 * Compares a judge's distributions over labels with the people's, item by item, for tasks where more than one label can
 * be right and a majority label would call good judges bad.
 *
 *     squared distance  mean_i Σ_k (h_ik − j_ik)²
 *     Jensen-Shannon    mean_i [KL(h ‖ (h + j)/2) + KL(j ‖ (h + j)/2)]/2, in bits
 *     outside           share of items where the judge's most likely label has h = 0
 *
 * Guerdan et al. 2025, NeurIPS ("rating indeterminacy"). Few people per item make h noisy, which adds to both distances:
 * compare judges on the same items, not with 0.
 *
 * @param human items × labels: how many people gave, or would accept, each label; rows are scaled to sum to 1. NaN, or a
 * row of zeros, is missing
 * @param judge items × labels: probabilities, counts over samples, or 1 at the label. Equal likeliest labels share the item
 * @returns intervals are t (Wilson for shares), cluster-robust with `clusters`; bootstraps with `random`. `no-data`
 * without an item that both rated
 * @throws RangeError for a negative or infinite weight, or tables that do not fit
 * @example
 * ratingIndeterminacy(matrixOf([[2, 1, 0]]), matrixOf([[0.7, 0.2, 0.1]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/rating-indeterminacy.md
 */
export function ratingIndeterminacy(
  human: Matrix,
  judge: Matrix,
  { level = 0.95, random, replicates = 2000, bootstrap: method, clusters, interval }: IntervalOptions = {},
): RatingIndeterminacy {
  checkMatrix(human);
  checkMatrix(judge);
  if (human.rows !== judge.rows || human.columns !== judge.columns) {
    const [h, j] = [human, judge].map(({ rows, columns }) => `${rows} × ${columns}`);
    throw new RangeError(`human is ${h}, judge is ${j}`);
  }
  if (interval === 'bootstrap' && !random) throw new RangeError("interval 'bootstrap' needs `random`");
  const { rows, columns } = human;
  const found = Array.from({ length: 3 }, () => new Float64Array(rows).fill(NaN));
  const [people, model] = [new Float64Array(columns), new Float64Array(columns)];
  let n = 0;
  for (let i = 0; i < rows; i++) {
    const both = [readShares(human, i, 'human', people), readShares(judge, i, 'judge', model)];
    if (!both[0] || !both[1]) continue;
    const { squared, divergence, outside } = distances(people, model);
    found[0]![i] = squared;
    found[1]![i] = divergence;
    found[2]![i] = outside;
    n++;
  }
  const notes =
    n < rows ? [`${rows - n} of ${rows} items lack the people's or the judge's weights and are left out`] : [];
  const answer = (output: number, name: string): Estimate | Undetermined => {
    if (n === 0) return undetermined('no-data', 'no item has both distributions', 0, name);
    const values = found[output]!;
    const share = output === 2 && values.every((x) => x === 0 || x === 1 || Number.isNaN(x));
    const result =
      random && interval !== 'closed-form'
        ? bootstrapMean(values, { random, level, replicates, method, clusters })
        : share
          ? clusteredProportion(values, { level, clusters })
          : clusteredMean(values, { level, clusters });
    if (result.value === null) return { ...result, method: `${name}, ${result.method}` };
    const bounded = interval === 'none' ? null : bounds(result.interval, output === 0 ? 2 : 1);
    return withNotes({ ...result, interval: bounded, method: `${name}, ${result.method}` }, [
      ...notes,
      ...(result.notes ?? []),
      ...(interval === 'none' ? ['no interval was asked for'] : []),
    ]);
  };
  return {
    squaredDistance: answer(0, 'squared distance'),
    jensenShannon: answer(1, 'Jensen-Shannon divergence'),
    outside: answer(2, 'share outside every set'),
    n,
    categories: columns,
  };
}

function bounds(interval: [number, number] | null, most: number): [number, number] | null {
  return interval && [Math.max(0, interval[0]), Math.min(most, interval[1])];
}
