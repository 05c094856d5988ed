import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import {
  checkDesigns,
  type PlannedDesign,
  priceOf,
  recommend,
  type StudyCost,
  type StudyGoal,
} from './study-designs.ts';
import { type PlannedShare, studyEstimates } from './study-estimates.ts';
import { type FacetRatings, rowsOfFacets } from './study-rows.ts';
import { fitVariances } from './variance-fit.ts';

/** Where the variance of target × item × rater ratings comes from, and what other designs would give. */
export type FacetStudy = {
  components: Record<'target' | 'item' | 'rater' | 'targetItem' | 'targetRater' | 'itemRater' | 'residual', Estimate>;
  designs: PlannedDesign[];
  recommendation?: number | null;
  /** Ratings, and levels of each facet. */
  n: number;
  targets: number;
  items: number;
  raters: number;
  mean: number;
  method: string;
  notes?: string[];
};

/** Places among the variances: facets in the order target, item, rater, as bits. */
const [target, item, targetItem, rater, targetRater, itemRater, residual] = [0, 1, 2, 3, 4, 5, 6];

const relative = (v: Float64Array, items: number, raters: number): number =>
  v[targetItem]! / items + v[targetRater]! / raters + v[residual]! / (items * raters);

const absolute = (v: Float64Array, items: number, raters: number): number =>
  relative(v, items, raters) + v[item]! / items + v[rater]! / raters + v[itemRater]! / (items * raters);

/**
 * A generalizability study of target × item × rater ratings (systems, documents, raters): which facet makes the noise, and
 * how many of each would a decision need?
 *
 *     relative error  σ²_ti/n_i + σ²_tr/n_r + σ²_e/(n_i n_r)        E rho²  σ²_t / (σ²_t + relative)
 *     absolute error  relative + σ²_i/n_i + σ²_r/n_r + σ²_ir/(n_i n_r)   Phi  σ²_t / (σ²_t + absolute)
 *
 * Complete designs by mean squares, where a variance may come out negative: it is reported so and counts as 0 in designs.
 * Incomplete ones by restricted maximum likelihood. Intervals: generalised (Weerahandi 1993); they take effects as normal
 * and items and raters as samples of those that will be used. Brennan 2001, Generalizability Theory, chapters 3 and 4.
 *
 * @param ratings one a row; NaN is missing; no target, item and rater twice
 * @param options `designs`: numbers of items and raters to look at, default as in the data. `cost` and `goal` as in
 * `raterStudy`
 * @returns `no-data` below 2 targets or items, `one-rater`, `not-identified` where a variance cannot be told from the
 * residual
 * @throws RangeError for rows that do not fit, a cell rated twice, infinite ratings, a design below 1
 * @example
 * facetStudy({ values, targets, items, raters }, { designs: [{ items: 8, raters: 3 }, { items: 32, raters: 1 }] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/generalizability.md
 */
export function facetStudy(
  ratings: FacetRatings,
  {
    designs,
    cost,
    goal,
    level = 0.95,
  }: {
    designs?: readonly { items: number; raters: number }[] | undefined;
    cost?: StudyCost | undefined;
    goal?: StudyGoal | undefined;
    level?: number | undefined;
  } = {},
): FacetStudy | Undetermined {
  checkLevel(level);
  const name = 'target × item × rater';
  const rows = rowsOfFacets(ratings);
  const n = rows.values.length;
  const levels = (facet: number): number => rows.facets[facet]!.levels;
  const [targets, items, raters] = [levels(0), levels(1), levels(2)];
  const asked = designs ?? [{ items: Math.max(1, items), raters: Math.max(1, raters) }];
  checkDesigns(asked);
  if (targets < 2) return undetermined('no-data', `needs 2 targets, found ${targets}`, n, name);
  if (items < 2) return undetermined('no-data', `needs 2 items, found ${items}`, n, name);
  if (raters < 2) return undetermined('one-rater', `needs 2 raters, found ${raters}`, n, name);
  const fit = fitVariances(rows);
  if ('reason' in fit) return undetermined(fit.reason, fit.detail, n, name);

  const signal = (v: Float64Array): number => v[target]!;
  const shares = asked.flatMap((design): PlannedShare[] => [
    { name: 'generalizability', signal, error: (v) => relative(v, design.items, design.raters) },
    { name: 'dependability', signal, error: (v) => absolute(v, design.items, design.raters) },
  ]);
  const found = studyEstimates(
    fit,
    [
      { name: 'target', effect: target + 1, levels: targets },
      { name: 'item', effect: item + 1, levels: items },
      { name: 'rater', effect: rater + 1, levels: raters },
      { name: 'target × item', effect: targetItem + 1, levels: targets * items },
      { name: 'target × rater', effect: targetRater + 1, levels: targets * raters },
      { name: 'item × rater', effect: itemRater + 1, levels: items * raters },
      { name: 'residual', effect: residual + 1, levels: n },
    ],
    shares,
    { level, n },
  );
  const kept = fit.variances.map((x) => Math.max(0, x));
  const planned = asked.map((design, place): PlannedDesign => ({
    items: design.items,
    raters: design.raters,
    relativeError: relative(kept, design.items, design.raters),
    absoluteError: absolute(kept, design.items, design.raters),
    generalizability: found.shares[2 * place]!,
    dependability: found.shares[2 * place + 1]!,
    ...(cost && { cost: priceOf(cost, design.items, design.raters) }),
  }));
  const missing = targets * items * raters - n;
  const [one, two, three, four, five, six, seven] = found.components;
  return withNotes(
    {
      components: {
        target: one!,
        item: two!,
        rater: three!,
        targetItem: four!,
        targetRater: five!,
        itemRater: six!,
        residual: seven!,
      },
      designs: planned,
      ...(goal && { recommendation: recommend(planned, goal) }),
      n,
      targets,
      items,
      raters,
      mean: fit.mean,
      method: `${name}, ${fit.method}`,
    },
    fit.complete ? [] : [`${missing} cells are missing: restricted maximum likelihood`],
  );
}
