import { logFactorial } from '../numerics/binomial.ts';
import type { Random } from '../random/random.ts';

/**
 * The generator inside one replicate: sfc32 (Doty-Humphrey, PractRand), four words of state taken from the replicate's
 * own named stream. Replicates are independent of each other and of their order; within one, speed matters.
 */
function startState(random: Random): Int32Array {
  const state = new Int32Array(4);
  for (let i = 0; i < 3; i++) state[i] = Math.floor(random.next() * 4294967296);
  state[3] = 1;
  for (let i = 0; i < 12; i++) word(state);
  return state;
}

function word(state: Int32Array): number {
  const b = state[1]!;
  const c = state[2]!;
  const sum = (((state[0]! + b) | 0) + state[3]!) | 0;
  state[3] = (state[3]! + 1) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

function unit(state: Int32Array): number {
  return ((word(state) >>> 5) * 67108864 + (word(state) >>> 6) + 0.5) / 9007199254740992;
}

/** A binomial count: by inversion when few are expected, else by transformed rejection (Hörmann 1993, BTRS). */
function binomialDraw(n: number, p: number, state: Int32Array): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomialDraw(n, 1 - p, state);
  if (n * p < 10) {
    const odds = p / (1 - p);
    let chance = Math.exp(n * Math.log1p(-p));
    let u = unit(state);
    let k = 0;
    while (u > chance && k < n) {
      u -= chance;
      k++;
      chance *= (odds * (n - k + 1)) / k;
    }
    return k;
  }
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const inside = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((n + 1) * p);
  const atMode = logFactorial(mode) + logFactorial(n - mode);
  const logOdds = Math.log(p / (1 - p));
  for (;;) {
    const u = unit(state) - 0.5;
    const v = unit(state);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= inside) return k;
    if (k < 0 || k > n) continue;
    const target = atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= target) return k;
  }
}

/** Fills `weights` with how often each kind was drawn in one resample. */
export type Draw = (random: Random, weights: Float64Array) => void;

/**
 * Resampling `total` clusters of which `counts[k]` are of kind k, with replacement.
 *
 * With few kinds the counts themselves are drawn: a multinomial as a chain of binomials, which is the same
 * distribution and does not depend on the number of clusters. Else clusters are drawn one by one.
 */
export function drawKinds(counts: ArrayLike<number>, total: number): Draw {
  const kinds = counts.length;
  if (kinds * 8 <= total) {
    return (random, weights) => {
      const state = startState(random);
      let [left, mass] = [total, total];
      for (let kind = 0; kind < kinds; kind++) {
        const count = counts[kind]!;
        const drawn = count === 0 ? 0 : binomialDraw(left, count >= mass ? 1 : count / mass, state);
        weights[kind] = drawn;
        left -= drawn;
        mass -= count;
      }
    };
  }
  const kindOf = new Uint32Array(total);
  for (let kind = 0, place = 0; kind < kinds; kind++) for (let i = 0; i < counts[kind]!; i++) kindOf[place++] = kind;
  const scale = total / 4294967296;
  return (random, weights) => {
    const state = startState(random);
    let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!];
    weights.fill(0);
    for (let i = 0; i < total; i++) {
      const sum = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      weights[kindOf[((sum >>> 0) * scale) >>> 0]!]!++;
    }
  };
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
