import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type IccEstimate,
  type IccForm,
  intraclassCorrelation,
  matrixOf,
  normalQuantile,
  seededRandom,
} from '../src/index.ts';

const forms: IccForm[] = ['ICC(1,1)', 'ICC(2,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(2,k)', 'ICC(3,k)'];
const table = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }), {
  minLength: 3,
  maxLength: 12,
});

test('no form exceeds 1; all stand on shift and scale; consistency ignores a rater’s offset', () => {
  fc.assert(
    fc.property(table, (rows) => {
      for (const form of forms) {
        const icc = intraclassCorrelation(matrixOf(rows), { form });
        if (icc.value === null) continue;
        expect(icc.value).toBeLessThanOrEqual(1 + 1e-12);
        const moved = intraclassCorrelation(matrixOf(rows.map((row) => row.map((x) => 4 * x - 7))), { form });
        expect(moved.value).toBeCloseTo(icc.value, 8);
        if (form.startsWith('ICC(3')) {
          const offset = matrixOf(rows.map((row) => row.map((x, j) => x + 5 * j)));
          expect(intraclassCorrelation(offset, { form }).value).toBeCloseTo(icc.value, 8);
        }
        if (icc.interval === null) continue;
        const wider = intraclassCorrelation(matrixOf(rows), { form, level: 0.99 }) as IccEstimate;
        expect(icc.interval[0]).toBeLessThanOrEqual(icc.value + 1e-9);
        expect(icc.interval[1]).toBeGreaterThanOrEqual(icc.value - 1e-9);
        if (wider.interval) expect(wider.interval[0]).toBeLessThanOrEqual(icc.interval[0] + 1e-9);
      }
    }),
    { seed: 42 },
  );
});

test('perfect agreement is 1 without an interval, also where the values are not exact in binary', () => {
  for (const row of [
    [1, 2, 3],
    [0.1, 0.7, 0.30000000000000004],
  ]) {
    const perfect = matrixOf(row.map((x) => [x, x, x]));
    for (const form of forms) {
      expect(intraclassCorrelation(perfect, { form })).toMatchObject({ value: 1, interval: null, F: null, p: 0 });
    }
  }
});

test('raters apart by a constant are consistent but do not agree', () => {
  const apart = matrixOf([
    [1, 11],
    [2, 12],
    [3, 13],
  ]);
  expect(intraclassCorrelation(apart, { form: 'ICC(3,1)' })).toMatchObject({ value: 1, interval: null });
  expect((intraclassCorrelation(apart, { form: 'ICC(2,1)' }) as IccEstimate).value).toBeLessThan(0.05);
});

test('targets that do not differ have zero variance; negative values are reported', () => {
  expect(
    intraclassCorrelation(
      matrixOf([
        [1, 2],
        [2, 1],
        [1, 2],
      ]),
      { form: 'ICC(1,1)' },
    ),
  ).toMatchObject({ reason: 'zero-variance' });
  expect(
    intraclassCorrelation(
      matrixOf([
        [5, 5],
        [5, 5],
      ]),
    ),
  ).toMatchObject({ reason: 'zero-variance' });
  const { value, interval } = intraclassCorrelation(
    matrixOf([
      [1, 9],
      [9, 2],
      [2, 8],
      [8, 2],
    ]),
    { form: 'ICC(1,1)' },
  ) as IccEstimate;
  expect(value).toBeLessThan(-0.5);
  expect(interval![0]).toBeLessThan(value);
});

test('too few targets or raters, and holes', () => {
  expect(intraclassCorrelation(matrixOf([]))).toMatchObject({ reason: 'no-data' });
  expect(intraclassCorrelation(matrixOf([[1, 2]]))).toMatchObject({ reason: 'no-data' });
  expect(intraclassCorrelation(matrixOf([[1], [2]]))).toMatchObject({ reason: 'one-rater' });
  expect(() =>
    intraclassCorrelation(
      matrixOf([
        [1, null],
        [2, 3],
      ]),
    ),
  ).toThrow(/target 0 has a missing cell: the ICC needs complete rows, varianceComponents does not/);
});

test.each(['ICC(1,1)', 'ICC(3,1)'] as const)('the exact interval of %s covers at its level', (form) => {
  const random = seededRandom(`icc ${form}`);
  const normal = () => normalQuantile(random.next() || 0.5);
  const trials = 1500;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const rows = Array.from({ length: 15 }, () => {
      const target = normal();
      return [target + normal(), target + normal(), target + normal()];
    });
    const [low, high] = (intraclassCorrelation(matrixOf(rows), { form }) as IccEstimate).interval!;
    if (low <= 0.5 && 0.5 <= high) covered++;
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  expect(covered / trials).toBeGreaterThan(0.95 - four);
  expect(covered / trials).toBeLessThan(0.95 + four);
});

const shroutFleiss = matrixOf([
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
]);

// By four million draws of the mean squares' chi-squares (NumPy 2.4.6).
test.each([
  ['ICC(2,1)', 0.95, [0.0268, 0.7451]],
  ['ICC(2,1)', 0.9, [0.0435, 0.672]],
  ['ICC(2,k)', 0.95, [0.0991, 0.9212]],
  ['ICC(2,k)', 0.9, [0.1539, 0.8912]],
] as const)('the generalised interval of %s at %d is what the mean squares allow', (form, level, ends) => {
  const icc = intraclassCorrelation(shroutFleiss, { form, level }) as IccEstimate;
  expect(icc.method).toBe(`${form}, generalized interval`);
  expect(icc.interval![0]).toBeCloseTo(ends[0], 2);
  expect(icc.interval![1]).toBeCloseTo(ends[1], 2);
  const published = intraclassCorrelation(shroutFleiss, { form, level, interval: 'f' }) as IccEstimate;
  expect(published).toMatchObject({ method: `${form}, approximate F`, value: icc.value, F: icc.F });
  expect(published.interval).not.toEqual(icc.interval);
});

test('the choice of interval does not touch the forms that have an exact one', () => {
  for (const form of ['ICC(1,1)', 'ICC(3,1)', 'ICC(1,k)', 'ICC(3,k)'] as const) {
    expect(intraclassCorrelation(shroutFleiss, { form, interval: 'f' })).toEqual(
      intraclassCorrelation(shroutFleiss, { form }),
    );
  }
});
