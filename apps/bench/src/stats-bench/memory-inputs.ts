import * as stats from '@assize/stats';

/** How many rows each function gets; of a table, how many cells. */
export const n = 10_000_000;

let state = Math.floor(stats.seededRandom('memory').next() * 2147483646) + 1;
/** Quick and good enough to fill inputs. */
export const next = (): number => (state = (state * 16807) % 2147483647) / 2147483647;

export const filled = (value: (i: number) => number, length = n): Float64Array => {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i += 1) values[i] = value(i);
  return values;
};
export const reals = (length = n): Float64Array => filled(next, length);
export const levels = (length = n): Float64Array => filled(() => Math.floor(5 * next()), length);
export const binary = (length = n): Float64Array => filled(() => Number(next() < 0.5), length);
/** Ids of clusters of ten rows. */
export const clusters = (length = n): Float64Array => filled((i) => Math.floor(i / 10), length);
/** Ids of so many groups, the rows of each scattered. */
export const spread =
  (groups: number) =>
  (length = n): Float64Array =>
    filled((i) => i % groups, length);

/** A table of `n` cells. */
export const table =
  (values: () => Float64Array, columns = 2) =>
  (): stats.Matrix => ({ values: values(), rows: n / columns, columns });

/** Forecasts that mean something: the outcome comes true as often as they say. */
export const forecasts = (): [Float64Array, Float64Array] => {
  const p = reals();
  return [p, filled((i) => Number(next() < (p[i] ?? 0)))];
};

export const votes = (players: number) => (): stats.Comparisons => ({
  players,
  left: filled((i) => i % players),
  right: filled((i) => (i + 1 + Math.floor((players - 1) * next())) % players),
  outcome: binary(),
});

export const random = stats.seededRandom(1);
export const few = { random, replicates: 20 };

/** Builds its inputs and returns the work. */
export type MemorySubject = () => () => unknown;
export type MemorySubjects = Record<string, MemorySubject>;

export const given =
  <T>(make: () => T, run: (input: T) => unknown): MemorySubject =>
  () => {
    const input = make();
    return () => run(input);
  };
export const givenTwo =
  <T, U>(first: () => T, second: () => U, run: (a: T, b: U) => unknown): MemorySubject =>
  () => {
    const [a, b] = [first(), second()];
    return () => run(a, b);
  };
export const givenThree =
  <T, U, V>(first: () => T, second: () => U, third: () => V, run: (a: T, b: U, c: V) => unknown): MemorySubject =>
  () => {
    const [a, b, c] = [first(), second(), third()];
    return () => run(a, b, c);
  };

/** A statistic of drawn rows. */
export const meanOf =
  (values: Float64Array) =>
  (rows: Uint32Array): number => {
    let total = 0;
    for (let i = 0; i < rows.length; i += 1) total += values[rows[i] ?? 0] ?? 0;
    return total / rows.length;
  };
