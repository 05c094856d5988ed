import { philoxInPlace } from './philox.ts';

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

type Key = readonly [number, number];

/**
 * The child's key: CBC-MAC of the name's length and bytes (UTF-8) with Philox under the parent's key, first 64 bits.
 * The first block carries a tag in its last word, which the counters of `next` leave at 0.
 */
function keyOf(parent: Key, name: string): Key {
  // ASCII, the common case, is read from the string as it is.
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) >= 128) return keyOfBytes(parent, encoder.encode(name));
  const [k0, k1] = parent;
  startMac(k0, k1, name.length);
  for (let i = 0; i < name.length; i++) addByte(k0, k1, name.charCodeAt(i), i, name.length);
  return [words[0]!, words[1]!];
}

function keyOfBytes([k0, k1]: Key, bytes: Uint8Array): Key {
  startMac(k0, k1, bytes.length);
  for (let i = 0; i < bytes.length; i++) addByte(k0, k1, bytes[i]!, i, bytes.length);
  return [words[0]!, words[1]!];
}

/** The first block of the last name: the thousand streams of one parent have names of few lengths. */
const lastStart = new Float64Array(7).fill(-1);

function startMac(k0: number, k1: number, length: number): void {
  if (lastStart[0] === k0 && lastStart[1] === k1 && lastStart[2] === length) {
    for (let i = 0; i < 4; i++) words[i] = lastStart[3 + i]!;
    return;
  }
  words[0] = length;
  words[1] = 0;
  words[2] = 0;
  words[3] = 0x6e616d65;
  philoxInPlace(k0, k1, words);
  lastStart[0] = k0;
  lastStart[1] = k1;
  lastStart[2] = length;
  for (let i = 0; i < 4; i++) lastStart[3 + i] = words[i]!;
}

function addByte(k0: number, k1: number, byte: number, i: number, length: number): void {
  const place = (i >> 2) & 3;
  words[place] = words[place]! ^ (byte << (8 * (i & 3)));
  if ((i & 15) === 15 || i === length - 1) philoxInPlace(k0, k1, words);
}

function fromKey(key: Key): Random {
  let [low, high] = [0, 0]; // of the counter
  let [third, fourth, spare] = [0, 0, false];
  return {
    next() {
      let first = third;
      let second = fourth;
      if (!spare) {
        words[0] = low;
        words[1] = high;
        words[2] = 0;
        words[3] = 0;
        philoxInPlace(key[0], key[1], words);
        low = (low + 1) >>> 0;
        if (low === 0) high += 1;
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
