import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import {
  checkDesigns,
  type PlannedDesign,
  priceOf,
  recommend,
  type StudyCost,
  type StudyGoal,
} from './study-designs.ts';
import { type PlannedShare, studyEstimates } from './study-estimates.ts';
import { rowsOfMatrix } from './study-rows.ts';
import { type CrossedRows, fitVariances, type VarianceFit } from './variance-fit.ts';

/** What an item × rater table says about where its variance comes from. */
export type VarianceComponents = {
  item: Estimate;
  rater: Estimate;
  residual: Estimate;
  /** Of one rating, raters being a sample: what ICC(2,1) is of a complete table. */
  agreement: Estimate | Undetermined;
  /** Of one rating, these raters only: what ICC(3,1) is of a complete table. */
  consistency: Estimate | Undetermined;
  /** Ratings, items and raters. */
  n: number;
  items: number;
  raters: number;
  mean: number;
  method: string;
  notes?: string[];
};

/** The variances of a rater study and what other numbers of raters would give. */
export type RaterStudy = VarianceComponents & { designs: PlannedDesign[]; recommendation?: number | null };

type Fitted = { rows: CrossedRows; fit: VarianceFit } | { refused: Undetermined };

function fitted(ratings: Matrix, name: string): Fitted {
  const rows = rowsOfMatrix(ratings, 'item');
  const n = rows.values.length;
  const [items, raters] = [rows.facets[0]!.levels, rows.facets[1]!.levels];
  if (items < 2) return { refused: undetermined('no-data', `needs 2 rated items, found ${items}`, n, name) };
  if (raters < 2) return { refused: undetermined('one-rater', `needs 2 raters, found ${raters}`, n, name) };
  const fit = fitVariances(rows);
  if ('reason' in fit) return { refused: undetermined(fit.reason, fit.detail, n, name) };
  return { rows, fit };
}

const [item, rater, residual] = [0, 1, 2];

const shareOfItems = (name: string, raters: number, absolute: boolean): PlannedShare => ({
  name,
  signal: (variances) => variances[item]!,
  error: (variances) => ((absolute ? variances[rater]! : 0) + variances[residual]!) / raters,
  ...(absolute ? {} : { exact: raters }),
});

function study(ratings: Matrix, raters: readonly number[], level: number): RaterStudy | Undetermined {
  checkLevel(level);
  const found = fitted(ratings, 'variance components');
  if ('refused' in found) return found.refused;
  const { rows, fit } = found;
  const n = rows.values.length;
  const [items, seen] = [rows.facets[0]!.levels, rows.facets[1]!.levels];
  const wanted = [1, ...raters];
  const { components, shares } = studyEstimates(
    fit,
    [
      { name: 'item', effect: 1, levels: items },
      { name: 'rater', effect: 2, levels: seen },
      { name: 'residual', effect: 3, levels: n },
    ],
    wanted.flatMap((count, place) => [
      shareOfItems(place === 0 ? 'consistency' : 'generalizability', count, false),
      shareOfItems(place === 0 ? 'agreement' : 'dependability', count, true),
    ]),
    { level, n },
  );
  const kept = fit.variances.map((x) => Math.max(0, x));
  const notes = fit.complete ? [] : [`${ratings.values.length - n} cells are missing: restricted maximum likelihood`];
  return withNotes(
    {
      item: components[item]!,
      rater: components[rater]!,
      residual: components[residual]!,
      consistency: shares[0]!,
      agreement: shares[1]!,
      n,
      items,
      raters: seen,
      mean: fit.mean,
      method: `item × rater, ${fit.method}`,
      designs: raters.map((count, place) => ({
        raters: count,
        relativeError: kept[residual]! / count,
        absoluteError: (kept[rater]! + kept[residual]!) / count,
        generalizability: shares[2 * place + 2]!,
        dependability: shares[2 * place + 3]!,
      })),
    },
    notes,
  );
}

/**
 * The variance of item × rater ratings, split into items, raters and the rest, with cells missing or not.
 *
 * Complete tables by mean squares, which may make a variance negative (it is reported so); tables with missing cells by
 * restricted maximum likelihood, which does not. `agreement` and `consistency` are ICC(2,1) and ICC(3,1), and there they
 * are where `intraclassCorrelation` must refuse. Intervals: generalised (Weerahandi 1993), for consistency in complete
 * tables the exact F interval; all take ratings as normal. Rated levels near an end of their scale stretch them.
 *
 * @param ratings items × raters; NaN is missing
 * @returns `no-data` below 2 items, `one-rater`, `not-identified` where every item has one rating, `zero-variance` where
 * incomplete ratings leave no residual
 * @throws RangeError for infinite ratings or a level outside (0, 1)
 * @example
 * varianceComponents(matrixOf([[4, 5, null], [2, null, 1], [3, 3, 2], [5, 5, 4]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/variance-components.md
 */
export function varianceComponents(
  ratings: Matrix,
  { level = 0.95 }: { level?: number | undefined } = {},
): VarianceComponents | Undetermined {
  const found = study(ratings, [], level);
  if (!('designs' in found)) return found;
  const { designs: _, ...rest } = found;
  return rest;
}

/**
 * A generalizability study of item × rater ratings: how reliable would the mean of 1, 3, 10 raters be?
 *
 *     E rho²  σ²_item / (σ²_item + σ²_residual/n)      Phi  σ²_item / (σ²_item + (σ²_rater + σ²_residual)/n)
 *
 * E rho² is for ranking items, Phi for holding them against a threshold. Negative variances count as 0. Edges, intervals
 * and missing cells as in `varianceComponents`. Brennan 2001, Generalizability Theory; Shavelson and Webb 1991.
 *
 * @param options `designs`: numbers of raters to look at, default as many as rated. `cost` prices a design, and `goal`
 * names what it must reach: `recommendation` is then the place of the cheapest that does, or null
 * @throws RangeError for infinite ratings, a design below 1 rater, a level or goal outside (0, 1), a negative price
 * @example
 * raterStudy(ratings, { designs: [1, 3, 5, 10] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/generalizability.md
 */
export function raterStudy(
  ratings: Matrix,
  {
    designs,
    cost,
    goal,
    level = 0.95,
  }: {
    designs?: readonly number[] | undefined;
    cost?: StudyCost | undefined;
    goal?: StudyGoal | undefined;
    level?: number | undefined;
  } = {},
): RaterStudy | Undetermined {
  const asked = designs ?? [Math.max(1, ratings.columns)];
  checkDesigns(asked.map((raters) => ({ raters })));
  const found = study(ratings, asked, level);
  if (!('designs' in found)) return found;
  const priced = cost
    ? found.designs.map((design) => ({ ...design, cost: priceOf(cost, 1, design.raters) }))
    : found.designs;
  return { ...found, designs: priced, ...(goal && { recommendation: recommend(priced, goal) }) };
}
