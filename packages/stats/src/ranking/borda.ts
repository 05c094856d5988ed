import { type Rankings, sortLists } from './rankings.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';

export type BordaOptions = {
  level?: number | undefined;
  /** One id a list: lists of one rater or prompt are not independent. Each stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
};

/**
 * The mean rank of each player over the lists it was shown in, 1 the best: Borda's count, up to its scale. Lower is better.
 *
 * Tied players share the mean of their places. The interval is the cluster-robust t interval of a mean, a list (or a
 * cluster of lists) being the unit. Where lists differ in who was shown, ranks do not compare, and a note says so.
 *
 * @returns one estimate a player; `no-data` for a player who was in no list
 * @throws RangeError for lists that are none, weights, ids that do not fit, or a level outside (0, 1)
 * @example
 * borda({ players: 2, list: [0, 0, 1, 1], player: [0, 1, 0, 1], rank: [1, 2, 2, 1] }); // 1.5 each
 * @see https://github.com/assize/assize/blob/main/docs/stats/win-rate.md
 */
export function borda(rankings: Rankings, { level = 0.95, clusters }: BordaOptions = {}): (Estimate | Undetermined)[] {
  if (rankings.weights !== undefined) throw new RangeError('Borda takes lists one by one: give no weights, found some');
  const { players, lists, start, player, block } = sortLists(rankings);
  if (clusters !== undefined && clusters.length !== lists) {
    throw new RangeError(`${lists} lists but ${clusters.length} cluster ids`);
  }
  const counts = new Uint32Array(players);
  for (const who of player) counts[who]!++;
  const seen = Array.from(counts, (count) => ({
    ranks: new Float64Array(count),
    ids: clusters && new Float64Array(count),
    end: 0,
  }));
  const sizes = new Set<number>();
  for (let l = 0; l < lists; l++) {
    const [from, to] = [start[l]!, start[l + 1]!];
    if (to > from) sizes.add(to - from);
    for (let i = from; i < to;) {
      // Places i + 1 to end of the list's own count share their mean.
      const end = block[i]!;
      const rank = (i - from + 1 + (end - from)) / 2;
      for (; i < end; i++) {
        const own = seen[player[i]!]!;
        if (own.ids) own.ids[own.end] = clusters![l]!;
        own.ranks[own.end++] = rank;
      }
    }
  }
  const complete = sizes.size <= 1 && (sizes.size === 0 || sizes.has(players));
  const notes = complete ? [] : ['lists differ in who was shown: mean ranks do not compare'];
  return seen.map(({ ranks, ids }, i) => {
    if (ranks.length === 0) return undetermined('no-data', `player ${i} was in no list`, 0, 'mean rank');
    const estimate = clusteredMean(ranks, { level, clusters: ids });
    if (estimate.value === null) return estimate;
    return withNotes({ ...estimate, method: `mean rank (Borda), ${estimate.method}` }, [
      ...(estimate.notes ?? []),
      ...notes,
    ]);
  });
}
