import { ascendingOrder } from './ascending-order.ts';
import { sortedPairs } from './sorted-pairs.ts';
import { inversions } from './inversions.ts';
import { wholeNumberCodes } from './whole-number-codes.ts';

/** Groups of equal values in one column: what the pairs within them, and the corrections for ties, come to. */
type Ties = {
  distinct: number;
  /** Σ t (t − 1) / 2, pairs within a group. */
  pairs: number;
  /** Σ t (t − 1)(t − 2). */
  triples: number;
  /** Σ t (t − 1)(2 t + 5). */
  spread: number;
};

/** All pairs of rows by how two columns order them; ties of a column include the joint ones. */
export type PairOrder = { concordant: number; discordant: number; tiesBoth: number; x: Ties; y: Ties };

/** Up to so many rows a sorted copy of a column is no matter. */
const fewRows = 1 << 22;

function addGroup(ties: Ties, size: number): void {
  ties.pairs += (size * (size - 1)) / 2;
  ties.triples += size * (size - 1) * (size - 2);
  ties.spread += size * (size - 1) * (2 * size + 5);
}

/** The place of each value among the distinct ones. */
function codesOf(values: Float64Array): { ties: Ties; codes: Int32Array } {
  const ties: Ties = { distinct: 0, pairs: 0, triples: 0, spread: 0 };
  const counted = wholeNumberCodes(values);
  if (counted) {
    for (const size of counted.counts) addGroup(ties, size);
    ties.distinct = counted.counts.length;
    return { ties, codes: counted.codes };
  }
  const order = ascendingOrder(values);
  const codes = new Int32Array(values.length);
  let start = 0;
  let code = 0;
  let value = values[order[0]!]!;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const here = values[row]!;
    if (here !== value) {
      if (i - start > 1) addGroup(ties, i - start);
      start = i;
      value = here;
      code++;
    }
    codes[row] = code;
  }
  addGroup(ties, order.length - start);
  ties.distinct = code + 1;
  return { ties, codes };
}

/** Codes of y in the order of x and, within equal x, of y itself; where both are equal, the pairs of them. */
function sequenceByX(
  x: Float64Array,
  codes: Int32Array,
  together: boolean,
): { ties: Ties; sequence: Int32Array; tiesBoth: number } {
  // Values and codes that are sorted together are read one after the other, not here and there; of very many rows the order
  // alone is sorted, and the codes take the place of the rows, one by one, since there another array would count.
  let order: Uint32Array | null = null;
  let values = x;
  let sequence: Int32Array;
  if (together) {
    const sorted = sortedPairs(x, codes);
    values = sorted.x;
    sequence = sorted.partner;
  } else {
    order = ascendingOrder(x);
    sequence = new Int32Array(order.buffer, order.byteOffset, order.length);
  }
  const ties: Ties = { distinct: 1, pairs: 0, triples: 0, spread: 0 };
  let tiesBoth = 0;
  let start = 0;
  let value = values[order ? order[0]! : 0]!;
  for (let i = 0; i < x.length; i++) {
    const row = order ? order[i]! : i;
    const here = values[row]!;
    if (order) sequence[i] = codes[row]!;
    if (here === value) continue;
    if (i - start > 1) {
      tiesBoth += sortGroup(sequence, start, i);
      addGroup(ties, i - start);
    }
    ties.distinct++;
    start = i;
    value = here;
  }
  tiesBoth += sortGroup(sequence, start, x.length);
  addGroup(ties, x.length - start);
  return { ties, sequence, tiesBoth };
}

/** Sorts a group and counts its equal pairs. */
function sortGroup(sequence: Int32Array, start: number, end: number): number {
  if (end - start > 8) sequence.subarray(start, end).sort();
  else {
    for (let i = start + 1; i < end; i++) {
      const code = sequence[i]!;
      let j = i;
      for (; j > start && sequence[j - 1]! > code; j--) sequence[j] = sequence[j - 1]!;
      sequence[j] = code;
    }
  }
  let ties = 0;
  for (let i = start + 1, run = 0; i < end; i++) {
    run = sequence[i] === sequence[i - 1] ? run + 1 : 0;
    ties += run;
  }
  return ties;
}

/**
 * Counts concordant, discordant and tied pairs in O(n log n) (Knight 1966): rows in the order of x, then of y;
 * the pairs out of order in y are then exactly the discordant ones.
 *
 * @param x at least one value, no NaN
 * @param options.together whether values are sorted with their codes, which is faster and takes more memory
 */
export function pairOrder(
  x: Float64Array,
  y: Float64Array,
  { together = x.length <= fewRows }: { together?: boolean } = {},
): PairOrder {
  const n = x.length;
  const { ties: tiesY, codes } = codesOf(y);
  const { ties: tiesX, sequence, tiesBoth } = sequenceByX(x, codes, together);
  const discordant = inversions(sequence, tiesY.distinct);
  const all = (n * (n - 1)) / 2;
  return {
    concordant: all - tiesX.pairs - tiesY.pairs + tiesBoth - discordant,
    discordant,
    tiesBoth,
    x: tiesX,
    y: tiesY,
  };
}
