import { allRows, columnAt } from '../numerics/present-rows.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import type { Matrix } from '../shapes/matrix.ts';

/**
 * What a weight means, by name, so that one kind cannot pass for the other.
 *
 * `frequency`: how often a row was seen, a whole number; a row of 3 is three rows, each an observation of its own.
 * `sampling`: how many units of the population a row stands for (1 over its chance to be drawn); any scale. It says nothing
 * about certainty: a row of weight 3 is still one observation.
 */
export type RowWeights =
  | { frequency: ArrayLike<number>; sampling?: undefined }
  | { sampling: ArrayLike<number>; frequency?: undefined };

export type Weighing = {
  /** Rows that are there and have a weight above 0; undefined for all. */
  rows: Uint32Array | undefined;
  /** How many those are. */
  rowCount: number;
  /** One per row; null without weights. */
  of: Float64Array | null;
  /** Σ w, the divisor of a mean. */
  total: number;
  /** Observations: Σ w for frequencies, else rows. */
  n: number;
  /** Independent units where no clusters are given; the same as n. */
  units: number;
  /** (Σ w)²/Σ w² for sampling weights, else null. Kish 1965, Survey Sampling, section 11.7. */
  kish: number | null;
  /** A row's residual weighted so that the sum of the squares of the cluster sums is the numerator of the variance. */
  share: (i: number, residual: number, clustered: boolean) => number;
};

/** Throws RangeError for weights of two kinds, of another length, negative, infinite, or frequencies that are not whole. */
export function readWeights(weights: RowWeights | undefined, length: number, rows: Uint32Array | undefined): Weighing {
  if (weights === undefined) {
    const n = rows?.length ?? length;
    return { rows, rowCount: n, of: null, total: n, n, units: n, kish: null, share: (_, residual) => residual };
  }
  const { frequency, sampling } = weights;
  if ((frequency === undefined) === (sampling === undefined)) {
    throw new RangeError('weights must be { frequency } or { sampling }: one of the two');
  }
  const name = frequency ? 'frequency' : 'sampling';
  const all = frequency ?? sampling;
  if (all.length !== length) throw new RangeError(`${length} rows but ${all.length} ${name} weights`);
  let noneIsZero = true;
  for (let i = 0; i < length; i++) {
    const weight = all[i]!;
    if (weight === 0) noneIsZero = false;
    if (frequency ? !Number.isSafeInteger(weight) || weight < 0 : !(weight >= 0 && weight <= 1e100)) {
      const range = frequency ? 'a count' : 'a number from 0 to 1e100';
      throw new RangeError(`${name} weights[${i}] must be ${range}, found ${weight}`);
    }
  }
  const kept = noneIsZero ? rows : (rows ?? allRows(length)).filter((row) => all[row]! > 0);
  let of = columnAt(all, kept);
  if (sampling) {
    // The scale of sampling weights means nothing; in units of the largest, squares stay in range.
    let largest = 0;
    for (let i = 0; i < of.length; i++) largest = Math.max(largest, of[i]!);
    if (largest !== 1) of = of.map((w) => w / largest);
  }
  const total = sum(of);
  const n = frequency ? total : of.length;
  return {
    rows: kept,
    rowCount: of.length,
    of,
    total,
    n,
    units: n,
    kish: sampling ? (total * total) / sumOf(of.length, (i) => of[i]! * of[i]!) : null,
    share: (i, residual, clustered) => (frequency && !clustered ? Math.sqrt(of[i]!) : of[i]!) * residual,
  };
}

/** The entries at these rows; undefined stays so. */
export function entriesAt<T extends ArrayLike<number> | undefined>(values: T, rows: Uint32Array): T | Float64Array {
  return values === undefined ? values : columnAt(values, rows);
}

/** A matrix of these rows. */
export function rowsAt({ values, columns }: Matrix, rows: Uint32Array): Matrix {
  const out = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; j++) out[i * columns + j] = values[row * columns + j]!;
  });
  return { values: out, rows: rows.length, columns };
}

/**
 * Places of the rows written out as often as they were seen: what a statistic of rows needs to count frequencies right.
 *
 * @throws RangeError for frequencies that are not counts, of another length, or adding up to more than 2²⁷ rows
 */
export function repeatRows(frequencies: ArrayLike<number>, length: number): Uint32Array {
  const { rows, of, n } = readWeights({ frequency: frequencies }, length, undefined);
  if (n > 2 ** 27) throw new RangeError(`frequencies add up to ${n} rows, more than ${2 ** 27}`);
  const out = new Uint32Array(n);
  let end = 0;
  for (let i = 0; i < of!.length; i++) {
    out.fill(rows ? rows[i]! : i, end, end + of![i]!);
    end += of![i]!;
  }
  return out;
}
