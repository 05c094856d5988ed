import { compare, type GoldenCase } from './golden-compare.ts';
import { mean, predictionPoweredMean } from '../src/index.ts';

const tight = 1e-12;

export const correctedCheckers = {
  /** Estimates with z intervals of ppi_py at three λ, and two plain means. */
  ppi_mean(golden: GoldenCase): void {
    const rows = golden.input as {
      labeled_y: number[];
      labeled_prediction: number[];
      unlabeled_prediction: number[];
      alpha: number;
    };
    const found = (lambda: 'tuned' | number) => {
      const result = predictionPoweredMean(rows.labeled_y, rows.labeled_prediction, rows.unlabeled_prediction, {
        level: 1 - rows.alpha,
        interval: 'z',
        lambda,
        labelDesign: 'random',
      });
      return result.value === null ? null : { estimate: result.value, ci: result.interval };
    };
    const answers = {
      power_tuned: found('tuned'),
      lambda_1: found(1),
      lambda_0_classical: found(0),
      naive_predictions_only_mean: mean(rows.unlabeled_prediction),
      classical_mean: mean(rows.labeled_y),
    };
    compare(golden, answers, { tolerances: Object.fromEntries(Object.keys(answers).map((key) => [key, tight])) });
  },
};
