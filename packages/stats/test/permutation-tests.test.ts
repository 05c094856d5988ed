import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isEstimate,
  permutationInterval,
  permutationTest,
  seededRandom,
  shiftedBootstrapTest,
  signFlipInterval,
  signFlipTest,
} from '../src/index.ts';
import { sound } from './sound.ts';

const first = [1.2, 3.4, 2.2, 5.1];
const second = [4.2, 6.1, 3.9, 7.7, 5.5];
type Strata = [ArrayLike<number>, ArrayLike<number>];

function pOf(result: { p: number } | { value: null; detail: string }): number {
  if (!('p' in result)) throw new Error(result.detail);
  return result.p;
}

test('the permutation test enumerates as SciPy does', () => {
  const found = permutationTest(first, second);
  expect(found).toMatchObject({ n: 9, method: 'permutation, exact' });
  expect(pOf(found)).toBeCloseTo(0.06349206349206349, 12);
  expect('p' in found ? found.statistic : null).toBeCloseTo(-5.566666666666666, 12);
  expect(pOf(permutationTest([1, 2, 3], [4, 5, 6]))).toBeCloseTo(0.1, 12);
  expect(pOf(permutationTest([1, 1], [1, 1]))).toBe(1);
});

test('strata exchange labels inside only', () => {
  const strata: Strata = [
    [0, 0, 1, 1],
    [0, 0, 0, 1, 1],
  ];
  const found = permutationTest([1, 4, 2, 3], [2, 5, 6, 7, 9], { strata });
  expect(found).toMatchObject({ n: 9, method: 'stratified permutation, exact' });
  expect(pOf(found)).toBeCloseTo(4 / 60, 12);
  expect('p' in found ? found.statistic : null).toBeCloseTo(-7.7, 12);
});

test('strata that differ only in level make no effect', () => {
  const [low, high] = [
    [1, 2, 1, 2],
    [101, 102, 101, 102],
  ];
  const [a, b] = [
    [...low, high[0]!],
    [low[0]!, ...high],
  ];
  const strata: Strata = [
    [0, 0, 0, 0, 1],
    [0, 1, 1, 1, 1],
  ];
  expect(pOf(permutationTest(a, b, { strata }))).toBe(1);
  expect(pOf(permutationTest(a, b))).toBeLessThan(0.3);
});

test('strata with one group are counted, and alone say nothing', () => {
  const found = permutationTest([1, 2, 9], [3, 4], {
    strata: [
      [0, 0, 1],
      [0, 0],
    ],
  });
  expect(found).toMatchObject({ notes: ['1 of 2 strata hold one group only and say nothing'] });
  expect(pOf(found)).toBeCloseTo(1 / 3, 12);
  expect(permutationTest([1], [2], { strata: [[0], [1]] })).toMatchObject({
    p: 1,
    statistic: null,
    method: 'stratified permutation, exact',
  });
});

test('random relabellings come near the exact p, and need a source', () => {
  const random = seededRandom(1);
  const [a, b] = [
    Array.from({ length: 40 }, () => random.next()),
    Array.from({ length: 40 }, () => random.next() + 0.15),
  ];
  expect(() => permutationTest(a, b)).toThrow(/^1\.07\d*e\+23 relabellings are too many to enumerate: give `random`$/);
  const found = permutationTest(a, b, { random: seededRandom(2), replicates: 999 });
  expect(found).toMatchObject({ method: 'permutation, B = 999', n: 80 });
  const t = permutationTest(a, b, { random: seededRandom(3), replicates: 999 });
  expect(Math.abs(pOf(found) - pOf(t))).toBeLessThan(0.06);
  expect(
    pOf(
      permutationTest(
        a,
        a.map((x) => x + 9),
        { random: seededRandom(2), replicates: 99 },
      ),
    ),
  ).toBe(0.01);
  expect(permutationTest(a, b, { random: seededRandom(2), replicates: 999 })).toEqual(found);
  const strata: Strata = [a.map((_, i) => i % 2), b.map((_, i) => i % 2)];
  expect(pOf(permutationTest(a, b, { strata, random: seededRandom(2), replicates: 499 }))).toBeGreaterThan(0);
});

test('is right at its level when nothing differs', () => {
  const random = seededRandom('null');
  let rejected = 0;
  for (let i = 0; i < 1000; i++) {
    const draw = random.stream(String(i));
    const values = Array.from({ length: 8 }, () => draw.next());
    if (pOf(permutationTest(values.slice(0, 4), values.slice(4))) <= 0.1) rejected++;
  }
  // 70 ways, two-sided: the exact size is 6/70.
  expect(Math.abs(rejected / 1000 - 6 / 70)).toBeLessThan(0.03);
});

test('permutation tests name what is wrong', () => {
  expect(permutationTest([], [1])).toMatchObject({
    value: null,
    reason: 'no-data',
    detail: 'needs scores in both groups, found 0 and 1',
  });
  expect(permutationTest([1], [NaN])).toMatchObject({
    reason: 'no-data',
    detail: 'needs scores in both groups, found 1 and 0',
  });
  expect(() => permutationTest([Infinity], [1])).toThrow('first[0] must be finite');
  expect(() => permutationTest([1], [2], { strata: [[], [1]] })).toThrow('1 scores of group 0 but 0 strata');
  expect(() => permutationTest([1], [2], { strata: [[1], [-1]] })).toThrow('row 0 of group 1 has no stratum');
  const many = Array.from({ length: 20 }, (_, i) => i);
  expect(() => permutationTest(many, many, { random: seededRandom(1), replicates: 0 })).toThrow(
    'replicates must be at least 1, found 0',
  );
});

const differences = [1, 0, 2, -1, 3, 1, 2.5];

test('the sign-flip interval holds what the sign-flip test does not refuse', () => {
  const found = signFlipInterval(differences);
  expect(found).toMatchObject({ n: 7, level: 0.95, interval: [0, 2.5], method: 'mean, sign-flip exact' });
  expect(found.value).toBeCloseTo(8.5 / 7, 12);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 8 }),
      fc.double({ min: -6, max: 6, noNaN: true }),
      (d, shift) => {
        const estimate = signFlipInterval(d);
        sound(estimate, 'sign flip');
        if (!isEstimate(estimate) || estimate.interval === null) return;
        const [low, high] = estimate.interval;
        if (Math.min(Math.abs(shift - low), Math.abs(shift - high)) < 1e-6) return;
        // One-sided tests at 2.5 % by full enumeration.
        const moved = d.map((x) => x - shift);
        const total = moved.reduce((a, b) => a + b, 0);
        let [above, below] = [0, 0];
        for (let flip = 0; flip < 2 ** d.length; flip++) {
          const sum = moved.reduce((a, x, i) => a + ((flip >> i) & 1 ? -x : x), 0);
          if (sum >= total - 1e-9) above++;
          if (sum <= total + 1e-9) below++;
        }
        const kept = Math.min(above, below) / 2 ** d.length > 0.025;
        expect(shift >= low && shift <= high).toBe(kept);
      },
    ),
    { seed: 42 },
  );
});

test('the sign-flip interval takes clusters whole, and draws when they are many', () => {
  const clusters = [0, 0, 1, 2, 3, 4, 5];
  const found = signFlipInterval(differences, { clusters });
  expect(found).toMatchObject({ groups: 6, interval: [-1, 3] });
  const many = Array.from({ length: 60 }, (_, i) => (i * 7919) % 101);
  expect(() => signFlipInterval(many)).toThrow('60 units are too many to enumerate: give `random`');
  const drawn = signFlipInterval(many, { random: seededRandom(1), replicates: 1999 });
  const mean = many.reduce((a, b) => a + b, 0) / 60;
  const sd = Math.sqrt(many.reduce((a, b) => a + (b - mean) ** 2, 0) / 59);
  if (!isEstimate(drawn)) throw new Error('no estimate');
  expect(drawn.method).toBe('mean, sign-flip B = 1999');
  expect(Math.abs(drawn.interval![0] - (mean - (2 * sd) / Math.sqrt(60)))).toBeLessThan(1.5);
  expect(signFlipInterval(many, { random: seededRandom(1), replicates: 1999 })).toEqual(drawn);
});

test('the sign-flip interval says what few units cannot give', () => {
  expect(signFlipInterval([1, 2, 3, 4, 5])).toMatchObject({
    interval: null,
    notes: ['no interval: 5 items have too few sign flips for level 0.95'],
  });
  expect(signFlipInterval([1, 2, 3, 4, 5, 6])).toMatchObject({ interval: [1, 6] });
  expect(signFlipInterval([1, 2], { clusters: [1, 1] })).toMatchObject({
    groups: 1,
    notes: ['no interval: 1 clusters have too few sign flips for level 0.95'],
  });
  expect(signFlipInterval([])).toMatchObject({
    value: null,
    reason: 'no-data',
    detail: 'needs at least one difference',
  });
  expect(() => signFlipInterval([1], { level: 1 })).toThrow('level must lie in (0, 1), found 1');
  expect(() => signFlipInterval([1], { replicates: 0 })).toThrow('replicates must be at least 1, found 0');
  expect(signFlipInterval(Array.from({ length: 16 }, () => 1))).toMatchObject({ interval: [1, 1] });
});

test('whole clusters flip in the sign-flip test: 2^k patterns', () => {
  expect(pOf(signFlipTest([1, 1, 1, 1, 1, 1], { clusters: [0, 0, 1, 1, 2, 2] }))).toBe(0.25);
  expect(pOf(signFlipTest([1, 1, 1, 1, 1, 1]))).toBe(2 / 64);
});

test('the shifted bootstrap enumerates small samples', () => {
  const found = shiftedBootstrapTest([1, 0, 2, -1, 3, 1], { random: seededRandom(1) });
  expect(found).toMatchObject({ statistic: 1, n: 6 });
  expect(pOf(found)).toBeCloseTo(0.08071844993141289, 12);
  expect('method' in found && found.method).toMatch(/^paired bootstrap, shifted to mean 0, all \d+ resamples$/);
});

test('the shifted bootstrap draws for larger ones, by cluster where asked', () => {
  const d = Array.from({ length: 40 }, (_, i) => ((i * 37) % 17) - 6);
  const found = shiftedBootstrapTest(d, { random: seededRandom(1), replicates: 1999 });
  expect(found).toMatchObject({ n: 40, method: 'paired bootstrap, shifted to mean 0, B = 1999' });
  expect(pOf(found)).toBeGreaterThan(0.001);
  expect(pOf(found)).toBeLessThan(0.1);
  expect(shiftedBootstrapTest(d, { random: seededRandom(1), replicates: 1999 })).toEqual(found);
  const twins = shiftedBootstrapTest([...d, ...d], {
    random: seededRandom(1),
    replicates: 1999,
    clusters: [...d, ...d].map((_, i) => i % 40),
  });
  expect(pOf(twins)).toBeCloseTo(pOf(found), 12);
  expect(
    pOf(
      shiftedBootstrapTest(
        d.map((x) => x + 100),
        { random: seededRandom(1), replicates: 99 },
      ),
    ),
  ).toBe(0.01);
});

test('the shifted bootstrap says what it cannot answer', () => {
  const random = seededRandom(1);
  expect(shiftedBootstrapTest([0, 0], { random })).toEqual({
    p: 1,
    statistic: 0,
    n: 2,
    method: 'paired bootstrap, shifted to mean 0',
    notes: ['all differences are 0'],
  });
  expect(shiftedBootstrapTest([], { random })).toMatchObject({
    reason: 'no-data',
    detail: 'needs at least one difference',
  });
  expect(shiftedBootstrapTest([1, 2, 3, 4], { random })).toMatchObject({
    reason: 'too-few-clusters',
    detail: 'needs 5 units, found 4',
  });
  expect(shiftedBootstrapTest([0.1, 0.1, 0.1, 0.1, 0.1], { random })).toMatchObject({
    reason: 'zero-variance',
    detail: 'every unit shows the same mean difference, and it is not 0',
  });
  expect(() => shiftedBootstrapTest([1, Infinity], { random })).toThrow('differences[1] must be finite');
});

test('the permutation interval holds the shifts that one-sided permutation tests keep', () => {
  const scores = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(scores, scores, fc.double({ min: -8, max: 8, noNaN: true }), (x, y, shift) => {
      const estimate = permutationInterval(x, y);
      sound(estimate, 'permutation interval');
      if (!isEstimate(estimate) || estimate.interval === null) throw new Error('no interval');
      const [low, high] = estimate.interval;
      if (Math.min(Math.abs(shift - low), Math.abs(shift - high)) < 1e-6) return;
      const pooled = [...x.map((a) => a - shift), ...y];
      const observed = pooled.slice(0, 4).reduce((a, b) => a + b, 0);
      let [above, below, ways] = [0, 0, 0];
      for (let set = 0; set < 256; set++) {
        const chosen = pooled.filter((_, i) => (set >> i) & 1);
        if (chosen.length !== 4) continue;
        const total = chosen.reduce((a, b) => a + b, 0);
        ways++;
        if (total >= observed - 1e-9) above++;
        if (total <= observed + 1e-9) below++;
      }
      expect(shift >= low && shift <= high).toBe(Math.min(above, below) / ways > 0.025);
    }),
    { seed: 42 },
  );
});

test('the permutation interval exchanges within strata only', () => {
  const strata: Strata = [
    [0, 0, 0, 1, 1, 1],
    [0, 0, 0, 1, 1, 1],
  ];
  const found = permutationInterval([1, 2, 3, 101, 102, 103], [0, 1, 2, 100, 101, 102], { strata, level: 0.9 });
  expect(found).toMatchObject({ value: 1, n: 12, method: 'shift, stratified permutation exact', level: 0.9 });
  if (!isEstimate(found)) throw new Error('no estimate');
  expect(found.interval![0]).toBeGreaterThan(-1);
  expect(found.interval![1]).toBeLessThan(3);
  // Weights n₁n₂/n of 3/4 and 1/2; the third stratum has one group only.
  const uneven = permutationInterval([1, 5, 5, 9], [3, 1], { strata: [[0, 0, 1, 2].map((x) => x), [0, 1]] });
  expect(uneven.value).toBeCloseTo((0 * (2 / 3) + 4 * 0.5) / (2 / 3 + 0.5), 12);
});

test('the permutation interval moves with a shift, and draws when relabellings are many', () => {
  const random = seededRandom(9);
  const [a, b] = [Array.from({ length: 30 }, () => random.next()), Array.from({ length: 40 }, () => random.next())];
  expect(() => permutationInterval(a, b)).toThrow(/ relabellings are too many to enumerate: give `random`$/);
  const options = { random: seededRandom(1), replicates: 1999 };
  const [plain, moved] = [
    permutationInterval(a, b, options),
    permutationInterval(
      a.map((x) => x + 8),
      b,
      options,
    ),
  ];
  if (!isEstimate(plain) || !isEstimate(moved)) throw new Error('no estimate');
  expect(plain.method).toBe('shift, permutation B = 1999');
  expect(moved.value - plain.value).toBeCloseTo(8, 9);
  expect(moved.interval![0] - plain.interval![0]).toBeCloseTo(8, 9);
  expect(moved.interval![1] - plain.interval![1]).toBeCloseTo(8, 9);
  // Half of the width is near 2.0 standard errors of a difference of uniform numbers.
  expect(
    Math.abs((plain.interval![1] - plain.interval![0]) / 2 - 2 * Math.sqrt(1 / 12 / 30 + 1 / 12 / 40)),
  ).toBeLessThan(0.02);
  expect(permutationInterval(a, b, options)).toEqual(plain);
});

test('the permutation interval warns of rates', () => {
  const found = permutationInterval([1, 1, 0, 1, 1], [0, 0, 1, 0, 0]);
  expect(found).toMatchObject({ notes: ['two rates do not differ by a shift: the interval can be far too narrow'] });
  expect('notes' in permutationInterval([1, 1, 0, 1, 1], [0, 0, 1, 0, 2])).toBe(false);
});

test('the permutation interval says what it cannot answer', () => {
  expect(permutationInterval([1, 2], [3, 4])).toMatchObject({
    value: -2,
    interval: null,
    notes: ['no interval: 4 items have too few relabellings for level 0.95'],
  });
  expect(permutationInterval([], [1])).toMatchObject({
    value: null,
    reason: 'no-data',
    detail: 'needs scores of both groups, found 0 and 1',
  });
  expect(permutationInterval([1], [2], { strata: [[0], [1]] })).toMatchObject({
    reason: 'no-data',
    detail: 'needs scores of both groups in a stratum, found 1 and 1',
  });
  expect(() => permutationInterval([1], [2], { level: 0 })).toThrow('level must lie in (0, 1), found 0');
  expect(() => permutationInterval([1], [2], { replicates: 0 })).toThrow('replicates must be at least 1, found 0');
  expect(() => permutationInterval([Infinity], [2])).toThrow('first[0] must be finite');
});
