import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  matrixOf,
  normalQuantile,
  pearson,
  predictionPoweredBradleyTerry,
  predictionPoweredPearson,
  predictionPoweredRegression,
  seededRandom,
  tQuantile,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Case = { lambda: number; beta: number[]; covariance: number[]; clustered: number[] };
type Regression = {
  family: 'linear' | 'logistic';
  design: number[][];
  human: number[];
  judge: number[];
  unlabelledDesign: number[][];
  unlabelled: number[];
  clusters: { labelled: number[]; unlabelled: number[] };
  lambdaRaw: number;
  cases: Case[];
};
const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  regressions: Regression[];
  strengths: Record<
    | 'left'
    | 'right'
    | 'human'
    | 'judge'
    | 'unlabelledLeft'
    | 'unlabelledRight'
    | 'unlabelled'
    | 'strengths'
    | 'covariance',
    number[]
  > & { players: number; reference: number; lambdaRaw: number };
  correlation: Record<'x' | 'human' | 'judge' | 'otherX' | 'unlabelled', number[]> &
    Record<'lambdaRaw' | 'r' | 'se' | 'seSmall', number>;
};

const random = { labelDesign: 'random' } as const;

function close(found: ArrayLike<number>, expected: readonly number[], digits = 9): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits));
}

function fit(one: Regression, options: Parameters<typeof predictionPoweredRegression>[5] = {}) {
  const found = predictionPoweredRegression(
    one.human,
    one.judge,
    matrixOf(one.design),
    one.unlabelled,
    matrixOf(one.unlabelledDesign),
    { family: one.family, interval: 'z', labelDesign: 'random', ...options },
  );
  if ('value' in found) throw new Error(found.detail);
  return found;
}

describe.each(oracle.regressions)('$family regression', (one) => {
  test.each(one.cases)('agrees with NumPy at λ = $lambda', ({ lambda, beta, covariance, clustered }) => {
    const found = fit(one, { lambda });
    close(
      found.coefficients.map(({ value }) => value),
      beta,
    );
    close(found.covariance.values, covariance);
    expect(found.lambdaRaw).toBeNull();
    const robust = fit(one, { lambda, clusters: one.clusters });
    close(robust.covariance.values, clustered);
    expect(robust.coefficients[0]!.groups).toBe(30);
    const z = normalQuantile(0.975);
    found.coefficients.forEach(({ value, interval, se }, j) => {
      expect(se).toBeCloseTo(Math.sqrt(covariance[4 * j]!), 10);
      close(interval!, [value - z * se!, value + z * se!], 12);
    });
  });

  test('tunes λ as NumPy does, and clips it', () => {
    const found = fit(one);
    expect(found.lambdaRaw).toBeCloseTo(one.lambdaRaw, 9);
    expect(found.lambda).toBeCloseTo(Math.min(1, Math.max(0, one.lambdaRaw)), 9);
    close(
      found.coefficients.map(({ value }) => value),
      one.cases[0]!.beta,
      8,
    );
    expect(found.coefficients[0]!.method).toBe(
      `prediction-powered ${one.family} regression, λ = ${found.lambda.toFixed(3)} tuned, sandwich z`,
    );
  });

  test('below 200 labels counts the coefficients and λ', () => {
    const [plain, small] = [fit(one), fit(one, { interval: 'auto' })];
    const [a, b] = [plain.coefficients[1]!, small.coefficients[1]!];
    expect(b.value).toBe(a.value);
    expect(b.se!).toBeGreaterThan(a.se!);
    const t = tQuantile(0.975, 60 - 4);
    close(b.interval!, [b.value - t * b.se!, b.value + t * b.se!], 12);
    expect(b.method).toContain('sandwich t');
  });

  test('a column that repeats another has no unique coefficient', () => {
    const twice = (rows: number[][]) => matrixOf(rows.map(([a]) => [a!, a!]));
    expect(
      predictionPoweredRegression(
        one.human,
        one.judge,
        twice(one.design),
        one.unlabelled,
        twice(one.unlabelledDesign),
        {
          family: one.family,
        },
      ),
    ).toMatchObject({ value: null, reason: 'not-identified' });
  });
});

describe('regression', () => {
  const [linear] = oracle.regressions;

  test('without people being needed: a judge that repeats them gives the regression on all rows', () => {
    // With judge = human and λ = N/(n + N) the objective is that of all rows together.
    const [n, N] = [linear!.human.length, linear!.unlabelled.length];
    const found = fit({ ...linear!, judge: linear!.human }, { lambda: N / (n + N) });
    const together = predictionPoweredRegression(
      [...linear!.human, ...linear!.unlabelled],
      [...linear!.human, ...linear!.unlabelled],
      matrixOf([...linear!.design, ...linear!.unlabelledDesign]),
      [],
      matrixOf([]).columns === 0 ? { values: [], rows: 0, columns: 2 } : matrixOf([]),
    );
    if ('value' in together) throw new Error(together.detail);
    close(
      found.coefficients.map(({ value }) => value),
      together.coefficients.map(({ value }) => value),
    );
    expect(together.notes).toContain('0 unlabelled rows: the judge adds nothing');
  });

  test('labels that a column separates have no finite logistic fit', () => {
    const x = Array.from({ length: 20 }, (_, i) => [i]);
    const y = x.map(([i]) => (i! < 10 ? 0 : 1));
    expect(predictionPoweredRegression(y, y, matrixOf(x), y, matrixOf(x), { family: 'logistic' })).toMatchObject({
      value: null,
      reason: 'not-identified',
      detail: 'no finite, unique solution: columns are collinear, or the labels are separated',
    });
  });

  test('columns whose squares leave the range of numbers are refused, not answered by none', () => {
    const far = (rows: number[][]) => matrixOf(rows.map(([x]) => [x! * 1e120]));
    const found = predictionPoweredRegression(
      linear!.human,
      linear!.judge,
      far(linear!.design),
      linear!.unlabelled,
      far(linear!.unlabelledDesign),
      { intercept: false },
    );
    sound(found, 'far');
  });

  test('needs two labels more than coefficients', () => {
    const table = (n: number) => matrixOf(Array.from({ length: n }, (_, i) => [i * i]));
    const at = (n: number) =>
      predictionPoweredRegression([1, 2, 4, 8].slice(0, n), [1, 3, 4, 7].slice(0, n), table(n), [2, 3, 5], table(3));
    expect(at(3)).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: '2 coefficients need 4 labelled rows, found 3',
    });
    expect(at(4)).toMatchObject({ n: 4 });
  });

  test('refuses what does not fit', () => {
    const one = { values: [1, 2], rows: 2, columns: 1 };
    const call = (...changed: Partial<Parameters<typeof predictionPoweredRegression>>) => {
      const [human = [0, 1], judge = [0, 1], design = one, unlabelled = [0, 1], other = one, options] = changed;
      return () => predictionPoweredRegression(human, judge, design, unlabelled, other, options);
    };
    expect(call([0, 1, 1], [0, 1, 1])).toThrow('designs must have 3 and 2 rows, found 2 and 2');
    expect(call([0, 1], [0])).toThrow('human has 2 labels, judge has 1 scores for them');
    expect(call([0, 1], [0, 1], one, [0], { values: [1, 2], rows: 1, columns: 2 })).toThrow(
      'designs must have the same columns, found 1 and 2',
    );
    expect(call([0, 2], [0, 1], one, [0, 1], one, { family: 'logistic' })).toThrow(
      'human[1] must lie in [0, 1], found 2',
    );
    expect(call([0, 1], [0, 1], { values: [1, NaN], rows: 2, columns: 1 })).toThrow(
      'design row 1, column 0 is missing',
    );
    expect(call([0, 1], [0, 1], one, [0, 1], one, { lambda: 2 })).toThrow(
      "lambda must be 'tuned' or lie in [0, 1], found 2",
    );
    const none = { values: [], rows: 2, columns: 0 };
    expect(call([0, 1], [0, 1], none, [0, 1], none, { intercept: false })).toThrow('there is no coefficient');
  });

  test('few clusters with a label give no interval', () => {
    const clusters = { labelled: linear!.human.map((_, i) => i % 4), unlabelled: linear!.unlabelled.map((_, i) => i) };
    const found = fit(linear!, { clusters });
    expect(found.coefficients[1]).toMatchObject({ interval: null, groups: 4 });
    expect(found.coefficients[1]!.notes).toEqual(['no interval: 4 clusters with a label, needs 5']);
  });
});

describe('Bradley-Terry strengths', () => {
  const { players, reference, ...rows } = oracle.strengths;
  const meetings = { left: rows.left, right: rows.right };
  const others = { left: rows.unlabelledLeft, right: rows.unlabelledRight };
  const options = { players, reference, interval: 'z', labelDesign: 'random' } as const;

  test('agree with NumPy', () => {
    const found = predictionPoweredBradleyTerry(rows.human, rows.judge, meetings, rows.unlabelled, others, options);
    if ('value' in found) throw new Error(found.detail);
    expect(found.lambdaRaw).toBeCloseTo(rows.lambdaRaw, 9);
    close(
      found.strengths.map(({ value }) => value),
      rows.strengths,
    );
    close(found.covariance.values, rows.covariance);
    expect(found.strengths[reference]).toMatchObject({
      value: 0,
      interval: null,
      notes: ['the reference, to which the others are compared'],
    });
    sound(found, 'strengths');
  });

  test('turning a comparison round, players and verdict, changes nothing', () => {
    const flip = <T>(values: readonly T[], of: (value: T) => T) =>
      values.map((value, i) => (i % 3 === 0 ? of(value) : value));
    const swap = (a: number[], b: number[]) => a.map((player, i) => (i % 3 === 0 ? b[i]! : player));
    // The variances, and with them the tuned λ, are centred on means that move with the design: so λ is given.
    const fixed = (human: number[], judge: number[], met: typeof meetings) => {
      const found = predictionPoweredBradleyTerry(human, judge, met, rows.unlabelled, others, {
        ...options,
        lambda: 0.5,
      });
      if ('value' in found) throw new Error(found.detail);
      return found.strengths.map(({ value }) => value);
    };
    close(
      fixed(
        flip(rows.human, (y) => 1 - y),
        flip(rows.judge, (f) => 1 - f),
        { left: swap(rows.left, rows.right), right: swap(rows.right, rows.left) },
      ),
      fixed(rows.human, rows.judge, meetings),
    );
  });

  test('another reference shifts all strengths alike', () => {
    const at = (zero: number) => {
      const found = predictionPoweredBradleyTerry(rows.human, rows.judge, meetings, rows.unlabelled, others, {
        ...options,
        reference: zero,
        lambda: 0.5,
      });
      if ('value' in found) throw new Error(found.detail);
      return found.strengths.map(({ value }) => value);
    };
    const [first, second] = [at(0), at(3)];
    close(
      second.map((value) => value - second[0]!),
      first,
    );
  });

  test('refuses what is no comparison', () => {
    const call =
      (left: number[], right: number[], extra = {}) =>
      () =>
        predictionPoweredBradleyTerry(
          [1, 0],
          [1, 0],
          { left, right },
          [1],
          { left: [0], right: [1] },
          { players: 2, ...extra },
        );
    expect(call([0, 2], [1, 0])).toThrow('meetings row 1: a player must be a number below 2, found 2');
    expect(call([0, 1], [1, 1])).toThrow('meetings row 1: player 1 meets itself');
    expect(call([0], [1, 0])).toThrow('meetings: 2 outcomes but 1 left and 2 right players');
    expect(call([0, 1], [1, 0], { reference: 2 })).toThrow('reference must be a player below 2, found 2');
    expect(call([0, 1], [1, 0], { players: 1 })).toThrow('players must be at least 2, found 1');
    expect(() =>
      predictionPoweredBradleyTerry([2], [1], { left: [0], right: [1] }, [], { left: [], right: [] }, { players: 2 }),
    ).toThrow('human[0] must lie in [0, 1], found 2');
  });

  test('a player who never met the others is not identified', () => {
    const ones = Array.from({ length: 12 }, (_, i) => i % 2);
    const met = { left: ones.map(() => 0), right: ones.map(() => 1) };
    expect(predictionPoweredBradleyTerry(ones, ones, met, ones, met, { players: 3 })).toMatchObject({
      value: null,
      reason: 'not-identified',
    });
  });
});

describe('Pearson correlation', () => {
  const { x, human, judge, otherX, unlabelled, ...expected } = oracle.correlation;

  test('agrees with NumPy, where the delta method is done by differences', () => {
    const found = predictionPoweredPearson(x, human, judge, otherX, unlabelled, {
      interval: 'z',
      labelDesign: 'random',
    });
    if (found.value === null) throw new Error(found.detail);
    expect(found.lambdaRaw).toBeCloseTo(expected.lambdaRaw, 6);
    expect(found.value).toBeCloseTo(expected.r, 7);
    expect(found.se).toBeCloseTo(expected.se, 7);
    const half = (normalQuantile(0.975) * found.se!) / (1 - found.value ** 2);
    close(found.interval!, [Math.tanh(Math.atanh(found.value) - half), Math.tanh(Math.atanh(found.value) + half)], 12);
    expect(found.classical).toBeCloseTo(pearson(x, human).value!, 12);
  });

  test('below 200 labels counts the five moments', () => {
    const found = predictionPoweredPearson(x, human, judge, otherX, unlabelled, random);
    if (found.value === null) throw new Error(found.detail);
    expect(found.se).toBeCloseTo(expected.seSmall, 7);
    const half = (tQuantile(0.975, 55) * found.se!) / (1 - found.value ** 2);
    expect(found.interval![1]).toBeCloseTo(Math.tanh(Math.atanh(found.value) + half), 12);
    expect(found.method).toContain('tuned, fisher t');
  });

  test('below 50 labels is that of the labels alone, and says so', () => {
    const cut = (values: number[]) => values.slice(0, 49);
    const found = predictionPoweredPearson(cut(x), cut(human), cut(judge), otherX, unlabelled, {
      labelDesign: 'random',
    });
    const plain = pearson(cut(x), cut(human));
    expect(found).toMatchObject({
      lambda: 0,
      notes: ["49 labels are too few to tune λ (needs 50): people's labels alone"],
    });
    expect(found.value).toBeCloseTo(plain.value!, 12);
    if (found.value === null || plain.value === null) throw new Error('undetermined');
    close(found.interval!, plain.interval!, 12);
  });

  test('does not move when columns are shifted and stretched', () => {
    const at = (scale: number, shift: number) => {
      const turn = (values: number[]) => values.map((value) => scale * value + shift);
      return predictionPoweredPearson(turn(x), turn(human), turn(judge), turn(otherX), turn(unlabelled));
    };
    expect(at(1000, 1e6).value).toBeCloseTo(at(1, 0).value!, 9);
  });

  test('clusters of one row each give the plain variance, to the factor of few clusters', () => {
    const clusters = { labelled: x.map((_, i) => i), unlabelled: otherX.map((_, i) => 100 + i) };
    const one = predictionPoweredPearson(x, human, judge, otherX, unlabelled, { clusters, interval: 'z' });
    const two = predictionPoweredPearson(x, human, judge, otherX, unlabelled, { interval: 'z' });
    if (one.value === null || two.value === null) throw new Error('undetermined');
    expect(one.se).toBeCloseTo(two.se! * Math.sqrt(210 / 209), 12);
    expect(one.groups).toBe(60);
  });

  test('what cannot be answered has its reason', () => {
    const call = (from: number, to: number, labels = human) =>
      predictionPoweredPearson(x.slice(from, to), labels.slice(from, to), judge.slice(from, to), otherX, unlabelled);
    expect(call(0, 9)).toMatchObject({ value: null, reason: 'no-data', detail: 'needs 10 labelled rows, found 9' });
    expect(call(0, 10).value).not.toBeNull();
    expect(
      call(
        0,
        60,
        human.map(() => 1),
      ),
    ).toMatchObject({ value: null, reason: 'zero-variance' });
    expect(call(0, 60, x)).toMatchObject({ value: null, reason: 'not-identified' });
    expect(() => predictionPoweredPearson([1], human, judge, otherX, unlabelled)).toThrow(
      'x and otherX must have 60 and 150 values, found 1 and 150',
    );
    expect(() => predictionPoweredPearson(x.with(3, NaN), human, judge, otherX, unlabelled)).toThrow('x[3] is missing');
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('corrected regressions');
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 0, max: 25 }),
      fc.constantFrom(1, 2, 5),
      (n, N, levels) => {
        const pick = (count: number) => Array.from({ length: count }, () => Math.floor(source.next() * levels));
        const unit = (count: number) => pick(count).map((value) => value / Math.max(1, levels - 1));
        const table = (count: number) => ({ values: pick(count), rows: count, columns: 1 });
        for (const family of ['linear', 'logistic'] as const) {
          sound(predictionPoweredRegression(unit(n), unit(n), table(n), unit(N), table(N), { family }), family);
        }
        sound(predictionPoweredPearson(pick(n), pick(n), pick(n), pick(N), pick(N), { lambda: 1 }), 'pearson');
        sound(predictionPoweredPearson(pick(n), pick(n), pick(n), pick(N), pick(N)), 'pearson');
        const met = (count: number) => ({ left: pick(count), right: pick(count).map(() => 5) });
        sound(
          predictionPoweredBradleyTerry(unit(n), unit(n), met(n), unit(N), met(N), { players: 6, reference: 5 }),
          'strengths',
        );
      },
    ),
    { seed: 42, numRuns: 60 },
  );
});
