/** Remembers which ids were met and where, in some sixteen bytes an id: ten million ids fit where a `Map` would not. */
export interface SeenIds {
  /** The place that was given with the id before, or `undefined` after noting this one. */
  add(id: string, place: number): number | undefined;
}

/** Parts that grow one by one, so that growing never holds the whole twice. */
const parts = 8;

/**
 * Ids are compared by a 64-bit hash: among ten million, the chance of taking two for one is three in a million.
 *
 * Places are whole numbers below 2³² − 1.
 */
export function seenIds(): SeenIds {
  const tables = Array.from({ length: parts }, hashTable);
  return {
    add(id, place) {
      const [a, b] = digest(id);
      return tables[b % parts]?.add(a, b, place);
    },
  };
}

function hashTable(): { add: (a: number, b: number, place: number) => number | undefined } {
  let size = 64;
  let cells = new Uint32Array(size * 3);
  let count = 0;

  function slotOf(a: number, b: number): number {
    let at = a & (size - 1);
    for (; cells[at * 3 + 2] !== 0; at = (at + 1) & (size - 1)) {
      if (cells[at * 3] === a && cells[at * 3 + 1] === b) break;
    }
    return at;
  }

  function grow(): void {
    const old = cells;
    size *= 2;
    cells = new Uint32Array(size * 3);
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      cells.set(old.subarray(from, from + 3), slotOf(old[from] ?? 0, old[from + 1] ?? 0) * 3);
    }
    // Frees the memory now: the collector does not feel the weight of arrays outside its heap.
    old.buffer.transfer(0);
  }

  return {
    add(a, b, place) {
      if (count * 4 > size * 3) grow();
      const at = slotOf(a, b) * 3;
      const before = cells[at + 2] ?? 0;
      if (before !== 0) return before - 1;
      cells[at] = a;
      cells[at + 1] = b;
      cells[at + 2] = place + 1;
      count++;
      return undefined;
    },
  };
}

function digest(id: string): [number, number] {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  for (let at = 0; at < id.length; at++) {
    const unit = id.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + at), 0x5bd1e995);
    b ^= b >>> 15;
  }
  return [spread(a ^ id.length), spread(b ^ (a >>> 7))];
}

function spread(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
