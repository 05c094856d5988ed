import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { listedVotes, type RaterVotes, type VoteCells } from './rater-votes.ts';

/** First derivatives of a vote's log-likelihood by z = θ_winner − θ_loser and by its rater, and minus the second ones. */
export type VoteDerivatives = { byZ: number; byRater: number; zz: number; zRater: number; raterRater: number };

/** The derivatives of rater k's vote for player i over player j. */
export type DerivativesOf = (i: number, j: number, k: number) => VoteDerivatives;

export type RaterSpread = {
  /** Of the strengths, centred, row after row. */
  covariance: Float64Array;
  /** Of each rater's parameter. */
  raterVariance: Float64Array;
  /** Of each rater's parameter if the strengths were known. */
  known: Float64Array;
};

/**
 * Variances of strengths and of one parameter a rater, from the joint second derivatives at the maximum.
 *
 * The raters' block is diagonal, so it is eliminated (Schur complement) and only players × players is ever factored.
 * With clusters it is the sandwich J⁻¹ (Σ_c u_c u_c' · C/(C − 1) + P) J⁻¹, P the priors' curvature, else J⁻¹. `fixedSum` marks raters whose parameters
 * have a fixed sum: movement along it is taken out. Null where J is not positive definite.
 */
export function raterSpread(
  players: number,
  votes: RaterVotes,
  cells: VoteCells,
  { ridge, priorCurvature, fixedSum }: { ridge: number; priorCurvature: Float64Array; fixedSum?: Float64Array },
  derivatives: DerivativesOf,
  clusters: { of: Uint32Array; count: number } | null,
): RaterSpread | null {
  const { raters } = votes;
  const strength = new Float64Array(players * players);
  for (let i = 0; i < players; i++) strength[i * players + i] = ridge;
  const own = priorCurvature.slice();
  const cross: Map<number, number>[] = Array.from({ length: raters }, () => new Map());
  for (let v = 0; v < cells.winner.length; v++) {
    const [i, j, k, w] = [cells.winner[v]!, cells.loser[v]!, cells.rater[v]!, cells.weight[v]!];
    const { zz, zRater, raterRater } = derivatives(i, j, k);
    strength[i * players + i]! += w * zz;
    strength[j * players + j]! += w * zz;
    strength[i * players + j]! -= w * zz;
    strength[j * players + i]! -= w * zz;
    own[k]! += w * raterRater;
    cross[k]!.set(i, (cross[k]!.get(i) ?? 0) + w * zRater);
    cross[k]!.set(j, (cross[k]!.get(j) ?? 0) - w * zRater);
  }
  for (let k = 0; k < raters; k++) {
    if (!(own[k]! > 0)) return null;
    for (const [i, a] of cross[k]!) for (const [j, b] of cross[k]!) strength[i * players + j]! -= (a * b) / own[k]!;
  }
  const factor = choleskyFactor(strength, players);
  if (factor === null) return null;

  /** J⁻¹ times a score. */
  const influence = (byPlayer: Float64Array, byRater: Float64Array): { player: Float64Array; rater: Float64Array } => {
    const right = byPlayer.slice();
    for (let k = 0; k < raters; k++) {
      if (byRater[k] === 0) continue;
      for (const [i, a] of cross[k]!) right[i]! -= (a * byRater[k]!) / own[k]!;
    }
    const player = choleskySolve(factor, players, right);
    const rest = byRater.map((u, k) => {
      let value = u;
      for (const [i, a] of cross[k]!) value -= a * player[i]!;
      return value / own[k]!;
    });
    return { player, rater: rest };
  };

  /** J⁻¹ a and a' J⁻¹ a, a the direction in which the raters' sum grows. */
  const along = fixedSum ? influence(new Float64Array(players), fixedSum) : null;
  const steep = along ? along.rater.reduce((sum, x, k) => sum + x * fixedSum![k]!, 0) : 1;

  const covariance = new Float64Array(players * players);
  const raterVariance = new Float64Array(raters);
  if (clusters === null) {
    const unit = new Float64Array(players);
    for (let j = 0; j < players; j++) {
      unit.fill(0);
      unit[j] = 1;
      covariance.set(choleskySolve(factor, players, unit), j * players);
    }
    for (let k = 0; k < raters; k++) {
      let bent = 0;
      for (const [i, a] of cross[k]!) for (const [j, b] of cross[k]!) bent += a * b * covariance[i * players + j]!;
      raterVariance[k] = 1 / own[k]! + bent / own[k]! ** 2 - (along ? along.rater[k]! ** 2 / steep : 0);
    }
    if (along) {
      for (let i = 0; i < players; i++) {
        for (let j = 0; j < players; j++) covariance[i * players + j]! -= (along.player[i]! * along.player[j]!) / steep;
      }
    }
  } else {
    const { winner, loser, rater, weight } = listedVotes(votes);
    const { starts, rows } = groupedRows(clusters);
    const [byPlayer, byRater] = [new Float64Array(players), new Float64Array(raters)];
    const scale = clusters.count / (clusters.count - 1);
    const spreadBy = (times: number): void => {
      const moved = influence(byPlayer, byRater);
      if (along) {
        const off = moved.rater.reduce((sum, x, k) => sum + x * fixedSum![k]!, 0) / steep;
        for (let i = 0; i < players; i++) moved.player[i]! -= off * along.player[i]!;
        for (let k = 0; k < raters; k++) moved.rater[k]! -= off * along.rater[k]!;
      }
      for (let i = 0; i < players; i++) {
        for (let j = 0; j < players; j++) covariance[i * players + j]! += times * moved.player[i]! * moved.player[j]!;
      }
      for (let k = 0; k < raters; k++) raterVariance[k]! += times * moved.rater[k]! ** 2;
      byPlayer.fill(0);
      byRater.fill(0);
    };
    for (let c = 0; c < clusters.count; c++) {
      for (let place = starts[c]!; place < starts[c + 1]!; place++) {
        const v = rows[place]!;
        const slope = derivatives(winner[v]!, loser[v]!, rater[v]!);
        byPlayer[winner[v]!]! += weight[v]! * slope.byZ;
        byPlayer[loser[v]!]! -= weight[v]! * slope.byZ;
        byRater[rater[v]!]! += weight[v]! * slope.byRater;
      }
      spreadBy(scale);
    }
    // What the priors pull by: without it the interval would trust the pulled values.
    for (let i = 0; i < players; i++) {
      byPlayer[i] = 1;
      spreadBy(ridge);
    }
    for (let k = 0; k < raters; k++) {
      byRater[k] = 1;
      spreadBy(priorCurvature[k]!);
    }
  }
  return { covariance: centred(covariance, players), raterVariance, known: own.map((x) => 1 / x) };
}

function centred(matrix: Float64Array, n: number): Float64Array {
  const means = Float64Array.from({ length: n }, (_, i) => {
    let total = 0;
    for (let j = 0; j < n; j++) total += matrix[i * n + j]!;
    return total / n;
  });
  const whole = means.reduce((a, b) => a + b, 0) / n;
  return matrix.map((x, place) => x - means[Math.floor(place / n)]! - means[place % n]! + whole);
}
