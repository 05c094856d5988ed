import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clusteredMean,
  isEstimate,
  matrixOf,
  mean,
  repeatedRuns,
  repeatedRunsError,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

const scores = matrixOf([
  [1, 1, 0],
  [0, 0, 0],
  [1, 1, 1],
  [0, 1, 1],
  [0, 0, 1],
]);

function found(...args: Parameters<typeof repeatedRuns>) {
  const result = repeatedRuns(...args);
  if (!isEstimate(result)) throw new Error(result.detail);
  sound(result, 'repeated runs');
  return result;
}

test('splits the variance as NumPy does, and has the t interval of the item means', () => {
  const result = found(scores);
  expect(result).toMatchObject({ n: 5, repeats: 3, method: 'mean of item means, mean, t', level: 0.95 });
  expect(result.value).toBeCloseTo(0.5333333333333333, 12);
  expect(result.within).toBeCloseTo(0.2, 12);
  expect(result.between).toBeCloseTo(0.07777777777777779, 12);
  expect(result.interval![0]).toBeCloseTo(0.0614284076725759, 9);
  expect(result.interval![1]).toBeCloseTo(1.0052382589940907, 9);
  expect(result.notes).toBeUndefined();
});

test('recovers planted variances', () => {
  const random = seededRandom('planted');
  const rows = Array.from({ length: 4000 }, () => {
    const item = random.next();
    return [0, 0, 0].map(() => item + 2 * (random.next() - 0.5));
  });
  const result = found(matrixOf(rows));
  expect(result.between).toBeCloseTo(1 / 12, 1);
  expect(Math.abs(result.within! - 4 / 12)).toBeLessThan(0.02);
  expect(Math.abs(result.between - 1 / 12)).toBeLessThan(0.02);
  expect(result.se).toBeCloseTo(
    repeatedRunsError({ between: result.between, within: result.within! }, { n: 4000, repeats: 3 }),
    12,
  );
});

test('the two parts give back the error of the mean, unless they were cut at 0', () => {
  const runs = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 2 }), {
    minLength: 3,
    maxLength: 12,
  });
  fc.assert(
    fc.property(runs, (rows) => {
      const result = found(matrixOf(rows));
      const plain = clusteredMean(rows.map(mean));
      expect(result.value).toBe(plain.value);
      if (result.notes?.some((note) => note.includes('read as 0'))) expect(result.between).toBe(0);
      else if (result.se) {
        const split = { between: result.between, within: result.within! };
        expect(repeatedRunsError(split, { n: rows.length, repeats: 2 })).toBeCloseTo(result.se, 9);
      }
    }),
    { seed: 42 },
  );
});

test('items with fewer runs weigh the same, and items without any are left out', () => {
  const result = found(
    matrixOf([
      [1, null, null],
      [0, 1, null],
      [null, null, null],
      [1, 1, 1],
    ]),
  );
  expect(result.n).toBe(3);
  expect(result.value).toBeCloseTo((1 + 0.5 + 1) / 3, 12);
  expect(result.repeats).toBeCloseTo(3 / (1 + 1 / 2 + 1 / 3), 12);
  expect(result.within).toBeCloseTo((0.5 + 0) / 2, 12);
});

test('says what it cannot tell', () => {
  expect(found(matrixOf([[1], [0], [1]]))).toMatchObject({
    within: null,
    repeats: 1,
    notes: ['no item was run twice, so the error of a run cannot be told from the items'],
  });
  expect(found(matrixOf([[1], [0], [1]])).between).toBeCloseTo(1 / 3, 12);
  expect(found(matrixOf([[1, 0]]))).toMatchObject({ n: 1, between: 0, interval: null, within: 0.5 });
  expect(found(matrixOf([[1, 0]])).notes).toContain('one item says nothing about the spread between items');
  expect(
    found(
      matrixOf([
        [1, 1],
        [0, 0],
      ]),
    ).notes,
  ).toEqual(['two rows leave one degree of freedom']);
  const noisy = found(
    matrixOf([
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0.2],
    ]),
  );
  expect(noisy.between).toBe(0);
  expect(noisy.notes!.at(-1)).toMatch(
    /^the runs of an item differ more than the items do: between is -0\.\d+, read as 0$/,
  );
  expect(repeatedRuns(matrixOf([]))).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'needs at least one score',
    n: 0,
    method: 'mean of item means',
  });
  expect(() =>
    repeatedRuns(
      matrixOf([
        [1, 2],
        [1, Infinity],
      ]),
    ),
  ).toThrow('scores[1][1] must be finite');
  expect(found(scores, { clusters: [0, 0, 1, 1, 2] })).toMatchObject({ interval: null, groups: 3 });
});

test('the error of a plan is that of the formula', () => {
  const split = { between: 1.472446, within: 0.257292 };
  expect(repeatedRunsError(split, { n: 320, repeats: 1 })).toBeCloseTo(0.0735216, 6);
  expect(repeatedRunsError(split, { n: 320, repeats: 3 })).toBeCloseTo(0.0697811, 6);
  expect(repeatedRunsError(split, { n: 320, repeats: 3, designEffect: 4 })).toBeCloseTo(2 * 0.0697811, 6);
  expect(() => repeatedRunsError({ between: -1, within: 0 }, { n: 1, repeats: 1 })).toThrow(
    'between must be a variance, found -1',
  );
  expect(() => repeatedRunsError(split, { n: 0.5, repeats: 1 })).toThrow('n must be at least 1, found 0.5');
  expect(() => repeatedRunsError(split, { n: 1, repeats: 0 })).toThrow('repeats must be at least 1, found 0');
  expect(() => repeatedRunsError(split, { n: 1, repeats: 1, designEffect: 0 })).toThrow(
    'designEffect must be positive and finite, found 0',
  );
});
