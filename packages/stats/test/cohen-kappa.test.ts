import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohenKappa, type KappaEstimate, seededRandom } from '../src/index.ts';

const seed = { seed: 42 };
const weightings = ['unweighted', 'linear', 'quadratic'] as const;
const codes = fc
  .integer({ min: 2, max: 60 })
  .chain((n) =>
    fc.tuple(...[0, 1].map(() => fc.array(fc.integer({ min: 0, max: 3 }), { minLength: n, maxLength: n }))),
  );

const golden = JSON.parse(readFileSync(new URL('fixtures/golden/cohen_kappa.json', import.meta.url), 'utf8')) as {
  cases: { id: string; input: { rater_1: number[]; rater_2: number[]; categories: number[] } }[];
};
const named = (id: string) => {
  const { input } = golden.cases.find((one) => one.id === `cohen_kappa/${id}`)!;
  return [input.rater_1.map((x) => x - 1), input.rater_2.map((x) => x - 1), input.categories.length] as const;
};

test.each([
  ['likert5-n60', 'linear', 0.0623398, 0.0901695],
  ['likert5-n60', 'quadratic', 0.0482819, 0.1287415],
  ['ordinal-3x3', 'linear', 0.0769789, 0.0773523],
  ['ordinal-3x3', 'quadratic', 0.0939797, 0.0952595],
] as const)('the weighted standard errors of %s, %s, are %d and %d', (id, weights, se, seNull) => {
  const [a, b, categories] = named(id);
  const kappa = cohenKappa(a, b, { categories, weights }) as KappaEstimate;
  expect(kappa.se).toBeCloseTo(se, 6);
  expect(kappa.seNull).toBeCloseTo(seNull, 6);
});

/** The definition, pair of items by pair of items: chance agreement is that of ratings of different items. */
function bruteForce(a: number[], b: number[], q: number, weights: (typeof weightings)[number]): number | null {
  const w = (i: number, j: number) =>
    weights === 'unweighted' ? Number(i === j) : 1 - (Math.abs(i - j) / (q - 1)) ** (weights === 'linear' ? 1 : 2);
  const n = a.length;
  const po = a.reduce((total, x, i) => total + w(x, b[i]!), 0) / n;
  const pe = a.reduce((total, x) => total + b.reduce((inner, y) => inner + w(x, y), 0), 0) / n ** 2;
  return pe === 1 ? null : (po - pe) / (1 - pe);
}

describe.each(weightings)('%s kappa', (weights) => {
  test('is its definition, symmetric in the raters, at most 1, and blind to the order of items', () => {
    fc.assert(
      fc.property(codes, ([a, b]) => {
        const options = { categories: 4, weights };
        const { value } = cohenKappa(a!, b!, options);
        const expected = bruteForce(a!, b!, 4, weights);
        if (expected === null) {
          expect(value).toBeNull();
          return;
        }
        expect(value).toBeCloseTo(expected, 10);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(cohenKappa(b!, a!, options).value).toBeCloseTo(expected, 10);
        expect(cohenKappa(a!.toReversed(), b!.toReversed(), options).value).toBeCloseTo(expected, 12);
      }),
      seed,
    );
  });

  test('duplicating every item keeps the value and takes √2 off the standard error', () => {
    fc.assert(
      fc.property(codes, ([a, b]) => {
        const once = cohenKappa(a!, b!, { categories: 4, weights });
        const twice = cohenKappa([...a!, ...a!], [...b!, ...b!], { categories: 4, weights });
        if (once.value === null || twice.value === null) {
          expect(once.value).toBe(twice.value);
          return;
        }
        expect(twice.value).toBeCloseTo(once.value, 10);
        expect(twice.se! * Math.SQRT2).toBeCloseTo(once.se!, 8);
      }),
      seed,
    );
  });
});

test('renaming the categories leaves the unweighted value; unused ones move the weighted', () => {
  const [a, b] = named('likert5-n60');
  const renamed = (x: number) => [3, 0, 4, 1, 2][x]!;
  const value = (categories: number, weights: (typeof weightings)[number]) =>
    cohenKappa(a, b, { categories, weights }).value;
  expect(cohenKappa(a.map(renamed), b.map(renamed), { categories: 5 }).value).toBeCloseTo(0.25, 12);
  expect(value(9, 'unweighted')).toBeCloseTo(0.25, 12);
  // The weights stretch over the declared range, but a common factor cancels in (po − pe)/(1 − pe).
  expect(value(9, 'quadratic')).toBeCloseTo(value(5, 'quadratic')!, 12);
  expect((cohenKappa(a, b) as KappaEstimate).notes![0]).toContain('categories were not given');
});

test('with two categories all weightings agree', () => {
  const [a, b] = named('2x2-yesno');
  for (const weights of weightings) expect(cohenKappa(a, b, { categories: 2, weights }).value).toBeCloseTo(0.4, 12);
});

test('one rater constant is 0, both constant alike is undetermined, both constant apart is 0', () => {
  expect(cohenKappa([0, 0, 0, 0], [0, 1, 0, 1], { categories: 2 })).toMatchObject({ value: 0, po: 0.5, pe: 0.5 });
  expect(cohenKappa([1, 1, 1], [1, 1, 1], { categories: 2 })).toMatchObject({ value: null, reason: 'one-category' });
  expect(cohenKappa([0, 0, 0], [1, 1, 1], { categories: 2 })).toMatchObject({ value: 0 });
  expect(cohenKappa([0, 0], [0, 0], { categories: 1 })).toMatchObject({ reason: 'one-category' });
});

test('none, one and two items', () => {
  expect(cohenKappa([], [])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
  expect(cohenKappa([0], [1])).toMatchObject({ value: null, reason: 'no-data', n: 1 });
  expect(cohenKappa([0, 1], [0, 1], { categories: 2 })).toMatchObject({ value: 1, interval: null, n: 2 });
});

test('perfect agreement is not printed as the certainty [1, 1]', () => {
  const [a] = named('likert5-n60');
  expect(cohenKappa(a, a, { categories: 5 })).toMatchObject({ value: 1, se: 0, interval: null });
  const drawn = cohenKappa(a, a, { categories: 5, random: seededRandom(1) });
  expect(drawn).toMatchObject({ value: 1, interval: null });
});

test('missing ratings leave the item out, counted; all missing is no data', () => {
  const kappa = cohenKappa([0, 1, -1, 1, 0], [0, 1, 1, NaN, 1], { categories: 2 }) as KappaEstimate;
  expect(kappa.n).toBe(3);
  expect(kappa.notes).toContain('2 of 5 items are missing from a rater and left out');
  expect(cohenKappa([-1, -1], [0, 1], { categories: 2 })).toMatchObject({ reason: 'no-data' });
});

test('codes that cannot be are refused with their place', () => {
  expect(() => cohenKappa([0, 2], [0, 1], { categories: 2 })).toThrow(/first\[1\]/);
  expect(() => cohenKappa([0, 1], [0, 0.5])).toThrow(/second\[1\]/);
  expect(() => cohenKappa([0, 1], [0])).toThrow(RangeError);
  expect(() => cohenKappa([0], [0], { interval: 'bootstrap' })).toThrow(/random/);
  expect(() => cohenKappa([0], [0], { interval: 'closed-form', clusters: [0] })).toThrow(/clusters/);
  expect(() => cohenKappa([0], [0], { categories: 0 })).toThrow(RangeError);
});

test('the bootstrap agrees with the formula where items are independent, and clusters widen it where they are not', () => {
  const random = seededRandom('kappa');
  const a = Array.from({ length: 400 }, () => Math.floor(random.next() * 3));
  const b = a.map((x) => (random.next() < 0.6 ? x : Math.floor(random.next() * 3)));
  const formula = cohenKappa(a, b, { categories: 3 }) as KappaEstimate;
  const drawn = cohenKappa(a, b, { categories: 3, random }) as KappaEstimate;
  expect(drawn.se! / formula.se!).toBeGreaterThan(0.9);
  expect(drawn.se! / formula.se!).toBeLessThan(1.1);
  const fourTimes = (values: number[]) => [...values, ...values, ...values, ...values];
  const clusters = fourTimes(a.map((_, i) => i));
  const clustered = cohenKappa(fourTimes(a), fourTimes(b), { categories: 3, random, clusters }) as KappaEstimate;
  expect(clustered.groups).toBe(400);
  expect(clustered.se! / formula.se!).toBeGreaterThan(0.9);
  expect(clustered.se! / formula.se!).toBeLessThan(1.1);
  expect(cohenKappa(a, b, { categories: 3, clusters: a }).value).toBeCloseTo(formula.value, 14);
  expect(cohenKappa(a, b, { categories: 3, clusters: a.map((_, i) => i) })).toMatchObject({
    interval: null,
    notes: [expect.stringContaining('needs `random`')],
  });
});

test('the formula’s interval covers at its level', () => {
  const random = seededRandom('kappa coverage');
  // Marginals .5, agreement .8: kappa is .6.
  const trials = 2000;
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const a = Array.from({ length: 200 }, () => Number(random.next() < 0.5));
    const b = a.map((x) => (random.next() < 0.8 ? x : 1 - x));
    const [low, high] = (cohenKappa(a, b, { categories: 2 }) as KappaEstimate).interval!;
    if (low <= 0.6 && 0.6 <= high) covered++;
  }
  const four = 4 * Math.sqrt((0.95 * 0.05) / trials);
  expect(covered / trials).toBeGreaterThan(0.95 - four);
  expect(covered / trials).toBeLessThan(0.95 + four);
});
