import { choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { logistic, logLogistic } from '../numerics/logistic.ts';

/** Rows of a logistic regression on three columns, without intercept, with a target in [0, 1]. */
export type LogisticRows = {
  /** How many rows, the first ones, are of the model: their quality and weight are 1. */
  own: number;
  /** Of the other rows, whose quality is 0. */
  otherWeight: number;
  length: Float64Array;
  /** Null where there is none: its coefficient is then 0. */
  difficulty: Float64Array | null;
  target: Float64Array;
};

/**
 * The three coefficients that minimise C Σ weight · log-loss + ½ |w|², by Newton's method: the objective of scikit-learn's
 * LogisticRegression with penalty l2, where each row stands once with y = 1 and weight y, once with y = 0 and 1 − y.
 *
 * Written out for three columns: a bootstrap fits a thousand times.
 */
export function ridgeLogistic(rows: LogisticRows, C: number, start: Float64Array = new Float64Array(3)): Float64Array {
  const { own, otherWeight, length, difficulty, target } = rows;
  const n = target.length;
  const loss = (w: Float64Array): number => {
    let value = (w[0]! ** 2 + w[1]! ** 2 + w[2]! ** 2) / 2;
    for (let i = 0; i < n; i++) {
      const z = w[0]! * (i < own ? 1 : 0) + w[1]! * length[i]! + w[2]! * (difficulty ? difficulty[i]! : 0);
      value -= C * (i < own ? 1 : otherWeight) * (target[i]! * logLogistic(z) + (1 - target[i]!) * logLogistic(-z));
    }
    return value;
  };
  let w = start.slice();
  for (let iteration = 0; iteration < 100; iteration++) {
    const [w0, w1, w2] = [w[0]!, w[1]!, w[2]!];
    let [g0, g1, g2] = [-w0, -w1, -w2];
    let [h00, h01, h02, h11, h12, h22] = [1, 0, 0, 1, 0, 1];
    for (let i = 0; i < n; i++) {
      const x0 = i < own ? 1 : 0;
      const x1 = length[i]!;
      const x2 = difficulty ? difficulty[i]! : 0;
      const p = logistic(w0 * x0 + w1 * x1 + w2 * x2);
      const scale = C * (i < own ? 1 : otherWeight);
      const rest = scale * (target[i]! - p);
      const bend = scale * p * (1 - p);
      g0 += rest * x0;
      g1 += rest * x1;
      g2 += rest * x2;
      h00 += bend * x0 * x0;
      h01 += bend * x0 * x1;
      h02 += bend * x0 * x2;
      h11 += bend * x1 * x1;
      h12 += bend * x1 * x2;
      h22 += bend * x2 * x2;
    }
    const factor = choleskyFactor([h00, h01, h02, h01, h11, h12, h02, h12, h22], 3)!;
    const step = choleskySolve(factor, 3, [g0, g1, g2]);
    const longest = Math.max(Math.abs(step[0]!), Math.abs(step[1]!), Math.abs(step[2]!));
    let moved = w.map((x, k) => x + step[k]!);
    // Only a long step can overshoot.
    if (longest > 0.5) {
      const here = loss(w);
      for (let scale = 0.5; loss(moved) > here && scale > 1e-9; scale /= 2) {
        moved = w.map((x, k) => x + scale * step[k]!);
      }
    }
    w = moved;
    // Convergence is quadratic: the next step would be of the order of the square.
    if (longest < 1e-7) break;
  }
  return w;
}
