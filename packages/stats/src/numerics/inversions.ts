/**
 * The number of pairs i < j with codes[i] > codes[j].
 *
 * Pairs that differ in the upper half of their bits are counted while the codes are dealt out by it, the others within
 * each share: so the trees of counters stay in the first-level cache. The codes are used up.
 *
 * @param codes whole numbers from 0 to below `distinct`
 */
export function inversions(codes: Int32Array, distinct: number): number {
  const bits = 32 - Math.clz32(Math.max(1, distinct - 1));
  if (bits <= 11) return passed(codes, bits, new Int32Array(2 << bits));
  const low = bits >> 1;
  const mask = (1 << low) - 1;
  const shares = ((distinct - 1) >> low) + 1;
  const ends = new Uint32Array(shares);
  for (let i = 0; i < codes.length; i++) ends[codes[i]! >> low]!++;
  let place = 0;
  for (let share = 0; share < shares; share++) {
    const count = ends[share]!;
    ends[share] = place;
    place += count;
  }
  const lows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    const share = code >> low;
    const free = ends[share]!;
    ends[share] = free + 1;
    lows[free] = code & mask;
    codes[i] = share;
  }
  let total = passed(codes, bits - low, new Int32Array(2 << (bits - low)));
  const tree = new Int32Array(2 << low);
  for (let share = 0, start = 0; share < shares; share++) {
    const end = ends[share]!;
    const part = lows.subarray(start, end);
    total += part.length <= 32 ? passedByComparing(part) : passed(part, low, tree);
    start = end;
  }
  return total;
}

/** Counts with a binary tree over the codes: a code going down left passes all that went right before. */
function passed(codes: Int32Array, bits: number, tree: Int32Array): number {
  tree.fill(0);
  const leaves = 1 << bits;
  let total = 0;
  for (let i = 0; i < codes.length; i++) {
    let before = 0;
    for (let node = codes[i]! | leaves; node > 1; node >>>= 1) {
      tree[node]!++;
      // The sibling of a left node is the right one; of a right node itself is read, and counts for nothing.
      before += tree[node | 1]! & ((node & 1) - 1);
    }
    total += before;
  }
  return total;
}

function passedByComparing(codes: Int32Array): number {
  let total = 0;
  for (let j = 1; j < codes.length; j++) {
    const code = codes[j]!;
    for (let i = 0; i < j; i++) if (codes[i]! > code) total++;
  }
  return total;
}
