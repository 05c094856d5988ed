/** What makes two rows ratings of the same thing: item, rater, criterion, response, order and sample. */
export type RowKey = readonly [number, number, number, number, number, number];

/**
 * Finds the earlier row of the same key: an open-addressing hash over row numbers, four to eight bytes a row where a
 * `Map` of texts would take a hundred.
 *
 * @param keyOf the key of a row that was inserted before.
 */
export function rowIndex(same: (a: number, b: number) => boolean): {
  /** The row that was inserted before with an equal key, or −1 after inserting this one. */
  insert(row: number, hash: number): number;
} {
  let slots = new Uint32Array(1 << 12);
  let hashes = new Int32Array(1 << 12);
  let count = 0;

  const put = (row: number, hash: number): number => {
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = slots[at] ?? 0;
      if (found === 0) {
        slots[at] = row + 1;
        hashes[at] = hash;
        return -1;
      }
      if (hashes[at] === hash && same(found - 1, row)) return found - 1;
    }
  };

  return {
    insert(row, hash) {
      if (count * 3 > slots.length * 2) {
        const [oldSlots, oldHashes] = [slots, hashes];
        slots = new Uint32Array(oldSlots.length * 2);
        hashes = new Int32Array(oldSlots.length * 2);
        const mask = slots.length - 1;
        for (const [from, found] of oldSlots.entries()) {
          if (found === 0) continue;
          const oldHash = oldHashes[from] ?? 0;
          let at = oldHash & mask;
          while (slots[at] !== 0) at = (at + 1) & mask;
          slots[at] = found;
          hashes[at] = oldHash;
        }
      }
      const found = put(row, hash);
      if (found < 0) count++;
      return found;
    },
  };
}

/** A hash of whole numbers, well spread: multiply and fold, as in MurmurHash3's finaliser. */
export function hashOf(key: RowKey): number {
  let hash = 0x9e3779b9;
  for (const part of key) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash | 0;
}
