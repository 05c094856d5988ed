import { rowsWhere } from '../numerics/present-rows.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { checkForecast, forecastRows } from './forecast-rows.ts';
import { binProbabilities, type BinOptions, binSums } from './probability-bins.ts';

/** An error of calibration, with the largest gap of a bin and how many bins had rows. */
export type CalibrationErrorEstimate = Estimate & { maximum: number; usedBins: number };

const noInterval =
  'no interval: the binned error is biased upwards, so that percentiles of its bootstrap do not hold the population ' +
  'value; debiasedCalibrationError has one, calibrationTest says whether the error is more than chance';

/**
 * The expected calibration error: how far the mean forecast of a bin is from what happened in it, on average.
 *
 *     ECE  Σ_b n_b/n · |p̄_b − ȳ_b|        maximum  max_b |p̄_b − ȳ_b|
 *
 * It is never without its null: even a perfect forecaster has an ECE above 0 on few rows, so read it beside
 * `calibrationTest` (p and the mean under calibration). There is no interval, and a note says why. Equal-width bins are
 * [b/k, (b + 1)/k) with 1 in the last; equal-mass bins cut the rows in order of probability. Naeini et al. 2015.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows
 * @throws RangeError for other values, unequal lengths, bins below 1, a level outside (0, 1)
 * @example
 * expectedCalibrationError([0.1, 0.2, 0.5, 0.5, 0.9, 1], [0, 0, 1, 0, 1, 1], { bins: 5, binning: 'equal-width' }); // 0.0667
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { level = 0.95, ...options }: BinOptions & { level?: number } = {},
): CalibrationErrorEstimate | Undetermined {
  checkLevel(level);
  const { p, y, n } = forecastRows(probabilities, outcomes);
  const bins = binProbabilities(p, options);
  const method = `expected calibration error, ${bins.name}`;
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const sums = binSums(bins, p, y);
  let [total, maximum, usedBins] = [0, 0, 0];
  for (let b = 0; b < bins.count; b++) {
    const size = sums.size[b]!;
    if (size === 0) continue;
    const apart = Math.abs(sums.p[b]! - sums.y[b]!);
    total += apart;
    maximum = Math.max(maximum, apart / size);
    usedBins++;
  }
  return withNotes({ value: total / n, interval: null, level, n, maximum, usedBins, method }, [
    noInterval,
    ...bins.notes,
  ]);
}

/**
 * The calibration error of forecasts over several classes: each class against the rest, and the mean over classes.
 *
 * @param probabilities rows × classes, each in [0, 1]; a row with a NaN is left out
 * @param labels the class of each row; NaN or −1 is missing
 * @returns `no-data` without rows or classes; `perClass` are the errors of the classes
 * @throws RangeError for other values, unequal lengths, bins below 1, a level outside (0, 1)
 * @example
 * classwiseCalibrationError(matrixOf([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]), [0, 1]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function classwiseCalibrationError(
  probabilities: Matrix,
  labels: ArrayLike<number>,
  options: BinOptions & { level?: number } = {},
): (CalibrationErrorEstimate & { perClass: number[] }) | Undetermined {
  const { level = 0.95, bins = 15, binning = 'equal-mass' } = options;
  checkLevel(level);
  checkMatrix(probabilities);
  const { values, rows, columns } = probabilities;
  if (labels.length !== rows) throw new RangeError(`${rows} rows of probabilities but ${labels.length} labels`);
  const isWhole = (i: number): boolean => {
    let missing = checkLabel(labels[i]!, i, columns);
    for (let k = 0; k < columns; k++) {
      const p = values[i * columns + k]!;
      if (p >= 0 && p <= 1) continue;
      if (checkForecast(p, 'probability', `probabilities[${i}, ${k}]`)) missing = true;
    }
    return !missing;
  };
  const kept = rowsWhere(rows, isWhole);
  const n = kept.length;
  const method = `classwise calibration error, ${bins} ${binning} bins`;
  if (n === 0 || columns === 0) return undetermined('no-data', 'needs rows and classes', n, method);
  const perClass: number[] = [];
  let [maximum, usedBins] = [0, 0];
  const [p, y] = [new Float64Array(n), new Uint8Array(n)];
  for (let k = 0; k < columns; k++) {
    for (let i = 0; i < n; i++) {
      p[i] = values[kept[i]! * columns + k]!;
      y[i] = labels[kept[i]!] === k ? 1 : 0;
    }
    const one = expectedCalibrationError(p, y, options);
    if (one.value === null) return one;
    perClass.push(one.value);
    maximum = Math.max(maximum, one.maximum);
    usedBins += one.usedBins;
  }
  const value = perClass.reduce((a, b) => a + b, 0) / columns;
  return { value, interval: null, level, n, maximum, usedBins, perClass, method, notes: [noInterval] };
}

/** Whether the label is missing. Throws RangeError where it is neither missing nor one of the classes. */
export function checkLabel(label: number, i: number, classes: number): boolean {
  if (Number.isNaN(label) || label === -1) return true;
  if (Number.isSafeInteger(label) && label >= 0 && label < classes) return false;
  throw new RangeError(`labels[${i}] must be a class below ${classes}, or NaN or −1 for missing, found ${label}`);
}
