import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bradleyTerry, contextualBradleyTerry, matrixOf, styleDifferences } from '../src/index.ts';
import { crowdVotes } from './golden-rankings.ts';
import { anyVotes, connectedVotes, known, made, madeVotes, times, votes } from './ranking-votes.ts';
import { sound } from './sound.ts';

const style = matrixOf(made.style);
const weighted = { ...madeVotes, weights: made.weights };

test('agrees with SciPy: scores, coefficients, errors by the model, by votes and by clusters', () => {
  const { parameters, log_likelihood: likelihood } = made.context;
  for (const [key, options] of [
    ['model', { errors: 'model' }] as const,
    ['rows', {}] as const,
    ['clustered', { clusters: made.clusters }] as const,
    ['reduced', { clusters: made.clusters, errors: 'bias-reduced' }] as const,
  ]) {
    const fit = known(contextualBradleyTerry(weighted, { order: true, covariates: style, ...options }));
    fit.value.forEach((score, i) => expect(score).toBeCloseTo(parameters[i]!, 8));
    fit.se!.forEach((error, i) => expect(error).toBeCloseTo(made.context[key][i]!, 8));
    expect(fit.order!.value).toBeCloseTo(parameters[6]!, 8);
    expect(fit.order!.se).toBeCloseTo(made.context[key][6]!, 8);
    fit.coefficients.forEach(({ value, se }, k) => {
      expect(value).toBeCloseTo(parameters[7 + k]!, 8);
      expect(se).toBeCloseTo(made.context[key][7 + k]!, 8);
    });
    expect(fit.logLikelihood).toBeCloseTo(likelihood, 8);
  }
});

test('agrees with SciPy under a penalty on all', () => {
  const fit = known(
    contextualBradleyTerry(madeVotes, {
      order: true,
      covariates: style,
      errors: 'model',
      prior: { scoreRidge: 0.5, coefficientRidge: 0.5 },
    }),
  );
  const all = [...fit.value, fit.order!.value, ...fit.coefficients.map(({ value }) => value)];
  all.forEach((value, i) => expect(value).toBeCloseTo(made.context_ridge.parameters[i]!, 8));
  fit.se!.forEach((error, i) => expect(error).toBeCloseTo(made.context_ridge.model[i]!, 8));
  expect(fit.logLikelihood).toBeCloseTo(made.context_ridge.log_likelihood, 8);
  expect(fit.notes).toEqual(['the prior pulls scores or coefficients towards 0: intervals are around the pulled ones']);
});

test('the left place on the votes of LLMFAO: its error hangs on what votes go together by', () => {
  const { votes: crowd, pair, rater, prompt } = crowdVotes();
  const order = (options: object) => known(contextualBradleyTerry(crowd, { order: true, ...options })).order!;
  expect(order({}).value).toBeCloseTo(0.0909, 4);
  expect(order({ errors: 'model' }).se).toBeCloseTo(0.0226, 4);
  expect(order({}).se).toBeCloseTo(0.017, 4);
  expect(order({ clusters: pair }).se).toBeCloseTo(0.021, 4);
  expect(order({ clusters: rater }).se).toBeCloseTo(0.0357, 4);
  const byPrompt = order({ clusters: prompt });
  expect(byPrompt.se).toBeCloseTo(0.0469, 4);
  expect((byPrompt.interval![1] - byPrompt.value) / byPrompt.se!).toBeCloseTo(2.178812829663418, 9);
  expect(byPrompt).toMatchObject({
    groups: 13,
    notes: [
      'few clusters: 13, quantiles of t with 12 degrees of freedom',
      "13 clusters for 59 players: errors may be short, 'bias-reduced' are not",
    ],
  });
});

describe('laws', () => {
  test('without context it is bradleyTerry', () => {
    fc.assert(
      fc.property(connectedVotes, (all) => {
        const [one, two] = [known(bradleyTerry(all)), known(contextualBradleyTerry(all))];
        one.value.forEach((score, i) => expect(two.value[i]).toBeCloseTo(score, 8));
        one.se!.forEach((error, i) => expect(two.se![i]).toBeCloseTo(error, 8));
        expect(two).toMatchObject({ order: null, coefficients: [] });
        expect(two.logLikelihood).toBeCloseTo(one.logLikelihood, 8);
      }),
      { seed: 42, numRuns: 40 },
    );
  });

  test('showing every pair the other way round, with the votes turned, negates the order and keeps the scores', () => {
    fc.assert(
      fc.property(connectedVotes, (all) => {
        const turned = { ...all, left: all.right, right: all.left, outcome: Array.from(all.outcome, (y) => 1 - y) };
        const [one, two] = [
          contextualBradleyTerry(all, { order: true }),
          contextualBradleyTerry(turned, { order: true }),
        ];
        expect(two.value === null).toBe(one.value === null);
        if (one.value === null || two.value === null) return;
        one.value.forEach((score, i) => expect(two.value[i]).toBeCloseTo(score, 7));
        expect(two.order!.value).toBeCloseTo(-one.order!.value, 7);
      }),
      { seed: 42, numRuns: 40 },
    );
  });

  test('a covariate in other units has a coefficient in other units', () => {
    const scaled = { ...style, values: Array.from(style.values, (x) => 10 * x) };
    const [one, two] = [style, scaled].map((covariates) => known(contextualBradleyTerry(madeVotes, { covariates })));
    expect(two!.coefficients[0]!.value).toBeCloseTo(one!.coefficients[0]!.value / 10, 9);
    expect(two!.coefficients[1]!.se).toBeCloseTo(one!.coefficients[1]!.se! / 10, 9);
    one!.value.forEach((score, i) => expect(two!.value[i]).toBeCloseTo(score, 8));
  });

  test('between two equals, shown one way, the order is the log-odds', () => {
    const all = votes(2, ...times(6, '0>1'), ...times(6, '1>0'));
    const outcome = Array.from(all.outcome, (_, i) => (i % 3 === 0 ? 0 : 1));
    const fit = known(contextualBradleyTerry({ ...all, outcome }, { order: true, errors: 'model' }));
    expect(fit.order!.value).toBeCloseTo(Math.log(2), 10);
    expect(fit.value[0]).toBeCloseTo(0, 10);
  });

  test('no NaN comes out, whatever votes come in', () => {
    fc.assert(
      fc.property(anyVotes, (all) => {
        const covariates = matrixOf(Array.from(all.outcome, (_, i) => [(i % 5) - 2]));
        for (const options of [{}, { prior: { scoreRidge: 1, coefficientRidge: 1 } }, { clusters: all.left }]) {
          sound(contextualBradleyTerry(all, { order: true, covariates, ...options }), 'contextualBradleyTerry');
        }
      }),
      { seed: 42, numRuns: 100 },
    );
  });
});

describe('not identified', () => {
  const detail = 'a covariate foretells the outcome, is constant 0, or is a combination of the players and the others';

  test('votes that connect nothing', () => {
    expect(contextualBradleyTerry(votes(2, '0>1'))).toMatchObject({ reason: 'not-identified', components: [[0], [1]] });
    expect(contextualBradleyTerry(votes(2))).toMatchObject({ reason: 'no-data' });
    const fit = known(contextualBradleyTerry(votes(2, '0>1'), { prior: { scoreRidge: 1 } }));
    expect(fit.value[0]).toBeGreaterThan(0);
  });

  test('a covariate that says what the players say, or nothing', () => {
    const ofPlayers = matrixOf(made.left.map((a, i) => [a - made.right[i]!]));
    expect(contextualBradleyTerry(madeVotes, { covariates: ofPlayers })).toMatchObject({
      reason: 'not-identified',
      detail,
    });
    const nothing = matrixOf(made.left.map(() => [0]));
    expect(contextualBradleyTerry(madeVotes, { covariates: nothing })).toMatchObject({
      reason: 'not-identified',
      detail,
    });
    const twice = matrixOf(made.style.map(([a]) => [a, a]));
    expect(contextualBradleyTerry(madeVotes, { covariates: twice })).toMatchObject({ reason: 'not-identified' });
    expect(
      known(contextualBradleyTerry(madeVotes, { covariates: twice, prior: { coefficientRidge: 1 } })).converged,
    ).toBe(true);
  });

  test('a covariate that foretells the outcome', () => {
    const decided = { ...madeVotes, outcome: made.outcome.map((y) => (y === 0.5 ? 1 : y)) };
    const oracle = matrixOf(decided.outcome.map((y, i) => [2 * y - 1 + (i % 7) / 100]));
    expect(contextualBradleyTerry(decided, { covariates: oracle })).toMatchObject({ reason: 'not-identified', detail });
  });
});

test('mistakes of the caller are refused', () => {
  const one = votes(2, '0>1', '1>0');
  const fit = (options: object) => () => contextualBradleyTerry(one, options);
  expect(fit({ covariates: matrixOf([[1]]) })).toThrow(new RangeError('covariates has 1 rows, outcome has 2'));
  expect(fit({ covariates: matrixOf([[1], [NaN]]) })).toThrow(
    new RangeError('covariates row 1 column 0 must be a number, found NaN'),
  );
  expect(fit({ covariates: matrixOf([[1], [Infinity]]) })).toThrow(RangeError);
  expect(fit({ prior: { scoreRidge: -1 } })).toThrow(
    new RangeError('prior.scoreRidge must be 0 or more and finite, found -1'),
  );
  expect(fit({ prior: { coefficientRidge: Infinity } })).toThrow(
    new RangeError('prior.coefficientRidge must be 0 or more and finite, found Infinity'),
  );
  expect(fit({ level: 2 })).toThrow(RangeError);
});

test('few clusters give no intervals, with the reason', () => {
  const fit = known(contextualBradleyTerry(madeVotes, { order: true, clusters: made.clusters.map((c) => c % 4) }));
  expect(fit.order).toMatchObject({ interval: null, notes: ['too few for standard errors: 4 clusters, needs 5'] });
});

describe('differences of style', () => {
  test('are those of FastChat: relative, then standardised', () => {
    const found = styleDifferences(
      matrixOf([
        [120, 2],
        [80, 0],
        [10, 0],
      ]),
      matrixOf([
        [60, 1],
        [90, 3],
        [9, 0],
      ]),
    );
    const raw = [
      [60 / 181, 1 / 4],
      [-10 / 171, -3 / 4],
      [1 / 20, 0],
    ];
    for (const k of [0, 1]) {
      const column = raw.map((row) => row[k]!);
      const centre = column.reduce((a, b) => a + b, 0) / 3;
      const spread = Math.sqrt(column.reduce((sum, x) => sum + (x - centre) ** 2, 0) / 3);
      column.forEach((x, i) => expect(found.values[2 * i + k]).toBeCloseTo((x - centre) / spread, 12));
    }
    expect(found).toMatchObject({ rows: 3, columns: 2 });
  });

  test('that never differ are 0', () => {
    expect(Array.from(styleDifferences(matrixOf([[1], [2]]), matrixOf([[1], [2]])).values)).toEqual([0, 0]);
  });

  test('need counts', () => {
    const [one, two] = [matrixOf([[1]]), matrixOf([[1, 2]])];
    expect(() => styleDifferences(one, two)).toThrow(new RangeError('left is 1 by 1, right 1 by 2'));
    expect(() => styleDifferences(matrixOf([[-1]]), one)).toThrow(
      new RangeError('left row 0 column 0 must be 0 or more and finite, found -1'),
    );
    expect(() => styleDifferences(one, matrixOf([[NaN]]))).toThrow(
      new RangeError('right row 0 column 0 must be 0 or more and finite, found NaN'),
    );
    expect(() => styleDifferences(matrixOf([]), matrixOf([]))).toThrow(
      new RangeError('style has no scale without votes: there are 0 rows'),
    );
  });
});
