import { chiSquareQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { quantile } from '../numerics/quantile.ts';
import type { Random } from '../random/random.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { criticalValue } from './score-contrast.ts';
import type { ScoredPlayers } from './ranking-fit.ts';

export type RankSetOptions = {
  /** Default 0.95. */
  level?: number | undefined;
  /** With it the sets hold the true ranks of all players at once; without it, of each player by itself. */
  random?: Random | undefined;
  /** Draws of all scores for the simultaneous critical value. Default 2000. */
  draws?: number | undefined;
};

/** For each player the ranks that the data leave open, 1 the best. */
export type RankSets = {
  /** Rank by score; equal scores share the better one. */
  value: number[];
  sets: [number, number][];
  /** How many standard errors of the difference set two players apart. */
  critical: number;
  simultaneous: boolean;
  level: number;
  n: number;
  groups?: number;
  method: string;
  notes?: string[];
};

/** F with F F' = V for a covariance that may be singular: Cholesky with pivots, as many columns as V has rank. */
function rootOf(covariance: Float64Array, n: number): { columns: Float64Array[] } {
  const left = Float64Array.from({ length: n }, (_, i) => covariance[i * n + i]!);
  const columns: Float64Array[] = [];
  const least = 1e-12 * left.reduce((a, b) => Math.max(a, b), 0);
  while (columns.length < n) {
    let pivot = 0;
    for (let i = 1; i < n; i++) if (left[i]! > left[pivot]!) pivot = i;
    if (!(left[pivot]! > least)) break;
    const root = Math.sqrt(left[pivot]!);
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let rest = covariance[i * n + pivot]!;
      for (const earlier of columns) rest -= earlier[i]! * earlier[pivot]!;
      column[i] = rest / root;
    }
    for (let i = 0; i < n; i++) left[i] = i === pivot ? 0 : Math.max(0, left[i]! - column[i]! ** 2);
    columns.push(column);
  }
  return { columns };
}

function spreads(covariance: Float64Array, n: number): Float64Array {
  const se = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const spread = covariance[i * n + i]! + covariance[j * n + j]! - 2 * covariance[i * n + j]!;
      se[i * n + j] = Math.sqrt(Math.max(0, spread));
    }
  }
  return se;
}

/** The quantile of the largest |z_i − z_j| / se_ij over all pairs, z drawn from the scores' distribution around 0. */
function simultaneousValue(
  { covariance, df, value }: ScoredPlayers & { covariance: Float64Array },
  se: Float64Array,
  level: number,
  { random, draws }: { random: Random; draws: number },
): number {
  const n = value.length;
  const { columns } = rootOf(covariance, n);
  const source = random.stream('rank-sets');
  const most = new Float64Array(draws);
  const z = new Float64Array(n);
  for (let b = 0; b < draws; b++) {
    z.fill(0);
    for (const column of columns) {
      const normal = normalQuantile(Math.max(source.next(), 1e-300));
      for (let i = 0; i < n; i++) z[i]! += normal * column[i]!;
    }
    let largest = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const apart = Math.abs(z[i]! - z[j]!);
        const own = se[i * n + j]!;
        if (apart > largest * own && own > 0) largest = apart / own;
      }
    }
    // A common chi-square makes the draws Student's t, as the intervals with few clusters are.
    most[b] = df === null ? largest : largest / Math.sqrt(chiSquareQuantile(Math.max(source.next(), 1e-12), df) / df);
  }
  return quantile(most, level);
}

/**
 * The ranks that each player may have: as many players are surely better, as many surely worse.
 *
 *     from  1 + #{j : θj − θi > c · se_ij}      to  n − #{j : θi − θj > c · se_ij}
 *
 * Without `random` c is the quantile for one comparison, and a set holds its player's true rank at about the level. With
 * `random` c is that of the largest of all differences, from `draws` draws of all scores together, and all sets hold at
 * once: use these to say "first", and to read more than one line of a leaderboard.
 *
 * @returns `no-data` where the fit has no covariance
 * @throws RangeError for a level outside (0, 1) or draws that are no count of 100 or more
 * @example
 * rankSets(fit, { random: seededRandom(1) }).sets[0]; // [1, 3]: between first and third
 * @see https://github.com/assize/assize/blob/main/docs/stats/rank-sets.md
 */
export function rankSets(
  fit: ScoredPlayers,
  { level = 0.95, random, draws = 2000 }: RankSetOptions = {},
): RankSets | Undetermined {
  checkLevel(level);
  if (!Number.isSafeInteger(draws) || draws < 100) throw new RangeError(`draws must be 100 or more, found ${draws}`);
  const { value: scores, covariance, n, groups } = fit;
  const kind = random ? 'simultaneous' : 'marginal';
  const method = `rank sets, ${kind}, ${fit.method}`;
  if (covariance === null) return undetermined('no-data', 'the fit has no standard errors', n, method);
  const players = scores.length;
  const se = spreads(covariance, players);
  const critical = random
    ? simultaneousValue({ ...fit, covariance }, se, level, { random, draws })
    : criticalValue(fit, level);
  const value: number[] = [];
  const sets: [number, number][] = [];
  for (let i = 0; i < players; i++) {
    let [above, better, worse] = [0, 0, 0];
    for (let j = 0; j < players; j++) {
      const apart = scores[j]! - scores[i]!;
      const far = critical * se[i * players + j]!;
      if (apart > 0) above++;
      // Without spread nothing is sure: two such players are not set apart.
      if (far > 0 && apart > far) better++;
      if (far > 0 && -apart > far) worse++;
    }
    value.push(1 + above);
    sets.push([1 + better, players - worse]);
  }
  const notes = fit.notes ?? [];
  const size = { n, ...(groups !== undefined && { groups }) };
  return withNotes({ value, sets, critical, simultaneous: random !== undefined, level, ...size, method }, notes);
}
