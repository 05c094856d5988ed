import { logistic, logLogistic } from '../numerics/logistic.ts';
import type { LabelModel } from './expectation-maximisation.ts';
import { aggregateLabels, type AggregationOptions, type LabelAggregation } from './label-aggregation.ts';
import type { RatingPatterns } from './rating-patterns.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';

export type Glad = LabelAggregation & {
  /** Ability: 0 guesses, below 0 says the wrong one on purpose. */
  raters: { rater: number; n: number; ability: Estimate | Undetermined }[];
  /** ln of how easy each item is, NaN without a rating. Known up to its prior only where few rated the item. */
  logEasiness: Float64Array;
};

const priorMean = 1;
const longestStep = 2;

/** The log-density of the prior, less a constant. */
const normal = (x: number): number => -((x - priorMean) ** 2) / 2;

/** Climbs one coordinate by scoring steps, halved until they do not lose. `slope` gives first derivative and curvature. */
function climb(at: number, value: (x: number) => number, slope: (x: number) => [number, number]): number {
  const [first, curvature] = slope(at);
  let step = Math.max(-longestStep, Math.min(longestStep, first / curvature));
  const now = value(at);
  for (let halving = 0; halving < 30; halving++, step /= 2) if (value(at + step) >= now) return at + step;
  return at;
}

/** Parameters: one ability per rater, then the log of the easiness of each pattern. Both have a N(1, 1) prior. */
function gladModel(patterns: RatingPatterns): LabelModel {
  const { raters, categories: q, start, rater, label, counts, ratings } = patterns;
  const size = counts.length;
  const wrong = Math.log(Math.max(1, q - 1));
  const right = new Float64Array(rater.length);
  const entriesOf: number[][] = Array.from({ length: raters }, () => []);
  const patternOf = new Uint32Array(rater.length);
  for (let p = 0; p < size; p++) {
    for (let e = start[p]!; e < start[p + 1]!; e++) {
      patternOf[e] = p;
      entriesOf[rater[e]!]!.push(e);
    }
  }
  const term = (e: number, x: number) => right[e]! * logLogistic(x) + (1 - right[e]!) * logLogistic(-x);
  return {
    size: raters + size,
    maximise(posterior, weights, parameters) {
      if (parameters.every((x) => x === 0)) parameters.fill(priorMean);
      for (let e = 0; e < rater.length; e++) right[e] = posterior[patternOf[e]! * q + label[e]!]!;
      for (let r = 0; r < raters; r++) {
        if (ratings[r] === 0) continue;
        const entries = entriesOf[r]!;
        const easiness = (e: number) => Math.exp(parameters[raters + patternOf[e]!]!);
        const weight = (e: number) => weights[patternOf[e]!]!;
        parameters[r] = climb(
          parameters[r]!,
          (a) => entries.reduce((total, e) => total + weight(e) * term(e, a * easiness(e)), normal(a)),
          (a) => {
            let [first, curvature] = [priorMean - a, 1];
            for (const e of entries) {
              const b = easiness(e);
              const s = logistic(a * b);
              first += weight(e) * (right[e]! - s) * b;
              curvature += weight(e) * s * (1 - s) * b * b;
            }
            return [first, curvature];
          },
        );
      }
      for (let p = 0; p < size; p++) {
        const [from, to] = [start[p]!, start[p + 1]!];
        parameters[raters + p] = climb(
          parameters[raters + p]!,
          (beta) => {
            let total = normal(beta);
            for (let e = from; e < to; e++) total += term(e, parameters[rater[e]!]! * Math.exp(beta));
            return total;
          },
          (beta) => {
            let [first, curvature] = [priorMean - beta, 1];
            for (let e = from; e < to; e++) {
              const x = parameters[rater[e]!]! * Math.exp(beta);
              const s = logistic(x);
              first += (right[e]! - s) * x;
              curvature += s * (1 - s) * x * x;
            }
            return [first, curvature];
          },
        );
      }
    },
    joint(parameters, out) {
      for (let p = 0; p < size; p++) {
        const easiness = Math.exp(parameters[raters + p]!);
        for (let k = 0; k < q; k++) {
          let total = -Math.log(q);
          for (let e = start[p]!; e < start[p + 1]!; e++) {
            const x = parameters[rater[e]!]! * easiness;
            total += label[e] === k ? logLogistic(x) : logLogistic(-x) - wrong;
          }
          out[p * q + k] = total;
        }
      }
    },
    logPrior(parameters, weights) {
      let total = 0;
      for (let r = 0; r < raters; r++) if (ratings[r]! > 0) total += normal(parameters[r]!);
      for (let p = 0; p < size; p++) total += weights[p]! * normal(parameters[raters + p]!);
      return total;
    },
  };
}

/**
 * Labels without gold where items differ in difficulty: the chance of a right label grows with the rater's ability and
 * the item's easiness.
 *
 *     P(right)  1 / (1 + exp(−a_r b_i)),  b_i > 0;  the wrong labels share the rest
 *
 * EM to the posterior mode, with the authors' priors N(1, 1) on a and on ln b, and all categories equally likely.
 * Whitehill, Ruvolo, Wu, Bergsma and Movellan 2009, NIPS 22, section 2. `logLikelihood` includes the priors, as what was
 * maximised; `smoothing` is not used. Rules, intervals and errors as in `dawidSkene`; the priors pull abilities to 1, so
 * the intervals are short of their level for raters with few ratings.
 *
 * @example
 * glad(matrixOf([[0, 0, 1], [1, 1, 1], [0, 0, 0]]), { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/mace-and-glad.md
 */
export function glad(ratings: Matrix, options: Omit<AggregationOptions, 'smoothing'> = {}): Glad | Undetermined {
  const name = 'glad';
  const found = aggregateLabels(name, ratings, options, (patterns) => ({
    model: gladModel(patterns),
    readout: {
      size: patterns.raters,
      read: ({ parameters }, _, out) => out.set(parameters.subarray(0, patterns.raters)),
    },
  }));
  if (!('result' in found)) return found;
  const { patterns, fit, result, estimate } = found;
  const logEasiness = new Float64Array(patterns.items).fill(NaN);
  patterns.kept.forEach((item, place) => {
    logEasiness[item] = fit.parameters[patterns.raters + patterns.of[place]!]!;
  });
  return {
    ...result,
    raters: Array.from({ length: patterns.raters }, (_, r) => {
      const [n, what] = [patterns.ratings[r]!, `ability of rater ${r}`];
      const none = () => undetermined('no-data', `rater ${r} rated nothing`, 0, `${name}, ${what}`);
      return { rater: r, n, ability: n === 0 ? none() : estimate(r, n, what) };
    }),
    logEasiness,
  };
}
