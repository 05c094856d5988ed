import { bradleyTerry, type BradleyTerryOptions } from './bradley-terry.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { componentsOf, pairCounts } from './pair-counts.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import type { Undetermined } from '../shapes/estimate.ts';

/** The players of one part, by number, and their scores in the same order. */
export type PartFit = { players: number[]; fit: RankingFit | Undetermined | Disconnected };

/**
 * Bradley-Terry scores within each part of players that the votes connect in both directions, best part first.
 *
 * For votes on which `bradleyTerry` is `not-identified`: scores of different parts do not compare, beyond that a player of
 * an earlier part never lost to one of a later part. A part of one player has no votes within it, and says so.
 *
 * @returns the parts with their fits; no part without players
 * @throws RangeError as `bradleyTerry`
 * @example
 * bradleyTerryByPart(votes).map(({ players }) => players); // [[3], [0, 1, 2]]
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function bradleyTerryByPart(comparisons: Comparisons, options: BradleyTerryOptions = {}): PartFit[] {
  const { left, right, outcome, weights } = comparisons;
  const parts = componentsOf(pairCounts(tally(comparisons)));
  const partOf = new Uint32Array(comparisons.players);
  const placeOf = new Uint32Array(comparisons.players);
  parts.forEach((players, part) => {
    players.forEach((player, place) => {
      partOf[player] = part;
      placeOf[player] = place;
    });
  });
  const rows = parts.map((): number[] => []);
  for (let i = 0; i < outcome.length; i++) {
    if (partOf[left[i]!] === partOf[right[i]!]) rows[partOf[left[i]!]!]!.push(i);
  }
  return parts.map((players, part) => {
    const own = rows[part]!;
    const take = (column: ArrayLike<number>): Float64Array => Float64Array.from(own, (i) => column[i]!);
    const votes = {
      players: players.length,
      left: own.map((i) => placeOf[left[i]!]!),
      right: own.map((i) => placeOf[right[i]!]!),
      outcome: take(outcome),
      weights: weights && take(weights),
    };
    const fit = bradleyTerry(votes, { ...options, clusters: options.clusters && take(options.clusters) });
    return { players, fit };
  });
}
