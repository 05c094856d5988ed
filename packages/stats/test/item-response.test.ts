import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Estimate,
  itemResponse,
  type ItemResponse,
  jointRasch,
  type JointRasch,
  manyFacetRasch,
  type ManyFacetRasch,
  type Matrix,
  matrixOf,
  normalQuantile,
  raterSeverity,
  type RaterSeverity,
  seededRandom,
  severityDrift,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Numbers = Record<string, (number | null)[]>;
const oracle = JSON.parse(readFileSync(new URL('fixtures/rater-models.json', import.meta.url), 'utf8')) as Record<
  string,
  Numbers
>;
const numbers = (name: string, field: string): number[] => oracle[name]![field]!.map((x) => x ?? NaN);

const answers: Matrix = { values: numbers('rasch', 'values'), rows: 40, columns: 5 };
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Answers of normal abilities to items of these difficulties. */
function simulated(n: number, difficulty: readonly number[], seed: string): { answers: Matrix; ability: number[] } {
  const random = seededRandom(seed);
  const ability = Array.from({ length: n }, () => normalQuantile(Math.max(1e-16, random.next())));
  const rows = ability.map((theta) => difficulty.map((b) => (random.next() < logistic(theta - b) ? 1 : 0)));
  return { answers: matrixOf(rows), ability };
}

describe('itemResponse, rasch', () => {
  const found = itemResponse(answers) as ItemResponse;

  test('has the mode that BFGS finds in R, by 2,001 nodes', () => {
    const wanted = numbers('rasch', 'parameters');
    expect(found.abilityMean).toBeCloseTo(wanted[0]!, 5);
    expect(Math.log(found.abilitySd)).toBeCloseTo(wanted[1]!, 5);
    found.items.forEach(({ difficulty }, j) => expect(difficulty.value).toBeCloseTo(wanted[2 + j]!, 5));
    expect(found.logLik).toBeCloseTo(numbers('rasch', 'logLik')[0]!, 5);
    expect(found).toMatchObject({ n: 188, converged: true, method: 'rasch, marginal maximum likelihood' });
  });

  test('has the standard errors of the numerical Hessian, each from the mean', () => {
    const wanted = numbers('rasch', 'se');
    found.items.forEach(({ difficulty }, j) => expect(difficulty.se! / wanted[j]!).toBeCloseTo(1, 3));
    const { value, se, interval } = found.items[0]!.difficulty;
    expect(interval![1] - value).toBeCloseTo(1.959963984540054 * se!, 10);
  });

  test('difficulties add up to 0', () => {
    expect(mean(found.items.map(({ difficulty }) => difficulty.value))).toBeCloseTo(0, 7);
    expect(found.items.map(({ discrimination }) => discrimination.value)).toEqual([1, 1, 1, 1, 1]);
  });

  test('more right answers to the same items never lower an ability', () => {
    const { answers: all } = simulated(30, [-1, 0, 1, 0.5], 'monotone');
    const { abilities } = itemResponse(all) as ItemResponse;
    const right = abilities.map(({ row }) => mean([0, 1, 2, 3].map((j) => all.values[row * 4 + j]!)));
    abilities.forEach((one, i) =>
      abilities.forEach((other, j) => {
        if (right[i]! > right[j]!) expect(one.value).toBeGreaterThan(other.value);
        if (right[i] === right[j]) expect(one.value).toBeCloseTo(other.value, 9);
      }),
    );
  });

  test('turning right and wrong turns the scale', () => {
    const turned = { ...answers, values: Array.from(answers.values, (x) => 1 - x) };
    const other = itemResponse(turned) as ItemResponse;
    other.items.forEach(({ difficulty, infit, outfit }, j) => {
      expect(difficulty.value).toBeCloseTo(-found.items[j]!.difficulty.value, 6);
      expect(infit).toBeCloseTo(found.items[j]!.infit, 6);
      expect(outfit).toBeCloseTo(found.items[j]!.outfit, 6);
    });
    expect(other.logLik).toBeCloseTo(found.logLik, 8);
  });

  test('an item that all solve stays finite', () => {
    const { answers: all } = simulated(30, [-0.5, 0, 0.5], 'extreme');
    const rows = Array.from({ length: 30 }, (_, i) => [...Array.from(all.values).slice(3 * i, 3 * i + 3), 1]);
    const { items } = itemResponse(matrixOf(rows)) as ItemResponse;
    expect(items[3]!.difficulty.value).toBeLessThan(-2);
    expect(items[3]!.difficulty.value).toBeGreaterThan(-8);
  });

  test('an empty column has no place, and an empty row none', () => {
    const rows = [
      [1, NaN, 0, 1],
      [NaN, NaN, NaN, NaN],
      [0, NaN, 0, 1],
      [1, NaN, 1, 0],
    ];
    const { items, abilities } = itemResponse(matrixOf(rows)) as ItemResponse;
    expect(items.map(({ column }) => column)).toEqual([0, 2, 3]);
    expect(abilities.map(({ row, n }) => [row, n])).toEqual([
      [0, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('infit and outfit are near 1 where the model holds', () => {
    const { answers: all } = simulated(400, [-1, -0.3, 0.3, 1], 'fit');
    for (const { infit, outfit } of (itemResponse(all) as ItemResponse).items) {
      expect(infit).toBeGreaterThan(0.7);
      expect(infit).toBeLessThan(1.2);
      expect(outfit).toBeGreaterThan(0.5);
      expect(outfit).toBeLessThan(1.3);
    }
  });

  test('covers planted difficulties and abilities', () => {
    const planted = [-1.5, -0.5, 0, 0.5, 1.5];
    let [items, abilities] = [0, 0];
    for (let draw = 0; draw < 40; draw++) {
      const { answers: all, ability } = simulated(60, planted, `cover ${draw}`);
      const fit = itemResponse(all) as ItemResponse;
      const holds = ({ interval }: Estimate, truth: number): number =>
        interval![0] <= truth && truth <= interval![1] ? 1 : 0;
      fit.items.forEach(({ difficulty }, j) => (items += holds(difficulty, planted[j]!)));
      fit.abilities.forEach((each, i) => (abilities += holds(each, ability[i]!)));
    }
    expect(items / 200).toBeGreaterThan(0.9);
    expect(abilities / 2400).toBeGreaterThan(0.9);
    expect(abilities / 2400).toBeLessThan(0.98);
  });
});

describe('itemResponse, 2pl', () => {
  const found = itemResponse(answers, { model: '2pl' }) as ItemResponse;

  test('has the mode that BFGS finds in R', () => {
    found.items.forEach(({ discrimination, difficulty }, j) => {
      expect(discrimination.value / numbers('twoParameter', 'discrimination')[j]!).toBeCloseTo(1, 4);
      expect(difficulty.value).toBeCloseTo(numbers('twoParameter', 'difficulty')[j]!, 4);
      expect(difficulty.se! / numbers('twoParameter', 'se')[j]!).toBeCloseTo(1, 2);
    });
    expect(found).toMatchObject({ abilityMean: 0, abilitySd: 1, converged: true });
  });

  test('the interval of a discrimination is positive, and around it on the log scale', () => {
    for (const { discrimination } of found.items) {
      const { value, interval } = discrimination as Estimate;
      expect(interval![0]).toBeGreaterThan(0);
      expect(value).toBeCloseTo(Math.sqrt(interval![0] * interval![1]), 10);
    }
  });

  test('finds planted discriminations', () => {
    const random = seededRandom('2pl');
    const [slopes, places] = [
      [0.6, 1, 1.8, 1],
      [-0.5, 0.5, 0, -1],
    ];
    const rows = Array.from({ length: 1500 }, () => {
      const theta = normalQuantile(Math.max(1e-16, random.next()));
      return slopes.map((a, j) => (random.next() < logistic(a * (theta - places[j]!)) ? 1 : 0));
    });
    const fit = itemResponse(matrixOf(rows), { model: '2pl' }) as ItemResponse;
    fit.items.forEach(({ discrimination, difficulty }, j) => {
      expect(Math.abs(Math.log(discrimination.value / slopes[j]!))).toBeLessThan(0.35);
      expect(Math.abs(difficulty.value - places[j]!)).toBeLessThan(0.25);
    });
  });
});

test('itemResponse says why it cannot, and what is wrong with the input', () => {
  expect(itemResponse(matrixOf([]))).toMatchObject({ reason: 'no-data', detail: 'needs 2 rows with answers, found 0' });
  expect(itemResponse(matrixOf([[1], [0]]))).toMatchObject({ detail: 'needs 2 columns with answers, found 1' });
  expect(
    itemResponse(
      matrixOf([
        [1, 1],
        [1, 1],
      ]),
    ),
  ).toMatchObject({
    reason: 'one-category',
    detail: 'all 4 answers are right',
  });
  expect(
    itemResponse(
      matrixOf([
        [0, 0],
        [0, NaN],
      ]),
    ),
  ).toMatchObject({ detail: 'all 3 answers are wrong' });
  expect(() =>
    itemResponse(
      matrixOf([
        [1, 0],
        [1, 2],
      ]),
    ),
  ).toThrow('row 1, column 1 must be 0, 1 or NaN for missing, found 2');
  expect(() => itemResponse(answers, { level: 0 })).toThrow('level must lie in (0, 1), found 0');
});

describe('jointRasch', () => {
  test('sets rows and columns aside that are all right or all wrong, one after the other', () => {
    // Column 2 is right for all but row 0; without row 0 (all wrong) it is all right.
    const found = jointRasch(
      matrixOf([
        [0, 0, 0],
        [1, 0, 1],
        [0, 1, 1],
        [1, 0, 1],
      ]),
    ) as JointRasch;
    expect(found.rows.map((each) => each === null)).toEqual([true, false, false, false]);
    expect(found.columns.map((each) => each === null)).toEqual([false, false, true]);
    expect(found).toMatchObject({ n: 6, rowsKept: 3, columnsKept: 2, converged: true });
    expect(found.notes[1]).toBe('1 rows and 1 columns are all right, all wrong or empty and are left out');
  });

  test('two columns: twice the conditional estimate, by hand', () => {
    // Andersen 1973: with two items joint maximum likelihood gives 2 log(n10/n01) as their distance.
    const rows = [...Array.from({ length: 6 }, () => [1, 0]), ...Array.from({ length: 2 }, () => [0, 1])];
    const found = jointRasch(matrixOf(rows)) as JointRasch;
    expect(found.columns[1]!.value - found.columns[0]!.value).toBeCloseTo(2 * Math.log(3), 8);
    expect(found.rows[0]!.value).toBeCloseTo(0, 8);
    expect(found.logLik).toBeCloseTo(8 * 2 * (0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 8);
    const p = 0.75;
    expect(found.columns[0]!.se).toBeCloseTo(1 / Math.sqrt(8 * p * (1 - p)), 8);
  });

  test('expected scores are the scores', () => {
    const found = jointRasch(answers) as JointRasch;
    for (let i = 0; i < 40; i++) {
      if (found.rows[i] === null) continue;
      let [right, expected] = [0, 0];
      for (let j = 0; j < 5; j++) {
        const answer = answers.values[i * 5 + j]!;
        if (Number.isNaN(answer) || found.columns[j] === null) continue;
        right += answer;
        expected += logistic(found.rows[i]!.value - found.columns[j]!.value);
      }
      expect(expected).toBeCloseTo(right, 7);
    }
    expect(mean(found.columns.map((each) => each!.value))).toBeCloseTo(0, 10);
  });

  test('says why it cannot, and what is wrong with the input', () => {
    expect(
      jointRasch(
        matrixOf([
          [1, 1],
          [0, 0],
        ]),
      ),
    ).toMatchObject({ value: null, reason: 'no-data', n: 0 });
    const apart = [
      [1, 0, NaN, NaN],
      [0, 1, NaN, NaN],
      [NaN, NaN, 1, 0],
      [NaN, NaN, 0, 1],
    ];
    expect(jointRasch(matrixOf(apart))).toMatchObject({
      reason: 'not-identified',
      detail: 'the answers fall into 2 parts that share nothing',
    });
    expect(() => jointRasch(matrixOf([[0.5]]))).toThrow('row 0, column 0 must be 0, 1 or NaN for missing, found 0.5');
  });
});

describe('manyFacetRasch', () => {
  const scale = {
    scores: numbers('ratingScale', 'score'),
    items: numbers('ratingScale', 'item'),
    raters: numbers('ratingScale', 'rater'),
  };
  const found = manyFacetRasch(scale, { categories: 4 }) as ManyFacetRasch;

  test('has the mode that BFGS finds in R', () => {
    const wanted = numbers('ratingScale', 'parameters');
    expect(found.itemMean).toBeCloseTo(wanted[0]!, 4);
    expect(Math.log(found.itemSd)).toBeCloseTo(wanted[1]!, 4);
    found.raters.forEach(({ value, se }, j) => {
      expect(value).toBeCloseTo(wanted[2 + j]!, 4);
      expect(se! / numbers('ratingScale', 'se')[j]!).toBeCloseTo(1, 3);
    });
    found.thresholds.forEach(({ value }, k) => expect(value).toBeCloseTo(wanted[5 + k]!, 4));
    expect(found).toMatchObject({ n: 36, converged: true, criteria: [] });
    expect(found.raters.map(({ id, n }) => [id, n])).toEqual([
      [1, 12],
      [2, 12],
      [3, 12],
    ]);
  });

  test('with two categories and no criteria it is the Rasch model, raters in the place of items', () => {
    const rows = Array.from(answers.values, (_, i) => i);
    const same = manyFacetRasch({
      scores: answers.values,
      items: rows.map((i) => Math.floor(i / 5)),
      raters: rows.map((i) => i % 5),
    }) as ManyFacetRasch;
    const rasch = itemResponse(answers) as ItemResponse;
    expect(same.logLik).toBeCloseTo(rasch.logLik, 9);
    expect(same.thresholds).toEqual([]);
    same.raters.forEach(({ id, value, se }) => {
      expect(value).toBeCloseTo(rasch.items[id]!.difficulty.value, 8);
      expect(se).toBeCloseTo(rasch.items[id]!.difficulty.se!, 8);
    });
  });

  test('reversed scores turn severities, and thresholds from end to end', () => {
    const other = manyFacetRasch(
      { ...scale, scores: scale.scores.map((x) => 3 - x) },
      { categories: 4 },
    ) as ManyFacetRasch;
    other.raters.forEach(({ value }, j) => expect(value).toBeCloseTo(-found.raters[j]!.value, 5));
    other.thresholds.forEach(({ value }, k) => expect(value).toBeCloseTo(-found.thresholds[2 - k]!.value, 5));
  });

  test('finds planted severities and criteria, and a noisy rater by outfit', () => {
    const random = seededRandom('facets');
    const [severity, difficulty] = [
      [-0.8, 0, 0.8, 0],
      [-0.5, 0.5],
    ];
    const rows: Record<'scores' | 'items' | 'raters' | 'criteria', number[]> = {
      scores: [],
      items: [],
      raters: [],
      criteria: [],
    };
    for (let item = 0; item < 120; item++) {
      const theta = normalQuantile(Math.max(1e-16, random.next()));
      for (let rater = 0; rater < 4; rater++) {
        for (let criterion = 0; criterion < 2; criterion++) {
          const eta = theta - severity[rater]! - difficulty[criterion]!;
          const ways = [1, Math.exp(eta + 0.7), Math.exp(2 * eta)];
          // The last rater throws dice.
          const chances = rater === 3 ? [1, 1, 1] : ways;
          let u = random.next() * chances.reduce((a, b) => a + b, 0);
          let score = 0;
          while (score < 2 && u > chances[score]!) u -= chances[score++]!;
          rows.scores.push(score);
          rows.items.push(item);
          rows.raters.push(rater);
          rows.criteria.push(criterion);
        }
      }
    }
    const fit = manyFacetRasch(rows, { categories: 3 }) as ManyFacetRasch;
    expect(fit.raters[2]!.value - fit.raters[0]!.value).toBeGreaterThan(1);
    expect(fit.criteria[1]!.value - fit.criteria[0]!.value).toBeGreaterThan(0.5);
    expect(fit.raters[3]!.outfit).toBeGreaterThan(1.15);
    expect(fit.raters[0]!.outfit).toBeLessThan(1.1);
    expect(fit.thresholds).toHaveLength(2);
    expect(mean(fit.thresholds.map(({ value }) => value))).toBeCloseTo(0, 6);
  });

  test('flags raters with few scores and categories that nobody used', () => {
    const rows = { scores: [0, 1, 2, 0, 1, 1], items: [0, 1, 2, 0, 1, 2], raters: [0, 0, 0, 1, 1, 1] };
    const fit = manyFacetRasch(rows, { categories: 5 }) as ManyFacetRasch;
    expect(fit.raters[0]!.notes).toEqual(['3 scores: drawn towards 0 by the prior']);
    expect(fit.notes).toEqual(["2 of 5 categories are not used: their thresholds are the prior's"]);
  });

  test('says why it cannot, with the groups that share nothing', () => {
    const apart = { scores: [0, 1, 1, 0], items: [0, 0, 1, 1], raters: [7, 8, 9, 10] };
    expect(manyFacetRasch(apart)).toMatchObject({
      reason: 'not-identified',
      detail: 'raters fall into 2 groups that share no item: 7, 8 | 9, 10',
    });
    expect(manyFacetRasch({ scores: [], items: [], raters: [] })).toMatchObject({ reason: 'no-data' });
    expect(manyFacetRasch({ scores: [0, 1], items: [0, 1], raters: [4, 4] })).toMatchObject({ reason: 'one-rater' });
    expect(manyFacetRasch({ ...apart, raters: [0, 1, 0, 1], scores: [1, 1, 1, 1] })).toMatchObject({
      reason: 'one-category',
      detail: 'all 4 scores are the same',
    });
  });

  test('names what is wrong with the input', () => {
    expect(() => manyFacetRasch({ ...scale, scores: scale.scores.map((x) => x + 0.5) })).toThrow(
      'scores[0] must be a whole number from 0 to 255',
    );
    expect(() => manyFacetRasch(scale, { categories: 3 })).toThrow('must be from 0 to 2, or NaN for missing, found 3');
    expect(() => manyFacetRasch(scale, { categories: 1 })).toThrow(
      'categories must be a whole number from 2 to 256, found 1',
    );
    expect(() => manyFacetRasch(scale, { priorSd: 0 })).toThrow('priorSd must be above 0, found 0');
    expect(() => manyFacetRasch({ ...scale, items: [1] })).toThrow('36 rows but 1 cluster ids');
  });
});

describe('raterSeverity', () => {
  const kept = oracle['itemRater']!;
  const rows = { scores: [] as number[], items: [] as number[], raters: [] as number[] };
  kept['values']!.forEach((value, place) => {
    rows.scores.push(value ?? NaN);
    rows.items.push(Math.floor(place / 5));
    rows.raters.push(place % 5);
  });
  const found = raterSeverity(rows) as RaterSeverity;

  test('is the least squares of R, with its standard errors', () => {
    // lm with sum contrasts gives the first four of five.
    numbers('additive', 'severity').forEach((value, j) => {
      const rater = found.raters.find(({ id }) => id === j)!;
      expect(rater.value).toBeCloseTo(value, 10);
      expect(rater.se).toBeCloseTo(numbers('additive', 'se')[j]!, 10);
    });
    expect(found.residualSd).toBeCloseTo(numbers('additive', 'sigma')[0]!, 10);
    expect(found.df).toBe(numbers('additive', 'df')[0]);
    expect(found.raters.reduce((total, { value }) => total + value, 0)).toBeCloseTo(0, 10);
    const values = found.raters.map(({ value }) => value);
    expect(found.severitySd).toBeCloseTo(Math.sqrt(values.reduce((a, x) => a + x * x, 0) / 4), 10);
  });

  test('of a complete table it is the distance from the mean of all', () => {
    const table = [
      [4, 2],
      [5, 3],
      [3, 3],
    ];
    const fit = raterSeverity({
      scores: table.flat(),
      items: [0, 0, 1, 1, 2, 2],
      raters: [0, 1, 0, 1, 0, 1],
    }) as RaterSeverity;
    expect(fit.raters.map(({ value }) => value)).toEqual([expect.closeTo(-2 / 3, 12), expect.closeTo(2 / 3, 12)]);
    expect(fit.raters[0]!.notes).toEqual(['3 scores tell little about a rater']);
  });

  test('gives no interval without a degree of freedom, or where scores add up exactly', () => {
    const few = raterSeverity({ scores: [1, 2, 4], items: [0, 0, 1], raters: [0, 1, 1] }) as RaterSeverity;
    expect(few).toMatchObject({ df: 0, residualSd: null });
    expect(few.raters[0]).toMatchObject({ interval: null, value: 0.5 });
    expect(few.raters[0]!.notes![0]).toBe('no interval: no degree of freedom is left');
    const exact = raterSeverity({ scores: [1, 2, 3, 4], items: [0, 0, 1, 1], raters: [0, 1, 0, 1] }) as RaterSeverity;
    expect(exact.raters[0]!.notes![0]).toBe('no interval: the scores add up exactly, which is not certainty');
  });

  test('says why it cannot', () => {
    expect(raterSeverity({ scores: [], items: [], raters: [] })).toMatchObject({ reason: 'no-data' });
    expect(raterSeverity({ scores: [1], items: [0], raters: [0] })).toMatchObject({ reason: 'one-rater' });
    expect(raterSeverity({ scores: [1, 2], items: [0, 1], raters: [3, 4] })).toMatchObject({
      reason: 'not-identified',
      detail: 'raters fall into 2 groups that share no item: 3 | 4',
    });
    expect(() => raterSeverity({ scores: [Infinity], items: [0], raters: [0] })).toThrow('scores[0] must be finite');
  });
});

describe('severityDrift', () => {
  const window = (...raters: [id: number, value: number, se: number][]) =>
    raters.map(([id, value, se]) => ({ id, value, se, n: 20 }));

  test('is the z of a difference, adjusted by Holm', () => {
    const [one, two] = severityDrift(window([1, 0, 0.3], [2, 0.5, 0.3]), window([2, 0.5, 0.4], [1, 1, 0.4]));
    expect(one).toMatchObject({ id: 1, value: 1, se: 0.5, z: 2, n: 40 });
    // 2 · P(Z > 2) = .0455003, twice for two raters.
    expect((one as { p: number }).p).toBeCloseTo(0.04550026389635842, 12);
    expect((one as { holm: number }).holm).toBeCloseTo(2 * 0.04550026389635842, 12);
    expect((one as Estimate).interval![0]).toBeCloseTo(1 - 1.959963984540054 * 0.5, 12);
    expect(two).toMatchObject({ id: 2, z: 0, p: 1, holm: 1 });
  });

  test('says for whom there is nothing to compare', () => {
    const found = severityDrift(window([1, 0, 0.3]), [
      { id: 1, value: 1, n: 2 },
      { id: 5, value: 0, se: 1, n: 9 },
    ]);
    expect(found).toMatchObject([
      { value: null, detail: 'rater 1 has no standard error in both windows', n: 22 },
      { value: null, detail: 'rater 5 has no standard error in both windows', n: 9 },
    ]);
    expect(() => severityDrift(window([1, 0, 1], [1, 0, 1]), [])).toThrow('rater 1 is twice in the earlier window');
  });
});

test('no model lets a NaN out, whatever scores come in', () => {
  const cell = fc.constantFrom(0, 1, 1, 2, NaN);
  const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 6 });
  fc.assert(
    fc.property(rows, (table) => {
      const scores = table.flat();
      const items = scores.map((_, place) => Math.floor(place / 3));
      const raters = scores.map((_, place) => place % 3);
      sound(manyFacetRasch({ scores, items, raters }), 'manyFacetRasch');
      sound(raterSeverity({ scores, items, raters }), 'raterSeverity');
      const right = matrixOf(table.map((row) => row.map((x) => (x > 1 ? 0 : x))));
      for (const model of ['rasch', '2pl'] as const) sound(itemResponse(right, { model }), model);
      sound(jointRasch(right), 'jointRasch');
    }),
    { seed: 42, numRuns: 60 },
  );
});
