import { type EmFit, type EmSettings, expectationMaximisation, type LabelModel } from './expectation-maximisation.ts';
import { type RatingPatterns, ratingPatterns } from './rating-patterns.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type IntervalPart, resamplePatterns } from '../resampling/pattern-interval.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import type { Matrix } from '../shapes/matrix.ts';

export type AggregationOptions = IntervalOptions & {
  /** The number of categories; give it, since one that nobody used is else not known. */
  categories?: number | undefined;
  /** What is added to each count of a rater's labels, so that no probability is 0; default 0.01. */
  smoothing?: number | undefined;
  /** The relative change of the log-likelihood at which the iteration ends; default 1e-10. */
  tolerance?: number | undefined;
  /** Default 1000. */
  iterations?: number | undefined;
};

/**
 * Labels made from several raters without gold. The value is the accuracy that the model expects of its own labels: the
 * mean over items of the largest posterior.
 */
export type LabelAggregation = Estimate & {
  /** P(true category | ratings), items × categories, row after row; NaN for an item without a rating. */
  posteriors: Float64Array;
  /** The most probable category of each item, −1 without a rating; the lowest code on equality. */
  labels: Int32Array;
  categories: number;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
};

/** What a model adds: numbers made from the parameters, each with an interval from the same resamples. */
export type Readout = { size: number; read: (fit: EmFit, weights: Float64Array, out: Float64Array) => void };

export type Aggregated = {
  patterns: RatingPatterns;
  fit: EmFit;
  result: LabelAggregation;
  /** An output of the readout as an estimate on n ratings. */
  estimate: (output: number, n: number, what: string) => Estimate;
};

const caution = 'under the model: an error that raters share counts as the truth';
const fewestRaters = 3;

/** The mean over weighted items of the largest posterior. */
function expectedAccuracy({ posterior }: EmFit, weights: Float64Array, q: number): number {
  let [total, size] = [0, 0];
  for (let p = 0; p < weights.length; p++) {
    let most = 0;
    for (let k = 0; k < q; k++) most = Math.max(most, posterior[p * q + k]!);
    total += weights[p]! * most;
    size += weights[p]!;
  }
  return total / size;
}

/** Fits a model to items × raters of codes, and refits it to resampled items, from the solution of all of them. */
export function aggregateLabels(
  name: string,
  matrix: Matrix,
  options: AggregationOptions,
  modelOf: (patterns: RatingPatterns, smoothing: number) => { model: LabelModel; readout: Readout },
): Aggregated | Undetermined {
  const plan = planInterval(options, false);
  const { smoothing = 0.01, tolerance = 1e-10, iterations = 1000 } = options;
  if (!(smoothing > 0 && smoothing < Infinity)) throw new RangeError(`smoothing must be above 0, found ${smoothing}`);
  if (!(tolerance > 0 && tolerance < 1)) throw new RangeError(`tolerance must lie in (0, 1), found ${tolerance}`);
  if (!Number.isSafeInteger(iterations) || iterations < 1) {
    throw new RangeError(`iterations must be at least 1, found ${iterations}`);
  }
  const patterns = ratingPatterns(matrix, options.categories);
  const { kept, counts, of, categories: q, items } = patterns;
  const n = kept.length;
  if (n === 0) return undetermined('no-data', 'no item has a rating', 0, name);
  const active = patterns.ratings.filter((count) => count > 0).length;
  if (active < fewestRaters) {
    const detail = `${active} raters: whose error it is when they differ cannot be told below ${fewestRaters}`;
    return undetermined(active === 1 ? 'one-rater' : 'not-identified', detail, n, name);
  }

  const { model, readout } = modelOf(patterns, smoothing);
  const settings: EmSettings = { tolerance, iterations };
  const fit = expectationMaximisation(model, patterns, counts, settings);
  const values = new Float64Array(readout.size + 1);
  const write = (found: EmFit, weights: Float64Array, out: Float64Array) => {
    readout.read(found, weights, out);
    out[readout.size] = expectedAccuracy(found, weights, q);
  };
  write(fit, counts, values);

  let part: (output: number) => IntervalPart;
  if (plan.kind === 'bootstrap') {
    const clusters = options.clusters ? indexClusters(options.clusters, items, kept) : null;
    part = resamplePatterns(plan, { of, counts }, clusters, values.length, (weights, out) => {
      write(expectationMaximisation(model, patterns, weights, settings, fit.parameters), weights, out);
    });
  } else {
    const note = plan.kind === 'none' ? plan.note : 'no interval: it is a bootstrap, which needs `random`';
    part = () => ({ interval: null, level: plan.level, notes: [note], name: 'no interval' });
  }
  const estimate = (output: number, size: number, what: string, notes: readonly string[] = []): Estimate => {
    const { notes: more, name: ending, ...rest } = part(output);
    return withNotes({ value: values[output]!, n: size, ...rest, method: `${name}, ${what}, ${ending}` }, [
      ...notes,
      ...more,
    ]);
  };
  const notes = [caution, ...patterns.notes];
  if (!fit.converged) notes.push(`not converged after ${fit.iterations} iterations`);
  if (patterns.used.filter((count) => count > 0).length === 1) notes.push('all ratings are of one category');
  return {
    patterns,
    fit,
    result: {
      ...estimate(readout.size, n, 'accuracy that the model expects of its labels', notes),
      ...labelsOf(fit, patterns),
      categories: q,
      logLikelihood: fit.logLikelihood,
      iterations: fit.iterations,
      converged: fit.converged,
    },
    estimate,
  };
}

function labelsOf({ posterior }: EmFit, { items, kept, of, categories: q }: RatingPatterns) {
  const posteriors = new Float64Array(items * q).fill(NaN);
  const labels = new Int32Array(items).fill(-1);
  kept.forEach((item, place) => {
    const from = of[place]! * q;
    let best = 0;
    for (let k = 0; k < q; k++) {
      posteriors[item * q + k] = posterior[from + k]!;
      if (posterior[from + k]! > posterior[from + best]!) best = k;
    }
    labels[item] = best;
  });
  return { posteriors, labels };
}
