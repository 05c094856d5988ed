/**
 * Solves Ax = b for a q × q matrix in rows, by elimination with partial pivoting; null where A is singular.
 *
 * @param least a pivot no larger counts as 0; by default what rounding leaves of the largest cell
 */
export function solve(
  matrix: ArrayLike<number>,
  right: ArrayLike<number>,
  q: number,
  least?: number,
): Float64Array | null {
  return eliminate(matrix, Float64Array.from(right), q, 1, least);
}

/** The inverse of a q × q matrix in rows; null where it is singular. */
export function invert(matrix: ArrayLike<number>, q: number): Float64Array | null {
  const identity = new Float64Array(q * q);
  for (let i = 0; i < q; i++) identity[i * q + i] = 1;
  return eliminate(matrix, identity, q, q);
}

function eliminate(
  matrix: ArrayLike<number>,
  right: Float64Array,
  q: number,
  columns: number,
  least?: number,
): Float64Array | null {
  const a = Float64Array.from(matrix);
  const smallest = least ?? a.reduce((most, value) => Math.max(most, Math.abs(value)), 0) * q * Number.EPSILON;
  for (let k = 0; k < q; k++) {
    let pivot = k;
    for (let i = k + 1; i < q; i++) if (Math.abs(a[i * q + k]!) > Math.abs(a[pivot * q + k]!)) pivot = i;
    if (!(Math.abs(a[pivot * q + k]!) > smallest)) return null;
    if (pivot !== k) {
      swapRows(a, q, pivot, k);
      swapRows(right, columns, pivot, k);
    }
    for (let i = 0; i < q; i++) {
      if (i === k) continue;
      const factor = a[i * q + k]! / a[k * q + k]!;
      if (factor === 0) continue;
      for (let j = k; j < q; j++) a[i * q + j]! -= factor * a[k * q + j]!;
      for (let j = 0; j < columns; j++) right[i * columns + j]! -= factor * right[k * columns + j]!;
    }
  }
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < columns; j++) right[i * columns + j]! /= a[i * q + i]!;
  }
  return right;
}

function swapRows(a: Float64Array, columns: number, first: number, second: number): void {
  for (let j = 0; j < columns; j++) {
    const kept = a[first * columns + j]!;
    a[first * columns + j] = a[second * columns + j]!;
    a[second * columns + j] = kept;
  }
}

/** The smallest singular value of a q × q matrix, from the eigenvalues of AᵀA by Jacobi's rotations. */
export function smallestSingularValue(matrix: ArrayLike<number>, q: number): number {
  const s = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      let total = 0;
      for (let k = 0; k < q; k++) total += matrix[k * q + i]! * matrix[k * q + j]!;
      s[i * q + j] = total;
    }
  }
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) off += s[i * q + j]! ** 2;
    if (off < 1e-30) break;
    for (let i = 0; i < q; i++) for (let j = 0; j < i; j++) rotate(s, q, i, j);
  }
  let smallest = Infinity;
  for (let i = 0; i < q; i++) smallest = Math.min(smallest, s[i * q + i]!);
  return Math.sqrt(Math.max(0, smallest));
}

/** One rotation that makes s_ij 0. */
function rotate(s: Float64Array, q: number, i: number, j: number): void {
  const off = s[i * q + j]!;
  if (off === 0) return;
  const tau = (s[j * q + j]! - s[i * q + i]!) / (2 * off);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const sine = t * c;
  for (let k = 0; k < q; k++) {
    const [a, b] = [s[k * q + i]!, s[k * q + j]!];
    s[k * q + i] = c * a - sine * b;
    s[k * q + j] = sine * a + c * b;
  }
  for (let k = 0; k < q; k++) {
    const [a, b] = [s[i * q + k]!, s[j * q + k]!];
    s[i * q + k] = c * a - sine * b;
    s[j * q + k] = sine * a + c * b;
  }
}
