import { tQuantile } from '../numerics/distributions.ts';
import { quantile } from '../numerics/quantile.ts';
import { mean, sumOfSquares } from '../numerics/sum.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import {
  clusterCaution,
  clusterVariance,
  fewestLabelledClusters,
  indexJudged,
  type JudgedClusters,
} from './judged-rows.ts';

export type ShiftedEstimate = Estimate & {
  /** (Σw)²/Σw²: how many labels of the target the weighted ones are worth. */
  effectiveLabels: number;
  /** The largest weight that was let stand, and how many were cut down to it. */
  clip: number;
  clipped: number;
  nUnlabelled: number;
};

const method = 'prediction-powered mean, weighted for covariate shift';
const fewestEffective = 30;

/**
 * The mean human label of a target set of items, from labels of another set, where P(label | item) is the same in both.
 *
 *     value     mean(target scores) + Σ w(Y − f)/Σ w       w  how much likelier the item is in the target
 *     variance  Var(target)/N + Σ w²(Y − f − r)²/(Σ w)²    r  the weighted mean of Y − f
 *
 * Weights come from a calibrated classifier of source against target, p/(1 − p). They are cut at their 99th percentile
 * (`clipAt`), which trades variance for a bias that is reported by the count of what was cut. Where the error rates of the
 * judge, rather than P(label | item), are the same in both sets, use `roganGladen`.
 *
 * @param human labels of the source; NaN in any of the three leaves the row out
 * @param judge the judge's scores of the same items
 * @param weights at least 0, one per labelled item
 * @param target the judge's scores of the target's items
 * @returns `no-data` with fewer than 2 labels or target items or weights that are all 0; no interval below 30 effective labels
 * @throws RangeError for unequal lengths, infinite or negative values, ids that do not fit, or `clipAt` outside (0, 1]
 * @example
 * shiftedMean(human, judge, weights, targetScores);
 * @see https://github.com/assize/assize/blob/main/docs/stats/covariate-shift.md
 */
export function shiftedMean(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  weights: ArrayLike<number>,
  target: ArrayLike<number>,
  { level = 0.95, clipAt = 0.99, clusters }: { level?: number; clipAt?: number; clusters?: JudgedClusters } = {},
): ShiftedEstimate | Undetermined {
  checkLevel(level);
  if (!(clipAt > 0 && clipAt <= 1)) throw new RangeError(`clipAt must lie in (0, 1], found ${clipAt}`);
  if (judge.length !== human.length || weights.length !== human.length) {
    throw new RangeError(`human has ${human.length} labels, judge ${judge.length} scores, weights ${weights.length}`);
  }
  const labelledRows = rowsPresentIn({ human, judge, weights });
  const unlabelledRows = rowsPresentIn({ target });
  const [n, N] = [labelledRows?.length ?? human.length, unlabelledRows?.length ?? target.length];
  const notes: string[] = [];
  const dropped = human.length + target.length - n - N;
  if (dropped > 0)
    notes.push(`${dropped} of ${human.length + target.length} rows have a missing value and are left out`);
  for (let i = 0; i < n; i++) {
    const row = labelledRows ? labelledRows[i]! : i;
    if (weights[row]! < 0) throw new RangeError(`weights[${row}] must be at least 0, found ${weights[row]!}`);
  }
  if (n < 2 || N < 2) {
    return undetermined('no-data', `needs 2 labelled and 2 target items, found ${n} and ${N}`, n, method);
  }
  const given = columnAt(weights, labelledRows);
  const clip = quantile(given, clipAt);
  // In units of the largest, so that their squares stay in range.
  const w = given.map((weight) => (clip > 0 ? Math.min(weight / clip, 1) : 0));
  const clipped = given.filter((weight) => weight > clip).length;
  const total = w.reduce((a, b) => a + b, 0);
  if (!(total > 0)) return undetermined('no-data', 'the weights are all 0 once they are cut', n, method);
  if (clipped > 0) notes.push(`${clipped} of ${n} weights were cut to ${clip.toPrecision(4)}`);
  const effectiveLabels = total ** 2 / w.reduce((a, b) => a + b * b, 0);
  const rest = columnAt(human, labelledRows).map((y, i) => y - judge[labelledRows ? labelledRows[i]! : i]!);
  const level0 = rest.reduce((a, e, i) => a + w[i]! * e, 0) / total;
  const scores = columnAt(target, unlabelledRows);
  const judged = mean(scores);
  const value = judged + level0;
  const index = indexJudged(
    clusters,
    { labelled: human.length, unlabelled: target.length },
    { labelledRows, unlabelledRows },
  );
  const groups = index ? { groups: index.labelledCount } : {};
  const common = { effectiveLabels, clip, clipped, nUnlabelled: N };
  const base = { value, level, n, ...groups, nEffective: effectiveLabels };
  const caution = index && clusterCaution(index);
  if (caution) notes.push(caution);
  const few = index !== null && index.labelledCount < fewestLabelledClusters;
  if (effectiveLabels < fewestEffective) {
    notes.push(
      `no interval: the weights leave ${effectiveLabels.toFixed(1)} effective labels, needs ${fewestEffective}`,
    );
  }
  if (effectiveLabels < fewestEffective || few) {
    return withNotes({ ...base, interval: null, method, ...common }, notes);
  }
  const terms = rest.map((e, i) => (w[i]! * (e - level0)) / total);
  const variance = index
    ? clusterVariance(
        terms,
        scores.map((f) => (f - judged) / N),
        index,
      )
    : sumOfSquares(scores) / (N - 1) / N +
      (terms.reduce((a, b) => a + b * b, 0) * effectiveLabels) / (effectiveLabels - 1);
  if (!(variance > 0)) {
    notes.push('no interval: labels and scores show no spread, which says nothing about certainty');
    return withNotes({ ...base, interval: null, se: 0, method, ...common }, notes);
  }
  const se = Math.sqrt(variance);
  const freedom = Math.min(effectiveLabels, index?.labelledCount ?? n) - 1;
  const half = tQuantile((1 + level) / 2, freedom) * se;
  return withNotes({ ...base, interval: [value - half, value + half], se, method, ...common }, notes);
}
