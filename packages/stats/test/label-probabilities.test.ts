import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedScores, labelScore, type LabelScore, matrixOf, selfConsistency } from '../src/index.ts';
import { sound } from './sound.ts';

const logs = (...probabilities: number[]) => probabilities.map((p) => Math.log(p));

describe('the score of a verdict from label probabilities', () => {
  test('is the mean of the labels’ scores, the spellings of a label added', () => {
    const found = labelScore(
      { logProbabilities: logs(0.5, 0.2, 0.1, 0.1), labels: [3, 3, 1, -1] },
      [1, 2, 3, 4],
    ) as LabelScore;
    expect(found.value).toBeCloseTo((0.7 * 4 + 0.1 * 2) / 0.8, 14);
    expect(found.distribution).toEqual([0, expect.closeTo(0.125, 14), 0, expect.closeTo(0.875, 14)]);
    expect(found.retained).toBeCloseTo(0.8, 14);
    expect(found.missing).toBe(2);
    expect(found.notes).toEqual(['2 of 4 labels were not returned: see bounds']);
    // Each missing label has at most 0.1 of what is left, which is 0.1 in all.
    expect(found.bounds[0]).toBeCloseTo((3 + 0.1 * 1) / 0.9, 14);
    expect(found.bounds[1]).toBeCloseTo(3.75, 14);
  });

  test('is certain where all labels were returned', () => {
    const found = labelScore({ logProbabilities: logs(0.25, 0.75), labels: [0, 1] }, [0, 1]) as LabelScore;
    expect(found).toMatchObject({ value: 0.75, bounds: [0.75, 0.75], missing: 0 });
    expect(found.notes).toBeUndefined();
  });

  test('a missing label has at most the probability of the last token returned', () => {
    const found = labelScore({ logProbabilities: logs(0.6, 0.02), labels: [1, -1] }, [1, 2, 3, 4]) as LabelScore;
    expect(found.value).toBe(2);
    expect(found.bounds[0]).toBeCloseTo((1.2 + 0.02) / 0.62, 14);
    // The best first, 4 and then 3, while they lift the mean.
    expect(found.bounds[1]).toBeCloseTo((1.2 + 0.08 + 0.06) / 0.64, 14);
  });

  test('bounds hold the value of every way to fill what is missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.integer({ min: -1, max: 4 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (tokens, filling) => {
          const total = tokens.reduce((t, [m]) => t + m, 0) * 1.3;
          const masses = tokens.map(([m]) => m / total);
          const scores = [0, 10, -3, 4, 5];
          const given = { logProbabilities: logs(...masses), labels: tokens.map(([, label]) => label) };
          const found = labelScore(given, scores, { fewest: 0 });
          sound(found, 'labelScore');
          if (found.value === null) return;
          expect(found.distribution.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
          const least = Math.min(...masses);
          let left = 1 - masses.reduce((a, b) => a + b, 0);
          let [above, below] = [found.value * found.retained, found.retained];
          for (let k = 0; k < 5; k++) {
            if (given.labels.includes(k)) continue;
            const mass = Math.min(left, least) * filling[k]!;
            above += mass * scores[k]!;
            below += mass;
            left -= mass;
          }
          expect(above / below).toBeGreaterThanOrEqual(found.bounds[0] - 1e-9);
          expect(above / below).toBeLessThanOrEqual(found.bounds[1] + 1e-9);
        },
      ),
      { seed: 42 },
    );
  });

  test('is no answer where the labels retain too little', () => {
    const tokens = { logProbabilities: logs(0.499, 0.4), labels: [1, -1] };
    expect(labelScore(tokens, [0, 1])).toMatchObject({
      value: null,
      reason: 'not-identified',
      detail: 'the labels retain 0.4990 of the probability, less than 0.5',
    });
    expect(labelScore(tokens, [0, 1], { fewest: 0.4 })).toMatchObject({ value: 1 });
    expect(labelScore({ logProbabilities: [Math.log(0.5)], labels: [0] }, [7])).toMatchObject({ value: 7 });
    expect(labelScore({ logProbabilities: [-Infinity], labels: [0] }, [1], { fewest: 0 })).toMatchObject({
      reason: 'not-identified',
    });
    expect(labelScore({ logProbabilities: [], labels: [] }, [1])).toMatchObject({ reason: 'no-data' });
    expect(labelScore({ logProbabilities: [0], labels: [-1] }, [])).toMatchObject({ reason: 'no-data' });
  });

  test('refuses what is no probability and no label', () => {
    const score = (logProbabilities: number[], labels: number[], scores = [1, 2]) =>
      labelScore({ logProbabilities, labels }, scores);
    expect(() => score([0.1], [0])).toThrow(new RangeError('logProbabilities[0] must be at most 0, found 0.1'));
    expect(() => score([NaN], [0])).toThrow(/found NaN/);
    expect(score([1e-7], [0])).toMatchObject({ value: 1, retained: 1 });
    expect(() => score([-0.1, -0.1], [0, 1])).toThrow(/add up to 1.8/);
    expect(() => score([-1], [2])).toThrow(new RangeError('labels[0] must be −1 or a label below 2, found 2'));
    expect(() => score([-1], [0.5])).toThrow(RangeError);
    expect(() => score([-1], [0, 1])).toThrow(new RangeError('1 log-probabilities but 2 labels'));
    expect(() => score([-1], [0], [1, NaN])).toThrow(new RangeError('scores[1] must be finite, found NaN'));
    expect(() => labelScore({ logProbabilities: [-1], labels: [0] }, [1], { fewest: 2 })).toThrow(/fewest/);
  });
});

test('expected scores are the means of distributions, of a row with a gap there is none', () => {
  expect([
    ...expectedScores(
      matrixOf([
        [0.1, 0.2, 0.3, 0.4],
        [1, 0, 0, 0],
        [null, 0.5, 0.5, 0],
      ]),
      [1, 2, 3, 4],
    ),
  ]).toEqual([expect.closeTo(3, 14), 1, NaN]);
  // Rows that are 1 but for rounding are made 1.
  expect(expectedScores(matrixOf([[0.50002, 0.50002]]), [0, 1])[0]).toBeCloseTo(0.5, 14);
  expect(() => expectedScores(matrixOf([[0.5, 0.5]]), [1])).toThrow(new RangeError('2 labels but 1 scores'));
  expect(() => expectedScores(matrixOf([[0.5, 0.5]]), [1, Infinity])).toThrow(/scores\[1\]/);
  expect(() => expectedScores(matrixOf([[0.5, 0.6]]), [1, 2])).toThrow(/add up to 1/);
});

describe('self-consistency', () => {
  test('is the share of the most frequent answer, drawn towards 1/L', () => {
    expect(selfConsistency([1, 1, 0, 1], { categories: 2 })).toMatchObject({
      value: 0.7,
      mode: 1,
      share: 0.75,
      counts: [1, 3],
      n: 4,
      interval: null,
      notes: ['no interval: the category was chosen by the same samples'],
    });
    expect(selfConsistency([2, 2, 2], { categories: 4 })).toMatchObject({ value: 3.5 / 5, mode: 2, share: 1 });
  });

  test('leaves out missing samples and says when categories tie', () => {
    expect(selfConsistency([1, NaN, 0, -1], { categories: 3 })).toMatchObject({
      value: 1.5 / 3.5,
      mode: 0,
      n: 2,
      notes: [expect.any(String), '2 categories tie with 1 of 2 samples each'],
    });
    expect(selfConsistency([], { categories: 3 })).toMatchObject({ value: null, reason: 'no-data' });
    expect(() => selfConsistency([3], { categories: 3 })).toThrow(/labels\[0\]/);
    expect(() => selfConsistency([0], { categories: 0 })).toThrow(
      new RangeError('categories must be at least 1, found 0'),
    );
    expect(selfConsistency([0], { categories: 1 })).toMatchObject({ value: 1 });
  });

  test('is above 1/L and never certain with two categories or more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }), (samples) => {
        const found = selfConsistency(samples, { categories: 4 });
        expect(found.value).toBeGreaterThan(0.25);
        expect(found.value).toBeLessThan(1);
        sound(found, 'selfConsistency');
      }),
      { seed: 42 },
    );
  });
});
