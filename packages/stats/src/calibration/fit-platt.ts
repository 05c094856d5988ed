import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import {
  type BetaCalibrator,
  type CalibratorKind,
  clipped,
  clippingNotes,
  fewLabelsNotes,
  logit,
  type PlattCalibrator,
} from './calibrator.ts';
import { type ForecastRows, forecastRows } from './forecast-rows.ts';
import { fitLogistic, type LogisticFit } from './logistic-fit.ts';

const ridgeNote = 'separated or collinear: a ridge of 1e-6 holds the fit, which has no maximum of its own';

/**
 * Platt scaling: a straight line on the scale of logits, by maximum likelihood.
 *
 *     p ↦ sigmoid(slope · logit(p) + intercept)
 *
 * Newton's method; where the outcomes are separated a ridge of 1e-6 holds the slope and a note says so. A slope below 0 means
 * that the judge points the wrong way. Probabilities enter clipped at 1e-6. Platt 1999; Lin, Lin & Weng 2007.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @param options.smoothTargets replaces 1 by (n₁ + 1)/(n₁ + 2) and 0 by 1/(n₀ + 2), as Platt did; default false
 * @returns `no-data` without rows, `one-category` where all outcomes are alike
 * @throws RangeError for other values or unequal lengths
 * @example
 * const calibrator = fitPlatt(probabilities, correct);
 * if ('kind' in calibrator) applyCalibrator(calibrator, [0.9, 0.6]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function fitPlatt(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { smoothTargets = false }: { smoothTargets?: boolean } = {},
): PlattCalibrator | Undetermined {
  const rows = forecastRows(probabilities, outcomes);
  const { p, y, n, positives } = rows;
  const refusal = refused(rows, 'Platt scaling');
  if (refusal) return refusal;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (n - positives + 2);
  const targets = smoothTargets ? Float64Array.from(y, (outcome) => (outcome === 1 ? high : low)) : y;
  const fit = fitLogistic([p.map(logit)], targets);
  const slope = fit.coefficients[0]!;
  const notes = fitNotes('platt', p, fit);
  if (slope < 0) notes.push('the slope is below 0: the judge is inverted, its high probabilities mean 0');
  const { converged, iterations } = fit;
  return withNotes({ kind: 'platt' as const, slope, intercept: fit.coefficients[1]!, converged, iterations, n }, notes);
}

/**
 * Beta calibration: Platt scaling with different steepness near 0 and near 1.
 *
 *     logit of the result  a ln p − b ln(1 − p) + c        a, b ≥ 0
 *
 * Where a coefficient comes out negative it is fixed at 0 and the others are fitted again, which a note says. It contains the
 * identity (1, 1, 0). Probabilities enter clipped at 1e-6. Kull, Silva Filho & Flach 2017.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows, `one-category` where all outcomes are alike
 * @throws RangeError for other values or unequal lengths
 * @example
 * const calibrator = fitBeta(probabilities, correct);
 * if ('kind' in calibrator) applyCalibrator(calibrator, [0.9, 0.6]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function fitBeta(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): BetaCalibrator | Undetermined {
  const rows = forecastRows(probabilities, outcomes);
  const { p, y, n } = rows;
  const refusal = refused(rows, 'beta calibration');
  if (refusal) return refusal;
  const features = [p.map((x) => Math.log(clipped(x))), p.map((x) => -Math.log1p(-clipped(x)))];
  // Which features are in: both; without the negative one; without either.
  let active = [0, 1];
  let fit = fitLogistic(features, y);
  while (active.length > 0) {
    const slopes = active.map((_, place) => fit.coefficients[place]!);
    const worst = slopes.indexOf(Math.min(...slopes));
    if (slopes[worst]! >= 0) break;
    active = active.filter((_, place) => place !== worst);
    fit = fitLogistic(
      active.map((feature) => features[feature]!),
      y,
    );
  }
  const of = (feature: number) => (active.includes(feature) ? fit.coefficients[active.indexOf(feature)]! : 0);
  const notes = fitNotes('beta', p, fit);
  for (const [feature, name] of ['a', 'b'].entries()) {
    if (!active.includes(feature)) notes.push(`${name} would be below 0 and is fixed at 0`);
  }
  const { converged, iterations } = fit;
  const c = fit.coefficients[active.length]!;
  return withNotes({ kind: 'beta' as const, a: of(0), b: of(1), c, converged, iterations, n }, notes);
}

function refused({ n, positives }: ForecastRows, method: string): Undetermined | null {
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, method);
  if (positives > 0 && positives < n) return null;
  return undetermined('one-category', `all ${n} outcomes are ${positives === 0 ? 0 : 1}`, n, method);
}

function fitNotes(kind: CalibratorKind, p: Float64Array, { ridged, converged, iterations }: LogisticFit): string[] {
  const notes = [...fewLabelsNotes(kind, p.length), ...clippingNotes(p)];
  if (ridged) notes.push(ridgeNote);
  if (!converged) notes.push(`not converged after ${iterations} iterations`);
  return notes;
}
