export const halfLog2Pi = 0.5 * Math.log(2 * Math.PI);

const smallErrors = Float64Array.from({ length: 16 }, (_, n) => {
  let factorial = 1;
  for (let i = 2; i <= n; i++) factorial *= i;
  return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - halfLog2Pi;
});

/** ln(n!) − ((n + ½) ln n − n + ½ ln 2π), for a whole n ≥ 1. */
export function stirlingError(n: number): number {
  if (n <= 15) return smallErrors[n]!;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

const stirling = (n: number) => (n < 2 ? 0 : (n + 0.5) * Math.log(n) - n + halfLog2Pi + stirlingError(n));
const firstFactorials = Float64Array.from({ length: 4096 }, (_, n) => stirling(n));

/** ln(n!) for a whole n ≥ 0. */
export function logFactorial(n: number): number {
  return firstFactorials[n] ?? stirling(n);
}
