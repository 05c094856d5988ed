import { type Criterion, type RatingTable, ratingStatuses } from '@assize/core';

import { unknownCriterion } from './dataset-errors.ts';
import { nearestName } from './nearest-name.ts';

/** No row at all in a cell of a pivot. */
export const noRow = 255;
/** Rows that are rated and cancel out: an even split of nominal labels. */
export const splitVote = 254;

/** One criterion as a matrix of units by raters; a unit is a response of an item. */
export interface Pivot {
  readonly criterion: Criterion;
  readonly raters: readonly string[];
  /** How many units: rows of the matrix. */
  readonly units: number;
  /** The item of each unit, as its place in the table, and the response that was rated. */
  readonly itemOfUnit: Uint32Array;
  readonly responseOfUnit: Uint16Array;
  /** Row by row, units × raters: place among the levels, or the number; an average may lie between. NaN where there is none. */
  readonly value: Float64Array;
  /** Place in `ratingStatuses`; `noRow` (255), `splitVote` (254). */
  readonly status: Uint8Array;
  /** How many rated rows each cell stands for. */
  readonly rows: Uint32Array;
  /** Preferences whose samples and orders split evenly and count as a tie. */
  readonly tiesBySplit: number;
  /** Nominal values that split evenly and count as missing. */
  readonly missingBySplit: number;
  readonly notes: readonly string[];
}

/**
 * The values of one criterion, one for each unit and rater, over all samples and orders.
 *
 * Numbers (binary, ordinal, interval, rank) are averaged. Nominal labels and preferences take the mode: an even split of
 * a preference is a tie (place 2, also where the scale has none), of labels it is missing. A cell without a rated row
 * has the status that most of its rows have, the first in the order of `ratingStatuses` when two are as many.
 *
 * @throws dataset/unknown-criterion
 * @example
 * const { value, raters, units } = pivot(table, 'helpful');
 * const ofFirstRater = Float64Array.from({ length: units }, (_, unit) => value[unit * raters.length] ?? NaN);
 */
export function pivot(table: RatingTable, criterion: string): Pivot {
  const place = table.criteria.findIndex(({ id }) => id === criterion);
  const chosen = table.criteria[place];
  if (!chosen) {
    const present = table.criteria.map(({ id }) => id);
    const nearest = nearestName(criterion, present);
    throw unknownCriterion({ file: 'the table', criterion, present, ...(nearest === undefined ? {} : { nearest }) });
  }
  const { unitOfRow, itemOfUnit, responseOfUnit } = unitsOf(table, place);
  const units = itemOfUnit.length;
  const width = table.raters.length;
  const value = new Float64Array(units * width).fill(Number.NaN);
  const status = new Uint8Array(units * width).fill(noRow);
  const rows = new Uint32Array(units * width);
  const votes = new Map<number, Map<number, number>>();
  const statuses = new Map<number, number[]>();
  const averaged = chosen.scale.kind !== 'nominal' && chosen.scale.kind !== 'preference';

  for (let row = 0; row < table.length; row++) {
    if (table.criterion[row] !== place) continue;
    const cell = (unitOfRow[row] ?? 0) * width + (table.rater[row] ?? 0);
    const found = table.status[row] ?? 0;
    if (found !== 0) {
      let counts = statuses.get(cell);
      if (!counts) statuses.set(cell, (counts = ratingStatuses.map(() => 0)));
      counts[found] = (counts[found] ?? 0) + 1;
      continue;
    }
    const code = table.value[row] ?? Number.NaN;
    const before = rows[cell] ?? 0;
    rows[cell] = before + 1;
    status[cell] = 0;
    if (averaged) value[cell] = before === 0 ? code : (value[cell] ?? 0) + (code - (value[cell] ?? 0)) / (before + 1);
    else if (before === 0) value[cell] = code;
    else {
      let counts = votes.get(cell);
      if (!counts) votes.set(cell, (counts = new Map([[value[cell] ?? 0, 1]])));
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  for (const [cell, counts] of statuses) {
    if (rows[cell] === 0) status[cell] = counts.indexOf(Math.max(...counts));
  }

  let tiesBySplit = 0;
  let missingBySplit = 0;
  for (const [cell, counts] of votes) {
    const most = Math.max(...counts.values());
    const winners = [...counts].filter(([, count]) => count === most);
    if (winners.length === 1) value[cell] = winners[0]?.[0] ?? Number.NaN;
    else if (chosen.scale.kind === 'preference') {
      value[cell] = 2;
      tiesBySplit++;
    } else {
      value[cell] = Number.NaN;
      status[cell] = splitVote;
      missingBySplit++;
    }
  }
  const several = rows.reduce((count, here) => count + (here > 1 ? 1 : 0), 0);
  return {
    criterion: chosen,
    raters: table.raters,
    units,
    itemOfUnit,
    responseOfUnit,
    value,
    status,
    rows,
    tiesBySplit,
    missingBySplit,
    notes: [
      ...(several > 0
        ? [`${several} values stand for several samples or orders: ${averaged ? 'averaged' : 'the mode'}`]
        : []),
      ...(tiesBySplit > 0 ? [`${tiesBySplit} preferences split evenly and count as ties`] : []),
      ...(missingBySplit > 0 ? [`${missingBySplit} labels split evenly and count as missing`] : []),
    ],
  };
}

/** The responses that have a row of the criterion, by item and then response. */
function unitsOf(
  table: RatingTable,
  criterion: number,
): { unitOfRow: Uint32Array; itemOfUnit: Uint32Array; responseOfUnit: Uint16Array } {
  const keyOf = (row: number): number => (table.item[row] ?? 0) * 65_536 + (table.response[row] ?? 0);
  const keys = new Set<number>();
  for (let row = 0; row < table.length; row++) if (table.criterion[row] === criterion) keys.add(keyOf(row));
  const sorted = Float64Array.from(keys).toSorted();
  const places = new Map<number, number>();
  for (const [unit, key] of sorted.entries()) places.set(key, unit);
  const unitOfRow = new Uint32Array(table.length);
  for (let row = 0; row < table.length; row++) {
    if (table.criterion[row] === criterion) unitOfRow[row] = places.get(keyOf(row)) ?? 0;
  }
  return {
    unitOfRow,
    itemOfUnit: Uint32Array.from(sorted, (key) => Math.floor(key / 65_536)),
    responseOfUnit: Uint16Array.from(sorted, (key) => key % 65_536),
  };
}
