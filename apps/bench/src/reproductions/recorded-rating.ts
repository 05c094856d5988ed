import type { Criterion, Finding, Rating, RatingTable, Scale } from '@assize/core';
import { filterRows, type Pivot } from '@assize/datasets';
import { type Matrix, seededRandom } from '@assize/stats';
import { type CriterionCase, type ExaminationSettings, examinations, profiles } from '@assize/trial';

import type { Ours } from './figure.ts';

/** Only values are compared here, so that the intervals may be as rough as they are quick. */
export const settings: ExaminationSettings = {
  profile: profiles.standard,
  level: 0.95,
  replicates: 20,
  unrated: 'exclude',
  random: seededRandom(1),
};

export function criterion(id: string, scale: Scale): Criterion {
  return { id, question: id, scale, higherIsBetter: true };
}

/** A rating as it was recorded; `null` is a reply in which no verdict was found. */
export function recordedRating(
  source: 'person' | 'model',
  about: { item: string; rater: string; criterion: string; order?: number[]; sample?: number },
  value: number | string | null,
): Rating {
  return value === null
    ? { ...about, provenance: { source }, status: 'unreadable', value: null, reason: 'no verdict in the reply' }
    : { ...about, provenance: { source }, status: 'rated', value };
}

/** What one rater said of each unit. */
export function columnOf({ raters, units, value }: Pivot, rater: string): Float64Array {
  const place = raters.indexOf(rater);
  if (place < 0) throw new RangeError(`no rater is called ${rater}`);
  return Float64Array.from({ length: units }, (_, unit) => value[unit * raters.length + place] ?? Number.NaN);
}

/** A pivot as the matrix that statistics take: units × raters. */
export function matrixOfPivot({ value, units, raters }: Pivot): Matrix {
  return { values: value, rows: units, columns: raters.length };
}

/** The rows of a matrix, a unit each. */
export function rowsOf({ values, rows, columns }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => values[row * columns + column]!),
  );
}

/** The rows of people, and those in which the responses were shown in this order. */
export function inOrder(table: RatingTable, order: readonly number[]): RatingTable {
  const code = table.orders.findIndex((shown) => shown.join() === order.join());
  return filterRows(table, (row) => table.order[row] === 0 || table.order[row] === code);
}

/** One examination of the trial on one case. */
export function examined(examination: keyof typeof examinations, one: CriterionCase, table: RatingTable): Finding {
  return examinations[examination](one, table, settings);
}

/** A figure of a finding by its name: the one that decides, or a measure. */
export function measured(finding: Finding, statistic: string): Finding['estimate'] {
  if (finding.statistic === statistic) return finding.estimate;
  const measure = finding.measures.find((each) => each.statistic === statistic);
  if (!measure) throw new RangeError(`${finding.examination} does not measure ${statistic}`);
  return measure.estimate;
}

/** The standard error of an estimate; NaN, which no reference equals, where it has none. */
export function errorOf(estimate: Finding['estimate']): number {
  return estimate.value === null ? Number.NaN : (estimate.se ?? Number.NaN);
}

/** One end of an interval; NaN, which no reference equals, where there is none. */
export function endOf(estimate: Finding['estimate'], end: 0 | 1): number {
  return estimate.value === null ? Number.NaN : (estimate.interval?.[end] ?? Number.NaN);
}

/** The value of an estimate; NaN, which no reference equals, where there is none. */
export function valueOf(ours: Ours): number {
  return typeof ours === 'number' ? ours : (ours.value ?? Number.NaN);
}
