import type { RaterKind, RatingTable } from '@assize/core';

/** The raters of a kind: each one's place in the table and its name. */
export function ratersOf(table: RatingTable, kind: RaterKind): { readonly place: number; readonly name: string }[] {
  return table.raters.flatMap((name, place) => (table.raterKinds[place] === kind ? [{ place, name }] : []));
}
