import { strongComponents } from './strong-components.ts';
import type { Tally } from './comparisons.ts';

/** Votes by pair with ties as half a win to each: what Bradley-Terry needs to know. Sorted by first, then second. */
export type PairCounts = {
  players: number;
  first: Uint32Array;
  second: Uint32Array;
  /** Votes for `first`. */
  won: Float64Array;
  total: Float64Array;
};

/** Ties as half a win to each; `pseudoVotes` more for either player of each pair that was compared. */
export function pairCounts({ players, first, second, wins, losses, ties }: Tally, pseudoVotes = 0): PairCounts {
  const [won, total] = [new Float64Array(first.length), new Float64Array(first.length)];
  for (let e = 0; e < first.length; e++) {
    const half = ties[e]! / 2 + pseudoVotes;
    won[e] = wins[e]! + half;
    total[e] = won[e]! + losses[e]! + half;
  }
  return { players, first, second, won, total };
}

/**
 * The strongly connected components of "has some vote over", best first: nobody in a later component has a vote over
 * anybody in an earlier one.
 */
export function componentsOf({ players, first, second, won, total }: PairCounts): number[][] {
  const [from, to]: [number[], number[]] = [[], []];
  for (let e = 0; e < first.length; e++) {
    if (won[e]! > 0) {
      from.push(first[e]!);
      to.push(second[e]!);
    }
    if (total[e]! > won[e]!) {
      from.push(second[e]!);
      to.push(first[e]!);
    }
  }
  const { of, count } = strongComponents(players, from, to);
  const components = Array.from({ length: count }, (): number[] => []);
  of.forEach((component, player) => components[component]!.push(player));
  return components;
}

/** Sweeps after which a sparse graph is left to Tarjan. */
const mostSweeps = 8;

/**
 * Whether player 0 has votes over every other, directly or through others, and every other over player 0: Ford's
 * condition (1957) for a finite maximum.
 */
export function isStronglyConnected(pairs: PairCounts): boolean {
  for (const forward of [true, false]) {
    const reached = reachable(pairs, forward);
    if (reached === null) return componentsOf(pairs).length === 1;
    if (!reached) return false;
  }
  return true;
}

/** Spreads from player 0 by sweeps over the pairs, few where the graph is dense; null when they do not suffice. */
function reachable({ players, first, second, won, total }: PairCounts, forward: boolean): boolean | null {
  const reached = new Uint8Array(players);
  reached[0] = 1;
  let count = 1;
  for (let sweep = 0; sweep < mostSweeps && count < players; sweep++) {
    const before = count;
    for (let e = 0; e < first.length && count < players; e++) {
      const [i, j] = [first[e]!, second[e]!];
      if (reached[i] === reached[j]) continue;
      const leadsFromFirst = (reached[i] === 1) === forward;
      if (!(leadsFromFirst ? won[e]! > 0 : total[e]! > won[e]!)) continue;
      reached[i] = reached[j] = 1;
      count++;
    }
    if (count === before) return false;
  }
  return count === players || null;
}
