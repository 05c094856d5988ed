import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyOrdinal,
  type Calibrator,
  applyCalibrator,
  type Estimate,
  fitOrdinal,
  fitPlatt,
  matrixOf,
  type OrdinalCalibrator,
  rankedProbabilityScore,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8')) as {
  p: number[];
  y: number[];
  ordinal: { scores: number[][]; grades: number[]; weights: number[]; thresholds: number[]; logLikelihood: number };
};
const { scores, grades, weights, thresholds, logLikelihood } = oracle.ordinal;
const fit = (features: (number | null)[][], labels: ArrayLike<number>, categories: number) =>
  fitOrdinal(matrixOf(features), labels, { categories }) as OrdinalCalibrator;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test('is the maximum of the likelihood, as statsmodels finds it', () => {
  const found = fit(scores, grades, 4);
  expect(found.weights).toEqual(weights.map((w) => expect.closeTo(w, 6) as number));
  expect(found.thresholds).toEqual(thresholds.map((t) => expect.closeTo(t, 6) as number));
  expect(found).toMatchObject({ kind: 'ordinal', categories: 4, observed: [0, 1, 2, 3], converged: true, n: 120 });
  expect(found.iterations).toBeLessThan(12);
  expect(found.notes).toBeUndefined();
  const { values } = applyOrdinal(found, matrixOf(scores));
  const reached = grades.reduce((total, grade, i) => total + Math.log(values[4 * i + grade]!), 0);
  expect(reached).toBeCloseTo(logLikelihood, 8);
  expect(reached).toBeGreaterThanOrEqual(logLikelihood - 1e-10);
});

test('of two categories is Platt scaling', () => {
  const logits = oracle.p.map((x) => [Math.log(x / (1 - x))]);
  const found = fit(logits, oracle.y, 2);
  const { values } = applyOrdinal(found, matrixOf(logits));
  const platt = applyCalibrator(fitPlatt(oracle.p, oracle.y) as Calibrator, oracle.p);
  platt.forEach((value, i) => expect(values[2 * i + 1]).toBeCloseTo(value, 9));
});

test('gives distributions by the formula, and recovers planted thresholds', () => {
  const random = seededRandom('ordinal');
  const planted = [-1, 0.5, 2];
  const features = Array.from({ length: 6000 }, () => [random.next() * 4 - 2, random.next()]);
  const labels = features.map(([a, b]) => {
    const u = random.next();
    const eta = 1.2 * a! - 0.8 * b!;
    return planted.filter((t) => u > sigmoid(t - eta)).length;
  });
  const found = fit(features, labels, 4);
  planted.forEach((t, k) => expect(Math.abs(found.thresholds[k]! - t)).toBeLessThan(0.2));
  expect(Math.abs(found.weights[0]! - 1.2)).toBeLessThan(0.1);
  expect(Math.abs(found.weights[1]! + 0.8)).toBeLessThan(0.25);
  const one = applyOrdinal(found, matrixOf([[0.3, 0.6]]));
  const eta = found.weights[0]! * 0.3 + found.weights[1]! * 0.6;
  const upTo = found.thresholds.map((t) => sigmoid(t - eta));
  expect([...one.values]).toEqual([
    expect.closeTo(upTo[0]!, 12),
    expect.closeTo(upTo[1]! - upTo[0]!, 12),
    expect.closeTo(upTo[2]! - upTo[1]!, 12),
    expect.closeTo(1 - upTo[2]!, 12),
  ]);
  // What it learnt is worth something on new rows of the same kind.
  const distributions = applyOrdinal(found, matrixOf(features));
  const shares = [0, 1, 2, 3].map((k) => labels.filter((label) => label === k).length / 6000);
  const base = matrixOf(labels.map(() => shares));
  expect((rankedProbabilityScore(distributions, labels) as Estimate).value).toBeLessThan(
    (rankedProbabilityScore(base, labels) as Estimate).value,
  );
});

test('does not depend on the units of the features', () => {
  const found = fit(scores, grades, 4);
  const scaled = fit(
    scores.map(([a, b]) => [1000 * a! + 5, b! / 100]),
    grades,
    4,
  );
  expect(scaled.weights[0]! * 1000).toBeCloseTo(found.weights[0]!, 8);
  expect(scaled.weights[1]! / 100).toBeCloseTo(found.weights[1]!, 8);
  const [one, other] = [applyOrdinal(found, matrixOf([[0.2, -1]])), applyOrdinal(scaled, matrixOf([[205, -0.01]]))];
  one.values.forEach((value, i) => expect(other.values[i]).toBeCloseTo(value, 9));
});

test('a category without a label gets nothing, and a note says so', () => {
  const found = fit(
    scores,
    grades.map((grade) => (grade >= 2 ? grade + 2 : grade + 1)),
    7,
  );
  expect(found.observed).toEqual([1, 2, 4, 5]);
  expect(found.notes).toEqual(['3 of 7 categories have no label and get probability 0']);
  const plain = applyOrdinal(fit(scores, grades, 4), matrixOf([scores[0]!])).values;
  const spread = applyOrdinal(found, matrixOf([scores[0]!]));
  expect(spread).toMatchObject({ rows: 1, columns: 7 });
  expect([...spread.values]).toEqual([0, plain[0], plain[1], 0, plain[2], plain[3], 0]);
});

test('is held by a ridge where grades are separated or features collinear', () => {
  const separated = fit([[1], [2], [3], [4], [5], [6]], [0, 0, 1, 1, 2, 2], 3);
  expect(separated).toMatchObject({ converged: true });
  expect(separated.notes).toEqual([
    'separated or collinear: a ridge of 1e-6 holds the fit, which has no maximum of its own',
  ]);
  const { values } = applyOrdinal(separated, matrixOf([[1], [3.2], [6]]));
  for (const place of [0, 4, 8]) expect(values[place]).toBeGreaterThan(0.99);
  const twice = fit(
    scores.map(([a]) => [a!, 2 * a!]),
    grades,
    4,
  );
  expect(twice.notes).toHaveLength(1);
  const single = fit(
    scores.map(([a]) => [a!]),
    grades,
    4,
  );
  expect(twice.weights[0]! + 2 * twice.weights[1]!).toBeCloseTo(single.weights[0]!, 4);
  const constant = fit(
    grades.map(() => [3]),
    grades,
    4,
  );
  const shares = [0, 1, 2, 3].map((k) => grades.filter((grade) => grade === k).length / 120);
  expect([...applyOrdinal(constant, matrixOf([[3]])).values]).toEqual(
    shares.map((x) => expect.closeTo(x, 8) as number),
  );
});

test('leaves out missing rows, survives JSON, and refuses what cannot be', () => {
  const found = fit([...scores, [null, 1], [0.1, 0.2]], [...grades, 1, -1], 4);
  expect(found).toEqual(fit(scores, grades, 4));
  const back = JSON.parse(JSON.stringify(found)) as OrdinalCalibrator;
  expect(applyOrdinal(back, matrixOf(scores))).toEqual(applyOrdinal(found, matrixOf(scores)));
  expect([...applyOrdinal(found, matrixOf([[null, 1]])).values]).toEqual([NaN, NaN, NaN, NaN]);
  expect(fitOrdinal(matrixOf([]), [], { categories: 3 })).toMatchObject({ value: null, reason: 'no-data' });
  expect(fitOrdinal(matrixOf([[1], [2]]), [1, 1], { categories: 3 })).toMatchObject({
    reason: 'one-category',
    detail: 'all 2 labels are 1',
  });
  expect(() => fitOrdinal(matrixOf([[1]]), [0], { categories: 1 })).toThrow(/categories must be at least 2/);
  expect(() => fitOrdinal(matrixOf([[1]]), [3], { categories: 3 })).toThrow(/labels\[0\]/);
  expect(() => fitOrdinal(matrixOf([[Infinity]]), [0], { categories: 3 })).toThrow(/features\[0, 0\]/);
  expect(() => fitOrdinal(matrixOf([[1]]), [0, 1], { categories: 3 })).toThrow(/1 rows of features but 2 labels/);
  expect(() => applyOrdinal(found, matrixOf([[1]]))).toThrow(
    new RangeError('the calibrator has 2 features, the matrix 1'),
  );
});

test('every distribution adds up to 1 and nothing is anything but a number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(-1, 0, 0.5, 2, NaN), fc.constantFrom(0, 1, 2, 3, -1)), { maxLength: 20 }),
      (drawn) => {
        const found = fitOrdinal(
          matrixOf(drawn.map(([x]) => [x])),
          drawn.map(([, label]) => label),
          { categories: 4 },
        );
        sound(found, 'fitOrdinal');
        if (!('kind' in found)) return;
        const { values } = applyOrdinal(found, matrixOf([[-3], [0.2], [5]]));
        for (let i = 0; i < 3; i++) {
          const row = values.slice(4 * i, 4 * i + 4);
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { seed: 42, numRuns: 100 },
  );
});
