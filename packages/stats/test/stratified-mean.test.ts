import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  neymanAllocation,
  predictionPoweredMean,
  seededRandom,
  stratifiedPredictionPoweredMean,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  stratified: Record<'human' | 'judge' | 'strata' | 'unlabelled' | 'unlabelledStrata', number[]> &
    Record<'value' | 'se' | 'seKnown', number> & { interval: [number, number] };
};
const random = { labelDesign: 'random' } as const;

function near(found: readonly number[] | null, expected: readonly number[]): void {
  expect(found).not.toBeNull();
  expected.forEach((value, i) => expect(found![i]).toBeCloseTo(value, 10));
}

describe('strata', () => {
  const { human, judge, strata, unlabelled, unlabelledStrata, ...expected } = oracle.stratified;
  const known = new Map([
    [3, 0.6],
    [7, 0.4],
  ]);

  test('agree with NumPy, with the doubt in counted shares and without', () => {
    const found = stratifiedPredictionPoweredMean(human, judge, strata, unlabelled, unlabelledStrata, random);
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(expected.value, 12);
    expect(found.se).toBeCloseTo(expected.se, 12);
    near(found.interval, expected.interval);
    expect(found.notes).toEqual(['shares of strata were counted from the rows; their doubt is part of the interval']);
    const counted = new Map(found.strata.map(({ stratum, share }) => [stratum, share]));
    const given = stratifiedPredictionPoweredMean(human, judge, strata, unlabelled, unlabelledStrata, {
      shares: counted,
      ...random,
    });
    if (given.value === null) throw new Error(given.detail);
    expect(given.se).toBeCloseTo(expected.seKnown, 12);
    expect(given.notes).toBeUndefined();
  });

  test('one stratum with a known share is the plain estimate', () => {
    const one = strata.map(() => 1);
    const found = stratifiedPredictionPoweredMean(
      human,
      judge,
      one,
      unlabelled,
      unlabelled.map(() => 1),
      {
        shares: new Map([[1, 1]]),
        ...random,
      },
    );
    const plain = predictionPoweredMean(human, judge, unlabelled, { interval: 't', ...random });
    if (found.value === null || plain.value === null) throw new Error('undetermined');
    expect(found.value).toBeCloseTo(plain.value, 12);
    near(found.interval, plain.interval!);
    expect(found.strata[0]).toMatchObject({ stratum: 1, n: 50, nUnlabelled: 100, lambda: plain.lambda });
  });

  test('below 20 labels strata share the λ that is best for them together', () => {
    const half = (values: number[]) => values.filter((_, i) => i < 12 || i >= 38);
    const found = stratifiedPredictionPoweredMean(
      half(human),
      half(judge),
      half(strata),
      unlabelled,
      unlabelledStrata,
      random,
    );
    if (found.value === null) throw new Error(found.detail);
    expect(found.strata.map(({ n }) => n)).toEqual([12, 12]);
    expect(found.strata[0]!.lambda).toBe(found.strata[1]!.lambda);
    expect(found.strata[0]!.lambda).toBeGreaterThan(0);
  });

  test('refuse what does not fit', () => {
    const call =
      (options: Parameters<typeof stratifiedPredictionPoweredMean>[5], labelled = strata) =>
      () =>
        stratifiedPredictionPoweredMean(human, judge, labelled, unlabelled, unlabelledStrata, options);
    expect(call({ shares: new Map([[3, 1]]) })).toThrow('stratum 7 has no share');
    expect(
      call({
        shares: new Map([
          [3, 0.5],
          [7, 0.4],
        ]),
      }),
    ).toThrow('shares must sum to 1, found 0.9');
    expect(
      call({
        shares: new Map([
          [3, 0.5],
          [7, 0.4],
          [9, 0.1],
        ]),
      }),
    ).toThrow('stratum 9 has a share but no rows');
    expect(
      call({
        shares: new Map([
          [3, 1.5],
          [7, -0.5],
        ]),
      }),
    ).toThrow('the share of stratum 3 must lie in [0, 1], found 1.5');
    expect(call({}, [1])).toThrow('50 labelled rows but 1 stratum ids');
    expect(call({}, strata.with(4, -1))).toThrow('labelled row 4 has no stratum');
    expect(call({ shares: known }, strata.with(4, 8))).toThrow('stratum 8 has no share');
    expect(call({}, strata.with(4, 8))()).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'stratum 8 has 1 labels, needs 2',
    });
    expect(stratifiedPredictionPoweredMean([], [], [], [1], [1])).toMatchObject({ value: null, reason: 'no-data' });
  });

  test('a stratum without spread alone gives no certainty', () => {
    const flat = stratifiedPredictionPoweredMean([1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 1], [], [], random);
    expect(flat).toMatchObject({ value: 0.5, interval: null });
  });
});

describe('allocation of labels', () => {
  test('goes by share and spread, in whole labels', () => {
    expect(
      neymanAllocation(100, [
        { share: 0.5, spread: 0.2 },
        { share: 0.5, spread: 0.6 },
      ]),
    ).toEqual([25, 75]);
    expect(
      neymanAllocation(10, [
        { share: 0.5, spread: 0.5 },
        { share: 0.3, spread: 0.5 },
        { share: 0.2, spread: 0.5 },
      ]),
    ).toEqual([5, 3, 2]);
    expect(
      neymanAllocation(7, [
        { share: 0.5, spread: 0 },
        { share: 0.2, spread: 0.6 },
        { share: 0.3, spread: 0.1 },
      ]),
    ).toEqual([2, 3, 2]);
    expect(
      neymanAllocation(9, [
        { share: 0.6, spread: 0 },
        { share: 0.3, spread: 0 },
      ]),
    ).toEqual([6, 3]);
    expect(
      neymanAllocation(4, [
        { share: 0, spread: 1 },
        { share: 0, spread: 1 },
      ]),
    ).toEqual([2, 2]);
  });

  test('spends all labels and leaves no stratum below 2', () => {
    const part = fc.record({ share: fc.integer({ min: 0, max: 9 }), spread: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 12, max: 90 }),
        (strata, labels) => {
          const counts = neymanAllocation(labels, strata);
          expect(counts.reduce((a, b) => a + b, 0)).toBe(labels);
          expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
        },
      ),
      { seed: 42 },
    );
  });

  test('refuses too few labels and spreads that are none', () => {
    expect(() =>
      neymanAllocation(3, [
        { share: 1, spread: 1 },
        { share: 1, spread: 1 },
      ]),
    ).toThrow('labels must be at least 2 for each of 2 strata, found 3');
    expect(() => neymanAllocation(4, [{ share: 1, spread: -1 }])).toThrow(
      'spread of strata[0] must be at least 0 and finite, found -1',
    );
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('strata');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      const rows = [pick(n, levels), pick(n, levels), pick(n, 2), pick(N, levels), pick(N, 2)] as const;
      sound(stratifiedPredictionPoweredMean(...rows), 'strata');
      sound(stratifiedPredictionPoweredMean(...rows, { interval: 'z' }), 'strata');
    }),
    { seed: 42, numRuns: 80 },
  );
});
