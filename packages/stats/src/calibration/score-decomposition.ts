import { rowsWhere } from '../numerics/present-rows.ts';
import { sortedPairs } from '../numerics/sorted-pairs.ts';
import { sumOf } from '../numerics/sum.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { forecastRows } from './forecast-rows.ts';
import { surprise } from './log-loss.ts';
import { binProbabilities, type BinOptions, binSums } from './probability-bins.ts';

/** A proper score in parts: score = reliability − resolution + uncertainty + within. */
export type ScoreDecomposition = {
  /** The score itself. */
  value: number;
  /** How far forecasts are from what happened where they were made; 0 is calibrated. */
  reliability: number;
  /** How much the forecasts sort the rows into rare and frequent; the more the better. */
  resolution: number;
  /** The score of always forecasting the base rate. */
  uncertainty: number;
  /** What is left where a bin holds different forecasts; 0 without `bins`. */
  within: number;
  /** Brier only: the parts of `within`, as variance − covariance. */
  withinVariance?: number;
  withinCovariance?: number;
  /** Brier only: reliability, resolution and uncertainty without the bias of small bins (Ferro & Fricker 2012). */
  debiased?: { reliability: number; resolution: number; uncertainty: number };
  usedBins: number;
  n: number;
  method: string;
  notes?: string[];
};

/**
 * The Brier score or the log loss taken apart into reliability, resolution and uncertainty.
 *
 *     Brier     Σ w_b (p̄_b − ȳ_b)²    − Σ w_b (ȳ_b − ȳ)²    + ȳ(1 − ȳ)    + mean (p − p̄_b)² − 2 mean (p − p̄_b)(y − ȳ_b)
 *     log loss  Σ w_b KL(ȳ_b ‖ p̄_b)   − Σ w_b KL(ȳ_b ‖ ȳ)   + H(ȳ)        + mean (loss(p) − loss(p̄_b))
 *
 * Without `bins` each distinct probability is a bin and the last terms are 0. Reliability and resolution are both biased
 * upwards where bins are small; `debiased` is the correction. The parts have no interval for that reason; `brierScore` and
 * `logLoss` have one for the whole. Murphy 1973; Bröcker 2009 (any proper score); Stephenson, Coelho & Jolliffe 2008 (within).
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @param options.bins with `binning`, as of `expectedCalibrationError`; without it distinct probabilities
 * @returns `no-data` without rows
 * @throws RangeError for other values, unequal lengths, bins below 1
 * @example
 * scoreDecomposition([0.1, 0.2, 0.5, 0.5, 0.9, 1], [0, 0, 1, 0, 1, 1]); // 0.01 − 0.1667 + 0.25
 * @see https://github.com/assize/assize/blob/main/docs/stats/brier-score.md
 */
export function scoreDecomposition(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { score = 'brier', ...options }: BinOptions & { score?: 'brier' | 'log' } = {},
): ScoreDecomposition | Undetermined {
  if (score !== 'brier' && score !== 'log') {
    throw new RangeError(`score must be 'brier' or 'log', found ${String(score)}`);
  }
  const { p, y, n, positives } = forecastRows(probabilities, outcomes);
  const whole = options.bins === undefined && options.binning === undefined;
  const bins = whole ? distinctBins(p, y) : rowBins(p, y, options);
  const method = `${score === 'brier' ? 'Brier score' : 'log loss'}, decomposed by ${bins.name}`;
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const base = positives / n;
  const { size, forecast, share } = bins;
  // A bin without rows adds nothing.
  const over = (term: (b: number) => number) => sumOf(bins.count, (b) => (size(b) === 0 ? 0 : (size(b) / n) * term(b)));
  let [usedBins, alone] = [0, 0];
  for (let b = 0; b < bins.count; b++) {
    if (size(b) > 0) usedBins++;
    if (size(b) === 1) alone++;
  }
  const common = { usedBins, n, method };

  if (score === 'log') {
    const value = sumOf(n, (i) => surprise(p[i]!, y[i]!)) / n;
    const uncertainty = expectedLoss(base, base);
    const reliability = over((b) =>
      Math.max(0, expectedLoss(share(b), forecast(b)) - expectedLoss(share(b), share(b))),
    );
    const resolution = over((b) => Math.max(0, expectedLoss(share(b), base) - expectedLoss(share(b), share(b))));
    const within = bins.of === null ? 0 : value - reliability + resolution - uncertainty;
    return withNotes({ value, reliability, resolution, uncertainty, within, ...common }, bins.notes);
  }
  const value = sumOf(n, (i) => (p[i]! - y[i]!) ** 2) / n;
  const uncertainty = base * (1 - base);
  const reliability = over((b) => (forecast(b) - share(b)) ** 2);
  const resolution = over((b) => (share(b) - base) ** 2);
  const { of } = bins;
  const apart = (i: number, b: number) => p[i]! - forecast(b);
  const withinVariance = of ? sumOf(n, (i) => apart(i, of[i]!) ** 2) / n : 0;
  const withinCovariance = of ? (2 * sumOf(n, (i) => apart(i, of[i]!) * (y[i]! - share(of[i]!)))) / n : 0;
  const within = withinVariance - withinCovariance;
  const chance = over((b) => (size(b) < 2 ? 0 : (share(b) * (1 - share(b))) / (size(b) - 1)));
  const baseChance = n < 2 ? 0 : uncertainty / (n - 1);
  const debiased = {
    reliability: reliability - chance,
    resolution: resolution - chance + baseChance,
    uncertainty: uncertainty + baseChance,
  };
  const notes = [...bins.notes];
  if (alone > 0)
    notes.push(`${alone} bins of one row: their chance part cannot be told, so that debiased keeps a bias`);
  return withNotes(
    { value, reliability, resolution, uncertainty, within, withinVariance, withinCovariance, debiased, ...common },
    notes,
  );
}

/** The expected log loss of forecasting p where the truth is q. */
function expectedLoss(q: number, p: number): number {
  return q * surprise(p, 1) + (1 - q) * surprise(p, 0);
}

/** Rows, mean probability and share of ones by bin, and the bin of each row; null where those of a bin are all alike. */
type BinnedRows = {
  count: number;
  size: (b: number) => number;
  forecast: (b: number) => number;
  share: (b: number) => number;
  of: Uint32Array | null;
  name: string;
  notes: string[];
};

function rowBins(p: Float64Array, y: Uint8Array, options: BinOptions): BinnedRows {
  const { of, ...bins } = binProbabilities(p, options);
  const sums = binSums({ of, ...bins }, p, y);
  return {
    ...bins,
    size: (b) => sums.size[b]!,
    forecast: (b) => sums.p[b]! / sums.size[b]!,
    share: (b) => sums.y[b]! / sums.size[b]!,
    of,
  };
}

/** A bin for each distinct probability, in ascending order: as many as rows may be, so that they are summed up when asked. */
function distinctBins(p: Float64Array, y: Uint8Array): BinnedRows {
  const sorted = sortedPairs(p, y);
  const starts = rowsWhere(p.length, (i) => i === 0 || sorted.x[i] !== sorted.x[i - 1]);
  const end = (b: number) => (b + 1 < starts.length ? starts[b + 1]! : p.length);
  const size = (b: number) => end(b) - starts[b]!;
  const meanOf = (b: number, values: Float64Array | Uint8Array) => {
    let total = 0;
    for (let i = starts[b]!; i < end(b); i++) total += values[i]!;
    return total / size(b);
  };
  return {
    count: starts.length,
    size,
    forecast: (b) => meanOf(b, sorted.x),
    share: (b) => meanOf(b, sorted.partner),
    of: null,
    name: 'distinct probabilities',
    notes: [],
  };
}
