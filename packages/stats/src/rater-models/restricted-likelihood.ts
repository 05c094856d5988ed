import { choleskyInverse, choleskyFactor, choleskySolve, logDeterminant } from '../numerics/cholesky.ts';

/** One random factor: the level of each row, and how many levels there are. */
export type RandomFactor = { of: Uint32Array; levels: number };

/** The deviance at one point, its slope, and what is profiled out there. */
export type RestrictedPoint = { deviance: number; gradient: Float64Array; mean: number; residual: number };

/**
 * The profiled restricted deviance at given standard-deviation ratios θ_k = σ_k / σ, and its gradient.
 *
 *     C = [X'X, X'ZT; TZ'X, TZ'ZT + I],   deviance  log|C| + (n − 1)(1 + log 2π rss/(n − 1))
 *
 * The levels of the largest factor do not meet in a row, so their block is diagonal and is eliminated by hand; what
 * remains is dense and small. Bates, Mächler, Bolker, Walker 2015, J. Stat. Softw. 67(1), section 3.
 */
export function restrictedLikelihood(
  y: Float64Array,
  factors: readonly RandomFactor[],
): (theta: Float64Array) => RestrictedPoint | null {
  const n = y.length;
  const largest = factors.reduce((best, { levels }, k) => (levels > factors[best]!.levels ? k : best), 0);
  const rest: { factor: number; offset: number }[] = [];
  let size = 1;
  factors.forEach(({ levels }, factor) => {
    if (factor === largest) return;
    rest.push({ factor, offset: size });
    size += levels;
  });
  const counts = new Uint32Array(factors[largest]!.levels);
  for (const level of factors[largest]!.of) counts[level]!++;
  const rowsOf = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  factors[largest]!.of.forEach((level, row) => {
    rowsOf[level]![filled[level]!++] = row;
  });

  return (theta) => {
    const own = theta[largest]!;
    const dense = new Float64Array(size * size);
    const right = new Float64Array(size);
    const places = new Uint32Array(rest.length + 1);
    const scales = new Float64Array(rest.length + 1).fill(1);
    const coupling = new Float64Array(size);
    let logPivots = 0;
    const touchedOf: Uint32Array[] = [];
    const couplingOf: Float64Array[] = [];
    const pivots = new Float64Array(rowsOf.length);
    const rights = new Float64Array(rowsOf.length);
    let squares = 0;
    for (let level = 0; level < rowsOf.length; level++) {
      const touched: number[] = [];
      let total = 0;
      for (const row of rowsOf[level]!) {
        for (let k = 0; k < rest.length; k++) {
          const { factor, offset } = rest[k]!;
          places[k + 1] = offset + factors[factor]!.of[row]!;
          scales[k + 1] = theta[factor]!;
        }
        const value = y[row]!;
        total += value;
        squares += value * value;
        for (let k = 0; k < places.length; k++) {
          const [i, a] = [places[k]!, scales[k]!];
          right[i]! += a * value;
          if (coupling[i] === 0 && !touched.includes(i)) touched.push(i);
          coupling[i]! += own * a;
          for (let l = 0; l < places.length; l++) dense[i * size + places[l]!]! += a * scales[l]!;
        }
      }
      const pivot = 1 + own * own * rowsOf[level]!.length;
      logPivots += Math.log(pivot);
      pivots[level] = pivot;
      rights[level] = own * total;
      const list = Uint32Array.from(touched);
      const kept = new Float64Array(list.length);
      for (let k = 0; k < list.length; k++) kept[k] = coupling[list[k]!]!;
      for (let k = 0; k < list.length; k++) {
        const [i, a] = [list[k]!, kept[k]! / pivot];
        right[i]! -= a * rights[level]!;
        for (let l = 0; l < list.length; l++) dense[i * size + list[l]!]! -= a * kept[l]!;
        coupling[i] = 0;
      }
      touchedOf.push(list);
      couplingOf.push(kept);
    }
    for (let i = 1; i < size; i++) dense[i * size + i]! += 1;
    const lower = choleskyFactor(dense, size);
    if (lower === null) return null;
    const solved = choleskySolve(lower, size, right);
    const inverse = choleskyInverse(lower, size);

    // Predicted effects on the scale of v, where u = θ v, and the residuals of the rows.
    const v = factors.map(({ levels }) => new Float64Array(levels));
    for (const { factor, offset } of rest) v[factor]!.set(solved.subarray(offset, offset + factors[factor]!.levels));
    const traces = new Float64Array(factors.length);
    for (let level = 0; level < rowsOf.length; level++) {
      const [list, kept, pivot] = [touchedOf[level]!, couplingOf[level]!, pivots[level]!];
      let [known, spread] = [rights[level]!, 0];
      for (let k = 0; k < list.length; k++) {
        known -= kept[k]! * solved[list[k]!]!;
        let across = 0;
        for (let l = 0; l < list.length; l++) across += inverse[list[k]! * size + list[l]!]! * kept[l]!;
        spread += kept[k]! * across;
      }
      v[largest]![level] = known / pivot;
      traces[largest]! += 1 / pivot + spread / (pivot * pivot);
    }
    for (const { factor, offset } of rest) {
      for (let i = offset; i < offset + factors[factor]!.levels; i++) traces[factor]! += inverse[i * size + i]!;
    }
    const left = Float64Array.from(y, (value) => value - solved[0]!);
    factors.forEach(({ of }, k) => {
      for (let row = 0; row < n; row++) left[row]! -= theta[k]! * v[k]![of[row]!]!;
    });
    let rss = 0;
    for (const value of left) rss += value * value;
    for (const effects of v) for (const value of effects) rss += value * value;
    if (!(rss > 1e-14 * squares)) return null;
    const gradient = new Float64Array(factors.length);
    factors.forEach(({ of, levels }, k) => {
      // Even in θ, the deviance is level at 0; so close to it rounding would be all that is left of the slope.
      if (Math.abs(theta[k]!) < 1e-6) return;
      let fit = 0;
      for (let row = 0; row < n; row++) fit += v[k]![of[row]!]! * left[row]!;
      gradient[k] = (2 * (levels - traces[k]!)) / theta[k]! - (2 * (n - 1) * fit) / rss;
    });
    const deviance = logPivots + logDeterminant(lower, size) + (n - 1) * (1 + Math.log((2 * Math.PI * rss) / (n - 1)));
    return { deviance, gradient, mean: solved[0]!, residual: rss / (n - 1) };
  };
}
