import { type RandomFactor, restrictedLikelihood, type RestrictedPoint } from './restricted-likelihood.ts';

export type RemlFit = {
  mean: number;
  /** One per factor, then the residual. Never negative. */
  variances: Float64Array;
  /** −2 log restricted likelihood. */
  deviance: number;
  converged: boolean;
  iterations: number;
};

/** On a deviance whose curvature is at least a few units: ratios are then right to eight digits or more. */
const tolerance = 1e-8;

const steepest = ({ gradient }: RestrictedPoint): number =>
  gradient.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** Armijo's rule; where the deviance no longer shows a difference, its slope decides. */
function lowers(here: RestrictedPoint, next: RestrictedPoint, promised: number): boolean {
  if (next.deviance <= here.deviance + 1e-4 * promised) return true;
  const alike = Math.abs(next.deviance - here.deviance) <= 1e-12 * (1 + Math.abs(here.deviance));
  return alike && steepest(next) < steepest(here);
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, x, i) => total + x * b[i]!, 0);

/**
 * Variance components of crossed random factors and one grand mean by restricted maximum likelihood.
 *
 * Quasi-Newton steps (BFGS) on the ratios θ; the deviance is even in θ, so a variance of 0 is an ordinary minimum and not
 * a boundary. Null where the residual variance is 0: the ratios are then infinite.
 *
 * @param y the rows, none missing
 */
export function remlFit(y: Float64Array, factors: readonly RandomFactor[]): RemlFit | null {
  const size = factors.length;
  // In units of the spread of y around its mean, so that sums of squares lose nothing to a large mean.
  const centre = y.reduce((a, b) => a + b, 0) / y.length;
  const likelihood = restrictedLikelihood(
    y.map((value) => value - centre),
    factors,
  );
  let theta = new Float64Array(size).fill(0.7);
  let here = likelihood(theta);
  if (here === null) return null;
  const first = () => diagonal(factors.map(({ levels }) => 1 / (2 * levels)));
  let steps = first();
  let converged = false;
  let iterations = 0;
  for (; iterations < 200 && !converged; iterations++) {
    let direction = times(steps, here.gradient).map((x) => -x);
    if (!(dot(direction, here.gradient) < 0)) {
      steps = first();
      direction = times(steps, here.gradient).map((x) => -x);
    }
    const longest = direction.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    // Ratios may double in a step, so that those of ratings without error are soon out of reach.
    const reach = theta.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
    if (reach > 1e5) return null;
    let length = Math.min(1, reach / longest);
    let next: RestrictedPoint | null = null;
    let moved = theta;
    const slope = dot(direction, here.gradient);
    for (let tries = 0; tries < 40; tries++, length /= 2) {
      moved = theta.map((x, k) => x + length * direction[k]!);
      next = likelihood(moved);
      if (next !== null && lowers(here, next, length * slope)) break;
      next = null;
    }
    if (next === null) {
      // No step lowers the deviance any more: as good as doubles can say.
      converged = steepest(here) < 1e-4;
      break;
    }
    const step = moved.map((x, k) => x - theta[k]!);
    const bend = next.gradient.map((x, k) => x - here!.gradient[k]!);
    steps = updated(steps, step, bend);
    theta = moved;
    converged = steepest(next) < tolerance;
    here = next;
  }
  const residual = here.residual;
  const variances = new Float64Array(size + 1);
  theta.forEach((x, k) => {
    variances[k] = Math.abs(x) < 1e-5 ? 0 : x * x * residual;
  });
  variances[size] = residual;
  return { mean: here.mean + centre, variances, deviance: here.deviance, converged, iterations };
}

function diagonal(entries: readonly number[]): Float64Array[] {
  return entries.map((entry, i) => Float64Array.from(entries, (_, j) => (i === j ? entry : 0)));
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

/** The BFGS update of the inverse curvature; left as it is where the step met no positive curvature. */
function updated(steps: Float64Array[], step: Float64Array, bend: Float64Array): Float64Array[] {
  const curvature = dot(step, bend);
  if (!(curvature > 1e-14)) return steps;
  const turned = times(steps, bend);
  const scale = (1 + dot(bend, turned) / curvature) / curvature;
  return steps.map((row, i) =>
    row.map((x, j) => x + scale * step[i]! * step[j]! - (turned[i]! * step[j]! + step[i]! * turned[j]!) / curvature),
  );
}
