import { indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { sumOf } from '../numerics/sum.ts';

/**
 * A t interval of a mean that allows for skew: Hall's cubic transformation of t, whose inverse is closed.
 *
 *     g(t) = t + a(t²/3 + 1/6) + a²t³/27        a = skewness of the cluster sums / √G        m − SE · g⁻¹(± t(G − 1))
 *
 * Losses are skewed to the right, so that the plain interval lies too low. Equal to it where a = 0. Hall 1992, "On the removal
 * of skewness by transformation", J. R. Statist. Soc. B 54:221-228.
 */
export function skewedMeanInterval(
  values: Float64Array,
  { mean, se, clusters, level }: { mean: number; se: number; clusters: ArrayLike<number> | undefined; level: number },
): [number, number] {
  const { totals, count } = residualTotals(values, mean, clusters);
  // The quotient has no unit; taken in units of the largest sum its powers stay in range.
  let unit = 0;
  for (let g = 0; g < count; g++) unit = Math.max(unit, Math.abs(totals(g)));
  const squares = sumOf(count, (g) => (totals(g) / unit) ** 2);
  const cubes = sumOf(count, (g) => (totals(g) / unit) ** 3);
  const a = cubes / squares ** 1.5;
  const t = tQuantile((1 + level) / 2, count - 1);
  // Near 0 the closed form divides rounding by rounding; two terms of its series are exact there.
  const inverse = (y: number) =>
    Math.abs(a) < 1e-5 ? y - a * (1 / 6 + (y * y) / 3) : (3 / a) * (Math.cbrt(1 + a * (y - a / 6)) - 1);
  return [mean - se * inverse(t), mean - se * inverse(-t)];
}

/** The sum of what each cluster lies off the mean; of each row where there are none. */
function residualTotals(
  values: Float64Array,
  mean: number,
  clusters: ArrayLike<number> | undefined,
): { totals: (g: number) => number; count: number } {
  if (clusters === undefined) return { totals: (i) => values[i]! - mean, count: values.length };
  const { of, count } = indexClusters(clusters, values.length);
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) sums[of[i]!]! += values[i]! - mean;
  return { totals: (g) => sums[g]!, count };
}
