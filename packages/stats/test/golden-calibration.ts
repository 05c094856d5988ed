import {
  applyCalibrator,
  auroc,
  brierScore,
  expectedCalibrationError,
  fitPlatt,
  fitTemperature,
  isotonicRegression,
  logLoss,
  predictIsotonic,
} from '../src/index.ts';
import { compare, type GoldenCase } from './golden-compare.ts';

const tight = 1e-12;

export const calibrationCheckers = {
  calibration(golden: GoldenCase): void {
    const { p, y } = golden.input as { p: number[]; y: number[] };
    const found: Record<string, number | null> = {
      brier: brierScore(p, y).value,
      'log_loss_clip_1e-15': logLoss(p, y).value,
      auroc: auroc(p, y).value,
    };
    for (const bins of [5, 10, 15]) {
      const width = expectedCalibrationError(p, y, { bins, binning: 'equal-width' });
      found[`ece_equal_width_${bins}`] = width.value;
      found[`mce_equal_width_${bins}`] = width.value === null ? null : width.maximum;
      found[`ece_equal_mass_${bins}`] = expectedCalibrationError(p, y, { bins, binning: 'equal-mass' }).value;
    }
    compare({ ...golden, tolerance: tight }, found);
  },

  isotonic(golden: GoldenCase): void {
    const { x, y, predict_at: at } = golden.input as { x: number[]; y: number[]; predict_at: number[] };
    const fit = isotonicRegression(x, y);
    if (!('x' in fit)) throw new Error(`${golden.id}: undetermined`);
    compare(
      { ...golden, tolerance: tight },
      {
        fitted: [...predictIsotonic(fit, x)],
        thresholds_x: fit.x,
        thresholds_y: fit.y,
        predict: [...predictIsotonic(fit, at)],
      },
    );
  },

  logit_scaling(golden: GoldenCase): void {
    const { logits, y } = golden.input as { logits: number[]; y: number[] };
    const p = logits.map((x) => 1 / (1 + Math.exp(-x)));
    const [scaled, line] = [fitTemperature(p, y), fitPlatt(p, y)];
    if (!('kind' in scaled) || !('kind' in line)) throw new Error(`${golden.id}: undetermined`);
    const loss = (found: ArrayLike<number>) => logLoss(found, y).value;
    compare(
      // The stored parameters are where a general optimiser stopped, about 1e-7 from the maximum.
      { ...golden, tolerance: 1e-6 },
      {
        temperature: scaled.temperature,
        nll_before: loss(p),
        nll_after_temperature: loss(applyCalibrator(scaled, p)),
        platt_unregularised: { a: line.slope, b: line.intercept, nll: loss(applyCalibrator(line, p)) },
      },
    );
  },
};
