/** Square by square, so that neither what is read nor what is written is fetched again for each number. */
const square = 32;

/** The n × n symmetric matrix whose lower triangle stands in rows `stride` apart, times `factor`. */
export function mirrored(lower: Float64Array, stride: number, n: number, factor: number): Float64Array {
  const full = new Float64Array(n * n);
  for (let top = 0; top < n; top += square) {
    for (let start = 0; start <= top; start += square) {
      for (let i = top; i < Math.min(top + square, n); i++) {
        for (let j = start; j < Math.min(start + square, i + 1); j++) {
          full[i * n + j] = full[j * n + i] = factor * lower[i * stride + j]!;
        }
      }
    }
  }
  return full;
}
