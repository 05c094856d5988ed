import { logistic, logLogistic } from '../numerics/logistic.ts';
import { solvePositiveDefinite } from '../numerics/positive-definite.ts';

export type LogisticFit = {
  /** One per feature, the intercept last. */
  coefficients: Float64Array;
  converged: boolean;
  iterations: number;
  /** Whether a ridge of 1e-6 on the features holds the fit together: separated or collinear data have no maximum. */
  ridged: boolean;
};

const ridgeOfSeparation = 1e-6;
const most = 200;

/**
 * Logistic regression by Newton's method with step halving.
 *
 * @param features columns of equal length, finite
 * @param targets in [0, 1]
 */
export function fitLogistic(features: readonly Float64Array[], targets: Float64Array | Uint8Array): LogisticFit {
  const plain = newton(features, targets, 0);
  if (plain.converged) return { ...plain, ridged: false };
  return { ...newton(features, targets, ridgeOfSeparation), ridged: true };
}

function newton(
  features: readonly Float64Array[],
  targets: Float64Array | Uint8Array,
  ridge: number,
): Omit<LogisticFit, 'ridged'> {
  const n = targets.length;
  const d = features.length + 1;
  let all = 0;
  for (let i = 0; i < n; i++) all += targets[i]!;
  const share = all / n;
  let coefficients = new Float64Array(d);
  coefficients[d - 1] = Math.log(share / (1 - share));
  const linear = (beta: Float64Array, i: number): number => {
    let eta = beta[d - 1]!;
    for (let j = 0; j < d - 1; j++) eta += beta[j]! * features[j]![i]!;
    return eta;
  };
  const loss = (beta: Float64Array): number => {
    let total = 0;
    for (let j = 0; j < d - 1; j++) total += (ridge / 2) * beta[j]! ** 2;
    for (let i = 0; i < n; i++) {
      const eta = linear(beta, i);
      total -= logLogistic(-eta) + targets[i]! * eta;
    }
    return total;
  };
  let current = loss(coefficients);
  for (let iterations = 1; iterations <= most; iterations++) {
    const gradient = new Float64Array(d);
    const hessian = new Float64Array(d * d);
    for (let j = 0; j < d - 1; j++) {
      gradient[j] = -ridge * coefficients[j]!;
      hessian[j * d + j] = ridge;
    }
    for (let i = 0; i < n; i++) {
      const p = logistic(linear(coefficients, i));
      const [error, weight] = [targets[i]! - p, p * (1 - p)];
      for (let j = 0; j < d; j++) {
        const x = j < d - 1 ? features[j]![i]! : 1;
        gradient[j]! += error * x;
        for (let k = 0; k <= j; k++) hessian[j * d + k]! += weight * x * (k < d - 1 ? features[k]![i]! : 1);
      }
    }
    for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) hessian[k * d + j] = hessian[j * d + k]!;
    const step = solvePositiveDefinite(hessian, gradient);
    // Without a ridge, a loss of nearly nothing means that the classes are separated and the maximum lies at infinity.
    if (step === null || (ridge === 0 && current < 1e-7 * n)) return { coefficients, converged: false, iterations };
    let next = coefficients;
    let reached = current;
    for (let scale = 1; scale > 1e-9; scale /= 2) {
      next = coefficients.map((value, j) => value + scale * step[j]!);
      reached = loss(next);
      if (reached <= current + 1e-13 * Math.abs(current)) break;
    }
    const moved = step.every((s, j) => Math.abs(s) <= 1e-9 * (1 + Math.abs(coefficients[j]!)));
    coefficients = next;
    current = reached;
    if (moved) return { coefficients, converged: true, iterations };
  }
  return { coefficients, converged: false, iterations: most };
}
