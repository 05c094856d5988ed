import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IsotonicFit, isotonicRegression, predictIsotonic, seededRandom } from '../src/index.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8')) as {
  p: number[];
  y: number[];
  isotonic: { weights: number[]; at: number[]; predicted: number[] };
};
const seed = { seed: 42 };
const rows = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 3 })),
  {
    minLength: 1,
    maxLength: 25,
  },
);
const fitted = (x: ArrayLike<number>, y: ArrayLike<number>, weights?: number[]) =>
  isotonicRegression(x, y, { weights }) as IsotonicFit;

/** max over a ≤ i of min over b ≥ i of the mean of a … b: the fit by its definition. */
function maxMin(points: { x: number; total: number; weight: number }[]): number[] {
  const level = (a: number, b: number) => {
    const part = points.slice(a, b + 1);
    return part.reduce((t, p) => t + p.total, 0) / part.reduce((t, p) => t + p.weight, 0);
  };
  return points.map((_, i) => {
    let best = -Infinity;
    for (let a = 0; a <= i; a++) {
      let least = Infinity;
      for (let b = i; b < points.length; b++) least = Math.min(least, level(a, b));
      best = Math.max(best, least);
    }
    return best;
  });
}

test('is the max-min of means, whatever the order of the rows and with any weights', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const [x, y, w] = [drawn.map((r) => r[0]), drawn.map((r) => r[1]), drawn.map((r) => r[2])];
      const places = [...new Set(x)].toSorted((a, b) => a - b);
      const points = places.map((place) => ({
        x: place,
        total: drawn.reduce((t, r) => t + (r[0] === place ? r[1] * r[2] : 0), 0),
        weight: drawn.reduce((t, r) => t + (r[0] === place ? r[2] : 0), 0),
      }));
      const fit = fitted(x, y, w);
      const expected = maxMin(points);
      predictIsotonic(fit, places).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
      expect(fit.n).toBe(drawn.length);
      expect(fit.blocks).toBe(new Set(expected.map((v) => v.toFixed(9))).size);
      // Weights are rows written out.
      const out = drawn.flatMap((r) => Array.from({ length: r[2] }, () => r));
      const copies = fitted(
        out.map((r) => r[0]),
        out.map((r) => r[1]),
      );
      expect(copies.x).toEqual(fit.x);
      copies.y.forEach((value, i) => expect(value).toBeCloseTo(fit.y[i]!, 12));
    }),
    seed,
  );
});

test('agrees with scikit-learn on weighted data, beyond the ends too', () => {
  const { p, y, isotonic } = oracle;
  const found = predictIsotonic(fitted(p, y, isotonic.weights), isotonic.at);
  isotonic.predicted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 12));
});

test('keeps the corners of each block and no more', () => {
  expect(fitted([1, 2, 3, 4, 5], [1, 3, 2, 4, 3.5])).toMatchObject({
    x: [1, 2, 3, 4, 5],
    y: [1, 2.5, 2.5, 3.75, 3.75],
    blocks: 3,
    n: 5,
  });
  expect(fitted([1, 2, 3], [2, 2, 2])).toMatchObject({ x: [1, 3], y: [2, 2], blocks: 1 });
  expect(fitted([4, 4, 4], [0, 1, 1])).toMatchObject({ x: [4], y: [2 / 3], blocks: 1 });
  expect(fitted([3, 1, 2], [9, 1, 2])).toMatchObject({ x: [1, 2, 3], y: [1, 2, 9] });
});

test('leaves out rows that are missing or weigh nothing, and refuses what cannot be', () => {
  expect(fitted([1, NaN, 2, 3], [1, 5, NaN, 2])).toMatchObject({ x: [1, 3], y: [1, 2], n: 2 });
  expect(fitted([1, 2, 3], [1, 9, 2], [1, 0, 1])).toMatchObject({ x: [1, 3], y: [1, 2], n: 2 });
  expect(isotonicRegression([], [])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
  expect(() => isotonicRegression([1], [1, 2])).toThrow(new RangeError('x has 1 values, y has 2'));
  expect(() => isotonicRegression([1], [1], { weights: [] })).toThrow(new RangeError('x has 1 values, weights has 0'));
  expect(() => isotonicRegression([1], [1], { weights: [-1] })).toThrow(
    new RangeError('weights[0] must be 0 or positive and finite, found -1'),
  );
  expect(() => isotonicRegression([1], [1], { weights: [NaN] })).toThrow(/weights\[0\]/);
  expect(() => isotonicRegression([Infinity], [1])).toThrow(/x\[0\]/);
  expect(() => isotonicRegression([1], [-Infinity])).toThrow(/y\[0\]/);
});

test('a fit is read straight between corners and flat beyond, and a missing place stays missing', () => {
  const line = { x: [1, 2, 4], y: [0, 1, 2] };
  expect([...predictIsotonic(line, [-9, 1, 1.25, 2, 3, 4, 5, NaN])]).toEqual([0, 0, 0.25, 1, 1.5, 2, 2, NaN]);
  expect(() => predictIsotonic({ x: [], y: [] }, [1])).toThrow(RangeError);
  expect(() => predictIsotonic({ x: [1, 2], y: [1] }, [1])).toThrow(/2 and 1/);
});

test('large inputs take another road to the same fit', () => {
  const random = seededRandom('large');
  const n = 9000;
  const kinds: Record<string, () => number> = {
    uniform: () => random.next(),
    crowded: () => 1 - random.next() ** 12,
    rounded: () => Math.round(random.next() * 20) / 20,
    wide: () => (random.next() < 0.001 ? 1e140 : random.next()),
    constant: () => 0.5,
    signed: () => random.next() * 2 - 1,
    tiny: () => random.next() * 1e-320,
  };
  for (const [name, draw] of Object.entries(kinds)) {
    const x = Float64Array.from({ length: n }, draw);
    const y = x.map((v) => (random.next() < 0.2 + 0.6 * Math.min(1, Math.abs(v)) ? 1 : 0));
    const fit = fitted(x, y);
    // Weights of 1 take the plain sort.
    const plain = fitted(
      x,
      y,
      Array.from({ length: n }, () => 1),
    );
    expect([name, fit.n, fit.x, fit.y]).toEqual([name, n, plain.x, plain.y]);
  }
});
