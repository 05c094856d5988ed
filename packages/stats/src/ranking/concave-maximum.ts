import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';

/** Writes the score and minus the second derivatives at the parameters, and gives the log-likelihood. */
export type Likelihood = (parameters: Float64Array, score: Float64Array, information: Float64Array) => number;

export type Maximum = {
  parameters: Float64Array;
  value: number;
  /** Minus the second derivatives at the maximum. */
  information: Float64Array;
  iterations: number;
  converged: boolean;
};

const mostIterations = 100;

/**
 * Newton's method on a concave function, the step halved while the value falls; stops when no parameter moves by more
 * than 1e-10. With `gauge`, the first so many parameters are known up to a common constant only: 11'/n is added to
 * their second derivatives, which keeps their sum as it was at the start and changes nothing else.
 */
export function concaveMaximum(start: Float64Array, gauge: number, likelihood: Likelihood): Maximum {
  const size = start.length;
  let parameters = start.slice();
  const score = new Float64Array(size);
  let information = new Float64Array(size * size);
  let value = likelihood(parameters, score, information);
  for (let iterations = 1; iterations <= mostIterations; iterations++) {
    const factor = choleskyFactor(gauged(information, size, gauge), size);
    if (factor === null) return { parameters, value, information, iterations, converged: false };
    const step = choleskySolve(factor, size, score);
    const longest = step.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    let scale = Math.min(1, 10 / longest);
    for (;;) {
      const moved = parameters.map((x, i) => x + scale * step[i]!);
      score.fill(0);
      information = new Float64Array(size * size);
      const found = likelihood(moved, score, information);
      // Near the maximum a fall is rounding, and halving would go on for ever.
      if (found >= value - 1e-12 * Math.abs(value) || scale * longest < 1e-10) {
        parameters = moved;
        value = found;
        break;
      }
      scale /= 2;
    }
    if (scale * longest < 1e-10) return { parameters, value, information, iterations, converged: true };
  }
  return { parameters, value, information, iterations: mostIterations, converged: false };
}

/** The second derivatives with 11'/n added for the first `players` parameters. */
export function gauged(information: Float64Array, size: number, players: number): Float64Array {
  const curved = information.slice();
  for (let i = 0; i < players; i++) for (let j = 0; j < players; j++) curved[i * size + j]! += 1 / players;
  return curved;
}
