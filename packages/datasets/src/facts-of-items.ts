import type { Item } from '@assize/core';

import type { TableOptions } from './build-table.ts';

/**
 * The groups and facets of items, as `buildTable` takes them.
 *
 * @example const table = await buildTable(ratings, { criteria, ...(await factsOfItems(dataset.items())) });
 */
export async function factsOfItems(
  items: AsyncIterable<Item> | Iterable<Item>,
): Promise<Required<Pick<TableOptions, 'groups' | 'facets'>>> {
  const groups = new Map<string, string>();
  const facets: Record<string, Map<string, string>> = {};
  for await (const { id, group, facets: own = {} } of items) {
    if (group !== undefined) groups.set(id, group);
    for (const [name, value] of Object.entries(own)) (facets[name] ??= new Map()).set(id, value);
  }
  return { groups, facets };
}
