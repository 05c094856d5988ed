import { deviance, gammaError } from './gamma-error.ts';

/** Beyond this a shape needs other expansions than the continued fraction. */
const largest = 1e9;
const smallest = 0.01;

/** What all evaluations of one beta distribution share; of the last one asked for, since calls come in rows of equal shapes. */
type Shapes = { a: number; b: number; logA: number; logB: number; logScale: number };
let last: Shapes = shapesOf(1, 1);

function shapesOf(a: number, b: number): Shapes {
  const n = a + b;
  // 1 / B(a, b) = √(a b / 2π n) · n^n / (a^a b^b) · e^(δ(n) − δ(a) − δ(b))
  const logScale = 0.5 * Math.log((a / n) * (b / (2 * Math.PI))) + gammaError(n) - gammaError(a) - gammaError(b);
  return { a, b, logA: Math.log(a / n), logB: Math.log(b / n), logScale };
}

/** ln(x^a y^b / B(a, b)): the density of ln(x / y), whose logarithms are given too. */
function logDensity({ a, b, logA, logB, logScale }: Shapes, x: number, y: number, logX: number, logY: number): number {
  const n = a + b;
  return logScale - deviance(a, n * x, logA - logX) - deviance(b, n * y, logB - logY);
}

/**
 * P(X ≤ x) B(a, b) / (x^a y^b) for x up to the mean, by the continued fraction of Didonato and Morris 1992 (TOMS 708,
 * BFRAC).
 */
function fraction(a: number, b: number, x: number, y: number): number {
  const c = 1 + (a > b ? (a + b) * y - b : a - (a + b) * x);
  const c0 = b / a;
  const c1 = 1 + 1 / a;
  let p = 1;
  let s = a + 1;
  let an = 0;
  let bn = 1;
  let anNext = 1;
  let bnNext = c / c1;
  let r = c1 / c;
  for (let n = 1; n < 100_000; n++) {
    const t = n / a;
    const w = n * (b - n) * x;
    const e = a / s;
    const alpha = p * (p + c0) * e * e * (w * x);
    const beta = n + w / s + ((1 + t) / (c1 + t + t)) * (c + n * (1 + y));
    p = 1 + t;
    s += 2;
    const over = alpha * an + beta * anNext;
    const under = alpha * bn + beta * bnNext;
    const before = r;
    r = over / under;
    if (Math.abs(r - before) <= 1e-16 * r) break;
    an = anNext / under;
    bn = bnNext / under;
    anNext = r;
    bnNext = 1;
  }
  return r;
}

/** A first guess of ln(x / y): Abramowitz and Stegun 26.5.22 for shapes above 1, else from the two power laws at the ends. */
function guess(p: number, { a, b, logA, logB }: Shapes): number {
  if (a > 1 && b > 1) {
    const z = roughNormal(p);
    const lambda = (z * z - 3) / 6;
    const [alpha, beta] = [1 / (2 * a - 1), 1 / (2 * b - 1)];
    const h = 2 / (alpha + beta);
    const w = (z * Math.sqrt(Math.max(0, h + lambda))) / h - (beta - alpha) * (lambda + 5 / 6 - 2 / (3 * h));
    return Math.log(a / b) + 2 * w;
  }
  const [left, right] = [Math.exp(a * logA) / a, Math.exp(b * logB) / b];
  const all = left + right;
  if (p * all < left) return logitOf(Math.log(a * all * p) / a);
  return -logitOf(Math.log(b * all * (1 - p)) / b);
}

/** ln(x / (1 − x)) from ln x. */
const logitOf = (logX: number): number => logX - Math.log(-Math.expm1(Math.min(logX, -1e-300)));

/** The normal quantile to three digits, negative below one half (Abramowitz and Stegun 26.2.22). */
export function roughNormal(p: number): number {
  const t = Math.sqrt(-2 * Math.log(Math.min(p, 1 - p)));
  const z = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t));
  return p < 0.5 ? -z : z;
}

/**
 * ln(x / (1 − x)) of the beta quantile x with P(X ≤ x) = p: from it x, 1 − x and their ratio come with full precision at
 * both ends, which quantiles of t and F are made of. Null for shapes outside [0.01, 10⁹], which need other expansions.
 *
 * Halley's iteration on the logarithm of the smaller tail. On this scale that is a concave function, so a Newton step
 * never overshoots to the far side, and in the tail it is nearly a straight line.
 *
 * @param p in (0, 1)
 * @param start where the iteration begins, if a good place is known
 */
export function betaLogit(p: number, a: number, b: number, start?: number): number | null {
  if (!(a >= smallest && a <= largest && b >= smallest && b <= largest)) return null;
  if (p > 0.5) {
    const mirrored = betaLogit(1 - p, b, a, start && -start);
    return mirrored === null ? null : -mirrored;
  }
  if (last.a !== a || last.b !== b) last = shapesOf(a, b);
  const shapes = last;
  const mean = a / (a + b);
  const logP = Math.log(p);
  let u = start ?? guess(p, shapes);
  for (let step = 0; step < 100; step++) {
    const e = Math.exp(-Math.abs(u));
    const most = 1 / (1 + e);
    const least = e * most;
    const logMost = -Math.log1p(e);
    const logLeast = logMost - Math.abs(u);
    const x = u < 0 ? least : most;
    const y = u < 0 ? most : least;
    const logD = u < 0 ? logDensity(shapes, x, y, logLeast, logMost) : logDensity(shapes, x, y, logMost, logLeast);
    let logBelow: number;
    let slope: number;
    if (x <= mean) {
      const r = fraction(a, b, x, y);
      logBelow = logD + Math.log(r);
      slope = 1 / r;
    } else {
      const density = Math.exp(logD);
      const above = density * fraction(b, a, y, x);
      logBelow = Math.log1p(-above);
      slope = density / (1 - above);
    }
    if (!(logBelow < Infinity && logD > -Infinity)) return null;
    const newton = (logP - logBelow) / slope;
    const curvature = a * y - b * x - slope;
    const bend = 1 + 0.5 * newton * curvature;
    const move = bend > 0.5 && bend < 2 ? newton / bend : newton;
    u += move;
    // What Halley's step leaves out is of this size: (g″/g′)² and g‴/g′, which is near g″/g′ in the tail, by its cube.
    const bent = Math.abs(newton * curvature);
    const size = Math.abs(move);
    if (size < 0.1 && (bent * (bent + size) * size <= 1e-15 || size <= 1e-16 * Math.abs(u))) return u;
  }
  return null;
}
