import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Comparisons, seededRandom, tally } from '../src/index.ts';
import { anyVotes, votes } from './ranking-votes.ts';

test('votes are counted by pair, the lower player first', () => {
  const counted = tally({
    players: 3,
    left: [0, 1, 0, 2, 2, 1],
    right: [1, 0, 1, 2, 0, 2],
    outcome: [1, 0, 0.5, 1, 0.25, NaN],
  });
  expect(counted).toEqual({
    players: 3,
    n: 4,
    missing: 1,
    selfPairs: 1,
    first: Uint32Array.of(0, 0),
    second: Uint32Array.of(1, 2),
    wins: Float64Array.of(2, 0.75),
    losses: Float64Array.of(0, 0.25),
    ties: Float64Array.of(1, 0),
  });
});

test('a weight says how many votes a row stands for', () => {
  const counted = tally({
    players: 2,
    left: [0, 1, 0, 0],
    right: [1, 0, 1, 1],
    outcome: [1, 1, 0.5, 0.75],
    weights: [3, 2, 4, 8],
  });
  expect([counted.wins, counted.losses, counted.ties]).toEqual([[9], [4], [4]].map((x) => Float64Array.from(x)));
  expect(counted.n).toBe(4);
});

test('a pair whose votes all have weight 0 was not compared', () => {
  const counted = tally({ players: 3, left: [0, 1], right: [1, 2], outcome: [1, 1], weights: [0, 1] });
  expect([...counted.first, ...counted.second]).toEqual([1, 2]);
  expect(counted.n).toBe(2);
});

test('a vote of a player against itself is left out even without a verdict', () => {
  expect(tally({ players: 1, left: [0], right: [0], outcome: [NaN] })).toMatchObject({
    n: 0,
    missing: 0,
    selfPairs: 1,
  });
});

describe('what is no vote is refused by place and value', () => {
  const good: Comparisons = { players: 2, left: [0, 1], right: [1, 0], outcome: [1, 0], weights: [1, 1] };
  test.each<[string, Partial<Comparisons>, string]>([
    ['players', { players: 1.5 }, 'players must be a count, found 1.5'],
    ['negative players', { players: -1 }, 'players must be a count, found -1'],
    ['short left', { left: [0] }, 'left has 1 entries, outcome has 2'],
    ['short right', { right: [0] }, 'right has 1 entries, outcome has 2'],
    ['short weights', { weights: [0] }, 'weights has 1 entries, outcome has 2'],
    ['left', { left: [0, 2] }, 'left[1] must be a player, 0 to 1, found 2'],
    ['fraction', { left: [0.5, 1] }, 'left[0] must be a player, 0 to 1, found 0.5'],
    ['no player', { left: [NaN, 1] }, 'left[0] must be a player, 0 to 1, found NaN'],
    ['right', { right: [1, -1] }, 'right[1] must be a player, 0 to 1, found -1'],
    ['far right', { right: [1, 2] }, 'right[1] must be a player, 0 to 1, found 2'],
    ['high outcome', { outcome: [1, 1.01] }, 'outcome[1] must lie in [0, 1] or be NaN for no verdict, found 1.01'],
    ['low outcome', { outcome: [-0.5, 0] }, 'outcome[0] must lie in [0, 1] or be NaN for no verdict, found -0.5'],
    ['negative weight', { weights: [1, -1] }, 'weights[1] must be 0 or more and finite, found -1'],
    ['endless weight', { weights: [Infinity, 1] }, 'weights[0] must be 0 or more and finite, found Infinity'],
    ['no weight', { weights: [NaN, 1] }, 'weights[0] must be 0 or more and finite, found NaN'],
  ])('%s', (_, change, message) => {
    expect(() => tally({ ...good, ...change })).toThrow(new RangeError(message));
    // With many players pairs are kept another way: the same is refused there.
    if (change.players === undefined) {
      const far = message.replaceAll('0 to 1', '0 to 4999').replace(/found 2$/, 'found 5000');
      const moved = { ...good, ...change, players: 5000 };
      for (const side of ['left', 'right'] as const) moved[side] = Array.from(moved[side], (x) => (x === 2 ? 5000 : x));
      expect(() => tally(moved)).toThrow(new RangeError(far));
    }
  });
});

test('many players are counted as few are', () => {
  const random = seededRandom(3);
  const n = 6000;
  const small = {
    players: 2048,
    left: Uint32Array.from({ length: n }, () => random.next() * 60),
    right: Uint32Array.from({ length: n }, () => random.next() * 60),
    outcome: Float64Array.from({ length: n }, () => [0, 0.5, 1, 0.3, NaN][Math.floor(random.next() * 5)]!),
  };
  const dense = tally(small);
  const sparse = tally({ ...small, players: 2049 });
  expect({ ...sparse, players: 2048 }).toEqual({
    ...dense,
    wins: expect.anything(),
    losses: expect.anything(),
  });
  sparse.wins.forEach((w, e) => expect(w).toBeCloseTo(dense.wins[e]!, 10));
  sparse.losses.forEach((w, e) => expect(w).toBeCloseTo(dense.losses[e]!, 10));
});

test('counting agrees with looking at one vote after the other', () => {
  fc.assert(
    fc.property(anyVotes, (all) => {
      const counted = tally(all);
      const seen = new Map<string, number[]>();
      let [missing, selfPairs] = [0, 0];
      Array.from(all.outcome).forEach((value, i) => {
        const [a, b] = [all.left[i]!, all.right[i]!];
        if (a === b) selfPairs++;
        else if (Number.isNaN(value)) missing++;
        else {
          const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
          const cell = seen.get(key) ?? [0, 0, 0];
          const weight = all.weights![i]!;
          const share = a < b ? value : 1 - value;
          if (value === 0.5) cell[2]! += weight;
          else {
            cell[0]! += weight * share;
            cell[1]! += weight * (1 - share);
          }
          seen.set(key, cell);
        }
      });
      expect(counted).toMatchObject({ missing, selfPairs, n: all.outcome.length - missing - selfPairs });
      const found = Array.from(counted.first, (i, e) => [
        `${i} ${counted.second[e]}`,
        [counted.wins[e], counted.losses[e], counted.ties[e]],
      ]);
      const wanted = [...seen].filter(([, cell]) => cell.some((x) => x > 0)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(found).toEqual(wanted);
    }),
    { seed: 42 },
  );
});

test('no votes give no pairs', () => {
  expect(tally(votes(4)).first.length).toBe(0);
  expect(tally({ players: 0, left: [], right: [], outcome: [] })).toMatchObject({ players: 0, n: 0 });
});

test('whole votes are counted as they are with a weight of 1, and as they are before a soft preference', () => {
  const source = seededRandom('whole votes');
  const count = 500;
  const column = (levels: number) => Array.from({ length: count }, () => Math.floor(levels * source.next()));
  const [left, right] = [column(6), column(6)];
  const outcome = column(4).map((code) => [0, 0.5, 1, Number.NaN][code]!);
  const whole = tally({ players: 6, left, right, outcome });
  expect(whole).toEqual(tally({ players: 6, left, right, outcome, weights: outcome.map(() => 1) }));
  const soft = tally({ players: 7, left: [...left, 5], right: [...right, 6], outcome: [...outcome, 0.25] });
  expect(Array.from(soft.wins)).toEqual([...whole.wins, 0.25]);
  expect(Array.from(soft.losses)).toEqual([...whole.losses, 0.75]);
  expect(soft).toMatchObject({ n: whole.n + 1, missing: whole.missing, selfPairs: whole.selfPairs });
});

test('of a player against itself the outcome is checked as any other', () => {
  const own = (outcome: number) => () => tally({ players: 1, left: [0], right: [0], outcome: [outcome] });
  expect(own(1.5)).toThrow('outcome[0] must lie in [0, 1] or be NaN for no verdict, found 1.5');
  expect(own(-0.5)).toThrow('outcome[0] must lie in [0, 1] or be NaN for no verdict, found -0.5');
});
