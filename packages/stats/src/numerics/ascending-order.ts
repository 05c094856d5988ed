const radixFrom = 4096;
/** Which of the two words of a double holds its low bits: 0 on little-endian machines. */
const lowWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * The places of the values in ascending order of value; equal values keep their order.
 *
 * @param values no NaN
 * @example
 * ascendingOrder([30, 10, 20]); // 1, 2, 0
 * @see https://github.com/assize/assize/blob/main/docs/stats/distributions.md
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  return orderWithin(values, null);
}

/**
 * As `ascendingOrder`, lent the memory of an array of as many doubles, whose values are lost: for a caller that is going to
 * fill it afterwards and would otherwise hold both.
 */
export function orderWithin(values: ArrayLike<number>, room: Float64Array | null): Uint32Array {
  if (values.length >= radixFrom) return radixOrder(values, room);
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return order.toSorted((a, b) => values[a]! - values[b]! || a - b);
}

/**
 * Stable counting passes over the high words of the doubles, made comparable as unsigned numbers (all bits of a negative
 * number are turned, else the sign); then the runs whose high words are equal, which are short in most data.
 */
function radixOrder(values: ArrayLike<number>, room: Float64Array | null): Uint32Array {
  const n = values.length;
  const double = new Float64Array(1);
  const words = new Int32Array(double.buffer);
  const keys = new Uint32Array(n);
  let lowBits = 0;
  for (let i = 0; i < n; i++) {
    double[0] = values[i]! + 0; // −0 becomes 0, its equal
    const high = words[1 - lowWord]!;
    keys[i] = high ^ ((high >> 31) | 0x80000000);
    lowBits |= words[lowWord]!;
  }
  const order = countingOrder(keys, room);
  if (lowBits !== 0) sortRuns(values, order);
  return order;
}

/** Beyond this, two wide passes instead of three: they need less memory. */
const manyKeys = 1 << 22;

/**
 * The places of 32-bit keys in ascending order, equal ones in theirs, by counting passes over 11 or 16 bits; one whose
 * digits are all equal, as in small whole numbers, is left out. The array of the keys is used up.
 */
function countingOrder(keys: Uint32Array, room: Float64Array | null): Uint32Array {
  const n = keys.length;
  const bits = n > manyKeys ? 16 : 11;
  const passes: Pass[] = [];
  for (let shift = 0; shift < 32; shift += bits) {
    const pass = digitPlaces(keys, shift, (1 << bits) - 1);
    if (pass) passes.push(pass);
  }
  if (room !== null && passes.length === 2) {
    // The order comes to lie where the keys were, so that the room is free again.
    const between = {
      keys: new Uint32Array(room.buffer, room.byteOffset, n),
      order: new Uint32Array(room.buffer, room.byteOffset + 4 * n, n),
    };
    deal(keys, null, between.keys, between.order, passes[0]!);
    deal(between.keys, between.order, null, keys, passes[1]!);
    return keys;
  }
  let from = { keys, order: null as Uint32Array | null };
  let freeKeys: Uint32Array | null = null;
  let freeOrder: Uint32Array | null = null;
  for (const [i, pass] of passes.entries()) {
    // After the last pass nobody needs the keys, so the order may lie where they were.
    if (i === passes.length - 1) {
      const order = freeOrder ?? freeKeys ?? new Uint32Array(n);
      deal(from.keys, from.order, null, order, pass);
      return order;
    }
    const to: { keys: Uint32Array; order: Uint32Array } = {
      keys: freeKeys ?? new Uint32Array(n),
      order: freeOrder ?? new Uint32Array(n),
    };
    deal(from.keys, from.order, to.keys, to.order, pass);
    [freeKeys, freeOrder] = [from.keys, from.order];
    from = to;
  }
  for (let i = 0; i < n; i++) keys[i] = i;
  return keys;
}

type Pass = { shift: number; mask: number; places: Int32Array };

/** Where the keys of each digit begin; null where all have one digit. */
function digitPlaces(keys: Uint32Array, shift: number, mask: number): Pass | null {
  const places = new Int32Array(mask + 1);
  for (let i = 0; i < keys.length; i++) places[(keys[i]! >>> shift) & mask]!++;
  if (places[(keys[0]! >>> shift) & mask] === keys.length) return null;
  let place = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const count = places[digit]!;
    places[digit] = place;
    place += count;
  }
  return { shift, mask, places };
}

/** Deals keys and their places out by one digit; an order of null is each at its own place. */
function deal(
  keys: Uint32Array,
  order: Uint32Array | null,
  newKeys: Uint32Array | null,
  newOrder: Uint32Array,
  { shift, mask, places }: Pass,
): void {
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const digit = (key >>> shift) & mask;
    const place = places[digit]!;
    places[digit] = place + 1;
    newOrder[place] = order === null ? i : order[i]!;
    if (newKeys !== null) newKeys[place] = key;
  }
}

/** Sorts the runs of values whose high words are equal. */
function sortRuns(values: ArrayLike<number>, order: Uint32Array): void {
  const n = order.length;
  const double = new Float64Array(1);
  const words = new Int32Array(double.buffer);
  const highOf = (place: number): number => {
    double[0] = values[order[place]!]! + 0;
    return words[1 - lowWord]!;
  };
  let start = 0;
  let high = highOf(0);
  for (let i = 1; i <= n; i++) {
    const next = i < n ? highOf(i) : ~high;
    if (next === high) continue;
    if (i - start > 1) sortRun(values, order, start, i);
    start = i;
    high = next;
  }
}

/** Orders a run of values with equal high words: by insertion, or if it is long by the low words. */
function sortRun(values: ArrayLike<number>, order: Uint32Array, start: number, end: number): void {
  if (end - start <= 128) {
    for (let i = start + 1; i < end; i++) {
      const row = order[i]!;
      const value = values[row]!;
      let j = i;
      for (; j > start && values[order[j - 1]!]! > value; j--) order[j] = order[j - 1]!;
      order[j] = row;
    }
    return;
  }
  const run = order.slice(start, end);
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  // Among negative numbers a larger low word is a smaller value.
  const turn = values[run[0]!]! < 0 ? 0xffffffff : 0;
  const keys = new Uint32Array(run.length);
  for (let i = 0; i < run.length; i++) {
    double[0] = values[run[i]!]! + 0;
    keys[i] = words[lowWord]! ^ turn;
  }
  const places = countingOrder(keys, null);
  for (let i = 0; i < run.length; i++) order[start + i] = run[places[i]!]!;
}
