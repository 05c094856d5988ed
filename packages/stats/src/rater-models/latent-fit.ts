import { choleskyInverse, choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { latentLikelihood, type LatentModel, type LatentScores } from './latent-likelihood.ts';

export type LatentFit = {
  parameters: Float64Array;
  /** Inverse of the observed information of the posterior mode; null where it is not positive definite. */
  covariance: Float64Array | null;
  logLik: number;
  /** The trait of each object given its scores, on the reported scale, and its standard error. */
  quality: Float64Array;
  error: Float64Array;
  converged: boolean;
  iterations: number;
};

/**
 * The mode of the marginal posterior: Newton steps with the observed information, and where that is not positive definite
 * the steps of the EM gradient algorithm (Lange 1995, JRSS B 57:425-437), which always climb.
 */
export function fitLatent(scores: LatentScores, model: LatentModel): LatentFit {
  const size = model.parameters;
  const likelihood = latentLikelihood(scores, model);
  let parameters: Float64Array = model.start.slice();
  let here = likelihood.evaluate(parameters);
  let converged = false;
  let iterations = 0;
  for (; iterations < 200 && !converged; iterations++) {
    let moved: Float64Array | null = null;
    for (const information of [here.observed, here.complete]) {
      const lower = choleskyFactor(information, size);
      if (lower === null) continue;
      const step = choleskySolve(lower, size, here.gradient);
      let slope = 0;
      for (let p = 0; p < size; p++) slope += step[p]! * here.gradient[p]!;
      const longest = step.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      let length = Math.min(1, 2 / longest);
      if (longest < 1e-9) {
        converged = true;
        break;
      }
      for (let tries = 0; tries < 20 && moved === null; tries++, length /= 2) {
        const next = parameters.map((x, p) => x + length * step[p]!);
        const gain = likelihood.valueAt(next) - here.value;
        // Close to the mode the gain drowns in rounding; a full Newton step is right there.
        if (gain >= 1e-4 * length * slope || (slope < 1e-7 && gain > -1e-9 * (1 + Math.abs(here.value)))) moved = next;
      }
      if (moved !== null) break;
    }
    if (converged || moved === null) break;
    parameters = moved;
    here = likelihood.evaluate(parameters);
  }
  const lower = choleskyFactor(here.observed, size);
  const covariance = lower === null ? null : choleskyInverse(lower, size);
  return {
    parameters,
    covariance,
    logLik: here.logLik,
    ...likelihood.traits(parameters, covariance),
    converged,
    iterations,
  };
}
