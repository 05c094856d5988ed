import { columnAt } from '../numerics/present-rows.ts';
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
  // One part of all players is the votes as they are.
  if (parts.length === 1 && placeOf.every((place, player) => place === player)) {
    return [{ players: parts[0]!, fit: bradleyTerry(comparisons, options) }];
  }
  const { starts, rows } = rowsByPart(comparisons, partOf, parts.length);
  return parts.map((players, part) => {
    const own = rows.subarray(starts[part], starts[part + 1]);
    const placesIn = (column: ArrayLike<number>): Uint32Array => own.map((i) => placeOf[column[i]!]!);
    const votes = {
      players: players.length,
      left: placesIn(left),
      right: placesIn(right),
      outcome: columnAt(outcome, own),
      weights: weights && columnAt(weights, own),
    };
    const fit = bradleyTerry(votes, { ...options, clusters: options.clusters && columnAt(options.clusters, own) });
    return { players, fit };
  });
}

/** The votes within each part, those of part p from `starts[p]` to `starts[p + 1]`. */
function rowsByPart(
  { left, right, outcome }: Comparisons,
  partOf: Uint32Array,
  parts: number,
): { starts: Uint32Array; rows: Uint32Array } {
  const isWithin = (i: number): boolean => partOf[left[i]!] === partOf[right[i]!];
  const starts = new Uint32Array(parts + 1);
  for (let i = 0; i < outcome.length; i++) if (isWithin(i)) starts[partOf[left[i]!]! + 1]!++;
  for (let part = 0; part < parts; part++) starts[part + 1] = starts[part + 1]! + starts[part]!;
  const rows = new Uint32Array(starts[parts]!);
  const ends = starts.slice();
  for (let i = 0; i < outcome.length; i++) if (isWithin(i)) rows[ends[partOf[left[i]!]!]!++] = i;
  return { starts, rows };
}
