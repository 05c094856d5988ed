import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type HodgeRank, hodgeRank } from '../src/index.ts';
import { sound } from './sound.ts';

type Case = {
  name: string;
  players: number;
  votes: [number, number, number][];
  flow: 'logit' | 'mean';
  weighting: 'votes' | 'equal';
  expected: { potential: number[]; total: number; gradient: number; curl: number; harmonic: number; triangles: number };
};
const oracle = JSON.parse(readFileSync(new URL('fixtures/hodge-rank.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

function split(result: ReturnType<typeof hodgeRank>): HodgeRank {
  if ('energy' in result) return result;
  throw new Error(result.detail);
}

const columns = (votes: readonly (readonly [number, number, number])[]) => ({
  left: votes.map((vote) => vote[0]),
  right: votes.map((vote) => vote[1]),
  outcome: votes.map((vote) => vote[2]),
});

describe('against dense least squares (NumPy)', () => {
  test.each(oracle.cases)('$name', ({ players, votes, flow, weighting, expected }) => {
    const found = split(hodgeRank({ players, ...columns(votes) }, { flow, weighting }));
    for (let i = 0; i < players; i++) expect(found.potential[i]).toBeCloseTo(expected.potential[i]!, 10);
    for (const part of ['total', 'gradient', 'curl', 'harmonic'] as const) {
      expect(found.energy[part]).toBeCloseTo(expected[part], 9);
    }
    expect(found.inconsistent).toBeCloseTo(1 - expected.gradient / expected.total, 10);
    expect(found.triangles).toBe(expected.triangles);
    expect(found.pairs).toBe(new Set(votes.map(([a, b]) => `${Math.min(a, b)},${Math.max(a, b)}`)).size);
  });
});

test('a circle of three is all curl, of four all harmonic, a line all gradient', () => {
  const round = (n: number) => Array.from({ length: n }, (_, i) => [i, (i + 1) % n, 1] as const);
  const three = split(hodgeRank({ players: 3, ...columns(round(3)) }));
  // Three flows of ln(1.5 / 0.5).
  expect(three.energy.total).toBeCloseTo(3 * Math.log(3) ** 2, 12);
  expect(three.energy).toMatchObject({ harmonic: 0, curl: expect.closeTo(three.energy.total, 12) });
  expect(three.inconsistent).toBeCloseTo(1, 12);
  const four = split(hodgeRank({ players: 4, ...columns(round(4)) }));
  expect(four.energy).toMatchObject({ curl: 0, harmonic: expect.closeTo(four.energy.total, 12) });
  const line = split(
    hodgeRank({
      players: 3,
      ...columns([
        [0, 1, 1],
        [1, 2, 1],
      ]),
    }),
  );
  expect(line).toMatchObject({ inconsistent: 0, energy: { curl: 0, harmonic: 0 } });
  expect(line.potential[0]! - line.potential[2]!).toBeCloseTo(2 * Math.log(3), 12);
  expect(line.method).toBe('HodgeRank, logit flow, weighted by votes');
});

test('parts that never met are each about 0', () => {
  const found = split(
    hodgeRank(
      {
        players: 5,
        ...columns([
          [0, 1, 1],
          [3, 2, 1],
        ]),
      },
      { flow: 'mean' },
    ),
  );
  expect([...found.potential].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([0.5, -0.5, -0.5, 0.5, 0]);
});

test('the parts add up, turning all votes turns the ranking, and nothing is NaN', () => {
  const vote = fc.tuple(fc.nat(4), fc.nat(4), fc.constantFrom(0, 0.5, 1, NaN));
  fc.assert(
    fc.property(fc.array(vote, { maxLength: 30 }), fc.constantFrom('logit', 'mean' as const), (votes, flow) => {
      const found = hodgeRank({ players: 5, ...columns(votes) }, { flow: flow as 'mean' });
      sound(found, 'hodge');
      if (!('energy' in found)) return;
      const { total, gradient, curl, harmonic } = found.energy;
      expect(gradient + curl + harmonic).toBeCloseTo(total, 9);
      for (const part of [gradient, curl, harmonic]) expect(part).toBeGreaterThanOrEqual(0);
      const turned = split(
        hodgeRank(
          { players: 5, ...columns(votes.map(([a, b, y]) => [a, b, 1 - y] as const)) },
          { flow: flow as 'mean' },
        ),
      );
      for (let i = 0; i < 5; i++) expect(turned.potential[i]).toBeCloseTo(-found.potential[i]!, 9);
    }),
    { seed: 42, numRuns: 100 },
  );
});

test('what cannot be split is said', () => {
  expect(hodgeRank({ players: 2, left: [0], right: [0], outcome: [1] })).toMatchObject({
    value: null,
    reason: 'no-data',
    n: 0,
  });
  expect(hodgeRank({ players: 2, left: [0, 0], right: [1, 1], outcome: [1, 0] })).toMatchObject({
    value: null,
    reason: 'zero-variance',
    detail: 'every pair is even: there is nothing to split',
  });
  const found = split(hodgeRank({ players: 2, left: [0, 0, 0], right: [1, 1, 0], outcome: [1, NaN, 1] }));
  expect(found.notes).toEqual([
    'no interval: the noise of the votes is part of curl and harmonic',
    '1 votes without a verdict were left out',
    '1 votes of a player against itself were left out',
  ]);
  expect(() => hodgeRank({ players: 4001, left: [], right: [], outcome: [] })).toThrow(
    new RangeError('players must be 4000 at most, found 4001'),
  );
});
