import { createHash } from 'node:crypto';

import type { RatingTable } from '@assize/core';

import { saidBy } from './build-table.ts';

/**
 * The fingerprint of a file of ratings alone: its item ids and its human labels, whatever the order of rows and
 * whatever judges are in it. 64 hexadecimal digits.
 *
 * So two judges tried on one set of labels name the same data. Built up item by item, in memory that does not grow with
 * the number of rows by more than four bytes each.
 */
export function tableFingerprint(table: RatingTable): string {
  const hash = createHash('sha256');
  const { start, rows } = rowsByItem(table);
  const byName = Uint32Array.from(table.items.keys()).toSorted((a, b) =>
    compare(table.items[a] ?? '', table.items[b] ?? ''),
  );
  for (const item of byName) {
    const labels: string[] = [];
    for (const row of rows.subarray(start[item], start[item + 1])) {
      if (table.raterKinds[table.rater[row] ?? 0] === 'human') labels.push(labelOf(table, row));
    }
    hash.update(`${JSON.stringify([table.items[item] ?? '', ...labels.toSorted(compare)])}\n`);
  }
  return hash.digest('hex');
}

function labelOf(table: RatingTable, row: number): string {
  const criterion = table.criteria[table.criterion[row] ?? 0];
  if (!criterion) return '';
  return JSON.stringify([
    table.raters[table.rater[row] ?? 0] ?? '',
    criterion.id,
    table.response[row] ?? 0,
    table.orders[table.order[row] ?? 0] ?? [],
    table.sample[row] ?? 0,
    table.status[row] ?? 0,
    saidBy(criterion, table.status[row] ?? 0, table.value[row] ?? Number.NaN),
  ]);
}

/** Row numbers sorted by item, and where each item's begin: a counting sort. */
function rowsByItem(table: Pick<RatingTable, 'item' | 'items' | 'length'>): {
  start: Uint32Array;
  rows: Uint32Array;
} {
  const start = new Uint32Array(table.items.length + 1);
  for (const item of table.item) start[item + 1] = (start[item + 1] ?? 0) + 1;
  for (let item = 0; item < table.items.length; item++) start[item + 1] = (start[item + 1] ?? 0) + (start[item] ?? 0);
  const next = start.slice();
  const rows = new Uint32Array(table.length);
  for (const [row, item] of table.item.entries()) {
    const at = next[item] ?? 0;
    rows[at] = row;
    next[item] = at + 1;
  }
  return { start, rows };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
