import { indexClusters } from './clusters.ts';
import { countPresent, rowsPresentIn } from '../numerics/present-rows.ts';

/** What the rows of a mean come down to: kinds of clusters by their sum and size, and how many there are of each. */
export type ValueKinds = {
  totals: Float64Array;
  /** Null where every cluster is one row. */
  sizes: Float64Array | null;
  counts: Float64Array | Uint8Array;
  rows: number;
  groups: number;
};

/** Below this many values equal ones are always counted; above it only where there are few of them. */
const large = 1024;
const largestTable = 1 << 16;

/** Counts equal values; where most of many values differ, each stays for itself. NaN is left out. */
export function valueKinds(values: ArrayLike<number>): ValueKinds {
  const n = countPresent(values, 'values');
  const kinds = countEqual(values, null, mostKinds(n));
  if (kinds) return { ...kinds, rows: n, groups: n };
  const counts = new Uint8Array(n).fill(1);
  if (n === values.length) {
    const totals = values instanceof Float64Array ? values : Float64Array.from(values);
    return { totals, sizes: null, counts, rows: n, groups: n };
  }
  const totals = new Float64Array(n);
  for (let i = 0, place = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) totals[place++] = values[i]!;
  return { totals, sizes: null, counts, rows: n, groups: n };
}

type Distinct = { totals: Float64Array; sizes: Float64Array | null; counts: Float64Array };

/**
 * Distinct values (with distinct sizes, if there are any) in order of first appearance with their counts, by open
 * addressing; null where there are more.
 */
function countEqual(values: ArrayLike<number>, sizes: ArrayLike<number> | null, most: number): Distinct | null {
  let slots = 16;
  while (slots < 2 * most) slots *= 2;
  const kindAt = new Int32Array(slots);
  const totals = new Float64Array(most);
  const kindSizes = new Float64Array(most);
  const counts = new Float64Array(most);
  const word = new Float64Array(1);
  const halves = new Int32Array(word.buffer);
  let kinds = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== value) continue;
    const size = sizes ? sizes[i]! : 0;
    word[0] = value + 0; // −0 becomes 0, its equal
    const mixed = Math.imul(halves[0]! ^ Math.imul(halves[1]!, 0x85ebca6b) ^ Math.imul(size, 0xc2b2ae35), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & (slots - 1);
    let kind = kindAt[slot]!;
    while (kind !== 0 && !(totals[kind - 1] === value && kindSizes[kind - 1] === size)) {
      slot = (slot + 1) & (slots - 1);
      kind = kindAt[slot]!;
    }
    if (kind === 0) {
      if (kinds === most) return null;
      kindSizes[kinds] = size;
      totals[kinds++] = value + 0;
      kindAt[slot] = kind = kinds;
    }
    counts[kind - 1]!++;
  }
  return {
    totals: totals.slice(0, kinds),
    sizes: sizes && kindSizes.slice(0, kinds),
    counts: counts.slice(0, kinds),
  };
}

const mostKinds = (units: number): number => (units < large ? units : Math.min(units >> 3, largestTable));

/** Counts clusters of equal sum and size; rows whose value is NaN are left out. */
export function clusterKinds(values: ArrayLike<number>, clusters: ArrayLike<number>): ValueKinds {
  const rows = rowsPresentIn({ values });
  const n = rows?.length ?? values.length;
  const { of, count } = indexClusters(clusters, values.length, rows);
  const totals = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (let i = 0; i < n; i++) {
    totals[of[i]!]! += values[rows ? rows[i]! : i]!;
    sizes[of[i]!]!++;
  }
  const kinds = countEqual(totals, sizes, mostKinds(count));
  if (kinds) return { ...kinds, rows: n, groups: count };
  return { totals, sizes, counts: new Uint8Array(count).fill(1), rows: n, groups: count };
}

/** The mean without one cluster of a kind, by subtraction. */
export function meanWithoutOne({ totals, sizes, counts, rows }: ValueKinds): (kind: number) => number {
  let above = 0;
  for (let kind = 0; kind < counts.length; kind++) above += totals[kind]! * counts[kind]!;
  return (kind) => (above - totals[kind]!) / (rows - (sizes ? sizes[kind]! : 1));
}
