import { type Comparisons, type Tally, tally } from './comparisons.ts';
import { refusal, tallyNotes } from './bradley-terry.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isSeparated } from './tie-models.ts';
import { type PairCounts, pairCounts } from './pair-counts.ts';
import type { Disconnected } from './ranking-fit.ts';
import type { Ranking } from './win-rate.ts';

export type SweepOptions = {
  /** The sweeps stop when the worths move by less (Euclidean). Default 1e-12; evalica's is 1e-6. */
  tolerance?: number | undefined;
  /** Most sweeps. */
  sweeps?: number | undefined;
};

/** Worths by Newman's model of ties. `tie` is his v: Davidson's ν / 2. */
export type NewmanRanking = Ranking & { tie: number };

/** For every player its opponents with votes over (`wins`), under (`losses`) and ties, a tie not split. */
type Opponents = {
  start: Uint32Array;
  other: Uint32Array;
  wins: Float64Array;
  losses: Float64Array;
  ties: Float64Array;
};

function opponentsOf({ players, first, second, wins, losses, ties }: Tally): Opponents {
  const start = new Uint32Array(players + 1);
  for (const side of [first, second]) for (const player of side) start[player + 1]!++;
  for (let i = 0; i < players; i++) start[i + 1] = start[i + 1]! + start[i]!;
  const next = start.slice();
  const size = 2 * first.length;
  const result = {
    start,
    other: new Uint32Array(size),
    wins: new Float64Array(size),
    losses: new Float64Array(size),
    ties: new Float64Array(size),
  };
  // Pairs are in ascending order, so filling seconds first leaves each player's opponents ascending too.
  const put = (player: number, other: number, won: number, lost: number, tied: number): void => {
    const at = next[player]!++;
    result.other[at] = other;
    result.wins[at] = won;
    result.losses[at] = lost;
    result.ties[at] = tied;
  };
  for (let e = 0; e < first.length; e++) put(second[e]!, first[e]!, losses[e]!, wins[e]!, ties[e]!);
  for (let e = 0; e < first.length; e++) put(first[e]!, second[e]!, wins[e]!, losses[e]!, ties[e]!);
  return result;
}

function checkSweeps({ tolerance = 1e-12, sweeps }: SweepOptions, most: number): { tolerance: number; sweeps: number } {
  const limit = sweeps ?? most;
  if (!(tolerance > 0 && tolerance < Infinity)) throw new RangeError(`tolerance must be positive, found ${tolerance}`);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`sweeps must be 1 or more, found ${limit}`);
  return { tolerance, sweeps: limit };
}

function distance(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(total);
}

function divideByGeometricMean(worth: Float64Array): void {
  let log = 0;
  for (const x of worth) log += Math.log(x);
  const mean = Math.exp(log / worth.length);
  for (let i = 0; i < worth.length; i++) worth[i]! /= mean;
}

function begin(
  comparisons: Comparisons,
  method: string,
): { counted: Tally; pairs: PairCounts } | Undetermined | Disconnected {
  const counted = tally(comparisons);
  const pairs = pairCounts(counted);
  return refusal(pairs, counted.n, 0, method) ?? { counted, pairs };
}

/**
 * Bradley-Terry worths by Newman's sweeps, a tie as half a win to each: evalica's `bradley_terry`.
 *
 *     πi ← Σ_j M_ij πj / (πi + πj)  /  Σ_j M_ji / (πi + πj)      one player after the other
 *
 * Converges to the same as `bradleyTerry` (worth = e^score, here scaled to sum 1), which is faster and has standard
 * errors; this one reprints other tools' tables. Newman 2023, Journal of Machine Learning Research 24.
 *
 * @param options.sweeps default 10,000; evalica's is 100
 * @returns worths that sum to 1; `no-data`; `not-identified` with the parts
 * @throws RangeError for votes that are none (see `tally`), or settings that are none
 * @example
 * newmanBradleyTerry({ players: 2, left: [0, 0, 0, 0], right: [1, 1, 1, 1], outcome: [1, 1, 1, 0] }).value; // 0.75, 0.25
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function newmanBradleyTerry(
  comparisons: Comparisons,
  options: SweepOptions = {},
): Ranking | Undetermined | Disconnected {
  const method = 'Bradley-Terry, Newman sweeps';
  const { tolerance, sweeps } = checkSweeps(options, 10_000);
  const started = begin(comparisons, method);
  if ('value' in started) return started;
  const { counted } = started;
  const { start, other, wins, losses, ties } = opponentsOf(counted);
  const { players, n } = counted;
  const worth = new Float64Array(players).fill(1);
  let [iterations, converged] = [0, false];
  while (!converged && iterations < sweeps) {
    const before = worth.slice();
    for (let i = 0; i < players; i++) {
      let [over, under] = [0, 0];
      for (let k = start[i]!; k < start[i + 1]!; k++) {
        const rival = worth[other[k]!]!;
        const both = worth[i]! + rival;
        over += ((wins[k]! + ties[k]! / 2) * rival) / both;
        under += (losses[k]! + ties[k]! / 2) / both;
      }
      worth[i] = over / under;
    }
    divideByGeometricMean(worth);
    iterations++;
    converged = distance(worth, before) < tolerance;
  }
  const total = worth.reduce((a, b) => a + b, 0);
  const notes = tallyNotes(counted);
  if (!converged) notes.push(`did not converge in ${iterations} sweeps`);
  return withNotes({ value: worth.map((x) => x / total), n, iterations, converged, method }, notes);
}

/**
 * Worths and readiness to tie by Newman's model: evalica's `newman`.
 *
 *     P(i beats j)  πi / D      P(tie)  2v √(πi πj) / D      D = πi + πj + 2v √(πi πj)
 *
 * This is Davidson's model with ν = 2v; `davidson` fits it with standard errors. The common scale of the worths is not
 * identified: as evalica does, the sweeps start from ones and do not scale, unless `scale` is 'geometric-mean'.
 *
 * @param options.sweeps default 10,000. Evalica's default of 100 may stop early
 * @param options.scale 'as-is' (default) or 'geometric-mean', which makes the worths' geometric mean 1
 * @returns worths, and `tie` = v; `no-data`; `not-identified` with the parts, or where wins form no circle
 * @throws RangeError for votes that are none (see `tally`), a soft preference, or settings that are none
 * @example
 * newman(votes).tie; // v
 * @see https://github.com/assize/assize/blob/main/docs/stats/ties-in-rankings.md
 */
export function newman(
  comparisons: Comparisons,
  { scale = 'as-is', ...options }: SweepOptions & { scale?: 'as-is' | 'geometric-mean' | undefined } = {},
): NewmanRanking | Undetermined | Disconnected {
  const method = 'Newman, ties';
  const { tolerance, sweeps } = checkSweeps(options, 10_000);
  const started = begin(comparisons, method);
  if ('value' in started) return started;
  const { counted } = started;
  const { players, n, ties: tied } = counted;
  if (tied.some((count) => count > 0) && isSeparated(counted)) {
    const detail = 'worths and tie parameter could grow together without end: the wins form no circle';
    return undetermined('not-identified', detail, n, method);
  }
  const { start, other, wins, losses, ties } = opponentsOf(counted);
  let worth = new Float64Array(players).fill(1);
  let v = 0.5;
  let [iterations, converged] = [0, false];
  while (!converged && iterations < sweeps) {
    const next = new Float64Array(players);
    let [even, decided] = [0, 0];
    for (let i = 0; i < players; i++) {
      let [over, under] = [0, 0];
      for (let k = start[i]!; k < start[i + 1]!; k++) {
        const [own, rival] = [worth[i]!, worth[other[k]!]!];
        const root = Math.sqrt(own * rival);
        const all = own + rival + 2 * v * root;
        const half = ties[k]! / 2;
        over += ((wins[k]! + half) * (rival + v * root)) / all;
        under += ((losses[k]! + half) * (1 + v * Math.sqrt(rival / own))) / all;
        even += (ties[k]! * (own + rival)) / all;
        decided += (wins[k]! * root) / all;
      }
      next[i] = over / under;
    }
    v = even / 2 / (2 * decided);
    iterations++;
    converged = distance(next, worth) < tolerance;
    worth = next;
  }
  if (scale === 'geometric-mean') divideByGeometricMean(worth);
  const notes = tallyNotes(counted);
  if (!converged) notes.push(`did not converge in ${iterations} sweeps`);
  return withNotes({ value: worth, tie: v, n, iterations, converged, method }, notes);
}
