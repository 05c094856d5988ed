import { normalQuantile } from '../numerics/normal.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
import { mean, sumOf, variance } from '../numerics/sum.ts';
import { clusteredMean, type ClusterOptions } from '../proportions/clustered-mean.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** A mean over items that were run several times, with the two sources of its error told apart. */
export type RepeatedRunsEstimate = Estimate & {
  /** Variance of the items' expected scores: more items alone shrink it. */
  between: number;
  /** Mean variance of one item's runs; null when no item was run twice. Repeats shrink it. */
  within: number | null;
  /** Runs an item, on average (harmonic mean, since the error of an item falls as 1/K). */
  repeats: number;
};

/**
 * The mean score of items that were each run (or judged) several times: each item counts once, by the mean of its runs.
 *
 *     Var(mean)  (between + within / K) / n      between = Var(item means) − within / K, never below 0
 *
 * The interval is the t interval of the item means, or the cluster-robust one: repeats are not independent items, and
 * counting them as such is the commonest way to an interval that is too narrow. Miller 2024, arXiv:2411.00640, section 3.
 *
 * @param scores one row per item, one column per run; NaN is missing
 * @throws RangeError if the shape does not fit or a score is infinite
 * @returns `no-data` without scores; `within` is null when no item has two runs
 * @example
 * repeatedRuns(matrixOf([[1, 1, 0], [0, 0, 0], [1, 1, 1]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/repeated-runs.md
 */
export function repeatedRuns(scores: Matrix, options: ClusterOptions = {}): RepeatedRunsEstimate | Undetermined {
  checkMatrix(scores);
  const { values, rows, columns } = scores;
  const means = new Float64Array(rows).fill(NaN);
  const spreads = new Float64Array(rows);
  const sizes = new Uint32Array(rows);
  const runs = new Float64Array(columns);
  let [filled, repeated] = [0, 0];
  for (let i = 0; i < rows; i++) {
    let count = 0;
    for (let j = 0; j < columns; j++) {
      const score = values[i * columns + j]!;
      if (Number.isNaN(score)) continue;
      checkSize(score, `scores[${i}][${j}]`);
      runs[count++] = score;
    }
    if (count === 0) continue;
    const own = count === columns ? runs : runs.subarray(0, count);
    means[i] = mean(own);
    sizes[filled++] = count;
    if (count > 1) spreads[repeated++] = variance(own);
  }
  const method = 'mean of item means';
  const result = clusteredMean(means, options);
  if (result.value === null) return undetermined('no-data', 'needs at least one score', 0, method);
  const within = repeated === 0 ? null : mean(spreads.subarray(0, repeated));
  const share = sumOf(filled, (i) => 1 / sizes[i]!) / filled;
  const notes = [...(result.notes ?? [])];
  if (within === null) notes.push('no item was run twice, so the error of a run cannot be told from the items');
  let between = result.n < 2 ? 0 : variance(columnAt(means, rowsPresentIn({ means }))) - (within ?? 0) * share;
  if (result.n < 2) notes.push('one item says nothing about the spread between items');
  if (between < 0) {
    notes.push(`the runs of an item differ more than the items do: between is ${between.toPrecision(3)}, read as 0`);
    between = 0;
  }
  return withNotes({ ...result, between, within, repeats: 1 / share, method: `${method}, ${result.method}` }, notes);
}

/**
 * The standard error that a mean over n items of K runs each would have.
 *
 *     √((between + within / K) · deff / n)
 *
 * @param split the two variances, as `repeatedRuns` finds them
 * @throws RangeError for a negative variance, counts below 1 or a design effect that is not positive
 * @example
 * repeatedRunsError({ between: 1.472446, within: 0.257292 }, { n: 320, repeats: 3 }); // .0698
 * @see https://github.com/assize/assize/blob/main/docs/stats/repeated-runs.md
 */
export function repeatedRunsError(
  { between, within }: { between: number; within: number },
  { n, repeats, designEffect = 1 }: { n: number; repeats: number; designEffect?: number },
): number {
  for (const [name, x] of Object.entries({ between, within })) {
    if (!(x >= 0 && x < Infinity)) throw new RangeError(`${name} must be a variance, found ${x}`);
  }
  for (const [name, x] of Object.entries({ n, repeats })) {
    if (!(x >= 1 && x < Infinity)) throw new RangeError(`${name} must be at least 1, found ${x}`);
  }
  checkDesignEffect(designEffect);
  return Math.sqrt(((between + within / repeats) * designEffect) / n);
}

/** Throws RangeError unless it is a positive finite number. */
export function checkDesignEffect(designEffect: number): void {
  if (!(designEffect > 0 && designEffect < Infinity)) {
    throw new RangeError(`designEffect must be positive and finite, found ${designEffect}`);
  }
}

/** z_{1−α/sides} + z_{power}, squared: what a variance is multiplied with in every sample size. */
export function powerFactor(alpha: number, power: number, sides: 1 | 2): number {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`alpha must lie in (0, 0.5), found ${alpha}`);
  if (!(power >= 0.5 && power < 1)) throw new RangeError(`power must lie in [0.5, 1), found ${power}`);
  if (sides !== 1 && sides !== 2) throw new RangeError(`sides must be 1 or 2, found ${String(sides)}`);
  return (normalQuantile(1 - alpha / sides) + normalQuantile(power)) ** 2;
}
