import {
  bootstrapBradleyTerry,
  bradleyTerry,
  type Comparisons,
  elo,
  newman,
  newmanBradleyTerry,
  seededRandom,
  tally,
} from '@assize/stats';

import type { BenchArrays } from './bench-arrays.ts';
import type { Workload } from './workload.ts';

const votes = 1_000_000;

function comparisons(players: number, ties: number): Comparisons & Record<'left' | 'right' | 'outcome', Float64Array> {
  const source = seededRandom('bench votes');
  const strength = Float64Array.from({ length: players }, () => 3 * source.next() - 1.5);
  const [left, right, outcome] = [new Float64Array(votes), new Float64Array(votes), new Float64Array(votes)];
  for (let i = 0; i < votes; i += 1) {
    const a = Math.floor(players * source.next());
    const b = (a + 1 + Math.floor((players - 1) * source.next())) % players;
    left[i] = a;
    right[i] = b;
    const better = 1 / (1 + Math.exp((strength[b] ?? 0) - (strength[a] ?? 0)));
    outcome[i] = source.next() < ties ? 0.5 : Number(source.next() < better);
  }
  return { players, left, right, outcome };
}

/** The votes of a table without ties by pair, as our rows (winner, loser, times) and as the reference's arrays. */
function countsByPair(given: Comparisons): { rows: Comparisons; files: Record<string, Float64Array> } {
  const { first: above, second: below, wins, losses, players } = tally(given);
  const [left, right, weights]: [number[], number[], number[]] = [[], [], []];
  for (const [e, a] of above.entries()) {
    const b = below[e] ?? 0;
    left.push(a, b);
    right.push(b, a);
    weights.push(wins[e] ?? 0, losses[e] ?? 0);
  }
  const outcome = new Float64Array(left.length).fill(1);
  const [winner, loser] = [Float64Array.from(left), Float64Array.from(right)];
  return {
    rows: { players, left: winner, right: loser, outcome, weights: Float64Array.from(weights) },
    files: { first: Float64Array.from(above), second: Float64Array.from(below), above: wins, below: losses },
  };
}

/** Newton converges past the reference's gradient: its norm counts as 0. */
const convergedGradient = 0;
/** Scores and errors agree as far as the reference's fit goes; the last number is the length of its gradient. */
const scoresAndGradient = (theirs: readonly number[]): number[] =>
  theirs.map((_, i) => (i === theirs.length - 1 ? 1e-2 : 1e-5));

type Fit = { value: Float64Array | number[] | null; se?: Float64Array | null };

function first({ value }: Fit): number[] {
  if (value === null) throw new Error('the ranking was refused');
  return Array.from(value.slice(0, 20));
}

/** Logarithms with mean 0, of the first twenty. */
function logs({ value }: Fit): number[] {
  if (value === null) throw new Error('the ranking was refused');
  const all = Array.from(value, (worth) => Math.log(worth));
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return all.slice(0, 20).map((worth) => worth - mean);
}

export function rankingWorkloads(arrays: BenchArrays): Workload[] {
  const decided = comparisons(1000, 0);
  const tied = comparisons(100, 0.1);
  const reference = (call: string, given: typeof decided): Workload['reference'] => {
    const { left, right, outcome, players } = given;
    return { tool: 'python', call, files: arrays.files({ left, right, outcome }), settings: { players } };
  };
  const counted = countsByPair(decided);
  const withErrors = (errors: 'model' | 'sandwich', work: string): Workload => ({
    id: `bradley-terry-${errors}`,
    what: `Bradley-Terry with ${errors} errors, 1,000 players, from 10^6 votes, all in all: both count votes by pair (NumPy bincount there), fit (SciPy L-BFGS to a gradient of 1e-3 there) and take the ${work}`,
    most: 0.6,
    ours: () => {
      const fit = bradleyTerry(decided, { errors });
      if (fit.value === null || fit.se === null) throw new Error('Bradley-Terry was refused');
      return [...first(fit), ...fit.se.slice(0, 20), convergedGradient];
    },
    reference: {
      tool: 'python',
      call: 'bradley_terry',
      files: arrays.files({ left: decided.left, right: decided.right, outcome: decided.outcome }),
      settings: { players: decided.players, errors },
    },
    tolerance: scoresAndGradient,
  });
  const refits = 20;
  return [
    {
      id: 'bradley-terry-fit',
      what: 'Bradley-Terry scores alone from counts of 10^6 votes by pair, 1,000 players: ours reads a row for each winner and loser with its weight and tallies, SciPy L-BFGS to a gradient of 1e-3 has its arrays ready (limit some 30 ms)',
      most: 0.6,
      ours: () => [...first(bradleyTerry(counted.rows, { errors: 'none' })), convergedGradient],
      reference: {
        tool: 'python',
        call: 'bradley_terry_fit',
        files: arrays.files(counted.files),
        settings: { players: decided.players },
      },
      tolerance: scoresAndGradient,
    },
    withErrors('model', 'inverse of the information (NumPy inverse there)'),
    withErrors('sandwich', 'inverse and the two products of the sandwich (NumPy inverse and matrix products there)'),
    {
      id: 'bradley-terry-refit',
      what: `a warm bootstrap refit beside the whole fit, 1,000 players, 10^6 votes, mean of ${refits}`,
      most: 0.3,
      times: refits,
      ours: () => {
        bootstrapBradleyTerry(decided, { random: seededRandom(1), replicates: refits });
        return [];
      },
      reference: {
        ours: () => {
          bradleyTerry(decided);
          return [];
        },
      },
      tolerance: 0,
    },
    {
      id: 'bradley-terry-evalica',
      what: 'Bradley-Terry scores, 100 players, 10^6 votes; evalica (Rust) to 1e-9',
      most: 1,
      ours: () => first(bradleyTerry(tied, { errors: 'none' })),
      reference: reference('evalica_bradley_terry', tied),
      tolerance: 1e-5,
    },
    {
      id: 'newman-evalica',
      what: 'Newman with ties, 100 players, 10^6 votes; evalica (Rust), both to 1e-9',
      most: 1,
      ours: () => logs(newman(tied, { tolerance: 1e-9 })),
      reference: reference('evalica_newman', tied),
      tolerance: 1e-5,
    },
    {
      id: 'newman-sweeps-evalica',
      what: "Bradley-Terry by Newman's sweeps, 100 players, 10^6 votes; evalica (Rust), both to 1e-9",
      most: 1,
      ours: () => logs(newmanBradleyTerry(tied, { tolerance: 1e-9 })),
      reference: reference('evalica_bradley_terry', tied),
      tolerance: 1e-5,
    },
    {
      id: 'elo-evalica',
      what: 'Elo, 100 players, 10^6 votes; evalica (Rust) (limit some 20 ms: one power a vote)',
      most: 1,
      ours: () => first(elo(tied)),
      reference: reference('evalica_elo', tied),
      tolerance: 1e-9,
    },
  ];
}
