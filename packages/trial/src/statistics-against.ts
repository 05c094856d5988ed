import type { Estimate, Measure, Random, Undetermined } from '@assize/core';
import {
  clusteredProportion,
  cohenKappa,
  gwetAc,
  kendall,
  matrixOf,
  pearson,
  plainEstimate,
  spearman,
} from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { bootstrapUnits } from './row-bootstrap.ts';
import { kendallOf, type PairStatistic, spearmanOf, standAlone } from './row-statistics.ts';
import { categoriesOf } from './unrated-policy.ts';

/** Which agreement statistics a criterion has, the deciding one first. */
export function statisticsOf(one: CriterionCase): string[] {
  if (!one.ordered) return ['agreement', 'kappa', 'ac1'];
  if (one.levels === 0) return ['spearman', 'pearson', 'kendall-tau-b'];
  return ['spearman', 'kappa-quadratic', 'kappa', 'agreement', 'pearson', 'kendall-tau-b'];
}

/**
 * One agreement statistic of the judge's values against a reference, over the units where both have one.
 *
 * Kappa, AC1 and exact agreement need levels: averages are rounded to the nearest, halves up.
 */
export function statisticAgainst(
  name: string,
  one: CriterionCase,
  verdicts: Float64Array,
  reference: Float64Array,
  settings: ExaminationSettings,
): Estimate | Undetermined {
  const { level, replicates } = settings;
  const rows = rowsWhere(one.length, (unit) => isNumber(verdicts[unit]!) && isNumber(reference[unit]!));
  const mine = Float64Array.from(rows, (unit) => verdicts[unit]!);
  const theirs = Float64Array.from(rows, (unit) => reference[unit]!);
  const clusters = Uint32Array.from(rows, (unit) => one.clusters[unit]!);
  const random = settings.random.stream(`statistic/${name}`);
  const options = { level, replicates, random, clusters };
  const [a, b] = [nearestLevels(mine), nearestLevels(theirs)];
  const categories = Math.max(categoriesOf(one, a), categoriesOf(one, b));
  const alone = standAlone(clusters);
  const kappa = (how: Parameters<typeof cohenKappa>[2]): Estimate | Undetermined => {
    const found = cohenKappa(a, b, how);
    if (found.value === null) return plainEstimate(found);
    return clipped(withoutSpread(found, [found.value - 1 / (1 - found.pe), 1]), [-1, 1]);
  };
  const resampled = (statistic: PairStatistic): Estimate | Undetermined =>
    bootstrapUnits(statistic, Uint32Array.from(mine.keys()), [mine, theirs], clusters, options);
  switch (name) {
    case 'agreement':
      return plainEstimate(
        clusteredProportion(
          Float64Array.from(a, (code, i) => (code === b[i] ? 1 : 0)),
          { level, clusters },
        ),
      );
    case 'kappa':
      return kappa({ ...options, categories });
    case 'kappa-linear':
      return kappa({ ...options, categories, weights: 'linear' });
    case 'kappa-quadratic':
      return kappa({ ...options, categories, weights: 'quadratic' });
    case 'ac1':
      return plainEstimate(gwetAc(matrixOf(Array.from(a, (code, i) => [code, b[i]!])), { ...options, categories }));
    case 'pearson':
      return alone ? counted(pearson(mine, theirs, { level })) : plainEstimate(pearson(mine, theirs, options));
    case 'spearman':
      // Ranked by counting, which makes resampling cheap; the value is spearman's of @assize/stats.
      return varied(mine, theirs)
        ? {
            ...clipped(withoutSpread(resampled(spearmanOf(mine, theirs)), [-5, 1]), [-1, 1]),
            method: 'spearman, bootstrap percentile',
          }
        : plainEstimate(spearman(mine, theirs, { ...options, interval: 'none' }));
    case 'kendall-tau-b':
      return kendallTau(mine, theirs, options, resampled);
    default:
      throw new RangeError(`no statistic is called ${name}`);
  }
}

/** The statistics of a criterion as measures about a rater and a reference. */
export function measuresAgainst(
  one: CriterionCase,
  verdicts: Float64Array,
  reference: Float64Array,
  settings: ExaminationSettings,
  about: Record<string, string>,
  names: readonly string[] = statisticsOf(one),
): Measure[] {
  return names.map((statistic) => ({
    statistic,
    about,
    estimate: statisticAgainst(statistic, one, verdicts, reference, settings),
  }));
}

/** Places of levels nearest to values, halves up. */
export function nearestLevels(values: Float64Array): Float64Array {
  return values.map((value) => Math.floor(value + 0.5));
}

/** Tau-b; where it cannot be counted from a table of few values, fewer resamples keep its time in bounds. */
function kendallTau(
  mine: Float64Array,
  theirs: Float64Array,
  options: { level: number; replicates: number; random: Random; clusters: Uint32Array },
  resampled: (statistic: PairStatistic) => Estimate | Undetermined,
): Estimate | Undetermined {
  const counting = varied(mine, theirs) ? kendallOf(mine, theirs) : undefined;
  if (counting)
    return {
      ...plainEstimate(resampled(counting)),
      method: 'kendall-tau-b, bootstrap percentile',
    };
  const affordable = Math.max(200, Math.floor(4e6 / mine.length));
  return plainEstimate(kendall(mine, theirs, { ...options, replicates: Math.min(options.replicates, affordable) }));
}

/** Each row is a group of its own. */
function counted(result: Estimate | Undetermined): Estimate | Undetermined {
  const one = plainEstimate(result);
  return one.value === null ? one : { ...one, groups: one.n };
}

function varied(...columns: Float64Array[]): boolean {
  return columns.every((values) => values.length > 1 && values.some((value) => value !== values[0]));
}
