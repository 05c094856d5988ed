import { logFactorial } from '../numerics/log-factorial.ts';
import { drawByPoisson } from './poisson-draws.ts';
import { type Draw, unit, word } from './replicate-generator.ts';

/** What binomial draws of one probability share. Above one half the other outcome is counted. */
type Chance = { p: number; turned: boolean; odds: number; logNone: number; logOdds: number };

function chanceOf(probability: number): Chance {
  const turned = probability > 0.5;
  const p = turned ? 1 - probability : probability;
  const odds = p / (1 - p);
  return { p, turned, odds, logNone: Math.log1p(-p), logOdds: Math.log(odds) };
}

/** A binomial count: by inversion when few are expected, else by transformed rejection (Hörmann 1993, BTRS). */
function binomialDraw(n: number, chance: Chance, state: Int32Array): number {
  if (n === 0) return 0;
  const { p } = chance;
  let count = 0;
  if (p > 0) count = n * p < 10 ? fewOf(n, chance, state) : manyOf(n, chance, state);
  return chance.turned ? n - count : count;
}

function fewOf(n: number, { odds, logNone }: Chance, state: Int32Array): number {
  let chance = Math.exp(n * logNone);
  let u = unit(state);
  let k = 0;
  while (u > chance && k < n) {
    u -= chance;
    k++;
    chance *= (odds * (n - k + 1)) / k;
  }
  return k;
}

/** Up to so many, log-factorials are looked up. */
const mostTabled = 4095;

/**
 * Hörmann's first test, cheap and often enough, is left out where log-factorials are looked up: its outcome is guessed
 * wrong nearly every other time, which takes longer than the exact test with a rough logarithm. Both accept the same.
 */
function manyOf(n: number, { p, logOdds }: Chance, state: Int32Array): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const atMode = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = unit(state) - 0.5;
    const v = unit(state);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (n > mostTabled && us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (k < 0 || k > n) continue;
    const target = atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds;
    const ratio = (v * alpha) / (a / (us * us) + b);
    const rough = roughLog(ratio);
    if (rough + roughness < target) return k;
    if (rough - roughness < target && Math.log(ratio) <= target) return k;
  }
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);
const high = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const roughness = 0.04;

/** ln x within 0.031: the exponent of the double and, as if the logarithm were linear in between, its mantissa. */
function roughLog(x: number): number {
  double[0] = x;
  return (halves[high]! / 1048576 - 1023) * Math.LN2 + 0.03;
}

/** So that the kind of a cluster is looked up in a small table. */
const mostByPoisson = 65_536;

/**
 * Resampling `total` clusters of which `counts[k]` are of kind k, with replacement.
 *
 * With few kinds the counts themselves are drawn: a multinomial as a chain of binomials, which is the same
 * distribution and does not depend on the number of clusters; where the kinds are not so few, independent Poisson counts take less time. Else clusters are drawn one by one, from 1024 on in
 * blocks: how many fall into each block is again such a chain, and within a block of 2^k clusters a place is k bits.
 */
export function drawKinds(counts: ArrayLike<number>, total: number): Draw {
  const kinds = counts.length;
  if (kinds * 8 <= total) {
    if (16 * kinds * kinds >= total && total <= mostByPoisson) return drawByPoisson(counts, total);
    const chances = chain(counts, total);
    return (state, weights) => {
      let left = total;
      for (let kind = 0; kind < kinds; kind++) {
        const drawn = binomialDraw(left, chances[kind]!, state);
        weights[kind] = drawn;
        left -= drawn;
      }
    };
  }
  const add = addDraws(total);
  const draw: Draw = (state, drawn) => {
    drawn.fill(0);
    add(state, drawn, 1);
  };
  if (allOnes(counts)) return draw;
  const kindOf = new Uint32Array(total);
  for (let kind = 0, place = 0; kind < kinds; kind++) for (let i = 0; i < counts[kind]!; i++) kindOf[place++] = kind;
  const drawn = new Float64Array(total);
  return (state, weights) => {
    draw(state, drawn);
    weights.fill(0);
    for (let i = 0; i < total; i++) weights[kindOf[i]!]! += drawn[i]!;
  };
}

/** The chance of each kind among those that are left when the ones before it are done. */
function chain(counts: ArrayLike<number>, total: number): Chance[] {
  const chances: Chance[] = [];
  let mass = total;
  for (let kind = 0; kind < counts.length; kind++) {
    const count = counts[kind]!;
    chances.push(chanceOf(count > 0 && count >= mass ? 1 : count / (mass || 1)));
    mass -= count;
  }
  return chances;
}

function allOnes(counts: ArrayLike<number>): boolean {
  for (let kind = 0; kind < counts.length; kind++) if (counts[kind] !== 1) return false;
  return true;
}

/** Draws `total` places below `total`, each as likely, and adds `one` at each. */
export type AddDraws = (state: Int32Array, drawn: Float64Array, one: number) => void;

export function addDraws(total: number): AddDraws {
  return total < largestBlock ? addEach(total) : addBlocks(total);
}

/** Draws places one by one: the high word of a 32-bit word times `total`. */
function addEach(total: number): AddDraws {
  return (state, drawn, one) => tallyPlaces(drawn, 0, total, total, state, one);
}

function tallyPlaces(
  drawn: Float64Array,
  base: number,
  size: number,
  times: number,
  state: Int32Array,
  one: number,
): void {
  const scale = size / 4294967296;
  for (let i = 0; i < times; i++) drawn[base + ((word(state) * scale) >>> 0)]! += one;
}

const largestBlock = 1024; // three places to a word, and the counters of a block stay in the first-level cache
const smallestBlock = 64;

function addBlocks(total: number): AddDraws {
  const sizes: number[] = [];
  let rest = total;
  for (let size = largestBlock; size >= smallestBlock; size /= 2) {
    for (; rest >= size; rest -= size) sizes.push(size);
  }
  const chances = chain(sizes, total);
  return (state, drawn, one) => {
    let left = total;
    let base = 0;
    for (let block = 0; block < sizes.length; block++) {
      const size = sizes[block]!;
      const times = binomialDraw(left, chances[block]!, state);
      tallyBlock(drawn, base, size - 1, times, state, one);
      left -= times;
      base += size;
    }
    if (rest > 0) tallyPlaces(drawn, base, rest, left, state, one);
  };
}

/** As `word`, written out with its state in registers: this loop is where a bootstrap of real numbers spends its time. */
function tallyBlock(
  drawn: Float64Array,
  base: number,
  mask: number,
  times: number,
  state: Int32Array,
  one: number,
): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  for (let i = 0; i < times; i += 3) {
    const places = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + places) | 0;
    drawn[base + (places & mask)]! += one;
    if (i + 1 < times) drawn[base + ((places >>> 10) & mask)]! += one;
    if (i + 2 < times) drawn[base + ((places >>> 20) & mask)]! += one;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

/** Every distinct resample of few clusters, with the number of ordered resamples that give it. */
export function* allDraws(
  counts: ArrayLike<number>,
  total: number,
): Generator<{ weights: Float64Array; ways: number }> {
  const kinds = counts.length;
  const weights = new Float64Array(kinds);
  function* fill(kind: number, left: number, ways: number): Generator<{ weights: Float64Array; ways: number }> {
    if (kind === kinds - 1) {
      weights[kind] = left;
      yield { weights, ways: ways * counts[kind]! ** left };
      return;
    }
    let choose = 1;
    for (let drawn = 0; drawn <= left; drawn++) {
      weights[kind] = drawn;
      if (drawn === 0 || counts[kind]! > 0) yield* fill(kind + 1, left - drawn, ways * choose * counts[kind]! ** drawn);
      choose = (choose * (left - drawn)) / (drawn + 1);
    }
  }
  if (kinds > 0) yield* fill(0, total, 1);
}
