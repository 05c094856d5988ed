import type { Estimate, Undetermined } from '../shapes/estimate.ts';
import type { IntervalOptions } from '../shapes/interval-options.ts';
import { forecastRows } from './forecast-rows.ts';
import { cautioned, meanScore, rareOutcomeNotes } from './mean-score.ts';

/**
 * The Brier score: the mean squared distance of a probability from what happened, 0 (best) to 1.
 *
 *     mean (p − y)²
 *
 * A proper score: it rewards calibration and discrimination together, so compare it with ȳ(1 − ȳ), the score of always
 * saying the base rate. The interval is t adjusted for skewness
 * (Hall 1992), cluster-robust, or a bootstrap with `random`. Brier 1950.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows; no interval below 2 rows or 5 clusters, with a note
 * @throws RangeError for other values, unequal lengths, ids that do not fit, a level outside (0, 1)
 * @example
 * brierScore([0.1, 0.2, 0.5, 0.5, 0.9, 1], [0, 0, 1, 0, 1, 1]); // value 0.0933
 * @see https://github.com/assize/assize/blob/main/docs/stats/brier-score.md
 */
export function brierScore(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: IntervalOptions = {},
): Estimate | Undetermined {
  const { p, y, rows, n, positives } = forecastRows(probabilities, outcomes);
  const scores = p.map((x, i) => (x - y[i]!) ** 2);
  const about = { rows, length: probabilities.length, highest: 1, name: 'Brier score' };
  return cautioned(meanScore(scores, about, options), rareOutcomeNotes(positives, n));
}
