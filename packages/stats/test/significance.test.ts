import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  adjustPValues,
  type Adjustment,
  type Alternative,
  binomialPmf,
  binomialTest,
  mcNemar,
  type McNemarMethod,
  pairedT,
  seededRandom,
  signFlipTest,
  signTest,
  type TestResult,
  wilcoxonSignedRank,
} from '../src/index.ts';

const seed = { seed: 42 };
const oracle = JSON.parse(readFileSync(new URL('fixtures/tests.json', import.meta.url), 'utf8')) as {
  binomial: { k: number; n: number; p: number; alternative: Alternative; value: number }[];
  wilcoxon: { d: number[]; method: 'exact' | 'normal'; statistic: number; p: number }[];
  pairedT: { d: number[]; t: number; p: number }[];
};

test.each(oracle.binomial)(
  'SciPy’s binomial test of $k of $n against $p, $alternative, is $value',
  ({ k, n, p, alternative, value }) => {
    expect(Math.abs((binomialTest(k, n, { p, alternative }) as TestResult).p / value - 1)).toBeLessThan(1e-10);
  },
);

test('two-sided binomial p is the sum of all outcomes no more likely', () => {
  const triples = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.constantFrom(0.05, 0.3, 0.5, 0.62, 0.9));
  fc.assert(
    fc.property(triples, ([n, pick, p]) => {
      const k = pick % (n + 1);
      let total = 0;
      for (let i = 0; i <= n; i++)
        if (binomialPmf(i, n, p) <= binomialPmf(k, n, p) * (1 + 1e-7)) total += binomialPmf(i, n, p);
      expect((binomialTest(k, n, { p }) as TestResult).p).toBeCloseTo(Math.min(1, total), 10);
    }),
    seed,
  );
});

test.each(oracle.wilcoxon)('SciPy’s Wilcoxon, $method, gives $p', ({ d, method, statistic, p }) => {
  expect(wilcoxonSignedRank(d, { method })).toMatchObject({ statistic, p: expect.closeTo(p, 10) });
  expect((wilcoxonSignedRank(d) as TestResult).method).toContain('exact');
});

test.each(oracle.pairedT)('SciPy’s t test gives $t', ({ d, t, p }) => {
  expect(pairedT(d)).toMatchObject({ statistic: expect.closeTo(t, 10), p: expect.closeTo(p, 10) });
});

test('9 signs of 12 are p = .145996, and McNemar of 86 against 71 is .263796, mid-p .232635', () => {
  const signs = [...Array.from({ length: 9 }, () => 1), -1, -1, -1, 0];
  expect(signTest(signs)).toMatchObject({ p: expect.closeTo(0.14599609375, 10), n: 12, notes: [expect.any(String)] });
  expect(mcNemar(86, 71).p).toBeCloseTo(0.263796, 6);
  expect(mcNemar(86, 71, { method: 'mid-p' }).p).toBeCloseTo(0.232635, 6);
});

test('no difference at all is p = 1; no data is undetermined', () => {
  expect(mcNemar(0, 0)).toEqual({ p: 1, statistic: null, n: 0, method: 'mcnemar, exact' });
  for (const method of ['exact', 'mid-p', 'chi-square', 'chi-square-corrected'] as McNemarMethod[]) {
    expect(mcNemar(0, 0, { method })).toMatchObject({ p: 1, statistic: null });
    expect(mcNemar(3, 3, { method }).p).toBeLessThanOrEqual(1);
  }
  for (const run of [signTest, signFlipTest, wilcoxonSignedRank, pairedT]) {
    expect(run([0, 0, 0])).toMatchObject({ p: 1 });
    expect(run([])).toMatchObject({ value: null, reason: 'no-data' });
    expect(run([NaN, NaN])).toMatchObject({ value: null, reason: 'no-data' });
  }
  expect(pairedT([1])).toMatchObject({ reason: 'no-data' });
  expect(pairedT([2, 2, 2])).toMatchObject({ reason: 'zero-variance' });
  expect(binomialTest(0, 0)).toMatchObject({ reason: 'no-data' });
  expect(signFlipTest([1, 2])).toMatchObject({ p: 0.5 });
});

test('turning the sides changes no two-sided p', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 2, maxLength: 12 }), (d) => {
      const turned = d.map((x) => -x);
      for (const run of [signTest, signFlipTest, wilcoxonSignedRank]) {
        expect((run(turned) as TestResult).p).toBeCloseTo((run(d) as TestResult).p, 12);
      }
    }),
    seed,
  );
});

test('a sign-flip p is the share of all flips at least as extreme', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }), (d) => {
      const reach = Math.abs(d.reduce((a, b) => a + b, 0));
      let extreme = 0;
      for (let pattern = 0; pattern < 2 ** d.length; pattern++) {
        if (Math.abs(d.reduce((total, x, i) => total + ((pattern >> i) & 1 ? x : -x), 0)) >= reach) extreme++;
      }
      expect((signFlipTest(d) as TestResult).p).toBeCloseTo(extreme / 2 ** d.length, 12);
    }),
    seed,
  );
});

test('random flips agree with the enumeration, and clusters flip whole', () => {
  const random = seededRandom('flips');
  const d = Array.from({ length: 18 }, () => random.next() - 0.35);
  const exact = (signFlipTest(d) as TestResult).p;
  const padded = [...d, ...Array.from({ length: 10 }, () => 1e-12)];
  const drawn = signFlipTest(padded, { random }) as TestResult;
  expect(drawn.method).toContain('B = 9999');
  expect(Math.abs(drawn.p - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 9999) + 1e-4);
  expect(() => signFlipTest(padded)).toThrow(/random/);
  const twice = signFlipTest([...d, ...d], { clusters: [...d, ...d].map((_, i) => i % 18) }) as TestResult;
  expect(twice.p).toBeCloseTo(exact, 12);
});

test('a rejected exact request says why', () => {
  expect(() => wilcoxonSignedRank([1, 1, 2], { method: 'exact' })).toThrow(RangeError);
  expect(() => mcNemar(1, -1)).toThrow(RangeError);
  expect(() => mcNemar(1, 2, { method: 'odds' as McNemarMethod })).toThrow(RangeError);
});

const methods: Adjustment[] = ['bonferroni', 'holm', 'hochberg', 'hommel', 'benjamini-hochberg', 'benjamini-yekutieli'];

test('adjusting keeps the order, never lowers a p, ranks the methods, and one p is itself', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 15 }), (p) => {
      const by = new Map(methods.map((method) => [method, adjustPValues(p, { method }) as number[]]));
      for (const adjusted of by.values()) {
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]! - 1e-15);
          expect(value).toBeLessThanOrEqual(1);
          p.forEach((other, j) => {
            if (p[i]! < other) expect(value).toBeLessThanOrEqual(adjusted[j]! + 1e-15);
          });
        });
      }
      const chain = (['bonferroni', 'holm', 'hochberg', 'hommel', 'benjamini-hochberg'] as const).map((name) =>
        by.get(name)!,
      );
      for (let k = 1; k < chain.length; k++)
        chain[k]!.forEach((value, i) => expect(value).toBeLessThanOrEqual(chain[k - 1]![i]! + 1e-12));
    }),
    seed,
  );
  for (const method of methods) expect(adjustPValues([0.03], { method })).toEqual([0.03]);
});

test('an undefined p stays undefined and does not count', () => {
  expect(adjustPValues([0.01, null, 0.04])).toEqual([0.02, null, 0.04]);
  expect(adjustPValues([])).toEqual([]);
  expect(() => adjustPValues([1.5])).toThrow(RangeError);
  expect(() => adjustPValues([NaN])).toThrow(RangeError);
});
