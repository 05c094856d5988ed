import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classification, type Estimate, pearson, proportion, seededRandom } from '../src/index.ts';

/** The table of a published judge against the majority of three people: rows are the truth. */
const rows = [
  [18, 42, 45],
  [19, 332, 71],
  [26, 86, 360],
];
const truth: number[] = [];
const predicted: number[] = [];
rows.forEach((row, t) =>
  row.forEach((count, p) => {
    for (let i = 0; i < count; i++) {
      truth.push(t);
      predicted.push(p);
    }
  }),
);

test('the published figures of a judge on 999 pairs are met', () => {
  const { accuracy, balancedAccuracy, mcc, table, microF1 } = classification(truth, predicted, { categories: 3 });
  expect([...table]).toEqual(rows.flat());
  expect(accuracy.value).toBeCloseTo(0.710711, 6);
  expect(accuracy).toMatchObject({ interval: (proportion(710, 999) as Estimate).interval });
  expect(balancedAccuracy.value).toBeCloseTo(0.573623, 6);
  expect(mcc.value).toBeCloseTo(0.497358, 6);
  expect(microF1.value).toBe(accuracy.value);
});

test('precision, recall and F1 are Wilson shares of what was predicted and of what is true', () => {
  const { perCategory } = classification(truth, predicted, { categories: 3 });
  expect(perCategory[0]!.precision).toMatchObject({
    value: 18 / 63,
    n: 63,
    interval: (proportion(18, 63) as Estimate).interval,
  });
  expect(perCategory[0]!.recall).toMatchObject({ value: 18 / 105, n: 105 });
  expect(perCategory[0]!.f1.value).toBeCloseTo(36 / 168, 14);
  expect(perCategory[0]!.f1).toMatchObject({ interval: null });
});

test('0/0 is undetermined and left out of means, never 0', () => {
  const { perCategory, macroF1, balancedAccuracy } = classification([0, 0, 1, 1], [0, 1, 1, 1], { categories: 3 });
  expect(perCategory[2]).toMatchObject({
    precision: { value: null, reason: 'no-data' },
    recall: { value: null, reason: 'no-data' },
    f1: { value: null, reason: 'no-data' },
  });
  expect(macroF1.value).toBeCloseTo((2 / 3 + 4 / 5) / 2, 14);
  expect((macroF1 as Estimate).notes!.join()).toContain('1 of 3 categories');
  expect(balancedAccuracy.value).toBe(0.75);
  const never = classification([0, 1], [0, 0], { categories: 2 });
  expect(never.perCategory[1]!.precision).toMatchObject({ reason: 'no-data' });
  expect(never.perCategory[1]!.recall).toMatchObject({ value: 0 });
  expect(never.mcc).toMatchObject({ value: null, reason: 'one-category' });
});

test('no items is no data throughout', () => {
  const nothing = classification([], [], { categories: 2, random: seededRandom(1) });
  for (const answer of [nothing.accuracy, nothing.mcc, nothing.macroF1, nothing.perCategory[0]!.f1]) {
    expect(answer).toMatchObject({ value: null, reason: 'no-data', n: 0 });
  }
});

test('of two categories Matthews’ correlation is Pearson’s, and averages lie between their parts', () => {
  const codes = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 2,
    maxLength: 40,
  });
  fc.assert(
    fc.property(codes, (pairs) => {
      const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
      const { mcc, macroF1, weightedF1, perCategory } = classification(a, b, { categories: 2 });
      const r = pearson(a, b);
      if (r.value === null) expect(mcc.value).toBeNull();
      else expect(mcc.value).toBeCloseTo(r.value, 12);
      const f1 = perCategory.map((category) => category.f1.value).filter((value) => value !== null);
      for (const value of [macroF1.value!, weightedF1.value!]) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...f1) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(...f1) + 1e-12);
      }
    }),
    { seed: 42 },
  );
});

test('one set of resamples gives every interval', () => {
  const random = seededRandom(3);
  const drawn = classification(truth, predicted, { categories: 3, random });
  for (const answer of [drawn.accuracy, drawn.mcc, drawn.macroF1, drawn.weightedF1, drawn.perCategory[1]!.f1]) {
    const { value, interval } = answer as Estimate;
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
  }
  const wilson = (proportion(710, 999) as Estimate).interval!;
  expect((drawn.accuracy as Estimate).interval![0]).toBeCloseTo(wilson[0], 2);
  const clustered = classification(truth, predicted, { categories: 3, random, clusters: truth.map((_, i) => i % 50) });
  expect(clustered.accuracy).toMatchObject({ groups: 50, value: drawn.accuracy.value });
});

test('the averages of precision, recall and F1 are those of scikit-learn 1.7', () => {
  const found = classification(truth, predicted, { categories: 3 });
  expect(found.macroPrecision.value).toBeCloseTo(0.5879186457191573, 14);
  expect(found.macroRecall.value).toBeCloseTo(0.5736234312184187, 14);
  expect(found.macroF1.value).toBeCloseTo(0.5755379507639905, 14);
  expect(found.weightedPrecision.value).toBeCloseTo(0.692240943903348, 14);
  expect(found.weightedF1.value).toBeCloseTo(0.6993765343172618, 14);
  for (const same of [found.microPrecision, found.microRecall, found.microF1, found.weightedRecall]) {
    expect(same).toMatchObject({ value: 710 / 999, n: 999, interval: (found.accuracy as Estimate).interval });
  }
  expect(found.macroPrecision).toMatchObject({ interval: null, method: 'macro-precision' });
});

test('a category that was never predicted is left out of precision, as scikit-learn does with zero_division=nan', () => {
  const found = classification([0, 0, 1, 1, 2, 2, 0, 1], [0, 1, 1, 1, 0, 1, 0, 0], { categories: 3 });
  expect(found.macroPrecision.value).toBeCloseTo(0.5, 14);
  expect(found.macroRecall.value).toBeCloseTo(4 / 9, 14);
  expect(found.macroF1.value).toBeCloseTo(0.38095238095238093, 14);
  expect(found.weightedPrecision.value).toBeCloseTo(0.5, 14);
  expect(found.weightedRecall.value).toBeCloseTo(0.5, 14);
  expect(found.weightedF1.value).toBeCloseTo(0.42857142857142855, 14);
  expect((found.macroPrecision as Estimate).notes).toContain(
    '1 of 3 categories were never predicted and are left out of means of precision',
  );
});

test('a category that does not occur is left out of recall', () => {
  const found = classification([0, 0, 1, 1], [0, 2, 1, 0], { categories: 3 });
  expect(found.macroRecall.value).toBe(0.5);
  expect(found.balancedAccuracy.value).toBe(0.5);
  expect((found.macroRecall as Estimate).notes).toContain(
    '1 of 3 categories do not occur and are left out of means of recall',
  );
});

test('weighted precision is open where nothing that occurs was predicted', () => {
  const found = classification([0, 0], [1, 1], { categories: 2 });
  expect(found.weightedPrecision).toMatchObject({ value: null, reason: 'no-data' });
  expect(found.macroPrecision).toMatchObject({ value: 0 });
});

test('the new averages have intervals from the same resamples', () => {
  const drawn = classification(truth, predicted, { categories: 3, random: seededRandom(3) });
  for (const answer of [drawn.macroPrecision, drawn.macroRecall, drawn.weightedPrecision, drawn.microPrecision]) {
    const { value, interval } = answer as Estimate;
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
  }
  expect((drawn.weightedRecall as Estimate).interval).toEqual((drawn.accuracy as Estimate).interval);
});
