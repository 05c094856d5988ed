import { columnOf, rowsWhere } from '../numerics/present-rows.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize, usualSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { mean, variance } from '../numerics/sum.ts';
import { checkLabel } from './expected-calibration-error.ts';
import { logistic } from '../numerics/logistic.ts';
import { fitCumulativeLogit } from './ordinal-fit.ts';

/** P(label ≤ observed[k]) = logistic(thresholds[k] − weights · features); plain JSON. */
export type OrdinalCalibrator = {
  kind: 'ordinal';
  /** How many categories the scale has. */
  categories: number;
  /** The categories that the labels showed, in order; the others get probability 0. */
  observed: number[];
  /** Rising, one fewer than the observed categories. */
  thresholds: number[];
  /** One per feature; above 0 where more of it means a higher category. */
  weights: number[];
  converged: boolean;
  iterations: number;
  n: number;
  notes?: string[];
};

/**
 * A distribution over the steps of a scale from whatever the judge said: ordinal (cumulative logit) calibration.
 *
 *     P(label ≤ k) = logistic(t_k − w·x)        t₁ < t₂ < …, by maximum likelihood
 *
 * Features may be the judge's expected score, the entropy of its distribution, marks for judges. Score the result by
 * `rankedProbabilityScore` on rows that the fit has not seen (`outOfFold`). Newton's method; where the categories are separated
 * or features collinear a ridge of 1e-6 holds the weights, which a note says. McCullagh 1980.
 *
 * @param features rows × features, finite; a row with a NaN is left out
 * @param labels category codes from 0; NaN or −1 is missing
 * @param options.categories how many steps the scale has
 * @returns `no-data` without rows, `one-category` where all labels are alike
 * @throws RangeError for infinite features, labels that are no category, unequal lengths, fewer than 2 categories
 * @example
 * const calibrator = fitOrdinal(matrixOf(scores.map((s) => [s])), labels, { categories: 4 });
 * if ('kind' in calibrator) applyOrdinal(calibrator, matrixOf([[3.2]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/ordinal-calibration.md
 */
export function fitOrdinal(
  features: Matrix,
  labels: ArrayLike<number>,
  { categories }: { categories: number },
): OrdinalCalibrator | Undetermined {
  if (!Number.isSafeInteger(categories) || categories < 2) {
    throw new RangeError(`categories must be at least 2, found ${categories}`);
  }
  checkMatrix(features);
  const { values, rows, columns } = features;
  if (labels.length !== rows) throw new RangeError(`${rows} rows of features but ${labels.length} labels`);
  const isWhole = (i: number): boolean => {
    let missing = checkLabel(labels[i]!, i, categories);
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j]!;
      if (Number.isNaN(value)) missing = true;
      else if (Math.abs(value) >= usualSize) checkSize(value, `features[${i}, ${j}]`);
    }
    return !missing;
  };
  const kept = rowsWhere(rows, isWhole);
  const n = kept.length;
  const method = 'ordinal calibration, cumulative logit';
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, method);
  const seen = new Set<number>();
  for (const row of kept) seen.add(labels[row]!);
  const observed = [...seen].toSorted((a, b) => a - b);
  if (observed.length < 2) return undetermined('one-category', `all ${n} labels are ${observed[0]}`, n, method);
  const codes = new Uint32Array(n);
  for (let i = 0; i < n; i++) codes[i] = observed.indexOf(labels[kept[i]!]!);
  const scales = Array.from({ length: columns }, (_, j) => {
    const column = columnOf(n, (i) => values[kept[i]! * columns + j]!);
    const [centre, wide] = [mean(column), Math.sqrt(variance(column))];
    const spread = wide > 0 ? wide : 1;
    for (let i = 0; i < n; i++) column[i] = (column[i]! - centre) / spread;
    return { scaled: column, centre, spread };
  });
  const scaled = scales.map((scale) => scale.scaled);
  const fit = fitCumulativeLogit(scaled, codes, observed.length);
  const weights = scales.map(({ spread }, j) => fit.weights[j]! / spread);
  const shift = scales.reduce((total, { centre }, j) => total + weights[j]! * centre, 0);
  const notes: string[] = [];
  if (observed.length < categories) {
    notes.push(`${categories - observed.length} of ${categories} categories have no label and get probability 0`);
  }
  if (fit.ridged) notes.push('separated or collinear: a ridge of 1e-6 holds the fit, which has no maximum of its own');
  if (!fit.converged) notes.push(`not converged after ${fit.iterations} iterations`);
  return withNotes(
    {
      kind: 'ordinal' as const,
      categories,
      observed,
      thresholds: Array.from(fit.thresholds, (t) => t + shift),
      weights,
      converged: fit.converged,
      iterations: fit.iterations,
      n,
    },
    notes,
  );
}

/**
 * The distribution over categories for each row of features.
 *
 * @param features rows × features, as many as the calibrator has weights; a row with a NaN gives a row of NaN
 * @returns rows × categories, each adding up to 1
 * @throws RangeError for another number of features
 * @example
 * applyOrdinal(calibrator, matrixOf([[3.2]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/ordinal-calibration.md
 */
export function applyOrdinal(calibrator: OrdinalCalibrator, features: Matrix): Matrix & { values: Float64Array } {
  checkMatrix(features);
  const { values, rows, columns } = features;
  const { categories, observed, thresholds, weights } = calibrator;
  if (columns !== weights.length) {
    throw new RangeError(`the calibrator has ${weights.length} features, the matrix ${columns}`);
  }
  const found = new Float64Array(rows * categories);
  for (let i = 0; i < rows; i++) {
    let eta = 0;
    for (let j = 0; j < columns; j++) eta += weights[j]! * values[i * columns + j]!;
    if (Number.isNaN(eta)) {
      found.fill(NaN, i * categories, (i + 1) * categories);
      continue;
    }
    let below = 0;
    for (const [k, category] of observed.entries()) {
      const upTo = k === thresholds.length ? 1 : logistic(thresholds[k]! - eta);
      found[i * categories + category] = upTo - below;
      below = upTo;
    }
  }
  return { values: found, rows, columns: categories };
}
