import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matrixOf, roganGladenClasses, seededRandom } from '../src/index.ts';
import { invert, smallestSingularValue, solve } from '../src/numerics/small-linear-algebra.ts';
import { sound } from './sound.ts';

describe('shares of several classes', () => {
  const confusion = matrixOf([
    [40, 5, 5],
    [4, 30, 6],
    [2, 3, 25],
  ]);

  test('agree with NumPy, with an interval from both sets', () => {
    const found = roganGladenClasses([50, 30, 20], confusion, { random: seededRandom(1) });
    if ('value' in found) throw new Error(found.detail);
    // numpy.linalg.solve, numpy.linalg.svd
    [0.5769230769230769, 0.3076923076923077, 0.1153846153846154].forEach((share, i) =>
      expect(found.shares[i]!.value).toBeCloseTo(share, 12),
    );
    expect(found.smallestSingularValue).toBeCloseTo(0.64892583, 7);
    for (const { interval, value, method } of found.shares) {
      expect(interval![0]).toBeLessThan(value);
      expect(interval![1]).toBeGreaterThan(value);
      expect(method).toBe('rogan-gladen, classes, bootstrap percentile, B = 2000');
    }
    expect(roganGladenClasses([50, 30, 20], confusion, { random: seededRandom(1) })).toEqual(found);
    sound(found, 'classes');
  });

  test('two classes are the plain estimate', () => {
    const found = roganGladenClasses(
      [600, 400],
      matrixOf([
        [140, 60],
        [20, 180],
      ]),
    );
    if ('value' in found) throw new Error(found.detail);
    expect(found.shares[1]!.value).toBeCloseTo(1 / 6, 12);
    expect(found.shares[0]).toMatchObject({
      interval: null,
      notes: ['no interval: it is a bootstrap, which needs `random`'],
    });
  });

  test('shares below 0 are set to 0 and the rest scaled', () => {
    const found = roganGladenClasses([50, 50, 0], confusion);
    if ('value' in found) throw new Error(found.detail);
    expect(found.shares[2]!.value).toBe(0);
    expect(found.shares.reduce((a, { value }) => a + value, 0)).toBeCloseTo(1, 12);
    expect(found.shares[0]!.notes![0]).toContain('some shares came out below 0 (-0.1');
  });

  test('a judge that does not tell classes apart is refused', () => {
    const at = (right: number) =>
      roganGladenClasses(
        [5, 5],
        matrixOf([
          [right, 100 - right],
          [100 - right, right],
        ]),
      );
    // The smaller singular value of [[q, 1 − q], [1 − q, q]] is 2q − 1.
    expect(at(54)).toMatchObject({
      value: null,
      reason: 'not-identified',
      detail: 'the judge does not tell the classes apart: smallest singular value 0.0800',
    });
    expect('shares' in at(56)).toBe(true);
  });

  test('refuse shapes and counts that are none', () => {
    expect(() => roganGladenClasses([1, 2], confusion)).toThrow(
      '2 classes need a confusion matrix of that size, found 3 × 3',
    );
    expect(() => roganGladenClasses([1, 2, -1], confusion)).toThrow('found -1');
    expect(() => roganGladenClasses([1, 2, 3], confusion, { replicates: 1 })).toThrow(
      'replicates must be at least 2, found 1',
    );
    expect(roganGladenClasses([0, 0, 0], confusion)).toMatchObject({ reason: 'no-data' });
    expect(
      roganGladenClasses(
        [1, 1],
        matrixOf([
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toMatchObject({ reason: 'no-data', detail: 'a class has no labelled item' });
  });
});

describe('small linear algebra', () => {
  const entry = fc.integer({ min: -9, max: 9 });
  test('an inverse undoes its matrix, and a singular one has none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(entry, { minLength: 25, maxLength: 25 }), (q, values) => {
        const matrix = values.slice(0, q * q);
        const inverse = invert(matrix, q);
        if (inverse === null) return expect(smallestSingularValue(matrix, q)).toBeLessThan(1e-6);
        for (let i = 0; i < q; i++) {
          const column = solve(
            matrix,
            Array.from({ length: q }, (_, k) => (k === i ? 1 : 0)),
            q,
          )!;
          for (let j = 0; j < q; j++) expect(column[j]).toBeCloseTo(inverse[j * q + i]!, 6);
          let product = 0;
          for (let k = 0; k < q; k++) product += matrix[i * q + k]! * inverse[k * q + i]!;
          expect(product).toBeCloseTo(1, 6);
        }
      }),
      { seed: 42 },
    );
    expect(invert([1, 2, 2, 4], 2)).toBeNull();
    expect(smallestSingularValue([0.8, 0.1, 0.1, 0.1, 0.75, 0.15, 0.1, 0.15, 0.75], 3)).toBeCloseTo(0.6, 12); // numpy.linalg.svd
  });
});
