import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  betaPosterior,
  clusteredPosterior,
  isEstimate,
  pairedPosteriorDifference,
  posteriorDifference,
  proportion,
  seededRandom,
} from '../src/index.ts';
import { bivariateNormalCdf } from '../src/error-bars/bivariate-normal.ts';
import { gaussLegendre, integrate } from '../src/error-bars/gauss-legendre.ts';
import { sound } from './sound.ts';

function sure<T extends object>(result: T): Exclude<T, { value: null }> {
  if ('value' in result && result.value === null) throw new Error(JSON.stringify(result));
  sound(result, 'posterior');
  return result as Exclude<T, { value: null }>;
}

test('Gauss-Legendre is exact for polynomials up to degree 2n − 1', () => {
  for (const size of [1, 2, 6, 12, 20, 32]) {
    const rule = gaussLegendre(size);
    const degree = 2 * size - 1;
    expect(integrate((x) => x ** degree, 0, 1, 1, rule)).toBeCloseTo(1 / (degree + 1), 13);
    expect(integrate((x) => x ** degree, 0, 2, 3, rule) / 2 ** (degree + 1)).toBeCloseTo(1 / (degree + 1), 12);
  }
});

test.each([
  // mpmath, 30 digits
  [0.3, -0.5, 0.4, 0.2435758892011046],
  [1.2, 1.1, 0.95, 0.84739437759084],
  [2, 1, 0.99, 0.841344746068541],
  [0.1, 0.2, -0.6, 0.2139910225146763],
  [-2.5, 1, 0.93, 0.006209665325776135],
  [0, 0, 0, 0.25],
  [0, 0, 0.5, 1 / 3],
  [0, 0, 0.2, 0.25 + Math.asin(0.2) / (2 * Math.PI)],
  [0, 0, -0.9, 0.25 + Math.asin(-0.9) / (2 * Math.PI)],
  [0, 0, -0.96, 0.25 + Math.asin(-0.96) / (2 * Math.PI)],
  [0.7, 0.7, 1, 0.758036347776927],
  [0.7, -0.2, 1, 0.420740290560897],
  [0.7, -0.2, -1, 0.178776638337824],
  [-0.7, 0.2, -1, 0],
])('the bivariate normal at %s, %s with correlation %s', (h, k, r, expected) => {
  expect(bivariateNormalCdf(h, k, r)).toBeCloseTo(expected, 13);
  expect(bivariateNormalCdf(k, h, r)).toBeCloseTo(expected, 13);
});

test('the Beta posterior has the quantiles of SciPy', () => {
  const found = sure(betaPosterior(9, 10));
  expect(found).toMatchObject({ value: 10 / 12, n: 10, level: 0.95, method: 'beta posterior, prior Beta(1, 1)' });
  expect(found.interval![0]).toBeCloseTo(0.5872200830116173, 9);
  expect(found.interval![1]).toBeCloseTo(0.9771688017000403, 9);
  expect(found.se).toBeCloseTo(Math.sqrt((10 * 2) / (144 * 13)), 12);
});

test('with the prior of Jeffreys it is the Jeffreys interval', () => {
  const [ours, theirs] = [
    sure(betaPosterior(3, 20, { prior: [0.5, 0.5] })),
    sure(proportion(3, 20, { method: 'jeffreys' })),
  ];
  expect(ours.interval).toEqual(theirs.interval);
  expect(ours.method).toBe('beta posterior, prior Beta(0.5, 0.5)');
});

test('more items narrow the posterior', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.integer({ min: 1, max: 20 }), (k, n) => {
      const hits = Math.min(k, n);
      const [small, large] = [sure(betaPosterior(hits, n)), sure(betaPosterior(10 * hits, 10 * n))];
      expect(large.interval![1] - large.interval![0]).toBeLessThan(small.interval![1] - small.interval![0]);
      expect(small.interval![0]).toBeLessThan(small.value);
      expect(small.value).toBeLessThan(small.interval![1]);
    }),
    { seed: 42 },
  );
});

test.each([
  // SciPy: quad and brentq
  [9, 10, 6, 10, 0.9256965944272446, -0.09434860885479214, 0.5769199332409483],
  [0, 10, 0, 10, 0.5, -0.22830627598900233, 0.22830627598900302],
  [10, 10, 3, 7, 0.9951840385276918, 0.1179965813705775, 0.789127741188483],
  [150, 300, 170, 280, 0.004789854684943973, -0.18605382599572887, -0.025992193837750237],
])('two systems with %s of %s and %s of %s', (a, n, b, m, better, low, high) => {
  const found = sure(posteriorDifference({ successes: a, n }, { successes: b, n: m }));
  expect(found.probabilityBetter).toBeCloseTo(better, 10);
  expect(found.interval![0]).toBeCloseTo(low, 9);
  expect(found.interval![1]).toBeCloseTo(high, 9);
  expect(found.value).toBeCloseTo((a + 1) / (n + 2) - (b + 1) / (m + 2), 12);
  expect(found.n).toBe(n + m);
});

test('two systems change sign when they change places', () => {
  const counts = fc.tuple(fc.nat(12), fc.nat(12)).filter(([a, b]) => a + b > 0);
  fc.assert(
    fc.property(counts, counts, ([a, b], [c, d]) => {
      const [first, second] = [
        { successes: a, n: a + b },
        { successes: c, n: c + d },
      ];
      const [one, other] = [sure(posteriorDifference(first, second)), sure(posteriorDifference(second, first))];
      expect(one.probabilityBetter + other.probabilityBetter).toBeCloseTo(1, 9);
      expect(one.interval![0]).toBeCloseTo(-other.interval![1], 8);
    }),
    { seed: 42, numRuns: 30 },
  );
});

test.each([
  // A 60³ Gauss-Legendre sum in SciPy: means to about 1e-4.
  [{ both: 12, firstOnly: 5, secondOnly: 1, neither: 2 }, 0.18619, 0.39843, 0.95],
  [{ both: 3, firstOnly: 2, secondOnly: 1, neither: 4 }, 0.08726, 0.42614, 0.703],
])('paired systems %o', (counts, value, correlation, better) => {
  const found = sure(pairedPosteriorDifference(counts, { random: seededRandom(1), draws: 20_000 }));
  expect(Math.abs(found.value - value)).toBeLessThan(0.004);
  expect(Math.abs(found.correlation - correlation)).toBeLessThan(0.012);
  expect(Math.abs(found.probabilityBetter - better)).toBeLessThan(0.012);
  expect(found.ess / found.draws).toBeGreaterThan(0.7);
  expect(found).toMatchObject({ draws: 20_000, method: 'paired posterior, bivariate normal, 20000 draws' });
});

test('paired systems agree with draws from the prior', () => {
  const counts = { both: 6, firstOnly: 3, secondOnly: 1, neither: 2 };
  const random = seededRandom('prior');
  const [rule, draws] = [[counts.both, counts.firstOnly, counts.secondOnly, counts.neither], 40_000];
  let [total, value] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const [h, k] = [random.next(), random.next()];
    const u = [random.next(), random.next(), random.next(), random.next(), random.next()].toSorted((a, b) => a - b)[3]!;
    const r = 2 * u - 1;
    // The normal quantile by its logistic cousin would not do: invert by the table of the package.
    const [x, y] = [quantileOf(h), quantileOf(k)];
    const shared = bivariateNormalCdf(x, y, r);
    const cells = [shared, h - shared, k - shared, 1 - h - k + shared].map((p) => Math.max(p, 1e-300));
    const weight = Math.exp(cells.reduce((sum, p, j) => sum + rule[j]! * Math.log(p), 0) + 15);
    total += weight;
    value += weight * (h - k);
  }
  const found = sure(pairedPosteriorDifference(counts, { random: seededRandom(2), draws: 20_000 }));
  expect(Math.abs(found.value - value / total)).toBeLessThan(0.02);
});

function quantileOf(p: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (bivariateNormalCdf(middle, 9, 0) < p) low = middle;
    else high = middle;
  }
  return low;
}

test('paired systems are narrower than if they were unpaired, and keep their draws at any size', () => {
  const counts = { both: 250, firstOnly: 3, secondOnly: 2, neither: 45 };
  const paired = sure(pairedPosteriorDifference(counts, { random: seededRandom(1), draws: 2000 }));
  const loose = sure(posteriorDifference({ successes: 253, n: 300 }, { successes: 252, n: 300 }));
  expect(paired.interval![1] - paired.interval![0]).toBeLessThan(0.5 * (loose.interval![1] - loose.interval![0]));
  expect(paired.ess).toBeGreaterThan(1000);
  expect(
    sure(
      pairedPosteriorDifference(
        { both: 0, firstOnly: 9, secondOnly: 0, neither: 0 },
        { random: seededRandom(1), draws: 2000 },
      ),
    ).ess,
  ).toBeGreaterThan(500);
});

test('thousands of items do not lose the weights of the draws', () => {
  const counts = { both: 6000, firstOnly: 900, secondOnly: 600, neither: 2500 };
  const found = sure(pairedPosteriorDifference(counts, { random: seededRandom(1), draws: 1000 }));
  // Near the normal interval of a paired difference: 0.03 ± 1.96 √(0.15 − 0.0009)/100.
  expect(Math.abs(found.value - 0.03)).toBeLessThan(0.001);
  expect(Math.abs(found.interval![0] - (0.03 - 0.00757))).toBeLessThan(0.001);
  expect(found.ess).toBeGreaterThan(600);
});

test('few draws are warned about, and the same seed gives the same bits', () => {
  const counts = { both: 3, firstOnly: 1, secondOnly: 1, neither: 1 };
  const few = sure(pairedPosteriorDifference(counts, { random: seededRandom(3), draws: 50 }));
  expect(few.notes![0]).toMatch(/^only \d+ effective draws: the ends are rough$/);
  expect(pairedPosteriorDifference(counts, { random: seededRandom(3), draws: 50 })).toEqual(few);
  expect(sure(pairedPosteriorDifference(counts, { random: seededRandom(3), draws: 1 })).interval![0]).toBeLessThan(1);
});

/** Rows of clusters given as [successes, size]. */
function rowsOf(list: readonly (readonly [number, number])[]): [number[], number[]] {
  return [
    list.flatMap(([hits, size]) => Array.from({ length: size }, (_, i) => (i < hits ? 1 : 0))),
    list.flatMap(([, size], g) => Array.from({ length: size }, () => g)),
  ];
}

test.each([
  // SciPy: dblquad and brentq
  [
    [
      [2, 2],
      [1, 2],
      [0, 2],
    ],
    0.5,
    0.5261112737167972,
    0.15030805559173965,
    0.8496919444080122,
  ],
  [
    [
      [3, 5],
      [5, 5],
      [0, 4],
      [2, 3],
      [4, 6],
    ],
    0.5492167842499605,
    0.4458002755398204,
    0.264486701759204,
    0.8096581400049065,
  ],
] as const)('clusters %j', (list, value, intraclass, low, high) => {
  const found = sure(clusteredPosterior(...rowsOf(list)));
  expect(found.value).toBeCloseTo(value, 8);
  expect(found.intraclass).toBeCloseTo(intraclass, 7);
  expect(found.interval![0]).toBeCloseTo(low, 5);
  expect(found.interval![1]).toBeCloseTo(high, 5);
  expect(found).toMatchObject({ groups: list.length, method: 'clustered beta-binomial posterior' });
});

test('one item a cluster is the Beta posterior', () => {
  const [values, ids] = rowsOf(Array.from({ length: 12 }, (_, g) => [g < 9 ? 1 : 0, 1] as const));
  const [found, plain] = [sure(clusteredPosterior(values, ids)), sure(betaPosterior(9, 12))];
  expect(found.value).toBeCloseTo(plain.value, 8);
  expect(found.interval![0]).toBeCloseTo(plain.interval![0], 5);
  expect(found.interval![1]).toBeCloseTo(plain.interval![1], 5);
  expect(found.se).toBeCloseTo(plain.se!, 7);
});

test('clusters mirror, and extremes stay inside (0, 1)', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 5 }), (list) => {
      const clusters = list.map(([hits, misses]) => [hits, hits + misses] as const).filter(([, size]) => size > 0);
      if (clusters.length === 0) return;
      const [values, ids] = rowsOf(clusters);
      const [found, mirrored] = [
        sure(clusteredPosterior(values, ids)),
        sure(
          clusteredPosterior(
            values.map((x) => 1 - x),
            ids,
          ),
        ),
      ];
      expect(found.value + mirrored.value).toBeCloseTo(1, 8);
      expect(found.interval![0]).toBeGreaterThan(0);
      expect(found.interval![1]).toBeLessThan(1);
    }),
    { seed: 42, numRuns: 15 },
  );
  expect(sure(clusteredPosterior([1, NaN, 1], [0, 0, 1])).n).toBe(2);
});

test('says what is wrong', () => {
  expect(betaPosterior(0, 0)).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'needs at least one item',
    n: 0,
    method: 'beta posterior, prior Beta(1, 1)',
  });
  expect(posteriorDifference({ successes: 0, n: 0 }, { successes: 1, n: 2 })).toMatchObject({
    reason: 'no-data',
    detail: 'needs items on both sides, found 0 and 2',
    n: 2,
  });
  expect(posteriorDifference({ successes: 0, n: 1 }, { successes: 0, n: 0 })).toMatchObject({ reason: 'no-data' });
  expect(
    pairedPosteriorDifference({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 }, { random: seededRandom(1) }),
  ).toMatchObject({ reason: 'no-data', detail: 'a difference needs at least one item' });
  expect(clusteredPosterior([NaN], [1])).toMatchObject({ reason: 'no-data', detail: 'needs at least one item' });
  expect(isEstimate(betaPosterior(1, 1))).toBe(true);
  expect(() => betaPosterior(2, 1)).toThrow(RangeError);
  expect(() => betaPosterior(1, 1, { prior: [1, 0] })).toThrow('prior[1] must be positive and finite, found 0');
  expect(() => betaPosterior(1, 1, { level: 0 })).toThrow('level must lie in (0, 1), found 0');
  expect(() => posteriorDifference({ successes: 1, n: 1 }, { successes: 2, n: 1 })).toThrow(RangeError);
  expect(() => posteriorDifference({ successes: 2, n: 1 }, { successes: 1, n: 1 })).toThrow(RangeError);
  expect(() =>
    pairedPosteriorDifference({ both: -1, firstOnly: 1, secondOnly: 1, neither: 1 }, { random: seededRandom(1) }),
  ).toThrow(RangeError);
  expect(() =>
    pairedPosteriorDifference(
      { both: 1, firstOnly: 1, secondOnly: 1, neither: 1 },
      { random: seededRandom(1), draws: 0 },
    ),
  ).toThrow('draws must be at least 1, found 0');
  expect(() => clusteredPosterior([0.5], [1])).toThrow('values[0] must be 0, 1 or NaN for missing, found 0.5');
  expect(() => clusteredPosterior([1, 0], [1])).toThrow('2 rows but 1 cluster ids');
  expect(() => clusteredPosterior([1], [1], { level: 2 })).toThrow('level must lie in (0, 1), found 2');
});
