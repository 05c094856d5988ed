import { ascendingOrder } from '../numerics/ascending-order.ts';
import { allRows } from '../numerics/present-rows.ts';
import { sumOf } from '../numerics/sum.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { forecastRows } from './forecast-rows.ts';
import { surprise } from './log-loss.ts';
import { type Bins, binProbabilities, type BinOptions, binSums } from './probability-bins.ts';

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
  const bins = whole ? distinctBins(p) : binProbabilities(p, options);
  const method = `${score === 'brier' ? 'Brier score' : 'log loss'}, decomposed by ${bins.name}`;
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const sums = binSums(bins, p, y);
  const base = positives / n;
  const used = allRows(bins.count).filter((b) => sums.size[b]! > 0);
  const weight = (b: number) => sums.size[b]! / n;
  const forecast = (b: number) => sums.p[b]! / sums.size[b]!;
  const share = (b: number) => sums.y[b]! / sums.size[b]!;
  const over = (term: (b: number) => number) => sumOf(used.length, (u) => weight(used[u]!) * term(used[u]!));
  const common = { usedBins: used.length, n, method };

  if (score === 'log') {
    const value = sumOf(n, (i) => surprise(p[i]!, y[i]!)) / n;
    const uncertainty = expectedLoss(base, base);
    const reliability = over((b) =>
      Math.max(0, expectedLoss(share(b), forecast(b)) - expectedLoss(share(b), share(b))),
    );
    const resolution = over((b) => Math.max(0, expectedLoss(share(b), base) - expectedLoss(share(b), share(b))));
    const within = whole ? 0 : value - reliability + resolution - uncertainty;
    return withNotes({ value, reliability, resolution, uncertainty, within, ...common }, bins.notes);
  }
  const value = sumOf(n, (i) => (p[i]! - y[i]!) ** 2) / n;
  const uncertainty = base * (1 - base);
  const reliability = over((b) => (forecast(b) - share(b)) ** 2);
  const resolution = over((b) => (share(b) - base) ** 2);
  const apart = (i: number) => p[i]! - forecast(bins.of[i]!);
  const withinVariance = whole ? 0 : sumOf(n, (i) => apart(i) ** 2) / n;
  const withinCovariance = whole ? 0 : (2 * sumOf(n, (i) => apart(i) * (y[i]! - share(bins.of[i]!)))) / n;
  const within = withinVariance - withinCovariance;
  const chance = over((b) => (sums.size[b]! < 2 ? 0 : (share(b) * (1 - share(b))) / (sums.size[b]! - 1)));
  const baseChance = n < 2 ? 0 : uncertainty / (n - 1);
  const debiased = {
    reliability: reliability - chance,
    resolution: resolution - chance + baseChance,
    uncertainty: uncertainty + baseChance,
  };
  const notes = [...bins.notes];
  const alone = used.filter((b) => sums.size[b]! < 2).length;
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

/** A bin for each distinct probability, in ascending order. */
function distinctBins(p: Float64Array): Bins {
  const order = ascendingOrder(p);
  const of = new Uint32Array(p.length);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    if (i === 0 || p[order[i]!] !== p[order[i - 1]!]) count++;
    of[order[i]!] = count - 1;
  }
  return { of, count, name: 'distinct probabilities', notes: [] };
}
