const radixFrom = 4096;
/** Which of the two words of a double holds its low bits: 0 on little-endian machines. */
const lowWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * The places of the values in ascending order of value; equal values keep their order.
 *
 * @param values no NaN
 * @example
 * ascendingOrder([30, 10, 20]); // 1, 2, 0
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return values.length < radixFrom
    ? order.toSorted((a, b) => values[a]! - values[b]! || a - b)
    : radixOrder(values, order);
}

/**
 * Four stable counting passes over 16 bits each of the doubles, made comparable as unsigned numbers: all bits of a
 * negative number are turned, else the sign. A pass whose digits are all equal, as in small whole numbers, is left out.
 */
function radixOrder(values: ArrayLike<number>, order: Uint32Array): Uint32Array {
  const n = values.length;
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = values[i]! + 0; // −0 becomes 0, its equal
  const words = new Uint32Array(keys.buffer);
  for (let i = 0; i < n; i++) {
    const [low, high] = [2 * i + lowWord, 2 * i + 1 - lowWord];
    if (words[high]! >>> 31) {
      words[low] = ~words[low]!;
      words[high] = ~words[high]!;
    } else words[high] = words[high]! ^ 0x80000000;
  }
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(n);
  const places = new Uint32Array(65536);
  for (let pass = 0; pass < 4; pass++) {
    const word = pass < 2 ? lowWord : 1 - lowWord;
    const shift = 16 * (pass & 1);
    places.fill(0);
    for (let i = 0; i < n; i++) places[(words[2 * i + word]! >>> shift) & 0xffff]!++;
    if (places[(words[word]! >>> shift) & 0xffff] === n) continue;
    for (let digit = 0, place = 0; digit < 65536; digit++) {
      const count = places[digit]!;
      places[digit] = place;
      place += count;
    }
    for (let i = 0; i < n; i++) {
      const row = from[i]!;
      to[places[(words[2 * row + word]! >>> shift) & 0xffff]!++] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}
