import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CorrelationEstimate,
  kendall,
  type KendallEstimate,
  normalQuantile,
  pearson,
  seededRandom,
  spearman,
} from '../src/index.ts';

const seed = { seed: 42 };
const columns = fc
  .integer({ min: 2, max: 40 })
  .chain((n) =>
    fc.tuple(...[0, 1].map(() => fc.array(fc.integer({ min: 0, max: 6 }), { minLength: n, maxLength: n }))),
  );
const oracle = JSON.parse(readFileSync(new URL('fixtures/tests.json', import.meta.url), 'utf8')) as {
  kendall: { x: number[]; y: number[]; b: number; c: number; p: number; spearman: number }[];
};

test.each(oracle.kendall)('SciPy gives tau-b $b, tau-c $c, rho $spearman', ({ x, y, b, c, p, spearman: rho }) => {
  const tau = kendall(x, y) as KendallEstimate;
  expect(tau.value).toBeCloseTo(b, 12);
  expect(Math.abs(tau.p! / p - 1)).toBeLessThan(1e-9);
  expect(kendall(x, y, { variant: 'c' }).value).toBeCloseTo(c, 12);
  expect(spearman(x, y).value).toBeCloseTo(rho, 12);
});

test('the merge sort counts what all pairs count', () => {
  fc.assert(
    fc.property(columns, ([x, y]) => {
      let [concordant, discordant, tiesX, tiesY, tiesBoth] = [0, 0, 0, 0, 0];
      for (let i = 0; i < x!.length; i++) {
        for (let j = 0; j < i; j++) {
          const [dx, dy] = [x![i]! - x![j]!, y![i]! - y![j]!];
          if (dx * dy > 0) concordant++;
          if (dx * dy < 0) discordant++;
          if (dx === 0) tiesX++;
          if (dy === 0) tiesY++;
          if (dx === 0 && dy === 0) tiesBoth++;
        }
      }
      const tau = kendall(x!, y!);
      if (tau.value === null) {
        expect(tau.reason).toBe('zero-variance');
        return;
      }
      expect(tau).toMatchObject({ concordant, discordant, tiesX, tiesY, tiesBoth });
    }),
    seed,
  );
});

describe.each([
  ['pearson', pearson],
  ['spearman', spearman],
  ['kendall', kendall],
] as const)('%s', (_, correlation) => {
  test('is symmetric, in [-1, 1], blind to row order, and changes sign with a column', () => {
    fc.assert(
      fc.property(columns, ([x, y]) => {
        const { value } = correlation(x!, y!);
        if (value === null) {
          expect(correlation(y!, x!).value).toBeNull();
          return;
        }
        expect(Math.abs(value)).toBeLessThanOrEqual(1);
        expect(correlation(y!, x!).value).toBeCloseTo(value, 12);
        expect(correlation(x!.toReversed(), y!.toReversed()).value).toBeCloseTo(value, 12);
        expect(
          correlation(
            x!,
            y!.map((v) => -v),
          ).value,
        ).toBeCloseTo(-value, 12);
        expect(correlation(x!, x!).value).toBeCloseTo(1, 12);
      }),
      seed,
    );
  });

  test('none, one and two rows; a constant column; missing values', () => {
    expect(correlation([], [])).toMatchObject({ reason: 'no-data', n: 0 });
    expect(correlation([1], [2])).toMatchObject({ reason: 'no-data', n: 1 });
    expect(correlation([1, 2], [4, 3])).toMatchObject({ value: -1, interval: null, p: null });
    expect(correlation([1, 1, 1], [1, 2, 3])).toMatchObject({ reason: 'zero-variance' });
    expect(correlation([1, 2, NaN, 4, 5], [1, 3, 3, NaN, 9])).toMatchObject({ n: 3, interval: null });
    expect(correlation([NaN, NaN], [1, 2])).toMatchObject({ reason: 'no-data' });
    expect(() => correlation([1], [1, 2])).toThrow(RangeError);
    expect(() => correlation([1, Infinity], [1, 2])).toThrow(RangeError);
  });

  test('a bootstrap takes clusters, and the same seed gives the same bytes', () => {
    const random = seededRandom('correlation');
    const x = Array.from({ length: 90 }, () => Math.floor(random.next() * 10));
    const y = x.map((v) => v + Math.floor(random.next() * 8));
    const run = () =>
      correlation(x, y, { random: seededRandom(2), clusters: x.map((__, i) => i % 30), replicates: 300 });
    const { interval, value, groups } = run() as CorrelationEstimate;
    expect(groups).toBe(30);
    expect(interval![0]).toBeLessThan(value);
    expect(interval![1]).toBeGreaterThan(value);
    expect(JSON.stringify(run())).toBe(JSON.stringify(run()));
  });
});

test('tau and rho see ranks only, gamma leaves ties out', () => {
  const [x, y] = [
    [1, 2, 3, 4, 5, 5],
    [2, 1, 4, 3, 9, 7],
  ];
  const stretched = x.map((v) => Math.exp(v));
  expect(spearman(stretched, y).value).toBeCloseTo(spearman(x, y).value!, 12);
  expect(kendall(stretched, y).value).toBe(kendall(x, y).value);
  expect(kendall([1, 1, 2, 2], [1, 2, 1, 2], { variant: 'gamma' })).toMatchObject({ value: 0 });
  expect(kendall([1, 1, 2], [1, 2, 1], { variant: 'gamma' })).toMatchObject({ value: -1 });
  expect(kendall([1, 1], [1, 2], { variant: 'gamma' })).toMatchObject({ reason: 'zero-variance' });
  expect(() => kendall([1, 2], [1, 2], { variant: 'd' as 'b' })).toThrow(RangeError);
});

test('a perfect correlation has no closed interval', () => {
  expect(pearson([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])).toMatchObject({ value: 1, interval: null, p: 0 });
});

test('a column far from 0 and one that hardly varies keep their digits', () => {
  const y = [2, 1, 4, 3, 5];
  expect(
    pearson(
      [1, 2, 3, 4, 5].map((v) => v + 1e9),
      y,
    ).value,
  ).toBeCloseTo(0.8, 9);
  expect(
    pearson(
      [1, 2, 3, 4, 5].map((v) => v * 1e-150),
      y,
    ).value,
  ).toBeCloseTo(0.8, 9);
  expect(
    pearson(
      [1, 2, 3, 4, 5].map((v) => v * 1e-320),
      y,
    ),
  ).toMatchObject({ reason: 'zero-variance' });
});

test('Spearman’s interval is Bonett and Wright’s: rho .662583, n = 360 gives [.5934, .7221]', () => {
  const [r, n] = [0.662583, 360];
  const half = normalQuantile(0.975) * Math.sqrt((1 + r ** 2 / 2) / (n - 3));
  expect(Math.tanh(Math.atanh(r) - half)).toBeCloseTo(0.5934, 4);
  expect(Math.tanh(Math.atanh(r) + half)).toBeCloseTo(0.7221, 4);
  const random = seededRandom('rho');
  const x = Array.from({ length: n }, () => random.next());
  const rho = spearman(
    x,
    x.map((v) => v + random.next()),
  ) as CorrelationEstimate;
  const width = normalQuantile(0.975) * Math.sqrt((1 + rho.value ** 2 / 2) / (n - 3));
  expect(rho.interval![0]).toBeCloseTo(Math.tanh(Math.atanh(rho.value) - width), 12);
});

test.each([
  ['pearson', pearson, 0.5],
  ['spearman', spearman, (6 / Math.PI) * Math.asin(0.25)],
] as const)('the closed interval of %s covers at its level', (name, correlation, truth) => {
  const random = seededRandom(`coverage ${name}`);
  const normal = () => normalQuantile(random.next() || 0.5);
  const trials = 2000;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const x = Array.from({ length: 50 }, normal);
    const y = x.map((v) => 0.5 * v + Math.sqrt(0.75) * normal());
    const [low, high] = (correlation(x, y) as CorrelationEstimate).interval!;
    if (low <= truth && truth <= high) covered++;
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  expect(covered / trials).toBeGreaterThan(0.95 - four);
  expect(covered / trials).toBeLessThan(0.95 + four);
});
