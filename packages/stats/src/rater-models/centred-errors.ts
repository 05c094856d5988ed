/**
 * Standard errors of parameters from … to, each as its distance from their mean: what is left of the covariance when the
 * shift that they share is taken out. Null where there is no covariance.
 */
export function centredErrors(
  covariance: Float64Array | null,
  size: number,
  from: number,
  to: number,
): Float64Array | null {
  if (covariance === null) return null;
  const many = to - from;
  const rowMeans = new Float64Array(many);
  let total = 0;
  for (let i = 0; i < many; i++) {
    for (let j = 0; j < many; j++) rowMeans[i]! += covariance[(from + i) * size + from + j]! / many;
    total += rowMeans[i]! / many;
  }
  return rowMeans.map((mean, i) =>
    Math.sqrt(Math.max(0, covariance[(from + i) * size + from + i]! - 2 * mean + total)),
  );
}
