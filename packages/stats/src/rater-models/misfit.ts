import type { FacetScores } from './facet-rasch-model.ts';

/**
 * How far scores are from what the model expects: Σ(x − E)²/ΣV (infit) and the mean of (x − E)²/V (outfit). 1 is expected,
 * above it is noisier, below it more alike than chance allows. Wright and Masters 1982, Rating Scale Analysis.
 */
export type Misfit = { infit: number; outfit: number };

/** Mean and variance of a score at a predictor, for thresholds τ. */
function scoreMoments(predictor: number, tau: ArrayLike<number>, top: number): { mean: number; variance: number } {
  let [total, sum, first, second, most] = [0, 0, 0, 0, 0];
  for (let k = 1; k <= top; k++) {
    total += predictor - (tau[k - 1] ?? 0);
    most = Math.max(most, total);
  }
  total = 0;
  for (let k = 0; k <= top; k++) {
    if (k > 0) total += predictor - (tau[k - 1] ?? 0);
    const chance = Math.exp(total - most);
    sum += chance;
    first += k * chance;
    second += k * k * chance;
  }
  const mean = first / sum;
  return { mean, variance: Math.max(0, second / sum - mean * mean) };
}

/** Infit and outfit of every object and of every level of every facet. */
export function misfits(
  rows: FacetScores,
  quality: Float64Array,
  parameters: Float64Array,
  offsets: readonly number[],
): Misfit[][] {
  const tau = parameters.subarray(offsets.at(-1));
  const groups = [{ of: rows.object, levels: rows.objects }, ...rows.facets];
  const sums = groups.map(({ levels }) => ({
    squares: new Float64Array(levels),
    expected: new Float64Array(levels),
    ratios: new Float64Array(levels),
    counts: new Float64Array(levels),
  }));
  for (let row = 0; row < rows.scores.length; row++) {
    let predictor = quality[rows.object[row]!]!;
    rows.facets.forEach(({ of }, f) => (predictor -= parameters[offsets[f]! + of[row]!]!));
    const { mean, variance } = scoreMoments(predictor, tau, rows.top);
    const square = (rows.scores[row]! - mean) ** 2;
    groups.forEach(({ of }, g) => {
      const [sum, place] = [sums[g]!, of[row]!];
      sum.squares[place]! += square;
      sum.expected[place]! += variance;
      sum.ratios[place]! += square / Math.max(variance, 1e-12);
      sum.counts[place]!++;
    });
  }
  return sums.map(({ squares, expected, ratios, counts }) =>
    Array.from(squares, (square, place) => ({
      infit: square / Math.max(expected[place]!, 1e-12),
      outfit: ratios[place]! / counts[place]!,
    })),
  );
}
