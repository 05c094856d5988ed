import type { Random } from '../random/random.ts';

/**
 * The generator inside one replicate: sfc32 (Doty-Humphrey, PractRand), four words of state taken from the replicate's
 * own named stream. Replicates are independent of each other and of their order; within one, speed matters.
 */
function start(random: Random, state: Int32Array): void {
  for (let i = 0; i < 3; i++) state[i] = (random.next() * 4294967296) >>> 0;
  state[3] = 1;
  for (let i = 0; i < 12; i++) word(state);
}

/** The generators of the first `replicates` replicates, four words each: all that a worker needs to draw its share. */
export function startStates(random: Random, replicates: number): Int32Array {
  const base = random.stream('bootstrap');
  const states = new Int32Array(4 * replicates);
  const state = new Int32Array(4);
  for (let b = 0; b < replicates; b++) {
    start(base.stream(String(b)), state);
    for (let i = 0; i < 4; i++) states[4 * b + i] = state[i]!;
  }
  return states;
}

/** The next 32 bits, as a number from 0. */
export function word(state: Int32Array): number {
  const b = state[1]!;
  const c = state[2]!;
  const sum = (((state[0]! + b) | 0) + state[3]!) | 0;
  state[3] = (state[3]! + 1) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

/** A number between 0 and 1, of 53 bits. */
export function unit(state: Int32Array): number {
  return ((word(state) >>> 5) * 67108864 + (word(state) >>> 6) + 0.5) / 9007199254740992;
}

/** Fills `weights` with how often each kind was drawn in one resample; the generator moves on. */
export type Draw = (state: Int32Array, weights: Float64Array) => void;
