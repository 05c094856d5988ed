import { tQuantile } from '../numerics/distributions.ts';
import { mean, sumOfSquares, variance } from '../numerics/sum.ts';
import type { Random } from '../random/random.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import {
  clusterCaution,
  clusterVariance,
  designNotes,
  fewestLabelledClusters,
  indexJudged,
  type JudgedClusters,
  judgedRows,
  type LabelDesign,
} from './judged-rows.ts';

/** Predictions of models fitted anew on drawn labelled rows (a row may come more than once). */
export type Refit = (rows: Uint32Array) => {
  /** For each drawn row, from the model that did not see its fold. */
  outOfFold: ArrayLike<number>;
  /** For each unlabelled item, the mean over the models. */
  unlabelled: ArrayLike<number>;
};

export type CrossOptions = {
  level?: number | undefined;
  /** The fold of each labelled row. With it, models count by the size of their fold. */
  folds: ArrayLike<number>;
  clusters?: JudgedClusters | undefined;
  labelDesign?: LabelDesign | undefined;
  /** With `random`, the variance is a bootstrap that fits the models again. */
  refit?: Refit | undefined;
  random?: Random | undefined;
  /** Default 200. */
  replicates?: number | undefined;
};

const name = 'cross-prediction-powered mean';

/** The fold's rows; RangeError unless folds are whole numbers below the number of models. */
function foldRows(folds: ArrayLike<number>, n: number, models: number): Uint32Array[] {
  if (folds.length !== n) throw new RangeError(`human has ${n} labels but ${folds.length} folds`);
  const rows: number[][] = Array.from({ length: models }, () => []);
  for (let i = 0; i < n; i++) {
    const fold = folds[i]!;
    if (!Number.isInteger(fold) || fold < 0 || fold >= models) {
      throw new RangeError(`folds[${i}] must be a model's number below ${models}, found ${fold}`);
    }
    rows[fold]!.push(i);
  }
  return rows.map((each) => Uint32Array.from(each));
}

/** Each item's prediction, the models weighted by the size of their folds: then no model's level is left in the estimate. */
function blended({ values, rows, columns }: Matrix, weights: readonly number[]): Float64Array {
  const blend = new Float64Array(columns);
  for (let k = 0; k < rows; k++) {
    if (weights[k] === 0) continue;
    for (let i = 0; i < columns; i++) blend[i]! += weights[k]! * values[k * columns + i]!;
  }
  return blend;
}

function resampledRows(rows: Uint32Array, random: Random, into: Uint32Array, from: number): void {
  for (let i = 0; i < rows.length; i++) into[from + i] = rows[Math.floor(random.next() * rows.length)]!;
}

/**
 * The mean human label of all items where the judge (or its calibration) was fitted on the same labels, by K folds.
 *
 *     value     mean over unlabelled of the models' predictions + mean(human − out-of-fold prediction)
 *
 * A model that has seen an item's label must not rectify it: each labelled item gets the prediction of the model fitted
 * without its fold. The variance is that of fixed models unless `refit` is given: then models are fitted again on resampled
 * labels (within folds), which also counts that folds share training rows.
 * Zrnic, Candès 2024, cross-prediction-powered inference.
 *
 * @param outOfFold prediction for each labelled item
 * @param predictions one row per model, one column per unlabelled item; model k was fitted without fold k
 * @returns `no-data` with fewer than 2 labelled or unlabelled items
 * @throws RangeError for lengths that do not fit, missing predictions, a fold without model, or `refit` without `random` or with clusters
 * @example
 * crossPredictionPoweredMean(human, outOfFold, matrixOf(predictionsByModel), { folds, labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/cross-ppi.md
 */
export function crossPredictionPoweredMean(
  human: ArrayLike<number>,
  outOfFold: ArrayLike<number>,
  predictions: Matrix,
  { level = 0.95, folds, clusters, labelDesign = 'unknown', refit, random, replicates = 200 }: CrossOptions,
): (Estimate & { nUnlabelled: number }) | Undetermined {
  checkLevel(level);
  checkMatrix(predictions);
  const { rows: models, columns: N } = predictions;
  const byFold = foldRows(folds, human.length, models);
  const weights = byFold.map((rows) => rows.length / Math.max(1, human.length));
  const blend = blended(predictions, weights);
  const rows = judgedRows(human, outOfFold, blend);
  if (rows.notes.length > 0) throw new RangeError('labels and predictions must not be missing: a fold would change');
  if (refit && (random === undefined || clusters !== undefined)) {
    throw new RangeError('refit needs `random`, and resamples rows: it does not take clusters');
  }
  const n = human.length;
  if (n < 2 || N < 2) {
    return undetermined('no-data', `needs 2 labelled and 2 unlabelled items, found ${n} and ${N}`, n, name);
  }
  const rest = rows.human.map((y, i) => y - rows.judge[i]!);
  const value = mean(blend) + mean(rest);
  const notes = designNotes(labelDesign);
  const index = indexJudged(clusters, { labelled: n, unlabelled: N }, rows);
  const groups = index ? { groups: index.labelledCount } : {};
  const base = { value, level, n, ...groups, nUnlabelled: N };
  const caution = index && clusterCaution(index);
  if (caution) notes.push(caution);
  if (index && index.labelledCount < fewestLabelledClusters) {
    return withNotes({ ...base, interval: null, method: name }, notes);
  }
  let spread: number;
  if (refit) {
    const draws = refitted({ rows: rows.human, byFold, blend }, refit, random!, replicates);
    // A bootstrap of a mean of n has n − 1 of n parts of its variance.
    spread = (variance(draws) * n) / (n - 1);
  } else {
    notes.push('the models were held fixed: that folds share training rows is not part of the interval');
    const [centre, judged] = [mean(rest), mean(blend)];
    spread = index
      ? clusterVariance(
          rest.map((e) => (e - centre) / n),
          blend.map((f) => (f - judged) / N),
          index,
        )
      : sumOfSquares(blend) / (N - 1) / N + sumOfSquares(rest) / (n - 1) / n;
  }
  if (!(spread > 0)) {
    notes.push('no interval: labels and predictions show no spread, which says nothing about certainty');
    return withNotes({ ...base, interval: null, se: 0, method: name }, notes);
  }
  const se = Math.sqrt(spread);
  const half = tQuantile((1 + level) / 2, Math.max(1, (index?.labelledCount ?? n) - 1)) * se;
  const how = refit ? `bootstrap with refit, B = ${replicates}` : 't, models fixed';
  return withNotes({ ...base, interval: [value - half, value + half], se, method: `${name}, ${how}` }, notes);
}

function refitted(
  { rows: human, byFold, blend }: { rows: Float64Array; byFold: readonly Uint32Array[]; blend: Float64Array },
  refit: Refit,
  random: Random,
  replicates: number,
): Float64Array {
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`replicates must be at least 2, found ${replicates}`);
  }
  const base = random.stream('cross-prediction');
  const [n, N] = [human.length, blend.length];
  const drawn = new Uint32Array(n);
  return Float64Array.from({ length: replicates }, (_, b) => {
    const stream = base.stream(String(b));
    let from = 0;
    for (const rows of byFold) {
      resampledRows(rows, stream, drawn, from);
      from += rows.length;
    }
    const { outOfFold, unlabelled } = refit(drawn);
    if (outOfFold.length !== n || unlabelled.length !== N) {
      throw new RangeError(
        `refit must give ${n} and ${N} predictions, found ${outOfFold.length} and ${unlabelled.length}`,
      );
    }
    let [rest, judged] = [0, 0];
    for (let i = 0; i < n; i++) rest += human[drawn[i]!]! - outOfFold[i]!;
    for (let i = 0; i < N; i++) judged += unlabelled[Math.floor(stream.next() * N)]!;
    const value = judged / N + rest / n;
    if (!Number.isFinite(value)) throw new RangeError(`refit gave a prediction that is not finite (replicate ${b})`);
    return value;
  });
}
