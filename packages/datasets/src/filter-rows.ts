import { type RaterKind, type RatingStatus, ratingStatuses, type RatingTable } from '@assize/core';

import { unknownCriterion, unknownRater } from './dataset-errors.ts';
import { nearestName } from './nearest-name.ts';
import { selectRows } from './select-rows.ts';

/** What rows must be; of several values, any. */
export interface RowConditions {
  readonly rater?: string | readonly string[];
  readonly kind?: RaterKind | readonly RaterKind[];
  readonly criterion?: string | readonly string[];
  readonly status?: RatingStatus | readonly RatingStatus[];
  readonly item?: string | readonly string[];
  readonly response?: number;
  readonly sample?: number;
}

/**
 * The rows that satisfy all conditions, or a predicate on the row's place, as a table of its own: names that no row
 * uses are left out, the rest keep their order.
 *
 * @throws dataset/unknown-rater, dataset/unknown-criterion for names that the table does not have
 * @example filterRows(table, { kind: 'human', criterion: 'helpful' })
 */
export function filterRows(table: RatingTable, keep: RowConditions | ((row: number) => boolean)): RatingTable {
  return selectRows(table, rowsWhere(table, keep));
}

/** The places of the rows that `filterRows` keeps. */
export function rowsWhere(table: RatingTable, keep: RowConditions | ((row: number) => boolean)): Uint32Array {
  const test = typeof keep === 'function' ? keep : conditions(table, keep);
  const rows = new Uint32Array(table.length);
  let count = 0;
  for (let row = 0; row < table.length; row++) if (test(row)) rows[count++] = row;
  return rows.slice(0, count);
}

function conditions(table: RatingTable, wanted: RowConditions): (row: number) => boolean {
  const tests: ((row: number) => boolean)[] = [];
  const criteria = table.criteria.map(({ id }) => id);
  for (const rater of listOf(wanted.rater)) {
    if (table.raters.includes(rater)) continue;
    const nearest = nearestName(rater, table.raters);
    throw unknownRater({
      file: 'the table',
      rater,
      present: [...table.raters],
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  for (const criterion of listOf(wanted.criterion)) {
    if (criteria.includes(criterion)) continue;
    const nearest = nearestName(criterion, criteria);
    throw unknownCriterion({
      file: 'the table',
      criterion,
      present: criteria,
      ...(nearest === undefined ? {} : { nearest }),
    });
  }
  const among = (
    names: readonly string[],
    asked: readonly string[],
    column: Uint32Array | Uint16Array | Uint8Array,
  ): void => {
    const chosen = new Set(asked);
    const fits = names.map((name) => chosen.has(name));
    tests.push((row) => fits[column[row] ?? 0] === true);
  };
  if (wanted.rater !== undefined) among(table.raters, listOf(wanted.rater), table.rater);
  if (wanted.kind !== undefined) among(table.raterKinds, listOf(wanted.kind), table.rater);
  if (wanted.criterion !== undefined) among(criteria, listOf(wanted.criterion), table.criterion);
  if (wanted.status !== undefined) among(ratingStatuses, listOf(wanted.status), table.status);
  if (wanted.item !== undefined) among(table.items, listOf(wanted.item), table.item);
  if (wanted.response !== undefined) tests.push((row) => table.response[row] === wanted.response);
  if (wanted.sample !== undefined) tests.push((row) => table.sample[row] === wanted.sample);
  return (row) => tests.every((test) => test(row));
}

function listOf<Name extends string>(names: Name | readonly Name[] | undefined): readonly Name[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}
