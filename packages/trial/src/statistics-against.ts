import type { Estimate, Measure, Undetermined } from '@assize/core';
import {
  clusterBootstrap,
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
import { type ExaminationSettings } from './examination.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { spearmanOf } from './row-statistics.ts';
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
  const categories = categoriesOf(one, a);
  switch (name) {
    case 'agreement':
      return plainEstimate(
        clusteredProportion(
          Float64Array.from(a, (code, i) => (code === b[i] ? 1 : 0)),
          { level, clusters },
        ),
      );
    case 'kappa':
      return plainEstimate(cohenKappa(a, b, { ...options, categories }));
    case 'kappa-linear':
      return plainEstimate(cohenKappa(a, b, { ...options, categories, weights: 'linear' }));
    case 'kappa-quadratic':
      return plainEstimate(cohenKappa(a, b, { ...options, categories, weights: 'quadratic' }));
    case 'ac1':
      return plainEstimate(gwetAc(matrixOf(Array.from(a, (code, i) => [code, b[i]!])), { ...options, categories }));
    case 'pearson':
      return plainEstimate(pearson(mine, theirs, options));
    case 'spearman':
      // Ranked by counting, which makes resampling cheap; the value is spearman's of @assize/stats.
      return varied(mine, theirs)
        ? {
            ...plainEstimate(clusterBootstrap(clusters, spearmanOf(mine, theirs), options)),
            method: 'spearman, bootstrap percentile',
          }
        : plainEstimate(spearman(mine, theirs, { ...options, interval: 'none' }));
    case 'kendall-tau-b':
      return plainEstimate(kendall(mine, theirs, options));
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

function varied(...columns: Float64Array[]): boolean {
  return columns.every((values) => values.length > 1 && values.some((value) => value !== values[0]));
}
