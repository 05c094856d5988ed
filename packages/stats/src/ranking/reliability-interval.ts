import { logistic } from '../numerics/logistic.ts';

/** Points each side of the mode, a fiftieth of a standard error apart. */
const steps = 500;

/**
 * Quantiles of a rater's reliability η given the chances p that the strengths give to his votes:
 *
 *     density  η^(a − 1) (1 − η)^(b − 1) Π (η p + (1 − η)(1 − p))^weight
 *
 * added up on a grid of ln(η / (1 − η)) about the mode, then stretched about the median.
 */
export function reliabilityInterval(
  chances: readonly number[],
  weights: readonly number[],
  [a, b]: readonly [number, number],
  mode: number,
  error: number,
  stretch: number,
  level: number,
): [number, number] {
  const centre = Math.log(mode / (1 - mode));
  const step = error / (mode * (1 - mode)) / 50;
  const logDensity = (t: number): number => {
    const eta = logistic(t);
    // On this scale the exponents of the prior are a and b.
    let value = a * Math.log(eta) + b * Math.log(logistic(-t));
    for (let v = 0; v < chances.length; v++) value += weights[v]! * Math.log(1 - eta + (2 * eta - 1) * chances[v]!);
    return value;
  };
  const top = logDensity(centre);
  const below = new Float64Array(2 * steps + 2);
  for (let i = 0; i <= 2 * steps; i++)
    below[i + 1] = below[i]! + Math.exp(logDensity(centre + (i - steps) * step) - top);
  const total = below.at(-1)!;
  // Entry i + 1 holds what lies below the middle between points i and i + 1.
  const quantileOf = (p: number): number => {
    let [low, high] = [0, below.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (below[middle]! <= p * total) low = middle;
      else high = middle;
    }
    const share = (p * total - below[low]!) / (below[low + 1]! - below[low]!);
    return centre + (low + share - 0.5 - steps) * step;
  };
  const median = quantileOf(0.5);
  const end = (p: number): number => logistic(median + stretch * (quantileOf(p) - median));
  return [Math.min(mode, end((1 - level) / 2)), Math.max(mode, end((1 + level) / 2))];
}
