import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bradleyTerry,
  davidson,
  newman,
  raoKupper,
  scoreContrast,
  seededRandom,
  spearman,
  tieModels,
} from '../src/index.ts';
import { crowdVotes } from './golden-rankings.ts';
import { anyVotes, connectedVotes, known, made, madeVotes, times, votes } from './ranking-votes.ts';
import { sound } from './sound.ts';

const settings = { seed: 42, numRuns: 60 };
const weighted = { ...madeVotes, weights: made.weights };

describe('agrees with SciPy', () => {
  test('Davidson', () => {
    const fit = known(davidson(weighted, { errors: 'model' }));
    const { parameters, log_likelihood: likelihood, model } = made.davidson;
    fit.value.forEach((score, i) => expect(score).toBeCloseTo(parameters[i]!, 7));
    fit.se!.forEach((error, i) => expect(error).toBeCloseTo(model[i]!, 6));
    expect(fit.logLikelihood).toBeCloseTo(likelihood, 8);
    const nu = Math.exp(parameters[6]!);
    expect(fit.tie.value).toBeCloseTo(nu, 7);
    expect(fit.tie.se).toBeCloseTo(nu * model[6]!, 6);
    expect(Math.log(fit.tie.interval![1])).toBeCloseTo(parameters[6]! + 1.959963984540054 * model[6]!, 6);
    expect(Math.log(fit.tie.interval![0])).toBeCloseTo(parameters[6]! - 1.959963984540054 * model[6]!, 6);
    expect(fit.method).toBe('Davidson, Newton, model errors');
  });

  test('Rao and Kupper', () => {
    const fit = known(raoKupper(weighted, { errors: 'model' }));
    const { parameters, log_likelihood: likelihood, model } = made.rao_kupper;
    fit.value.forEach((score, i) => expect(score).toBeCloseTo(parameters[i]!, 7));
    fit.se!.forEach((error, i) => expect(error).toBeCloseTo(model[i]!, 6));
    expect(fit.logLikelihood).toBeCloseTo(likelihood, 8);
    const k = 1 + Math.exp(parameters[6]!);
    expect(fit.tie.value).toBeCloseTo(k, 7);
    expect(fit.tie.se).toBeCloseTo((k - 1) * model[6]!, 6);
    expect(Math.log(fit.tie.interval![1] - 1)).toBeCloseTo(parameters[6]! + 1.959963984540054 * model[6]!, 5);
    expect(fit.method).toBe('Rao-Kupper, Newton, model errors');
  });
});

describe('the crowd of LLMFAO', () => {
  const { votes: crowd, prompt } = crowdVotes();

  test('is likelier under Rao and Kupper', () => {
    const models = tieModels(crowd);
    if (!('likelier' in models)) throw new Error('no fit');
    expect(models.likelier).toBe('rao-kupper');
    expect(-models.davidson.logLikelihood).toBeCloseTo(8995.84, 2);
    expect(-models.raoKupper.logLikelihood).toBeCloseTo(8977.52, 2);
    expect(models.davidson.tie.value).toBeCloseTo(1.4797, 4);
    expect(models.raoKupper.tie.value).toBeCloseTo(2.566, 3);
    expect(models.raoKupper.tieShare).toBeCloseTo(0.389, 3);
    expect(models.davidson.tie.value / 2).toBeCloseTo(known(newman(crowd)).tie, 8);
    // Half a win for a tie gives the same order.
    const half = known(bradleyTerry(crowd));
    expect(spearman(half.value, models.davidson.value).value).toBeGreaterThan(0.999);
  });

  test('has wider intervals by prompt than by vote', () => {
    const [byVote, byPrompt] = [known(raoKupper(crowd)), known(raoKupper(crowd, { clusters: prompt }))];
    expect(byPrompt.tie.se! / byVote.tie.se!).toBeGreaterThan(8);
    expect(byPrompt).toMatchObject({ groups: 13, df: 12 });
    expect(byPrompt.tie).toMatchObject({ groups: 13, method: 'Rao-Kupper, Newton, clustered sandwich errors' });
  });
});

test('bias-reduced errors are those of leaving one cluster out', () => {
  const clusters = made.left.map((_, i) => i % 25);
  for (const fit of [davidson, raoKupper]) {
    const full = known(fit(madeVotes, { clusters, errors: 'bias-reduced' }));
    const left = Array.from({ length: 25 }, (_, c) =>
      known(
        fit({ ...madeVotes, outcome: made.outcome.map((y, i) => (clusters[i] === c ? NaN : y)) }, { errors: 'none' }),
      ),
    );
    const jackknife = (of: (each: (typeof left)[number]) => number) =>
      Math.sqrt((24 / 25) * left.reduce((sum, each) => sum + (of(each) - of(full)) ** 2, 0));
    expect(Math.abs(full.se![0]! / jackknife(({ value }) => value[0]!) - 1)).toBeLessThan(0.08);
    expect(Math.abs(full.tie.se! / jackknife(({ tie }) => tie.value) - 1)).toBeLessThan(0.08);
  }
});

describe('laws', () => {
  const tied = connectedVotes.map((all) => ({
    ...all,
    left: [...Array.from(all.left), 0],
    right: [...Array.from(all.right), 1],
    outcome: [...Array.from(all.outcome), 0.5],
  }));

  test.each([['davidson', davidson] as const, ['raoKupper', raoKupper] as const])(
    '%s: turned votes negate, relabelled votes permute, doubled votes keep the scores',
    (_, fit) => {
      fc.assert(
        fc.property(tied, fc.nat(), (all, shift) => {
          const one = known(fit(all, { errors: 'model' }));
          const turned = known(fit({ ...all, outcome: all.outcome.map((y) => 1 - y) }, { errors: 'model' }));
          const moved = (player: number) => (player + shift) % all.players;
          const relabelled = known(
            fit({ ...all, left: all.left.map(moved), right: all.right.map(moved) }, { errors: 'model' }),
          );
          const doubled = known(fit({ ...all, weights: all.outcome.map(() => 2) }, { errors: 'model' }));
          one.value.forEach((score, i) => {
            expect(turned.value[i]).toBeCloseTo(-score, 8);
            expect(relabelled.value[moved(i)]).toBeCloseTo(score, 8);
            expect(doubled.value[i]).toBeCloseTo(score, 8);
            expect(doubled.se![i]).toBeCloseTo(one.se![i]! / Math.SQRT2, 8);
          });
          expect(turned.tie.value).toBeCloseTo(one.tie.value, 8);
          expect(doubled.tie.se).toBeCloseTo(one.tie.se! / Math.SQRT2, 8);
        }),
        settings,
      );
    },
  );

  test('between equals the share of ties is what the parameter says', () => {
    const all = votes(2, ...times(3, '0>1'), ...times(3, '1>0'), ...times(4, '0=1'));
    expect(known(davidson(all)).tie.value).toBeCloseTo((2 * 0.4) / 0.6, 9);
    const k = known(raoKupper(all)).tie.value;
    expect((k - 1) / (k + 1)).toBeCloseTo(0.4, 9);
  });

  test('no NaN comes out, whatever votes come in', () => {
    fc.assert(
      fc.property(anyVotes, (all) => {
        const hard = { ...all, outcome: Array.from(all.outcome, (y) => (y === 0.25 ? 0.5 : y)) };
        for (const fit of [davidson, raoKupper, tieModels, newman]) {
          sound(fit(hard), fit.name);
          if (fit !== newman)
            sound((fit as typeof davidson)(hard, { prior: { ridge: 0.5 }, clusters: hard.left }), fit.name);
        }
      }),
      { seed: 42, numRuns: 150 },
    );
  });
});

describe('not identified', () => {
  test('without ties or without decisions', () => {
    expect(davidson(votes(2, '0>1', '1>0'))).toMatchObject({
      reason: 'not-identified',
      detail: 'there is no tie: use bradleyTerry',
    });
    expect(raoKupper(votes(2, '0=1', '0=1'))).toMatchObject({
      reason: 'one-category',
      detail: 'every vote is a tie',
      n: 2,
    });
    expect(davidson(votes(2))).toMatchObject({ reason: 'no-data' });
    expect(davidson(votes(3, '0=1', '0>1', '1>2'))).toMatchObject({
      reason: 'not-identified',
      components: [[0, 1], [2]],
    });
    expect(tieModels(votes(2))).toMatchObject({ reason: 'no-data' });
  });

  test('where wins form no circle, scores and ties could grow together', () => {
    const stairs = votes(3, ...times(3, '0>1'), '0=1', ...times(2, '1>2'), '1=2');
    for (const fit of [davidson, raoKupper, newman]) {
      expect(fit(stairs)).toMatchObject({ reason: 'not-identified' });
      expect((fit(stairs) as { detail: string }).detail).toMatch(
        /could grow together without end: the wins form no circle$/,
      );
    }
    // A tie across two steps cannot be within one.
    const across = votes(3, ...times(3, '0>1'), '0=1', ...times(2, '1>2'), '1=2', '0=2', '0=2');
    expect(known(davidson(across)).converged).toBe(true);
    expect(known(raoKupper(across)).converged).toBe(true);
    const circle = votes(3, ...times(3, '0>1'), '0=1', ...times(2, '1>2'), '2>0');
    expect(known(davidson(circle)).converged).toBe(true);
    expect(known(davidson(stairs, { prior: { ridge: 1 } })).notes).toEqual([
      'the prior pulls the scores together: intervals are around the pulled scores',
      'votes are taken as independent: give clusters where one prompt or rater has several',
    ]);
  });

  test('a soft preference is refused, as is a prior that is none', () => {
    const soft = { players: 2, left: [0, 0], right: [1, 1], outcome: [1, 0.7] };
    expect(() => davidson(soft)).toThrow(
      new RangeError('outcome[1] must be 0, 0.5 or 1 for Davidson, or NaN for no verdict, found 0.7'),
    );
    expect(() => raoKupper(soft)).toThrow('for Rao-Kupper');
    expect(() => davidson(madeVotes, { level: 0 })).toThrow(new RangeError('level must lie in (0, 1), found 0'));
    expect(() => davidson(madeVotes, { prior: { ridge: -1 } })).toThrow(RangeError);
  });

  test('few clusters give no intervals, with the reason', () => {
    const fit = known(davidson(madeVotes, { clusters: made.clusters.map((c) => c % 3) }));
    expect(fit.tie).toMatchObject({ interval: null, notes: ['too few for standard errors: 3 clusters, needs 5'] });
    expect(scoreContrast(fit, 0, 1).interval).toBeNull();
  });
});

test('planted ties are found', () => {
  const random = seededRandom('ties');
  const theta = [0.8, 0, -0.8];
  const k = 1.8;
  const n = 6000;
  const [left, right, outcome]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < n; i++) {
    const a = Math.floor(random.next() * 3);
    const b = (a + 1 + Math.floor(random.next() * 2)) % 3;
    const z = theta[a]! - theta[b]!;
    const win = 1 / (1 + k * Math.exp(-z));
    const loss = 1 / (1 + k * Math.exp(z));
    const u = random.next();
    left.push(a);
    right.push(b);
    outcome.push(u < win ? 1 : u < win + loss ? 0 : 0.5);
  }
  const models = tieModels({ players: 3, left, right, outcome }, { level: 0.999 });
  if (!('likelier' in models)) throw new Error('no fit');
  const { raoKupper: fit } = models;
  expect(fit.tie.interval![0]).toBeLessThan(k);
  expect(fit.tie.interval![1]).toBeGreaterThan(k);
  expect(fit.tie.level).toBe(0.999);
  expect(Math.abs(fit.value[0]! - 0.8)).toBeLessThan(4 * fit.se![0]!);
});
