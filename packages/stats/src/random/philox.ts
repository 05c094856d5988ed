/** High 32 bits of the unsigned product of two 32-bit words, in pieces that stay exact in doubles. */
function highWord(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const low = a0 * b1 + (middle & 0xffff);
  return (a1 * b1 + Math.floor(middle / 65536) + (low >>> 16)) >>> 0;
}

/**
 * One block of Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key, written to `out`.
 *
 * A keyed bijection, so distinct counters never collide and any block can be computed without the ones before.
 * Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; constants of Random123.
 *
 * @param counter four words; may be `out` itself
 * @param key two words
 * @see https://github.com/assize/assize/blob/main/docs/stats/randomness.md
 */
export function philox4x32(counter: ArrayLike<number>, key: ArrayLike<number>, out: Uint32Array): void {
  let x0 = counter[0]! >>> 0;
  let x1 = counter[1]! >>> 0;
  let x2 = counter[2]! >>> 0;
  let x3 = counter[3]! >>> 0;
  let k0 = key[0]! >>> 0;
  let k1 = key[1]! >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(0xd2511f53, x0);
    const low0 = Math.imul(0xd2511f53, x0);
    const high1 = highWord(0xcd9e8d57, x2);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x1 = low1 >>> 0;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
