import type { LabelModel } from './expectation-maximisation.ts';
import { aggregateLabels, type AggregationOptions, type LabelAggregation, type Readout } from './label-aggregation.ts';
import type { RatingPatterns } from './rating-patterns.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';

type Answer = Estimate | Undetermined;

/** A rater's habits: `confusion[k][l]` is P(says l | truth is k); its diagonal holds the sensitivities. */
export type RaterConfusion = { rater: number; n: number; confusion: Answer[][] };

export type DawidSkene = LabelAggregation & {
  /** The share of each category among the items. */
  prior: Answer[];
  raters: RaterConfusion[];
};

export type OneCoin = LabelAggregation & {
  prior: Answer[];
  /** P(says the true category), the same for all categories. */
  raters: { rater: number; n: number; accuracy: Answer }[];
};

/** Parameters: the prior, then one q × q table per rater. */
function dawidSkeneModel(patterns: RatingPatterns, smoothing: number): LabelModel {
  const { raters, categories: q, start, rater, label, counts } = patterns;
  const logs = new Float64Array(q + raters * q * q);
  return {
    size: logs.length,
    maximise(posterior, weights, parameters) {
      parameters.fill(smoothing, q).fill(0, 0, q);
      let total = 0;
      for (let p = 0; p < counts.length; p++) {
        const w = weights[p]!;
        if (w === 0) continue;
        total += w;
        for (let k = 0; k < q; k++) {
          const mass = w * posterior[p * q + k]!;
          parameters[k]! += mass;
          for (let e = start[p]!; e < start[p + 1]!; e++) parameters[q + (rater[e]! * q + k) * q + label[e]!]! += mass;
        }
      }
      for (let k = 0; k < q; k++) parameters[k] = parameters[k]! / total;
      for (let row = q; row < parameters.length; row += q) {
        let sum = 0;
        for (let l = 0; l < q; l++) sum += parameters[row + l]!;
        for (let l = 0; l < q; l++) parameters[row + l] = parameters[row + l]! / sum;
      }
    },
    joint(parameters, out) {
      for (let i = 0; i < logs.length; i++) logs[i] = Math.log(parameters[i]!);
      for (let p = 0; p < counts.length; p++) {
        for (let k = 0; k < q; k++) {
          let total = logs[k]!;
          for (let e = start[p]!; e < start[p + 1]!; e++) total += logs[q + (rater[e]! * q + k) * q + label[e]!]!;
          out[p * q + k] = total;
        }
      }
    },
  };
}

/** Parameters: the prior, then one accuracy per rater; errors fall on the other categories alike. */
function oneCoinModel(patterns: RatingPatterns, smoothing: number): LabelModel {
  const { raters, categories: q, start, rater, label, counts } = patterns;
  const size = new Float64Array(raters);
  return {
    size: q + raters,
    maximise(posterior, weights, parameters) {
      parameters.fill(smoothing, q).fill(0, 0, q);
      size.fill(q * smoothing);
      let total = 0;
      for (let p = 0; p < counts.length; p++) {
        const w = weights[p]!;
        if (w === 0) continue;
        total += w;
        for (let k = 0; k < q; k++) parameters[k]! += w * posterior[p * q + k]!;
        for (let e = start[p]!; e < start[p + 1]!; e++) {
          parameters[q + rater[e]!]! += w * posterior[p * q + label[e]!]!;
          size[rater[e]!]! += w;
        }
      }
      for (let k = 0; k < q; k++) parameters[k] = parameters[k]! / total;
      for (let r = 0; r < raters; r++) parameters[q + r] = parameters[q + r]! / size[r]!;
    },
    joint(parameters, out) {
      for (let p = 0; p < counts.length; p++) {
        for (let k = 0; k < q; k++) {
          let total = Math.log(parameters[k]!);
          for (let e = start[p]!; e < start[p + 1]!; e++) {
            const right = parameters[q + rater[e]!]!;
            total += Math.log(label[e] === k ? right : (1 - right) / Math.max(1, q - 1));
          }
          out[p * q + k] = total;
        }
      }
    },
  };
}

const everyParameter = (size: number): Readout => ({ size, read: ({ parameters }, _, out) => out.set(parameters) });

const unusedCategory = (k: number, n: number, name: string): Undetermined =>
  undetermined('no-data', `category ${k} was never used`, n, name);

/**
 * True labels from several raters without gold, and each rater's confusion matrix, by the EM of Dawid and Skene.
 *
 *     E  T_ik ∝ π_k Π_r θ_r[k][y_ir]          (in logs, by log-sum-exp; missing ratings are skipped)
 *     M  π_k = mean T_ik,   θ_r[k][l] = (s + Σ_i T_ik 1{y_ir = l}) / row sum
 *
 * Starts at the vote shares, which settles which label is which. It needs three raters or more whose errors are
 * independent given the truth, most of them better than chance. Judges of one family share errors, and the model then
 * calls the shared error the truth: its own accuracy and sensitivities come out too high, with intervals that do not say
 * so. Dawid and Skene 1979, Applied Statistics 28:20-28.
 *
 * Intervals resample items (or clusters) and refit from the solution of all, with `random`. O(iterations × ratings ×
 * categories), where items with equal ratings count as one.
 *
 * @param ratings items × raters, codes 0 … q − 1 with −1 or NaN for missing
 * @returns `not-identified` for two raters, `one-rater` for one, `no-data` without ratings
 * @throws RangeError for codes out of range, or settings that make no sense
 * @example
 * dawidSkene(matrixOf([[0, 0, 1], [1, 1, 1], [0, 0, 0]]), { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/dawid-skene.md
 */
export function dawidSkene(ratings: Matrix, options: AggregationOptions = {}): DawidSkene | Undetermined {
  const name = 'dawid-skene';
  const found = aggregateLabels(name, ratings, options, (patterns, smoothing) => {
    const model = dawidSkeneModel(patterns, smoothing);
    return { model, readout: everyParameter(model.size) };
  });
  if (!('result' in found)) return found;
  const { patterns, fit, result, estimate } = found;
  const { raters, categories: q, used, ratings: sizes } = patterns;
  const { n } = result;
  const each = Array.from({ length: q }, (_, k) => k);
  const better = Array.from({ length: raters }, (_, r) => r).filter((r) =>
    each.some((k) => used[k]! > 0 && fit.parameters[q + (r * q + k) * q + k]! <= 1 / q),
  ).length;
  const notes = result.notes ?? [];
  if (better * 2 > raters) {
    notes.push(
      `${better} of ${raters} raters are no better than chance on some category: which label is which is open`,
    );
  }
  return withNotes(
    {
      ...result,
      prior: each.map((k) => estimate(k, n, `share of category ${k}`)),
      raters: Array.from({ length: raters }, (_, r) => ({
        rater: r,
        n: sizes[r]!,
        confusion: each.map((k) =>
          each.map((l) => {
            const what = `rater ${r} says ${l} of ${k}`;
            if (sizes[r] === 0) return undetermined('no-data', `rater ${r} rated nothing`, 0, `${name}, ${what}`);
            if (used[k] === 0) return unusedCategory(k, n, `${name}, ${what}`);
            return estimate(q + (r * q + k) * q + l, sizes[r]!, what);
          }),
        ),
      })),
    },
    notes,
  );
}

/**
 * True labels without gold where each rater has one accuracy for all categories: Dawid and Skene's model with
 * θ_r[k][k] = p_r and (1 − p_r)/(q − 1) elsewhere. Fewer numbers to learn, so the better choice for raters with few
 * ratings; wrong where a rater errs more on one category. Rules, intervals and errors as in `dawidSkene`.
 *
 * @example
 * oneCoin(matrixOf([[0, 0, 1], [1, 1, 1], [0, 0, 0]]), { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/dawid-skene.md
 */
export function oneCoin(ratings: Matrix, options: AggregationOptions = {}): OneCoin | Undetermined {
  const name = 'one-coin dawid-skene';
  const found = aggregateLabels(name, ratings, options, (patterns, smoothing) => {
    const model = oneCoinModel(patterns, smoothing);
    return { model, readout: everyParameter(model.size) };
  });
  if (!('result' in found)) return found;
  const { patterns, result, estimate } = found;
  const { raters, categories: q, ratings: sizes } = patterns;
  return {
    ...result,
    prior: Array.from({ length: q }, (_, k) => estimate(k, result.n, `share of category ${k}`)),
    raters: Array.from({ length: raters }, (_, r) => ({
      rater: r,
      n: sizes[r]!,
      accuracy:
        sizes[r] === 0
          ? undetermined('no-data', `rater ${r} rated nothing`, 0, `${name}, accuracy of rater ${r}`)
          : estimate(q + r, sizes[r]!, `accuracy of rater ${r}`),
    })),
  };
}
