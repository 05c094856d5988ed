import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import { remlFit } from './reml.ts';
import { checkDesigns } from './study-designs.ts';
import { studyEstimates } from './study-estimates.ts';
import { rowsOfMatrix } from './study-rows.ts';
import type { CrossedRows, VarianceFit } from './variance-fit.ts';

/** What more or fewer repeats of every item would give. */
export type PlannedRepeats = {
  repeats: number;
  /** Reliability of the mean of that many repeats of one item. */
  reliability: Estimate | Undetermined;
  /** Standard error of the mean over all items of this study. */
  seOfMean: number;
};

/** How much a judge differs from itself, and what repeats would buy. */
export type RepeatStudy = {
  item: Estimate;
  repeat: Estimate;
  designs: PlannedRepeats[];
  /** Ratings and items. */
  n: number;
  items: number;
  mean: number;
  method: string;
  notes?: string[];
};

/** As a design of two facets of which the second has no effect of its own: its repeats are not the same for two items. */
function oneWayFit({ values, facets }: CrossedRows): VarianceFit | null {
  const { of, levels } = facets[0]!;
  const n = values.length;
  const [totals, counts] = [new Float64Array(levels), new Float64Array(levels)];
  for (let row = 0; row < n; row++) {
    totals[of[row]!]! += values[row]!;
    counts[of[row]!]!++;
  }
  const mean = sum(values) / n;
  const equal = counts.every((count) => count === counts[0]);
  const df = Float64Array.of(levels - 1, 1, n - levels);
  const method = equal ? 'ANOVA' : 'REML';
  if (!equal) {
    const fit = remlFit(values, [{ of, levels }]);
    if (fit === null) return null;
    const [between, within] = [fit.variances[0]!, fit.variances[1]!];
    const times = levels / counts.reduce((total, count) => total + 1 / count, 0);
    return {
      variances: Float64Array.of(between, 0, within),
      design: {
        facets: 2,
        squares: Float64Array.of(within + times * between, within, within),
        df,
        times: Float64Array.of(times, 1, 1),
      },
      complete: false,
      converged: fit.converged,
      mean: fit.mean,
      method,
    };
  }
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const rounding = n * (8 * Number.EPSILON * largest) ** 2;
  const real = (squares: number): number => (squares <= rounding ? 0 : squares);
  const k = counts[0]!;
  const means = totals.map((total) => total / k);
  const between = real(k * sum(means.map((m) => (m - mean) ** 2))) / df[0]!;
  const within = real(sumOf(n, (row) => (values[row]! - means[of[row]!]!) ** 2)) / df[2]!;
  return {
    variances: Float64Array.of((between - within) / k, 0, within),
    design: { facets: 2, squares: Float64Array.of(between, within, within), df, times: Float64Array.of(k, 1, 1) },
    complete: true,
    converged: true,
    mean,
    method,
  };
}

/**
 * How much repeats of one judge on one item differ, and what asking 1, 3 or 10 times would give.
 *
 *     reliability of n repeats  σ²_item / (σ²_item + σ²_repeat/n)      SE of the mean  √((σ²_item + σ²_repeat/n) / items)
 *
 * Items with equally many repeats by mean squares (the item variance may be negative, and is reported so), else by
 * restricted maximum likelihood. Reliability is ICC(1,n), with its exact F interval where repeats are equally many.
 *
 * @param ratings items × repeats, in any order within a row; NaN is missing
 * @param options `designs`: numbers of repeats, default those of the columns
 * @returns `no-data` below 2 items, `one-rater` where no item has two repeats, `zero-variance` where unequal numbers of
 * repeats never differ
 * @throws RangeError for infinite ratings, a design below 1, a level outside (0, 1)
 * @example
 * repeatStudy(matrixOf([[4, 4, 5], [2, 2, 2], [5, 4, 5], [3, 3, 1]]), { designs: [1, 3, 10] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/generalizability.md
 */
export function repeatStudy(
  ratings: Matrix,
  { designs, level = 0.95 }: { designs?: readonly number[] | undefined; level?: number | undefined } = {},
): RepeatStudy | Undetermined {
  checkLevel(level);
  const name = 'item × repeat';
  const asked = designs ?? [Math.max(1, ratings.columns)];
  checkDesigns(asked.map((raters) => ({ raters })));
  const rows = rowsOfMatrix(ratings, 'item');
  const n = rows.values.length;
  const items = rows.facets[0]!.levels;
  if (items < 2) return undetermined('no-data', `needs 2 rated items, found ${items}`, n, name);
  if (n === items) return undetermined('one-rater', 'no item has two repeats', n, name);
  const fit = oneWayFit(rows);
  if (fit === null) return undetermined('zero-variance', 'repeats of an item never differ', n, name);
  const { components, shares } = studyEstimates(
    fit,
    [
      { name: 'item', effect: 1, levels: items },
      { name: 'repeat', effect: 3, levels: n },
    ],
    asked.map((repeats) => ({
      name: `reliability of ${repeats}`,
      signal: (v) => v[0]!,
      error: (v) => v[2]! / repeats,
      exact: repeats,
    })),
    { level, n },
  );
  const between = Math.max(0, fit.variances[0]!);
  return withNotes(
    {
      item: components[0]!,
      repeat: components[1]!,
      designs: asked.map((repeats, place) => ({
        repeats,
        reliability: shares[place]!,
        seOfMean: Math.sqrt((between + fit.variances[2]! / repeats) / items),
      })),
      n,
      items,
      mean: fit.mean,
      method: `${name}, ${fit.method}`,
    },
    fit.complete ? [] : ['items differ in their number of repeats: restricted maximum likelihood'],
  );
}

/**
 * How many ratings an item should get for the most exact mean at a given price: the n that makes price × variance least.
 *
 *     n*  √((σ²_within/σ²_between) · (cost of an item / cost of a rating)),  at least 1
 *
 * The same for paraphrased prompts: average over prompts where their variance times this ratio is large.
 * Cochran 1977, Sampling Techniques, section 10.6.
 *
 * @returns the exact optimum and the better of the whole numbers beside it; Infinity where items do not differ
 * @throws RangeError unless variances are 0 or more and prices above 0
 * @example
 * bestRepeats({ between: 1.47, within: 0.257, itemCost: 10, ratingCost: 1 }); // { exact: 1.32, repeats: 1 }
 * @see https://github.com/assize/assize/blob/main/docs/stats/generalizability.md
 */
export function bestRepeats({
  between,
  within,
  itemCost,
  ratingCost,
}: {
  between: number;
  within: number;
  itemCost: number;
  ratingCost: number;
}): { exact: number; repeats: number } {
  for (const [name, value] of Object.entries({ between, within })) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} must be 0 or more, found ${value}`);
  }
  if (between + within === 0) throw new RangeError('between and within are both 0: every number of repeats is as good');
  for (const [name, value] of Object.entries({ itemCost, ratingCost })) {
    if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} must be above 0, found ${value}`);
  }
  if (between === 0) return { exact: Infinity, repeats: Infinity };
  const exact = Math.max(1, Math.sqrt((within / between) * (itemCost / ratingCost)));
  const price = (n: number): number => (between + within / n) * (itemCost + n * ratingCost);
  const [below, above] = [Math.floor(exact), Math.ceil(exact)];
  return { exact, repeats: price(above) < price(below) ? above : below };
}
