import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gwetAc, type GwetEstimate, matrixOf, seededRandom } from '../src/index.ts';

const golden = JSON.parse(readFileSync(new URL('fixtures/golden/gwet_ac.json', import.meta.url), 'utf8')) as {
  cases: { id: string; input: { units: (number | null)[][]; categories: number[] } }[];
};
const named = (id: string) => {
  const { input } = golden.cases.find((one) => one.id === `gwet_ac/${id}`)!;
  return [
    matrixOf(input.units.map((unit) => unit.map((x) => (x === null ? -1 : x - 1)))),
    input.categories.length,
  ] as const;
};

test.each([
  ['gwet-4raters', 'unweighted', 0.14295],
  ['gwet-4raters', 'linear', 0.117329],
  ['gwet-4raters', 'quadratic', 0.1039622],
  ['random-30x3', 'unweighted', 0.0813291],
  ['random-30x3', 'linear', 0.0646186],
  ['random-30x3', 'quadratic', 0.0529783],
  ['binary-skewed-2raters', 'unweighted', 0.047135],
] as const)('the standard error of %s, %s, is %d', (id, weights, se) => {
  const [codes, categories] = named(id);
  expect((gwetAc(codes, { categories, weights }) as GwetEstimate).se).toBeCloseTo(se, 7);
});

test('the published interval of the four raters is met, its upper end cut at 1', () => {
  const [codes, categories] = named('gwet-4raters');
  const { interval } = gwetAc(codes, { categories }) as GwetEstimate;
  expect(interval![0]).toBeCloseTo(0.461, 3);
  expect(interval![1]).toBe(1);
});

test('renaming categories, reordering units and raters, and a bootstrap leave AC1 where it is', () => {
  const unit = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 15 }), (rows) => {
      const ac = gwetAc(matrixOf(rows), { categories: 3 });
      const turned = rows.toReversed().map((row) => row.toReversed().map((x) => (x < 0 ? x : (x + 1) % 3)));
      const other = gwetAc(matrixOf(turned), { categories: 3 });
      if (ac.value === null) {
        expect(other.value).toBeNull();
        return;
      }
      expect(other.value).toBeCloseTo(ac.value, 12);
      expect(ac.value).toBeLessThanOrEqual(1);
      expect(gwetAc(matrixOf(rows), { categories: 3, random: seededRandom(1), replicates: 20 }).value).toBe(ac.value);
    }),
    { seed: 42 },
  );
});

test('one category in use is 1 with a warning, one declared is undetermined', () => {
  const same = matrixOf([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  const ac = gwetAc(same, { categories: 2 }) as GwetEstimate;
  expect(ac).toMatchObject({ value: 1, pa: 1, pe: 0, interval: null });
  expect(ac.notes!.join()).toContain('one category');
  expect(gwetAc(same, { categories: 1 })).toMatchObject({ reason: 'one-category' });
});

test('no unit, one unit, and units of one rating', () => {
  expect(gwetAc(matrixOf([]), { categories: 2 })).toMatchObject({ reason: 'no-data' });
  expect(
    gwetAc(
      matrixOf([
        [0, -1],
        [-1, -1],
      ]),
      { categories: 2 },
    ),
  ).toMatchObject({ reason: 'no-data', n: 1 });
  expect(gwetAc(matrixOf([[0], [1]]), { categories: 2 })).toMatchObject({ reason: 'one-rater' });
  const one = gwetAc(matrixOf([[0, 1]]), { categories: 2 }) as GwetEstimate;
  expect(one).toMatchObject({ value: -1, interval: null, n: 1 });
  expect(one.se).toBeUndefined();
});
