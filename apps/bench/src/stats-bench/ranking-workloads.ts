import {
  bootstrapBradleyTerry,
  bradleyTerry,
  type Comparisons,
  elo,
  newman,
  newmanBradleyTerry,
  seededRandom,
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
  const refits = 20;
  return [
    {
      id: 'bradley-terry',
      what: 'Bradley-Terry with sandwich errors, 1,000 players, 10^6 votes; SciPy L-BFGS to a gradient of 1e-3 and NumPy inverse (limit some 100 ms for the fit; the inverse takes 10^9 multiplications)',
      most: 0.6,
      ours: () => {
        const fit = bradleyTerry(decided);
        if (fit.value === null || fit.se === null) throw new Error('Bradley-Terry was refused');
        // Newton converges past the reference's gradient: its norm counts as 0.
        return [...first(fit), ...fit.se.slice(0, 20), 0];
      },
      reference: reference('bradley_terry', decided),
      tolerance: (theirs) => theirs.map((_, i) => (i === theirs.length - 1 ? 1e-2 : 1e-5)),
    },
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
