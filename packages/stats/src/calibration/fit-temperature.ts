import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { clippingNotes, logit, type TemperatureCalibrator } from './calibrator.ts';
import { forecastRows } from './forecast-rows.ts';
import { logistic } from '../numerics/logistic.ts';

const [coldest, hottest] = [0.05, 20];

/**
 * Temperature scaling: one number that makes all probabilities more or less extreme, by maximum likelihood.
 *
 *     p ↦ logistic(logit(p) / T)        T in [0.05, 20]
 *
 * It changes neither the order nor which side of 1/2 a probability is on, and it is all that fewer than 50 labels can carry.
 * T above 1 means overconfident. Probabilities enter clipped at 1e-6. Guo et al. 2017, arXiv:1706.04599.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows, `one-category` where all outcomes are alike, `zero-variance` where all probabilities are 1/2
 * @throws RangeError for other values or unequal lengths
 * @example
 * const calibrator = fitTemperature(probabilities, correct);
 * if ('kind' in calibrator) applyCalibrator(calibrator, [0.9, 0.6]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function fitTemperature(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): TemperatureCalibrator | Undetermined {
  const { p, y, n, positives } = forecastRows(probabilities, outcomes);
  const method = 'temperature scaling';
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, method);
  if (positives === 0 || positives === n) {
    return undetermined('one-category', `all ${n} outcomes are ${positives === 0 ? 0 : 1}`, n, method);
  }
  const x = p.map(logit);
  if (x.every((value) => value === 0)) {
    return undetermined('zero-variance', 'all probabilities are 1/2, which no temperature moves', n, method);
  }
  const notes = clippingNotes(p);
  const temperature = 1 / inverseTemperature(x, y);
  if (temperature === coldest || temperature === hottest) {
    notes.push(
      temperature === coldest
        ? `the temperature is at its bound ${coldest}: the probabilities separate the outcomes`
        : `the temperature is at its bound ${hottest}: the probabilities say nothing of the outcomes, or the opposite`,
    );
  }
  return withNotes({ kind: 'temperature' as const, temperature, n }, notes);
}

/** The root of Σ x(logistic(βx) − y), which rises in β: Newton's steps, halving the bracket where they leave it. */
function inverseTemperature(x: Float64Array, y: Uint8Array): number {
  const slopeAt = (beta: number): [number, number] => {
    let [value, rise] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      const p = logistic(beta * x[i]!);
      value += x[i]! * (p - y[i]!);
      rise += x[i]! * x[i]! * p * (1 - p);
    }
    return [value, rise];
  };
  let [low, high] = [1 / hottest, 1 / coldest];
  if (slopeAt(low)[0] >= 0) return low;
  if (slopeAt(high)[0] <= 0) return high;
  let beta = 1;
  for (let step = 0; step < 200; step++) {
    const [value, rise] = slopeAt(beta);
    if (value > 0) high = beta;
    else low = beta;
    let next = rise > 0 ? beta - value / rise : NaN;
    if (!(next > low && next < high)) next = (low + high) / 2;
    // The error of a Newton step is the square of the one before: what is left here is below the last digit.
    if (Math.abs(next - beta) <= 1e-10 * beta) return next;
    beta = next;
  }
  return beta;
}
