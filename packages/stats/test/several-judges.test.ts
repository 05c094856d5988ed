import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  bradleyTerry,
  compositeBradleyTerry,
  contextualBradleyTerry,
  type Estimate,
  matrixOf,
  rankSets,
  scoreContrast,
  seededRandom,
  severalJudges,
  type SeveralJudges,
  type SeveralJudgesOptions,
  type Undetermined,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Described = {
  theta: number[];
  taste: number[][];
  context: number[];
  logLikelihood: number;
} & Record<'model' | 'sandwich' | 'clustered', { se: number[]; contextSe: number[]; fromTaste: number }>;

const oracle = JSON.parse(readFileSync(new URL('fixtures/several-judges.json', import.meta.url), 'utf8')) as {
  votes: { players: number; left: number[]; right: number[]; outcome: number[] };
  judge: number[];
  cluster: number[];
  style: number[];
  variance: number;
  interval: [number, number];
  estimated: Described;
  held: Described;
  composite: { weights: number[]; theta: number[]; context: number[]; se: number[]; contextSe: number[] };
};
const { votes, judge, cluster } = oracle;
const covariates = matrixOf(oracle.style.map((x) => [x]));

function fitOf(found: ReturnType<typeof severalJudges>): SeveralJudges {
  if (found.value === null) throw new Error(found.detail);
  return found;
}
const estimate = (found: Estimate | Undetermined | null | undefined): Estimate => {
  if (!found || found.value === null) throw new Error('no estimate');
  return found;
};
function close(found: ArrayLike<number>, expected: ArrayLike<number>, digits = 9): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i]!, digits);
}
const contexts = ({ judges }: Pick<SeveralJudges, 'judges'>): Estimate[] =>
  judges.flatMap(({ order, coefficients }) => [order, ...coefficients].map(estimate));

describe('several judges against SciPy', () => {
  const kinds = [
    ['model', { errors: 'model' }],
    ['sandwich', {}],
    ['clustered', { clusters: cluster }],
  ] as const satisfies readonly (readonly [string, SeveralJudgesOptions])[];

  test.each(kinds)('at a given variance the scores, tastes, contexts and %s errors are theirs', (kind, options) => {
    const fit = fitOf(severalJudges(votes, judge, { order: true, covariates, tasteVariance: 0.36, ...options }));
    const expected = oracle.held;
    close(fit.value, expected.theta);
    close(fit.se!, expected[kind].se);
    close(
      contexts(fit).map(({ value }) => value),
      expected.context,
    );
    close(
      contexts(fit).map(({ se }) => se!),
      expected[kind].contextSe,
    );
    fit.judges.forEach(({ taste }, k) => close(taste, expected.taste[k]!));
    expect(fit.logLikelihood).toBeCloseTo(expected.logLikelihood, 8);
    expect(fit.df).toBeCloseTo(6 / expected[kind].fromTaste ** 2, 7);
    expect(estimate(fit.tasteVariance)).toMatchObject({
      value: 0.36,
      interval: null,
      notes: ['no interval: the variance was given'],
    });
    expect(estimate(fit.tasteShare)).toMatchObject({ interval: null, notes: ['no interval: it was given'] });
  });

  test('the variance of taste and its ends are where the Laplace likelihood is largest and has fallen', () => {
    const fit = fitOf(severalJudges(votes, judge, { order: true, covariates, clusters: cluster }));
    const found = estimate(fit.tasteVariance);
    expect(found.value).toBeCloseTo(oracle.variance, 5);
    close(found.interval!, oracle.interval, 5);
    expect(found).toMatchObject({ level: 0.95, n: 390, groups: 3 });
    close(fit.value, oracle.estimated.theta, 5);
    close(fit.se!, oracle.estimated.clustered.se, 5);
    fit.judges.forEach(({ taste, n }, k) => {
      close(taste, oracle.estimated.taste[k]!, 5);
      expect(n).toBe([160, 130, 100][k]);
    });
  });

  test('the composite loss and its clustered errors', () => {
    const { weights, theta, context, se, contextSe } = oracle.composite;
    const fit = compositeBradleyTerry(votes, judge, {
      order: true,
      covariates,
      judgeWeights: weights,
      clusters: cluster,
    });
    if (fit.value === null) throw new Error(fit.detail);
    close(fit.value, theta, 7);
    close(fit.se!, se, 7);
    const found = fit.judges.flatMap(({ order, coefficients }) => [order, ...coefficients].map(estimate));
    close(
      found.map(({ value }) => value),
      context,
      7,
    );
    close(
      found.map((part) => part.se!),
      contextSe,
      7,
    );
  });
});

describe('several judges, laws', () => {
  test('one judge is Bradley-Terry with context', () => {
    const alone = judge.map(() => 0);
    for (const clusters of [undefined, cluster]) {
      const fit = fitOf(severalJudges(votes, alone, { order: true, covariates, clusters }));
      const plain = contextualBradleyTerry(votes, { order: true, covariates, clusters });
      if (plain.value === null) throw new Error(plain.detail);
      close(fit.value, plain.value);
      close(fit.se!, plain.se!);
      close(fit.covariance!, plain.covariance!);
      expect(fit.df).toBe(plain.df);
      close(estimate(fit.judges[0]!.order).interval!, plain.order!.interval!);
      close(estimate(fit.judges[0]!.coefficients[0]).interval!, plain.coefficients[0]!.interval!);
      expect(fit.tasteShare).toMatchObject({ value: null, reason: 'one-rater' });
      expect(fit.tasteVariance).toMatchObject({ value: null, reason: 'one-rater' });
      expect([...fit.judges[0]!.taste]).toEqual([0, 0, 0, 0]);
    }
  });

  test('without taste and context it is Bradley-Terry on all votes', () => {
    const fit = fitOf(severalJudges(votes, judge, { tasteVariance: 0, clusters: cluster }));
    const plain = bradleyTerry(votes, { clusters: cluster });
    close(fit.value, plain.value!);
    if (plain.value !== null) close(fit.se!, plain.se!);
  });

  test('with boundless taste each judge has the scores of his own votes, and the shared ones are their mean', () => {
    const fit = fitOf(severalJudges(votes, judge, { tasteVariance: 1e6 }));
    const own = [0, 1, 2].map((k) => {
      const alone = bradleyTerry({ ...votes, weights: judge.map((j) => (j === k ? 1 : 0)) });
      return alone.value!;
    });
    fit.judges.forEach(({ taste }, k) =>
      close(
        taste.map((u, i) => u + fit.value[i]!),
        own[k]!,
        3,
      ),
    );
    close(
      fit.value,
      fit.value.map((_, i) => (own[0]![i]! + own[1]![i]! + own[2]![i]!) / 3),
      3,
    );
  });

  test('names of players and judges, and the order of the votes, change nothing', () => {
    const fit = fitOf(severalJudges(votes, judge, { order: true, clusters: cluster }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.boolean(),
        (player, name, reversed) => {
          const turned = <T>(list: T[]): T[] => (reversed ? list.toReversed() : list);
          const other = fitOf(
            severalJudges(
              {
                players: 4,
                left: turned(votes.left.map((i) => player[i]!)),
                right: turned(votes.right.map((i) => player[i]!)),
                outcome: turned(votes.outcome),
              },
              turned(judge.map((k) => name[k]!)),
              { order: true, clusters: turned(cluster) },
            ),
          );
          close(
            player.map((i) => other.value[i]!),
            fit.value,
            5,
          );
          expect(estimate(other.tasteShare).value).toBeCloseTo(estimate(fit.tasteShare).value, 5);
          fit.judges.forEach(({ order }, k) =>
            expect(estimate(other.judges[name[k]!]!.order).value).toBeCloseTo(estimate(order).value, 5),
          );
        },
      ),
      { seed: 42, numRuns: 8 },
    );
  });

  test('a vote of weight 2 is two votes', () => {
    const doubled = fitOf(severalJudges({ ...votes, weights: votes.outcome.map(() => 2) }, judge, { order: true }));
    const twice = <T>(list: T[]): T[] => [...list, ...list];
    const pairs = { players: 4, left: twice(votes.left), right: twice(votes.right), outcome: twice(votes.outcome) };
    const repeated = fitOf(severalJudges(pairs, twice(judge), { order: true }));
    close(doubled.value, repeated.value, 6);
    close(doubled.se!, repeated.se!, 6);
    close(estimate(doubled.tasteShare).interval!, estimate(repeated.tasteShare).interval!, 5);
  });

  test('a composite of equal judges with the same votes is Bradley-Terry; a weight of 0 leaves a judge out', () => {
    const only = votes.outcome.map((_, i) => (judge[i] === 1 ? 1 : 0));
    const fit = compositeBradleyTerry(votes, judge, { judgeWeights: [0, 3, 0], clusters: cluster });
    const plain = bradleyTerry({ ...votes, weights: only });
    close(fit.value!, plain.value!);
    const all = compositeBradleyTerry(
      votes,
      votes.outcome.map(() => 0),
    );
    close(all.value!, bradleyTerry(votes).value!);
    if (fit.value !== null) expect(fit.judges.map(({ order }) => order)).toEqual([null, null, null]);
    const withOrder = compositeBradleyTerry(votes, judge, { judgeWeights: [0, 3, 0], order: true });
    if (withOrder.value === null) throw new Error(withOrder.detail);
    expect(withOrder.judges[0]!.order).toMatchObject({ value: null, reason: 'no-data' });
    expect(estimate(withOrder.judges[1]!.order).n).toBe(130);
  });
});

/** Judges drawn about common scores. */
function drawn(players: number, judges: number, each: number, tau: number, seed: number) {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const theta = Array.from({ length: players }, (_, i) => 1 - (2 * i) / (players - 1));
  const [left, right, outcome, who]: number[][] = [[], [], [], []];
  for (let k = 0; k < judges; k++) {
    const own = theta.map((x) => x + tau * normal());
    for (let v = 0; v < each; v++) {
      const a = Math.floor(random.next() * players);
      const b = (a + 1 + Math.floor(random.next() * (players - 1))) % players;
      left!.push(a);
      right!.push(b);
      who!.push(k);
      outcome!.push(random.next() < 1 / (1 + Math.exp(own[b]! - own[a]!)) ? 1 : 0);
    }
  }
  return { votes: { players, left: left!, right: right!, outcome: outcome! }, judge: who!, theta };
}

describe('several judges, planted', () => {
  test('finds the variance and the share of taste, and the scores', () => {
    const { votes: planted, judge: who, theta } = drawn(8, 12, 600, 0.5, 5);
    const fit = fitOf(severalJudges(planted, who));
    const [variance, share] = [estimate(fit.tasteVariance), estimate(fit.tasteShare)];
    expect(variance.interval![0]).toBeLessThan(0.25);
    expect(variance.interval![1]).toBeGreaterThan(0.25);
    expect(Math.abs(variance.value - 0.25)).toBeLessThan(0.08);
    const spread = theta.reduce((sum, x) => sum + x * x, 0) / 7;
    expect(share.interval![0]).toBeLessThan(0.25 / (0.25 + spread));
    expect(share.interval![1]).toBeGreaterThan(0.25 / (0.25 + spread));
    const contrast = scoreContrast(fit, 0, 7);
    expect(contrast.interval![0]).toBeLessThan(2);
    expect(contrast.interval![1]).toBeGreaterThan(2);
    const ranks = rankSets(fit, { random: seededRandom(1) });
    expect(ranks.value).not.toBeNull();
  });

  test('judges of one mind have no taste, and the interval begins at 0', () => {
    const { votes: planted, judge: who } = drawn(5, 3, 300, 0, 3);
    const fit = fitOf(severalJudges(planted, who));
    expect(estimate(fit.tasteVariance)).toMatchObject({
      value: 0,
      notes: ['no more than chance sets the judges apart'],
    });
    expect(estimate(fit.tasteVariance).interval![0]).toBe(0);
    expect(estimate(fit.tasteShare).value).toBe(0);
    expect(estimate(fit.tasteShare).interval![0]).toBe(0);
    expect(estimate(fit.tasteShare).interval![1]).toBeLessThan(0.2);
    // Errors are taken at a spread above 0 all the same.
    expect(fit.df).not.toBeNull();
  });
});

describe('several judges, edges', () => {
  const small = { players: 2, left: [0, 0, 1, 1], right: [1, 1, 0, 0], outcome: [1, 0, 1, 0] };

  test('says what cannot be answered', () => {
    expect(severalJudges({ players: 0, left: [], right: [], outcome: [] }, [])).toMatchObject({ reason: 'no-data' });
    expect(severalJudges({ players: 2, left: [0], right: [1], outcome: [NaN] }, [0])).toMatchObject({
      reason: 'no-data',
    });
    expect(severalJudges({ players: 2, left: [0], right: [1], outcome: [1] }, [0])).toMatchObject({
      reason: 'not-identified',
      components: [[0], [1]],
    });
    expect(severalJudges(small, [0, 0, 0, 0], { covariates: matrixOf([[0], [0], [0], [0]]) })).toMatchObject({
      reason: 'not-identified',
      detail: 'with one of the judges a covariate foretells the outcome, is constant 0, or repeats the others',
    });
    expect(compositeBradleyTerry(small, [0, 0, 0, 0], { judgeWeights: [0] })).toMatchObject({ reason: 'no-data' });
    expect(compositeBradleyTerry({ players: 2, left: [0], right: [1], outcome: [1] }, [0])).toMatchObject({
      reason: 'not-identified',
      method: 'composite Bradley-Terry',
    });
  });

  test('a judge without votes has no order, and changes nothing', () => {
    const gap = judge.map((k) => (k === 2 ? 3 : k));
    const fit = fitOf(severalJudges(votes, gap, { order: true }));
    const plain = fitOf(severalJudges(votes, judge, { order: true }));
    expect(fit.judges[2]).toMatchObject({
      n: 0,
      order: { value: null, reason: 'no-data', detail: 'judge 2 has no votes' },
    });
    close(fit.value, plain.value, 5);
    close(fit.se!, plain.se!, 5);
    close(estimate(fit.tasteShare).interval!, estimate(plain.tasteShare).interval!, 5);
    expect(fit.df).toBeCloseTo(plain.df!, 4);
  });

  test('votes on two players by two judges leave taste without an upper bound', () => {
    const fit = fitOf(
      severalJudges(
        { players: 2, left: [0, 0, 0, 0, 0], right: [1, 1, 1, 1, 1], outcome: [1, 1, 1, 1, 0] },
        [0, 0, 0, 1, 1],
      ),
    );
    sound(fit, 'fit');
    expect(estimate(fit.tasteVariance).notes).toEqual(['no interval: the votes set no upper bound to it']);
  });

  test('few clusters, no clusters, no errors', () => {
    const few = fitOf(severalJudges(votes, judge, { clusters: cluster.map((c) => c % 4) }));
    expect(few).toMatchObject({ se: null, groups: 4, notes: ['too few for standard errors: 4 clusters, needs 5'] });
    expect(estimate(few.tasteShare)).toMatchObject({ interval: null, notes: ['no interval: no standard errors'] });
    const some = fitOf(severalJudges(votes, judge, { clusters: cluster.map((c) => c % 10), tasteVariance: 0 }));
    expect(some.df).toBeCloseTo(9, 9);
    expect(some.notes).toEqual(["few clusters: 10, quantiles of Student's t"]);
    expect(fitOf(severalJudges(votes, judge, { errors: 'none' })).notes).toEqual(['no standard errors were asked for']);
    expect(fitOf(severalJudges(votes, judge)).notes).toEqual([
      'votes are taken as independent: give clusters where one prompt or rater has several',
    ]);
  });

  test('a ridge keeps the order of a judge who always says left', () => {
    const always = votes.outcome.map((y, i) => (judge[i] === 2 ? 1 : y));
    expect(severalJudges({ ...votes, outcome: always }, judge, { order: true })).toMatchObject({
      reason: 'not-identified',
    });
    const fit = fitOf(severalJudges({ ...votes, outcome: always }, judge, { order: true, coefficientRidge: 0.1 }));
    expect(estimate(fit.judges[2]!.order).value).toBeGreaterThan(2);
    expect(fit.notes).toContain(
      'the ridge pulls orders and coefficients towards 0: intervals are around the pulled ones',
    );
  });

  test('names what is wrong', () => {
    const none = (options: SeveralJudgesOptions) => () => severalJudges(small, [0, 0, 1, 1], options);
    expect(() => severalJudges(small, [0])).toThrow(new RangeError('judge has 1 entries, outcome has 4'));
    expect(() => severalJudges(small, [0, 0, -1, 0])).toThrow(
      new RangeError('judge[2] must be the number of a judge, found -1'),
    );
    expect(() => severalJudges(small, [0, 0, 9999, 0])).toThrow(
      new RangeError('judges must be numbered from 0 without wide gaps: 9999 is the highest of 4 rows'),
    );
    expect(none({ tasteVariance: -1 })).toThrow(new RangeError('tasteVariance must be 0 or more and finite, found -1'));
    expect(none({ coefficientRidge: NaN })).toThrow(
      new RangeError('coefficientRidge must be 0 or more and finite, found NaN'),
    );
    expect(none({ level: 1 })).toThrow(new RangeError('level must lie in (0, 1), found 1'));
    expect(none({ covariates: matrixOf([[1]]) })).toThrow(new RangeError('covariates has 1 rows, outcome has 4'));
    expect(none({ covariates: matrixOf([[1], [1], [NaN], [1]]) })).toThrow(
      new RangeError('covariates row 2 column 0 must be a number, found NaN'),
    );
    expect(none({ errors: 'model', clusters: [0, 1, 2, 3] })).toThrow(
      new RangeError("errors 'model' takes votes as independent; with clusters use 'sandwich'"),
    );
    expect(() => compositeBradleyTerry(small, [0, 0, 1, 1], { judgeWeights: [1] })).toThrow(
      new RangeError('judgeWeights has 1 entries, there are 2 judges'),
    );
    expect(() => compositeBradleyTerry(small, [0, 0, 1, 1], { judgeWeights: [1, -1] })).toThrow(
      new RangeError('judgeWeights[1] must be 0 or more and finite, found -1'),
    );
  });

  test('is sound on any votes', () => {
    const vote = fc.tuple(
      fc.nat(3),
      fc.nat(3),
      fc.constantFrom(0, 0.25, 0.5, 1, NaN),
      fc.nat(3),
      fc.nat(6),
      fc.constantFrom(0, 1, 2.5),
    );
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 40 }), fc.boolean(), fc.boolean(), (rows, order, clustered) => {
        const column = (at: number): number[] => rows.map((entry) => entry[at]!);
        const comparisons = { players: 4, left: column(0), right: column(1), outcome: column(2), weights: column(5) };
        const clusters = clustered ? column(4) : undefined;
        sound(severalJudges(comparisons, column(3), { order, clusters }), 'severalJudges');
        sound(compositeBradleyTerry(comparisons, column(3), { order, clusters }), 'compositeBradleyTerry');
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});
