import { expect, test } from 'vitest';
import { cohenKappa, seededRandom } from '../src/index.ts';
import { countDrawn } from '../src/resampling/cluster-patterns.ts';
import { packedReplicates } from '../src/resampling/packed-replicates.ts';
import { addDraws, drawKinds } from '../src/resampling/replicate-draws.ts';
import { startStates } from '../src/resampling/replicate-generator.ts';
import { drawByPoisson } from '../src/resampling/poisson-draws.ts';
import { drawnReplicates } from '../src/resampling/resampling.ts';

test.each([
  {
    what: 'tables of log-factorials',
    counts: [300, 25, 20, 10, 300, 2, 0, 900, 443],
    sums: [60071, 5033, 3923, 2067, 60321, 366, 0, 179975, 88244],
    squares: [18085979, 131687, 80813, 23313, 18253483, 1036, 0, 162059641, 39002310],
  },
  {
    what: 'tables at their end',
    counts: [40, 2000, 1900, 155, 1],
    sums: [8046, 400001, 379975, 30970, 208],
    squares: [330620, 800220373, 722093831, 4827342, 392],
  },
  {
    what: 'counts beyond the tables',
    counts: [1_000_000, 2_000_000, 5],
    sums: [200002547, 399997457, 996],
    squares: [200005211558243, 799989945568529, 6112],
  },
  {
    what: 'Poisson counts',
    counts: [30, 5, 0, 20, 45],
    sums: [5962, 1023, 0, 3993, 9022],
    squares: [181204, 6029, 0, 83359, 411744],
  },
])('a seed draws the same counts in all versions: $what', ({ counts, sums, squares }) => {
  const total = counts.reduce((a, b) => a + b);
  const draw = drawKinds(counts, total);
  const states = startStates(seededRandom(3), 200);
  const weights = new Float64Array(counts.length);
  const [sum, square] = [counts.map(() => 0), counts.map(() => 0)];
  for (let b = 0; b < 200; b++) {
    draw(states.slice(4 * b, 4 * b + 4), weights);
    weights.forEach((drawn, kind) => {
      sum[kind]! += drawn;
      square[kind]! += drawn ** 2;
    });
  }
  expect(sum).toEqual(sums);
  expect(square).toEqual(squares);
});

test.each([
  ['few of each', [3, 1, 0, 4], 8],
  ['many', [300, 25, 0, 20, 655], 1000],
])('Poisson counts that are filled up are multinomial: %s', (_, counts, total) => {
  const times = 40_000;
  const draw = drawByPoisson(counts, total);
  const states = startStates(seededRandom(6), times);
  const weights = new Float64Array(counts.length);
  const sums = counts.map(() => 0);
  const products = counts.map(() => counts.map(() => 0));
  const tally = new Float64Array(total + 1); // of the first kind
  for (let b = 0; b < times; b++) {
    draw(states.subarray(4 * b, 4 * b + 4), weights);
    expect(weights.reduce((a, w) => a + w, 0)).toBe(total);
    tally[weights[0]!]!++;
    for (let i = 0; i < counts.length; i++) {
      sums[i]! += weights[i]! - counts[i]!;
      for (let j = 0; j < counts.length; j++)
        products[i]![j]! += (weights[i]! - counts[i]!) * (weights[j]! - counts[j]!);
    }
  }
  for (const [i, own] of counts.entries()) {
    const spread = own * (1 - own / total);
    expect(Math.abs(sums[i]! / times)).toBeLessThanOrEqual(4.5 * Math.sqrt(spread / times));
    for (const [j, other] of counts.entries()) {
      const covariance = i === j ? spread : (-own * other) / total;
      const error = Math.sqrt((spread * other + covariance ** 2) / times);
      expect(Math.abs(products[i]![j]! / times - covariance)).toBeLessThanOrEqual(4.5 * error);
    }
  }
  // Pearson's statistic of the first kind against its binomial, over counts that are expected 5 times or more.
  const p = counts[0]! / total;
  let [chance, statistic, cells] = [(1 - p) ** total, 0, 0];
  for (let k = 0; k <= total; k++) {
    const expected = times * chance;
    if (expected >= 5) {
      statistic += (tally[k]! - expected) ** 2 / expected;
      cells++;
    }
    chance *= (((total - k) / (k + 1)) * p) / (1 - p);
  }
  expect(statistic).toBeLessThan(cells + 4.5 * Math.sqrt(2 * cells));
});

test.each([30, 1100])('draws of %d places are added to what is there', (total) => {
  const states = startStates(seededRandom(4), 2);
  const [once, twice] = [new Float64Array(total), new Float64Array(total)];
  addDraws(total)(states.slice(0, 4), once, 1);
  addDraws(total)(states.slice(0, 4), twice, 1);
  addDraws(total)(states.slice(0, 4), twice, 100);
  expect(once.reduce((a, b) => a + b)).toBe(total);
  expect(twice).toEqual(once.map((drawn) => 101 * drawn));
});

test.each([
  ['of two rows', 60, 2],
  ['of one row, so that more resamples lie in a double', 9, 1],
])('resamples side by side in a double are those drawn one by one: clusters %s', (_, count, size) => {
  const rows = count * size;
  const of = Uint32Array.from({ length: rows }, (_row, i) => i % count);
  const patterns = {
    of: Uint32Array.from({ length: rows }, (_row, i) => (7 * i + (i >> 2)) % 3),
    counts: new Float64Array(3),
  };
  const clusters = { of, count };
  const tally = countDrawn(patterns, clusters);
  const statistic = (weights: Float64Array, out: Float64Array): void => {
    out[0] = weights[0]! / (1 + weights[1]!);
    out[1] = weights[2]!;
  };
  const weights = new Float64Array(3);
  const counted = (drawn: Float64Array, out: Float64Array): void => {
    tally(drawn, weights);
    statistic(weights, out);
  };
  for (const replicates of [1, 2, 100, 101, 103]) {
    const states = startStates(seededRandom(5), replicates);
    const ones = new Uint8Array(count).fill(1);
    const expected = drawnReplicates(drawKinds(ones, count), 2, counted, states, new Float64Array(count));
    expect(packedReplicates(tally, patterns, clusters, 2, statistic, states)).toEqual(expected);
  }
});

test('a resample in which both raters used one category has no kappa and is counted', () => {
  const first = [...Array.from({ length: 11 }, () => 0), 1];
  const found = cohenKappa(first, first, { categories: 2, random: seededRandom(1), replicates: 500 });
  const left = expect.stringMatching(/^\d\d\d of 500 replicates were not defined and left out$/);
  expect(found).toMatchObject({ value: 1, notes: expect.arrayContaining([left]) });
});
