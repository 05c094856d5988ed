import { logistic, logLogistic } from '../numerics/logistic.ts';
import { solvePositiveDefinite } from '../numerics/positive-definite.ts';

export type OrdinalFit = {
  thresholds: Float64Array;
  weights: Float64Array;
  converged: boolean;
  iterations: number;
  ridged: boolean;
};

const most = 200;

/**
 * The cumulative logit model P(label ≤ k) = logistic(t_k − w·x) by Newton's method; the log-likelihood is concave (Pratt 1981).
 * Halved steps keep the thresholds rising. Where it has no maximum a ridge of 1e-6 holds the weights.
 *
 * @param features columns, centred and scaled
 * @param labels 0 … categories − 1, each at least once
 */
export function fitCumulativeLogit(
  features: readonly Float64Array[],
  labels: Uint32Array,
  categories: number,
): OrdinalFit {
  const plain = newton(features, labels, categories, 0);
  return plain.converged
    ? { ...plain, ridged: false }
    : { ...newton(features, labels, categories, 1e-6), ridged: true };
}

/** A row's part of the log-likelihood in a = t_label − w·x and b = t_(label − 1) − w·x, with its derivatives. */
type Part = { value: number; a: number; b: number; aa: number; bb: number; ab: number };

function partOf(upper: number, lower: number): Part {
  const [pa, pb] = [logistic(upper), logistic(lower)];
  if (lower === -Infinity) return { value: logLogistic(upper), a: 1 - pa, b: 0, aa: -pa * (1 - pa), bb: 0, ab: 0 };
  if (upper === Infinity) return { value: logLogistic(-lower), a: 0, b: -pb, aa: 0, bb: -pb * (1 - pb), ab: 0 };
  // logistic(a) − logistic(b) = logistic(a) logistic(−b) (1 − e^−(a − b)), which does not cancel.
  const rest = -Math.expm1(lower - upper);
  const odds = (1 - rest) / rest;
  const bend = odds / rest;
  return {
    value: logLogistic(upper) + logLogistic(-lower) + Math.log(rest),
    a: 1 - pa + odds,
    b: -pb - odds,
    aa: -pa * (1 - pa) - bend,
    bb: -pb * (1 - pb) - bend,
    ab: bend,
  };
}

function newton(
  features: readonly Float64Array[],
  labels: Uint32Array,
  categories: number,
  ridge: number,
): Omit<OrdinalFit, 'ridged'> {
  const [n, cuts, d] = [labels.length, categories - 1, categories - 1 + features.length];
  const counts = new Float64Array(categories);
  for (const label of labels) counts[label]!++;
  let theta = new Float64Array(d);
  for (let k = 0, below = 0; k < cuts; k++) {
    below += counts[k]!;
    theta[k] = Math.log(below / (n - below));
  }
  const ends = (at: Float64Array, i: number): [number, number] => {
    let eta = 0;
    for (let j = 0; j < features.length; j++) eta += at[cuts + j]! * features[j]![i]!;
    const label = labels[i]!;
    return [label === cuts ? Infinity : at[label]! - eta, label === 0 ? -Infinity : at[label - 1]! - eta];
  };
  const likelihood = (at: Float64Array): number => {
    for (let k = 1; k < cuts; k++) if (!(at[k]! > at[k - 1]!)) return -Infinity;
    let total = 0;
    for (let j = cuts; j < d; j++) total -= (ridge / 2) * at[j]! ** 2;
    for (let i = 0; i < n; i++) total += partOf(...ends(at, i)).value;
    return total;
  };
  let current = likelihood(theta);
  for (let iterations = 1; iterations <= most; iterations++) {
    const { gradient, information } = derivatives(theta);
    const step = solvePositiveDefinite(information, gradient);
    const lost = step === null || (ridge === 0 && current > -1e-7 * n);
    if (lost) return { ...split(theta), converged: false, iterations };
    let next = theta;
    let reached = current;
    for (let scale = 1; scale > 1e-9; scale /= 2) {
      next = theta.map((value, j) => value + scale * step[j]!);
      reached = likelihood(next);
      if (reached >= current - 1e-13 * Math.abs(current)) break;
    }
    const moved = step.every((s, j) => Math.abs(s) <= 1e-9 * (1 + Math.abs(theta[j]!)));
    theta = next;
    current = reached;
    if (moved) return { ...split(theta), converged: true, iterations };
  }
  return { ...split(theta), converged: false, iterations: most };

  function split(at: Float64Array) {
    return { thresholds: at.slice(0, cuts), weights: at.slice(cuts) };
  }

  function derivatives(at: Float64Array): { gradient: Float64Array; information: Float64Array } {
    const gradient = new Float64Array(d);
    const information = new Float64Array(d * d);
    for (let j = cuts; j < d; j++) {
      gradient[j] = -ridge * at[j]!;
      information[j * d + j] = ridge;
    }
    // Per row: slopes of a and b by parameter are 1 at their threshold and −x at the weights.
    for (let i = 0; i < n; i++) {
      const part = partOf(...ends(at, i));
      const label = labels[i]!;
      const slope = part.a + part.b;
      const curve = part.aa + 2 * part.ab + part.bb;
      if (label < cuts) {
        gradient[label]! += part.a;
        information[label * d + label]! -= part.aa;
      }
      if (label > 0) {
        gradient[label - 1]! += part.b;
        information[(label - 1) * d + label - 1]! -= part.bb;
      }
      if (label > 0 && label < cuts) information[label * d + label - 1]! -= part.ab;
      for (let j = 0; j < features.length; j++) {
        const x = features[j]![i]!;
        const row = (cuts + j) * d;
        gradient[cuts + j]! -= slope * x;
        if (label < cuts) information[row + label]! += (part.aa + part.ab) * x;
        if (label > 0) information[row + label - 1]! += (part.bb + part.ab) * x;
        for (let k = 0; k <= j; k++) information[row + cuts + k]! -= curve * x * features[k]![i]!;
      }
    }
    for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) information[k * d + j] = information[j * d + k]!;
    return { gradient, information };
  }
}
