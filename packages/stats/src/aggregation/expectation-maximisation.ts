import { type RatingPatterns, voteShares } from './rating-patterns.ts';

/** A model of how raters come to their labels, its parameters in one array. */
export interface LabelModel {
  readonly size: number;
  /** Writes parameters that fit the posteriors better (or best), each pattern weighing what it was drawn. */
  maximise(posterior: Float64Array, weights: Float64Array, parameters: Float64Array): void;
  /** Writes ln P(true category k and the pattern's ratings), patterns × categories. */
  joint(parameters: Float64Array, out: Float64Array): void;
  /** The log-density of a prior on the parameters, 0 without one; it is added to the log-likelihood. */
  logPrior?(parameters: Float64Array, weights: Float64Array): number;
}

export type EmSettings = { tolerance: number; iterations: number };

/** Where the iteration ended. The posterior is that of the last parameters, patterns × categories. */
export type EmFit = {
  parameters: Float64Array;
  posterior: Float64Array;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
};

/** Posteriors from joint log-probabilities, by log-sum-exp, in place; returns the log-likelihood. */
function normalise(joint: Float64Array, weights: Float64Array, q: number): number {
  let total = 0;
  for (let p = 0; p < weights.length; p++) {
    const from = p * q;
    let most = -Infinity;
    for (let k = 0; k < q; k++) most = Math.max(most, joint[from + k]!);
    let sum = 0;
    for (let k = 0; k < q; k++) sum += joint[from + k] = Math.exp(joint[from + k]! - most);
    for (let k = 0; k < q; k++) joint[from + k] = joint[from + k]! / sum;
    total += weights[p]! * (most + Math.log(sum));
  }
  return total;
}

/**
 * Maximises and takes expectations in turn, from the vote shares or from given parameters, until the log-likelihood
 * changes by less than the tolerance, relatively.
 */
export function expectationMaximisation(
  model: LabelModel,
  patterns: RatingPatterns,
  weights: Float64Array,
  { tolerance, iterations }: EmSettings,
  from?: Float64Array,
): EmFit {
  const q = patterns.categories;
  const parameters = from?.slice() ?? new Float64Array(model.size);
  let posterior: Float64Array = new Float64Array(weights.length * q);
  if (from) {
    model.joint(parameters, posterior);
    normalise(posterior, weights, q);
  } else posterior = voteShares(patterns);
  let [before, round, converged] = [-Infinity, 0, false];
  while (round < iterations && !converged) {
    round++;
    model.maximise(posterior, weights, parameters);
    model.joint(parameters, posterior);
    const now = normalise(posterior, weights, q) + (model.logPrior?.(parameters, weights) ?? 0);
    converged = Math.abs(now - before) <= tolerance * Math.abs(now);
    before = now;
  }
  return { parameters, posterior, logLikelihood: before, iterations: round, converged };
}
