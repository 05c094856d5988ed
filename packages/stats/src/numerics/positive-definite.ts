/**
 * Solves A x = b for a symmetric positive definite A (d × d, row after row) by Cholesky's factors, of A scaled to ones on its
 * diagonal. Null where a pivot is lost to rounding: A is singular, or nearly.
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): Float64Array | null {
  const d = b.length;
  const scale = b.map((_, i) => Math.sqrt(a[i * d + i]!));
  if (!scale.every((s) => s > 0 && s < Infinity)) return null;
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * d + j]! / scale[i]! / scale[j]!;
      for (let k = 0; k < j; k++) rest -= factor[i * d + k]! * factor[j * d + k]!;
      if (i !== j) factor[i * d + j] = rest / factor[j * d + j]!;
      else if (rest > 1e-12) factor[i * d + i] = Math.sqrt(rest);
      else return null;
    }
  }
  const x = b.map((value, i) => value / scale[i]!);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i * d + k]! * x[k]!;
    x[i]! /= factor[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) x[i]! -= factor[k * d + i]! * x[k]!;
    x[i]! /= factor[i * d + i]!;
  }
  return x.map((value, i) => value / scale[i]!);
}
