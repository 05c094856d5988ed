import type { Estimate, Undetermined } from '../shapes/estimate.ts';
import { undetermined, withNotes } from '../shapes/estimate.ts';
import { allRows, columnAt, columnOf } from '../numerics/present-rows.ts';
import { applyCalibrator } from './apply-calibrator.ts';
import { brierScore } from './brier-score.ts';
import { type Calibrator, type CalibratorKind, tooFewLabels } from './calibrator.ts';
import { checkFolds, foldsByCluster, outOfFold } from './cross-fitting.ts';
import { type CalibrationErrorEstimate, expectedCalibrationError } from './expected-calibration-error.ts';
import { fitHistogram, fitIsotonic } from './fit-isotonic.ts';
import { fitBeta, fitPlatt } from './fit-platt.ts';
import { fitTemperature } from './fit-temperature.ts';
import { forecastRows, keptClusters } from './forecast-rows.ts';
import { logLoss, surprise } from './log-loss.ts';
import { cautioned, meanScore, rareOutcomeNotes } from './mean-score.ts';
import type { BinOptions } from './probability-bins.ts';
import type { Random } from '../random/random.ts';
import { fitVennAbers } from './venn-abers.ts';

type Scores = {
  brier: Estimate | Undetermined;
  logLoss: Estimate | Undetermined;
  calibrationError: CalibrationErrorEstimate | Undetermined;
};

export type CrossFitCalibration = {
  /** Fitted on all rows: the one to ship. Its own in-sample scores are not given, since they flatter. */
  calibrator: Calibrator;
  /** One per row of the input: the calibrated probability by the folds that do not hold the row; NaN where missing. */
  outOfFold: Float64Array;
  before: Scores;
  after: Scores;
  /** Before minus after, row by row: above 0 the calibrator helps. */
  gain: { brier: Estimate | Undetermined; logLoss: Estimate | Undetermined };
  folds: number;
  level: number;
  n: number;
  method: string;
  notes?: string[];
};

const fits: Record<CalibratorKind, (p: ArrayLike<number>, y: ArrayLike<number>) => Calibrator | Undetermined> = {
  temperature: fitTemperature,
  platt: fitPlatt,
  beta: fitBeta,
  isotonic: fitIsotonic,
  histogram: fitHistogram,
  'venn-abers': fitVennAbers,
};

/** From how many independent units on the variation of the fit itself no longer matters to the interval of the gain. */
const enough = 500;

/**
 * Calibrates and says honestly what it brings: scores before and after on rows that the fit has not seen, and a refit on all.
 *
 * Folds hold whole clusters. Intervals are those of `brierScore`; what `after` and `gain` are about is a
 * calibrator fitted on as many rows as those of the other folds. The fits are taken as given, so that the interval of `gain`
 * tends to be too short below 500 rows or clusters, which a note says. Below 50 labels everything but a temperature is refused, below 200 isotonic.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @param options.kind default 'temperature'
 * @param options.folds default 5
 * @param options.clusters one id per row; without them each row stands alone and folds take rows in turn
 * @param options.random shuffles clusters before they are dealt out
 * @param options.bins with `binning`, for the calibration error
 * @returns `no-data` without rows, `not-identified` on too few labels or where a fold cannot be fitted, `too-few-clusters`
 * where there are fewer than folds
 * @throws RangeError for other values, unequal lengths, a kind that does not exist, fewer than 2 folds
 * @example
 * const fitted = crossFitCalibration(probabilities, correct, { kind: 'platt', clusters: question });
 * @see https://github.com/assize/assize/blob/main/docs/stats/cross-fitting.md
 */
export function crossFitCalibration(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  {
    kind = 'temperature',
    folds = 5,
    clusters,
    random,
    level = 0.95,
    ...bins
  }: BinOptions & {
    kind?: CalibratorKind;
    folds?: number;
    clusters?: ArrayLike<number> | undefined;
    random?: Random;
    level?: number;
  } = {},
): CrossFitCalibration | Undetermined {
  if (!Object.hasOwn(fits, kind)) {
    throw new RangeError(`kind must be one of ${Object.keys(fits).join(', ')}, found ${kind}`);
  }
  checkFolds(folds);
  const fit = fits[kind];
  const length = probabilities.length;
  const kept = forecastRows(probabilities, outcomes);
  const { p, y, n, rows, positives } = kept;
  const method = `${kind} calibration, ${folds}-fold cross-fitted`;
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, method);
  const few = tooFewLabels(kind, n);
  if (few) return undetermined('not-identified', few, n, method);
  const ids = keptClusters(clusters, kept, length);
  const units = ids ? countDistinct(ids) : n;
  if (units < folds) return undetermined('too-few-clusters', `${folds} folds need as many, found ${units}`, n, method);
  const calibrator = fit(p, y);
  if (!('kind' in calibrator)) return { ...calibrator, method };
  const foldOf =
    ids || random ? foldsByCluster(ids ?? allRows(n), { folds, ...(random && { random }) }) : rowsInTurn(n, folds);
  const after = outOfFold(foldOf, (train, test) => {
    const part = fit(columnAt(p, train), bytesAt(y, train));
    if (!('kind' in part)) return null;
    return applyCalibrator(part, columnAt(p, test));
  });
  if (after === null) {
    return undetermined('not-identified', 'without one of the folds the outcomes are all alike', n, method);
  }
  const options = { level, clusters: ids };
  const scoresOf = (forecast: Float64Array): Scores => ({
    brier: brierScore(forecast, y, options),
    logLoss: logLoss(forecast, y, options),
    calibrationError: expectedCalibrationError(forecast, y, { level, ...bins }),
  });
  const gainOf = (score: (p: number, outcome: number) => number, name: string) => {
    const gains = columnOf(n, (i) => score(p[i]!, y[i]!) - score(after[i]!, y[i]!));
    const about = { rows: undefined, length: n, lowest: -Infinity, highest: Infinity, name };
    const caution =
      units < enough
        ? [`${units} ${ids ? 'clusters' : 'rows'}: the interval tends to be too short below ${enough}`]
        : [];
    return cautioned(meanScore(gains, about, options), [...rareOutcomeNotes(positives, n), ...caution]);
  };
  return withNotes(
    {
      calibrator,
      outOfFold: rows ? spreadOut(after, rows, length) : after,
      before: scoresOf(p),
      after: scoresOf(after),
      gain: {
        brier: gainOf((x, outcome) => (x - outcome) ** 2, 'Brier score, before − after'),
        logLoss: gainOf(surprise, 'log loss, before − after'),
      },
      folds,
      level,
      n,
      method,
    },
    calibrator.notes ?? [],
  );
}

/** As `foldsByCluster` of rows that stand alone, whose numbers need no sorting. */
function rowsInTurn(n: number, folds: number): Uint8Array | Uint32Array {
  const foldOf = folds <= 256 ? new Uint8Array(n) : new Uint32Array(n);
  for (let i = 0; i < n; i++) foldOf[i] = i % folds;
  return foldOf;
}

function bytesAt(values: Uint8Array, rows: Uint32Array): Uint8Array {
  const taken = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!;
  return taken;
}

/** The values at their rows, NaN at all others. */
function spreadOut(values: Float64Array, rows: Uint32Array, length: number): Float64Array {
  const all = new Float64Array(length).fill(NaN);
  for (let i = 0; i < rows.length; i++) all[rows[i]!] = values[i]!;
  return all;
}

function countDistinct(ids: ArrayLike<number>): number {
  const seen = new Set<number>();
  for (let i = 0; i < ids.length; i++) seen.add(ids[i]!);
  return seen.size;
}
