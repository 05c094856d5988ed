import { formatScale, type RaterKind, type RatingTable } from '@assize/core';

import { saidBy } from './build-table.ts';
import { contradictoryRating, twoGroupings, twoKinds, twoScales } from './dataset-errors.ts';
import { dictionary } from './dictionary.ts';
import { itemFacts, orders, ratingColumns } from './rating-columns.ts';

/**
 * One table of the rows of all: the same names get one code, the same rating is held once.
 *
 * @throws dataset/two-scales, dataset/two-kinds, dataset/two-groupings, dataset/contradictory-rating when the tables
 *   disagree about a criterion, a rater, an item or a rating; dataset/too-many
 * @example const table = joinTables(humanLabels, judgeRatings);
 */
export function joinTables(...tables: readonly RatingTable[]): RatingTable {
  const items = dictionary('items', 0xffff_ffff);
  const raters = dictionary('raters', 65_535);
  const ids = dictionary('criteria', 65_535);
  const raterKinds: RaterKind[] = [];
  const criteria: RatingTable['criteria'][number][] = [];
  const seenOrders = orders();
  const facts = itemFacts();
  const columns = ratingColumns();

  for (const table of tables) {
    const itemCodes = Uint32Array.from(table.items, (item) => items.code(item));
    tellFacts(table, itemCodes);
    const raterCodes = table.raters.map((name, place) => {
      const code = raters.code(name);
      const kind = table.raterKinds[place] ?? 'judge';
      const before = (raterKinds[code] ??= kind);
      if (before !== kind) throw twoKinds({ rater: name, first: before, second: kind });
      return code;
    });
    const criterionCodes = table.criteria.map((criterion) => {
      const code = ids.code(criterion.id);
      const before = (criteria[code] ??= criterion);
      if (JSON.stringify(before.scale) !== JSON.stringify(criterion.scale)) {
        const scales = { first: formatScale(before.scale), second: formatScale(criterion.scale) };
        throw twoScales({ criterion: criterion.id, ...scales, where: 'in two tables' });
      }
      return code;
    });
    const orderCodes = table.orders.map((order) => seenOrders.code(order));
    for (let row = 0; row < table.length; row++) {
      columns.push({
        item: itemCodes[table.item[row] ?? 0] ?? 0,
        rater: raterCodes[table.rater[row] ?? 0] ?? 0,
        criterion: criterionCodes[table.criterion[row] ?? 0] ?? 0,
        response: table.response[row] ?? 0,
        order: orderCodes[table.order[row] ?? 0] ?? 0,
        sample: table.sample[row] ?? 0,
        status: table.status[row] ?? 0,
        value: table.value[row] ?? Number.NaN,
        ...extrasOf(table, row),
      });
      dropRepeat();
    }
  }
  return columns.freeze({
    items: items.names,
    raters: raters.names,
    raterKinds,
    criteria,
    orders: seenOrders.list,
    facts,
  });

  function dropRepeat(): void {
    const row = columns.length - 1;
    const first = columns.earlier(row);
    if (first < 0) return;
    const [item, rater, place] = columns.key(row);
    const criterion = criteria[place];
    const said = (at: number): string =>
      criterion ? saidBy(criterion, columns.status.get(at), columns.value.get(at)) : '';
    if (said(first) !== said(row)) {
      throw contradictoryRating({
        rater: raters.names[rater] ?? '',
        item: items.names[item] ?? '',
        criterion: criterion?.id ?? '',
        first: said(first),
        second: said(row),
      });
    }
    columns.dropLast();
  }

  function tellFacts(table: RatingTable, codes: Uint32Array): void {
    for (const [place, item] of table.items.entries()) {
      const group = table.groups[table.groupOfItem[place] ?? 0];
      const code = codes[place] ?? 0;
      // An item that stands alone names no group: another table may.
      const tell = (about: string, before: string | undefined, value: string): void => {
        if (before !== undefined) throw twoGroupings({ item, about, first: before, second: value });
      };
      if (group !== undefined && !isAlone(item, group)) tell('group', facts.group(code, group), group);
      for (const { name, values, ofItem } of table.facets) {
        const value = values[ofItem[place] ?? 65_535];
        if (value !== undefined) tell(`facet ${name}`, facts.facet(code, name, value), value);
      }
    }
  }
}

/** Whether a group is the one that an item without a group is given. */
export function isAlone(item: string, group: string): boolean {
  return group.startsWith(item) && /^(?: \(alone\))*$/.test(group.slice(item.length));
}

/** The columns of a row that a table need not have. */
export function extrasOf(
  { distribution, cost, latencyMs, served }: RatingTable,
  row: number,
): { distribution?: number[]; costUsd?: number; latencyMs?: number; served?: string } {
  const shares = distribution?.share.subarray(distribution.start[row], distribution.start[row + 1]);
  const [paid, waited] = [cost?.[row], latencyMs?.[row]];
  const model = served?.names[served.code[row] ?? 0];
  return {
    ...(shares && shares.length > 0 ? { distribution: [...shares] } : {}),
    ...(paid === undefined || Number.isNaN(paid) ? {} : { costUsd: paid }),
    ...(waited === undefined || Number.isNaN(waited) ? {} : { latencyMs: waited }),
    ...(model ? { served: model } : {}),
  };
}
