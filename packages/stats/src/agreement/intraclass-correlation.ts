import { fQuantile, fUpper } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import { generalizedIntervals } from '../rater-models/generalized-interval.ts';

export type IccForm = 'ICC(1,1)' | 'ICC(2,1)' | 'ICC(3,1)' | 'ICC(1,k)' | 'ICC(2,k)' | 'ICC(3,k)';

/** An ICC with its F test of "targets do not differ". F is null when the error mean square is 0. */
export type IccEstimate = Estimate & { F: number | null; df1: number; df2: number; p: number };

type MeanSquares = { n: number; k: number; msb: number; msj: number; mse: number; msw: number };

/** Mean squares of targets, raters, error and within targets. Squares of mere rounding count as 0. */
function meanSquares({ values, rows: n, columns: k }: Matrix): MeanSquares {
  const grand = sum(values) / (n * k);
  const rowMeans = Float64Array.from({ length: n }, (_, i) => sumOf(k, (j) => values[i * k + j]!) / k);
  const columnMeans = Float64Array.from({ length: k }, (_, j) => sumOf(n, (i) => values[i * k + j]!) / n);
  const between = sumOf(n, (i) => (rowMeans[i]! - grand) ** 2);
  const raters = sumOf(k, (j) => (columnMeans[j]! - grand) ** 2);
  const within = sumOf(n * k, (place) => (values[place]! - rowMeans[Math.floor(place / k)]!) ** 2);
  const error = sumOf(n * k, (place) => {
    const [row, column] = [Math.floor(place / k), place % k];
    return (values[place]! - rowMeans[row]! - columnMeans[column]! + grand) ** 2;
  });
  let largest = 0;
  for (let place = 0; place < n * k; place++) largest = Math.max(largest, Math.abs(values[place]!));
  const rounding = n * k * (4 * Number.EPSILON * largest) ** 2;
  const real = (squares: number) => (squares <= rounding ? 0 : squares);
  return {
    n,
    k,
    msb: real(k * between) / (n - 1),
    msj: real(n * raters) / (k - 1),
    mse: real(error) / ((n - 1) * (k - 1)),
    msw: real(within) / (n * (k - 1)),
  };
}

/** NaN for ICC(2,k) when its estimate of the total variance is not positive. */
function valueOf(form: IccForm, { n, k, msb, msj, mse, msw }: MeanSquares): number {
  switch (form) {
    case 'ICC(1,1)':
      return (msb - msw) / (msb + (k - 1) * msw);
    case 'ICC(2,1)':
      return (msb - mse) / (msb + (k - 1) * mse + (k * (msj - mse)) / n);
    case 'ICC(3,1)':
      return (msb - mse) / (msb + (k - 1) * mse);
    case 'ICC(1,k)':
      return (msb - msw) / msb;
    case 'ICC(2,k)': {
      const total = msb + (msj - mse) / n;
      return total > 0 ? (msb - mse) / total : NaN;
    }
    case 'ICC(3,k)':
      return (msb - mse) / msb;
    default:
      throw new RangeError(`form must be ICC(1,1) to ICC(3,k), found ${String(form)}`);
  }
}

/** Limits of ICC(2,·) from what the three mean squares allow of the three variances. */
function generalizedLimits(form: IccForm, { n, k, msb, msj, mse }: MeanSquares, level: number): [number, number] {
  const design = {
    facets: 2,
    squares: Float64Array.of(msb, msj, mse),
    df: Float64Array.of(n - 1, k - 1, (n - 1) * (k - 1)),
    times: Float64Array.of(k, n, 1),
  };
  const raters = form.endsWith('k)') ? k : 1;
  const [limits] = generalizedIntervals(design, level, 1, ([target, rater, rest], out) => {
    out[0] = target! / (target! + (rater! + rest!) / raters);
  });
  return limits!;
}

function limitsOf(form: IccForm, squares: MeanSquares, df1: number, df2: number, tail: number): [number, number] {
  const { n, k, msb, msj, mse, msw } = squares;
  const average = form.endsWith('k)');
  if (!form.startsWith('ICC(2')) {
    const f = msb / (form.startsWith('ICC(1') ? msw : mse);
    const ends: [number, number] = [f / fQuantile(1 - tail, df1, df2), f * fQuantile(1 - tail, df2, df1)];
    const limit = (x: number) => (average ? 1 - 1 / x : (x - 1) / (x + k - 1));
    return [limit(ends[0]), limit(ends[1])];
  }
  const r = valueOf('ICC(2,1)', squares);
  const fj = msj / mse;
  const a = n * (1 + (k - 1) * r) - k * r;
  const v = ((k - 1) * (n - 1) * (k * r * fj + a) ** 2) / ((n - 1) * k * k * r * r * fj * fj + a * a);
  const [f3, f4] = [fQuantile(1 - tail, n - 1, v), fQuantile(1 - tail, v, n - 1)];
  const between = k * msj + (k * n - k - n) * mse;
  const single: [number, number] = [
    (n * (msb - f3 * mse)) / (f3 * between + n * msb),
    (n * (f4 * msb - mse)) / (between + n * f4 * msb),
  ];
  // At −1/(k − 1) the mean of k raters has no reliability left to bound: it runs to −∞ there.
  const limit = (x: number) => (average ? (x * (k - 1) > -1 ? (x * k) / (1 + x * (k - 1)) : NaN) : x);
  return [limit(single[0]), limit(single[1])];
}

/**
 * The intraclass correlation of a complete table, in one of Shrout and Fleiss' six forms.
 *
 * ICC(1,·): each target has its own raters. ICC(2,·): raters are a sample, absolute agreement, the form for "may this
 * rater replace that one". ICC(3,·): these raters only, consistency. (·,k) is the reliability of the mean of all k.
 * Negative values are reported as they are. Shrout and Fleiss 1979, Psychological Bulletin 86:420-428.
 *
 * @param ratings targets × raters, complete
 * @param options `interval`, for ICC(2,·) alone: 'generalized' (default) or 'f'. The F interval of 1979 takes the ratio of
 * the raters' variance as known: with few raters and many targets it covers far less than its level. The other forms have
 * exact F intervals
 * @returns `no-data` below 2 targets, `one-rater`, `zero-variance` when all targets have the same mean; no interval
 * when the error is 0
 * @throws RangeError for missing cells (use `varianceComponents` there) or infinite ones
 * @example
 * intraclassCorrelation(matrixOf([[9, 2, 5], [6, 1, 3], [8, 4, 6], [7, 1, 2]]), { form: 'ICC(2,1)' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/intraclass-correlation.md
 */
export function intraclassCorrelation(
  ratings: Matrix,
  {
    form = 'ICC(2,1)',
    level = 0.95,
    interval = 'generalized',
  }: { form?: IccForm | undefined; level?: number | undefined; interval?: 'generalized' | 'f' | undefined } = {},
): IccEstimate | Undetermined {
  checkLevel(level);
  checkMatrix(ratings);
  const { values, rows: n, columns: k } = ratings;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!)) {
      checkSize(values[i]!, `target ${Math.floor(i / k)}`);
      continue;
    }
    throw new RangeError(
      `target ${Math.floor(i / k)} has a missing cell: the ICC needs complete rows, varianceComponents does not`,
    );
  }
  const general = form.startsWith('ICC(2') && interval === 'generalized';
  const method = `${form}, ${general ? 'generalized interval' : form.startsWith('ICC(2') ? 'approximate F' : 'exact F'}`;
  if (n < 2) return undetermined('no-data', `needs 2 targets, found ${n}`, n, method);
  if (k < 2) return undetermined('one-rater', `needs 2 raters, found ${k}`, n, method);
  const squares = meanSquares(ratings);
  if (squares.msb === 0) return undetermined('zero-variance', 'all targets have the same mean', n, method);
  const within = form.startsWith('ICC(1');
  const error = within ? squares.msw : squares.mse;
  const [df1, df2] = [n - 1, within ? n * (k - 1) : (n - 1) * (k - 1)];
  const value = valueOf(form, squares);
  if (!Number.isFinite(value))
    return undetermined('not-identified', 'the estimate of the total variance is not positive', n, method);
  if (error === 0) {
    return withNotes({ value, interval: null, level, n, method, F: null, df1, df2, p: 0 }, [
      'no interval: the error is 0, so F is infinite',
    ]);
  }
  const F = squares.msb / error;
  const limits = general ? generalizedLimits(form, squares, level) : limitsOf(form, squares, df1, df2, (1 - level) / 2);
  const finite = limits.every((x) => Number.isFinite(x));
  const notes = finite ? [] : ['no interval: one end of it is not defined for these data'];
  return withNotes(
    { value, interval: finite ? limits : null, level, n, method, F, df1, df2, p: fUpper(F, df1, df2) },
    notes,
  );
}
