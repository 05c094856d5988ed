/** δ(z) of Γ(z) = √(2π/z) (z/e)^z e^δ(z), z > 0: Stirling's series from 15 on, below it by recurrence from there. */
export function gammaError(z: number): number {
  let shift = 0;
  let high = z;
  for (; high < 15; high++) shift += (high + 0.5) * Math.log1p(1 / high) - 1;
  const square = high * high;
  const series =
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) /
    high;
  return series + shift;
}

/** k ln(k / m) + m − k, without cancellation when k is near m. `logRatio` is ln(k / m). */
export function deviance(k: number, m: number, logRatio: number): number {
  if (Math.abs(k - m) >= 0.1 * (k + m)) return k * logRatio + m - k;
  const v = (k - m) / (k + m);
  let total = (k - m) * v;
  let power = 2 * k * v;
  for (let j = 1; j < 1000; j++) {
    power *= v * v;
    const next = total + power / (2 * j + 1);
    if (next === total) break;
    total = next;
  }
  return total;
}
