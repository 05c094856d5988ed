import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { mean, sumOfSquares } from '../numerics/sum.ts';
import { wilsonLimits } from '../proportions/proportion.ts';
import { clusterVarianceOf, type JudgedIndex } from './judged-rows.ts';

/** Which interval is put around a prediction-powered mean; the page says what each is for. */
export type RectifiedInterval = 'z' | 't' | 't-regression' | 'wilson';

export type Rectifier = { human: Float64Array; judge: Float64Array; unlabelled: Float64Array };

/** Σ(x − x̄)(y − ȳ). */
export function crossProduct(x: Float64Array, y: Float64Array): number {
  const [mx, my] = [mean(x), mean(y)];
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i]! - mx) * (y[i]! - my);
  return total;
}

/** The variance of both arrays as one sample, divisor n + N − 1. */
export function pooledVariance(first: Float64Array, second: Float64Array): number {
  const [n, N] = [first.length, second.length];
  if (n + N < 2) return 0;
  const between = n > 0 && N > 0 ? ((n * N) / (n + N)) * (mean(first) - mean(second)) ** 2 : 0;
  return (sumOfSquares(first) + sumOfSquares(second) + between) / (n + N - 1);
}

/** λ before it is clipped: Cov(Y, f) / ((1 + n/N)·Var f), covariance with divisor n as in ppi_py; 0 where f is constant. */
export function rawLambda({ human, judge, unlabelled }: Rectifier): number {
  const [n, N] = [human.length, unlabelled.length];
  const spread = pooledVariance(judge, unlabelled);
  return spread > 0 ? crossProduct(human, judge) / n / ((1 + n / N) * spread) : 0;
}

/** Human labels less λ times the judge's scores. */
export function restOf({ human, judge }: Rectifier, lambda: number): Float64Array {
  return human.map((y, i) => y - lambda * judge[i]!);
}

/** λ·mean(unlabelled) + mean(rest). */
export function rectifiedValue(rows: Rectifier, rest: Float64Array, lambda: number): number {
  return lambda * mean(rows.unlabelled) + mean(rest);
}

/** λ²·Var(unlabelled)/N + Var(rest)/n with divisors n and N, as in ppi_py. */
export function plainVariance(rows: Rectifier, rest: Float64Array, lambda: number): number {
  const [n, N] = [rest.length, rows.unlabelled.length];
  return (lambda * lambda * sumOfSquares(rows.unlabelled)) / N / N + sumOfSquares(rest) / n / n;
}

/** The same with divisors N − 1 and n − `taken`: what was estimated from the labels, 1 for the mean and 1 more for a tuned λ. */
export function smallVariance(rows: Rectifier, rest: Float64Array, lambda: number, taken: number): number {
  const [n, N] = [rest.length, rows.unlabelled.length];
  return (lambda * lambda * sumOfSquares(rows.unlabelled)) / (N - 1) / N + sumOfSquares(rest) / (n - taken) / n;
}

/** What λ, fitted on few labels, adds where the labelled items have other scores than the unlabelled ones. */
function leverage({ judge, unlabelled }: Rectifier): number {
  const spread = sumOfSquares(judge);
  return spread > 0 ? (judge.length * (mean(judge) - mean(unlabelled)) ** 2) / spread : 0;
}

/** Sum of squares of the rest and mean of the labels, once half a label is added in each corner. */
function smoothed(rows: Rectifier, rest: Float64Array, lambda: number): { rest: number; centre: number } {
  const weight = 0.5;
  const n = rest.length;
  const middle = mean(rows.unlabelled);
  const apart = Math.sqrt(pooledVariance(rows.judge, rows.unlabelled));
  const corners = [0, 1].flatMap((y) => [-1, 1].map((side) => y - lambda * (middle + side * apart)));
  const total = n + 4 * weight;
  const restMean = (mean(rest) * n + weight * corners.reduce((a, b) => a + b, 0)) / total;
  let squares = sumOfSquares(rest) + n * (mean(rest) - restMean) ** 2;
  for (const corner of corners) squares += weight * (corner - restMean) ** 2;
  return { rest: squares / total, centre: (mean(rows.human) * n + 2 * weight) / total };
}

export type RectifiedPart = { interval: [number, number]; se: number; nEffective?: number; name: string };

/** The interval of one kind around a rectified mean; null where its variance is 0. */
export function rectifiedInterval(
  kind: RectifiedInterval,
  rows: Rectifier,
  { lambda, tuned, value, level }: { lambda: number; tuned: boolean; value: number; level: number },
  index: JudgedIndex | null,
): RectifiedPart | null {
  const rest = restOf(rows, lambda);
  const [n, N] = [rest.length, rows.unlabelled.length];
  const freedom = Math.max(1, (index?.labelledCount ?? n) - (tuned ? 2 : 1));
  const p = (1 + level) / 2;
  const plain = plainVariance(rows, rest, lambda);
  const independent = kind === 'z' ? plain : smallVariance(rows, rest, lambda, tuned ? 2 : 1);
  let variance = index ? clusteredVariance(rows, rest, lambda, index) : independent;
  if (kind === 't-regression' && tuned) {
    const own = sumOfSquares(rest) / Math.max(1, n - 2) / n;
    variance *= 1 + (own * leverage(rows)) / independent;
  }
  if (kind !== 'wilson') {
    if (!(variance > 0)) return null;
    const se = Math.sqrt(variance);
    const half = (kind === 'z' ? normalQuantile(p) : tQuantile(p, freedom)) * se;
    return { interval: [value - half, value + half], se, name: kind };
  }
  const corner = smoothed(rows, rest, lambda);
  const rounded = (lambda * lambda * sumOfSquares(rows.unlabelled)) / N / N + corner.rest / (n - 1);
  // Without spread each labelled cluster counts once.
  const design = index === null ? 1 : plain > 0 ? variance / plain : n / index.labelledCount;
  const inflated = rounded * design;
  const most = n + N;
  const free = (corner.centre * (1 - corner.centre)) / inflated;
  const nEffective = Math.min(most, index ? free : Math.max(n, free));
  return {
    interval: wilsonLimits(value, nEffective, tQuantile(p, freedom)),
    se: Math.sqrt(variance),
    nEffective,
    name: 'wilson',
  };
}

function clusteredVariance(rows: Rectifier, rest: Float64Array, lambda: number, index: JudgedIndex): number {
  const [restMean, judgeMean] = [mean(rest), mean(rows.unlabelled)];
  const { unlabelled } = rows;
  return clusterVarianceOf(
    (i) => (rest[i]! - restMean) / rest.length,
    (i) => (lambda * (unlabelled[i]! - judgeMean)) / unlabelled.length,
    index,
  );
}
