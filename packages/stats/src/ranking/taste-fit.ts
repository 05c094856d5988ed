import { choleskyFactor, choleskySolve, logDeterminant } from '../numerics/cholesky.ts';
import type { JudgeVotes } from './judge-votes.ts';

/**
 * The most probable scores at one spread of taste. Judge k's part of the parameters is z_k, one a player, and his order and
 * covariates; the taste is u_k = spread · z_k with z ~ N(0, 1), so that a spread of 0 is a case like the others.
 */
export type TasteFit = {
  spread: number;
  theta: Float64Array;
  /** `players + extras` a judge: z, then order and covariates. */
  own: Float64Array;
  /** Σ ln P(vote). */
  logLikelihood: number;
  /** ln of the integral over scores, tastes and context by Laplace, up to a constant. */
  marginal: number;
  iterations: number;
  converged: boolean;
  blocks: TasteBlocks;
};

/** Minus the second derivatives: a block of each judge, and the Schur complement of the shared scores. */
type TasteBlocks = {
  /** Of the votes alone, by judge k's own strengths and context, m by m. */
  information: Float64Array[];
  /** Cholesky factor of a judge's block, prior included. */
  factor: Float64Array[];
  /** L⁻¹ times the derivatives by a judge's part and θ: m by players. */
  cross: Float64Array[];
  /** Cholesky factor of what remains for θ, the gauge 11'/n included. */
  shared: Float64Array;
};

type Derivatives = { value: number; score: Float64Array[]; information: Float64Array[] };

const mostIterations = 100;

/** Of Σ ln P(vote), by each judge's strengths and context. */
function derivativesAt(votes: JudgeVotes, theta: Float64Array, own: Float64Array, spread: number): Derivatives {
  const { players, judges, extras, left, right, outcome, weight, context, start } = votes;
  const m = players + extras;
  const score = Array.from({ length: judges }, () => new Float64Array(m));
  const information = Array.from({ length: judges }, () => new Float64Array(m * m));
  let value = 0;
  for (let k = 0; k < judges; k++) {
    const [g, h, at] = [score[k]!, information[k]!, k * m];
    for (let c = start[k]!; c < start[k + 1]!; c++) {
      const [a, b, y, w] = [left[c]!, right[c]!, outcome[c]!, weight[c]!];
      let eta = theta[a]! - theta[b]! + spread * (own[at + a]! - own[at + b]!);
      for (let e = 0; e < extras; e++) eta += own[at + players + e]! * context[c * extras + e]!;
      // Both by one exponential, exact in either tail.
      const small = Math.exp(-Math.abs(eta));
      const p = (eta >= 0 ? 1 : small) / (1 + small);
      value += w * ((eta >= 0 ? 0 : eta) - Math.log1p(small) - (1 - y) * eta);
      const rest = w * (y - p);
      const bend = w * p * (1 - p);
      g[a]! += rest;
      g[b]! -= rest;
      h[a * m + a]! += bend;
      h[b * m + b]! += bend;
      h[a * m + b]! -= bend;
      h[b * m + a]! -= bend;
      for (let e = 0; e < extras; e++) {
        const x = context[c * extras + e]!;
        const row = players + e;
        g[row]! += rest * x;
        h[row * m + a]! += bend * x;
        h[a * m + row]! += bend * x;
        h[row * m + b]! -= bend * x;
        h[b * m + row]! -= bend * x;
        for (let f = 0; f < extras; f++) h[row * m + players + f]! += bend * x * context[c * extras + f]!;
      }
    }
  }
  return { value, score, information };
}

/** L⁻¹ B for each column of B, in place; B has `columns` columns. */
function forwardSolve(factor: Float64Array, m: number, b: Float64Array, columns: number): void {
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < i; k++) {
      const f = factor[i * m + k]!;
      if (f === 0) continue;
      for (let j = 0; j < columns; j++) b[i * columns + j]! -= f * b[k * columns + j]!;
    }
    for (let j = 0; j < columns; j++) b[i * columns + j]! /= factor[i * m + i]!;
  }
}

function blocksOf(
  information: Float64Array[],
  { players, extras, perJudge }: JudgeVotes,
  spread: number,
  ridge: number,
): TasteBlocks | null {
  const m = players + extras;
  const shared = new Float64Array(players * players).fill(1 / players);
  const factors: Float64Array[] = [];
  const crosses: Float64Array[] = [];
  for (let k = 0; k < information.length; k++) {
    const own = information[k]!;
    const block = new Float64Array(m * m);
    const cross = new Float64Array(m * players);
    for (let i = 0; i < m; i++) {
      const scale = i < players ? spread : 1;
      for (let j = 0; j < m; j++) block[i * m + j] = scale * (j < players ? spread : 1) * own[i * m + j]!;
      // A judge without votes has no order; 1 on the diagonal leaves it at 0 and the determinant as it is.
      block[i * m + i]! += i < players || perJudge[k] === 0 ? 1 : ridge;
      for (let j = 0; j < players; j++) cross[i * players + j] = scale * own[i * m + j]!;
    }
    const factor = choleskyFactor(block, m);
    if (factor === null) return null;
    forwardSolve(factor, m, cross, players);
    for (let i = 0; i < players; i++) {
      for (let j = 0; j < players; j++) shared[i * players + j]! += own[i * m + j]!;
    }
    for (let r = 0; r < m; r++) {
      for (let i = 0; i < players; i++) {
        const f = cross[r * players + i]!;
        for (let j = 0; j < players; j++) shared[i * players + j]! -= f * cross[r * players + j]!;
      }
    }
    factors.push(factor);
    crosses.push(cross);
  }
  const factor = choleskyFactor(shared, players);
  return factor && { information, factor: factors, cross: crosses, shared: factor };
}

/** Newton's step: first θ, then each judge's part given θ. */
function newtonStep(
  { factor, cross, shared }: TasteBlocks,
  gradient: Float64Array[],
  fromShared: Float64Array,
  players: number,
): { theta: Float64Array; own: Float64Array } {
  const m = gradient[0]!.length;
  const right = fromShared.slice();
  const reduced = gradient.map((g, k) => {
    const y = g.slice();
    forwardSolve(factor[k]!, m, y, 1);
    for (let r = 0; r < m; r++) {
      for (let i = 0; i < players; i++) right[i]! -= cross[k]![r * players + i]! * y[r]!;
    }
    return y;
  });
  const theta = choleskySolve(shared, players, right);
  const own = new Float64Array(m * gradient.length);
  reduced.forEach((y, k) => {
    for (let r = 0; r < m; r++) {
      for (let i = 0; i < players; i++) y[r]! -= cross[k]![r * players + i]! * theta[i]!;
    }
    const lower = factor[k]!;
    for (let i = m - 1; i >= 0; i--) {
      let rest = y[i]!;
      for (let r = i + 1; r < m; r++) rest -= lower[r * m + i]! * own[k * m + r]!;
      own[k * m + i] = rest / lower[i * m + i]!;
    }
  });
  return { theta, own };
}

/**
 * The most probable θ, tastes and contexts at a spread of taste, by Newton's method; null where they are not identified.
 * Time grows with judges · (players + extras)³.
 *
 * @param from parameters to start at
 */
export function tasteFit(
  votes: JudgeVotes,
  spread: number,
  ridge: number,
  from?: Pick<TasteFit, 'theta' | 'own'>,
): TasteFit | null {
  const { players, judges, extras } = votes;
  const m = players + extras;
  let theta = from?.theta ?? new Float64Array(players);
  let own = from?.own ?? new Float64Array(judges * m);
  const penalty = (parts: Float64Array): number => {
    let total = 0;
    for (let i = 0; i < parts.length; i++) total += (i % m < players ? 0.5 : ridge / 2) * parts[i]! ** 2;
    return total;
  };
  let here = derivativesAt(votes, theta, own, spread);
  let value = here.value - penalty(own);
  let [iterations, converged] = [0, false];
  for (;;) {
    const blocks = blocksOf(here.information, votes, spread, ridge);
    if (blocks === null) return null;
    if (converged || iterations === mostIterations) {
      const determinant = blocks.factor.reduce((total, f) => total + logDeterminant(f, m), 0);
      const marginal = value - (determinant + logDeterminant(blocks.shared, players)) / 2;
      // Newton keeps the sum of the scores at 0 up to rounding.
      const mean = theta.reduce((sum, x) => sum + x, 0) / players;
      theta = theta.map((x) => x - mean);
      return { spread, theta, own, logLikelihood: here.value, marginal, iterations, converged, blocks };
    }
    iterations++;
    const fromShared = new Float64Array(players);
    const gradient = here.score.map((g, k) =>
      g.map((x, i) => {
        if (i < players) fromShared[i]! += x;
        return i < players ? spread * x - own[k * m + i]! : x - ridge * own[k * m + i]!;
      }),
    );
    const step = newtonStep(blocks, gradient, fromShared, players);
    const longest = [step.theta, step.own].reduce(
      (most, part) => part.reduce((longer, x) => Math.max(longer, Math.abs(x)), most),
      0,
    );
    for (let scale = Math.min(1, 10 / longest); ; scale /= 2) {
      const movedTheta = theta.map((x, i) => x + scale * step.theta[i]!);
      const movedOwn = own.map((x, i) => x + scale * step.own[i]!);
      const found = derivativesAt(votes, movedTheta, movedOwn, spread);
      const reached = found.value - penalty(movedOwn);
      // Near the maximum a fall is rounding, and halving would go on for ever.
      if (reached < value - 1e-12 * Math.abs(value) && scale * longest >= 1e-10) continue;
      [theta, own, here, value] = [movedTheta, movedOwn, found, reached];
      converged = scale * longest < 1e-9;
      break;
    }
  }
}
