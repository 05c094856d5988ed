import { estimateFrom, itemIntervals } from '../resampling/item-intervals.ts';
import { columnAt, columnOf, rowsWhere } from '../numerics/present-rows.ts';
import { weightedPearson } from '../correlation/weighted-correlation.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkSize, isRounding, usualSize } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** The corrected correlation as value, with what it was made of. */
export type AttenuationCorrected = Estimate & { observed: Estimate; reliability: Estimate; raters: number };

const name = 'attenuation-corrected pearson';

/** Weighted variance, divisor Σw: only ratios of variances are used. */
function spread(value: (i: number) => number, weights: Float64Array): number {
  let [n, total] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    n += weights[i]!;
    total += weights[i]! * value(i);
  }
  const centre = total / n;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) squares += weights[i]! * (value(i) - centre) ** 2;
  return isRounding(Math.sqrt(squares / n), centre) ? 0 : squares / n;
}

/**
 * The correlation that the judge would have with people's mean if people made no errors: Pearson's r with the mean of
 * these people, over the root of that mean's reliability.
 *
 *     value        r / √α
 *     reliability  α = m/(m − 1) · (1 − Σ_j var_j / var(sum))   (Cronbach's alpha of the m people)
 *
 * It may exceed 1 and is reported as it is: a small sample can do that, and so can errors that judge and people share.
 * Spearman 1904; the interval resamples everything, reliability too.
 *
 * @param humans items × people; an item with a missing score is left out
 * @param judge one score per item
 * @returns `one-rater` below 2 people, `no-data` below 3 items, `zero-variance` where judge or mean does not vary,
 * `not-identified` where the reliability is not above 0
 * @throws RangeError for infinite values or arrays that do not fit
 * @example
 * attenuationCorrected(humans, judge, { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/human-ceiling.md
 */
export function attenuationCorrected(
  humans: Matrix,
  judge: ArrayLike<number>,
  options: IntervalOptions = {},
): AttenuationCorrected | Undetermined {
  const plan = planInterval(options, false);
  checkMatrix(humans);
  const { values, rows, columns: m } = humans;
  if (judge.length !== rows) throw new RangeError(`humans has ${rows} items, judge has ${judge.length}`);
  const used = rowsWhere(rows, (i) => {
    for (let j = -1; j < m; j++) {
      const score = j < 0 ? judge[i]! : values[i * m + j]!;
      if (Number.isNaN(score)) return false;
      if (Math.abs(score) >= usualSize) checkSize(score, j < 0 ? `judge[${i}]` : `humans[${i}, ${j}]`);
    }
    return true;
  });
  const n = used.length;
  if (m < 2) return undetermined('one-rater', 'the reliability of one person is not known', n, name);
  if (n < 3) return undetermined('no-data', `needs 3 items that all rated, found ${n}`, n, name);
  const verdicts = columnAt(judge, used);
  const person = (j: number) => (i: number) => values[used[i]! * m + j]!;
  const sums = columnOf(n, (i) => {
    let total = 0;
    for (let j = 0; j < m; j++) total += values[used[i]! * m + j]!;
    return total;
  });
  const found = itemIntervals(
    plan,
    n,
    options.clusters ? indexClusters(options.clusters, rows, used) : null,
    3,
    (weights, out) => {
      let apart = 0;
      for (let j = 0; j < m; j++) apart += spread(person(j), weights);
      const together = spread((i) => sums[i]!, weights);
      out[1] = weightedPearson(verdicts, sums, weights);
      out[2] = together === 0 ? NaN : (m / (m - 1)) * (1 - apart / together);
      out[0] = out[2] > 0 ? out[1] / Math.sqrt(out[2]) : NaN;
    },
  );
  const [value, observed, reliability] = found.values;
  if (Number.isNaN(observed!)) return undetermined('zero-variance', 'judge or people do not vary', n, name);
  if (Number.isNaN(value!)) {
    const detail = `the reliability of the mean of ${m} people is ${reliability!.toFixed(3)}, not above 0`;
    return undetermined('not-identified', detail, n, name);
  }
  const dropped = rows - n;
  const notes = dropped > 0 ? [`${dropped} of ${rows} items lack a score and are left out`] : [];
  if (value! > 1) notes.push('above 1: sampling error, or errors that judge and people share');
  return {
    ...estimateFrom(found, 0, n, name, notes),
    observed: estimateFrom(found, 1, n, 'pearson with the mean of people'),
    reliability: estimateFrom(found, 2, n, "Cronbach's alpha"),
    raters: m,
  };
}
