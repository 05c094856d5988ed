/**
 * The lower Cholesky factor of a symmetric matrix, row after row; null where it is not positive definite.
 *
 * A pivot below 1e-13 of its diagonal counts as 0: what is left of it is rounding, and a step along it would be noise.
 */
export function choleskyFactor(matrix: ArrayLike<number>, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * n + k]! * factor[j * n + k]!;
      if (i > j) factor[i * n + j] = rest / factor[j * n + j]!;
      else if (rest > 1e-13 * matrix[i * n + i]!) factor[i * n + i] = Math.sqrt(rest);
      else return null;
    }
  }
  return factor;
}

/** x with L' x = right, for the factor L. */
export function backSubstitute(factor: Float64Array, n: number, right: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(right);
  for (let i = n - 1; i >= 0; i--) {
    let rest = x[i]!;
    for (let k = i + 1; k < n; k++) rest -= factor[k * n + i]! * x[k]!;
    x[i] = rest / factor[i * n + i]!;
  }
  return x;
}

/** x with L L' x = right, for the factor L. */
export function choleskySolve(factor: Float64Array, n: number, right: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= factor[i * n + k]! * x[k]!;
    x[i] = rest / factor[i * n + i]!;
  }
  return backSubstitute(factor, n, x);
}

/** (L L')⁻¹, full and symmetric. */
export function choleskyInverse(lower: Float64Array, n: number): Float64Array {
  // The inverse of L, column by column; then its transpose times itself.
  const half = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    half[j * n + j] = 1 / lower[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let rest = 0;
      for (let k = j; k < i; k++) rest -= lower[i * n + k]! * half[k * n + j]!;
      half[i * n + j] = rest / lower[i * n + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const left = half[k * n + i]!;
      if (left === 0) continue;
      for (let j = 0; j <= i; j++) inverse[i * n + j]! += left * half[k * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) inverse[j * n + i] = inverse[i * n + j]!;
  return inverse;
}

/** Σ ln L_ii², the log determinant of A. */
export function logDeterminant(lower: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += Math.log(lower[i * n + i]!);
  return 2 * total;
}
