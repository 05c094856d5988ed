import { backSubstitute, choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { normalQuantile } from '../numerics/normal.ts';
import type { PairedCounts } from '../proportions/proportion-difference.ts';
import type { Random } from '../random/random.ts';
import { bivariateNormalCdf } from './bivariate-normal.ts';

/** logit θ_A, logit θ_B, artanh ρ. */
export type Point = readonly [number, number, number];
type LogDensity = (point: Point) => number;

/** log likelihood of a cell; a cell without items asks for nothing. */
function cell(count: number, probability: number): number {
  return count === 0 ? 0 : count * Math.log(Math.max(probability, 1e-300));
}

/** The log posterior of the paired model, up to a constant, with the Jacobian of the three coordinates. */
export function pairedPosterior({ both, firstOnly, secondOnly, neither }: PairedCounts): LogDensity {
  return ([x, y, z]) => {
    const [a, b] = [1 / (1 + Math.exp(-x)), 1 / (1 + Math.exp(-y))];
    const shared = bivariateNormalCdf(normalQuantile(a), normalQuantile(b), Math.tanh(z));
    // u = (ρ + 1)/2 has density ∝ u³(1 − u), and du/dz = 2u(1 − u).
    const u = 1 / (1 + Math.exp(-2 * z));
    const v = 1 / (1 + Math.exp(2 * z));
    return (
      cell(both, shared) +
      cell(firstOnly, a - shared) +
      cell(secondOnly, b - shared) +
      cell(neither, 1 - a - b + shared) +
      Math.log(a * (1 - a) * b * (1 - b)) +
      4 * Math.log(u) +
      2 * Math.log(v)
    );
  };
}

const degrees = 5;
const step = 1e-3;

/** The point at that distance along a direction. */
function along([x, y, z]: Point, direction: ArrayLike<number>, size: number): Point {
  return [x + size * direction[0]!, y + size * direction[1]!, z + size * direction[2]!];
}

function moved(point: Point, axis: number, by: number): Point {
  return along(
    point,
    [0, 1, 2].map((i) => (i === axis ? 1 : 0)),
    by,
  );
}

/** Gradient and −Hessian by central differences. */
function shapeAt(f: LogDensity, point: Point): { gradient: number[]; curvature: number[][] } {
  const middle = f(point);
  const up = [0, 1, 2].map((i) => f(moved(point, i, step)));
  const down = [0, 1, 2].map((i) => f(moved(point, i, -step)));
  const gradient = up.map((x, i) => (x - down[i]!) / (2 * step));
  const curvature = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => {
      if (i === j) return -(up[i]! - 2 * middle + down[i]!) / step ** 2;
      const corners = [1, -1].map((s) => [1, -1].map((t) => f(moved(moved(point, i, s * step), j, t * step))));
      return -(corners[0]![0]! - corners[0]![1]! - corners[1]![0]! + corners[1]![1]!) / (4 * step ** 2);
    }),
  );
  return { gradient, curvature };
}

/** The factor of the curvature, which is raised along the diagonal until it has one. */
function factorOf(curvature: number[][]): Float64Array {
  for (let ridge = 0; ; ridge = ridge === 0 ? 1e-3 : ridge * 4) {
    const raised = curvature.flatMap((row, i) => row.map((x, j) => (i === j ? x + ridge : x)));
    const factor = choleskyFactor(raised, 3);
    if (factor) return factor;
  }
}

/** A normal number, by inversion. */
function normalDraw(random: Random): number {
  return normalQuantile(random.next() + 2 ** -54);
}

/**
 * Draws from a multivariate t that fits the mode of a density (Newton with halved steps), each with the log of the density
 * that it was drawn from, up to a constant.
 */
export function proposalOf(target: LogDensity, start: Point): (random: Random) => { point: Point; log: number } {
  let mode = start;
  let height = target(mode);
  let { gradient, curvature } = shapeAt(target, mode);
  for (let round = 0; round < 60; round++) {
    const lower = factorOf(curvature);
    const direction = choleskySolve(lower, 3, gradient);
    let size = 1;
    let next = mode;
    let found = height;
    for (; size > 1e-6; size /= 2) {
      next = along(mode, direction, size);
      found = target(next);
      if (found >= height) break;
    }
    const gain = found - height;
    if (!(gain >= 0)) break;
    [mode, height] = [next, found];
    ({ gradient, curvature } = shapeAt(target, mode));
    if (gain < 1e-8) break;
  }
  const lower = factorOf(curvature);
  return (random) => {
    const z = [normalDraw(random), normalDraw(random), normalDraw(random)];
    let chiSquare = 0;
    for (let i = 0; i < degrees; i++) chiSquare += normalDraw(random) ** 2;
    const scale = Math.sqrt(degrees / chiSquare);
    const away = backSubstitute(
      lower,
      3,
      z.map((x) => x * scale),
    );
    const squares = z.reduce((total, x) => total + (x * scale) ** 2, 0);
    return {
      point: along(mode, away, 1),
      log: (-(degrees + 3) / 2) * Math.log1p(squares / degrees),
    };
  };
}
