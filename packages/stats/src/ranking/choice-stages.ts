import type { SortedLists } from './rankings.ts';

/**
 * Adds one list's log-likelihood to `sum.value`, its score to `score`, and (where given) minus its second derivatives
 * to `information`.
 */
export type ListTerms = (
  l: number,
  parameters: Float64Array,
  weight: number,
  score: Float64Array,
  information: Float64Array | null,
) => number;

/** Σ over the sets of `order` of the values, without those at places `skip` and `skipToo` (−1: none), of their product. */
function elementary(values: Float64Array, m: number, order: number, skip: number, skipToo: number): number {
  if (order === 0) return 1;
  const sums = new Float64Array(order + 1);
  sums[0] = 1;
  for (let i = 0; i < m; i++) {
    if (i === skip || i === skipToo) continue;
    for (let k = order; k > 0; k--) sums[k] = sums[k]! + values[i]! * sums[k - 1]!;
  }
  return sums[order]!;
}

/**
 * Each place is a choice of one player or of a tied set S among those who remain, with weight
 * δ_|S| (Π worth)^(1/|S|): a logit over sets whose design row is 1/|S| for each member and 1 for ln δ_|S|.
 *
 * The sums over all sets of a size are elementary symmetric polynomials, so no set is ever listed.
 */
export function davidsonLuceTerms(lists: SortedLists, orders: readonly number[]): ListTerms {
  const { players, start, player, block, ranked } = lists;
  const size = players + orders.length - 1;
  return (l, parameters, weight, score, information) => {
    let value = 0;
    const end = start[l + 1]!;
    for (let from = start[l]!; from < ranked[l]!; from = block[from]!) {
      const m = end - from;
      if (m < 2) break;
      const chosen = block[from]! - from;
      let highest = -Infinity;
      for (let i = from; i < end; i++) highest = Math.max(highest, parameters[player[i]!]!);
      const usable = orders.filter((order) => order <= m);
      const roots = usable.map((order) =>
        Float64Array.from({ length: m }, (_, i) => Math.exp((parameters[player[from + i]!]! - highest) / order)),
      );
      const prevalence = usable.map((order) => (order === 1 ? 1 : Math.exp(parameters[parameterOf(order)]!)));
      const masses = usable.map((order, k) => prevalence[k]! * elementary(roots[k]!, m, order, -1, -1));
      const total = masses.reduce((a, b) => a + b, 0);
      value -= weight * Math.log(total);
      for (let i = from; i < block[from]!; i++) {
        value += (weight * (parameters[player[i]!]! - highest)) / chosen;
        score[player[i]!]! += weight / chosen;
      }
      if (chosen > 1) {
        value += weight * parameters[parameterOf(chosen)]!;
        score[parameterOf(chosen)]! += weight;
      }
      // inside[k][i]: P(the chosen set has orders[k] members, i among them)
      const inside = usable.map((order, k) =>
        Float64Array.from(
          { length: m },
          (_, i) => (prevalence[k]! * roots[k]![i]! * elementary(roots[k]!, m, order - 1, i, -1)) / total,
        ),
      );
      const expected = new Float64Array(m);
      usable.forEach((order, k) => {
        for (let i = 0; i < m; i++) expected[i] = expected[i]! + inside[k]![i]! / order;
        if (order > 1) score[parameterOf(order)]! -= (weight * masses[k]!) / total;
      });
      for (let i = 0; i < m; i++) score[player[from + i]!]! -= weight * expected[i]!;
      if (information === null) continue;
      const add = (a: number, b: number, amount: number): void => {
        information[a * size + b]! += weight * amount;
      };
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          let both = 0;
          usable.forEach((order, k) => {
            if (i === j) both += inside[k]![i]! / order ** 2;
            else if (order > 1) {
              const rest = elementary(roots[k]!, m, order - 2, i, j);
              both += (prevalence[k]! * roots[k]![i]! * roots[k]![j]! * rest) / total / order ** 2;
            }
          });
          add(player[from + i]!, player[from + j]!, both - expected[i]! * expected[j]!);
        }
      }
      usable.forEach((order, k) => {
        if (order === 1) return;
        const place = parameterOf(order);
        const share = masses[k]! / total;
        for (let i = 0; i < m; i++) {
          const cross = inside[k]![i]! / order - expected[i]! * share;
          add(player[from + i]!, place, cross);
          add(place, player[from + i]!, cross);
        }
        usable.forEach((other, q) => {
          if (other === 1) return;
          add(place, parameterOf(other), (k === q ? share : 0) - (share * masses[q]!) / total);
        });
      });
    }
    return value;
  };

  function parameterOf(order: number): number {
    return players + orders.indexOf(order) - 1;
  }
}

/** Tied sets larger than this are not averaged: the sum runs over 2^size sets. */
export const mostAveraged = 12;

/**
 * A tied set of t counts as the mean of the log-likelihoods of its t! orders. Each order's k-th last choice is made
 * from a random k of the set and all below it, so the mean is one over the sets of each size.
 */
export function averagedTerms(lists: SortedLists): ListTerms {
  const { players: size, start, player, block, ranked } = lists;
  return (l, parameters, weight, score, information) => {
    let value = 0;
    const end = start[l + 1]!;
    const members: number[] = [];
    const share = new Float64Array(end - start[l]!);
    for (let from = start[l]!; from < ranked[l]!; from = block[from]!) {
      const tied = block[from]! - from;
      let highest = -Infinity;
      for (let i = from; i < end; i++) highest = Math.max(highest, parameters[player[i]!]!);
      for (let i = from; i < block[from]!; i++) {
        value += weight * (parameters[player[i]!]! - highest);
        score[player[i]!]! += weight;
      }
      const chances = Float64Array.from({ length: tied + 1 }, (_, k) => 1 / choose(tied, k));
      for (let set = 1; set < 1 << tied; set++) {
        members.length = 0;
        for (let i = 0; i < tied; i++) if ((set >> i) & 1) members.push(player[from + i]!);
        const part = weight * chances[members.length]!;
        for (let i = block[from]!; i < end; i++) members.push(player[i]!);
        let total = 0;
        for (let i = 0; i < members.length; i++) {
          share[i] = Math.exp(parameters[members[i]!]! - highest);
          total += share[i]!;
        }
        value -= part * Math.log(total);
        for (let i = 0; i < members.length; i++) {
          const p = share[i]! / total;
          score[members[i]!]! -= part * p;
          if (information === null) continue;
          information[members[i]! * size + members[i]!]! += part * p;
          for (let j = 0; j < members.length; j++) {
            information[members[i]! * size + members[j]!]! -= part * p * (share[j]! / total);
          }
        }
      }
    }
    return value;
  };
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
