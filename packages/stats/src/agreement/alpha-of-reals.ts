import { ascendingOrder } from '../numerics/ascending-order.ts';
import { checkSize } from '../shapes/finite.ts';
import type { Matrix } from '../shapes/matrix.ts';

/** What alpha compares, and how many units of at least 2 ratings it compares it over. */
export type RealDisagreements = { observed: number; expected: number; ratings: number; units: number };

/**
 * Whether more numbers are seen than units of so many raters can be counted by: each unit is then its own pattern, and lists
 * of patterns would take many times the memory of the ratings.
 */
export function areManyNumbers({ values, columns }: Matrix): boolean {
  const most = Math.floor(Math.log(Number.MAX_SAFE_INTEGER) / Math.log(columns + 1)) + 1;
  const seen = new Set<number>();
  for (let i = 0; i < values.length && seen.size <= most; i++) if (!Number.isNaN(values[i]!)) seen.add(values[i]!);
  return seen.size > most;
}

/**
 * Both disagreements from the ratings themselves and their order: the same sums, in the same order, as over patterns of which
 * each unit has its own.
 *
 * @throws RangeError at an infinite rating
 */
export function realDisagreements(ratings: Matrix, metric: 'nominal' | 'ordinal' | 'interval'): RealDisagreements {
  const compared = comparedRatings(ratings);
  const { values, units } = compared;
  const n = values.length;
  const order = ascendingOrder(values);
  const scores = metric === 'ordinal' ? doubledMiddles(values, order) : null;
  const scoreOf = scores ? (place: number) => scores[place]! / 2 : (place: number) => values[place]!;
  const expected = metric === 'nominal' ? unlikePairs(values, order) : spreadOfScores(values, order, scoreOf);
  const observed = metric === 'nominal' ? unlikeWithin(compared) : spreadWithin(compared, scoreOf);
  const over = metric === 'nominal' ? n * (n - 1) : n - 1;
  return {
    observed: observed / n,
    expected: (metric === 'nominal' ? expected : 2 * expected) / over,
    ratings: n,
    units,
  };
}

type Compared = {
  /** The ratings of units of at least 2, unit after unit. */
  values: Float64Array;
  units: number;
  /** Where each unit ends; one number where all are as long. */
  ends: Uint32Array | number;
};

function comparedRatings({ values, rows, columns }: Matrix): Compared {
  const ends = new Uint32Array(rows);
  let [units, count] = [0, 0];
  for (let i = 0; i < rows; i++) {
    let own = 0;
    for (let j = i * columns; j < (i + 1) * columns; j++) {
      if (Number.isNaN(values[j]!)) continue;
      if (!(Math.abs(values[j]!) <= 1)) checkSize(values[j]!, `ratings[${j}]`);
      own++;
    }
    if (own < 2) continue;
    count += own;
    ends[units++] = count;
  }
  if (count === values.length && values instanceof Float64Array) return { values, units, ends: columns };
  const kept = new Float64Array(count);
  let place = 0;
  for (let i = 0; i < rows; i++) {
    const start = place;
    for (let j = i * columns; j < (i + 1) * columns; j++) {
      if (!Number.isNaN(values[j]!) && place < count) kept[place++] = values[j]!;
    }
    if (place - start < 2) place = start;
  }
  return { values: kept, units, ends: ends.subarray(0, units) };
}

/** Twice the middle of the ranks from 0 that equal ratings share: what the ordinal metric takes the distance of. */
function doubledMiddles(values: Float64Array, order: Uint32Array): Uint32Array {
  const middles = new Uint32Array(order.length);
  eachRun(values, order, (start, end) => {
    for (let i = start; i < end; i++) middles[order[i]!] = start + end;
  });
  return middles;
}

function eachRun(values: Float64Array, order: Uint32Array, take: (start: number, end: number) => void): void {
  for (let start = 0; start < order.length;) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < order.length && values[order[end]!] === value) end++;
    take(start, end);
    start = end;
  }
}

function unlikePairs(values: Float64Array, order: Uint32Array): number {
  let unlike = 0;
  eachRun(values, order, (start, end) => (unlike += (end - start) * (order.length - (end - start))));
  return unlike;
}

function spreadOfScores(values: Float64Array, order: Uint32Array, scoreOf: (place: number) => number): number {
  let [centre, spread] = [0, 0];
  eachRun(values, order, (start, end) => (centre += (end - start) * scoreOf(order[start]!)));
  centre /= order.length;
  eachRun(values, order, (start, end) => (spread += (end - start) * (scoreOf(order[start]!) - centre) ** 2));
  return spread;
}

function unlikeWithin(compared: Compared): number {
  let observed = 0;
  eachUnit(compared, (size, { counts }) => {
    let within = 0;
    for (const count of counts) within += count * (size - count);
    observed += within / (size - 1);
  });
  return observed;
}

function spreadWithin(compared: Compared, scoreOf: (place: number) => number): number {
  let observed = 0;
  eachUnit(compared, (size, { places, counts }) => {
    let [mean, squares] = [0, 0];
    for (let e = 0; e < places.length; e++) mean += counts[e]! * scoreOf(places[e]!);
    mean /= size;
    for (let e = 0; e < places.length; e++) squares += counts[e]! * (scoreOf(places[e]!) - mean) ** 2;
    observed += (2 * size * squares) / (size - 1);
  });
  return observed;
}

/** The distinct ratings of a unit by the place of the first of each, and how often each is met. */
type Distinct = { places: number[]; counts: number[] };

const searched = 32;

function eachUnit({ values, units, ends }: Compared, take: (size: number, distinct: Distinct) => void): void {
  const distinct: Distinct = { places: [], counts: [] };
  const { places, counts } = distinct;
  const known = new Map<number, number>();
  for (let unit = 0, start = 0; unit < units; unit++) {
    const end = typeof ends === 'number' ? start + ends : ends[unit]!;
    places.length = counts.length = 0;
    if (known.size > 0) known.clear();
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      let at = -1;
      if (end - start > searched) at = known.get(value) ?? -1;
      else for (let e = 0; e < places.length && at < 0; e++) if (values[places[e]!] === value) at = e;
      if (at >= 0) {
        counts[at]!++;
        continue;
      }
      if (end - start > searched) known.set(value, places.length);
      places.push(i);
      counts.push(1);
    }
    take(end - start, distinct);
    start = end;
  }
}
