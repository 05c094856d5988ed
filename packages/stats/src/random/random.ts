import { philox4x32 } from './philox.ts';

/** A source of randomness that is handed in: numbers in [0, 1), and independent sources by name. */
export interface Random {
  /** The next number in [0, 1), of 53 bits. */
  next(): number;
  /** The source of that name. It depends on the seed and the name only, never on how much was drawn before. */
  stream(name: string): Random;
}

// Streams are made by the thousand, so one block of scratch words serves all; nothing is kept in it between calls.
const words = new Uint32Array(4);
const encoder = new TextEncoder();

/** The UTF-8 bytes of a name; ASCII, the common case, is read from the string as it is. */
function bytesOf(name: string): { length: number; at: (i: number) => number } {
  for (let i = 0; i < name.length; i++) {
    if (name.charCodeAt(i) < 128) continue;
    const bytes = encoder.encode(name);
    return { length: bytes.length, at: (place) => bytes[place]! };
  }
  return { length: name.length, at: (place) => name.charCodeAt(place) };
}

/**
 * The child's key: CBC-MAC of the name's length and bytes with Philox under the parent's key, first 64 bits.
 * The first block carries a tag in its last word, which the counters of `next` leave at 0.
 */
function keyOf(parent: ArrayLike<number>, name: string): readonly [number, number] {
  const { length, at } = bytesOf(name);
  words[0] = length;
  words[1] = 0;
  words[2] = 0;
  words[3] = 0x6e616d65;
  philox4x32(words, parent, words);
  for (let i = 0; i < length; i++) {
    const place = (i >> 2) & 3;
    words[place] = words[place]! ^ (at(i) << (8 * (i & 3)));
    if ((i & 15) === 15 || i === length - 1) philox4x32(words, parent, words);
  }
  return [words[0], words[1]];
}

function fromKey(key: readonly [number, number]): Random {
  const counter = [0, 0, 0, 0];
  let [third, fourth, spare] = [0, 0, false];
  return {
    next() {
      let first = third;
      let second = fourth;
      if (!spare) {
        philox4x32(counter, key, words);
        counter[0] = (counter[0]! + 1) >>> 0;
        if (counter[0] === 0) counter[1] = counter[1]! + 1;
        first = words[0]!;
        second = words[1]!;
        third = words[2]!;
        fourth = words[3]!;
      }
      spare = !spare;
      return ((first >>> 5) * 67108864 + (second >>> 6)) / 9007199254740992;
    },
    stream: (name) => fromKey(keyOf(key, name)),
  };
}

/**
 * A reproducible source of randomness: Philox4x32-10, counter-based, with named independent streams.
 *
 * Equal seeds give equal numbers on every machine; `stream('x')` is the same whether it is asked first or last,
 * so work that is split over processes draws what serial work would have drawn.
 *
 * @param seed a non-negative safe integer, or a string
 * @throws RangeError for any other number
 * @example
 * const random = seededRandom(42);
 * random.next(); // the same on every run
 * random.stream('bootstrap').next(); // independent of how often `random.next` was called
 * @see https://github.com/assize/assize/blob/main/docs/stats/randomness.md
 */
export function seededRandom(seed: number | string): Random {
  if (typeof seed === 'string') return fromKey(keyOf([0, 0], seed));
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed must be a non-negative safe integer or a string, found ${seed}`);
  }
  return fromKey([seed % 4294967296, Math.floor(seed / 4294967296)]);
}
