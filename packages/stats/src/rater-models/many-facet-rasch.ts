import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { unconnected } from './connected-parts.ts';
import { centredErrors } from './centred-errors.ts';
import { facetOffsets, facetRaschModel, type FacetScores } from './facet-rasch-model.ts';
import { fitLatent } from './latent-fit.ts';
import { misfits, type Misfit } from './misfit.ts';
import { namedFacet } from './study-rows.ts';

/** Scores one a row, with what was scored, by whom, and on which criterion; NaN is missing. */
export type RaterScores = {
  scores: ArrayLike<number>;
  items: ArrayLike<number>;
  raters: ArrayLike<number>;
  criteria?: ArrayLike<number> | undefined;
};

/** One item, rater or criterion on the common logit scale; `n` counts its scores. */
export type FacetMeasure = Estimate & { id: number } & Misfit;

export type ManyFacetRasch = {
  /** How good: mean and deviation given the scores, so that items with few scores lie nearer the middle. */
  items: FacetMeasure[];
  /** How severe: positive gives lower scores. They add up to 0. */
  raters: FacetMeasure[];
  /** How hard: positive gets lower scores. They add up to 0; empty without criteria. */
  criteria: FacetMeasure[];
  /** Where score k becomes as likely as k − 1, k = 1 … top, around 0; empty for two categories. */
  thresholds: Estimate[];
  /** Mean and standard deviation of items in logits. */
  itemMean: number;
  itemSd: number;
  logLik: number;
  n: number;
  converged: boolean;
  iterations: number;
  method: string;
  notes?: string[];
};

const method = 'many-facet Rasch, rating scale, marginal maximum likelihood';
const few = 10;

type Read = FacetScores & { names: number[][]; kept: number };

function read({ scores, items, raters, criteria }: RaterScores, categories: number | undefined): Read {
  if (categories !== undefined && !(Number.isSafeInteger(categories) && categories >= 2 && categories <= 256)) {
    throw new RangeError(`categories must be a whole number from 2 to 256, found ${categories}`);
  }
  const kept: number[] = [];
  let top = (categories ?? 2) - 1;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (Number.isNaN(score)) continue;
    if (!Number.isSafeInteger(score) || score < 0 || score > (categories ?? 256) - 1) {
      const range = categories === undefined ? 'a whole number from 0 to 255' : `from 0 to ${categories - 1}`;
      throw new RangeError(`scores[${row}] must be ${range}, or NaN for missing, found ${score}`);
    }
    top = Math.max(top, score);
    kept.push(row);
  }
  const [objects, ...facets] = [items, raters, ...(criteria ? [criteria] : [])].map((ids) =>
    namedFacet(ids, scores.length, kept),
  );
  return {
    scores: Uint8Array.from(kept, (row) => scores[row]!),
    object: objects!.of,
    objects: objects!.levels,
    facets,
    top,
    names: [objects!, ...facets].map(({ names }) => names),
    kept: kept.length,
  };
}

/** Why these rows cannot be fitted, if so. */
function refusal({ scores, object, objects, facets, names }: Read): Undetermined | null {
  const n = scores.length;
  if (n === 0 || objects < 2) return undetermined('no-data', `needs 2 scored items, found ${objects}`, n, method);
  if (facets[0]!.levels < 2) return undetermined('one-rater', 'needs 2 raters, found 1', n, method);
  if (scores.every((score) => score === scores[0])) {
    return undetermined('one-category', `all ${n} scores are the same`, n, method);
  }
  const apart = unconnected({ of: object, levels: objects, names: names[0]! }, { ...facets[0]!, names: names[1]! });
  return apart === null ? null : undetermined('not-identified', apart, n, method);
}

/**
 * Severity of raters, difficulty of criteria and quality of items from ordered scores, on one scale in logits.
 *
 *     log P_k / P_{k−1}  =  item − criterion − rater − threshold_k
 *
 * Items are integrated out as a normal sample, over a grid fine enough for hundreds of scores an item; raters and criteria
 * have a N(0, priorSd²) prior that matters for those with few scores, or with nothing but extremes. Intervals: Wald, from
 * the observed information (Louis 1982); of an item, the spread of its quality given its scores. Andrich 1978,
 * Psychometrika 43:561-573; Linacre 1989, Many-Facet Rasch Measurement.
 *
 * @param ratings scores 0 … categories − 1, one a row; NaN is missing
 * @param options `categories`: default one more than the highest score. `priorSd`: default 2
 * @returns infit and outfit around 1 (0.5 to 1.5 is fine); `no-data` below 2 items, `one-rater`, `one-category`,
 * `not-identified` where raters share no items, with the groups
 * @throws RangeError for scores out of range, rows without an item or rater, columns that do not fit
 * @example
 * manyFacetRasch({ scores, items, raters, criteria }, { categories: 5 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/rasch.md
 */
export function manyFacetRasch(
  ratings: RaterScores,
  {
    categories,
    priorSd = 2,
    level = 0.95,
  }: { categories?: number | undefined; priorSd?: number | undefined; level?: number | undefined } = {},
): ManyFacetRasch | Undetermined {
  checkLevel(level);
  if (!(priorSd > 0 && priorSd < Infinity)) throw new RangeError(`priorSd must be above 0, found ${priorSd}`);
  const rows = read(ratings, categories);
  const refused = refusal(rows);
  if (refused) return refused;
  const { scores, model } = facetRaschModel(rows, priorSd);
  const fit = fitLatent(scores, model);
  const at = fit.parameters;
  const offsets = facetOffsets(rows.facets);
  const sigma = Math.exp(at[1]!);
  const fits = misfits(rows, fit.quality, at, offsets);
  const z = normalQuantile((1 + level) / 2);

  const counts = [{ of: rows.object, levels: rows.objects }, ...rows.facets].map(({ of, levels }) => {
    const tally = new Float64Array(levels);
    for (const place of of) tally[place]!++;
    return tally;
  });
  const unsure = fit.converged ? [] : ['the iterations did not converge'];
  const measure = (value: number, se: number | null, n: number, name: string, notes: string[]): Estimate =>
    withNotes(
      {
        value,
        interval: se === null ? null : ([value - z * se, value + z * se] as [number, number]),
        level,
        n,
        ...(se !== null && { se }),
        method: `${name}, ${method}`,
      },
      [...unsure, ...(se === null ? ['no interval: the information is not positive definite'] : []), ...notes],
    );
  const levels = (facet: number, name: string): FacetMeasure[] => {
    const [from, to] = [offsets[facet]!, offsets[facet + 1]!];
    const errors = centredErrors(fit.covariance, model.parameters, from, to);
    return Array.from({ length: to - from }, (_, place) => {
      const n = counts[facet + 1]![place]!;
      const notes = n < few ? [`${n} scores: drawn towards 0 by the prior`] : [];
      const estimate = measure(at[from + place]!, errors?.[place] ?? null, n, name, notes);
      return { id: rows.names[facet + 1]![place]!, ...estimate, ...fits[facet + 1]![place]! };
    });
  };
  const used = new Set(rows.scores).size;
  const thresholdErrors = centredErrors(fit.covariance, model.parameters, offsets.at(-1)!, model.parameters);
  return withNotes(
    {
      items: Array.from(fit.quality, (value, place) => ({
        id: rows.names[0]![place]!,
        ...measure(value, fit.error[place]!, counts[0]![place]!, 'item', []),
        ...fits[0]![place]!,
      })),
      raters: levels(0, 'severity'),
      criteria: rows.facets.length > 1 ? levels(1, 'difficulty') : [],
      thresholds: Array.from(at.subarray(offsets.at(-1)), (value, k) =>
        measure(value, thresholdErrors?.[k] ?? null, rows.kept, `threshold ${k + 1}`, []),
      ),
      itemMean: at[0]!,
      itemSd: sigma,
      logLik: fit.logLik,
      n: rows.kept,
      converged: fit.converged,
      iterations: fit.iterations,
      method,
    },
    used <= rows.top
      ? [`${rows.top + 1 - used} of ${rows.top + 1} categories are not used: their thresholds are the prior's`]
      : [],
  );
}
