import { type Comparisons, tally } from './comparisons.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { tallyNotes } from './bradley-terry.ts';
import { pairCounts } from './pair-counts.ts';

/** One number a player, higher is better unless the method says otherwise; its interval is a bootstrap's. */
export type Ranking = {
  value: Float64Array;
  /** Votes that entered. */
  n: number;
  iterations?: number;
  converged?: boolean;
  method: string;
  notes?: string[];
};

/** The note where some players have more than three times the votes of others. */
export function exposureNotes(votes: Float64Array): string[] {
  let [least, most] = [Infinity, 0];
  for (const count of votes) {
    least = Math.min(least, count);
    most = Math.max(most, count);
  }
  return most > 3 * least ? [`uneven exposure: from ${least} to ${most} votes a player`] : [];
}

/** Votes in which each player took part, by weight. */
export function votesByPlayer({ players, first, second, total }: ReturnType<typeof pairCounts>): Float64Array {
  const votes = new Float64Array(players);
  for (let e = 0; e < first.length; e++) {
    votes[first[e]!]! += total[e]!;
    votes[second[e]!]! += total[e]!;
  }
  return votes;
}

/**
 * How many votes each player won, a tie counting half.
 *
 * It grows with the number of votes: read it only where all players have equally many. Evalica's `counting`.
 *
 * @returns one count a player; `no-data` without a vote
 * @throws RangeError for votes that are none (see `tally`)
 * @example
 * winCounts({ players: 2, left: [0, 0], right: [1, 1], outcome: [1, 0.5] }).value; // 1.5, 0.5
 * @see https://github.com/assize/assize/blob/main/docs/stats/win-rate.md
 */
export function winCounts(comparisons: Comparisons): Ranking | Undetermined {
  const counted = tally(comparisons);
  const { players, n } = counted;
  const method = 'win counts';
  const pairs = pairCounts(counted);
  if (pairs.first.length === 0) return undetermined('no-data', 'there is no vote between two players', n, method);
  const value = new Float64Array(players);
  for (let e = 0; e < pairs.first.length; e++) {
    value[pairs.first[e]!]! += pairs.won[e]!;
    value[pairs.second[e]!]! += pairs.total[e]! - pairs.won[e]!;
  }
  return withNotes({ value, n, method }, [...tallyNotes(counted), ...exposureNotes(votesByPlayer(pairs))]);
}

/**
 * Each player's share of wins, a tie counting half, averaged over its opponents.
 *
 * Every opponent weighs the same, however often it was met, so a few votes against one count as much as a hundred against
 * another. Where players met different opponents the rates do not compare, and a note says so. Evalica's
 * `average_win_rate`.
 *
 * @returns a rate in [0, 1] a player; `no-data` without a vote or with a player who was never compared
 * @throws RangeError for votes that are none (see `tally`)
 * @example
 * averageWinRate({ players: 2, left: [0, 0], right: [1, 1], outcome: [1, 0.5] }).value; // 0.75, 0.25
 * @see https://github.com/assize/assize/blob/main/docs/stats/win-rate.md
 */
export function averageWinRate(comparisons: Comparisons): Ranking | Undetermined {
  const counted = tally(comparisons);
  const { players, n } = counted;
  const method = 'average win rate';
  const { first, second, won, total } = pairCounts(counted);
  if (first.length === 0) return undetermined('no-data', 'there is no vote between two players', n, method);
  const value = new Float64Array(players);
  const opponents = new Float64Array(players);
  for (let e = 0; e < first.length; e++) {
    const rate = won[e]! / total[e]!;
    value[first[e]!]! += rate;
    value[second[e]!]! += 1 - rate;
    opponents[first[e]!]!++;
    opponents[second[e]!]!++;
  }
  for (let i = 0; i < players; i++) {
    if (opponents[i] === 0) return undetermined('no-data', `player ${i} was never compared`, n, method);
    value[i]! /= opponents[i]!;
  }
  const notes = tallyNotes(counted);
  if (first.length < (players * (players - 1)) / 2) {
    notes.push(`players met different opponents: ${first.length} of ${(players * (players - 1)) / 2} pairs have votes`);
  }
  return withNotes({ value, n, method }, notes);
}
