import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ascendingOrder,
  auroc,
  brierScore,
  clusteredMean,
  clusteredRatio,
  conformalQuantile,
  fitPlatt,
  foldsByCluster,
  krippendorffAlpha,
  type Matrix,
  midranks,
  pairedT,
  percentAgreement,
  predictionPoweredMean,
  seededRandom,
  signFlipTest,
  wilcoxonSignedRank,
} from '../src/index.ts';

const real = fc.double({ min: -1000, max: 1000, noNaN: true });
const uniform = (n: number, seed: number): Float64Array => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: n }, () => random.next());
};
/** The rows with a NaN after every third. */
const withHoles = (values: Float64Array): Float64Array => {
  const rows: number[] = [];
  for (const value of values) {
    rows.push(value);
    if (rows.length % 5 === 3) rows.push(Number.NaN);
  }
  return Float64Array.from(rows);
};

describe('columns without missing values are read where they are', () => {
  const n = 300;
  const [x, y] = [uniform(n, 1), uniform(n, 2)];
  const binary = y.map((value) => (value < 0.5 ? 0 : 1));
  const differences = x.map((value) => value - 0.5);

  it('and no function writes into what it was given', () => {
    const before = [x, y, binary, differences].map((column) => column.slice());
    auroc(x, binary);
    brierScore(x, binary);
    fitPlatt(x, binary);
    pairedT(differences);
    wilcoxonSignedRank(differences);
    signFlipTest(differences, { random: seededRandom(1), replicates: 9 });
    clusteredMean(x, { weights: { sampling: y } });
    clusteredRatio(x, y);
    conformalQuantile(x, { alpha: 0.1 });
    predictionPoweredMean(x.subarray(0, 50), y.subarray(0, 50), y.subarray(50));
    midranks(x);
    expect([x, y, binary, differences]).toEqual(before);
  });

  it('with the numbers that rows with holes between them give', () => {
    const value = (found: { value: number | null; interval?: [number, number] | null }) => [
      found.value,
      found.interval,
    ];
    const [holedX, holedY, holedBinary] = [x, y, binary].map(withHoles) as [Float64Array, Float64Array, Float64Array];
    expect(holedX.findIndex((each) => Number.isNaN(each))).toBe(3);
    expect(value(clusteredMean(holedX))).toEqual(value(clusteredMean(x)));
    expect(value(clusteredRatio(holedX, holedY))).toEqual(value(clusteredRatio(x, y)));
    expect(value(auroc(holedX, holedBinary))).toEqual(value(auroc(x, binary)));
    expect(value(brierScore(holedX, holedBinary))).toEqual(value(brierScore(x, binary)));
    expect(pairedT(withHoles(differences))).toEqual(pairedT(differences));
    expect(wilcoxonSignedRank(withHoles(differences))).toEqual(wilcoxonSignedRank(differences));
    expect(value(percentAgreement(holedBinary, holedBinary))).toEqual(value(percentAgreement(binary, binary)));
    expect(fitPlatt(holedX, holedBinary)).toEqual(fitPlatt(x, binary));
  });

  it('and give what other kinds of arrays give', () => {
    expect(clusteredMean(Array.from(x))).toEqual(clusteredMean(x));
    expect(auroc(Array.from(x), Uint8Array.from(binary))).toEqual(auroc(x, binary));
    expect(pairedT(Array.from(differences))).toEqual(pairedT(differences));
  });
});

describe('wilcoxonSignedRank without the array of sizes', () => {
  const byDefinition = (differences: readonly number[]): number => {
    const kept = differences.filter((d) => d !== 0);
    const ranks = midranks(kept.map(Math.abs));
    let positive = 0;
    for (const [i, d] of kept.entries()) if (d > 0) positive += ranks[i] ?? 0;
    return Math.min(positive, (kept.length * (kept.length + 1)) / 2 - positive);
  };

  it('sums the midranks of the sizes, zeros, ties and both signs included', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(real, fc.integer({ min: -3, max: 3 })), { minLength: 1 }), (differences) => {
        const found = wilcoxonSignedRank(differences);
        if (!('statistic' in found) || found.statistic === null) return differences.every((d) => d === 0);
        return found.statistic === byDefinition(differences);
      }),
      { seed: 42 },
    );
  });

  it('is exact for differences of one sign', () => {
    expect(wilcoxonSignedRank([1, 2, 3])).toMatchObject({ p: 0.25, statistic: 0, n: 3 });
    expect(wilcoxonSignedRank([-1, -2, -3])).toMatchObject({ p: 0.25, statistic: 0, n: 3 });
  });

  it('refuses an exact p with two differences of one size and unlike signs', () => {
    expect(() => wilcoxonSignedRank([1, -1, 2], { method: 'exact' })).toThrow(
      'exact needs at most 25 differences without ties, found 3',
    );
  });
});

describe('krippendorffAlpha of many different numbers', () => {
  const table = (rows: number, columns: number, missing: number): Matrix => {
    const [values, gone] = [uniform(rows * columns, 3), uniform(rows * columns, 4)];
    return {
      // Two digits for a part, so that some of them meet.
      values: values.map((v, i) => ((gone[i] ?? 0) < missing ? Number.NaN : i % 3 === 0 ? Math.round(100 * v) / 7 : v)),
      rows,
      columns,
    };
  };
  const metrics = ['nominal', 'ordinal', 'interval'] as const;

  it.each(metrics)('is, without an interval, bit for bit what the patterns of a bootstrap start from: %s', (metric) => {
    for (const [rows, columns, missing] of [
      [200, 2, 0],
      [200, 3, 0.4],
      [30, 40, 0.1],
      [30, 40, 0],
    ] as const) {
      const ratings = table(rows, columns, missing);
      const plain = krippendorffAlpha(ratings, { metric });
      const resampled = krippendorffAlpha(ratings, { metric, random: seededRandom(1), replicates: 2 });
      if (plain.value === null || resampled.value === null) throw new Error('alpha is defined here');
      const { value, observedDisagreement, expectedDisagreement, ratings: count, n } = resampled;
      expect(plain).toMatchObject({ value, observedDisagreement, expectedDisagreement, ratings: count, n });
    }
  });

  it('names an infinite rating', () => {
    const ratings = table(100, 2, 0);
    const values = Float64Array.from(ratings.values);
    values[150] = Infinity;
    expect(() => krippendorffAlpha({ ...ratings, values })).toThrow('ratings[150] must be finite');
  });

  it('says that one rater cannot agree', () => {
    expect(krippendorffAlpha(table(200, 1, 0))).toMatchObject({ value: null, reason: 'one-rater' });
  });

  it('says that no unit has 2 ratings', () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? i / 7 : Number.NaN));
    expect(krippendorffAlpha({ values, rows: 200, columns: 2 })).toMatchObject({ value: null, reason: 'no-data' });
  });
});

describe('midranks of large columns, sorted in the memory of the ranks', () => {
  it.each([
    ['whole numbers', (v: number) => Math.floor(1000 * v)],
    ['halves, below and above 0', (v: number) => Math.floor(100 * v) / 2 - 20],
    ['numbers', (v: number) => v],
    ['one number', () => 3],
  ])('share the mean of the places of equal ones: %s', (_, make) => {
    const values = uniform(5000, 5).map(make);
    const sorted = values.toSorted();
    const order = ascendingOrder(values);
    const ranks = midranks(values);
    expect(Array.from(order, (row) => values[row])).toEqual(Array.from(sorted));
    for (const [i, value] of values.entries()) {
      expect(ranks[i]).toBe((sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
    }
  });
});

describe('foldsByCluster', () => {
  it('deals ids out in ascending order, with gaps between them or not', () => {
    expect([...foldsByCluster([3, 4, 5, 3, 6, 7], { folds: 2 })]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([...foldsByCluster([30, 4, 500, 30, 6, 7.5], { folds: 2 })]).toEqual([1, 0, 0, 1, 1, 0]);
  });
});
