import { type Criterion, type RatingTable, levelsOf } from '@assize/core';

import { average, type Consensus, majority, meanInAnyOrder } from './consensus.ts';

/**
 * All that is known of one criterion, a unit (an item's response) an entry: what the judge said, what each person said.
 *
 * Values are the table's numbers: the place among the levels, or the number itself. NaN is nothing said. Of a ranking each
 * response is a unit, its rank the value: correlations pool the responses, and those of one item share its group.
 */
export interface CriterionCase {
  criterion: Criterion;
  judge: string;
  people: readonly string[];
  length: number;
  /** Item and response of each unit. */
  item: Uint32Array;
  response: Uint16Array;
  /** Whether items have more than one response that is rated. */
  severalResponses: boolean;
  /** The group of each unit: what is resampled together. */
  clusters: Uint32Array;
  /** One value for the judge and each unit, over its orders and samples. */
  verdicts: Float64Array;
  /** Units for which the judge has rows, rated or not. */
  asked: Uint8Array;
  /** Units whose verdicts split evenly between labels, so that there is none. */
  split: number;
  labels: readonly Float64Array[];
  consensus: Consensus;
  /** Values are ordered numbers (ordinal, interval, rank), not labels. */
  ordered: boolean;
  /** Number of labels or levels; 0 where the scale has no list. A preference always has its tie, given or made by a split. */
  levels: number;
  /** The judge's rows of the table on this criterion, by unit, sample and order. */
  rows: Uint32Array;
  /** The unit of each of `rows`. */
  unitOfRow: Uint32Array;
}

/**
 * Gathers one criterion of a table for a judge and people, each person once.
 *
 * Units are in the order of item ids, then responses, so that nothing depends on the order of the rows.
 */
export function criterionCase(
  table: RatingTable,
  criterion: number,
  judge: string,
  named: readonly string[],
): CriterionCase {
  const people = [...new Set(named)];
  const definition = table.criteria[criterion]!;
  const judgeCode = table.raters.indexOf(judge);
  const places = new Map(people.map((person, place) => [table.raters.indexOf(person), place]));
  const keys = new Map<number, number>();
  const rows: number[] = [];
  const chosen: number[] = [];
  for (let row = 0; row < table.length; row++) {
    if (table.criterion[row] !== criterion) continue;
    const rater = table.rater[row]!;
    if (rater !== judgeCode && !places.has(rater)) continue;
    chosen.push(row);
    keys.set(table.item[row]! * 65536 + table.response[row]!, 0);
    if (rater === judgeCode) rows.push(row);
  }
  const name = (key: number): string => table.items[Math.floor(key / 65536)]!;
  const sorted = Float64Array.from(
    [...keys.keys()].toSorted((a, b) => {
      const [one, other] = [name(a), name(b)];
      return one === other ? a - b : one < other ? -1 : 1;
    }),
  );
  sorted.forEach((key, unit) => keys.set(key, unit));
  const length = sorted.length;
  const unitOf = (row: number): number => keys.get(table.item[row]! * 65536 + table.response[row]!)!;
  const item = Uint32Array.from(sorted, (key) => Math.floor(key / 65536));
  const ordered = isOrdered(definition);
  const levels = definition.scale.kind === 'preference' ? 3 : (levelsOf(definition.scale)?.length ?? 0);

  const said: number[][][] = Array.from({ length: people.length + 1 }, () => Array.from({ length }, () => []));
  const asked = new Uint8Array(length);
  for (const row of chosen) {
    const place = places.get(table.rater[row]!) ?? people.length;
    const unit = unitOf(row);
    if (place === people.length) asked[unit] = 1;
    if (table.status[row] === 0) said[place]![unit]!.push(table.value[row]!);
  }
  const shown = table.orders.map((order) => order.join());
  const placeOfRow = new Map(rows.map((row) => [row, unitOf(row)]));
  rows.sort(
    (a, b) =>
      placeOfRow.get(a)! - placeOfRow.get(b)! ||
      table.sample[a]! - table.sample[b]! ||
      (shown[table.order[a]!]! < shown[table.order[b]!]! ? -1 : 1),
  );
  let split = 0;
  const one = (values: readonly number[], mine: boolean): number => {
    if (values.length === 0) return Number.NaN;
    if (values.length === 1) return values[0]!;
    if (ordered) return meanInAnyOrder(values);
    const mode = modeOf(values);
    if (mode !== undefined) return mode;
    if (definition.scale.kind === 'preference') return 2;
    if (mine) split++;
    return Number.NaN;
  };
  const labels = people.map((_, place) => Float64Array.from(said[place]!, (values) => one(values, false)));
  const verdicts = Float64Array.from(said[people.length]!, (values) => one(values, true));
  return {
    criterion: definition,
    judge,
    people,
    length,
    item,
    response: Uint16Array.from(sorted, (key) => key % 65536),
    severalResponses: sorted.some((key) => key % 65536 > 0),
    clusters: item.map((code) => table.groupOfItem[code]!),
    verdicts,
    asked,
    split,
    labels,
    consensus: ordered ? average(labels, length) : majority(labels, length, levels),
    ordered,
    levels,
    rows: Uint32Array.from(rows),
    unitOfRow: Uint32Array.from(rows, (row) => placeOfRow.get(row)!),
  };
}

/** Whether values of a criterion may be ranked and averaged. */
function isOrdered({ scale }: Criterion): boolean {
  return scale.kind === 'ordinal' || scale.kind === 'interval' || scale.kind === 'rank';
}

/** The value that occurs most often, or `undefined` when two share the place. */
function modeOf(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const holders = [...counts].filter(([, count]) => count === most);
  return holders.length === 1 ? holders[0]![0] : undefined;
}
