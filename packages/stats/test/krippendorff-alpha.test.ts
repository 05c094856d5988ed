import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlphaEstimate, type AlphaMetric, krippendorffAlpha, matrixOf, seededRandom } from '../src/index.ts';

const metrics: AlphaMetric[] = ['nominal', 'ordinal', 'interval', 'ratio'];
const seed = { seed: 42 };
const unit = fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { freq: 3 }), { minLength: 4, maxLength: 4 });
const tables = fc.array(unit, { minLength: 1, maxLength: 12 });
type Rows = (number | null)[][];

/** The definition by way of the coincidence matrix. */
function byMatrix(rows: Rows, metric: AlphaMetric): number | null {
  const units = rows.map((row) => row.filter((x) => x !== null)).filter((row) => row.length >= 2);
  const levels = [...new Set(units.flat())].toSorted((a, b) => a - b);
  const q = levels.length;
  const o = levels.map(() => levels.map(() => 0));
  for (const row of units) {
    row.forEach((x, i) =>
      row.forEach((y, j) => {
        if (i !== j) o[levels.indexOf(x)]![levels.indexOf(y)]! += 1 / (row.length - 1);
      }),
    );
  }
  const totals = o.map((row) => row.reduce((a, b) => a + b, 0));
  const n = totals.reduce((a, b) => a + b, 0);
  const distance = (c: number, k: number) => {
    const [x, y] = [levels[c]!, levels[k]!];
    if (metric === 'nominal') return Number(c !== k);
    if (metric === 'interval') return (x - y) ** 2;
    if (metric === 'ratio') return c === k ? 0 : ((x - y) / (x + y)) ** 2;
    const [low, high] = [Math.min(c, k), Math.max(c, k)];
    let between = 0;
    for (let g = low; g <= high; g++) between += totals[g]!;
    return (between - (totals[low]! + totals[high]!) / 2) ** 2;
  };
  let [observed, expected] = [0, 0];
  for (let c = 0; c < q; c++) {
    for (let k = 0; k < q; k++) {
      observed += (o[c]![k]! * distance(c, k)) / n;
      expected += (totals[c]! * totals[k]! * distance(c, k)) / (n * (n - 1));
    }
  }
  return expected > 0 ? 1 - observed / expected : null;
}

describe.each(metrics)('%s alpha', (metric) => {
  test('is what the coincidence matrix gives, with missing ratings, and at most 1', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { value } = krippendorffAlpha(matrixOf(rows), { metric });
        const expected = byMatrix(rows, metric);
        if (expected === null) {
          expect(value).toBeNull();
          return;
        }
        expect(value).toBeCloseTo(expected, 10);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
      }),
      seed,
    );
  });

  test('does not depend on the order of units or raters', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const { value } = krippendorffAlpha(matrixOf(rows), { metric });
        const turned = krippendorffAlpha(matrixOf(rows.toReversed().map((row) => row.toReversed())), { metric });
        if (value === null) {
          expect(turned.value).toBeNull();
          return;
        }
        expect(turned.value).toBeCloseTo(value, 10);
      }),
      seed,
    );
  });

  test('takes values that are not small whole numbers by the same definition', () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const spread = rows.map((row) => row.map((x) => (x === null ? null : x * 310.7 + 0.25)));
        const { value } = krippendorffAlpha(matrixOf(spread), { metric });
        const expected = byMatrix(spread, metric);
        if (expected === null) {
          expect(value).toBeNull();
          return;
        }
        expect(value).toBeCloseTo(expected, 9);
      }),
      seed,
    );
  });
});

test('relabelling leaves nominal alpha, monotone recoding ordinal, linear recoding interval, scaling ratio', () => {
  const random = seededRandom('alpha');
  const rows = Array.from({ length: 30 }, () => {
    const base = 1 + Math.floor(random.next() * 4);
    return Array.from({ length: 3 }, () => Math.max(1, base + Math.floor(random.next() * 3) - 1));
  });
  const alpha = (metric: AlphaMetric, recode: (x: number) => number) =>
    krippendorffAlpha(matrixOf(rows.map((row) => row.map(recode))), { metric }).value!;
  const same = (x: number) => x;
  expect(alpha('nominal', (x) => (x * 7) % 11)).toBeCloseTo(alpha('nominal', same), 12);
  expect(alpha('ordinal', (x) => x ** 3)).toBeCloseTo(alpha('ordinal', same), 12);
  expect(alpha('interval', (x) => 3 * x - 40)).toBeCloseTo(alpha('interval', same), 12);
  expect(alpha('ratio', (x) => 5 * x)).toBeCloseTo(alpha('ratio', same), 12);
  expect(alpha('interval', (x) => x + 1e8)).toBeCloseTo(alpha('interval', same), 6);
});

test('systematic disagreement is below 0, and stays so', () => {
  const { value } = krippendorffAlpha(
    matrixOf([
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0],
    ]),
  );
  expect(value).toBeCloseTo(-0.75, 12);
});

test('one unit with two values is 0, with one value undetermined; nothing to pair is no data', () => {
  expect(krippendorffAlpha(matrixOf([[1, 2]]))).toMatchObject({ value: 0, n: 1, interval: null });
  expect(
    krippendorffAlpha(
      matrixOf([
        [1, 1],
        [1, 1],
      ]),
    ),
  ).toMatchObject({ value: null, reason: 'one-category', n: 2 });
  expect(
    krippendorffAlpha(
      matrixOf([
        [1, null],
        [null, 2],
      ]),
    ),
  ).toMatchObject({ reason: 'no-data' });
  expect(krippendorffAlpha(matrixOf([[null, null]]))).toMatchObject({ reason: 'no-data' });
  expect(krippendorffAlpha(matrixOf([]))).toMatchObject({ reason: 'no-data' });
  expect(krippendorffAlpha(matrixOf([[1], [2]]))).toMatchObject({ reason: 'one-rater' });
});

test('what cannot be a rating is refused', () => {
  expect(() => krippendorffAlpha(matrixOf([[1, Infinity]]))).toThrow(RangeError);
  expect(() => krippendorffAlpha(matrixOf([[-1, 2]]), { metric: 'ratio' })).toThrow(RangeError);
  expect(() => krippendorffAlpha({ values: [1, 2, 3], rows: 2, columns: 2 })).toThrow(RangeError);
  expect(() => krippendorffAlpha(matrixOf([[1, 2]]), { metric: 'cosine' as AlphaMetric })).toThrow(RangeError);
  expect(() => matrixOf([[1, 2], [1]])).toThrow(RangeError);
});

const golden = JSON.parse(
  readFileSync(new URL('fixtures/golden/krippendorff_alpha.json', import.meta.url), 'utf8'),
) as {
  cases: { input: { units: Rows } }[];
};
const incomplete = matrixOf(golden.cases.at(-1)!.input.units);

test.each(metrics)(
  'the %s bootstrap contains the value, narrows with the level, and gives the same bytes twice',
  (metric) => {
    const run = (level: number, bootstrap: 'percentile' | 'bca' = 'percentile') =>
      krippendorffAlpha(incomplete, {
        metric,
        level,
        bootstrap,
        random: seededRandom(9),
        replicates: 500,
      }) as AlphaEstimate;
    const [narrow, wide, bca] = [run(0.8), run(0.95), run(0.95, 'bca')];
    for (const { value, interval } of [narrow, wide, bca]) {
      expect(interval![0]).toBeLessThan(value);
      expect(interval![1]).toBeGreaterThan(value);
    }
    expect(wide.interval![0]).toBeLessThanOrEqual(narrow.interval![0]);
    expect(wide.interval![1]).toBeGreaterThanOrEqual(narrow.interval![1]);
    expect(JSON.stringify(run(0.95))).toBe(JSON.stringify(wide));
  },
);

test('clusters of units that say the same twice do not count twice', () => {
  const rows = golden.cases.at(-1)!.input.units;
  const ids = rows.map((_, i) => i);
  const options = { metric: 'ordinal' as const, random: seededRandom(4) };
  const once = krippendorffAlpha(matrixOf(rows), { ...options, clusters: ids }) as AlphaEstimate;
  const twice = krippendorffAlpha(matrixOf([...rows, ...rows]), {
    ...options,
    clusters: [...ids, ...ids],
  }) as AlphaEstimate;
  expect(twice.se! / once.se!).toBeGreaterThan(0.95);
  expect(twice.se! / once.se!).toBeLessThan(1.05);
  expect(twice.groups).toBe(once.groups);
});
