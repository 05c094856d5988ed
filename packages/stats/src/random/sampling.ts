import type { Random } from './random.ts';

/**
 * A shuffled copy (Fisher-Yates).
 *
 * @example
 * shuffle(['a', 'b', 'c'], seededRandom(1));
 * @see https://github.com/assize/assize/blob/main/docs/stats/randomness.md
 */
export function shuffle<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

/** As `shuffle`, of row numbers, which stay as small as they are. */
export function shuffledRows(rows: Uint32Array, random: Random): Uint32Array {
  const result = rows.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    const row = result[i]!;
    result[i] = result[j]!;
    result[j] = row;
  }
  return result;
}

/**
 * `size` indices below `n`, drawn with or without replacement, in the order drawn.
 *
 * @throws RangeError if `n` or `size` is not a count, or more are asked without replacement than there are
 * @example
 * sampleIndices(100, 10, seededRandom(1)); // ten different indices below 100
 * @see https://github.com/assize/assize/blob/main/docs/stats/randomness.md
 */
export function sampleIndices(
  n: number,
  size: number,
  random: Random,
  { replacement = false }: { replacement?: boolean } = {},
): Uint32Array {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`n must be a count, found ${n}`);
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`size must be a count, found ${size}`);
  if (size > 0 && n === 0) throw new RangeError('there is nothing to draw from: n is 0');
  const result = new Uint32Array(size);
  if (replacement) {
    for (let i = 0; i < size; i++) result[i] = Math.floor(random.next() * n);
    return result;
  }
  if (size > n) throw new RangeError(`cannot draw ${size} different indices below ${n}`);
  // A sparse Fisher-Yates: only the moved places are stored, so a small draw from a large n stays small.
  const moved = new Map<number, number>();
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random.next() * (n - i));
    result[i] = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
  }
  return result;
}
