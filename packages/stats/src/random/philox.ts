/** High 32 bits of the unsigned product of two 32-bit words, in pieces that 32-bit integers hold. */
function highWord(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const low = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (((Math.imul(a1, b1) + (middle >>> 16)) | 0) + (low >>> 16)) | 0;
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
  for (let i = 0; i < 4; i++) out[i] = counter[i]!;
  philoxInPlace(key[0]!, key[1]!, out);
}

/** The same, of the counter in `words` and in its place. */
export function philoxInPlace(key0: number, key1: number, words: Uint32Array): void {
  let x0 = words[0]! | 0;
  let x1 = words[1]! | 0;
  let x2 = words[2]! | 0;
  let x3 = words[3]! | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = highWord(0xd2511f53, x0);
    const low0 = Math.imul(0xd2511f53, x0);
    const high1 = highWord(0xcd9e8d57, x2);
    const low1 = Math.imul(0xcd9e8d57, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  words[0] = x0;
  words[1] = x1;
  words[2] = x2;
  words[3] = x3;
}
