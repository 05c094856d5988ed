import { undetermined, type Undetermined } from '../shapes/estimate.ts';
import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { strongComponents } from './strong-components.ts';

export type HodgeRankOptions = {
  /** 'logit' (default): ln((w + 1/2) / (l + 1/2)) of the votes of a pair; 'mean': (w − l) / (w + l). A tie is half. */
  flow?: 'logit' | 'mean' | undefined;
  /** 'votes' (default): a pair weighs as much as it has votes; 'equal': all pairs alike. */
  weighting?: 'votes' | 'equal' | undefined;
};

export type HodgeRank = {
  /** The ranking that fits the flows best: differences are in the unit of the flow; each connected part has mean 0. */
  potential: Float64Array;
  /** Σ weight · flow², and how it splits; the three parts add up to it. */
  energy: { total: number; gradient: number; curl: number; harmonic: number };
  /** 1 − gradient / total: the share of the flows that no ranking explains. */
  inconsistent: number;
  pairs: number;
  triangles: number;
  n: number;
  method: string;
  notes: string[];
};

/** More triangles than this are not gone through; local and global inconsistency are then not told apart. */
const mostTriangles = 2_000_000;

type Edges = { players: number; first: Uint32Array; second: Uint32Array; flow: Float64Array; weight: Float64Array };

/** Weighted least squares: s with s_i − s_j near the flow, each connected part with sum 0. */
function potentialOf({ players, first, second, flow, weight }: Edges): Float64Array {
  const laplacian = new Float64Array(players * players);
  const right = new Float64Array(players);
  for (let e = 0; e < flow.length; e++) {
    const [i, j, w] = [first[e]!, second[e]!, weight[e]!];
    laplacian[i * players + i]! += w;
    laplacian[j * players + j]! += w;
    laplacian[i * players + j]! -= w;
    laplacian[j * players + i]! -= w;
    right[i]! += w * flow[e]!;
    right[j]! -= w * flow[e]!;
  }
  const { of, count } = strongComponents(players, [...first, ...second], [...second, ...first]);
  const members: number[][] = Array.from({ length: count }, () => []);
  of.forEach((part, i) => members[part]!.push(i));
  const scale = weight.reduce((a, b) => a + b, 0) / weight.length;
  for (const part of members) {
    for (const i of part) for (const j of part) laplacian[i * players + j]! += scale / part.length;
  }
  return choleskySolve(choleskyFactor(laplacian, players)!, players, right);
}

/** Edge numbers of each triangle i < j < k: ij, jk, ik. Null where there are too many. */
function trianglesOf({ players, first, second }: Edges): Uint32Array | null {
  const neighbours: Map<number, number>[] = Array.from({ length: players }, () => new Map());
  for (let e = 0; e < first.length; e++) neighbours[first[e]!]!.set(second[e]!, e);
  const found: number[] = [];
  for (let e = 0; e < first.length; e++) {
    for (const [k, jk] of neighbours[second[e]!]!) {
      const ik = neighbours[first[e]!]!.get(k);
      if (ik === undefined) continue;
      if (found.length >= 3 * mostTriangles) return null;
      found.push(e, jk, ik);
    }
  }
  return Uint32Array.from(found);
}

/**
 * The part of a flow that circulates round triangles: its projection on W⁻¹ C' φ, C the boundaries of the triangles, by
 * conjugate gradients on C W⁻¹ C' φ = C flow.
 */
function curlOf(triangles: Uint32Array, rest: Float64Array, weight: Float64Array): Float64Array {
  const m = triangles.length / 3;
  const round = (flow: Float64Array): Float64Array =>
    Float64Array.from(
      { length: m },
      (_, t) => flow[triangles[3 * t]!]! + flow[triangles[3 * t + 1]!]! - flow[triangles[3 * t + 2]!]!,
    );
  const spread = (phi: Float64Array): Float64Array => {
    const flow = new Float64Array(weight.length);
    for (let t = 0; t < m; t++) {
      flow[triangles[3 * t]!]! += phi[t]!;
      flow[triangles[3 * t + 1]!]! += phi[t]!;
      flow[triangles[3 * t + 2]!]! -= phi[t]!;
    }
    for (let e = 0; e < flow.length; e++) flow[e]! /= weight[e]!;
    return flow;
  };
  const curl = new Float64Array(weight.length);
  const left = round(rest);
  let direction = left.slice();
  let size = dot(left, left);
  const aim = 1e-26 * size;
  for (let step = 0; step < 10 * weight.length && size > aim; step++) {
    const moved = spread(direction);
    const turned = round(moved);
    const bent = dot(direction, turned);
    if (!(bent > 0)) break;
    const length = size / bent;
    for (let e = 0; e < curl.length; e++) curl[e]! += length * moved[e]!;
    for (let t = 0; t < m; t++) left[t]! -= length * turned[t]!;
    const next = dot(left, left);
    direction = direction.map((x, t) => left[t]! + (next / size) * x);
    size = next;
  }
  return curl;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/**
 * Splits votes into what a ranking explains, what goes round in triangles, and what goes round in longer circles.
 *
 *     flow_ij  s_i − s_j  +  curl  +  harmonic      orthogonal under the weights
 *
 * The flow of a pair is the log-odds of its votes (or the mean preference); s is its least-squares potential. A large
 * curl is local disagreement (three players), a large harmonic part global: no set of triangles can mend it. There is no
 * interval: the noise of a few votes a pair is itself inconsistent, and adds to curl and harmonic whatever the truth. Test
 * with `bradleyTerryLackOfFit`. Jiang, Lim, Yao, Ye 2011, Mathematical Programming 127.
 *
 * @returns `no-data` without a vote between two players; `zero-variance` where all pairs are even
 * @throws RangeError for votes that are none (see `tally`), or more than 4,000 players
 * @example
 * hodgeRank({ players: 3, left: [0, 1, 0], right: [1, 2, 2], outcome: [1, 1, 0] }).energy;
 * @see https://github.com/assize/assize/blob/main/docs/stats/hodge-rank.md
 */
export function hodgeRank(
  comparisons: Comparisons,
  { flow = 'logit', weighting = 'votes' }: HodgeRankOptions = {},
): HodgeRank | Undetermined {
  const { players, n, missing, selfPairs, first, second, wins, losses, ties } = tally(comparisons);
  const method = `HodgeRank, ${flow} flow, weighted by ${weighting === 'votes' ? 'votes' : 'pair'}`;
  if (players > 4000) throw new RangeError(`players must be 4000 at most, found ${players}`);
  if (first.length === 0) return undetermined('no-data', 'there is no vote between two players', n, method);
  const total = wins.map((w, e) => w + losses[e]! + ties[e]!);
  const edges: Edges = {
    players,
    first,
    second,
    flow: wins.map((w, e) => {
      const [up, down] = [w + ties[e]! / 2, losses[e]! + ties[e]! / 2];
      return flow === 'logit' ? Math.log((up + 0.5) / (down + 0.5)) : (up - down) / total[e]!;
    }),
    weight: weighting === 'votes' ? total : total.map(() => 1),
  };
  const size = (x: Float64Array): number => x.reduce((sum, value, e) => sum + edges.weight[e]! * value * value, 0);
  const whole = size(edges.flow);
  if (whole === 0) return undetermined('zero-variance', 'every pair is even: there is nothing to split', n, method);
  const potential = potentialOf(edges);
  const rest = edges.flow.map((x, e) => x - (potential[first[e]!]! - potential[second[e]!]!));
  // What is left of an exact fit is rounding.
  const clean = (energy: number): number => (energy < 1e-20 * whole ? 0 : energy);
  const left = clean(size(rest));
  const notes = ['no interval: the noise of the votes is part of curl and harmonic'];
  if (missing > 0) notes.push(`${missing} votes without a verdict were left out`);
  if (selfPairs > 0) notes.push(`${selfPairs} votes of a player against itself were left out`);
  const triangles = trianglesOf(edges);
  if (triangles === null) notes.push(`more than ${mostTriangles} triangles: the harmonic part is counted as curl`);
  const curl = triangles === null ? left : Math.min(left, clean(size(curlOf(triangles, rest, edges.weight))));
  const harmonic = left - curl < 1e-9 * left ? 0 : left - curl;
  return {
    potential,
    energy: { total: whole, gradient: whole - left, curl: left - harmonic, harmonic },
    inconsistent: left / whole,
    pairs: first.length,
    triangles: triangles === null ? mostTriangles : triangles.length / 3,
    n,
    method,
    notes,
  };
}
