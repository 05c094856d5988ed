import type { Undetermined } from '../shapes/estimate.ts';

/**
 * Scores of players on the scale of log-odds, with what is needed to compare any two of them.
 *
 * The scores have sum 0: only their differences are identified. `covariance` is that of the centred scores, `players` by
 * `players`, row after row, so that the variance of a difference is V_ii + V_jj − 2 V_ij.
 */
export type ScoredPlayers = {
  /** One score a player; a difference d means odds of e^d. */
  value: Float64Array;
  /** Standard errors of the centred scores. Null only with a note. */
  se: Float64Array | null;
  covariance: Float64Array | null;
  /** Degrees of freedom of the t quantile, below 30 clusters; null for the normal. */
  df: number | null;
  /** Votes that entered. */
  n: number;
  /** Clusters of votes, where they were given. */
  groups?: number;
  /** Scores of each resample, `players` a row, where the spread comes from a bootstrap. */
  draws?: Float64Array;
  method: string;
  notes?: string[];
};

/** Scores found by maximum likelihood. */
export type RankingFit = ScoredPlayers & { logLikelihood: number; iterations: number; converged: boolean };

/**
 * No finite scores fit: the votes fall into parts that never lose to one another. `components` are the parts, best first
 * (an order between parts that were never compared means nothing).
 */
export type Disconnected = Undetermined & { components: number[][] };

/** The players of a fit. Throws RangeError for a number that is not one of them. */
export function checkPlayer(fit: ScoredPlayers, player: number, name: string): void {
  if (Number.isInteger(player) && player >= 0 && player < fit.value.length) return;
  throw new RangeError(`${name} must be a player, 0 to ${fit.value.length - 1}, found ${player}`);
}
