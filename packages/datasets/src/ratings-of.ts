import { decode, type Rating, ratingStatuses, type RatingTable } from '@assize/core';

import { extrasOf } from './join-tables.ts';

/**
 * The rows of a table as ratings, one at a time. `buildTable` of them gives the table again.
 *
 * What a table does not hold is not in them: rationales, evidence, usage, and the words of a reason.
 */
export function* ratingsOf(table: RatingTable): Generator<Rating, void, undefined> {
  for (let row = 0; row < table.length; row++) {
    const criterion = table.criteria[table.criterion[row] ?? 0];
    const [item, rater] = [table.items[table.item[row] ?? 0], table.raters[table.rater[row] ?? 0]];
    if (!criterion || item === undefined || rater === undefined) continue;
    const { distribution, costUsd, latencyMs, served } = extrasOf(table, row);
    const [response, sample] = [table.response[row] ?? 0, table.sample[row] ?? 0];
    const order = table.orders[table.order[row] ?? 0] ?? [];
    const human = table.raterKinds[table.rater[row] ?? 0] === 'human';
    const common = {
      item,
      rater,
      criterion: criterion.id,
      ...(response === 0 ? {} : { response }),
      ...(order.length === 0 ? {} : { order: [...order] }),
      ...(sample === 0 ? {} : { sample }),
      ...(costUsd === undefined ? {} : { cost: { amount: costUsd, currency: 'USD' as const } }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      provenance: {
        source: human ? ('person' as const) : ('recorded' as const),
        ...(served === undefined ? {} : { served }),
      },
    };
    const status = ratingStatuses[table.status[row] ?? 0] ?? 'failed';
    if (status !== 'rated') yield { ...common, status, value: null, reason: 'kept in the store, not in the table' };
    else {
      const code = table.value[row] ?? Number.NaN;
      yield {
        ...common,
        status,
        value: decode(criterion.scale, code) ?? code,
        ...(distribution ? { distribution } : {}),
      };
    }
  }
}
