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
  /** Means over the categories where the score is defined, each category counting once. */
  macroPrecision: Answer;
  macroRecall: Answer;
  macroF1: Answer;
  /** Over all decisions: each wrong one is a false positive of one category and a miss of another, so all are the accuracy. */
  microPrecision: Answer;
  microRecall: Answer;
  microF1: Answer;
  /** Means over the categories where the score is defined, weighted by how often each is true. */
  weightedPrecision: Answer;
  weightedRecall: Answer;
  weightedF1: Answer;
  perCategory: { precision: Answer; recall: Answer; f1: Answer }[];
};

const summaries = [
  'accuracy',
  'balanced-accuracy',
  'mcc',
  'macro-precision',
  'macro-recall',
  'macro-f1',
  'micro-precision',
  'micro-recall',
  'micro-f1',
  'weighted-precision',
  'weighted-recall',
  'weighted-f1',
] as const;
const first = summaries.length;

/** The summaries, then precision, recall and F1 of each category; NaN where 0/0. */
function scores(table: Float64Array, q: number, out: Float64Array): void {
  let [n, correct, predictedSquares, trueSquares, cross] = [0, 0, 0, 0, 0];
  let [precisions, made, precisionWeighted, precisionWeight] = [0, 0, 0, 0];
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
    out[first + 3 * k] = hit / predicted;
    out[first + 1 + 3 * k] = recall;
    out[first + 2 + 3 * k] = f1;
    n += actual;
    correct += hit;
    predictedSquares += predicted * predicted;
    trueSquares += actual * actual;
    cross += predicted * actual;
    if (predicted > 0) {
      precisions += hit / predicted;
      made++;
      precisionWeighted += (actual * hit) / predicted;
      precisionWeight += actual;
    }
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
  out[3] = precisions / made;
  out[4] = recalls / occurring;
  out[5] = f1s / scored;
  out[6] = correct / n;
  out[7] = correct / n;
  out[8] = correct / n;
  out[9] = precisionWeight > 0 ? precisionWeighted / precisionWeight : NaN;
  out[10] = correct / n;
  out[11] = weighted / weight;
}

/** Why a summary of items has no value. */
function whyNot(name: string): [UndeterminedReason, string] {
  return name === 'weighted-precision'
    ? ['no-data', 'no category that occurs was predicted']
    : ['one-category', 'one side uses one category only'];
}

/**
 * Accuracy, balanced accuracy, Matthews' correlation, and precision, recall and F1 by category and in three averages.
 *
 * What would be 0/0 is `Undetermined` and is left out of the averages over categories, with a note; other tools put 0.
 * All intervals come from the same resamples. Without `random` accuracy, precision and recall have Wilson intervals
 * (rows independent; so have the averages that are the accuracy) and the others none.
 *
 * @param truth category codes 0 … q − 1; −1 or NaN is missing
 * @param predicted the codes to be examined, for the same items
 * @throws RangeError for codes out of range or arrays that do not fit
 * @example
 * classification([0, 0, 1, 1], [0, 1, 1, 1], { categories: 2 }).accuracy; // .75
 * @see https://github.com/assize/assize/blob/main/docs/stats/classification.md
 */
export function classification(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { categories, ...options }: IntervalOptions & { categories?: number | undefined } = {},
): Classification {
  const plan = planInterval(options, true);
  const pairs = pairCodes(truth, predicted, categories);
  const [n, q] = [pairs.rows.length, pairs.categories];
  const outputs = first + 3 * q;
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
  let [absent, unpredicted, untrue] = [0, 0, 0];
  for (let k = 0; k < q; k++) {
    let [actual, chosen] = [0, 0];
    for (let j = 0; j < q; j++) {
      actual += pairs.table[k * q + j]!;
      chosen += pairs.table[j * q + k]!;
    }
    if (actual + chosen === 0) absent++;
    else if (chosen === 0) unpredicted++;
    else if (actual === 0) untrue++;
    perCategory.push({
      precision: answer(first + 3 * k, `precision of ${k}`, ['no-data', `category ${k} was never predicted`], chosen),
      recall: answer(first + 1 + 3 * k, `recall of ${k}`, ['no-data', `no item is of category ${k}`], actual),
      f1: answer(first + 2 + 3 * k, `f1 of ${k}`, ['no-data', `category ${k} neither occurs nor was predicted`]),
    });
  }
  if (absent > 0)
    pairs.notes.push(`${absent} of ${q} categories neither occur nor were predicted and are left out of means`);
  if (unpredicted > 0) {
    pairs.notes.push(`${unpredicted} of ${q} categories were never predicted and are left out of means of precision`);
  }
  if (untrue > 0) {
    pairs.notes.push(`${untrue} of ${q} categories do not occur and are left out of means of recall`);
  }
  const shares = new Set<string>(['accuracy', 'micro-precision', 'micro-recall', 'micro-f1', 'weighted-recall']);
  const summary = (name: (typeof summaries)[number]) =>
    answer(summaries.indexOf(name), name, whyNot(name), shares.has(name) ? n : undefined);
  return {
    table: pairs.table,
    categories: q,
    n,
    accuracy: summary('accuracy'),
    balancedAccuracy: summary('balanced-accuracy'),
    mcc: summary('mcc'),
    macroPrecision: summary('macro-precision'),
    macroRecall: summary('macro-recall'),
    macroF1: summary('macro-f1'),
    microPrecision: summary('micro-precision'),
    microRecall: summary('micro-recall'),
    microF1: summary('micro-f1'),
    weightedPrecision: summary('weighted-precision'),
    weightedRecall: summary('weighted-recall'),
    weightedF1: summary('weighted-f1'),
    perCategory,
  };
}
