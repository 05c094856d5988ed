import { type Draw, unit, word } from './replicate-generator.ts';

/** So many standard deviations lie between the expected sum of the Poisson counts and what they may sum to. */
const room = 1.3;
/** Places in a table to start looking at, one for an equal share of [0, 1]. */
const shares = 256;
/** Chances below this share of the largest are lost in a uniform number of 53 bits. */
const negligible = 1e-18;

/**
 * A multinomial by independent Poisson counts: given their sum they are multinomial, so that they are drawn again while
 * they sum to more than `total`, and what is missing is drawn one by one. Exact, and no count waits for another.
 *
 * Takes time with the number of kinds and the root of `total`.
 */
export function drawByPoisson(counts: ArrayLike<number>, total: number): Draw {
  const scale = Math.max(0, total - room * Math.sqrt(total)) / total;
  const kinds = Uint32Array.from(counts, (_, kind) => kind).filter((kind) => counts[kind]! > 0);
  const { ends, guide, zero } = poissonTables(Array.from(kinds, (kind) => scale * counts[kind]!));
  const kindOf = new Uint16Array(total);
  for (let kind = 0, place = 0; kind < counts.length; place += counts[kind++]!) {
    kindOf.fill(kind, place, place + counts[kind]!);
  }
  const unitOfPlace = total / 4294967296;
  return (state, weights) => {
    weights.fill(0);
    let left: number;
    do {
      left = total;
      for (let i = 0; i < kinds.length; i++) {
        const u = unit(state);
        let place = guide[shares * i + ((u * (shares - 1)) | 0)]!;
        while (u > ends[place]!) place++;
        const drawn = place - zero[i]!;
        weights[kinds[i]!] = drawn;
        left -= drawn;
      }
    } while (left < 0);
    for (; left > 0; left--) weights[kindOf[(word(state) * unitOfPlace) >>> 0]!]!++;
  };
}

/**
 * Cumulative chances of Poisson counts, one table after the other: place `zero[i] + k` is count k of the i-th mean.
 * `guide[shares i + s]` is the first place for numbers from s / (shares − 1) on.
 */
function poissonTables(means: readonly number[]): { ends: Float64Array; guide: Uint32Array; zero: Int32Array } {
  const ends: number[] = [];
  const guide = new Uint32Array(shares * means.length);
  const zero = new Int32Array(means.length);
  means.forEach((mean, i) => {
    const { first, chances } = poissonChances(mean);
    let place = ends.length;
    zero[i] = place - first;
    const total = chances.reduce((a, b) => a + b);
    let sum = 0;
    for (const chance of chances) ends.push((sum += chance) / total);
    for (let share = 0; share < shares; share++) {
      while (ends[place]! < share / (shares - 1)) place++;
      guide[shares * i + share] = place;
    }
  });
  return { ends: Float64Array.from(ends), guide, zero };
}

/** Chances relative to that of the mode, by the ratio of neighbours, both ways until they are negligible. */
function poissonChances(mean: number): { first: number; chances: number[] } {
  const mode = Math.floor(mean);
  const below: number[] = [];
  for (let k = mode, chance = 1; k > 0 && chance > negligible; k--) below.push((chance *= k / mean));
  const chances = [...below.toReversed(), 1];
  for (let k = mode + 1, chance = 1; chance > negligible; k++) chances.push((chance *= mean / k));
  return { first: mode - below.length, chances };
}
