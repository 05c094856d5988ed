import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestRepeats,
  type Estimate,
  facetStudy,
  type FacetStudy,
  intraclassCorrelation,
  type Matrix,
  matrixOf,
  normalQuantile,
  raterStudy,
  type RaterStudy,
  repeatStudy,
  type RepeatStudy,
  seededRandom,
  varianceComponents,
  type VarianceComponents,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Numbers = Record<string, (number | null)[]>;
const oracle = JSON.parse(readFileSync(new URL('fixtures/rater-models.json', import.meta.url), 'utf8')) as Record<
  string,
  Numbers
>;

function table(numbers: Numbers): Matrix {
  const [rows, columns] = [numbers['rows']![0]!, numbers['columns']![0]!];
  return { values: numbers['values']!.map((value) => value ?? NaN), rows, columns };
}
const value = (result: { value: number | null }): number => result.value!;
const close = (found: number, wanted: number | null, digits: number): void =>
  expect(found).toBeCloseTo(wanted!, digits);

/** Shrout and Fleiss 1979, table 2. */
const shroutFleiss = matrixOf([
  [9, 2, 5, 8],
  [6, 1, 3, 2],
  [8, 4, 6, 8],
  [7, 1, 2, 6],
  [10, 5, 6, 9],
  [6, 2, 4, 7],
]);
const normals = (seed: string) => {
  const random = seededRandom(seed);
  return () => normalQuantile(Math.max(1e-16, random.next()));
};

describe('varianceComponents', () => {
  test('splits a complete table as its mean squares do', () => {
    const found = varianceComponents(shroutFleiss) as VarianceComponents;
    // MSB 11.241667, MSJ 32.486111, MSE 1.019444 (R, aov).
    close(found.item.value, (11.241666666666667 - 1.0194444444444444) / 4, 10);
    close(found.rater.value, (32.486111111111114 - 1.0194444444444444) / 6, 10);
    close(found.residual.value, 1.0194444444444444, 10);
    expect(found).toMatchObject({ n: 24, items: 6, raters: 4, method: 'item × rater, ANOVA' });
    close(found.mean, 5.291666666666667, 12);
    // √(2 MSE²/(df + 2)), by hand: 1.0194444 · √(2/17).
    close(found.residual.se!, 1.0194444444444444 * Math.sqrt(2 / 17), 12);
    close(found.item.se!, Math.sqrt((2 * 11.241666666666667 ** 2) / 7 + (2 * 1.0194444444444444 ** 2) / 17) / 4, 10);
    expect(found.rater.notes).toEqual(['4 levels tell little about a variance: the interval is wide for that reason']);
    expect(found.item.groups).toBe(6);
    expect(found.notes).toBeUndefined();
  });

  test('gives ICC(2,1) and ICC(3,1) of a complete table, the latter with its exact interval', () => {
    const found = varianceComponents(shroutFleiss) as VarianceComponents;
    const [two, three] = (['ICC(2,1)', 'ICC(3,1)'] as const).map(
      (form) => intraclassCorrelation(shroutFleiss, { form }) as Estimate,
    );
    close(value(found.agreement), two!.value, 12);
    close(value(found.consistency), three!.value, 12);
    const exact = (found.consistency as Estimate).interval!;
    close(exact[0], three!.interval![0], 10);
    close(exact[1], three!.interval![1], 10);
    expect((found.consistency as Estimate).method).toBe('consistency, ANOVA, exact F interval');
  });

  test('the interval of the residual variance is the chi-square interval', () => {
    const found = varianceComponents(shroutFleiss) as VarianceComponents;
    // 15 MSE / chi-square(.975; 15), 15 MSE / chi-square(.025; 15): R, qchisq.
    const [low, high] = found.residual.interval!;
    expect(low / ((15 * 1.0194444444444444) / 27.488392863443)).toBeCloseTo(1, 2);
    expect(high / ((15 * 1.0194444444444444) / 6.262137795043)).toBeCloseTo(1, 2);
  });

  test('finds what restricted maximum likelihood finds in R, with cells missing', () => {
    const numbers = oracle['itemRater']!;
    const found = varianceComponents(table(numbers)) as VarianceComponents;
    const wanted = numbers['variances']!;
    close(found.item.value, wanted[0]!, 6);
    close(found.rater.value, wanted[1]!, 6);
    close(found.residual.value, wanted[2]!, 6);
    expect(found.method).toBe('item × rater, REML');
    expect(found.notes).toEqual(['17 cells are missing: restricted maximum likelihood']);
    expect(found.item.notes).toEqual([
      'cells are missing: the interval takes the design as a complete one of its size',
    ]);
    close(value(found.agreement), wanted[0]! / (wanted[0]! + wanted[1]! + wanted[2]!), 6);
  });

  test('restricted maximum likelihood is the analysis of variance where it is complete but for one row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const next = normals(`reml ${seed}`);
        const raters = [0, 0.4, -0.4, 0.8].map((x) => x + 0.2 * next());
        const rows = Array.from({ length: 9 }, () => {
          const item = 1.5 * next();
          return raters.map((rater) => item + rater + 0.5 * next());
        });
        const anova = varianceComponents(matrixOf(rows)) as VarianceComponents;
        fc.pre(anova.item.value > 0 && anova.rater.value > 0);
        // An item that one rater saw, exactly where its own mean would be, moves nothing far; so REML must be near.
        const reml = varianceComponents(matrixOf([...rows, [anova.mean, NaN, NaN, NaN]])) as VarianceComponents;
        expect(reml.method).toBe('item × rater, REML');
        expect(Math.abs(reml.residual.value / anova.residual.value - 1)).toBeLessThan(0.02);
        expect(Math.abs(reml.item.value / anova.item.value - 1)).toBeLessThan(0.25);
      }),
      { seed: 42, numRuns: 25 },
    );
  });

  test('a shift changes nothing, a stretch changes variances by its square', () => {
    const numbers = table(oracle['itemRater']!);
    const changed = { ...numbers, values: Array.from(numbers.values, (x) => 1000 + 3 * x) };
    const [one, other] = [numbers, changed].map((each) => varianceComponents(each) as VarianceComponents);
    close(other!.item.value / 9, one!.item.value, 6);
    close(other!.rater.value / 9, one!.rater.value, 6);
    close(value(other!.agreement), value(one!.agreement), 6);
    close(other!.item.interval![1] / 9, one!.item.interval![1], 5);
  });

  test('the order of items and raters does not matter', () => {
    const turned = matrixOf(
      [
        [2, 9, 5],
        [1, 6, 3],
        [4, 8, NaN],
        [1, NaN, 2],
        [5, 10, 6],
      ]
        .toReversed()
        .map((row) => row.toReversed()),
    );
    const straight = matrixOf([
      [2, 9, 5],
      [1, 6, 3],
      [4, 8, NaN],
      [1, NaN, 2],
      [5, 10, 6],
    ]);
    const [one, other] = [straight, turned].map((each) => varianceComponents(each) as VarianceComponents);
    for (const part of ['item', 'rater', 'residual'] as const) close(other![part].value, one![part].value, 6);
  });

  test('a negative variance is reported as it is and counts as 0', () => {
    // Rows differ less than chance: MS of items 0.
    const found = raterStudy(
      matrixOf([
        [1, 3],
        [3, 1],
        [2, 2],
      ]),
      { designs: [3] },
    ) as RaterStudy;
    expect(found.item.value).toBeLessThan(0);
    expect(found.item.notes).toContain('negative, which a variance cannot be: it is 0 in every design');
    expect(value(found.designs[0]!.generalizability)).toBe(0);
    expect(found.designs[0]!.relativeError).toBeCloseTo(found.residual.value / 3, 12);
  });

  test('says why where there is nothing to split', () => {
    expect(varianceComponents(matrixOf([]))).toMatchObject({
      reason: 'no-data',
      detail: 'needs 2 rated items, found 0',
    });
    expect(
      varianceComponents(
        matrixOf([
          [1, 2],
          [NaN, NaN],
        ]),
      ),
    ).toMatchObject({ reason: 'no-data', n: 2 });
    expect(varianceComponents(matrixOf([[1], [2]]))).toMatchObject({
      reason: 'one-rater',
      detail: 'needs 2 raters, found 1',
    });
    expect(
      varianceComponents(
        matrixOf([
          [1, NaN],
          [NaN, 2],
          [3, NaN],
        ]),
      ),
    ).toMatchObject({
      reason: 'not-identified',
      detail: 'each level of effect 1 has one rating, so its variance cannot be told from the residual',
    });
    expect(
      varianceComponents(
        matrixOf([
          [1, 2],
          [2, NaN],
        ]),
      ),
    ).toMatchObject({
      reason: 'not-identified',
      detail: '3 ratings leave no degree of freedom to the residual',
    });
    expect(
      varianceComponents(
        matrixOf([
          [1, 2, 3],
          [2, 3, 4],
          [3, 4, NaN],
          [4, NaN, 6],
        ]),
      ),
    ).toMatchObject({
      reason: 'zero-variance',
      detail: 'the ratings leave no residual to estimate from',
    });
  });

  test('ratings that are all equal have variances of 0, and no share of them', () => {
    const found = varianceComponents(
      matrixOf([
        [3, 3],
        [3, 3],
        [3, 3],
      ]),
    ) as VarianceComponents;
    expect([found.item.value, found.rater.value, found.residual.value]).toEqual([0, 0, 0]);
    expect(found.item.interval).toBeNull();
    expect(found.item.notes![0]).toBe('no interval: the mean squares behind it are 0');
    expect(found.agreement).toMatchObject({ value: null, reason: 'zero-variance', detail: 'all variances are 0' });
  });

  test('perfect agreement is no certainty', () => {
    const found = varianceComponents(
      matrixOf([
        [1, 1],
        [3, 3],
        [4, 4],
      ]),
    ) as VarianceComponents;
    expect(found.consistency).toMatchObject({
      value: 1,
      interval: null,
      notes: ['no interval: no error is left in these ratings, which is not certainty'],
    });
  });

  test('names what is wrong with the input', () => {
    expect(() =>
      varianceComponents(
        matrixOf([
          [1, 2],
          [Infinity, 2],
        ]),
      ),
    ).toThrow(
      new RangeError('item 1, column 0 must be finite (at most 1e+150 in size) or NaN for missing, found Infinity'),
    );
    expect(() => varianceComponents(shroutFleiss, { level: 1 })).toThrow('level must lie in (0, 1), found 1');
    expect(() => raterStudy(shroutFleiss, { designs: [2, 0] })).toThrow(
      'designs[1].raters must be at least 1, found 0',
    );
    expect(() => raterStudy(shroutFleiss, { designs: [Infinity] })).toThrow('designs[0].raters must be at least 1');
  });

  test('lets no NaN out', () => {
    const cell = fc.oneof(fc.constantFrom(1, 1, 2, 3, NaN, NaN), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 7 });
    fc.assert(
      fc.property(rows, (ratings) => {
        sound(raterStudy(matrixOf(ratings), { designs: [1, 4] }), 'raterStudy');
        sound(repeatStudy(matrixOf(ratings), { designs: [1, 4] }), 'repeatStudy');
      }),
      { seed: 42, numRuns: 150 },
    );
  });
});

describe('raterStudy', () => {
  test('Spearman and Brown: n raters are as reliable as the formula says', () => {
    const found = raterStudy(shroutFleiss, { designs: [1, 2, 4, 9] }) as RaterStudy;
    const one = value(found.designs[0]!.generalizability);
    const level = value(found.designs[0]!.dependability);
    for (const { raters, generalizability, dependability, relativeError, absoluteError } of found.designs) {
      close(value(generalizability), (raters * one) / (1 + (raters - 1) * one), 12);
      close(value(dependability), (raters * level) / (1 + (raters - 1) * level), 12);
      close(relativeError, found.residual.value / raters, 12);
      close(absoluteError, (found.residual.value + found.rater.value) / raters, 12);
    }
    const mean = intraclassCorrelation(shroutFleiss, { form: 'ICC(3,k)' }) as Estimate;
    close((found.designs[2]!.generalizability as Estimate).interval![0], mean.interval![0], 10);
    close((found.designs[2]!.generalizability as Estimate).interval![1], mean.interval![1], 10);
  });

  test('the generalised interval of Phi is near the Satterthwaite interval of ICC(2,k)', () => {
    const found = raterStudy(shroutFleiss) as RaterStudy;
    const icc = intraclassCorrelation(shroutFleiss, { form: 'ICC(2,k)' }) as Estimate;
    expect(found.designs).toHaveLength(1);
    close(value(found.designs[0]!.dependability), icc.value, 12);
    expect(Math.abs((found.designs[0]!.dependability as Estimate).interval![1] - icc.interval![1])).toBeLessThan(0.03);
  });

  test('recommends the cheapest design that reaches the goal, and prices designs', () => {
    const goal = { coefficient: 'dependability', atLeast: 0.6 } as const;
    const cost = { item: 5, rating: 2 };
    const found = raterStudy(shroutFleiss, { designs: [1, 10, 6, 20], goal, cost }) as RaterStudy;
    expect(found.designs.map((each) => each.cost)).toEqual([7, 25, 17, 45]);
    const reached = found.designs.map((each) => value(each.dependability) >= 0.6);
    expect(reached).toEqual([false, true, true, true]);
    expect(found.recommendation).toBe(2);
    expect(raterStudy(shroutFleiss, { designs: [1], goal })).toHaveProperty('recommendation', null);
    expect(raterStudy(shroutFleiss, { designs: [1] })).not.toHaveProperty('recommendation');
    expect(() => raterStudy(shroutFleiss, { cost: { rating: -1 } })).toThrow('cost.rating must be 0 or more, found -1');
    expect(() => raterStudy(shroutFleiss, { goal: { coefficient: 'dependability', atLeast: 1 } })).toThrow(
      'goal.atLeast must lie in (0, 1), found 1',
    );
  });

  test('the intervals cover the planted variances', () => {
    const hits = { item: 0, rater: 0, agreement: 0 };
    for (let draw = 0; draw < 120; draw++) {
      const next = normals(`planted ${draw}`);
      const raters = Array.from({ length: 5 }, () => 0.5 * next());
      const rows = Array.from({ length: 25 }, () => {
        const item = next();
        return raters.map((rater) => (draw % 2 === 1 && Math.abs(next()) > 1.5 ? NaN : item + rater + 0.7 * next()));
      });
      const found = varianceComponents(matrixOf(rows)) as VarianceComponents;
      const holds = (result: unknown, truth: number): number => {
        const { interval } = result as Estimate;
        return interval![0] <= truth && truth <= interval![1] ? 1 : 0;
      };
      hits.item += holds(found.item, 1);
      hits.rater += holds(found.rater, 0.25);
      hits.agreement += holds(found.agreement, 1 / (1 + 0.25 + 0.49));
    }
    for (const count of Object.values(hits)) expect(count).toBeGreaterThanOrEqual(106);
  });
});

describe('facetStudy', () => {
  const crossed = oracle['crossed']!;
  const ratings = (keep: (row: number) => boolean) => {
    const rows = crossed['values']!.map((_, row) => row).filter((row) => keep(row));
    const pick = (name: string) => rows.map((row) => crossed[name]![row]!);
    return { values: pick('values'), targets: pick('target'), items: pick('item'), raters: pick('rater') };
  };

  test('takes its variances from the mean squares of R', () => {
    const found = facetStudy(ratings(() => true)) as FacetStudy;
    const [t, i, r, ti, tr, ir, e] = crossed['squares'] as number[];
    const { components } = found;
    close(components.residual.value, e!, 10);
    close(components.targetItem.value, (ti! - e!) / 4, 10);
    close(components.targetRater.value, (tr! - e!) / 6, 10);
    close(components.itemRater.value, (ir! - e!) / 8, 10);
    close(components.target.value, (t! - ti! - tr! + e!) / 24, 10);
    close(components.item.value, (i! - ti! - ir! + e!) / 32, 10);
    close(components.rater.value, (r! - tr! - ir! + e!) / 48, 10);
    expect(found).toMatchObject({ n: 192, targets: 8, items: 6, raters: 4, method: 'target × item × rater, ANOVA' });
    expect(components.targetRater.groups).toBe(32);
    const [design] = found.designs;
    expect(design).toMatchObject({ items: 6, raters: 4 });
    const kept = (x: number) => Math.max(0, x);
    const relative =
      kept(components.targetItem.value) / 6 + kept(components.targetRater.value) / 4 + components.residual.value / 24;
    const absolute =
      relative +
      kept(components.item.value) / 6 +
      kept(components.rater.value) / 4 +
      kept(components.itemRater.value) / 24;
    close(design!.relativeError, relative, 12);
    close(design!.absoluteError, absolute, 12);
    close(
      value(design!.generalizability),
      kept(components.target.value) / (kept(components.target.value) + relative),
      12,
    );
    close(value(design!.dependability), kept(components.target.value) / (kept(components.target.value) + absolute), 12);
  });

  test('finds the restricted maximum likelihood of R where cells are missing', () => {
    const numbers = oracle['incomplete']!;
    const gone = new Set(numbers['missing']);
    const found = facetStudy(
      ratings((row) => !gone.has(row)),
      { designs: [{ items: 3, raters: 2 }] },
    ) as FacetStudy;
    const [t, i, ti, r, tr, ir, e] = numbers['variances'] as number[];
    const { target, item, targetItem, rater, targetRater, itemRater, residual } = found.components;
    [target, item, targetItem, rater, targetRater, itemRater, residual].forEach((each, place) =>
      close(each.value, [t, i, ti, r, tr, ir, e][place]!, 4),
    );
    expect(found.notes).toEqual(['5 cells are missing: restricted maximum likelihood']);
    expect(found.designs[0]!.generalizability.value).not.toBeNull();
  });

  test('a row with a missing rating is a missing cell', () => {
    const gone = ratings((row) => row !== 7);
    const blank = ratings(() => true);
    blank.values[7] = NaN;
    const [one, other] = [gone, blank].map((each) => facetStudy(each) as FacetStudy);
    expect(other!.n).toBe(191);
    close(other!.components.residual.value, one!.components.residual.value, 10);
  });

  test('prices designs by item and rating, and recommends', () => {
    const found = facetStudy(
      ratings(() => true),
      {
        designs: [
          { items: 2, raters: 3 },
          { items: 400, raters: 40 },
        ],
        cost: { item: 10, rating: 1 },
        goal: { coefficient: 'generalizability', atLeast: 0.05 },
      },
    ) as FacetStudy;
    expect(found.designs.map(({ cost }) => cost)).toEqual([26, 20000]);
    expect(found.recommendation === null || found.recommendation === 0 || found.recommendation === 1).toBe(true);
  });

  test('says why it cannot, and what is wrong with the input', () => {
    const none = { values: [], targets: [], items: [], raters: [] };
    expect(facetStudy(none)).toMatchObject({ reason: 'no-data', detail: 'needs 2 targets, found 0' });
    const pair = { values: [1, 2, 3, 4], targets: [0, 0, 1, 1], items: [0, 0, 0, 0], raters: [0, 1, 0, 1] };
    expect(facetStudy(pair)).toMatchObject({ reason: 'no-data', detail: 'needs 2 items, found 1' });
    const alone = { ...pair, items: [0, 1, 0, 1], raters: [0, 0, 0, 0] };
    expect(facetStudy(alone)).toMatchObject({ reason: 'one-rater' });
    const thin = { values: [1, 2, 3], targets: [0, 0, 1], items: [0, 1, 0], raters: [0, 1, 0] };
    expect(facetStudy(thin)).toMatchObject({ reason: 'not-identified' });
    expect(() => facetStudy({ ...pair, raters: [0, 0, 0, 1] })).toThrow(
      'rows 0 and 1 rate the same target, item and rater: average them first',
    );
    expect(() => facetStudy({ ...pair, raters: [0, 1, 0, -1] })).toThrow('row 3 has no cluster id');
    expect(() => facetStudy({ ...pair, values: [1, 2, 3, Infinity] })).toThrow('values[3] must be finite');
    expect(() => facetStudy(pair, { designs: [{ items: 0, raters: 1 }] })).toThrow(
      'designs[0].items must be at least 1, found 0',
    );
  });
});

describe('repeatStudy', () => {
  test('reliability is ICC(1,n) with its exact interval', () => {
    const found = repeatStudy(shroutFleiss, { designs: [1, 4] }) as RepeatStudy;
    (['ICC(1,1)', 'ICC(1,k)'] as const).forEach((form, place) => {
      const icc = intraclassCorrelation(shroutFleiss, { form }) as Estimate;
      const reliability = found.designs[place]!.reliability as Estimate;
      close(reliability.value, icc.value, 12);
      close(reliability.interval![1], icc.interval![1], 10);
    });
    close(found.designs[1]!.seOfMean, Math.sqrt((found.item.value + found.repeat.value / 4) / 6), 12);
    expect(found).toMatchObject({ n: 24, items: 6, method: 'item × repeat, ANOVA' });
  });

  test('the order of repeats within an item does not matter', () => {
    const turned = matrixOf([
      [9, 2, 5],
      [1, 6, 3],
      [8, 4, 6],
    ]);
    const other = matrixOf([
      [2, 5, 9],
      [6, 3, 1],
      [6, 8, 4],
    ]);
    close((repeatStudy(turned) as RepeatStudy).item.value, (repeatStudy(other) as RepeatStudy).item.value, 12);
  });

  test('finds what nlme finds where items differ in their repeats', () => {
    const numbers = oracle['repeats']!;
    const found = repeatStudy(table(numbers)) as RepeatStudy;
    close(found.item.value, numbers['variances']![0]!, 6);
    close(found.repeat.value, numbers['variances']![1]!, 6);
    close(found.mean, numbers['mean']![0]!, 8);
    expect(found.notes).toEqual(['items differ in their number of repeats: restricted maximum likelihood']);
  });

  test('says why it cannot', () => {
    expect(repeatStudy(matrixOf([]))).toMatchObject({ reason: 'no-data' });
    expect(
      repeatStudy(
        matrixOf([
          [1, NaN],
          [NaN, 2],
        ]),
      ),
    ).toMatchObject({
      reason: 'one-rater',
      detail: 'no item has two repeats',
    });
    expect(
      repeatStudy(
        matrixOf([
          [1, 1, 1],
          [2, 2, NaN],
        ]),
      ),
    ).toMatchObject({ reason: 'zero-variance' });
  });
});

describe('bestRepeats', () => {
  test('the optimum of MT-bench at ten to one is one rating', () => {
    const found = bestRepeats({ between: 1.472446, within: 0.257292, itemCost: 10, ratingCost: 1 });
    close(found.exact, 1.32189, 4);
    expect(found.repeats).toBe(1);
  });

  test('no whole number is better', () => {
    const parts = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(parts, parts, parts, parts, (between, within, itemCost, ratingCost) => {
        const { repeats } = bestRepeats({ between, within, itemCost, ratingCost });
        const price = (n: number) => (between + within / n) * (itemCost + n * ratingCost);
        for (const other of [1, 2, 3, repeats - 1, repeats + 1, 2 * repeats]) {
          if (other >= 1) expect(price(repeats)).toBeLessThanOrEqual(price(other) * (1 + 1e-12));
        }
      }),
      { seed: 42 },
    );
  });

  test('refuses what has no optimum', () => {
    const one = { between: 1, within: 1, itemCost: 1, ratingCost: 1 };
    expect(bestRepeats({ ...one, between: 0 })).toEqual({ exact: Infinity, repeats: Infinity });
    expect(bestRepeats({ ...one, within: 0 })).toEqual({ exact: 1, repeats: 1 });
    expect(() => bestRepeats({ ...one, ratingCost: 0 })).toThrow('ratingCost must be above 0, found 0');
    expect(() => bestRepeats({ ...one, within: -1 })).toThrow('within must be 0 or more, found -1');
    expect(() => bestRepeats({ ...one, between: 0, within: 0 })).toThrow('between and within are both 0');
  });
});
