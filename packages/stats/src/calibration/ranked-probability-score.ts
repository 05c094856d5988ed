import { allRows } from '../numerics/present-rows.ts';
import { type Estimate, type Undetermined } from '../shapes/estimate.ts';
import type { IntervalOptions } from '../shapes/interval-options.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { checkLabel } from './expected-calibration-error.ts';
import { distributionRows } from './distribution-rows.ts';
import { meanScore } from './mean-score.ts';

/**
 * The ranked probability score of distributions over ordered categories: 0 (best) to K − 1.
 *
 *     mean over rows of Σ_{k<K−1} (F_k − 1{label ≤ k})²        F_k the forecast probability of k or below
 *
 * The Brier score for a scale: a forecast one category off is better than one three off. Not divided by K − 1. The interval is
 * as of `brierScore`. Epstein 1969; Gneiting & Raftery 2007.
 *
 * @param distributions rows × categories in order; each row adds up to 1; a row with a NaN is left out
 * @param labels the category of each row; NaN or −1 is missing
 * @returns `no-data` without rows; no interval below 2 rows or 5 clusters, with a note
 * @throws RangeError for a row that is no distribution, a label that is no category, unequal lengths, ids that do not fit
 * @example
 * rankedProbabilityScore(matrixOf([[0.2, 0.5, 0.3], [0.1, 0.2, 0.7]]), [1, 2]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/ordinal-calibration.md
 */
export function rankedProbabilityScore(
  distributions: Matrix,
  labels: ArrayLike<number>,
  options: IntervalOptions = {},
): Estimate | Undetermined {
  const { values, rows: length, columns } = distributions;
  if (labels.length !== length) throw new RangeError(`${length} distributions but ${labels.length} labels`);
  const whole = distributionRows(distributions);
  for (let i = 0; i < length; i++) if (checkLabel(labels[i]!, i, columns)) whole[i] = 0;
  const rows = whole.includes(0) ? allRows(length).filter((i) => whole[i] === 1) : undefined;
  const scores = new Float64Array(rows?.length ?? length);
  for (let i = 0; i < scores.length; i++) {
    const row = rows ? rows[i]! : i;
    let [below, total] = [0, 0];
    for (let k = 0; k < columns - 1; k++) {
      below += values[row * columns + k]!;
      total += (below - (labels[row]! <= k ? 1 : 0)) ** 2;
    }
    scores[i] = total;
  }
  const highest = Math.max(1, columns - 1);
  return meanScore(scores, { rows, length, highest, name: 'ranked probability score' }, options);
}
