import { sumOf } from '../numerics/sum.ts';

/**
 * What a crossed design says about its variances: for each effect a mean square, its degrees of freedom, and how often
 * each variance stands in its expectation.
 *
 * An effect is a set of facets, written in bits: with facets target, item, rater it is 1 target, 2 item, 3 target × item,
 * 4 rater, and so on to the residual, where all bits are set. `squares[effect − 1]` belongs to it.
 */
export type VarianceDesign = {
  facets: number;
  squares: Float64Array;
  df: Float64Array;
  /** Ratings behind one level of each effect: the multiplier of its variance in the expectations that contain it. */
  times: Float64Array;
};

/** Number of facets of an effect. */
function order(effect: number): number {
  let bits = 0;
  for (let rest = effect; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}

/**
 * The variances whose expected mean squares are these.
 *
 *     E MS_α = Σ_{β ⊇ α} times_β σ²_β      so      σ²_α = Σ_{β ⊇ α} (−1)^{|β| − |α|} MS_β / times_α
 *
 * Cornfield and Tukey 1956; Brennan 2001, Generalizability Theory, section 3.4. Values may be negative.
 */
export function variancesOf(squares: Float64Array, times: Float64Array, out: Float64Array): void {
  for (let effect = 1; effect <= squares.length; effect++) {
    let total = 0;
    for (let above = effect; above <= squares.length; above++) {
      if ((above & effect) === effect)
        total += order(above ^ effect) % 2 === 0 ? squares[above - 1]! : -squares[above - 1]!;
    }
    out[effect - 1] = total / times[effect - 1]!;
  }
}

/** The expected mean squares of these variances. */
export function expectedSquares(variances: Float64Array, times: Float64Array): Float64Array {
  return variances.map((_, place) => {
    const effect = place + 1;
    let total = 0;
    for (let above = effect; above <= variances.length; above++) {
      if ((above & effect) === effect) total += times[above - 1]! * variances[above - 1]!;
    }
    return total;
  });
}

/**
 * Mean squares of a complete crossed table, one rating a cell, the last facet running fastest.
 *
 * The sum of squares of an effect is taken from the table of its means, after the effects inside it were removed.
 * Squares of mere rounding count as 0.
 */
export function crossedSquares(values: ArrayLike<number>, sizes: readonly number[]): VarianceDesign {
  const facets = sizes.length;
  const cells = sizes.reduce((a, b) => a * b, 1);
  const effects = 2 ** facets - 1;
  const squares = new Float64Array(effects);
  const df = new Float64Array(effects).fill(1);
  const times = new Float64Array(effects);
  let largest = 0;
  for (let i = 0; i < cells; i++) largest = Math.max(largest, Math.abs(values[i]!));
  const rounding = cells * (8 * Number.EPSILON * largest) ** 2;
  const rest = Float64Array.from({ length: cells }, (_, i) => values[i]!);
  // Which cell of the means table of an effect a rating falls into.
  const place = (cell: number, effect: number): number => {
    let [left, at, scale] = [cell, 0, 1];
    for (let facet = facets - 1; facet >= 0; facet--) {
      const size = sizes[facet]!;
      const level = left % size;
      left = (left - level) / size;
      if ((effect >> facet) & 1) {
        at += level * scale;
        scale *= size;
      }
    }
    return at;
  };
  const squareOf = (effect: number, levels: number, mean: (level: number) => number): void => {
    for (let facet = 0; facet < facets; facet++) if ((effect >> facet) & 1) df[effect - 1]! *= sizes[facet]! - 1;
    times[effect - 1] = cells / levels;
    const total = (sumOf(levels, (level) => mean(level) * mean(level)) * cells) / levels;
    squares[effect - 1] = (total <= rounding ? 0 : total) / df[effect - 1]!;
  };
  // Smaller effects first, so that what remains of a larger one is its own.
  const inTurn = Array.from({ length: effects + 1 }, (_, effect) => effect).toSorted((a, b) => order(a) - order(b));
  for (const effect of inTurn) {
    let levels = 1;
    for (let facet = 0; facet < facets; facet++) if ((effect >> facet) & 1) levels *= sizes[facet]!;
    if (effect === effects) {
      // All facets together: each rating that is left is its own mean.
      squareOf(effect, levels, (cell) => (rest[cell]! * levels) / cells);
      continue;
    }
    const means = new Float64Array(levels);
    for (let cell = 0; cell < cells; cell++) means[place(cell, effect)]! += rest[cell]!;
    for (let level = 0; level < levels; level++) means[level] = (means[level]! * levels) / cells;
    for (let cell = 0; cell < cells; cell++) rest[cell]! -= means[place(cell, effect)]!;
    if (effect > 0) squareOf(effect, levels, (level) => means[level]!);
  }
  return { facets, squares, df, times };
}
