import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adjustPValues,
  alternativeAnnotatorTest,
  type AlternativeAnnotatorOptions,
  type AlternativeAnnotatorTest,
  matrixOf,
  type Random,
  seededRandom,
  tCdf,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Rows = (number | null)[][];

function tested(humans: Rows, judge: (number | null)[], options: AlternativeAnnotatorOptions) {
  const found = alternativeAnnotatorTest(
    matrixOf(humans),
    judge.map((x) => x ?? NaN),
    options,
  );
  if (found.value === null) throw new Error(found.detail);
  return found;
}

/** The test by its definition, item by item and annotator by annotator. */
function byDefinition(humans: Rows, judge: (number | null)[], score: (a: number, others: number[]) => number) {
  return humans[0]!.map((_, j) => {
    const wins: [number, number][] = [];
    humans.forEach((row, i) => {
      const others = row.filter((x, k): x is number => k !== j && x !== null);
      if (row[j] === null || judge[i] === null || others.length === 0) return;
      const [f, h] = [score(judge[i]!, others), score(row[j]!, others)];
      wins.push([Number(f >= h), Number(h >= f)]);
    });
    const d = wins.map(([f, h]) => h - f);
    const n = d.length;
    const mean = d.reduce((a, b) => a + b, 0) / n;
    const sd = Math.sqrt(d.reduce((a, x) => a + (x - mean) ** 2, 0) / (n - 1));
    return {
      n,
      mean,
      sd,
      judge: wins.filter(([f]) => f === 1).length / n,
      human: wins.filter(([, h]) => h === 1).length / n,
    };
  });
}

const accuracy = (a: number, others: number[]) => others.filter((o) => o === a).length / others.length;
const negRmse = (a: number, others: number[]) =>
  -Math.sqrt(others.reduce((total, o) => total + (a - o) ** 2, 0) / others.length);

/** Ratings of a truth, each right by its chance; with some cells missing. */
function ratings(n: number, chances: readonly number[], random: Random, missing = 0): Rows {
  return Array.from({ length: n }, () => {
    const truth = Math.floor(random.next() * 3);
    return chances.map((chance) => {
      const said = random.next() < chance ? truth : Math.floor(random.next() * 3);
      return random.next() < missing ? null : said;
    });
  });
}

describe('the figures of each annotator', () => {
  const all = ratings(200, [0.9, 0.85, 0.8, 0.8], seededRandom(1), 0.1);
  const [humans, judge] = [all.map((row) => row.slice(0, 3)), all.map((row) => row[3]!)];

  test.each([
    ['accuracy', accuracy],
    ['negRmse', negRmse],
  ] as const)('are those of the definition, by %s', (alignment, score) => {
    const { annotators } = tested(humans, judge, { epsilon: 0.15, alignment });
    byDefinition(humans, judge, score).forEach((want, j) => {
      const found = annotators[j]!;
      expect(found.n).toBe(want.n);
      expect(found.judgeAdvantage.value).toBeCloseTo(want.judge, 14);
      expect(found.humanAdvantage.value).toBeCloseTo(want.human, 14);
      expect(found.difference.value).toBeCloseTo(want.mean, 14);
      expect(found.difference.sd).toBeCloseTo(want.sd, 12);
      expect(found.difference.se).toBeCloseTo(want.sd / Math.sqrt(want.n), 12);
      expect(found.p).toBeCloseTo(tCdf((want.mean - 0.15) / (want.sd / Math.sqrt(want.n)), want.n - 1), 12);
    });
  });

  test('a similarity of the caller’s own that says the same gives the same', () => {
    const own = (a: number, others: Float64Array) => accuracy(a, [...others]);
    const options = { epsilon: 0.1, random: seededRandom(3), replicates: 50 };
    expect(tested(humans, judge, { ...options, alignment: own })).toEqual(
      tested(humans, judge, { ...options, alignment: 'accuracy' }),
    );
    const bad = () => tested(humans, judge, { epsilon: 0.1, alignment: () => NaN });
    expect(bad).toThrow('an alignment must be a finite number, found NaN');
  });

  test('p-values are adjusted by Benjamini and Yekutieli, and the winning rate counts those at most q', () => {
    const found = tested(humans, judge, { epsilon: 0.1 });
    const adjusted = adjustPValues(
      found.annotators.map(({ p }) => p),
      { method: 'benjamini-yekutieli' },
    );
    expect(found.annotators.map(({ pAdjusted }) => pAdjusted)).toEqual(adjusted);
    expect(found.annotators.map(({ rejected }) => rejected)).toEqual(adjusted.map((p) => p! <= 0.05));
    expect(found.value).toBe(adjusted.filter((p) => p! <= 0.05).length / 3);
    expect(found.passes).toBe(found.value >= 0.5);
    expect(found).toMatchObject({ interval: null, epsilon: 0.1, q: 0.05, test: 't', level: 0.95 });
  });

  test('ρ is the mean over annotators, with an interval from resampled items', () => {
    const found = tested(humans, judge, { epsilon: 0.1, random: seededRandom(2), replicates: 400 });
    const mean = found.annotators.reduce((total, { judgeAdvantage }) => total + judgeAdvantage.value, 0) / 3;
    expect(found.advantage.value).toBeCloseTo(mean, 14);
    const [low, high] = found.advantage.interval!;
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(high - low).toBeLessThan(0.15);
    expect(found.annotators[0]!.judgeAdvantage.interval).not.toBeNull();
    const bare = tested(humans, judge, { epsilon: 0.1 });
    expect(bare.advantage).toMatchObject({ value: found.advantage.value, interval: null });
  });

  test('every person is also put in the judge’s place', () => {
    const found = tested(humans, judge, { epsilon: 0.1 });
    expect(found.humans.map(({ rater }) => rater)).toEqual([0, 1, 2]);
    const alone = tested(
      humans.map(([a, b]) => [a!, b!]),
      humans.map((row) => row[2]!),
      { epsilon: 0.1 },
    );
    expect(found.humans[2]).toMatchObject({ value: alone.value, tests: 2, passes: alone.passes });
    expect(found.humans[2]!.advantage.value).toBe(alone.advantage.value);
  });
});

test('a judge who says what one person says never loses to that person', () => {
  const rows = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }), {
    minLength: 5,
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, (humans) => {
      const found = tested(
        humans,
        humans.map((row) => row[0]!),
        { epsilon: 0.1, fewestItems: 2 },
      );
      expect(found.annotators[0]).toMatchObject({ difference: { value: 0, sd: 0 }, p: 0, rejected: true });
      expect(found.annotators[0]!.judgeAdvantage.value).toBe(1);
      const winning = found.sweep.map(({ value }) => value);
      expect(winning).toEqual(winning.toSorted((a, b) => a - b));
    }),
    { seed: 42 },
  );
});

test('where every item has the same outcome the mean decides, and it is said', () => {
  const humans = Array.from({ length: 40 }, () => [1, 1]);
  const judge = Array.from({ length: 40 }, () => 0);
  const loses = tested(humans, judge, { epsilon: 0.2 });
  expect(loses.annotators[0]).toMatchObject({ difference: { value: 1, se: 0, sd: 0 }, p: 1, rejected: false });
  expect(loses.notes!.join()).toContain('annotator 0: every item has the same outcome');
  expect(loses.smallestEpsilon).toBeNull();
  const ties = tested(
    humans,
    humans.map(() => 1),
    { epsilon: 0 },
  );
  expect(ties.annotators[0]!.p).toBe(1);
  expect(
    tested(
      humans,
      humans.map(() => 1),
      { epsilon: 0.01 },
    ).annotators[0]!.p,
  ).toBe(0);
  expect(ties.smallestEpsilon).toBeCloseTo(0, 12);
});

test('the smallest epsilon that passes is where the verdict turns', () => {
  const all = ratings(300, [0.9, 0.9, 0.9, 0.75], seededRandom(8));
  const [humans, judge] = [all.map((row) => row.slice(0, 3)), all.map((row) => row[3]!)];
  for (const name of ['t', 'betting'] as const) {
    const { smallestEpsilon } = tested(humans, judge, { epsilon: 0.1, test: name });
    expect(tested(humans, judge, { epsilon: smallestEpsilon!, test: name }).passes).toBe(true);
    expect(tested(humans, judge, { epsilon: smallestEpsilon! - 1e-6, test: name }).passes).toBe(false);
  }
});

describe('tests', () => {
  /** Two people who always agree; the judge loses on `lost` of n items and ties on the rest. */
  const pair = (n: number, lost: number) => ({
    humans: Array.from({ length: n }, () => [1, 1]),
    judge: Array.from({ length: n }, (_, i) => (i < lost ? 0 : 1)),
  });

  test('wilcoxon counts signs of ranks exactly, ties and all', () => {
    // 10 items: 2 at 1 − ε = 0.9 with a plus, 8 at −0.1: midranks 9.5 and 4.5; W+ = 19. By enumeration 0.212890625.
    const { humans, judge } = pair(10, 2);
    const [one] = tested(humans, judge, { epsilon: 0.1, test: 'wilcoxon' }).annotators;
    let below = 0;
    for (let signs = 0; signs < 1024; signs++) {
      let total = 0;
      for (let i = 0; i < 10; i++) if ((signs >> i) & 1) total += i < 2 ? 9.5 : 4.5;
      if (total <= 19) below++;
    }
    expect(one!.p).toBeCloseTo(below / 1024, 14);
  });

  test('wilcoxon leaves out what equals epsilon, and all of it means p = 1', () => {
    const { humans, judge } = pair(10, 0);
    expect(tested(humans, judge, { epsilon: 0, test: 'wilcoxon' }).annotators[0]!.p).toBe(1);
  });

  test('above 50 the signed-rank test is normal, with ties counted: SciPy 1.17', () => {
    const { humans, judge } = pair(80, 20);
    const { p } = tested(humans, judge, { epsilon: 0.3, test: 'wilcoxon' }).annotators[0]!;
    expect(p).toBeCloseTo(0.1432016982487302, 12);
  });

  test('betting is 1 over the mean wealth of 49 bettors', () => {
    const { humans, judge } = pair(25, 3);
    const m = (1 - 0.3) / 2;
    let wealth = 0;
    for (let k = 1; k < 50; k++) wealth += (1 - k / 50) ** 3 * (1 + (k / 50) * (0.5 / m - 1)) ** 22;
    const [one] = tested(humans, judge, { epsilon: 0.3, test: 'betting' }).annotators;
    expect(one!.p).toBeCloseTo(Math.min(1, 49 / wealth), 12);
    expect(tested(humans, judge, { epsilon: 1, test: 'betting' }).annotators[0]!.p).toBe(0);
    const lost = pair(25, 25);
    expect(tested(lost.humans, lost.judge, { epsilon: 1, test: 'betting' }).annotators[0]!.p).toBe(1);
  });

  test('betting takes one mean per cluster', () => {
    const { humans, judge } = pair(40, 4);
    const together = Array.from({ length: 40 }, (_, i) => i % 10);
    const plain = tested(humans, judge, { epsilon: 0.4, test: 'betting' }).annotators[0]!.p;
    const clustered = tested(humans, judge, { epsilon: 0.4, test: 'betting', clusters: together }).annotators[0]!.p;
    expect(clustered).toBeGreaterThan(plain);
  });

  test('betting rejects a judge at the border at most as often as it says, with 12 items too', () => {
    const random = seededRandom(11);
    let rejections = 0;
    for (let trial = 0; trial < 1500; trial++) {
      const draw = random.stream(String(trial));
      const judge = Array.from({ length: 12 }, () => (draw.next() < 0.25 ? 0 : 1));
      const humans = judge.map(() => [1, 1]);
      if (tested(humans, judge, { epsilon: 0.25, test: 'betting', epsilons: [] }).annotators[0]!.p <= 0.05)
        rejections++;
    }
    // The mean difference is exactly epsilon; 0.05 + 4 standard errors.
    expect(rejections / 1500).toBeLessThan(0.0725);
  });

  test('t with clusters has the cluster-robust error and as many degrees of freedom as clusters less one', () => {
    const { humans, judge } = pair(60, 15);
    const doubled = { humans: [...humans, ...humans], judge: [...judge, ...judge] };
    const clusters = Array.from({ length: 120 }, (_, i) => i % 60);
    const once = tested(humans, judge, { epsilon: 0.3 });
    const twice = tested(doubled.humans, doubled.judge, { epsilon: 0.3, clusters });
    expect(twice.annotators[0]!.p).toBeCloseTo(once.annotators[0]!.p, 12);
    expect(twice.annotators[0]!.difference.se).toBeCloseTo(once.annotators[0]!.difference.se, 14);
    expect(twice).toMatchObject({ groups: 60, n: 120 });
    expect(tested(doubled.humans, doubled.judge, { epsilon: 0.3 }).annotators[0]!.p).toBeLessThan(
      once.annotators[0]!.p,
    );
  });

  test('weights count: weight 2 means as much as twice in the mean, once in the error', () => {
    const { humans, judge } = pair(60, 15);
    const weights = judge.map((x) => (x === 0 ? 2 : 1));
    const found = tested(humans, judge, { epsilon: 0.3, itemWeights: weights });
    expect(found.annotators[0]!.difference.value).toBeCloseTo(30 / 75, 14);
    expect(found.annotators[0]!.judgeAdvantage.value).toBeCloseTo(45 / 75, 14);
    const squares = 15 * (2 * (1 - 0.4)) ** 2 + 45 * 0.4 ** 2;
    expect(found.annotators[0]!.difference.se).toBeCloseTo(Math.sqrt((60 / 59) * squares) / 75, 13);
    const even = tested(humans, judge, { epsilon: 0.3, itemWeights: judge.map(() => 3) });
    expect(even.annotators[0]!.p).toBeCloseTo(tested(humans, judge, { epsilon: 0.3 }).annotators[0]!.p, 12);
  });
});

test('domains have winning rates of their own, and all tests are adjusted together', () => {
  const good = ratings(100, [0.9, 0.9, 0.9, 0.95], seededRandom(4));
  const bad = ratings(100, [0.9, 0.9, 0.9, 0.2], seededRandom(5));
  const all = [...good, ...bad];
  const [humans, judge] = [all.map((row) => row.slice(0, 3)), all.map((row) => row[3]!)];
  const domains = all.map((_, i) => (i < 100 ? 7 : 3));
  const found = tested(humans, judge, { epsilon: 0.2, domains, random: seededRandom(1), replicates: 50 });
  expect(found.annotators).toHaveLength(6);
  expect(found.annotators.map(({ domain }) => domain)).toEqual([7, 7, 7, 3, 3, 3]);
  expect(found.domains).toMatchObject([
    { domain: 7, value: 1, tests: 3, passes: true },
    { domain: 3, value: 0, tests: 3, passes: false },
  ]);
  expect(found).toMatchObject({ value: 0.5, passes: false });
  const adjusted = adjustPValues(
    found.annotators.map(({ p }) => p),
    { method: 'benjamini-yekutieli' },
  );
  expect(found.annotators.map(({ pAdjusted }) => pAdjusted)).toEqual(adjusted);
  const alone = tested(humans.slice(0, 100), judge.slice(0, 100), { epsilon: 0.2 });
  expect(found.domains[0]!.advantage.value).toBeCloseTo(alone.advantage.value, 14);
  expect(found.domains[0]!.advantage.interval).not.toBeNull();
  expect(alone.domains).toEqual([]);
});

describe('what the data cannot answer', () => {
  const column = (n: number) => Array.from({ length: n }, () => [1]);

  test('one person, no items, too few items', () => {
    expect(
      alternativeAnnotatorTest(
        matrixOf(column(40)),
        Array.from({ length: 40 }, () => 1),
        { epsilon: 0.1 },
      ),
    ).toMatchObject({
      value: null,
      reason: 'one-rater',
    });
    expect(alternativeAnnotatorTest({ values: [], rows: 0, columns: 2 }, [], { epsilon: 0.1 })).toMatchObject({
      reason: 'no-data',
    });
    const humans = matrixOf(Array.from({ length: 29 }, () => [1, 0]));
    const judge = Array.from({ length: 29 }, () => 1);
    expect(alternativeAnnotatorTest(humans, judge, { epsilon: 0.1 })).toMatchObject({
      reason: 'no-data',
      detail:
        'no annotator has enough items: annotator 0 is left out: 29 items, needs 30; annotator 1 is left out: 29 items, needs 30',
    });
    const few = alternativeAnnotatorTest(humans, judge, { epsilon: 0.1, fewestItems: 29 });
    expect((few as AlternativeAnnotatorTest).notes!.join()).toContain(
      "annotator 0: 29 items are few for a t test; 'betting' holds its level",
    );
  });

  test('an annotator with few items is left out and named, and two people are pointed out', () => {
    const humans = Array.from({ length: 60 }, (_, i) => [1, i % 3, i < 10 ? 1 : null]);
    const found = tested(
      humans,
      humans.map(() => 1),
      { epsilon: 0.1 },
    );
    expect(found.annotators.map(({ rater }) => rater)).toEqual([0, 1]);
    expect(found.notes).toContain('annotator 2 is left out: 10 items, needs 30');
    const two = tested(
      humans.map((row) => row.slice(0, 2)),
      humans.map(() => 1),
      { epsilon: 0.1 },
    );
    expect(two.notes!.join()).toContain('two annotators');
    expect(two.humans).toEqual([]);
  });

  test('items that the judge or all but one person left out do not count', () => {
    const humans: Rows = [
      [1, null],
      [1, 1],
      [0, 1],
      [1, 1],
    ];
    const found = tested(humans, [1, null, 1, 1], { epsilon: 0.1, fewestItems: 2 });
    expect(found.annotators.map(({ n }) => n)).toEqual([2, 2]);
    expect(found.n).toBe(2);
  });
});

test('wrong input is refused with its name, place and value', () => {
  const humans = matrixOf(Array.from({ length: 40 }, () => [1, 0]));
  const judge = Array.from({ length: 40 }, () => 1);
  const run = (options: Partial<AlternativeAnnotatorOptions>) => () =>
    alternativeAnnotatorTest(humans, judge, { epsilon: 0.1, ...options });
  expect(run({ epsilon: -0.1 })).toThrow('epsilon must lie in [0, 1], found -0.1');
  expect(run({ epsilon: NaN })).toThrow('epsilon must lie in [0, 1], found NaN');
  expect(run({ epsilons: [2] })).toThrow('epsilon must lie in [0, 1], found 2');
  expect(run({ q: 0 })).toThrow('q must lie in (0, 1), found 0');
  expect(run({ q: 1 })).toThrow('q must lie in (0, 1), found 1');
  expect(run({ fewestItems: 1 })).toThrow('fewestItems must be at least 2, found 1');
  expect(run({ domains: [1] })).toThrow('40 items but 1 domains');
  expect(run({ itemWeights: [1] })).toThrow('40 items but 1 weights');
  expect(run({ itemWeights: judge.map((_, i) => (i === 3 ? 0 : 1)) })).toThrow(
    'itemWeights[3] must be positive, found 0',
  );
  expect(run({ itemWeights: judge, test: 'wilcoxon' })).toThrow("test 'wilcoxon' takes items as independent");
  expect(run({ clusters: judge, test: 'wilcoxon' })).toThrow("test 'wilcoxon' takes items as independent");
  expect(run({ itemWeights: judge, test: 'betting' })).toThrow("test 'betting' takes no item weights");
  expect(run({ test: 'z' as 't' })).toThrow('test must be t, wilcoxon or betting, found z');
  expect(run({ alignment: 'f1' as 'accuracy' })).toThrow('alignment must be accuracy, negRmse or a function, found f1');
  expect(() => alternativeAnnotatorTest(humans, [1], { epsilon: 0.1 })).toThrow('humans has 40 items, judge has 1');
  expect(() => alternativeAnnotatorTest(humans, [...judge.slice(1), Infinity], { epsilon: 0.1 })).toThrow('judge[39]');
  const infinite = matrixOf([[1, Infinity]]);
  expect(() => alternativeAnnotatorTest(infinite, [1], { epsilon: 0.1 })).toThrow('humans[0, 1]');
});

test('is sound for any ratings, and the same bits for the same seed', () => {
  const cell = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
  const rows = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(rows, fc.constantFrom('t' as const, 'wilcoxon' as const, 'betting' as const), (all, name) => {
      const run = () =>
        alternativeAnnotatorTest(
          matrixOf(all.map((row) => row.slice(0, 3))),
          all.map((row) => row[3] ?? NaN),
          { epsilon: 0.1, test: name, fewestItems: 2, random: seededRandom(1), replicates: 20 },
        );
      const found = run();
      sound(found, 'found');
      expect(run()).toEqual(found);
    }),
    { seed: 42, numRuns: 60 },
  );
});
