import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Comparisons, quantile, seededRandom, skillRatings, type SkillRatings } from '../src/index.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/skill-ratings.json', import.meta.url), 'utf8')) as {
  votes: [number, number, number][];
  default: [number, number][];
  drifting: [number, number][];
};
const queue: Comparisons = {
  players: 3,
  left: oracle.votes.map((vote) => vote[0]),
  right: oracle.votes.map((vote) => vote[1]),
  outcome: oracle.votes.map((vote) => vote[2]),
};

function rated(result: ReturnType<typeof skillRatings>): SkillRatings {
  if ('players' in result) return result;
  throw new Error(result.detail);
}

describe('skill ratings', () => {
  test.each([
    ['default', {}],
    ['drifting', { mu: 1500, sigma: 300, beta: 200, tau: 20 }],
  ] as const)('follow Weng and Lin’s algorithm 1 as written in the paper: %s', (name, options) => {
    const { players } = rated(skillRatings(queue, options));
    players.forEach(({ mu, sigma, ordinal }, i) => {
      expect(mu).toBeCloseTo(oracle[name][i]![0], 9);
      expect(sigma).toBeCloseTo(oracle[name][i]![1], 9);
      expect(ordinal).toBeCloseTo(mu - 3 * sigma, 9);
    });
    expect(players.map(({ n }) => n)).toEqual([5, 5, 4]);
  });

  test('the first win moves mu to 27.635 and sigma to 8.066, as OpenSkill’s documentation prints', () => {
    const { players } = rated(skillRatings({ players: 2, left: [0], right: [1], outcome: [1] }));
    expect(players[0]).toMatchObject({ mu: 27.63523138347365, sigma: 8.065506316323548 });
    expect(players[1]).toMatchObject({ mu: expect.closeTo(22.36476861652635, 12), sigma: 8.065506316323548 });
  });

  test('depend on the order of the votes, which the notes and the shuffled orders say', () => {
    const turned = { ...queue, left: queue.left, right: queue.right, outcome: queue.outcome };
    const backwards = {
      ...turned,
      left: Array.from(queue.left).toReversed(),
      right: Array.from(queue.right).toReversed(),
      outcome: Array.from(queue.outcome).toReversed(),
    };
    const [there, back] = [rated(skillRatings(queue)), rated(skillRatings(backwards))];
    expect(there.players[0]!.mu).not.toBeCloseTo(back.players[0]!.mu, 3);
    expect(there.notes).toEqual(['the ratings depend on the order of the votes; sigma is no standard error']);
    const random = seededRandom(1);
    const { players } = rated(skillRatings(queue, { orders: 50, random }));
    for (const { shuffled } of players) {
      expect(shuffled!.range[0]).toBeLessThan(shuffled!.median);
      expect(shuffled!.median).toBeLessThan(shuffled!.range[1]);
    }
    const wide = rated(skillRatings(queue, { orders: 50, random, level: 0.9 })).players[0]!.shuffled!;
    expect(wide.median).toBe(players[0]!.shuffled!.median);
    expect(wide.range[0]).toBeLessThan(players[0]!.shuffled!.range[0]);
    expect(rated(skillRatings(queue)).players[0]).not.toHaveProperty('shuffled');
  });

  test('the range over orders is the quantile of mu over them', () => {
    const one = rated(skillRatings(queue, { orders: 1, random: seededRandom(2) })).players[1]!.shuffled!;
    expect(one.range).toEqual([one.median, one.median]);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  });

  test('leave out what is no vote, and count it', () => {
    const { n, notes, players } = rated(
      skillRatings({
        players: 3,
        left: [0, 0, 1, 0],
        right: [1, 1, 1, 1],
        outcome: [1, NaN, 1, 0],
        weights: [1, 1, 1, 0],
      }),
    );
    expect(n).toBe(1);
    expect(notes.slice(1)).toEqual([
      '1 votes without a verdict were left out',
      '1 votes of a player against itself were left out',
    ]);
    expect(players[2]).toEqual({ mu: 25, sigma: 25 / 3, ordinal: 0, n: 0 });
    expect(players[0]!.mu - 25).toBeCloseTo(25 - players[1]!.mu, 9);
  });

  test('nothing to rate', () => {
    expect(skillRatings({ players: 2, left: [], right: [], outcome: [] })).toEqual({
      value: null,
      reason: 'no-data',
      detail: 'needs a vote between two players',
      n: 0,
      method: 'OpenSkill, Weng-Lin',
    });
  });

  test.each([
    [
      'a soft preference',
      { ...queue, outcome: [1, 0.7, 0, 1, 1, 1, 1] },
      {},
      'outcome[1] must be 0, 0.5, 1 or NaN where votes come one by one, found 0.7',
    ],
    [
      'a weight of 2',
      { ...queue, weights: [1, 1, 2, 1, 1, 1, 1] },
      {},
      'weights[2] must be 0 or 1 where votes come one by one, found 2',
    ],
    ['orders without randomness', queue, { orders: 3 }, 'orders needs `random`'],
    ['orders that are no count', queue, { orders: -1 }, 'orders must be a count, found -1'],
    ['a sigma of 0', queue, { sigma: 0 }, 'sigma must be positive and finite, found 0'],
    ['a beta that is infinite', queue, { beta: Infinity }, 'beta must be positive and finite, found Infinity'],
    ['a mu of 0', queue, { mu: 0 }, 'mu must be positive and finite, found 0'],
    ['a negative tau', queue, { tau: -1 }, 'tau must be 0 or more and finite, found -1'],
    ['a level of 1', queue, { level: 1 }, 'level must lie in (0, 1), found 1'],
    [
      'a player who is none',
      { ...queue, left: [0, 1, 5, 2, 0, 1, 2] },
      {},
      'left[2] must be a player, 0 to 2, found 5',
    ],
  ])('%s is refused', (_, comparisons, options, message) => {
    expect(() => skillRatings(comparisons, options)).toThrow(new RangeError(message));
  });
});
