/** Remembers which ids were met and where, in sixteen bytes an id: ten million ids fit where a `Map` would not. */
export interface SeenIds {
  /** The place that was given with the id before, or `undefined` after noting this one. */
  add(id: string, place: number): number | undefined;
}

/** Parts that grow one by one, so that growing never holds the whole twice. */
const parts = 64;

/**
 * Ids are compared by a 96-bit hash: among ten million, the chance of taking two for one is below 10⁻¹⁴.
 *
 * Places are whole numbers below 2³² − 1.
 */
export function seenIds(): SeenIds {
  const tables = Array.from({ length: parts }, hashTable);
  return {
    add(id, place) {
      const [a, b, c] = digest(id);
      return tables[b % parts]?.add(a, b, c, place);
    },
  };
}

function hashTable(): { add: (a: number, b: number, c: number, place: number) => number | undefined } {
  let size = 64;
  let cells = new Uint32Array(size * 4);
  let count = 0;

  function slotOf(a: number, b: number, c: number): number {
    let at = a & (size - 1);
    for (; cells[at * 4 + 3] !== 0; at = (at + 1) & (size - 1)) {
      if (cells[at * 4] === a && cells[at * 4 + 1] === b && cells[at * 4 + 2] === c) break;
    }
    return at;
  }

  function grow(): void {
    const old = cells;
    size *= 2;
    cells = new Uint32Array(size * 4);
    for (let from = 0; from < old.length; from += 4) {
      if (old[from + 3] === 0) continue;
      cells.set(old.subarray(from, from + 4), slotOf(old[from] ?? 0, old[from + 1] ?? 0, old[from + 2] ?? 0) * 4);
    }
    // Frees the memory now: the collector does not feel the weight of arrays outside its heap.
    old.buffer.transfer(0);
  }

  return {
    add(a, b, c, place) {
      if (count * 4 > size * 3) grow();
      const at = slotOf(a, b, c) * 4;
      const before = cells[at + 3] ?? 0;
      if (before !== 0) return before - 1;
      cells[at] = a;
      cells[at + 1] = b;
      cells[at + 2] = c;
      cells[at + 3] = place + 1;
      count++;
      return undefined;
    },
  };
}

function digest(id: string): [number, number, number] {
  let [a, b, c] = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + at), 0x5bd1e995);
    b ^= b >>> 15;
    c = Math.imul((c ^ unit) + (a >>> 16), 0xcc9e2d51);
    c ^= c >>> 13;
  }
  return [spread(a ^ id.length), spread(b ^ a), spread(c ^ b)];
}

function spread(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
