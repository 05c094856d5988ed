import {
  type SortedColumn,
  sortedColumn,
  weightedPearson,
  weightedSpearman,
} from '../correlation/weighted-correlation.ts';
import type { RatingsByItem } from './ratings-by-item.ts';

export type CeilingStatistic = 'agreement' | 'pearson' | 'spearman';

/** One person and the judge beside what the other people say, on the items where all three are there. */
export type LeftOutRater = {
  rater: number;
  items: Uint32Array;
  /** Items that judge and person rated but on which the others have no single most frequent code. */
  split: number;
  judge: Float64Array;
  human: Float64Array;
  others: Float64Array;
};

/** The most frequent code, NaN when two are equally frequent. */
function majority(values: Float64Array): number {
  let [best, most, tied] = [NaN, 0, false];
  for (const value of values) {
    let count = 0;
    for (const other of values) if (other === value) count++;
    if (count > most) [best, most, tied] = [value, count, false];
    else if (count === most && value !== best) tied = true;
  }
  return tied ? NaN : best;
}

function average(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

export type LeftOutRoom = Pick<LeftOutRater, 'items' | 'judge' | 'human' | 'others'>;

/** Room for what is said of so many items. */
export function leftOutRoom(items: number): LeftOutRoom {
  return {
    items: new Uint32Array(items),
    judge: new Float64Array(items),
    human: new Float64Array(items),
    others: new Float64Array(items),
  };
}

/**
 * Leaves one person out: the reference is the majority (of codes) or the mean (of scores) of the others.
 *
 * @param room where the columns come to lie, for a caller that is done with those of the person before; the items are its own
 */
export function leaveOut(
  { items, raters, start, rater, value }: RatingsByItem,
  judge: ArrayLike<number>,
  statistic: CeilingStatistic,
  person: number,
  room: LeftOutRoom | null = null,
): LeftOutRater {
  const reduce = statistic === 'agreement' ? majority : average;
  let most = 0;
  for (const who of rater) if (who === person) most++;
  const columns = room ?? leftOutRoom(most);
  let [n, split] = [0, 0];
  const buffer = new Float64Array(raters);
  for (let i = 0; i < items; i++) {
    const verdict = judge[i]!;
    const people = start[i + 1]! - start[i]!;
    if (Number.isNaN(verdict) || people < 2) continue;
    let own = start[i]!;
    while (own < start[i + 1]! && rater[own] !== person) own++;
    if (own === start[i + 1]!) continue;
    const others = buffer.subarray(0, people - 1);
    for (let k = start[i]!, end = 0; k < start[i + 1]!; k++) if (k !== own) others[end++] = value[k]!;
    const reference = reduce(others);
    if (Number.isNaN(reference)) {
      split++;
      continue;
    }
    columns.items[n] = i;
    columns.judge[n] = verdict;
    columns.human[n] = value[own]!;
    columns.others[n++] = reference;
  }
  const first = (column: Float64Array) => column.subarray(0, n);
  return {
    rater: person,
    items: room ? columns.items.slice(0, n) : columns.items.subarray(0, n),
    split,
    judge: first(columns.judge),
    human: first(columns.human),
    others: first(columns.others),
  };
}

/** A statistic of two columns of weighted rows, NaN where it is not defined. */
export type ColumnStatistic = (weights: Float64Array) => number;

function agreement(x: Float64Array, y: Float64Array): ColumnStatistic {
  const same = new Uint8Array(x.length);
  for (let i = 0; i < x.length; i++) same[i] = x[i] === y[i] ? 1 : 0;
  return (weights) => {
    let [equal, total] = [0, 0];
    for (let i = 0; i < same.length; i++) {
      const w = weights[i]!;
      total += w;
      if (same[i] === 1) equal += w;
    }
    return equal / total;
  };
}

/** Prepares a statistic of columns, several of which may share one: each is sorted once. */
export function columnStatistics(statistic: CeilingStatistic): (x: Float64Array, y: Float64Array) => ColumnStatistic {
  switch (statistic) {
    case 'agreement':
      return agreement;
    case 'pearson':
      return (x, y) => (weights) => weightedPearson(x, y, weights);
    case 'spearman': {
      const sorted = new Map<Float64Array, SortedColumn>();
      const sortedOnce = (x: Float64Array): SortedColumn => {
        const known = sorted.get(x) ?? sortedColumn(x);
        sorted.set(x, known);
        return known;
      };
      return (x, y) => {
        const [first, second] = [sortedOnce(x), sortedOnce(y)];
        const [a, b] = [new Float64Array(x.length), new Float64Array(x.length)];
        return (weights) => weightedSpearman(first, second, weights, a, b);
      };
    }
    default:
      throw new RangeError(`statistic must be agreement, pearson or spearman, found ${String(statistic)}`);
  }
}
