import { checkLevel, type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { forecastRows } from './forecast-rows.ts';

/** The error, with the width of the kernel at which it equals that width. */
export type SmoothErrorEstimate = Estimate & { bandwidth: number };

const cells = 2000;

/**
 * The smooth calibration error (smECE): the residuals smoothed over the scale of probabilities, no bins to choose.
 *
 *     r_s(t) = mean_i K_s(t, p_i)(p_i − y_i)        smECE_s = ∫₀¹ |r_s(t)| dt        value: the s with smECE_s = s
 *
 * K_s is the Gaussian kernel of width s reflected at 0 and 1. smECE_s falls as s grows, so that there is one solution, found by
 * bisection on a grid of 2,000 cells (about ±0.0005). Consistent in the sense of Błasiok et al. 2023; its distribution is not
 * known in closed form and it is biased upwards like every error of this kind, so there is no interval, and a note says so.
 * Błasiok & Nakkiran 2023, arXiv:2309.12236.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows
 * @throws RangeError for other values, unequal lengths, a level outside (0, 1)
 * @example
 * smoothCalibrationError(probabilities, correct).value;
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibration-error.md
 */
export function smoothCalibrationError(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { level = 0.95 }: { level?: number } = {},
): SmoothErrorEstimate | Undetermined {
  checkLevel(level);
  const { p, y, n } = forecastRows(probabilities, outcomes);
  const method = 'smooth calibration error, reflected Gaussian kernel';
  if (n === 0) return undetermined('no-data', 'needs at least one forecast with its outcome', 0, method);
  const smoothed = smoother(onGrid(p, y));
  let [low, high] = [0, 1];
  for (let step = 0; step < 40 && high - low > 1e-7; step++) {
    const middle = (low + high) / 2;
    if (smoothed(middle) > middle) low = middle;
    else high = middle;
  }
  const value = (low + high) / 2;
  const note =
    'no interval: the error is biased upwards and its distribution is not known; calibrationTest says whether there is more than chance';
  return { value, interval: null, level, n, bandwidth: value, method, notes: [note] };
}

/** Residuals over n, each shared between the two points of the grid that it lies between. */
function onGrid(p: Float64Array, y: Uint8Array): Float64Array {
  const grid = new Float64Array(cells + 1);
  for (let i = 0; i < p.length; i++) {
    const place = p[i]! * cells;
    const left = Math.min(Math.floor(place), cells - 1);
    const residual = (p[i]! - y[i]!) / p.length;
    grid[left]! += residual * (left + 1 - place);
    grid[left + 1]! += residual * (place - left);
  }
  return grid;
}

/**
 * ∫ |r_s| by the trapezoid rule, for any s. Reflected at both ends, the kernel is diagonal in cosines:
 * r_s(t) = a₀ + 2 Σ_k a_k e^(−(πks)²/2) cos(πkt), a_k = Σ residual · cos(πkp), so that a width needs few terms.
 */
function smoother(residuals: Float64Array): (width: number) => number {
  const cosine = Float64Array.from({ length: 2 * cells }, (_, i) => Math.cos((Math.PI * i) / cells));
  const places = Uint32Array.from(residuals.keys()).filter((i) => residuals[i] !== 0);
  const coefficients: number[] = [];
  const coefficient = (k: number): number => {
    for (let next = coefficients.length; next <= k; next++) {
      let total = 0;
      for (const i of places) total += residuals[i]! * cosine[(next * i) % (2 * cells)]!;
      coefficients.push(total);
    }
    return coefficients[k]!;
  };
  const unsmoothed = residuals.reduce((total, x) => total + Math.abs(x), 0);
  return (width) => {
    // A kernel narrower than the grid leaves each point by itself.
    if (width * cells < 1.5) return unsmoothed;
    const terms = Math.min(cells, Math.ceil(8.6 / (Math.PI * width)));
    const spread = new Float64Array(cells + 1).fill(coefficient(0));
    for (let k = 1; k <= terms; k++) {
      const weight = 2 * coefficient(k) * Math.exp(-0.5 * (Math.PI * k * width) ** 2);
      for (let t = 0, at = 0; t <= cells; t++, at = (at + k) % (2 * cells)) spread[t]! += weight * cosine[at]!;
    }
    let total = (Math.abs(spread[0]!) + Math.abs(spread[cells]!)) / 2;
    for (let t = 1; t < cells; t++) total += Math.abs(spread[t]!);
    return total / cells;
  };
}
