import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  betaQuantile,
  crowdBradleyTerry,
  normalQuantile,
  type RaterAwareRanking,
  raterScales,
  scoreContrast,
  seededRandom,
  spearman,
  tQuantile,
} from '../src/index.ts';
import { reliabilityInterval } from '../src/ranking/reliability-interval.ts';
import { sound } from './sound.ts';

type Expected = { value: number[]; raters: number[]; logLikelihood: number; model: number[]; sandwich: number[] };
const oracle = JSON.parse(readFileSync(new URL('fixtures/rater-aware-ranking.json', import.meta.url), 'utf8')) as {
  players: number;
  left: number[];
  right: number[];
  outcome: number[];
  rater: number[];
  prompt: number[];
  crowd: Expected;
  scales: Expected;
};

const fits = { crowd: crowdBradleyTerry, scales: raterScales };

function fitted(result: ReturnType<typeof crowdBradleyTerry>): RaterAwareRanking {
  if (result.value === null) throw new Error(result.detail);
  return result;
}

function close(found: ArrayLike<number>, wanted: ArrayLike<number>, digits: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i]!, digits);
}

describe.each(['crowd', 'scales'] as const)('%s, against the posterior written out (SciPy)', (name) => {
  const expected = oracle[name];
  const fit = fitted(fits[name](oracle, oracle.rater, { tolerance: 1e-12 }));
  const { players } = oracle;

  test('scores, raters and likelihood', () => {
    close(fit.value, expected.value, 6);
    close(
      fit.raters.map(({ value }) => value!),
      expected.raters,
      6,
    );
    expect(fit.logLikelihood).toBeCloseTo(expected.logLikelihood, 5);
    expect(fit.converged).toBe(true);
    expect(fit.notes).toEqual(['15 ties were left out: they decide nothing']);
    expect(fit.n).toBe(225);
    expect(fit.raters.reduce((sum, { n }) => sum + n, 0)).toBeCloseTo(225, 9);
  });

  test('standard errors by the joint second derivatives, and by the sandwich over prompts', () => {
    const errors = (of: RaterAwareRanking) => of.raters.map((rater) => (rater.value === null ? NaN : rater.se!));
    close(fit.se!, expected.model.slice(0, players), 5);
    close(errors(fit), expected.model.slice(players), 5);
    const robust = fitted(fits[name](oracle, oracle.rater, { tolerance: 1e-12, clusters: oracle.prompt }));
    close(robust.se!, expected.sandwich.slice(0, players), 5);
    close(errors(robust), expected.sandwich.slice(players), 5);
    expect(robust).toMatchObject({ groups: 12, df: 11 });
    expect(robust.method).toContain('clustered sandwich errors');
    expect(fit.df).toBeNull();
    expect(fit.method).toContain('model errors');
    expect(scoreContrast(fit, 0, 4).value).toBeCloseTo(expected.value[0]! - expected.value[4]!, 6);
  });
});

/** Votes of raters, each of whom follows the scores with his own chance (or scale). */
function votes(theta: number[], raters: number[], perRater: number, seed: number, model: 'crowd' | 'scales') {
  const random = seededRandom(seed);
  const [left, right, outcome, rater]: number[][] = [[], [], [], []];
  raters.forEach((own, k) => {
    for (let v = 0; v < perRater; v++) {
      const a = Math.floor(random.next() * theta.length);
      const b = (a + 1 + Math.floor(random.next() * (theta.length - 1))) % theta.length;
      const z = theta[a]! - theta[b]!;
      const p = 1 / (1 + Math.exp(-(model === 'scales' ? own * z : z)));
      left!.push(a);
      right!.push(b);
      outcome!.push(random.next() < (model === 'crowd' ? own * p + (1 - own) * (1 - p) : p) ? 1 : 0);
      rater!.push(k);
    }
  });
  return { comparisons: { players: theta.length, left: left!, right: right!, outcome: outcome! }, rater: rater! };
}

describe('Crowd-BT', () => {
  const theta = [1.5, 0.5, -0.5, -1.5];
  const eta = [0.95, 0.9, 0.9, 0.8, 0.5, 0.1];
  const { comparisons, rater } = votes(theta, eta, 400, 3, 'crowd');
  const fit = fitted(crowdBradleyTerry(comparisons, rater));

  test('finds planted scores and reliabilities, and tells the contrarian from the careless', () => {
    expect(spearman(fit.value, theta).value).toBe(1);
    fit.raters.forEach((found, k) => {
      if (found.value === null) throw new Error(found.detail);
      expect(Math.abs(found.value - eta[k]!)).toBeLessThan(4 * found.se!);
      expect(found.interval![0]).toBeLessThan(found.value);
      expect(found.interval![1]).toBeGreaterThan(found.value);
      expect(found.interval![1]).toBeLessThan(1);
    });
  });

  test('the interval of a reliability is that of its posterior: a Beta where the strengths leave no doubt', () => {
    // 40 votes with a certain winner, 10 against: Beta(8 + 40, 2 + 10), whose mode is 47 / 58.
    const [mode, size] = [47 / 58, 58];
    const error = Math.sqrt((mode * (1 - mode)) / size);
    const found = reliabilityInterval([1, 0], [40, 10], [8, 2], mode, error, 1, 0.95);
    close(found, [betaQuantile(0.025, 48, 12), betaQuantile(0.975, 48, 12)], 4);
    const narrow = reliabilityInterval([1, 0], [40, 10], [8, 2], mode, error, 1, 0.5);
    close(narrow, [betaQuantile(0.25, 48, 12), betaQuantile(0.75, 48, 12)], 4);
    // Stretched about the median on the scale of ln(η / (1 − η)).
    const logit = (x: number): number => Math.log(x / (1 - x));
    const twice = reliabilityInterval([1, 0], [40, 10], [8, 2], mode, error, 2, 0.95);
    expect(logit(twice[1]) - logit(twice[0])).toBeCloseTo(2 * (logit(found[1]) - logit(found[0])), 8);
    // A vote between equals says nothing of the rater: the prior is left.
    close(
      reliabilityInterval([0.5], [10], [8, 2], 7 / 8, Math.sqrt(7 / 512), 1, 0.9),
      [betaQuantile(0.05, 8, 2), betaQuantile(0.95, 8, 2)],
      4,
    );
    expect(fit.raters[3]).toMatchObject({ n: 400, method: 'Crowd-BT, reliability' });
  });

  test('few clusters stretch it by t over normal', () => {
    const [many, few] = [60, 6].map((count) => {
      const found = fitted(crowdBradleyTerry(comparisons, rater, { clusters: rater.map((_, i) => i % count) }))
        .raters[0]!;
      if (found.value === null) throw new Error(found.detail);
      return { width: found.interval![1] - found.interval![0], se: found.se!, groups: found.groups };
    });
    expect([many!.groups, few!.groups]).toEqual([60, 6]);
    const stretch = tQuantile(0.975, 5) / tQuantile(0.975, 59);
    expect(few!.width / few!.se / (many!.width / many!.se)).toBeCloseTo(stretch, 1);
  });

  test('a sharper prior pulls harder', () => {
    const pulled = fitted(crowdBradleyTerry(comparisons, rater, { prior: [800, 200] }));
    expect(pulled.raters[5]!.value!).toBeGreaterThan(0.5);
    expect(fit.raters[5]!.value!).toBeLessThan(0.2);
  });

  test('too few steps are said', () => {
    const short = fitted(crowdBradleyTerry(comparisons, rater, { maximumSteps: 2 }));
    expect(short).toMatchObject({ iterations: 2, converged: false });
    expect(short.notes).toContain('EM had not settled after 2 steps');
  });

  test('raters who are worse than chance on the whole leave nothing to go by', () => {
    const turned = { ...comparisons, outcome: comparisons.outcome.map((y, i) => (rater[i]! < 3 ? y : 0.5)) };
    const result = crowdBradleyTerry(turned, rater, { prior: [1.5, 40] });
    expect(result).toMatchObject({ value: null, reason: 'not-identified' });
    expect((result as { detail: string }).detail).toMatch(
      /^the mean reliability is 0\.\d{3}: the turned ranking fits as well$/,
    );
  });
});

describe('rater scales', () => {
  // Mean 1: that is what a scale is relative to.
  const gamma = [2, 1.6, 1.4, 1.2, 0.3, -0.5];
  const { comparisons, rater } = votes([1.5, 0.5, -0.5, -1.5], gamma, 500, 4, 'scales');
  const fit = fitted(raterScales(comparisons, rater));

  test('finds planted scales; a contrarian is below 0', () => {
    fit.raters.forEach((found, k) => {
      if (found.value === null) throw new Error(found.detail);
      expect(Math.abs(found.value - gamma[k]!)).toBeLessThan(4 * found.se!);
      expect(found.interval![1] - found.interval![0]).toBeCloseTo(2 * normalQuantile(0.975) * found.se!, 10);
    });
    expect(fit.raters[5]!.value!).toBeLessThan(-0.2);
    expect(fit.raters.reduce((total, { value }) => total + value!, 0)).toBeCloseTo(6, 9);
  });

  test('clusters bring Student’s t', () => {
    const clusters = rater.map((_, i) => i % 8);
    const found = fitted(raterScales(comparisons, rater, { clusters })).raters[0]!;
    if (found.value === null) throw new Error(found.detail);
    expect(found.interval![1] - found.value).toBeCloseTo(tQuantile(0.975, 7) * found.se!, 10);
    expect(found.groups).toBe(8);
  });

  test('a narrow prior leaves every rater at 1', () => {
    const narrow = fitted(raterScales(comparisons, rater, { spread: 1e-4 }));
    for (const found of narrow.raters) expect(found.value).toBeCloseTo(1, 4);
  });
});

describe.each(['crowd', 'scales'] as const)('%s: corners', (name) => {
  const run = fits[name];
  const two = { players: 2, left: [0, 0, 1], right: [1, 1, 0], outcome: [1, 1, 0] };

  test('no vote that decides', () => {
    const none = { players: 2, left: [0, 0, 1], right: [1, 1, 1], outcome: [0.5, NaN, 1] };
    expect(run(none, [0, 1, 1])).toMatchObject({
      value: null,
      reason: 'no-data',
      n: 0,
      detail: 'needs a vote that decides',
    });
  });

  test('one rater', () => {
    expect(run(two, [2, 2, 2])).toMatchObject({ value: null, reason: 'one-rater', n: 3 });
  });

  test('a rater without a decisive vote, and raters with few', () => {
    const fit = fitted(run({ ...two, outcome: [1, 0.5, 0] }, [0, 1, 2]));
    expect(fit.raters[1]).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'rater 1 has no decisive vote',
      n: 0,
    });
    expect(fit.notes![0]).toBe('1 ties were left out: they decide nothing');
    expect(fit.notes![1]).toMatch(/^2 raters have 10 votes or fewer: their (reliability|scale) is mostly the prior's$/);
  });

  test('ten votes are few, eleven are not', () => {
    const votesOf = (count: number) => ({
      players: 2,
      left: Array<number>(2 * count).fill(0),
      right: Array<number>(2 * count).fill(1),
      outcome: Array<number>(2 * count).fill(1),
    });
    const notes = (count: number) =>
      fitted(
        run(
          votesOf(count),
          Array.from({ length: 2 * count }, (_, i) => i % 2),
        ),
      ).notes;
    expect(notes(10)![0]).toContain('2 raters have 10 votes or fewer');
    expect(notes(11)).toBeUndefined();
  });

  test('below 5 clusters there are no intervals, with a note', () => {
    const six = { players: 2, left: [0, 0, 1, 0, 1, 0], right: [1, 1, 0, 1, 0, 1], outcome: [1, 1, 0, 1, 1, 1] };
    const fit = fitted(run(six, [0, 1, 0, 1, 0, 1], { clusters: [0, 1, 2, 3, 3, 3] }));
    expect(fit).toMatchObject({ se: null, covariance: null, groups: 4 });
    expect(fit.notes).toContain('no interval: a sandwich needs 5 clusters, found 4');
    expect(fit.raters[0]).toMatchObject({
      interval: null,
      notes: ['no interval: a sandwich needs 5 clusters, found 4'],
    });
    expect(fitted(run(six, [0, 1, 0, 1, 0, 1], { clusters: [0, 1, 2, 3, 4, 4] })).se).not.toBeNull();
  });

  test('self-votes and missing verdicts are counted, a weight of 0 is not', () => {
    const fit = fitted(
      run(
        {
          players: 2,
          left: [0, 0, 1, 1, 0],
          right: [1, 1, 0, 1, 1],
          outcome: [1, NaN, 0, 1, 0],
          weights: [1, 1, 2, 1, 0],
        },
        [0, 0, 1, 1, 0],
      ),
    );
    expect(fit.notes!.slice(0, 2)).toEqual([
      '1 votes without a verdict were left out',
      '1 votes of a player against itself were left out',
    ]);
    expect(fit.raters.map(({ n }) => n)).toEqual([1, 2]);
    expect(fit.n).toBe(2);
  });

  test.each([
    ['a rater that is none', [0, -1, 0], {}, 'rater[1] must be the number of a rater, found -1'],
    ['too few raters', [0], {}, 'rater has 1 entries, outcome has 3'],
    [
      'raters numbered with wide gaps',
      [0, 5000, 1],
      {},
      'raters must be numbered from 0 without wide gaps: 5000 is the highest of 3 rows',
    ],
    ['a ridge of 0', [0, 1, 1], { ridge: 0 }, 'ridge must be positive and finite, found 0'],
    ['a level of 0', [0, 1, 1], { level: 0 }, 'level must lie in (0, 1), found 0'],
  ])('%s is refused', (_, rater, options, message) => {
    expect(() => run(two, rater, options)).toThrow(new RangeError(message));
  });

  test('no NaN comes out of any votes', () => {
    const vote = fc.tuple(fc.nat(2), fc.nat(2), fc.constantFrom(0, 0.5, 1, NaN, 0.3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 25 }), (drawn) => {
        const comparisons = {
          players: 3,
          left: drawn.map((v) => v[0]),
          right: drawn.map((v) => v[1]),
          outcome: drawn.map((v) => v[2]),
        };
        const fit = run(
          comparisons,
          drawn.map((v) => v[3]),
        );
        sound(fit, name);
      }),
      { seed: 42, numRuns: 40 },
    );
  });
});

test('Crowd-BT refuses a prior without a mode, a tolerance of 0 and no steps', () => {
  const two = { players: 2, left: [0, 0], right: [1, 1], outcome: [1, 1] };
  expect(() => crowdBradleyTerry(two, [0, 1], { prior: [1, 2] })).toThrow(
    new RangeError('prior must be above 1 and finite, found 1'),
  );
  expect(() => crowdBradleyTerry(two, [0, 1], { tolerance: 0 })).toThrow(
    new RangeError('tolerance must be positive, found 0'),
  );
  expect(() => crowdBradleyTerry(two, [0, 1], { maximumSteps: 0 })).toThrow(
    new RangeError('maximumSteps must be at least 1, found 0'),
  );
  expect(() => raterScales(two, [0, 1], { spread: 0 })).toThrow(
    new RangeError('spread must be positive and finite, found 0'),
  );
});
