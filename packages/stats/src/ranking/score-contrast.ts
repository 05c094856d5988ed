import { normalQuantile } from '../numerics/normal.ts';
import { quantile } from '../numerics/quantile.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { logistic } from '../numerics/logistic.ts';
import { checkPlayer, type ScoredPlayers } from './ranking-fit.ts';

export type ContrastOptions = { level?: number | undefined };

/** The two-sided quantile that the fit's errors ask for: Student's t with few clusters, else normal. */
export function criticalValue({ df }: Pick<ScoredPlayers, 'df'>, level: number): number {
  const p = (1 + level) / 2;
  return df === null ? normalQuantile(p) : tQuantile(p, df);
}

/** An estimate of a sum of scores, Σ weights · value, with the interval of the fit's errors or resamples. */
function combination(fit: ScoredPlayers, places: readonly [number, number][], what: string, level: number): Estimate {
  checkLevel(level);
  const { value: scores, covariance, draws, n, groups, notes = [], method } = fit;
  const players = scores.length;
  const value = places.reduce((sum, [i, weight]) => sum + weight * scores[i]!, 0);
  const common = { value, level, n, ...(groups !== undefined && { groups }), method: `${what}, ${method}` };
  if (covariance === null) return withNotes({ ...common, interval: null }, notes);
  let spread = 0;
  for (const [i, a] of places) for (const [j, b] of places) spread += a * b * covariance[i * players + j]!;
  const se = Math.sqrt(Math.max(0, spread));
  if (isRounding(se, 1)) {
    const why = 'no interval: the votes show no spread, which says nothing about certainty';
    return withNotes({ ...common, interval: null, se: 0 }, [...notes, why]);
  }
  if (draws !== undefined) {
    const seen = new Float64Array(draws.length / players);
    for (let b = 0; b < seen.length; b++) {
      for (const [i, weight] of places) seen[b]! += weight * draws[b * players + i]!;
    }
    const interval: [number, number] = [quantile(seen, (1 - level) / 2), quantile(seen, (1 + level) / 2)];
    return withNotes({ ...common, interval, se }, notes);
  }
  const half = criticalValue(fit, level) * se;
  return withNotes({ ...common, interval: [value - half, value + half], se }, notes);
}

/**
 * How much higher the first player's score is than the second's, with an interval for the difference.
 *
 * This, not two separate intervals, decides between two systems: what their scores share cancels.
 *
 * @param fit of `bradleyTerry` or any other function that gives scores
 * @returns log-odds; no interval, with a note, where the fit has no standard errors or the votes show no spread
 * @throws RangeError for a player who is none, twice the same player, or a level outside (0, 1)
 * @example
 * scoreContrast(fit, candidate, baseline).interval; // above 0: better
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function scoreContrast(
  fit: ScoredPlayers,
  first: number,
  second: number,
  { level = 0.95 }: ContrastOptions = {},
): Estimate {
  checkPlayer(fit, first, 'first');
  checkPlayer(fit, second, 'second');
  if (first === second) throw new RangeError(`a contrast needs two different players, found ${first} twice`);
  return combination(
    fit,
    [
      [first, 1],
      [second, -1],
    ],
    'score difference',
    level,
  );
}

/**
 * One player's score against the mean of all players, with an interval.
 *
 * @returns log-odds against the average player; see `scoreContrast`
 * @throws RangeError for a player who is none, or a level outside (0, 1)
 * @example
 * centredScore(fit, 0); // value, interval, se
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function centredScore(fit: ScoredPlayers, player: number, { level = 0.95 }: ContrastOptions = {}): Estimate {
  checkPlayer(fit, player, 'player');
  return combination(fit, [[player, 1]], 'centred score', level);
}

/**
 * The chance that the first player beats the second, a tie counting half, with an interval.
 *
 * The ends are those of `scoreContrast` on the scale of probability. With fits that know ties or the order of showing it
 * is the chance among decided votes at equal position.
 *
 * @returns a probability; no interval where `scoreContrast` has none
 * @throws RangeError as `scoreContrast`
 * @example
 * winChance(fit, 0, 1).value; // 0.75
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function winChance(fit: ScoredPlayers, first: number, second: number, options: ContrastOptions = {}): Estimate {
  const { value, interval, se, method, ...rest } = scoreContrast(fit, first, second, options);
  const p = logistic(value);
  return {
    ...rest,
    value: p,
    interval: interval && [logistic(interval[0]), logistic(interval[1])],
    ...(se !== undefined && { se: se * p * (1 - p) }),
    method: method.replace('score difference', 'win probability'),
  };
}
