import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  categoryCounts,
  cohenKappa,
  type FleissEstimate,
  fleissKappa,
  krippendorffAlpha,
  matrixOf,
  pairwiseAgreement,
  percentAgreement,
  randolphKappa,
  seededRandom,
} from '../src/index.ts';

const seed = { seed: 42 };
const complete = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }), {
  minLength: 2,
  maxLength: 20,
});

test('observed agreement is that of all pairs of raters, and relabelling changes nothing', () => {
  fc.assert(
    fc.property(complete, (rows) => {
      const codes = matrixOf(rows);
      const kappa = fleissKappa(categoryCounts(codes, 3));
      const agreement = pairwiseAgreement(codes);
      if (kappa.value === null) {
        expect(kappa.reason).toBe('one-category');
        return;
      }
      expect(kappa.po).toBeCloseTo(agreement.value!, 12);
      const renamed = matrixOf(rows.map((row) => row.map((x) => (x + 1) % 3)));
      expect(fleissKappa(categoryCounts(renamed, 3)).value).toBeCloseTo(kappa.value, 12);
      // Alpha of complete nominal data is kappa with chance drawn without replacement.
      const n = rows.length * 3;
      const chance = (n * kappa.pe - 1) / (n - 1);
      expect(krippendorffAlpha(codes).value).toBeCloseTo((kappa.po - chance) / (1 - chance), 10);
    }),
    seed,
  );
});

test('with two raters it is Scott’s pi, not above Cohen’s kappa', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
        minLength: 2,
        maxLength: 30,
      }),
      (rows) => {
        const pi = fleissKappa(categoryCounts(matrixOf(rows), 3)).value;
        const kappa = cohenKappa(
          rows.map(([a]) => a),
          rows.map(([, b]) => b),
          { categories: 3 },
        ).value;
        if (pi !== null && kappa !== null) expect(pi).toBeLessThanOrEqual(kappa + 1e-12);
      },
    ),
    seed,
  );
});

test('a category that no one or everyone used has no kappa', () => {
  const { perCategory } = fleissKappa(
    matrixOf([
      [3, 0, 0],
      [2, 1, 0],
      [0, 3, 0],
    ]),
  ) as FleissEstimate;
  expect(perCategory[2]).toBeNull();
  expect(perCategory[0]).toBeCloseTo(perCategory[1]!, 12);
});

test('unequal numbers of ratings are refused, with the way out', () => {
  expect(() =>
    fleissKappa(
      matrixOf([
        [3, 0],
        [1, 1],
      ]),
    ),
  ).toThrow(/krippendorffAlpha/);
  expect(() =>
    fleissKappa(
      matrixOf([
        [-1, 3],
        [1, 1],
      ]),
    ),
  ).toThrow(RangeError);
});

test('what cannot be said is undetermined', () => {
  expect(fleissKappa(matrixOf([]))).toMatchObject({ reason: 'no-data' });
  expect(fleissKappa(matrixOf([[2, 1]]))).toMatchObject({ reason: 'no-data', n: 1 });
  expect(
    fleissKappa(
      matrixOf([
        [1, 0],
        [0, 1],
      ]),
    ),
  ).toMatchObject({ reason: 'one-rater' });
  expect(
    fleissKappa(
      matrixOf([
        [3, 0],
        [3, 0],
      ]),
    ),
  ).toMatchObject({ reason: 'one-category' });
  expect(
    randolphKappa(
      matrixOf([
        [3, 0],
        [3, 0],
      ]),
    ),
  ).toMatchObject({ value: 1 });
  expect(randolphKappa(matrixOf([[3], [3]]))).toMatchObject({ reason: 'one-category' });
});

test('an interval needs randomness and says so', () => {
  const counts = matrixOf(Array.from({ length: 40 }, (_, i) => [i % 4, 3 - (i % 4)]));
  expect(fleissKappa(counts)).toMatchObject({ interval: null, notes: [expect.stringContaining('random')] });
  const { value, interval } = fleissKappa(counts, { random: seededRandom(1) }) as FleissEstimate;
  expect(interval![0]).toBeLessThan(value);
  expect(interval![1]).toBeGreaterThan(value);
});

test('percent agreement leaves out what one did not rate, and clusters go in', () => {
  expect(percentAgreement([0, 1, 1, -1], [0, 1, 0, 1])).toMatchObject({ value: 2 / 3, n: 3 });
  expect(percentAgreement([], [])).toMatchObject({ reason: 'no-data' });
  expect(
    pairwiseAgreement(
      matrixOf([
        [0, -1],
        [1, 1],
        [0, 1],
      ]),
    ),
  ).toMatchObject({ value: 0.5, n: 2 });
  expect(pairwiseAgreement(matrixOf([[0, -1]]))).toMatchObject({ reason: 'no-data' });
  const a = Array.from({ length: 60 }, (_, i) => i % 2);
  const clustered = percentAgreement(
    a,
    a.map((x, i) => (i % 3 ? x : 1 - x)),
    { clusters: a.map((_, i) => i >> 1) },
  );
  expect(clustered).toMatchObject({ groups: 30, n: 60 });
});
