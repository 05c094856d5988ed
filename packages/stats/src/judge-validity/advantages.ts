import type { RatingsByItem } from './ratings-by-item.ts';

/**
 * How well a rating fits the ratings of others: the share of others who said the same, the negative root mean squared
 * distance to them, or a similarity of the caller's own.
 */
export type Alignment = 'accuracy' | 'negRmse' | ((rating: number, others: Float64Array) => number);

/**
 * One annotator against the judge, item by item: −1 where the judge fits the other people better, 0 where both fit
 * equally, 1 where the annotator does.
 */
export type Advantage = { rater: number; items: Uint32Array; surplus: Int8Array };

function scoreOf(alignment: Alignment): (rating: number, others: Float64Array) => number {
  if (alignment === 'accuracy') {
    return (rating, others) => {
      let same = 0;
      for (const other of others) if (other === rating) same++;
      return same;
    };
  }
  if (alignment === 'negRmse') {
    // The root and the divisor are the same for both sides and do not change which is larger.
    return (rating, others) => {
      let squares = 0;
      for (const other of others) squares += (rating - other) ** 2;
      return -squares;
    };
  }
  if (typeof alignment !== 'function') {
    throw new RangeError(`alignment must be accuracy, negRmse or a function, found ${String(alignment)}`);
  }
  return (rating, others) => {
    const score = alignment(rating, others);
    if (!Number.isFinite(score)) throw new RangeError(`an alignment must be a finite number, found ${score}`);
    return score;
  };
}

/** Room for the one list of items of all annotators where nobody left one out; null where each needs a list. */
export function sharedItems({ items, raters, value }: RatingsByItem): Uint32Array | null {
  return value.length === items * raters ? new Uint32Array(items) : null;
}

/**
 * Compares a judge with each annotator, by how well either fits all the other people on the item.
 *
 * @param judge one rating per item; NaN leaves the item out
 * @param excluded an annotator who is not to count among the people: the one who plays the judge
 * @param room for the list of items where nobody left one out, see `sharedItems`
 */
export function advantagesOf(
  ratings: RatingsByItem,
  judge: ArrayLike<number>,
  alignment: Alignment,
  excluded = -1,
  room: Uint32Array | null = sharedItems(ratings),
): Advantage[] {
  const score = scoreOf(alignment);
  const { items, raters, start, rater, value } = ratings;
  const sizes = new Uint32Array(raters);
  for (const who of rater) sizes[who]!++;
  if (excluded >= 0) sizes[excluded] = 0;
  const found = Array.from(sizes, (size) => ({
    items: room ?? new Uint32Array(size),
    surplus: new Int8Array(size),
    end: 0,
  }));
  const buffer = new Float64Array(raters);
  const place = new Uint32Array(raters);
  for (let i = 0; i < items; i++) {
    const verdict = judge[i]!;
    if (Number.isNaN(verdict)) continue;
    let people = 0;
    for (let entry = start[i]!; entry < start[i + 1]!; entry++) {
      if (rater[entry] !== excluded) place[people++] = entry;
    }
    if (people < 2) continue;
    const others = buffer.subarray(0, people - 1);
    for (let j = 0; j < people; j++) {
      for (let k = 0, end = 0; k < people; k++) if (k !== j) others[end++] = value[place[k]!]!;
      const own = score(value[place[j]!]!, others);
      const other = score(verdict, others);
      const list = found[rater[place[j]!]!]!;
      list.items[list.end] = i;
      list.surplus[list.end++] = own === other ? 0 : own > other ? 1 : -1;
    }
  }
  return found.flatMap(({ items: rows, surplus, end }, j) =>
    j === excluded ? [] : [{ rater: j, items: rows.subarray(0, end), surplus: surplus.subarray(0, end) }],
  );
}
