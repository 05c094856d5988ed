/** Nodes and weights on [−1, 1]. */
export type Quadrature = { nodes: Float64Array; weights: Float64Array };

/** Gauss-Legendre quadrature, exact for polynomials of degree 2·size − 1; nodes by Newton's method on P_n. */
export function gaussLegendre(size: number): Quadrature {
  const nodes = new Float64Array(size);
  const weights = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (size + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [previous, current] = [1, x];
      for (let k = 2; k <= size; k++)
        [previous, current] = [current, ((2 * k - 1) * x * current - (k - 1) * previous) / k];
      slope = (size * (x * current - previous)) / (x * x - 1);
      const move = current / slope;
      x -= move;
      if (Math.abs(move) < 1e-15) break;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** ∫ f over [low, high], cut into equal panels. */
export function integrate(
  f: (x: number) => number,
  low: number,
  high: number,
  panels: number,
  rule: Quadrature,
): number {
  const half = (high - low) / panels / 2;
  let total = 0;
  for (let panel = 0; panel < panels; panel++) {
    const centre = low + (2 * panel + 1) * half;
    for (let i = 0; i < rule.nodes.length; i++) total += rule.weights[i]! * f(centre + half * rule.nodes[i]!);
  }
  return total * half;
}
