import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { logLogistic } from '../numerics/logistic.ts';
import type { PairCounts } from './pair-counts.ts';

/** Up to so many players Newton's equations are solved directly, beyond by conjugate gradients. */
const mostDirect = 200;
const longestStep = 5;

export type PairFit = {
  /** Log-worths with sum 0. */
  theta: Float64Array;
  iterations: number;
  converged: boolean;
  /** Length of the gradient of the log-likelihood (less the ridge's) at `theta`. */
  gradientNorm: number;
};

/** The gradient and the curvature of the log-likelihood at a point. */
export type Slope = { gradient: Float64Array; curvature: Float64Array; diagonal: Float64Array };

/**
 * Fills gradient Σ (M − N p), curvature N p (1 − p) of each pair and its sums by player.
 *
 * p is πi / (πi + πj), so that only one exponential a player is taken.
 */
export function slopeAt(pairs: PairCounts, theta: Float64Array, ridge: number, slope: Slope): void {
  const { gradient, diagonal } = slope;
  const worth = theta.map((value) => Math.exp(value));
  for (let i = 0; i < theta.length; i++) gradient[i] = -ridge * theta[i]!;
  diagonal.fill(ridge);
  for (let e = 0; e < pairs.first.length;) e = addSlopeOfPlayer(pairs, worth, slope, e);
}

/**
 * Adds the pairs from `e` on with the same first player and returns where the next begin. A function of its own, here and
 * below: called often it is compiled once, where a long loop in a function that is called a few times is compiled each time.
 */
function addSlopeOfPlayer(
  { first, second, won, total }: PairCounts,
  worth: Float64Array,
  { gradient, curvature, diagonal }: Slope,
  e: number,
): number {
  const i = first[e]!;
  const own = worth[i]!;
  let [slopeOfI, sumOfI] = [0, 0];
  for (; e < first.length && first[e] === i; e++) {
    const j = second[e]!;
    const p = own / (own + worth[j]!);
    const expected = total[e]! * p;
    const rest = won[e]! - expected;
    const bend = expected * (1 - p);
    curvature[e] = bend;
    slopeOfI += rest;
    sumOfI += bend;
    gradient[j]! -= rest;
    diagonal[j]! += bend;
  }
  gradient[i]! += slopeOfI;
  diagonal[i]! += sumOfI;
  return e;
}

/** Scores within this of 0 have worths whose sums a double holds. */
const longestScore = 300;

/** Σ M log p over ordered pairs, less the ridge. */
export function pairLogLikelihood(pairs: PairCounts, theta: Float64Array, ridge = 0): number {
  let value = largest(theta) < longestScore ? byWorths(pairs, theta) : byDifferences(pairs, theta);
  if (ridge > 0) for (const score of theta) value -= (ridge / 2) * score * score;
  return value;
}

/** log p = θi − log(πi + πj): one logarithm a pair, and no exponential. */
function byWorths({ first, second, won, total }: PairCounts, theta: Float64Array): number {
  const worth = theta.map((score) => Math.exp(score));
  let value = 0;
  for (let e = 0; e < first.length; e++) {
    const [i, j] = [first[e]!, second[e]!];
    const over = won[e]!;
    value += over * theta[i]! + (total[e]! - over) * theta[j]! - total[e]! * Math.log(worth[i]! + worth[j]!);
  }
  return value;
}

function byDifferences({ first, second, won, total }: PairCounts, theta: Float64Array): number {
  let value = 0;
  for (let e = 0; e < first.length; e++) {
    const z = theta[first[e]!]! - theta[second[e]!]!;
    value += total[e]! * logLogistic(z) - (total[e]! - won[e]!) * z;
  }
  return value;
}

function centre(values: Float64Array): void {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  const mean = total / values.length;
  for (let i = 0; i < values.length; i++) values[i]! -= mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/**
 * Minus the second derivatives as a full matrix, with the gauge: a multiple of 11' of the size of a diagonal entry, so
 * that the matrix can be inverted and a solution for a right side of sum 0 has sum 0.
 */
export function gaugedInformation(
  pairs: PairCounts,
  { curvature, diagonal }: Slope,
): { matrix: Float64Array; gauge: number } {
  const n = pairs.players;
  const gauge = diagonal.reduce((a, b) => a + b, 0) / n / n;
  const matrix = new Float64Array(n * n).fill(gauge);
  for (let i = 0; i < n; i++) matrix[i * n + i]! += diagonal[i]!;
  for (let e = 0; e < curvature.length;) e = subtractPairsOfPlayer(pairs, curvature, matrix, e);
  return { matrix, gauge };
}

function subtractPairsOfPlayer(
  { first, second, players: n }: PairCounts,
  curvature: Float64Array,
  matrix: Float64Array,
  e: number,
): number {
  const i = first[e]!;
  for (; e < first.length && first[e] === i; e++) {
    const j = second[e]!;
    matrix[i * n + j]! -= curvature[e]!;
    matrix[j * n + i]! -= curvature[e]!;
  }
  return e;
}

function solveDirectly(pairs: PairCounts, slope: Slope): Float64Array | null {
  const factor = choleskyFactor(gaugedInformation(pairs, slope).matrix, pairs.players);
  return factor && choleskySolve(factor, pairs.players, slope.gradient);
}

function addProductOfPlayer(
  { first, second }: PairCounts,
  curvature: Float64Array,
  direction: Float64Array,
  product: Float64Array,
  e: number,
): number {
  const i = first[e]!;
  const own = direction[i]!;
  let sum = 0;
  for (; e < first.length && first[e] === i; e++) {
    const j = second[e]!;
    const bend = curvature[e]!;
    sum += bend * direction[j]!;
    product[j]! -= bend * own;
  }
  product[i]! -= sum;
  return e;
}

/** Conjugate gradients on the Laplacian, preconditioned by its diagonal; null when they do not get there. */
function solveByGradients(pairs: PairCounts, slope: Slope, accuracy: number): Float64Array | null {
  const { players: n } = pairs;
  const { gradient, curvature, diagonal } = slope;
  const x = new Float64Array(n);
  const rest = gradient.slice();
  centre(rest);
  const scaled = rest.map((r, i) => r / diagonal[i]!);
  centre(scaled);
  const direction = scaled.slice();
  const product = new Float64Array(n);
  const aim = accuracy * accuracy * dot(rest, rest);
  let along = dot(rest, scaled);
  for (let round = 0; round < 4 * n; round++) {
    if (dot(rest, rest) <= aim) return x;
    for (let i = 0; i < n; i++) product[i] = diagonal[i]! * direction[i]!;
    for (let e = 0; e < pairs.first.length;) e = addProductOfPlayer(pairs, curvature, direction, product, e);
    const length = along / dot(direction, product);
    for (let i = 0; i < n; i++) {
      x[i]! += length * direction[i]!;
      rest[i]! -= length * product[i]!;
    }
    for (let i = 0; i < n; i++) scaled[i] = rest[i]! / diagonal[i]!;
    centre(scaled);
    const next = dot(rest, scaled);
    const turn = next / along;
    along = next;
    for (let i = 0; i < n; i++) direction[i] = scaled[i]! + turn * direction[i]!;
  }
  return null;
}

/**
 * Maximises the (penalised) log-likelihood by Newton's method from `start`, the sum of the scores held at 0.
 *
 * Exists and is unique where the votes connect all players in both directions, or with a ridge; the caller has checked.
 */
export function fitPairs(
  pairs: PairCounts,
  {
    ridge = 0,
    start,
    tolerance = 1e-10,
    most = 100,
  }: { ridge?: number; start?: Float64Array | undefined; tolerance?: number; most?: number } = {},
): PairFit {
  const n = pairs.players;
  const room = (): Slope => ({
    gradient: new Float64Array(n),
    curvature: new Float64Array(pairs.first.length),
    diagonal: new Float64Array(n),
  });
  let theta = start ? start.slice() : new Float64Array(n);
  centre(theta);
  let [here, there] = [room(), room()];
  slopeAt(pairs, theta, ridge, here);
  const outset = norm(here.gradient);
  for (let iterations = 1; iterations <= most; iterations++) {
    const size = norm(here.gradient);
    if (size === 0) return { theta, iterations, converged: true, gradientNorm: 0 };
    const accuracy = Math.max(1e-6, Math.min(1e-2, (1e-1 * size) / outset));
    const step = (n > mostDirect && solveByGradients(pairs, here, accuracy)) || solveDirectly(pairs, here);
    if (step === null) return { theta, iterations, converged: false, gradientNorm: size };
    centre(step);
    const long = largest(step);
    if (long > longestStep) for (let i = 0; i < n; i++) step[i]! *= longestStep / long;
    const rise = dot(here.gradient, step);
    let moved = theta;
    let share = 1;
    for (let halving = 0; halving < 60; halving++, share /= 2) {
      moved = theta.map((score, i) => score + share * step[i]!);
      slopeAt(pairs, moved, ridge, there);
      // Along the step the function is concave: still rising at its end means that it rose all the way, and after a short
      // step a small fall does too. Only else is the function itself needed.
      const slopeAtEnd = dot(there.gradient, step);
      if (slopeAtEnd >= 0 || (share * Math.min(long, longestStep) < 0.5 && slopeAtEnd >= -rise / 2)) break;
      const before = pairLogLikelihood(pairs, theta, ridge);
      if (pairLogLikelihood(pairs, moved, ridge) >= before - 1e-13 * Math.abs(before)) break;
    }
    theta = moved;
    centre(theta);
    [here, there] = [there, here];
    if (share * long < tolerance * Math.max(1, largest(theta))) {
      return { theta, iterations, converged: true, gradientNorm: norm(here.gradient) };
    }
  }
  return { theta, iterations: most, converged: false, gradientNorm: norm(here.gradient) };
}
