import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bradleyTerry, rankSets, type ScoredPlayers, seededRandom } from '../src/index.ts';
import { crowdVotes } from './golden-rankings.ts';
import { connectedVotes, known, times, votes } from './ranking-votes.ts';

/** A fit of independent scores, so that every difference has variance 2 · error². */
function fitOf(value: number[], error: number): ScoredPlayers {
  const n = value.length;
  const covariance = Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) === k % n ? error ** 2 : 0));
  return {
    value: Float64Array.from(value),
    se: new Float64Array(n).fill(error),
    covariance,
    df: null,
    n: 100,
    method: 'made',
  };
}

test('a set leaves out the ranks of those who are surely better or worse', () => {
  const sets = known(rankSets(fitOf([3, 2.5, 0, -3], 0.5)));
  expect(sets.value).toEqual([1, 2, 3, 4]);
  expect(sets.sets).toEqual([
    [1, 2],
    [1, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(sets).toMatchObject({ simultaneous: false, level: 0.95, n: 100, method: 'rank sets, marginal, made' });
  expect(sets.critical).toBeCloseTo(1.959963984540054, 12);
});

test('equal scores share the better rank and are never set apart', () => {
  const sets = known(rankSets(fitOf([1, 1, 0], 0.001)));
  expect(sets.value).toEqual([1, 1, 3]);
  expect(sets.sets).toEqual([
    [1, 2],
    [1, 2],
    [3, 3],
  ]);
});

test('without spread nothing is set apart', () => {
  expect(known(rankSets(fitOf([2, 1, 0], 0))).sets).toEqual([
    [1, 3],
    [1, 3],
    [1, 3],
  ]);
});

test('the simultaneous value of k independent scores is the studentised range over √2', () => {
  // Tukey's q(.95; k, ∞) of R's qtukey: 3.314493 for 3, 4.474124 for 10.
  for (const [k, q] of [
    [3, 3.314493],
    [10, 4.474124],
  ] as const) {
    const fit = fitOf(
      Array.from({ length: k }, () => 0),
      1,
    );
    const { critical } = known(rankSets(fit, { random: seededRandom(1), draws: 20_000 }));
    expect(critical).toBeGreaterThan(q / Math.SQRT2 - 0.03);
    expect(critical).toBeLessThan(q / Math.SQRT2 + 0.03);
  }
});

test('with few clusters it is the studentised range with their degrees of freedom', () => {
  // qtukey(.95, 3, 12) = 3.772929
  const fit = { ...fitOf([0, 0, 0], 1), df: 12, groups: 13 };
  const sets = known(rankSets(fit, { random: seededRandom(2), draws: 20_000 }));
  expect(Math.abs(sets.critical - 3.772929 / Math.SQRT2)).toBeLessThan(0.04);
  expect(sets.groups).toBe(13);
  expect(known(rankSets(fit)).critical).toBeCloseTo(2.178812829663418, 9);
});

test('two players have one difference, so both values are the same', () => {
  const fit = known(bradleyTerry(votes(2, ...times(20, '0>1'), ...times(10, '1>0'))));
  const { critical, method } = known(rankSets(fit, { random: seededRandom(3), draws: 20_000 }));
  expect(Math.abs(critical - 1.96)).toBeLessThan(0.03);
  expect(method).toBe('rank sets, simultaneous, Bradley-Terry, Newton, sandwich errors');
});

describe('the crowd of LLMFAO', () => {
  const { votes: crowd, names, rater, pair } = crowdVotes();
  const best = names.indexOf('GPT 4');
  test.each([
    ['votes', {}, 3, 4.0],
    ['pairs', { clusters: pair }, 7, 4.04],
    ['raters', { clusters: rater }, 4, 3.95],
    ['the model', { errors: 'model' as const }, 9, undefined],
  ])('GPT 4, errors by %s', (_, options, last, value) => {
    const fit = known(bradleyTerry(crowd, options));
    expect(known(rankSets(fit)).sets[best]).toEqual([1, last]);
    const together = known(rankSets(fit, { random: seededRandom(1) }));
    expect(together.sets[best]![0]).toBe(1);
    expect(together.sets[best]![1]).toBeGreaterThan(last);
    // Between one comparison and Bonferroni over 1,711.
    expect(together.critical).toBeGreaterThan(1.96);
    expect(together.critical).toBeLessThan(4.18);
    if (value !== undefined) expect(Math.abs(together.critical - value)).toBeLessThan(0.09);
  });
});

test('a set holds the player’s own rank, the simultaneous one holds the marginal one, and seeds repeat', () => {
  fc.assert(
    fc.property(connectedVotes, (all) => {
      const fit = known(bradleyTerry(all, { errors: 'model' }));
      const one = known(rankSets(fit));
      const options = { random: seededRandom(5), draws: 400 };
      const together = known(rankSets(fit, options));
      expect(known(rankSets(fit, { ...options, random: seededRandom(5) }))).toEqual(together);
      one.sets.forEach(([from, to], i) => {
        expect(from).toBeLessThanOrEqual(one.value[i]!);
        expect(to).toBeGreaterThanOrEqual(one.value[i]!);
        // 400 draws leave the value itself uncertain: for two players it may come out below 1.96.
        if (together.critical < one.critical) return;
        expect(together.sets[i]![0]).toBeLessThanOrEqual(from);
        expect(together.sets[i]![1]).toBeGreaterThanOrEqual(to);
      });
    }),
    { seed: 42, numRuns: 30 },
  );
});

test('needs standard errors, a level and draws', () => {
  const fit = known(bradleyTerry(votes(2, '0>1', '1>0'), { errors: 'none' }));
  expect(rankSets(fit)).toMatchObject({
    value: null,
    reason: 'no-data',
    detail: 'the fit has no standard errors',
    n: 2,
  });
  const good = fitOf([1, 0], 1);
  expect(() => rankSets(good, { level: 0 })).toThrow(new RangeError('level must lie in (0, 1), found 0'));
  expect(() => rankSets(good, { draws: 99 })).toThrow(new RangeError('draws must be 100 or more, found 99'));
  expect(known(rankSets(good, { draws: 100, level: 0.5 })).critical).toBeCloseTo(0.6744897501960817, 9);
});
