import { codeLevels } from '../agreement/level-codes.ts';

/** All pairs of rows by how two columns order them; ties of a column include the joint ones. */
export type PairOrder = {
  concordant: number;
  discordant: number;
  tiesX: number;
  tiesY: number;
  tiesBoth: number;
  /** Sizes of the groups of equal values, where larger than 1. */
  groupsX: number[];
  groupsY: number[];
  distinctX: number;
  distinctY: number;
};

const pairs = (count: number): number => (count * (count - 1)) / 2;

function groupSizes(codes: Int32Array, levels: number): { sizes: number[]; ties: number } {
  const counts = new Uint32Array(levels);
  for (const code of codes) counts[code]!++;
  const sizes = [...counts].filter((count) => count > 1);
  return { sizes, ties: sizes.reduce((total, size) => total + pairs(size), 0) };
}

/** Number of pairs out of order, by merge sort; the codes come out sorted. */
function inversions(codes: Int32Array): number {
  let from: Int32Array = codes;
  let to: Int32Array = new Int32Array(codes.length);
  let total = 0;
  for (let width = 1; width < codes.length; width *= 2) {
    for (let start = 0; start < codes.length; start += 2 * width) {
      const middle = Math.min(start + width, codes.length);
      const end = Math.min(start + 2 * width, codes.length);
      let [i, j] = [start, middle];
      for (let place = start; place < end; place++) {
        if (i < middle && (j >= end || from[i]! <= from[j]!)) to[place] = from[i++]!;
        else {
          total += middle - i;
          to[place] = from[j++]!;
        }
      }
    }
    [from, to] = [to, from];
  }
  return total;
}

/**
 * Counts concordant, discordant and tied pairs in O(n log n) (Knight 1966): rows in the order of x, then of y;
 * the pairs out of order in y are then exactly the discordant ones.
 */
export function pairOrder(x: Float64Array, y: Float64Array): PairOrder {
  const n = x.length;
  const first = codeLevels(x, 'x');
  const second = codeLevels(y, 'y');
  const width = second.levels.length;
  const keys = Float64Array.from(first.codes, (code, i) => code * width + second.codes[i]!).toSorted();
  const sequence = new Int32Array(n);
  let tiesBoth = 0;
  for (let i = 0, run = 0; i < n; i++) {
    sequence[i] = keys[i]! % width;
    run = i > 0 && keys[i] === keys[i - 1] ? run + 1 : 0;
    tiesBoth += run;
  }
  const [groupsX, groupsY] = [groupSizes(first.codes, first.levels.length), groupSizes(second.codes, width)];
  const discordant = inversions(sequence);
  return {
    concordant: pairs(n) - groupsX.ties - groupsY.ties + tiesBoth - discordant,
    discordant,
    tiesX: groupsX.ties,
    tiesY: groupsY.ties,
    tiesBoth,
    groupsX: groupsX.sizes,
    groupsY: groupsY.sizes,
    distinctX: first.levels.length,
    distinctY: width,
  };
}
