import { binomialPmf } from '../numerics/binomial.ts';
import type { Random } from '../random/random.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { tallyNotes } from './bradley-terry.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { logistic } from '../numerics/logistic.ts';
import { componentsOf, isStronglyConnected, type PairCounts } from './pair-counts.ts';
import { fitPairs } from './pair-fit.ts';

export type LackOfFitOptions = {
  random: Random;
  /** 999. */
  replicates?: number | undefined;
  /** Pairs with fewer decisive votes do not enter the statistic; 5. */
  fewest?: number | undefined;
};

export type LackOfFit = TestResult & {
  /** X² over the pairs that count. */
  statistic: number;
  /** Pairs that count. */
  pairs: number;
  /** The pair that departs most: its players, standardised residual, votes and what the model expects. */
  worst: { first: number; second: number; residual: number; votes: number; won: number; expected: number };
};

const method = 'Bradley-Terry lack of fit, parametric bootstrap';

/** The number of successes at quantile u: a walk outward from the mode, so that large counts cost their spread. */
function binomialQuantile(n: number, p: number, u: number): number {
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  let [low, high] = [mode, mode];
  const top = binomialPmf(mode, n, p);
  let [below, above, seen] = [top, top, top];
  // Outcomes are laid out in the order they are visited; any order gives the distribution.
  while (u >= seen && (low > 0 || high < n)) {
    const down = low > 0 ? (below * low) / ((n - low + 1) * odds) : -1;
    const up = high < n ? (above * (n - high) * odds) / (high + 1) : -1;
    if (up >= down) {
      high++;
      above = up;
      seen += up;
      if (u < seen) return high;
    } else {
      low--;
      below = down;
      seen += down;
      if (u < seen) return low;
    }
  }
  return mode;
}

function squares({ first, second, won, total }: PairCounts, theta: Float64Array, fewest: number): number {
  let sum = 0;
  for (let e = 0; e < first.length; e++) {
    if (total[e]! < fewest) continue;
    const p = logistic(theta[first[e]!]! - theta[second[e]!]!);
    sum += (won[e]! - total[e]! * p) ** 2 / (total[e]! * p * (1 - p));
  }
  return sum;
}

/**
 * Whether one score a player can explain the votes, or there is more to them: cycles, styles, rock-paper-scissors.
 *
 *     X²  Σ N (M/N − p)² / (p (1 − p))      over pairs with 5 decisive votes or more
 *
 * The p-value comes from votes drawn by the fitted model and fitted again, since X² has no known distribution with few
 * votes a pair. Ties decide nothing and are left out. Votes must be independent: those of one rater or prompt that go
 * together look like lack of fit too.
 *
 * @returns `no-data` where no pair has the votes; `not-identified` where the decisive votes do not connect all players
 * @throws RangeError for votes that are none (see `tally`), soft preferences or weights that are not whole, or a count
 * below 1
 * @example
 * bradleyTerryLackOfFit(comparisons, { random: seededRandom(1) }).p;
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry-fit.md
 */
export function bradleyTerryLackOfFit(
  comparisons: Comparisons,
  { random, replicates = 999, fewest = 5 }: LackOfFitOptions,
): LackOfFit | Undetermined {
  for (const [name, value] of [['replicates', replicates] as const, ['fewest', fewest] as const]) {
    if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`${name} must be at least 1, found ${value}`);
  }
  const counted = tally(comparisons);
  const { players, first, second, wins, losses, ties } = counted;
  wins.forEach((w, e) => {
    if (Number.isInteger(w) && Number.isInteger(losses[e]!)) return;
    throw new RangeError(`needs whole votes, found ${w} : ${losses[e]} between players ${first[e]} and ${second[e]}`);
  });
  const decisive = [...wins.keys()].filter((e) => wins[e]! + losses[e]! > 0);
  const pairs: PairCounts = {
    players,
    first: Uint32Array.from(decisive, (e) => first[e]!),
    second: Uint32Array.from(decisive, (e) => second[e]!),
    won: Float64Array.from(decisive, (e) => wins[e]!),
    total: Float64Array.from(decisive, (e) => wins[e]! + losses[e]!),
  };
  const n = pairs.total.reduce((a, b) => a + b, 0);
  const counts = [...pairs.total.keys()].filter((e) => pairs.total[e]! >= fewest);
  if (counts.length === 0) return undetermined('no-data', `no pair has ${fewest} decisive votes`, n, method);
  if (!isStronglyConnected(pairs)) {
    const parts = componentsOf(pairs).length;
    return undetermined('not-identified', `the decisive votes leave ${parts} parts without a way back`, n, method);
  }
  const { theta } = fitPairs(pairs);
  const statistic = squares(pairs, theta, fewest);
  const chances = Float64Array.from(pairs.first, (i, e) => logistic(theta[i]! - theta[pairs.second[e]!]!));
  const drawn: PairCounts = { ...pairs, won: new Float64Array(pairs.won.length) };
  let [beyond, apart] = [0, 0];
  for (let b = 0; b < replicates; b++) {
    const stream = random.stream(`fit ${b}`);
    for (let e = 0; e < drawn.won.length; e++)
      drawn.won[e] = binomialQuantile(drawn.total[e]!, chances[e]!, stream.next());
    if (!isStronglyConnected(drawn)) apart++;
    else if (squares(drawn, fitPairs(drawn, { start: theta, tolerance: 1e-8 }).theta, fewest) >= statistic) beyond++;
  }
  const notes = tallyNotes(counted);
  const tied = ties.reduce((a, b) => a + b, 0);
  if (tied > 0) notes.push(`${tied} ties were left out: they decide nothing`);
  if (apart > 0) notes.push(`${apart} of ${replicates} drawn sets of votes had no finite scores and were left out`);
  if (apart > replicates / 2) {
    return undetermined('not-identified', 'most sets of votes drawn by the model have no finite scores', n, method);
  }
  const residual = (e: number): number => {
    const expected = pairs.total[e]! * chances[e]!;
    return (pairs.won[e]! - expected) / Math.sqrt(expected * (1 - chances[e]!));
  };
  const worst = counts.reduce((most, e) => (Math.abs(residual(e)) > Math.abs(residual(most)) ? e : most));
  return withNotes(
    {
      p: (beyond + 1) / (replicates - apart + 1),
      statistic,
      n,
      pairs: counts.length,
      worst: {
        first: pairs.first[worst]!,
        second: pairs.second[worst]!,
        residual: residual(worst),
        votes: pairs.total[worst]!,
        won: pairs.won[worst]!,
        expected: pairs.total[worst]! * chances[worst]!,
      },
      method: `${method}, B = ${replicates}`,
    },
    notes,
  );
}
