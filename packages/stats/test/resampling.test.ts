import { describe, expect, test } from 'vitest';
import {
  bootstrapMean,
  clusterBootstrap,
  cohenKappa,
  type BootstrapEstimate,
  krippendorffAlpha,
  seededRandom,
  variance,
} from '../src/index.ts';
import { indexClusters } from '../src/resampling/clusters.ts';
import { drawKinds } from '../src/resampling/replicate-draws.ts';
import { startStates } from '../src/resampling/replicate-generator.ts';

const random = seededRandom('resampling');

describe.each([
  [200, 'one by one'],
  [1023, 'one by one, the most'],
  [1024, 'from one block'],
  [1087, 'from one block and places of their own'],
  [5000, 'from blocks of several sizes'],
])('%d clusters drawn %s', (total) => {
  const draws = 600;
  const states = startStates(random, draws);
  const drawn = Array.from({ length: draws }, (_, b) => {
    const weights = new Float64Array(total);
    drawKinds(new Uint8Array(total).fill(1), total)(states.slice(4 * b, 4 * b + 4), weights);
    return weights;
  });

  test('are as many as there are', () => {
    for (const weights of drawn) expect(weights.reduce((a, b) => a + b, 0)).toBe(total);
  });

  test('each as often as any other, in the first places and the last', () => {
    // Sums over tenths of the clusters: binomial with mean total / 10.
    for (let part = 0; part < 10; part++) {
      const [from, to] = [Math.floor((part * total) / 10), Math.floor(((part + 1) * total) / 10)];
      const sums = drawn.map((weights) => weights.subarray(from, to).reduce((a, b) => a + b, 0));
      const share = (to - from) / total;
      const spread = total * share * (1 - share);
      const mean = sums.reduce((a, b) => a + b, 0) / draws;
      expect(Math.abs(mean - total * share)).toBeLessThan(4.5 * Math.sqrt(spread / draws));
      expect(Math.abs(variance(sums) / spread - 1)).toBeLessThan(0.3);
    }
  });

  test('with the spread that drawing with replacement has', () => {
    const squares = drawn.map((weights) => weights.reduce((a, w) => a + w * w, 0) / total);
    const mean = squares.reduce((a, b) => a + b, 0) / draws;
    // E w² = 1 + (1 − 1/total): the weights have mean 1 and variance 1 − 1/total.
    expect(Math.abs(mean - (2 - 1 / total))).toBeLessThan((5 * Math.sqrt(2 / total)) / Math.sqrt(draws));
  });

  test('and no two neighbours together more often than others', () => {
    let together = 0;
    for (const weights of drawn) for (let i = 1; i < total; i++) together += weights[i]! * weights[i - 1]!;
    const mean = together / draws / (total - 1);
    expect(Math.abs(mean - (1 - 1 / total))).toBeLessThan((5 * Math.sqrt(1.5 / total)) / Math.sqrt(draws));
  });
});

test('kinds of several clusters are drawn as clusters of which some are alike', () => {
  const counts = Float64Array.from({ length: 600 }, (_, i) => 1 + (i % 3));
  const total = 1200;
  const weights = new Float64Array(600);
  const sums = [0, 0, 0];
  const states = startStates(random, 400);
  for (let b = 0; b < 400; b++) {
    drawKinds(counts, total)(states.slice(4 * b, 4 * b + 4), weights);
    expect(weights.reduce((a, w) => a + w, 0)).toBe(total);
    weights.forEach((weight, kind) => (sums[kind % 3]! += weight));
  }
  sums.forEach((sum, kind) => expect(sum / 400 / 200).toBeCloseTo(kind + 1, 1));
});

test('large samples have the standard error of the formula, whichever way they are drawn', () => {
  const reals = Float64Array.from({ length: 3000 }, () => random.next());
  const halves = reals.map((x) => Math.round(2 * x));
  const clusters = Uint32Array.from(reals, (_, i) => Math.floor(i / 2));
  for (const [values, options] of [
    [reals, {}],
    [halves, {}],
    [reals, { clusters }],
    [halves, { clusters }],
  ] as const) {
    const result = bootstrapMean(values, { random, replicates: 1500, ...options }) as BootstrapEstimate;
    expect(result.se! / Math.sqrt(variance(values) / 3000)).toBeGreaterThan(0.93);
    expect(result.se! / Math.sqrt(variance(values) / 3000)).toBeLessThan(1.07);
    expect(result.value).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 3000, 12);
  }
});

test('many values of which few differ give what their counts give, with and without missing ones', () => {
  const values = Float64Array.from({ length: 4000 }, () => [0, -0, 0.5, 3][Math.floor(4 * random.next())]!);
  const spaced = Float64Array.from({ length: 8000 }, (_, i) => (i % 2 === 0 ? values[i / 2]! : NaN));
  const options = { random, method: 'bca' as const, replicates: 200 };
  expect(bootstrapMean(spaced, options)).toEqual(bootstrapMean(values, options));
  expect(bootstrapMean([...values], options)).toEqual(bootstrapMean(values, options));
  const reals = values.map((value) => value + random.next());
  const apart = spaced.map((_, i) => (i % 2 === 0 ? reals[i / 2]! : NaN));
  expect(bootstrapMean(apart, options)).toEqual(bootstrapMean(reals, options));
});

test('an infinite value is named', () => {
  expect(() => bootstrapMean([1, 2, -Infinity], { random })).toThrow(/values\[2\] .*found -Infinity/);
  expect(() => bootstrapMean([1, 1e200], { random })).toThrow(/values\[1\]/);
});

test('clusters of kappa are drawn whole: as one weight for each of their rows', () => {
  const first = Uint8Array.from({ length: 90 }, () => Math.floor(3 * random.next()));
  const second = first.map((code) => (random.next() < 0.6 ? code : Math.floor(3 * random.next())));
  const clusters = first.map((_, i) => i % 13);
  const kappaOf = (rows: Uint32Array) =>
    cohenKappa(
      Uint8Array.from(rows, (row) => first[row]!),
      Uint8Array.from(rows, (row) => second[row]!),
      { categories: 3, interval: 'none' },
    ).value;
  const options = { random: seededRandom(3), replicates: 150 };
  const whole = clusterBootstrap(clusters, kappaOf, { ...options, method: 'bca' }) as BootstrapEstimate;
  const fast = cohenKappa(first, second, { ...options, categories: 3, clusters, bootstrap: 'bca' });
  if (fast.value === null) throw new Error('kappa was not determined');
  expect(fast.value).toBe(whole.value);
  expect(fast.interval![0]).toBeCloseTo(whole.interval![0], 12);
  expect(fast.interval![1]).toBeCloseTo(whole.interval![1], 12);
  expect(fast.se).toBeCloseTo(whole.se!, 12);
});

test('ids are numbered by first appearance, in order or not, of the rows that are kept', () => {
  expect(indexClusters([0, 0, 1, 2, 1], 5)).toEqual({ of: Uint32Array.of(0, 0, 1, 2, 1), count: 3 });
  expect(indexClusters([0, 1, 7, 1, -3, 7], 6)).toEqual({ of: Uint32Array.of(0, 1, 2, 1, 3, 2), count: 4 });
  expect(indexClusters([5, 2.5, 5], 3)).toEqual({ of: Uint32Array.of(0, 1, 0), count: 2 });
  expect(indexClusters([9, 0, 9, 1], 4, [1, 3])).toEqual({ of: Uint32Array.of(0, 1), count: 2 });
  expect(indexClusters(undefined, 3)).toEqual({ of: Uint32Array.of(0, 1, 2), count: 3 });
  expect(() => indexClusters([0, 1, -1], 3)).toThrow('row 2 has no cluster id');
  expect(() => indexClusters([0, NaN], 2)).toThrow('row 1 has no cluster id');
  expect(() => indexClusters([0], 2)).toThrow('2 rows but 1 cluster ids');
});

test('alpha is the same whether its scale is read in one pass or by sorting', () => {
  const columns = 4;
  const values = Float64Array.from({ length: 400 }, () => {
    const value = Math.floor(6 * random.next());
    return value === 5 ? NaN : value;
  });
  const options = { random: seededRandom(4), replicates: 100 };
  for (const [metric, shift] of [
    ['nominal', -2.5],
    ['ordinal', -1],
    ['interval', -2],
    ['ratio', 0],
  ] as const) {
    const simple = values.map((value) => value + shift);
    const tenths = simple.map((value) => value / 10);
    const whole = krippendorffAlpha({ values: simple, rows: 100, columns }, { ...options, metric });
    const sorted = krippendorffAlpha({ values: tenths, rows: 100, columns }, { ...options, metric });
    expect(krippendorffAlpha({ values: [...simple], rows: 100, columns }, { ...options, metric })).toEqual(whole);
    if (whole.value === null || sorted.value === null) throw new Error('alpha was not determined');
    expect(whole.value).toBeCloseTo(sorted.value, 13);
    expect(whole.interval![0]).toBeCloseTo(sorted.interval![0], 12);
    expect(whole).toMatchObject({ n: sorted.n, ratings: sorted.ratings, notes: sorted.notes });
  }
});

test('a level that only lone ratings use is a level all the same, and levels above 255 are read too', () => {
  const lone = { values: [1, 1, 2, 2, 9, NaN, 1, 2], rows: 4, columns: 2 };
  const without = { values: [1, 1, 2, 2, 1, 2], rows: 3, columns: 2 };
  expect(krippendorffAlpha(lone).value).toBe(krippendorffAlpha(without).value);
  const large = { values: lone.values.map((value) => value * 1000), rows: 4, columns: 2 };
  expect(krippendorffAlpha(large).value).toBe(krippendorffAlpha(without).value);
  const many = Float64Array.from({ length: 600 }, (_, i) => i % 300);
  expect(krippendorffAlpha({ values: many, rows: 300, columns: 2 }).value).toBeTypeOf('number');
});
