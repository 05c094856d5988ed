import { foldsByCluster } from '../calibration/cross-fitting.ts';
import { isotonicAt, type IsotonicFit, isotonicOfSorted, predictIsotonic } from '../calibration/isotonic-regression.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { mean, sumOf, sumOfSquares } from '../numerics/sum.ts';
import { allRows, columnAt, columnOf } from '../numerics/present-rows.ts';
import { sortedPairs } from '../numerics/sorted-pairs.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type JudgedClusters, judgedRows } from './judged-rows.ts';

export type CalibratedEstimate = Estimate & {
  nUnlabelled: number;
  /** How many folds were left out in turn. */
  folds: number;
  /** The part of the standard error that comes from the target's items. */
  samplingSe: number;
  /** The part that comes from the labels behind the calibration. */
  calibrationSe: number;
};

const method = 'calibrated mean, isotonic';
const fewestPerFold = 2;

/**
 * The mean human label of a target set through a judge's score calibrated on labelled items by isotonic regression.
 *
 *     value     mean over the target of g(score),  g the rising curve nearest to the labels (it keeps their mean)
 *     variance  Var(g)/N + (K − 1)/K · Σ_k (θ_(−k) − θ̄)²      θ_(−k) by the curve without fold k
 *
 * The second part is the doubt in the calibration, a delete-one-fold jackknife (the sum, not the mean, of the squares); the
 * interval has Satterthwaite's degrees of freedom. Right where people's mean label, given the score, is the same in both sets:
 * test that with `transportTest`. After Landesberg 2025, arXiv:2512.11150.
 *
 * @param human labels of the calibration items; NaN in either array leaves the row out
 * @param score the judge's scores of the same items
 * @param target the judge's scores of the target's items; NaN leaves an item out
 * @param options.folds default 10; clusters are kept whole
 * @returns `no-data` with fewer than two labels (or clusters) per fold or no target, `zero-variance` where the score is constant
 * @throws RangeError for unequal lengths, infinite values, ids that do not fit, fewer than 2 folds, or a level outside (0, 1)
 * @example
 * calibratedMean(human, score, targetScores, { folds: 10 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrated-mean.md
 */
export function calibratedMean(
  human: ArrayLike<number>,
  score: ArrayLike<number>,
  target: ArrayLike<number>,
  { level = 0.95, folds = 10, clusters }: { level?: number; folds?: number; clusters?: JudgedClusters } = {},
): CalibratedEstimate | Undetermined {
  checkLevel(level);
  if (!Number.isSafeInteger(folds) || folds < 2) throw new RangeError(`folds must be at least 2, found ${folds}`);
  const rows = judgedRows(human, score, target);
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  if (clusters && (clusters.labelled.length !== human.length || clusters.unlabelled.length !== target.length)) {
    const found = `${clusters.labelled.length} and ${clusters.unlabelled.length}`;
    throw new RangeError(`${human.length} labelled and ${target.length} target rows, but ${found} cluster ids`);
  }
  const ids = clusters ? columnAt(clusters.labelled, rows.labelledRows) : null;
  const units = ids ? new Set(ids).size : n;
  if (units < fewestPerFold * folds || N < 2) {
    const found = `found ${units} and ${N}`;
    const detail = `needs ${fewestPerFold * folds} independent labels for ${folds} folds and 2 target items, ${found}`;
    return undetermined('no-data', detail, n, method);
  }
  if (rows.judge.every((f) => f === rows.judge[0])) {
    return undetermined('zero-variance', 'the score of the labelled items does not vary', n, method);
  }
  const foldOf = ids ? foldsByCluster(ids, { folds }) : null;
  // Sorted once for all folds: a part of sorted rows is sorted.
  const sorted = sortedPairs(rows.judge, allRows(n));
  const [x, y] = [new Float64Array(n), new Float64Array(n)];
  const curve = (without: number): IsotonicFit => {
    let kept = 0;
    for (let i = 0; i < n; i++) {
      const row = sorted.partner[i]!;
      if ((foldOf ? foldOf[row]! : row % folds) === without) continue;
      x[kept] = sorted.x[i]!;
      y[kept++] = rows.human[row]!;
    }
    return isotonicOfSorted(x.subarray(0, kept), y.subarray(0, kept));
  };
  const targetIds = clusters && { clusters: columnAt(clusters.unlabelled, rows.unlabelledRows) };
  const targetOf = (fit: IsotonicFit) => {
    const calibrated = predictIsotonic(fit, rows.unlabelled);
    return { value: mean(calibrated), sampled: clusteredMean(calibrated, { level, ...targetIds }) };
  };
  // The calibrated scores are done with before the folds need their memory.
  const { value, sampled } = targetOf(curve(-1));
  const without = columnOf(folds, (k) => {
    const fit = curve(k);
    return sumOf(N, (i) => isotonicAt(fit, rows.unlabelled[i]!)) / N;
  });
  const calibration = ((folds - 1) / folds) * sumOfSquares(without);

  const sampling = (sampled.value === null ? 0 : (sampled.se ?? 0)) ** 2;
  const notes = [...rows.notes];
  const parts = {
    nUnlabelled: N,
    folds,
    samplingSe: Math.sqrt(sampling),
    calibrationSe: Math.sqrt(calibration),
  };
  const base = { value, level, n, ...(clusters && { groups: units }) };
  if (!(calibration > 0)) {
    notes.push(
      'no interval: the calibration is the same whichever fold is left out, which says nothing about certainty',
    );
    return withNotes({ ...base, interval: null, method, ...parts }, notes);
  }
  if (sampled.value !== null && sampled.interval === null && sampled.groups !== undefined && sampled.se === undefined) {
    notes.push(...(sampled.notes ?? []));
    return withNotes({ ...base, interval: null, method, ...parts }, notes);
  }
  const variance = sampling + calibration;
  const others = (sampled.value === null ? 0 : (sampled.groups ?? N)) - 1;
  const freedom = variance ** 2 / (sampling ** 2 / Math.max(1, others) + calibration ** 2 / (folds - 1));
  const se = Math.sqrt(variance);
  const half = tQuantile((1 + level) / 2, freedom) * se;
  return withNotes(
    { ...base, interval: [value - half, value + half], se, method: `${method}, jackknife of ${folds} folds`, ...parts },
    notes,
  );
}
