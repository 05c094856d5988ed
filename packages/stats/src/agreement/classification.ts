import { pairCodes } from './category-codes.ts';
import { indexClusters } from '../resampling/clusters.ts';
import {
  type Estimate,
  undetermined,
  type Undetermined,
  type UndeterminedReason,
  withNotes,
} from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { resamplePatterns } from '../resampling/pattern-interval.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { wilsonLimits } from '../proportions/proportion.ts';

type Answer = Estimate | Undetermined;

/** How predictions fit the truth. `table[t * categories + p]` counts items of true category t predicted as p. */
export type Classification = {
  table: Float64Array;
  categories: number;
  n: number;
  accuracy: Answer;
  /** Mean recall over the categories that occur. */
  balancedAccuracy: Answer;
  /** Matthews' correlation, any number of categories. */
  mcc: Answer;
  macroF1: Answer;
  microF1: Answer;
  weightedF1: Answer;
  perCategory: { precision: Answer; recall: Answer; f1: Answer }[];
};

const summaries = ['accuracy', 'balancedAccuracy', 'mcc', 'macroF1', 'microF1', 'weightedF1'] as const;

/** Six summaries, then precision, recall and F1 of each category; NaN where 0/0. */
function scores(table: Float64Array, q: number, out: Float64Array): void {
  let [n, correct, predictedSquares, trueSquares, cross] = [0, 0, 0, 0, 0];
  let [recalls, occurring, f1s, scored, weighted, weight] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < q; k++) {
    let [actual, predicted] = [0, 0];
    for (let j = 0; j < q; j++) {
      actual += table[k * q + j]!;
      predicted += table[j * q + k]!;
    }
    const hit = table[k * q + k]!;
    const recall = hit / actual;
    const f1 = (2 * hit) / (actual + predicted);
    out[6 + 3 * k] = hit / predicted;
    out[7 + 3 * k] = recall;
    out[8 + 3 * k] = f1;
    n += actual;
    correct += hit;
    predictedSquares += predicted * predicted;
    trueSquares += actual * actual;
    cross += predicted * actual;
    if (actual > 0) {
      recalls += recall;
      occurring++;
    }
    if (actual + predicted > 0) {
      f1s += f1;
      scored++;
      weighted += actual * f1;
      weight += actual;
    }
  }
  out[0] = correct / n;
  out[1] = recalls / occurring;
  const scale = Math.sqrt((n * n - predictedSquares) * (n * n - trueSquares));
  out[2] = scale > 0 ? (correct * n - cross) / scale : NaN;
  out[3] = f1s / scored;
  out[4] = correct / n;
  out[5] = weighted / weight;
}

/**
 * Accuracy, balanced accuracy, Matthews' correlation, F1 in three averages, and precision, recall and F1 by category.
 *
 * What would be 0/0 is `Undetermined` and is left out of the averages over categories, with a note; other tools put 0.
 * All intervals come from the same resamples. Without `random` accuracy, precision and recall have Wilson intervals
 * (rows independent) and the others none.
 *
 * @param truth category codes 0 … q − 1; −1 or NaN is missing
 * @param predicted the codes to be examined, for the same items
 * @throws RangeError for codes out of range or arrays that do not fit
 * @example
 * classification([0, 0, 1, 1], [0, 1, 1, 1], { categories: 2 }).accuracy; // .75
 */
export function classification(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { categories, ...options }: IntervalOptions & { categories?: number | undefined } = {},
): Classification {
  const plan = planInterval(options, true);
  const pairs = pairCodes(truth, predicted, categories);
  const [n, q] = [pairs.rows.length, pairs.categories];
  const outputs = summaries.length + 3 * q;
  const found = new Float64Array(outputs);
  scores(pairs.table, q, found);
  const resampled =
    plan.kind === 'bootstrap' && n > 0
      ? resamplePatterns(
          plan,
          { of: pairs.cell, counts: pairs.table },
          options.clusters ? indexClusters(options.clusters, truth.length, pairs.rows) : null,
          outputs,
          (table, out) => scores(table, q, out),
        )
      : null;

  const answer = (output: number, name: string, why: [UndeterminedReason, string], of?: number): Answer => {
    const value = found[output]!;
    if (n === 0) return undetermined('no-data', 'no item has both codes', 0, name);
    if (Number.isNaN(value)) return undetermined(why[0], why[1], n, name);
    const { level } = plan;
    if (resampled) {
      const { notes, name: ending, ...rest } = resampled(output);
      return withNotes({ value, n: of ?? n, ...rest, method: `${name}, ${ending}` }, [...pairs.notes, ...notes]);
    }
    if (plan.kind === 'closed-form' && of !== undefined) {
      const interval = wilsonLimits(value, of, normalQuantile((1 + level) / 2));
      return withNotes({ value, interval, level, n: of, method: `${name}, wilson` }, pairs.notes);
    }
    const note =
      plan.kind === 'none' ? plan.note : 'no interval: there is no closed form, give `random` for a bootstrap';
    return withNotes({ value, interval: null, level, n, method: name }, [...pairs.notes, note]);
  };

  const perCategory: Classification['perCategory'] = [];
  let absent = 0;
  for (let k = 0; k < q; k++) {
    let [actual, chosen] = [0, 0];
    for (let j = 0; j < q; j++) {
      actual += pairs.table[k * q + j]!;
      chosen += pairs.table[j * q + k]!;
    }
    if (actual + chosen === 0) absent++;
    perCategory.push({
      precision: answer(6 + 3 * k, `precision of ${k}`, ['no-data', `category ${k} was never predicted`], chosen),
      recall: answer(7 + 3 * k, `recall of ${k}`, ['no-data', `no item is of category ${k}`], actual),
      f1: answer(8 + 3 * k, `f1 of ${k}`, ['no-data', `category ${k} neither occurs nor was predicted`]),
    });
  }
  if (absent > 0)
    pairs.notes.push(`${absent} of ${q} categories neither occur nor were predicted and are left out of means`);
  const constant: [UndeterminedReason, string] = ['one-category', 'one side uses one category only'];
  const summary = (output: number, name: string) =>
    answer(output, name, constant, name === 'accuracy' || name === 'micro-f1' ? n : undefined);
  return {
    table: pairs.table,
    categories: q,
    n,
    accuracy: summary(0, 'accuracy'),
    balancedAccuracy: summary(1, 'balanced-accuracy'),
    mcc: summary(2, 'mcc'),
    macroF1: summary(3, 'macro-f1'),
    microF1: summary(4, 'micro-f1'),
    weightedF1: summary(5, 'weighted-f1'),
    perCategory,
  };
}
