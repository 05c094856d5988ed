import { normalCdf } from '../numerics/normal.ts';
import { gaussLegendre } from './gauss-legendre.ts';

// The closer |r| is to 1, the more the integrand bends.
const [flat, bent, steep] = [gaussLegendre(6), gaussLegendre(12), gaussLegendre(20)];
const turn = 2 * Math.PI;

/**
 * P(X ≤ h, Y ≤ k) of two standard normal variables with correlation r.
 *
 * Genz 2004, "Numerical computation of rectangular bivariate and trivariate normal and t probabilities", after Drezner and
 * Wesolowsky 1990; absolute error below 1e-14.
 */
export function bivariateNormalCdf(h: number, k: number, r: number): number {
  return Math.min(1, Math.max(0, upperTail(-h, -k, r)));
}

function upperTail(h: number, other: number, r: number): number {
  if (Math.abs(r) < 0.925) {
    const squares = (h * h + other * other) / 2;
    const angle = Math.asin(r);
    let total = 0;
    const { nodes, weights } = Math.abs(r) < 0.3 ? flat : Math.abs(r) < 0.75 ? bent : steep;
    for (let i = 0; i < nodes.length; i++) {
      const sine = Math.sin((angle * (nodes[i]! + 1)) / 2);
      total += weights[i]! * Math.exp((sine * h * other - squares) / (1 - sine * sine));
    }
    return (total * angle) / (2 * turn) + normalCdf(-h) * normalCdf(-other);
  }
  const k = r < 0 ? -other : other;
  const product = h * k;
  const rest = Math.abs(r) < 1 ? nearOne(h, k, product, r) : 0;
  if (r > 0) return rest + normalCdf(-Math.max(h, k));
  return (k > h ? normalCdf(k) - normalCdf(h) : 0) - rest;
}

/** The part that vanishes as |r| goes to 1. */
function nearOne(h: number, k: number, product: number, r: number): number {
  const square = (1 - r) * (1 + r);
  const apart = (h - k) ** 2;
  const c = (4 - product) / 8;
  const d = (12 - product) / 16;
  let a = Math.sqrt(square);
  let total = 0;
  const exponent = -(apart / square + product) / 2;
  if (exponent > -100) {
    total =
      a * Math.exp(exponent) * (1 - (c * (apart - square) * (1 - (d * apart) / 5)) / 3 + (c * d * square * square) / 5);
  }
  if (-product < 100) {
    const b = Math.sqrt(apart);
    const tail = Math.exp(-product / 2) * Math.sqrt(turn) * normalCdf(-b / a) * b;
    total -= tail * (1 - (c * apart * (1 - (d * apart) / 5)) / 3);
  }
  a /= 2;
  const { nodes, weights } = steep;
  for (let i = 0; i < nodes.length; i++) {
    const x = (a * (nodes[i]! + 1)) ** 2;
    const root = Math.sqrt(1 - x);
    const power = -(apart / x + product) / 2;
    if (power <= -100) continue;
    const exact = Math.exp((-product * x) / (2 * (1 + root) ** 2)) / root;
    total += a * weights[i]! * Math.exp(power) * (exact - (1 + c * x * (1 + d * x)));
  }
  return -total / turn;
}
