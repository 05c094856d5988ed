import type { LabelModel } from './expectation-maximisation.ts';
import { aggregateLabels, type AggregationOptions, type LabelAggregation } from './label-aggregation.ts';
import type { RatingPatterns } from './rating-patterns.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';

export type Mace = LabelAggregation & {
  /** `trust` is the probability that the rater says the truth for knowing it; `spam[l]` what it says when not. */
  raters: { rater: number; n: number; trust: Estimate | Undetermined; spam: (Estimate | Undetermined)[] }[];
};

/** Parameters of each rater: the trust, then the distribution of its spam. */
function maceModel(patterns: RatingPatterns, smoothing: number): LabelModel {
  const { raters, categories: q, start, rater, label, counts } = patterns;
  const width = 1 + q;
  const next = new Float64Array(raters * width);
  const known = new Float64Array(raters);
  return {
    size: raters * width,
    maximise(posterior, weights, parameters) {
      // The first round has no trust yet: a label that agrees with the vote is taken as half known.
      if (parameters.every((x) => x === 0)) {
        for (let r = 0; r < raters; r++)
          parameters.fill(1 / q, r * width + 1, (r + 1) * width)[r * width] = 1 / (q + 1);
      }
      next.fill(smoothing);
      known.fill(smoothing);
      for (let p = 0; p < counts.length; p++) {
        const w = weights[p]!;
        if (w === 0) continue;
        for (let e = start[p]!; e < start[p + 1]!; e++) {
          const [r, l] = [rater[e]!, label[e]!];
          const trust = parameters[r * width]!;
          const guess = (1 - trust) * parameters[r * width + 1 + l]!;
          const copied = w * posterior[p * q + l]! * (trust / (trust + guess));
          known[r]! += copied;
          next[r * width + 1 + l]! += w - copied;
        }
      }
      for (let r = 0; r < raters; r++) {
        const from = r * width;
        let spam = 0;
        for (let l = 1; l <= q; l++) spam += next[from + l]!;
        parameters[from] = known[r]! / (known[r]! + spam - (q - 1) * smoothing);
        for (let l = 1; l <= q; l++) parameters[from + l] = next[from + l]! / spam;
      }
    },
    joint(parameters, out) {
      const prior = -Math.log(q);
      for (let p = 0; p < counts.length; p++) {
        for (let k = 0; k < q; k++) {
          let total = prior;
          for (let e = start[p]!; e < start[p + 1]!; e++) {
            const from = rater[e]! * width;
            const trust = parameters[from]!;
            const guess = (1 - trust) * parameters[from + 1 + label[e]!]!;
            total += Math.log(label[e] === k ? trust + guess : guess);
          }
          out[p * q + k] = total;
        }
      }
    },
  };
}

/**
 * One number of trust per rater, and labels, without gold: with probability θ a rater copies the truth, else it draws a
 * label from its own distribution ξ, whatever the item. Made to find raters who do not look.
 *
 *     P(y = l | truth k)  θ_r 1{l = k} + (1 − θ_r) ξ_r[l]
 *
 * EM with `smoothing` added to the counts of copies, of spam and of each spam label; all categories are equally likely
 * beforehand. One start, at the vote shares, in place of the authors' random ones: the same answer every time. Hovy,
 * Berg-Kirkpatrick, Vaswani and Hovy 2013, NAACL, section 3. Rules, intervals and errors as in `dawidSkene`.
 *
 * @example
 * mace(matrixOf([[0, 0, 1], [1, 1, 1], [0, 0, 0]]), { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/mace-and-glad.md
 */
export function mace(ratings: Matrix, options: AggregationOptions = {}): Mace | Undetermined {
  const name = 'mace';
  const found = aggregateLabels(name, ratings, options, (patterns, smoothing) => {
    const model = maceModel(patterns, smoothing);
    return { model, readout: { size: model.size, read: ({ parameters }, _, out) => out.set(parameters) } };
  });
  if (!('result' in found)) return found;
  const { patterns, result, estimate } = found;
  const { raters, categories: q, ratings: sizes } = patterns;
  return {
    ...result,
    raters: Array.from({ length: raters }, (_, r) => {
      const n = sizes[r]!;
      const answer = (output: number, what: string) =>
        n === 0
          ? undetermined('no-data', `rater ${r} rated nothing`, 0, `${name}, ${what}`)
          : estimate(r * (1 + q) + output, n, what);
      return {
        rater: r,
        n,
        trust: answer(0, `trust in rater ${r}`),
        spam: Array.from({ length: q }, (__, l) => answer(1 + l, `spam of rater ${r} that says ${l}`)),
      };
    }),
  };
}
