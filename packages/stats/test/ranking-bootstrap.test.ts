import { describe, expect, test } from 'vitest';
import {
  averageWinRate,
  bootstrapBradleyTerry,
  bootstrapRanking,
  bradleyTerry,
  centredScore,
  type Comparisons,
  newmanBradleyTerry,
  quantile,
  rankSets,
  scoreContrast,
  seededRandom,
} from '../src/index.ts';
import { drawnVotes, known, made, madeVotes, times, votes } from './ranking-votes.ts';

const random = () => seededRandom('bootstrap of rankings');

test('the errors are near those of the sandwich', () => {
  const drawn = drawnVotes([0.6, 0, -0.6], 800, 'near');
  const sandwich = known(bradleyTerry(drawn));
  const boot = known(bootstrapBradleyTerry(drawn, { random: random(), replicates: 600 }));
  boot.se!.forEach((error, i) => {
    expect(error / sandwich.se![i]!).toBeGreaterThan(0.88);
    expect(error / sandwich.se![i]!).toBeLessThan(1.12);
  });
  expect(boot).toMatchObject({
    replicates: 600,
    brokenReplicates: 0,
    n: 800,
    df: null,
    method: 'Bradley-Terry, bootstrap, B = 600',
  });
  boot.value.forEach((score, i) => expect(score).toBeCloseTo(sandwich.value[i]!, 9));
});

test('a contrast is the percentile interval of the refits, and a rank set works on them', () => {
  const clusters = made.clusters;
  const boot = known(bootstrapBradleyTerry(madeVotes, { random: random(), replicates: 200, clusters }));
  expect(boot).toMatchObject({ groups: 12, method: 'Bradley-Terry, cluster bootstrap, B = 200' });
  const seen = Array.from({ length: 200 }, (_, b) => boot.draws![6 * b]! - boot.draws![6 * b + 4]!);
  const { interval, se, value } = scoreContrast(boot, 0, 4);
  expect(interval).toEqual([quantile(seen, 0.025), quantile(seen, 0.975)]);
  expect(value).toBeCloseTo(made.plain.parameters[0]! - made.plain.parameters[4]!, 8);
  const mean = seen.reduce((a, b) => a + b, 0) / 200;
  expect(se).toBeCloseTo(Math.sqrt(seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 199), 9);
  expect(centredScore(boot, 0).interval![0]).toBeCloseTo(
    quantile(
      Array.from({ length: 200 }, (_, b) => boot.draws![6 * b]!),
      0.025,
    ),
    12,
  );
  expect(known(rankSets(boot)).sets[0]![0]).toBe(1);
});

test('a refit is the fit of the votes that were drawn', () => {
  const scores = (all: Comparisons) => {
    const fit = newmanBradleyTerry(all);
    return fit.value === null ? fit : { ...fit, value: fit.value.map((x) => Math.log(x)) };
  };
  const options = { random: random(), replicates: 40, clusters: made.clusters };
  const one = known(bootstrapBradleyTerry({ ...madeVotes, weights: made.weights }, options));
  const two = known(bootstrapRanking({ ...madeVotes, weights: made.weights }, scores, options));
  expect(two.brokenReplicates).toBe(one.brokenReplicates);
  const [a, b] = [one.draws!, two.draws!];
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 5));
  one.value.forEach((x, i) => expect(x).toBeCloseTo(two.value[i]!, 8));
});

test('equal seeds give equal bits, whatever was drawn before', () => {
  const source = random();
  const one = bootstrapBradleyTerry(madeVotes, { random: source, replicates: 20 });
  source.next();
  expect(bootstrapBradleyTerry(madeVotes, { random: source, replicates: 20 })).toEqual(one);
});

describe('resamples that connect nothing', () => {
  const weak = votes(2, ...times(9, '0>1'), '1>0');

  test('are counted, and above 5% there is no interval', () => {
    const boot = known(bootstrapBradleyTerry(weak, { random: random(), replicates: 400 }));
    // The one vote for player 1 is missed by (9/10)^10 = 35% of the resamples.
    expect(boot.brokenReplicates / 400).toBeGreaterThan(0.25);
    expect(boot.brokenReplicates / 400).toBeLessThan(0.45);
    expect(boot).toMatchObject({ se: null, covariance: null });
    expect(boot.draws).toBeUndefined();
    expect(boot.notes).toEqual([
      `${boot.brokenReplicates} of 400 resamples do not connect all players and are left out`,
      'no intervals: more than 5% of the resamples have no scores; a prior gives them some',
    ]);
    expect(scoreContrast(boot, 0, 1)).toMatchObject({ interval: null, notes: boot.notes });
    const other = known(bootstrapRanking(weak, newmanBradleyTerry, { random: random(), replicates: 400 }));
    expect(other.brokenReplicates).toBe(boot.brokenReplicates);
  });

  test('a few are left out', () => {
    const better = votes(2, ...times(36, '0>1'), ...times(4, '1>0'));
    const boot = known(bootstrapBradleyTerry(better, { random: random(), replicates: 400 }));
    expect(boot.brokenReplicates).toBeGreaterThan(0);
    expect(boot.draws!.length).toBe(2 * (400 - boot.brokenReplicates));
    expect(boot.notes).toEqual([
      `${boot.brokenReplicates} of 400 resamples do not connect all players and are left out`,
    ]);
    expect(scoreContrast(boot, 0, 1).interval).not.toBeNull();
  });

  test('have scores with a prior', () => {
    for (const prior of [{ ridge: 1 }, { pseudoVotes: 0.5 }]) {
      const boot = known(bootstrapBradleyTerry(weak, { random: random(), replicates: 100, prior }));
      expect(boot.brokenReplicates).toBe(0);
      expect(boot.se![0]).toBeGreaterThan(0);
    }
  });
});

test('any ranking has an interval on its own scale', () => {
  const drawn = drawnVotes([0.6, 0, -0.6], 300, 'rates');
  const boot = known(bootstrapRanking(drawn, averageWinRate, { random: random(), replicates: 300 }));
  const { value, interval } = scoreContrast(boot, 0, 2);
  const rates = known(averageWinRate(drawn)).value;
  expect(value).toBeCloseTo(rates[0]! - rates[2]!, 12);
  expect(interval![0]).toBeLessThan(value);
  expect(interval![1]).toBeGreaterThan(value);
  expect(boot).toMatchObject({
    method: 'average win rate, bootstrap, B = 300',
  });
});

test('what the full votes cannot answer is said, and mistakes are refused', () => {
  const one = votes(2, '0>1');
  expect(bootstrapBradleyTerry(one, { random: random() })).toMatchObject({ reason: 'not-identified' });
  expect(bootstrapRanking(one, newmanBradleyTerry, { random: random() })).toMatchObject({ reason: 'not-identified' });
  const four = { random: random(), clusters: made.clusters.map((c) => c % 4) };
  const few = { reason: 'too-few-clusters', detail: 'needs 5 clusters, found 4', n: 150 };
  expect(bootstrapBradleyTerry(madeVotes, four)).toMatchObject(few);
  expect(bootstrapRanking(madeVotes, averageWinRate, four)).toMatchObject(few);
  expect(() => bootstrapBradleyTerry(one, { random: random(), replicates: 1 })).toThrow(
    new RangeError('replicates must be 2 or more, found 1'),
  );
  expect(() => bootstrapRanking(one, averageWinRate, { random: random(), replicates: 1.5 })).toThrow(
    new RangeError('replicates must be 2 or more, found 1.5'),
  );
});
