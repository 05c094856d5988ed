import { describe, expect, test } from 'vitest';
import { bradleyTerry, nextComparison, type RankingFit, seededRandom } from '../src/index.ts';

/** Votes for the row over the column. */
function fitOf(won: readonly (readonly number[])[]): RankingFit {
  const cells = won.flatMap((row, i) => row.map((count, j) => ({ i, j, count }))).filter(({ count }) => count > 0);
  const fit = bradleyTerry(
    {
      players: won.length,
      left: cells.map(({ i }) => i),
      right: cells.map(({ j }) => j),
      outcome: cells.map(() => 1),
      weights: cells.map(({ count }) => count),
    },
    { errors: 'model' },
  );
  if (fit.value === null) throw new Error(fit.detail);
  return fit;
}

const close = fitOf([
  [0, 6, 7],
  [5, 0, 6],
  [4, 5, 0],
]);
/** 0 and 1 far above 2 and 3, each two alike. */
const two = fitOf([
  [0, 10, 60, 60],
  [10, 0, 60, 60],
  [1, 1, 0, 10],
  [1, 1, 10, 0],
]);
const random = seededRandom(1);
const gainOf = (fit: RankingFit, i: number, j: number): number => {
  const n = fit.value.length;
  const v = fit.covariance!;
  const p = 1 / (1 + Math.exp(fit.value[j]! - fit.value[i]!));
  return Math.log1p(p * (1 - p) * (v[i * n + i]! + v[j * n + j]! - 2 * v[i * n + j]!));
};

/** ln det of minus the second derivatives, the last player held at 0. */
function logVolume(fit: RankingFit, extra: readonly (readonly [number, number])[]): number {
  // Two free players: the inverse of the covariance of θ0 − θ2 and θ1 − θ2.
  const v = (i: number, j: number) =>
    fit.covariance![i * 3 + j]! - fit.covariance![i * 3 + 2]! - fit.covariance![6 + j]! + fit.covariance![8]!;
  const det = v(0, 0) * v(1, 1) - v(0, 1) ** 2;
  const h = [v(1, 1) / det, -v(0, 1) / det, v(0, 0) / det];
  for (const [i, j] of extra) {
    const p = 1 / (1 + Math.exp(fit.value[j]! - fit.value[i]!));
    const d = [0, 1].map((k) => (i === k ? 1 : 0) - (j === k ? 1 : 0));
    h[0]! += p * (1 - p) * d[0]! * d[0]!;
    h[1]! += p * (1 - p) * d[0]! * d[1]!;
    h[2]! += p * (1 - p) * d[1]! * d[1]!;
  }
  return Math.log(h[0]! * h[2]! - h[1]! ** 2);
}

describe('the next comparison', () => {
  test('gains are what the votes add to the logarithm of the determinant, one after the other', () => {
    const { comparisons, eligible } = nextComparison(close, { random, count: 6 });
    expect(eligible).toBe(3);
    const made: [number, number][] = [];
    for (const { first, second, gain } of comparisons) {
      const before = logVolume(close, made);
      made.push([first, second]);
      expect(gain).toBeCloseTo(logVolume(close, made) - before, 9);
    }
  });

  test('propensities are the gain’s share over a floor, and the draws follow them', () => {
    const gains = [gainOf(close, 0, 1), gainOf(close, 0, 2), gainOf(close, 1, 2)];
    const whole = gains.reduce((a, b) => a + b, 0);
    const wanted = new Map([1, 2, 5].map((key, e) => [key, 0.1 / 3 + (0.9 * gains[e]!) / whole]));
    const seen = new Map<number, number>();
    for (let t = 0; t < 2000; t++) {
      const { first, second, propensity, gain } = nextComparison(close, { random: random.stream(String(t)) })
        .comparisons[0]!;
      const key = first * 3 + second;
      expect(propensity).toBeCloseTo(wanted.get(key)!, 12);
      expect(gain).toBeCloseTo(gainOf(close, first, second), 12);
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    for (const [key, chance] of wanted) expect(Math.abs(seen.get(key)! / 2000 - chance)).toBeLessThan(0.045);
    const even = nextComparison(close, { random, floor: 1 }).comparisons[0]!;
    expect(even.propensity).toBeCloseTo(1 / 3, 12);
  });

  test('a settled order is not asked about, and the leaders alone are asked who leads', () => {
    const order = nextComparison(two, { random, count: 40 });
    expect(order.eligible).toBe(2);
    expect(new Set(order.comparisons.map(({ first, second }) => `${first}${second}`))).toEqual(new Set(['01', '23']));
    const top = nextComparison(two, { random, count: 10, goal: 'top1' });
    expect(top.eligible).toBe(1);
    for (const { first, second, propensity } of top.comparisons) {
      expect([first, second]).toEqual([0, 1]);
      expect(propensity).toBeCloseTo(1, 12);
    }
    expect(nextComparison(close, { random, level: 0.01 }).eligible).toBe(0);
  });

  test('a gate compares its two systems, in either order of naming', () => {
    const plan = nextComparison(two, { random, goal: 'gate', between: [3, 0], count: 2 });
    expect(plan.comparisons.map(({ first, second, propensity }) => [first, second, propensity])).toEqual([
      [0, 3, 1],
      [0, 3, 1],
    ]);
    expect(plan.comparisons[1]!.gain).toBeLessThan(plan.comparisons[0]!.gain);
    expect(plan.notes).toEqual(['a gate compares its two systems alone: choose the prompts at random']);
  });

  test('nothing is left to ask', () => {
    const clear = fitOf([
      [0, 900],
      [100, 0],
    ]);
    expect(nextComparison(clear, { random })).toEqual({
      comparisons: [],
      eligible: 0,
      method: 'D-optimal gain, sampled',
      notes: ['the order is settled at this level'],
    });
  });

  test('the fit is left as it was, and equal seeds give equal plans', () => {
    const kept = Array.from(close.covariance!);
    const [once, twice] = [1, 2].map(() => nextComparison(close, { random: seededRandom(7), count: 9 }));
    expect(once).toEqual(twice);
    expect(Array.from(close.covariance!)).toEqual(kept);
    expect(once!.notes).toEqual([
      'keep the propensity with the vote; do not stop at the first interval that excludes 0',
    ]);
  });

  test.each([
    ['a count of 0', { count: 0 }, 'count must be at least 1, found 0'],
    ['a floor of 0', { floor: 0 }, 'floor must lie in (0, 1], found 0'],
    ['a gate without systems', { goal: 'gate' as const }, 'a gate is between two different players'],
    [
      'a gate of one system',
      { goal: 'gate' as const, between: [1, 1] as const },
      'a gate is between two different players',
    ],
    [
      'a gate with nobody',
      { goal: 'gate' as const, between: [1, 3] as const },
      'between[1] must be a player, 0 to 2, found 3',
    ],
    ['a level of 1', { level: 1 }, 'level must lie in (0, 1), found 1'],
  ])('%s is refused', (_, options, message) => {
    expect(() => nextComparison(close, { random, ...options })).toThrow(new RangeError(message));
  });

  test('a fit without errors is refused', () => {
    expect(() => nextComparison({ ...close, covariance: null }, { random })).toThrow(
      new RangeError('the fit has no standard errors, so no gain is known'),
    );
  });
});
