import type { Estimate, Undetermined } from '../shapes/estimate.ts';
import type { IntervalOptions } from '../shapes/interval-options.ts';
import { forecastRows } from './forecast-rows.ts';
import { cautioned, meanScore, rareOutcomeNotes } from './mean-score.ts';

/** The smallest probability that enters a logarithm. */
const logFloor = 1e-15;

/** −ln of the probability that was given to what happened, at most −ln 1e-15 = 34.5. */
export function surprise(p: number, outcome: number): number {
  const given = outcome === 1 ? p : 1 - p;
  if (given <= logFloor) return -Math.log(logFloor);
  // 1 − p has lost the digits that log1p still sees.
  return outcome === 1 ? -Math.log(p) : -Math.log1p(-p);
}

/**
 * The log loss (cross-entropy, in nats): the mean of −ln of the probability given to what happened.
 *
 * A proper score that punishes certainty in the wrong without limit, so probabilities are clipped at 1e-15, and a note counts
 * the rows where that mattered: each of them costs 34.5 and decides the mean. Interval as of `brierScore`.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows; no interval below 2 rows or 5 clusters, with a note
 * @throws RangeError for other values, unequal lengths, ids that do not fit, a level outside (0, 1)
 * @example
 * logLoss([0.1, 0.2, 0.5, 0.5, 0.9, 1], [0, 0, 1, 0, 1, 1]); // value 0.3034
 * @see https://github.com/assize/assize/blob/main/docs/stats/brier-score.md
 */
export function logLoss(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: IntervalOptions = {},
): Estimate | Undetermined {
  const { p, y, rows, n, positives } = forecastRows(probabilities, outcomes);
  const scores = p.map((x, i) => surprise(x, y[i]!));
  const about = { rows, length: probabilities.length, highest: -Math.log(logFloor), name: 'log loss' };
  let clipped = 0;
  for (let i = 0; i < n; i++) if ((y[i] === 1 ? p[i]! : 1 - p[i]!) < logFloor) clipped++;
  const result = cautioned(meanScore(scores, about, options), rareOutcomeNotes(positives, n));
  if (result.value === null || clipped === 0) return result;
  const note = `${clipped} of ${n} rows gave what happened a probability below 1e-15 and were clipped there`;
  return { ...result, notes: [note, ...(result.notes ?? [])] };
}
