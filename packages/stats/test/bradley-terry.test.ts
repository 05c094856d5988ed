import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bradleyTerry,
  bradleyTerryByPart,
  centredScore,
  type Comparisons,
  eloScores,
  newmanBradleyTerry,
  scoreContrast,
  seededRandom,
  tally,
  winChance,
} from '../src/index.ts';
import { fitPairs } from '../src/ranking/pair-fit.ts';
import { pairCounts } from '../src/ranking/pair-counts.ts';
import { definiteInverse } from '../src/ranking/definite-inverse.ts';
import { anyVotes, connectedVotes, drawnVotes, known, made, madeVotes, times, votes } from './ranking-votes.ts';
import { sound } from './sound.ts';

const settings = { seed: 42, numRuns: 60 };
const threeToOne = votes(2, ...times(30, '0>1'), ...times(10, '1>0'));

function close(found: ArrayLike<number> | null, wanted: ArrayLike<number>, digits = 8): void {
  expect(found).not.toBeNull();
  expect(found!.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(found![i]).toBeCloseTo(wanted[i]!, digits);
}

describe('two players, 30 to 10', () => {
  const fit = known(bradleyTerry(threeToOne, { errors: 'model' }));

  test('differ by log 3, with the error of a log-odds', () => {
    const contrast = scoreContrast(fit, 0, 1);
    expect(contrast.value).toBeCloseTo(Math.log(3), 12);
    expect(contrast.se).toBeCloseTo(Math.sqrt(1 / 30 + 1 / 10), 12);
    expect(contrast.interval![0]).toBeCloseTo(Math.log(3) - 1.959963984540054 * 0.3651483716701107, 10);
    expect(contrast.interval![1]).toBeCloseTo(Math.log(3) + 1.959963984540054 * 0.3651483716701107, 10);
    expect(contrast).toMatchObject({
      n: 40,
      level: 0.95,
      method: 'score difference, Bradley-Terry, Newton, model errors',
    });
    expect(fit.logLikelihood).toBeCloseTo(30 * Math.log(0.75) + 10 * Math.log(0.25), 12);
  });

  test('the first wins three in four, with the ends of the contrast', () => {
    const chance = winChance(fit, 0, 1);
    const { interval } = scoreContrast(fit, 0, 1);
    expect(chance.value).toBeCloseTo(0.75, 12);
    expect(chance.se).toBeCloseTo(0.3651483716701107 * 0.75 * 0.25, 10);
    expect(chance.interval).toEqual(interval!.map((z) => 1 / (1 + Math.exp(-z))));
    expect(chance.method).toBe('win probability, Bradley-Terry, Newton, model errors');
  });

  test('stand 190.85 points apart on the scale of Elo', () => {
    const [first, second] = eloScores(fit);
    expect(first!.value - second!.value).toBeCloseTo((400 / Math.LN10) * Math.log(3), 9);
    expect(first!.value + second!.value).toBeCloseTo(2000, 9);
    expect(first!.se).toBeCloseTo(((400 / Math.LN10) * 0.3651483716701107) / 2, 9);
    expect(first!.interval![1] - first!.value).toBeCloseTo(1.959963984540054 * first!.se!, 9);
    expect(first!.method).toBe('Elo scale, centred score, Bradley-Terry, Newton, model errors');
  });

  test('an anchor has its rating by definition, the other an interval of the difference', () => {
    const [first, anchor] = eloScores(fit, { anchor: 1, origin: 1114, scale: 100, base: Math.E, level: 0.9 });
    expect(anchor).toEqual({
      value: 1114,
      interval: null,
      level: 0.9,
      n: 40,
      method: 'Elo scale, Bradley-Terry, Newton, model errors',
      notes: ['the anchor: its rating is set, not estimated'],
    });
    expect(first!.value).toBeCloseTo(1114 + 100 * Math.log(3), 9);
    expect(first!.se).toBeCloseTo(36.51483716701107, 9);
    expect(first!.level).toBe(0.9);
  });
});

describe('agrees with SciPy', () => {
  test('scores, log-likelihood, errors by the model, by votes and by clusters', () => {
    const { parameters, log_likelihood: likelihood, model, rows, clustered } = made.plain;
    const byModel = known(bradleyTerry(madeVotes, { errors: 'model' }));
    close(byModel.value, parameters);
    close(byModel.se, model);
    expect(byModel.logLikelihood).toBeCloseTo(likelihood, 9);
    close(known(bradleyTerry(madeVotes)).se, rows);
    const byCluster = known(bradleyTerry(madeVotes, { clusters: made.clusters }));
    close(byCluster.se, clustered);
    expect(byCluster.covariance![1]).toBeCloseTo(made.plain.clustered_covariance_01, 9);
    expect(byCluster).toMatchObject({ groups: 12, df: 11, converged: true });
    expect(byCluster.notes).toEqual([
      'few clusters: 12, quantiles of t with 11 degrees of freedom',
      "12 clusters for 6 players: errors may be short, 'bias-reduced' are not",
    ]);
  });

  test('errors freed of each cluster’s own influence', () => {
    const options = { clusters: made.clusters, errors: 'bias-reduced' as const };
    const fit = known(bradleyTerry(madeVotes, options));
    close(fit.se, made.plain.reduced);
    expect(fit).toMatchObject({ df: 11, groups: 12, method: 'Bradley-Terry, Newton, bias-reduced sandwich errors' });
    expect(fit.notes).toEqual(['few clusters: 12, quantiles of t with 11 degrees of freedom']);
    close(known(bradleyTerry({ ...madeVotes, weights: made.weights }, options)).se, made.weighted.reduced);
    close(known(bradleyTerry(madeVotes, { ...options, prior: { ridge: 0.5 } })).se, made.ridge.reduced);
  });

  test('weights are counts of votes', () => {
    const weighted = { ...madeVotes, weights: made.weights };
    close(known(bradleyTerry(weighted)).value, made.weighted.parameters);
    close(known(bradleyTerry(weighted, { errors: 'model' })).se, made.weighted.model);
    close(known(bradleyTerry(weighted)).se, made.weighted.rows);
    close(known(bradleyTerry(weighted, { clusters: made.clusters })).se, made.weighted.clustered);
  });

  test('soft preferences', () => {
    const soft = { ...madeVotes, outcome: made.soft, weights: made.weights };
    const fit = known(bradleyTerry(soft, { clusters: made.clusters }));
    close(fit.value, made.softened.parameters);
    close(fit.se, made.softened.clustered);
    expect(fit.logLikelihood).toBeCloseTo(made.softened.log_likelihood, 8);
  });

  test('a ridge', () => {
    const ridge = { prior: { ridge: 0.5 } };
    const fit = known(bradleyTerry(madeVotes, { ...ridge, errors: 'model' }));
    close(fit.value, made.ridge.parameters);
    close(fit.se, made.ridge.model);
    expect(fit.logLikelihood).toBeCloseTo(made.ridge.log_likelihood, 8);
    expect(fit.notes).toEqual(['the prior pulls the scores together: intervals are around the pulled scores']);
    close(known(bradleyTerry(madeVotes, ridge)).se, made.ridge.rows);
    close(known(bradleyTerry(madeVotes, { ...ridge, clusters: made.clusters })).se, made.ridge.clustered);
  });
});

describe('laws', () => {
  test('scores have sum 0 and make the expected wins of each player equal to those counted', () => {
    fc.assert(
      fc.property(connectedVotes, (all) => {
        const { value, converged } = known(bradleyTerry(all, { errors: 'none' }));
        expect(converged).toBe(true);
        expect(value.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
        const rest = new Float64Array(all.players);
        Array.from(all.outcome).forEach((y, i) => {
          const p = 1 / (1 + Math.exp(value[all.right[i]!]! - value[all.left[i]!]!));
          rest[all.left[i]!]! += y - p;
          rest[all.right[i]!]! -= y - p;
        });
        for (const x of rest) expect(x).toBeCloseTo(0, 8);
      }),
      settings,
    );
  });

  test('relabelling the players permutes scores and errors', () => {
    fc.assert(
      fc.property(connectedVotes, fc.nat(), (all, shift) => {
        const moved = (player: number) => (player + shift) % all.players;
        const other = { ...all, left: Array.from(all.left, moved), right: Array.from(all.right, moved) };
        const [one, two] = [known(bradleyTerry(all)), known(bradleyTerry(other))];
        for (let i = 0; i < all.players; i++) {
          expect(two.value[moved(i)]).toBeCloseTo(one.value[i]!, 10);
          expect(two.se![moved(i)]).toBeCloseTo(one.se![i]!, 10);
        }
      }),
      settings,
    );
  });

  test('turning every vote negates the scores; which side was shown left does not matter', () => {
    fc.assert(
      fc.property(connectedVotes, (all) => {
        const one = known(bradleyTerry(all));
        const turned = known(bradleyTerry({ ...all, outcome: Array.from(all.outcome, (y) => 1 - y) }));
        const mirrored = { ...all, left: all.right, right: all.left, outcome: Array.from(all.outcome, (y) => 1 - y) };
        close(
          turned.value,
          one.value.map((x) => -x),
          10,
        );
        close(turned.se, one.se!, 10);
        close(known(bradleyTerry(mirrored)).value, one.value, 10);
        close(known(bradleyTerry(mirrored)).se, one.se!, 10);
      }),
      settings,
    );
  });

  test('twice the votes leave the scores and shrink the error of the model by √2', () => {
    fc.assert(
      fc.property(connectedVotes, (all) => {
        const one = known(bradleyTerry(all, { errors: 'model' }));
        const two = known(bradleyTerry({ ...all, weights: Array.from(all.outcome, () => 2) }, { errors: 'model' }));
        close(two.value, one.value, 9);
        close(
          two.se,
          one.se!.map((x) => x / Math.SQRT2),
          9,
        );
      }),
      settings,
    );
  });

  test('a row of weight 3 is three rows', () => {
    const rows = { players: 2, left: [0, 0, 1], right: [1, 1, 0], outcome: [1, 0.5, 1], weights: [3, 1, 2] };
    const spread = votes(2, ...times(3, '0>1'), '0=1', ...times(2, '1>0'));
    const [one, two] = [known(bradleyTerry(rows)), known(bradleyTerry(spread))];
    close(one.value, two.value, 12);
    close(one.se, two.se!, 12);
  });

  test('the worths are those of Newman’s sweeps', () => {
    const { value } = known(bradleyTerry(madeVotes));
    const worth = value.map((x) => Math.exp(x));
    const total = worth.reduce((a, b) => a + b, 0);
    close(
      known(newmanBradleyTerry(madeVotes)).value,
      worth.map((x) => x / total),
      11,
    );
  });

  test('each vote its own cluster is the sandwich without clusters', () => {
    const alone = known(bradleyTerry(madeVotes, { clusters: made.left.map((_, i) => i) }));
    close(alone.se, known(bradleyTerry(madeVotes)).se!, 12);
  });

  test('no NaN comes out, whatever votes come in', () => {
    fc.assert(
      fc.property(anyVotes, (all) => {
        const clusters = Array.from(all.outcome, (_, i) => i % 6);
        for (const options of [
          {},
          { errors: 'model' as const },
          { clusters },
          { clusters, errors: 'bias-reduced' as const },
          { prior: { ridge: 1 } },
          { prior: { pseudoVotes: 0.5 } },
        ]) {
          const fit = bradleyTerry(all, options);
          sound(fit, 'bradleyTerry');
          if (fit.value === null) continue;
          sound(eloScores(fit), 'eloScores');
          if (all.players > 1)
            sound([scoreContrast(fit, 0, 1), winChance(fit, 1, 0), centredScore(fit, 0)], 'contrast');
        }
        sound(bradleyTerryByPart(all), 'bradleyTerryByPart');
      }),
      { seed: 42, numRuns: 150 },
    );
  });
});

test('planted strengths are found: sandwich and model errors agree where the model holds, and the intervals cover', () => {
  const theta = [1, 0.5, 0, -0.5, -1];
  const drawn = drawnVotes(theta, 5000, 'planted');
  const [model, sandwich] = [known(bradleyTerry(drawn, { errors: 'model' })), known(bradleyTerry(drawn))];
  theta.forEach((score, i) => {
    const { interval, value } = centredScore(sandwich, i, { level: 0.999 });
    expect(interval![0]).toBeLessThan(score);
    expect(interval![1]).toBeGreaterThan(score);
    expect(Math.abs(value - score)).toBeLessThan(0.15);
    expect(sandwich.se![i]! / model.se![i]!).toBeGreaterThan(0.9);
    expect(sandwich.se![i]! / model.se![i]!).toBeLessThan(1.1);
  });
});

describe('many players', () => {
  const random = seededRandom('many');
  const theta = Array.from({ length: 300 }, () => 2 * random.next() - 1);
  const drawn = drawnVotes(theta, 20_000, 'many votes');

  test('conjugate gradients end where Newman’s sweeps do', () => {
    const fit = known(bradleyTerry(drawn, { errors: 'none' }));
    expect(fit).toMatchObject({ converged: true, se: null, covariance: null, df: null });
    expect(fit.notes).toEqual(['no standard errors were asked for']);
    const worth = known(newmanBradleyTerry(drawn)).value;
    const logs = worth.map((x) => Math.log(x));
    const centre = logs.reduce((a, b) => a + b, 0) / 300;
    close(
      fit.value,
      logs.map((x) => x - centre),
      8,
    );
  });

  test('the gradient is at rounding', () => {
    expect(fitPairs(pairCounts(tally(drawn))).gradientNorm).toBeLessThan(1e-9);
  });

  test('a chain, where conjugate gradients are slow, is still solved', () => {
    const lines = Array.from({ length: 259 }, (_, i) => [...times(2, `${i}>${i + 1}`), `${i + 1}>${i}`]).flat();
    const fit = known(bradleyTerry(votes(260, ...lines), { errors: 'none' }));
    for (let i = 0; i < 259; i++) expect(fit.value[i]! - fit.value[i + 1]!).toBeCloseTo(Math.log(2), 8);
  });

  test('the inverse of a matrix of any size times the matrix is 1', () => {
    for (const n of [1, 2, 5, 31, 32, 33, 66, 101]) {
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = i === j ? n / 2 + 1 : random.next() - 0.5;
      }
      const inverse = definiteInverse(matrix, n, { plain: false })!;
      expect(definiteInverse(matrix, n, { plain: true })).toEqual(inverse);
      expect(definiteInverse(matrix, n)).toEqual(inverse);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let cell = 0;
          for (let k = 0; k < n; k++) cell += matrix[i * n + k]! * inverse[k * n + j]!;
          expect(cell).toBeCloseTo(i === j ? 1 : 0, 11);
        }
      }
    }
    expect(definiteInverse([1, 1, 1, 1], 2)).toBeNull();
    expect(definiteInverse([1, 2, 2, 1], 2)).toBeNull();
    expect(definiteInverse([-1], 1)).toBeNull();
  });
});

describe('not identified', () => {
  test('no votes are no data', () => {
    expect(bradleyTerry(votes(3))).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'there is no vote between two players',
      n: 0,
      method: 'Bradley-Terry, Newton',
    });
    const empty = { players: 2, left: [0, 0], right: [1, 0], outcome: [NaN, 1] };
    expect(bradleyTerry(empty)).toMatchObject({ reason: 'no-data', n: 0 });
    expect(bradleyTerry({ players: 2, left: [0], right: [1], outcome: [1], weights: [0] })).toMatchObject({
      reason: 'no-data',
    });
  });

  test('the parts are named, best first', () => {
    const fit = bradleyTerry(votes(5, '0>1', '1>0', '0>2', '3>0', '3>4', '4=3', '2>3', '2=1'));
    expect(known(fit).converged).toBe(true);
    const split = bradleyTerry(votes(5, '0>1', '1>2', '2>1', '3=0', '1>4', '2>4'));
    expect(split).toMatchObject({
      value: null,
      reason: 'not-identified',
      components: [[0, 3], [1, 2], [4]],
      n: 6,
    });
    expect((split as { detail: string }).detail).toBe(
      'the votes do not connect all players in both directions: 3 parts, best first {0, 3}, {1, 2}, {4}',
    );
  });

  test('a long list of parts is cut', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `${i}>${i + 1}`);
    const fit = bradleyTerry(votes(10, ...lines)) as { detail: string; components: number[][] };
    expect(fit.components.length).toBe(10);
    expect(fit.detail).toMatch(/10 parts, best first \{0\}, \{1\}, \{2\}, \{3\}, \{4\}, \{5\}, … 4 more$/);
  });

  test('a sparse graph of many players is looked at to its end', () => {
    const ring = Array.from({ length: 50 }, (_, i) => `${(7 * i) % 50}>${(7 * i + 7) % 50}`);
    expect(known(bradleyTerry(votes(50, ...ring), { errors: 'none' })).value.every((x) => Math.abs(x) < 1e-9)).toBe(
      true,
    );
    expect(bradleyTerry(votes(50, ...ring.slice(1)))).toMatchObject({ reason: 'not-identified' });
  });

  test('a player who was never compared is a part', () => {
    expect(bradleyTerry(votes(3, '0>1', '1>0'))).toMatchObject({ reason: 'not-identified' });
  });

  test('each part has its own scores', () => {
    const lines = [...times(3, '0>2'), '2>0', '2>1', '1>3', '3>1', '0>3'];
    const parts = bradleyTerryByPart(votes(4, ...lines), { errors: 'model', clusters: undefined });
    expect(parts.map(({ players }) => players)).toEqual([
      [0, 2],
      [1, 3],
    ]);
    const [upper, lower] = parts.map(({ fit }) => known(fit));
    expect(upper!.value[0]! - upper!.value[1]!).toBeCloseTo(Math.log(3), 10);
    expect(upper!.n).toBe(4);
    expect(lower!.value[0]).toBeCloseTo(0, 12);
    expect(lower!.n).toBe(2);
    const alone = bradleyTerryByPart(votes(2, '1>0'));
    expect(alone.map(({ players }) => players)).toEqual([[1], [0]]);
    expect(alone[0]!.fit).toMatchObject({ reason: 'no-data' });
  });

  test('parts keep their weights and clusters', () => {
    const all: Comparisons = {
      ...votes(3, ...times(6, '0>1'), ...times(6, '1>0'), '1>2'),
      weights: [...Array.from({ length: 6 }, () => 3), ...Array.from({ length: 7 }, () => 1)],
    };
    const clusters = Array.from({ length: 13 }, (_, i) => i % 6);
    const { fit } = bradleyTerryByPart(all, { clusters })[0]!;
    expect(known(fit).value[0]! - known(fit).value[1]!).toBeCloseTo(Math.log(3), 10);
    expect(known(fit).groups).toBe(6);
  });

  test('a prior gives scores whatever the votes', () => {
    const one = votes(2, ...times(3, '0>1'));
    const ridge = known(bradleyTerry(one, { prior: { ridge: 1 } }));
    // 3 (1 − p) = θ_0, θ_1 = −θ_0
    expect(3 * (1 - 1 / (1 + Math.exp(-2 * ridge.value[0]!)))).toBeCloseTo(ridge.value[0]!, 10);
    const pseudo = known(bradleyTerry(one, { prior: { pseudoVotes: 0.5 } }));
    expect(pseudo.value[0]! - pseudo.value[1]!).toBeCloseTo(Math.log(7), 10);
    expect(pseudo.logLikelihood).toBeCloseTo(3 * Math.log(7 / 8), 10);
    expect(bradleyTerry(votes(3, '0>1'), { prior: { pseudoVotes: 1 } })).toMatchObject({ reason: 'not-identified' });
    expect(known(bradleyTerry(votes(3, '0>1'), { prior: { ridge: 1 } })).value[2]).toBeCloseTo(0, 10);
  });
});

describe('no interval without a reason', () => {
  test('below five clusters there are no standard errors', () => {
    const few = known(bradleyTerry(madeVotes, { clusters: made.clusters.map((c) => c % 4) }));
    expect(few).toMatchObject({ se: null, covariance: null, groups: 4 });
    expect(few.notes).toEqual(['too few for standard errors: 4 clusters, needs 5']);
    expect(scoreContrast(few, 0, 1)).toMatchObject({ interval: null, notes: few.notes, groups: 4 });
    const five = known(bradleyTerry(madeVotes, { clusters: made.clusters.map((c) => c % 5) }));
    expect(five).toMatchObject({ groups: 5, df: 4 });
  });

  test('from 30 clusters the quantile is normal', () => {
    const clusters = (count: number) => made.left.map((_, i) => i % count);
    expect(known(bradleyTerry(madeVotes, { clusters: clusters(29) })).df).toBe(28);
    const many = known(bradleyTerry(madeVotes, { clusters: clusters(30) }));
    expect(many).toMatchObject({ df: null, groups: 30 });
    expect(many.notes).toEqual(["30 clusters for 6 players: errors may be short, 'bias-reduced' are not"]);
    expect(known(bradleyTerry(madeVotes, { clusters: clusters(59) })).notes).toHaveLength(1);
    expect(known(bradleyTerry(madeVotes, { clusters: clusters(60) })).notes).toBeUndefined();
    const reduced = known(bradleyTerry(madeVotes, { clusters: clusters(40), errors: 'bias-reduced' }));
    expect(reduced).toMatchObject({ df: 39, groups: 40 });
    expect(reduced.notes).toBeUndefined();
    const { value, interval, se } = scoreContrast(many, 0, 1);
    expect((interval![1] - value) / se!).toBeCloseTo(1.959963984540054, 9);
    const t = scoreContrast(known(bradleyTerry(madeVotes, { clusters: clusters(12) })), 0, 1);
    expect((t.interval![1] - t.value) / t.se!).toBeCloseTo(2.200985160091639, 9);
  });

  test('votes that say nothing but ties have no spread', () => {
    const fit = known(bradleyTerry(votes(2, ...times(6, '0=1'))));
    expect(scoreContrast(fit, 0, 1)).toMatchObject({ value: 0, interval: null, se: 0 });
    expect(scoreContrast(fit, 0, 1).notes!.at(-1)).toBe(
      'no interval: the votes show no spread, which says nothing about certainty',
    );
  });

  test('a cluster on which the scores hang leaves no bias-reduced errors', () => {
    const all = votes(3, ...times(6, '0>1'), ...times(6, '1>0'), '2>0', '0>2');
    const clusters = Array.from({ length: 14 }, (_, i) => (i < 12 ? i % 6 : 6));
    const fit = known(bradleyTerry(all, { clusters, errors: 'bias-reduced' }));
    expect(fit).toMatchObject({ se: null, groups: 7 });
    expect(fit.notes).toEqual(['no standard errors: without one of the clusters the scores are not identified']);
    expect(known(bradleyTerry(all, { clusters })).se).not.toBeNull();
  });

  test('one vote is too few for a sandwich', () => {
    const fit = known(bradleyTerry(votes(2, '0=1')));
    expect(fit.notes).toEqual(['too few for standard errors: 1 vote, needs 2']);
  });

  test('what was left out is said', () => {
    const all = { ...threeToOne, outcome: Array.from(threeToOne.outcome, (y, i) => (i === 3 ? NaN : y)) };
    const right = Array.from(all.right, (player, i) => (i === 5 ? 0 : player));
    expect(known(bradleyTerry({ ...all, right }, { errors: 'model' }))).toMatchObject({
      n: 38,
      notes: ['1 votes without a verdict are left out', '1 votes of a player against itself are left out'],
    });
    expect(known(bradleyTerry(threeToOne)).notes).toEqual([
      'votes are taken as independent: give clusters where one prompt or rater has several',
    ]);
  });
});

test('mistakes of the caller are refused', () => {
  const fit = known(bradleyTerry(threeToOne));
  expect(() => scoreContrast(fit, 0, 0)).toThrow(
    new RangeError('a contrast needs two different players, found 0 twice'),
  );
  expect(() => scoreContrast(fit, 2, 0)).toThrow(new RangeError('first must be a player, 0 to 1, found 2'));
  expect(() => scoreContrast(fit, 0, -1)).toThrow(new RangeError('second must be a player, 0 to 1, found -1'));
  expect(() => centredScore(fit, 0.5)).toThrow(new RangeError('player must be a player, 0 to 1, found 0.5'));
  expect(() => scoreContrast(fit, 0, 1, { level: 1 })).toThrow(new RangeError('level must lie in (0, 1), found 1'));
  expect(() => eloScores(fit, { scale: 0 })).toThrow(new RangeError('scale must be positive and finite, found 0'));
  expect(() => eloScores(fit, { base: 1 })).toThrow(new RangeError('base must be above 1 and finite, found 1'));
  expect(() => eloScores(fit, { origin: NaN })).toThrow(new RangeError('origin must be finite, found NaN'));
  expect(() => eloScores(fit, { anchor: 2 })).toThrow(new RangeError('anchor must be a player, 0 to 1, found 2'));
  expect(() => bradleyTerry(threeToOne, { prior: { ridge: 0 } })).toThrow(
    new RangeError('prior.ridge must be positive and finite, found 0'),
  );
  expect(() => bradleyTerry(threeToOne, { prior: { pseudoVotes: -1 } })).toThrow(
    new RangeError('prior.pseudoVotes must be positive and finite, found -1'),
  );
  expect(() => bradleyTerry(threeToOne, { errors: 'model', clusters: [1] })).toThrow(
    new RangeError("errors 'model' takes votes as independent; with clusters use 'sandwich'"),
  );
  expect(() => bradleyTerry(threeToOne, { errors: 'bias-reduced' })).toThrow(
    new RangeError("errors 'bias-reduced' needs clusters"),
  );
  expect(() => bradleyTerry(threeToOne, { clusters: [1] })).toThrow(new RangeError('40 rows but 1 cluster ids'));
});
