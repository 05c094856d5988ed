import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import {
  clusterCaution,
  designNotes,
  fewestLabelledClusters,
  indexJudged,
  type JudgedIndex,
  judgedRows,
} from './judged-rows.ts';
import type { PredictionPoweredOptions } from './prediction-powered-mean.ts';
import {
  type Family,
  fitRectified,
  regressionCovariance,
  type RegressionRows,
  tuneRegression,
} from './rectified-regression.ts';
import { tableDesign } from './sparse-design.ts';

export type PredictionPoweredCoefficients = {
  /** One per column of the design, the intercept first where there is one. */
  coefficients: Estimate[];
  /** Of the coefficients, in the same order. */
  covariance: Matrix;
  lambda: number;
  /** Before clipping to [0, 1]; null where λ was given. */
  lambdaRaw: number | null;
  n: number;
  nUnlabelled: number;
  iterations: number;
  notes?: string[];
};

export type RegressionOptions = Omit<PredictionPoweredOptions, 'interval'> & {
  /** Default 'linear'; 'logistic' takes labels from 0 to 1. */
  family?: Family | undefined;
  /** Default true. */
  intercept?: boolean | undefined;
  /** 'z' is the plain sandwich; 't' counts the coefficients. Default 't' below 200 labels. */
  interval?: 'auto' | 'z' | 't' | undefined;
};

type Asked = Pick<RegressionOptions, 'level' | 'lambda' | 'interval'>;

/** Fits, tunes λ and fits again; the public functions say what they take. */
export function poweredCoefficients(
  rows: RegressionRows,
  index: JudgedIndex | null,
  { level = 0.95, lambda: wanted = 'tuned', interval = 'auto' }: Asked,
  said: readonly string[],
  name: string,
): PredictionPoweredCoefficients | Undetermined {
  checkLevel(level);
  if (wanted !== 'tuned' && !(wanted >= 0 && wanted <= 1)) {
    throw new RangeError(`lambda must be 'tuned' or lie in [0, 1], found ${wanted}`);
  }
  const notes = [...said];
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  const d = rows.labelledDesign.columns;
  if (n <= d + 1) return undetermined('no-data', `${d} coefficients need ${d + 2} labelled rows, found ${n}`, n, name);
  const judgeless = N < 2;
  if (judgeless) notes.push(`${N} unlabelled rows: the judge adds nothing`);
  const tuned = wanted === 'tuned' && !judgeless;
  let lambdaRaw: number | null = null;
  let lambda = judgeless ? 0 : wanted === 'tuned' ? 1 : wanted;
  if (tuned) {
    const first = fitRectified(rows, 1) ?? fitRectified(rows, 0);
    if (first !== null) lambdaRaw = tuneRegression(rows, first);
    lambda = Math.max(0, Math.min(1, lambdaRaw ?? 0));
  }
  const units = index?.labelledCount ?? n;
  const kind = interval === 'auto' ? (units < 200 ? 't' : 'z') : interval;
  const taken = d + (tuned ? 1 : 0);
  const fit = fitRectified(rows, lambda);
  const covariance = fit && regressionCovariance(rows, fit, lambda, { freedom: kind === 'z' ? 0 : taken, index });
  if (fit === null || covariance === null || !covariance.every(Number.isFinite)) {
    const detail = 'no finite, unique solution: columns are collinear, or the labels are separated';
    return undetermined('not-identified', detail, n, name);
  }
  const caution = index && clusterCaution(index);
  if (caution) notes.push(caution);
  const p = (1 + level) / 2;
  const quantile = kind === 'z' ? normalQuantile(p) : tQuantile(p, Math.max(1, units - taken));
  const groups = index ? { groups: index.labelledCount } : {};
  const method = `${name}, λ = ${lambda.toFixed(3)}${tuned ? ' tuned' : ''}, sandwich ${kind}`;
  const coefficients = Array.from(fit.beta, (value, j): Estimate => {
    const se = Math.sqrt(Math.max(0, covariance[j * d + j]!));
    const base = { value, level, n, ...groups };
    if (index && index.labelledCount < fewestLabelledClusters) {
      return withNotes({ ...base, interval: null, method }, [caution!]);
    }
    if (!(se > 0)) return withNotes({ ...base, interval: null, se, method }, ['no interval: the fit leaves no rest']);
    return { ...base, interval: [value - quantile * se, value + quantile * se], se, method };
  });
  const matrix: Matrix = { values: covariance, rows: d, columns: d };
  const { iterations } = fit;
  return withNotes({ coefficients, covariance: matrix, lambda, lambdaRaw, n, nUnlabelled: N, iterations }, notes);
}

/**
 * Linear or logistic regression of the human label on columns that are known for all items, from n labels and a judge (PPI++).
 *
 *     β   minimises  λ·L_U(f) + L_L(Y) − λ·L_L(f)       L the mean loss over unlabelled (U) or labelled (L) items
 *     Var H⁻¹(λ²·Var_U(∇f)/N + Var_L(∇Y − λ∇f)/n)H⁻¹    λ makes the sum of the variances least, clipped to [0, 1]
 *
 * Right when the labelled items are a random draw of all items; the model need not hold, β is then the best fit in the
 * population. Angelopoulos, Duchi, Zrnic 2023, arXiv:2311.01453.
 *
 * @param design one row per labelled item; no missing cell where label and score are present
 * @param unlabelledDesign one row per unlabelled item, the same columns
 * @returns `no-data` with no more labels than coefficients and one, `not-identified` where columns are collinear or labels separated
 * @throws RangeError where shapes, lengths or ids do not fit, a cell is missing or infinite, or a logistic label lies outside [0, 1]
 * @example
 * predictionPoweredRegression(human, judge, matrixOf(lengths), unlabelled, matrixOf(moreLengths), { family: 'logistic' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-regression.md
 */
export function predictionPoweredRegression(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  design: Matrix,
  unlabelled: ArrayLike<number>,
  unlabelledDesign: Matrix,
  { family = 'linear', intercept = true, clusters, labelDesign = 'unknown', ...asked }: RegressionOptions = {},
): PredictionPoweredCoefficients | Undetermined {
  if (design.rows !== human.length || unlabelledDesign.rows !== unlabelled.length) {
    const found = `${design.rows} and ${unlabelledDesign.rows}`;
    throw new RangeError(`designs must have ${human.length} and ${unlabelled.length} rows, found ${found}`);
  }
  if (design.columns !== unlabelledDesign.columns) {
    throw new RangeError(`designs must have the same columns, found ${design.columns} and ${unlabelledDesign.columns}`);
  }
  if (design.columns + (intercept ? 1 : 0) === 0)
    throw new RangeError('there is no coefficient: no column, no intercept');
  const rows = judgedRows(human, judge, unlabelled);
  if (family === 'logistic') {
    const place = rows.human.findIndex((y) => y < 0 || y > 1);
    if (place >= 0) {
      throw new RangeError(
        `human[${rows.labelledRows?.[place] ?? place}] must lie in [0, 1], found ${rows.human[place]!}`,
      );
    }
  }
  const regression: RegressionRows = {
    human: rows.human,
    judge: rows.judge,
    unlabelled: rows.unlabelled,
    labelledDesign: tableDesign(design, rows.labelledRows, intercept, 'design'),
    unlabelledDesign: tableDesign(unlabelledDesign, rows.unlabelledRows, intercept, 'unlabelledDesign'),
    family,
  };
  const index = indexJudged(clusters, { labelled: human.length, unlabelled: unlabelled.length }, rows);
  const notes = [...rows.notes, ...designNotes(labelDesign)];
  return poweredCoefficients(regression, index, asked, notes, `prediction-powered ${family} regression`);
}
