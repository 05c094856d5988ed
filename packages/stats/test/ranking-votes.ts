import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Comparisons, seededRandom } from '../src/index.ts';

type Fit = {
  parameters: number[];
  log_likelihood: number;
  model: number[];
  rows: number[];
  clustered: number[];
  reduced: number[];
  clustered_covariance_01: number;
};
type Made = { players: number } & Record<'left' | 'right' | 'outcome' | 'weights' | 'clusters' | 'soft', number[]> & {
    style: [number, number][];
  } & Record<
    'plain' | 'weighted' | 'softened' | 'ridge' | 'context' | 'context_ridge' | 'davidson' | 'rao_kupper',
    Fit
  > &
  Record<'rank_centrality' | 'pagerank' | 'eigen_winners' | 'eigen_losers', number[]>;

/** 150 random votes of 6 players with what SciPy and NumPy make of them (bradley-terry.py). */
export const made = JSON.parse(readFileSync(new URL('fixtures/bradley-terry.json', import.meta.url), 'utf8')) as Made;

export const madeVotes: Comparisons = {
  players: made.players,
  left: made.left,
  right: made.right,
  outcome: made.outcome,
};

/** Votes written as "winner loser", or "a=b" for a tie. */
export function votes(players: number, ...lines: string[]): Comparisons {
  const parsed = lines.map((line) => /^(\d+)([>=])(\d+)$/.exec(line)!);
  return {
    players,
    left: parsed.map((match) => Number(match[1])),
    right: parsed.map((match) => Number(match[3])),
    outcome: parsed.map((match) => (match[2] === '>' ? 1 : 0.5)),
  };
}

/** The same line so many times. */
export function times(count: number, line: string): string[] {
  return Array.from({ length: count }, () => line);
}

/** Votes of any kind: gaps, self-pairs, soft preferences, ties. */
export const anyVotes: fc.Arbitrary<Comparisons> = fc
  .record({
    players: fc.integer({ min: 1, max: 6 }),
    rows: fc.array(
      fc.record({
        left: fc.nat(),
        right: fc.nat(),
        outcome: fc.constantFrom(0, 0, 0.5, 1, 1, 0.25, NaN),
        weight: fc.constantFrom(0, 1, 1, 2.5),
      }),
      { maxLength: 40 },
    ),
  })
  .map(({ players, rows }) => ({
    players,
    left: rows.map(({ left }) => left % players),
    right: rows.map(({ right }) => right % players),
    outcome: rows.map(({ outcome }) => outcome),
    weights: rows.map(({ weight }) => weight),
  }));

/** Votes that connect all players: a round in which each beats each once, and a dozen more. */
export const connectedVotes: fc.Arbitrary<Comparisons> = fc
  .record({
    players: fc.integer({ min: 2, max: 6 }),
    rows: fc.array(fc.record({ left: fc.nat(), shift: fc.nat(), outcome: fc.constantFrom(0, 0.5, 1) }), {
      maxLength: 30,
    }),
  })
  .map(({ players, rows }) => {
    const [left, right, outcome]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < players; i++) {
      for (let j = 0; j < players; j++) {
        if (i === j) continue;
        left.push(i);
        right.push(j);
        outcome.push(1);
      }
    }
    for (const row of rows) {
      left.push(row.left % players);
      right.push((row.left + 1 + (row.shift % (players - 1))) % players);
      outcome.push(row.outcome);
    }
    return { players, left, right, outcome };
  });

/** Votes drawn from Bradley-Terry with the given scores. */
export function drawnVotes(theta: readonly number[], n: number, seed: string): Comparisons {
  const random = seededRandom(seed);
  const players = theta.length;
  const [left, right, outcome] = [new Uint32Array(n), new Uint32Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    left[i] = Math.floor(random.next() * players);
    right[i] = (left[i]! + 1 + Math.floor(random.next() * (players - 1))) % players;
    outcome[i] = random.next() < 1 / (1 + Math.exp(theta[right[i]!]! - theta[left[i]!]!)) ? 1 : 0;
  }
  return { players, left, right, outcome };
}

/** A result that has a value. */
export function known<T>(result: T): Exclude<T, { value: null }> {
  if (typeof result === 'object' && result !== null && 'reason' in result) throw new Error(JSON.stringify(result));
  return result as Exclude<T, { value: null }>;
}
