import type { RatingTable } from '@assize/core';

import { unknownFacet } from './dataset-errors.ts';
import { filterRows } from './filter-rows.ts';
import { nearestName } from './nearest-name.ts';

/**
 * The table cut by the values of a facet of its items: one table for each value, in the order of the values.
 *
 * Items that have no value of the facet are in none of them.
 *
 * @throws dataset/unknown-facet
 * @example for (const [domain, slice] of sliceByFacet(table, 'domain')) console.log(domain, slice.length);
 */
export function sliceByFacet(table: RatingTable, facet: string): Map<string, RatingTable> {
  const chosen = table.facets.find(({ name }) => name === facet);
  if (!chosen) {
    const present = table.facets.map(({ name }) => name);
    const nearest = nearestName(facet, present);
    throw unknownFacet({ facet, present, ...(nearest === undefined ? {} : { nearest }) });
  }
  const slices = new Map<string, RatingTable>();
  for (const [place, value] of chosen.values.entries()) {
    const slice = filterRows(table, (row) => chosen.ofItem[table.item[row] ?? 0] === place);
    if (slice.length > 0) slices.set(value, slice);
  }
  return slices;
}
