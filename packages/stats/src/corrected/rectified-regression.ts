import { logistic } from '../numerics/logistic.ts';
import type { JudgedIndex } from './judged-rows.ts';
import { invert, solve } from '../numerics/small-linear-algebra.ts';
import { addOuter, addRow, rowTimes, type SparseDesign } from './sparse-design.ts';

export type Family = 'linear' | 'logistic';

export type RegressionRows = {
  human: Float64Array;
  judge: Float64Array;
  unlabelled: Float64Array;
  labelledDesign: SparseDesign;
  unlabelledDesign: SparseDesign;
  family: Family;
};

const meanOf = (family: Family, eta: number): number => (family === 'linear' ? eta : logistic(eta));
const slopeOf = (family: Family, mu: number): number => (family === 'linear' ? 1 : mu * (1 - mu));

const mostIterations = 100;
/** A fitted log-odds of this size is a probability that no data can show: the maximum lies at infinity. */
const largestLogOdds = 30;

type Step = { gradient: Float64Array; hessian: Float64Array; largest: number };

/** Gradient and Hessian of λ·L_U(f) + L_L(Y) − λ·L_L(f), L the mean loss. */
function stepAt(rows: RegressionRows, lambda: number, beta: Float64Array): Step {
  const { human, judge, unlabelled, labelledDesign, unlabelledDesign, family } = rows;
  const d = beta.length;
  const [n, N] = [human.length, unlabelled.length];
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const eta = rowTimes(labelledDesign, i, beta);
    largest = Math.max(largest, Math.abs(eta));
    const mu = meanOf(family, eta);
    addRow(labelledDesign, i, ((1 - lambda) * mu - human[i]! + lambda * judge[i]!) / n, gradient);
    if (lambda < 1) addOuter(labelledDesign, i, ((1 - lambda) * slopeOf(family, mu)) / n, hessian);
  }
  if (lambda > 0) {
    for (let i = 0; i < N; i++) {
      const eta = rowTimes(unlabelledDesign, i, beta);
      largest = Math.max(largest, Math.abs(eta));
      const mu = meanOf(family, eta);
      addRow(unlabelledDesign, i, (lambda * (mu - unlabelled[i]!)) / N, gradient);
      addOuter(unlabelledDesign, i, (lambda * slopeOf(family, mu)) / N, hessian);
    }
  }
  return { gradient, hessian, largest };
}

const normOf = (vector: Float64Array): number => Math.sqrt(vector.reduce((total, value) => total + value * value, 0));

export type RegressionFit = { beta: Float64Array; hessian: Float64Array; iterations: number };

/** Newton's method, steps halved until the gradient shrinks; null where there is no finite, unique solution. */
export function fitRectified(rows: RegressionRows, lambda: number): RegressionFit | null {
  const d = rows.labelledDesign.columns;
  let beta = new Float64Array(d);
  let at = stepAt(rows, lambda, beta);
  for (let iterations = 1; iterations <= mostIterations; iterations++) {
    const move = solve(at.hessian, at.gradient, d);
    if (move === null) return null;
    let next = at;
    let tried = beta;
    for (let share = 1; share > 1e-6; share /= 2) {
      tried = beta.map((b, j) => b - share * move[j]!);
      next = stepAt(rows, lambda, tried);
      if (normOf(next.gradient) <= normOf(at.gradient)) break;
    }
    const moved = normOf(tried.map((b, j) => b - beta[j]!));
    beta = tried;
    at = next;
    if (rows.family === 'logistic' && at.largest > largestLogOdds) return null;
    if (moved <= 1e-11 * (1 + normOf(beta))) return { beta, hessian: at.hessian, iterations };
  }
  return null;
}

/** Numbers by row, d of them each, computed as they are needed: a design of many columns would make a large table. */
type GradientRows = { count: number; write: (row: number, out: Float64Array) => void };

/** Contributions of each row to the gradient: human and judge on labelled rows, judge on unlabelled ones. */
type Gradients = { human: GradientRows; judge: GradientRows; unlabelled: GradientRows };

function gradientsAt(rows: RegressionRows, beta: Float64Array): Gradients {
  const { labelledDesign, unlabelledDesign, family } = rows;
  const of = (design: SparseDesign, said: Float64Array): GradientRows => ({
    count: said.length,
    write: (row, out) => {
      out.fill(0);
      addRow(design, row, meanOf(family, rowTimes(design, row, beta)) - said[row]!, out);
    },
  });
  return {
    human: of(labelledDesign, rows.human),
    judge: of(labelledDesign, rows.judge),
    unlabelled: of(unlabelledDesign, rows.unlabelled),
  };
}

/** The rows of one list and then those of the other. */
function inTurn(first: GradientRows, second: GradientRows): GradientRows {
  return {
    count: first.count + second.count,
    write: (row, out) => (row < first.count ? first.write(row, out) : second.write(row - first.count, out)),
  };
}

function columnMeans({ count, write }: GradientRows, d: number): Float64Array {
  const means = new Float64Array(d);
  const own = new Float64Array(d);
  for (let row = 0; row < count; row++) {
    write(row, own);
    for (let j = 0; j < d; j++) means[j]! += own[j]!;
  }
  return means.map((total) => (total * d) / (count * d));
}

/** Σ (x − x̄)(y − ȳ)ᵀ over rows of d numbers. */
function scatter(x: GradientRows, y: GradientRows, d: number): Float64Array {
  const mx = columnMeans(x, d);
  const my = x === y ? mx : columnMeans(y, d);
  const total = new Float64Array(d * d);
  const left = new Float64Array(d);
  const right = x === y ? left : new Float64Array(d);
  for (let row = 0; row < x.count; row++) {
    x.write(row, left);
    for (let j = 0; j < d; j++) left[j]! -= mx[j]!;
    if (x !== y) {
      y.write(row, right);
      for (let k = 0; k < d; k++) right[k]! -= my[k]!;
    }
    for (let j = 0; j < d; j++) {
      const own = left[j]!;
      if (own === 0) continue;
      for (let k = 0; k < d; k++) total[j * d + k]! += own * right[k]!;
    }
  }
  return total;
}

/** A·M·A for symmetric A. */
function sandwich(outside: Float64Array, inside: Float64Array, d: number): Float64Array {
  const times = (a: Float64Array, b: Float64Array) => {
    const product = new Float64Array(d * d);
    for (let i = 0; i < d; i++)
      for (let k = 0; k < d; k++) {
        const factor = a[i * d + k]!;
        for (let j = 0; j < d; j++) product[i * d + j]! += factor * b[k * d + j]!;
      }
    return product;
  };
  return times(times(outside, inside), outside);
}

/** The λ that makes the sum of the coefficients' variances least, before clipping; 0 where the judge's gradients do not vary. */
export function tuneRegression(rows: RegressionRows, { beta, hessian }: RegressionFit): number {
  const d = beta.length;
  const inverse = invert(hessian, d);
  if (inverse === null) return 0;
  const { human, judge, unlabelled } = gradientsAt(rows, beta);
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  const cross = scatter(human, judge, d).map((value) => value / n);
  const all = inTurn(judge, unlabelled);
  const spread = scatter(all, all, d).map((value) => value / (n + N - 1));
  const trace = (matrix: Float64Array) => {
    let total = 0;
    for (let j = 0; j < d; j++) total += matrix[j * d + j]!;
    return total;
  };
  const below = (1 + n / N) * trace(sandwich(inverse, spread, d));
  return below > 0 ? trace(sandwich(inverse, cross, d)) / below : 0;
}

/**
 * The covariance of the coefficients, H⁻¹VH⁻¹; null where H is singular.
 *
 * @param freedom the divisor of the labelled part is n − freedom; 0 is the plain sandwich
 */
export function regressionCovariance(
  rows: RegressionRows,
  { beta, hessian }: RegressionFit,
  lambda: number,
  { freedom, index }: { freedom: number; index: JudgedIndex | null },
): Float64Array | null {
  const d = beta.length;
  const inverse = invert(hessian, d);
  if (inverse === null) return null;
  const { human, judge, unlabelled } = gradientsAt(rows, beta);
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  const said = new Float64Array(d);
  const rest: GradientRows = {
    count: n,
    write: (row, out) => {
      human.write(row, out);
      judge.write(row, said);
      for (let j = 0; j < d; j++) out[j]! -= lambda * said[j]!;
    },
  };
  const scaled: GradientRows = {
    count: N,
    write: (row, out) => {
      unlabelled.write(row, out);
      for (let j = 0; j < d; j++) out[j]! *= lambda;
    },
  };
  let inside: Float64Array;
  if (index === null) {
    const [left, right] = [scatter(rest, rest, d), scatter(scaled, scaled, d)];
    inside = left.map((value, i) => value / n / (n - freedom) + (N > 0 ? right[i]! / N / N : 0));
  } else {
    const sums = new Float64Array(index.count * d);
    const own = new Float64Array(d);
    const add = (all: GradientRows, of: Uint32Array) => {
      const means = columnMeans(all, d);
      for (let row = 0; row < all.count; row++) {
        all.write(row, own);
        for (let j = 0; j < d; j++) sums[of[row]! * d + j]! += (own[j]! - means[j]!) / all.count;
      }
    };
    add(rest, index.labelled);
    if (N > 0) add(scaled, index.unlabelled);
    const factor = index.count / (index.count - 1);
    inside = new Float64Array(d * d);
    for (let row = 0; row < sums.length; row += d)
      for (let j = 0; j < d; j++)
        for (let k = 0; k < d; k++) inside[j * d + k]! += factor * sums[row + j]! * sums[row + k]!;
  }
  return sandwich(inverse, inside, d);
}
