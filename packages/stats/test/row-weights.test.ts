import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  categoryCounts,
  clusteredMean,
  clusteredProportion,
  clusteredRatio,
  cohenKappa,
  type Estimate,
  fleissKappa,
  gwetAc,
  matrixOf,
  pearson,
  percentAgreement,
  randolphKappa,
  type RowWeights,
  samplingPearson,
  seededRandom,
  tQuantile,
} from '../src/index.ts';
import { sound } from './sound.ts';

const row = fc.record({
  x: fc.integer({ min: 0, max: 9 }),
  y: fc.integer({ min: 1, max: 9 }),
  w: fc.integer({ min: 0, max: 4 }),
  g: fc.integer({ min: 0, max: 6 }),
});
type Row = { x: number; y: number; w: number; g: number };
const rows = fc.array(row, { minLength: 1, maxLength: 30 });
const column = (list: readonly Row[], name: keyof Row): number[] => list.map((each) => each[name]);
const written = (list: readonly Row[]): Row[] => list.flatMap((each) => Array.from({ length: each.w }, () => each));

/** Equal up to the rounding of sums in another order. */
function alike(found: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') expect(found).toBeCloseTo(wanted, 9);
  else if (Array.isArray(wanted)) wanted.forEach((each, i) => alike((found as unknown[])[i], each));
  else if (typeof wanted === 'object' && wanted !== null) {
    for (const [key, each] of Object.entries(wanted)) {
      if (key !== 'method') alike((found as Record<string, unknown>)[key], each);
    }
  } else expect(found).toEqual(wanted);
}

describe('frequency weights', () => {
  test('are rows written out, for means, shares and ratios, in clusters or not', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (list, grouped) => {
        const all = written(list);
        const of = (each: readonly Row[], weighted: boolean) => ({
          ...(grouped && { clusters: column(each, 'g') }),
          ...(weighted && { weights: { frequency: column(each, 'w') } }),
        });
        alike(clusteredMean(column(list, 'x'), of(list, true)), clusteredMean(column(all, 'x'), of(all, false)));
        const binary = (each: readonly Row[]) => column(each, 'x').map((x) => (x > 6 ? 1 : 0));
        alike(clusteredProportion(binary(list), of(list, true)), clusteredProportion(binary(all), of(all, false)));
        alike(
          clusteredRatio(column(list, 'x'), column(list, 'y'), of(list, true)),
          clusteredRatio(column(all, 'x'), column(all, 'y'), of(all, false)),
        );
      }),
      { seed: 42 },
    );
  });

  test('are items written out, for coefficients of agreement, interval included', () => {
    const codes = [
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, 0],
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ];
    const frequencies = [3, 4, 1, 0, 2, 5];
    const all = codes.flatMap((each, i) => Array.from({ length: frequencies[i]! }, () => each));
    const clusters = frequencies.map((_, i) => i);
    const every = frequencies.flatMap((count, i) => Array.from({ length: count }, () => i));
    const [a, b] = [0, 1].map((j) => codes.map((each) => each[j]!));
    const [allA, allB] = [0, 1].map((j) => all.map((each) => each[j]!));
    const random = seededRandom(3);
    for (const [few, many] of [
      [{}, {}],
      [
        { random, replicates: 200 },
        { random, replicates: 200 },
      ],
      [
        { random, replicates: 200, clusters },
        { random, replicates: 200, clusters: every },
      ],
    ] as const) {
      expect(cohenKappa(a!, b!, { categories: 2, frequencies, ...few })).toEqual(
        cohenKappa(allA!, allB!, { categories: 2, ...many }),
      );
      expect(gwetAc(matrixOf(codes), { categories: 2, frequencies, ...few })).toEqual(
        gwetAc(matrixOf(all), { categories: 2, ...many }),
      );
      const [counts, allCounts] = [codes, all].map((each) => categoryCounts(matrixOf(each), 2));
      expect(fleissKappa(counts!, { frequencies, ...few })).toEqual(fleissKappa(allCounts!, many));
      expect(randolphKappa(counts!, { frequencies, ...few })).toEqual(randolphKappa(allCounts!, many));
    }
    const share = percentAgreement(a!, b!, { weights: { frequency: frequencies } }) as Estimate;
    expect(share).toMatchObject({ n: 15, value: 14 / 15 - 0 });
    expect(share.interval).toEqual((percentAgreement(allA!, allB!) as Estimate).interval);
  });

  test('must be counts that fit', () => {
    const mean = (frequency: number[]) => () => clusteredMean([1, 2], { weights: { frequency } });
    expect(mean([1])).toThrow('2 rows but 1 frequency weights');
    expect(mean([1, 0.5])).toThrow('frequency weights[1] must be a count, found 0.5');
    expect(mean([-1, 1])).toThrow('frequency weights[0] must be a count, found -1');
    expect(() => cohenKappa([0, 1], [0, 1], { frequencies: [1, NaN] })).toThrow('frequency weights[1] must be a count');
    expect(() => cohenKappa([0, 1], [0], { frequencies: [1, 1] })).toThrow('the first rater has 2 items, the second 1');
    expect(() => gwetAc(matrixOf([[0, 1]]), { frequencies: [2 ** 28] })).toThrow(
      `frequencies add up to ${2 ** 28} rows, more than ${2 ** 27}`,
    );
    expect(clusteredMean([1, 2], { weights: { frequency: [0, 0] } })).toMatchObject({ value: null, reason: 'no-data' });
  });
});

describe('sampling weights', () => {
  test('by hand: mean, linearised error, Kish', () => {
    // m = (1·1 + 3·2 + 4·1)/... with weights 1, 1, 2: (1 + 2 + 2·4)/4 = 2.75; w e = −1.75, −.75, 2.5.
    const found = clusteredMean([1, 2, 4], { weights: { sampling: [1, 1, 2] } }) as Estimate;
    expect(found.value).toBeCloseTo(2.75, 12);
    const se = (Math.sqrt(1.75 ** 2 + 0.75 ** 2 + 2.5 ** 2) / 4) * Math.sqrt(3 / 2);
    expect(found.se).toBeCloseTo(se, 12);
    expect(found.nEffective).toBeCloseTo(16 / 6, 12);
    expect(found).toMatchObject({ n: 3, method: 'sampling-weighted mean, t' });
    expect(found.interval![1]).toBeCloseTo(2.75 + tQuantile(0.975, 2) * se, 10);
  });

  test('have no scale, and equal ones change nothing', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (list, grouped) => {
        const clusters = grouped ? { clusters: column(list, 'g') } : {};
        const weigh = (scale: number): { weights: RowWeights } => ({
          weights: { sampling: column(list, 'w').map((w) => (w + 1) * scale) },
        });
        const [x, y] = [column(list, 'x'), column(list, 'y')];
        alike(clusteredMean(x, { ...clusters, ...weigh(1e-7) }), clusteredMean(x, { ...clusters, ...weigh(3e9) }));
        alike(clusteredRatio(x, y, { ...clusters, ...weigh(7) }), clusteredRatio(x, y, { ...clusters, ...weigh(1) }));
        const even = { weights: { sampling: list.map(() => 5) } };
        alike(clusteredMean(x, { ...clusters, ...even }), clusteredMean(x, clusters));
        alike(clusteredRatio(x, y, { ...clusters, ...even }), clusteredRatio(x, y, clusters));
      }),
      { seed: 42 },
    );
  });

  test('a share near 0 has Wilson on the effective rows, and at 0 on the rows that the weights leave', () => {
    const weights = { sampling: Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1 : 3)) };
    const values = weights.sampling.map((_, i) => (i < 2 ? 1 : 0));
    const near = clusteredProportion(values, { weights }) as Estimate;
    expect(near.method).toBe('proportion, wilson on nEffective');
    expect(near.interval![0]).toBeGreaterThan(0);
    const none = clusteredProportion(
      values.map(() => 0),
      { weights },
    ) as Estimate;
    // (20 + 60)²/(20 + 180) = 32.
    expect(none.nEffective).toBeCloseTo(32, 10);
    expect(none.interval![1]).toBeCloseTo(1.959963984540054 ** 2 / (32 + 1.959963984540054 ** 2), 10);
    expect(none.notes).toEqual([
      "the rows show no spread: Wilson's interval counts 32.0 rows, what the weights leave of 40",
    ]);
  });

  test('must be of one kind, 0 or more', () => {
    const both = { frequency: [1], sampling: [1] } as unknown as RowWeights;
    expect(() => clusteredMean([1], { weights: both })).toThrow(
      'weights must be { frequency } or { sampling }: one of the two',
    );
    expect(() => clusteredMean([1], { weights: {} as unknown as RowWeights })).toThrow('one of the two');
    expect(() => clusteredMean([1, 2], { weights: { sampling: [1, -1] } })).toThrow(
      'sampling weights[1] must be a number from 0 to 1e100, found -1',
    );
    expect(() => clusteredMean([1, 2], { weights: { sampling: [1, Infinity] } })).toThrow('found Infinity');
  });
});

describe('samplingPearson', () => {
  const [x, y] = [
    [1, 2, 4, 3, 5, 7],
    [2, 1, 4, 3, 4, 9],
  ];
  const even = { weights: { sampling: [1, 1, 1, 1, 1, 1] } };

  test('with equal weights it is r, and the linearised error is that of the jackknife nearly', () => {
    const found = samplingPearson(x, y, even) as Estimate;
    expect(found.value).toBeCloseTo((pearson(x, y) as Estimate).value, 12);
    expect(found).toMatchObject({ n: 6, nEffective: 6 });
    expect(found.interval![0]).toBeLessThan(found.value);
    expect(found.interval![1]).toBeLessThan(1);
  });

  test('whole weights give the r of rows written out', () => {
    const weights = [1, 3, 2, 1, 4, 1];
    const out = (list: number[]) => list.flatMap((value, i) => Array.from({ length: weights[i]! }, () => value));
    const found = samplingPearson(x, y, { weights: { sampling: weights } }) as Estimate;
    expect(found.value).toBeCloseTo((pearson(out(x), out(y)) as Estimate).value, 12);
    expect(found.n).toBe(6);
    expect(found.nEffective).toBeCloseTo(144 / 32, 10);
  });

  test('a row of its own cluster is a row, and turning a column turns r', () => {
    const alone = samplingPearson(x, y, { ...even, clusters: [0, 1, 2, 3, 4, 5] }) as Estimate;
    const plain = samplingPearson(x, y, even) as Estimate;
    expect(alone.se).toBe(plain.se);
    expect(alone.notes).toEqual(['few clusters: 6, the interval is rough below 20']);
    const turned = samplingPearson(
      x,
      y.map((value) => -value),
      even,
    ) as Estimate;
    expect(turned.interval![0]).toBeCloseTo(-plain.interval![1], 12);
  });

  test('says why it cannot', () => {
    const one = { weights: { sampling: [1, 1, 1] } };
    expect(samplingPearson([1], [1], { weights: { sampling: [1] } })).toMatchObject({ reason: 'no-data' });
    expect(samplingPearson([1, 1, 1], [1, 2, 3], one)).toMatchObject({ reason: 'zero-variance' });
    expect(samplingPearson([1, 3, 2], [1, 2, 3], one)).toMatchObject({
      interval: null,
      notes: ['no interval: needs 4 rows, found 3'],
    });
    expect(samplingPearson([1, 2, 3, 4], [2, 4, 6, 8], { weights: { sampling: [1, 1, 1, 1] } })).toMatchObject({
      value: 1,
      notes: ['no interval: the transform has no end at 1'],
    });
    expect(samplingPearson(x, y, { ...even, clusters: [0, 0, 1, 1, 2, 2] })).toMatchObject({
      groups: 3,
      notes: ['no interval: needs 5 clusters, found 3'],
    });
    expect(() => samplingPearson([1], [1, 2], one)).toThrow('x has 1 values, y has 2');
  });

  test('lets no NaN out', () => {
    const value = fc.oneof(fc.constantFrom(0, 1, NaN), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, fc.double({ min: 0, max: 1e6, noNaN: true })), { maxLength: 12 }),
        (all) => {
          const [a, b, sampling] = [0, 1, 2].map((k) => all.map((each) => each[k]!));
          sound(samplingPearson(a!, b!, { weights: { sampling: sampling! } }), 'samplingPearson');
          sound(clusteredMean(a!, { weights: { sampling: sampling! } }), 'clusteredMean');
        },
      ),
      { seed: 42 },
    );
  });
});
