import type { RatingTable } from '@assize/core';

/** The group of each row, as its place among `table.groups`: what resampling by group needs. */
export function groupsOfRows(table: RatingTable): Uint32Array {
  return Uint32Array.from(table.item, (item) => table.groupOfItem[item] ?? 0);
}
