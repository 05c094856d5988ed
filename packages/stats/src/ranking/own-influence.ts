import { solve } from '../numerics/small-linear-algebra.ts';
import type { VoteScores } from './vote-scores.ts';

/** A pivot below this part of 1 means that the scores are not identified without the cluster. */
const least = 1e-8;

/**
 * (I − A B)⁻¹ u for one cluster: its score vector as it would be around the scores fitted without it, to first order.
 * A is the cluster's own information, which only has rows and columns of the parameters that it touches, and so has the
 * result.
 *
 * Mancl and DeRouen 2001, Biometrics 57: with the factor (C − 1)/C the sandwich of these is the jackknife over clusters.
 *
 * @param touched the parameters of the cluster's votes
 * @returns false where the scores are not identified without the cluster; else `u` is replaced
 */
export function withoutOwnInfluence(
  u: Float64Array,
  touched: readonly number[],
  members: ArrayLike<number>,
  votes: VoteScores,
  bread: Float64Array,
  size: number,
): boolean {
  const m = touched.length;
  const own = informationOf(touched, members, votes, size);
  const system = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const a = own[i * m + k]!;
      if (a === 0) continue;
      for (let j = 0; j < m; j++) system[i * m + j]! -= a * bread[touched[k]! * size + touched[j]!]!;
    }
    system[i * m + i]! += 1;
  }
  const x = Float64Array.from(touched, (place) => u[place]!);
  const solved = solve(system, x, m, least);
  if (solved === null) return false;
  touched.forEach((place, i) => {
    u[place] = solved[i]!;
  });
  return true;
}

/** Σ over the cluster's votes of minus the second derivatives, on the parameters touched. */
function informationOf(
  touched: readonly number[],
  members: ArrayLike<number>,
  { rows, left, right, weights, extras, bend }: VoteScores,
  size: number,
): Float64Array {
  const m = touched.length;
  const players = size - extras;
  const place = new Map(touched.map((parameter, i) => [parameter, i]));
  const own = new Float64Array(m * m);
  const width = 1 + extras;
  const block = new Float64Array(width * width);
  const at = new Uint32Array(2 + extras);
  const sign = new Float64Array(2 + extras).fill(1);
  sign[1] = -1;
  for (let k = 0; k < extras; k++) at[2 + k] = place.get(players + k)!;
  for (let k = 0; k < members.length; k++) {
    const i = members[k]!;
    const row = rows[i]!;
    bend(i, block);
    const weight = weights ? weights[row]! : 1;
    at[0] = place.get(left[row]!)!;
    at[1] = place.get(right[row]!)!;
    for (let a = 0; a < at.length; a++) {
      for (let b = 0; b < at.length; b++) {
        const cell = block[Math.max(0, a - 1) * width + Math.max(0, b - 1)]!;
        own[at[a]! * m + at[b]!]! += weight * sign[a]! * sign[b]! * cell;
      }
    }
  }
  return own;
}
