import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { areManyNumbers, realDisagreements } from './alpha-of-reals.ts';
import { codeLevels } from './level-codes.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { type IntervalPart, resamplePatterns } from '../resampling/pattern-interval.ts';
import type { WeightedStatistic } from '../resampling/resampling.ts';
import { groupSimpleNumbers, groupUnits, type UnitPatterns } from '../resampling/row-patterns.ts';

export type AlphaMetric = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** Alpha with the two disagreements it compares; both in the metric's own squared units. */
export type AlphaEstimate = Estimate & { observedDisagreement: number; expectedDisagreement: number; ratings: number };

type Disagreements = { observed: number; expected: number; ratings: number };

const undefinedAlpha = ({ expected, ratings }: Disagreements): boolean => !(ratings >= 2 && expected > 0);

/**
 * Observed and expected disagreement for weighted unit patterns, without the q × q coincidence matrix where the metric
 * is a squared distance of scores: then Σ_ij (s_i − s_j)² = 2 m Σ (s − mean)², one pass over the ratings.
 * The ordinal metric is such a distance too: between midranks, since Σ_{g=c..k} n_g − (n_c + n_k)/2 is their difference.
 */
function disagreements(
  units: UnitPatterns,
  levels: Float64Array,
  metric: AlphaMetric,
): (weights: Float64Array) => Disagreements {
  const q = levels.length;
  const totals = new Float64Array(q);
  const score = metric === 'interval' ? levels : new Float64Array(q);
  const ratio = metric === 'ratio' ? ratioDistance(levels) : null;
  const { start, code, count, size } = units;
  return (weights) => {
    totals.fill(0);
    let n = 0;
    for (let p = 0; p < weights.length; p++) {
      const weight = weights[p]!;
      if (weight === 0) continue;
      n += weight * size[p]!;
      for (let e = start[p]!; e < start[p + 1]!; e++) totals[code[e]!]! += weight * count[e]!;
    }
    let [observed, expected] = [0, 0];
    if (metric === 'nominal' || ratio) {
      for (let p = 0; p < weights.length; p++) {
        if (weights[p] === 0) continue;
        let within = 0;
        for (let e = start[p]!; e < start[p + 1]!; e++) {
          if (!ratio) within += count[e]! * (size[p]! - count[e]!);
          else
            for (let f = start[p]!; f < start[p + 1]!; f++) within += count[e]! * count[f]! * ratio(code[e]!, code[f]!);
        }
        observed += (weights[p]! * within) / (size[p]! - 1);
      }
      for (let c = 0; c < q; c++) {
        if (totals[c] === 0) continue;
        if (!ratio) expected += totals[c]! * (n - totals[c]!);
        else for (let k = 0; k < q; k++) expected += totals[c]! * totals[k]! * ratio(c, k);
      }
      return { observed: observed / n, expected: expected / (n * (n - 1)), ratings: n };
    }
    if (metric === 'ordinal') {
      for (let c = 0, below = 0; c < q; c++) {
        score[c] = below + totals[c]! / 2;
        below += totals[c]!;
      }
    }
    let centre = 0;
    for (let c = 0; c < q; c++) centre += totals[c]! * score[c]!;
    centre /= n;
    for (let c = 0; c < q; c++) expected += totals[c]! * (score[c]! - centre) ** 2;
    for (let p = 0; p < weights.length; p++) {
      if (weights[p] === 0) continue;
      let mean = 0;
      for (let e = start[p]!; e < start[p + 1]!; e++) mean += count[e]! * score[code[e]!]!;
      mean /= size[p]!;
      let squares = 0;
      for (let e = start[p]!; e < start[p + 1]!; e++) squares += count[e]! * (score[code[e]!]! - mean) ** 2;
      observed += (weights[p]! * 2 * size[p]! * squares) / (size[p]! - 1);
    }
    return { observed: observed / n, expected: (2 * expected) / (n - 1), ratings: n };
  };
}

/** ((c − k) / (c + k))², 0 at 0/0; as a table while that is small. */
function ratioDistance(levels: Float64Array): (c: number, k: number) => number {
  const q = levels.length;
  const distance = (c: number, k: number) =>
    c === k ? 0 : ((levels[c]! - levels[k]!) / (levels[c]! + levels[k]!)) ** 2;
  if (q > 1000) return distance;
  const table = new Float64Array(q * q);
  for (let c = 0; c < q; c++) for (let k = 0; k < q; k++) table[c * q + k] = distance(c, k);
  return (c, k) => table[c * q + k]!;
}

function groupByLevels({ values, rows, columns }: Matrix): { units: UnitPatterns; levels: Float64Array } {
  const { codes, levels } = codeLevels(values, 'ratings');
  return { units: groupUnits(codes, rows, columns, levels.length, 2), levels };
}

function measuredPlainly(ratings: Matrix, metric: 'nominal' | 'ordinal' | 'interval') {
  const { units: n, ...found } = realDisagreements(ratings, metric);
  return { found, n, anyRating: true, patterned: null };
}

function measuredByPattern({ units, levels }: { units: UnitPatterns; levels: Float64Array }, metric: AlphaMetric) {
  if (metric === 'ratio' && levels.length > 0 && levels[0]! < 0) {
    throw new RangeError(`the ratio metric needs values of at least 0, found ${levels[0]}`);
  }
  const measure = disagreements(units, levels, metric);
  const found = measure(units.counts);
  return { found, n: units.kept.length, anyRating: levels.length > 0, patterned: { units, measure } };
}

/**
 * Krippendorff's alpha: any number of raters, missing ratings, any metric; 1 is perfect, 0 chance, below 0 is legal.
 *
 *     alpha  1 − D_o / D_e, over the units with at least 2 ratings
 *     d      nominal 1{c ≠ k}; interval (c − k)²; ratio ((c − k)/(c + k))²; ordinal, the interval of the midranks
 *
 * Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
 *
 * @param ratings units × raters, any finite numbers (for `ratio` none below 0); NaN is missing, −1 is a value like any
 * @param options `metric`: default 'nominal'; 'ordinal' is the one for Likert scales. Interval: bootstrap of units, or of
 * `clusters` (one id per row of the matrix), with everything recomputed in each resample; it needs `random`
 * @returns `no-data` without a unit of 2 ratings, `one-rater` for one column, `one-category` when all values are equal
 * @throws RangeError for infinite values, or negative ones with `ratio`
 * @example
 * krippendorffAlpha(matrixOf([[1, 1, null], [2, 3, 2], [3, 3, 3]]), { metric: 'ordinal' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/krippendorff-alpha.md
 */
export function krippendorffAlpha(
  ratings: Matrix,
  { metric = 'nominal', ...options }: IntervalOptions & { metric?: AlphaMetric | undefined } = {},
): AlphaEstimate | Undetermined {
  if (!['nominal', 'ordinal', 'interval', 'ratio'].includes(metric)) {
    throw new RangeError(`metric must be nominal, ordinal, interval or ratio, found ${metric}`);
  }
  const plan = planInterval(options, false);
  checkMatrix(ratings);
  const name = `krippendorff-alpha/${metric}`;
  const simple = groupSimpleNumbers(ratings, 2);
  // Patterns are for resampling and for scales; a measurement without an interval needs none.
  const plain = simple === null && plan.kind !== 'bootstrap' && metric !== 'ratio' && areManyNumbers(ratings);
  const { found, n, anyRating, patterned } = plain
    ? measuredPlainly(ratings, metric)
    : measuredByPattern(simple ?? groupByLevels(ratings), metric);
  if (n === 0) {
    return ratings.columns === 1 && anyRating
      ? undetermined('one-rater', 'alpha needs 2 raters, found 1', 0, name)
      : undetermined('no-data', 'no unit has 2 ratings', 0, name);
  }
  if (undefinedAlpha(found)) {
    return undetermined('one-category', `all ${found.ratings} ratings of ${n} units are equal`, n, name);
  }
  const notes: string[] = [];
  if (n < ratings.rows)
    notes.push(`${ratings.rows - n} of ${ratings.rows} units have fewer than 2 ratings and are left out`);

  let part: IntervalPart;
  if (plan.kind === 'bootstrap' && patterned) {
    const { units, measure } = patterned;
    const clusters = options.clusters ? indexClusters(options.clusters, ratings.rows, units.kept) : null;
    const statistic: WeightedStatistic = (weights, out) => {
      const drawn = measure(weights);
      out[0] = undefinedAlpha(drawn) ? NaN : 1 - drawn.observed / drawn.expected;
    };
    part = resamplePatterns(plan, units, clusters, 1, statistic)(0);
  } else {
    const note =
      plan.kind === 'none' ? plan.note : 'no interval: there is no closed form, give `random` for a bootstrap';
    part = { interval: null, level: plan.level, notes: [note], name: 'no interval' };
  }
  const { notes: more, name: ending, ...rest } = part;
  return withNotes(
    {
      value: 1 - found.observed / found.expected,
      n,
      ...rest,
      method: `${name}, ${ending}`,
      observedDisagreement: found.observed,
      expectedDisagreement: found.expected,
      ratings: found.ratings,
    },
    [...notes, ...more],
  );
}
