import { type Calibrator, clipped, logit } from './calibrator.ts';
import { histogramBin } from './first-at-least.ts';
import { checkForecast } from './forecast-rows.ts';
import { predictIsotonic } from './isotonic-regression.ts';
import { logistic } from '../numerics/logistic.ts';
import { vennAbersInterval } from './venn-abers.ts';

/**
 * Probabilities through a fitted calibrator. A pure function of plain data: the calibrator may have been to JSON and back.
 *
 * @param probabilities in [0, 1]; NaN (missing) gives NaN
 * @throws RangeError for a probability outside [0, 1] or a calibrator of no known kind
 * @example
 * applyCalibrator({ kind: 'platt', slope: 0.5, intercept: 0.2, converged: true, iterations: 5, n: 300 }, [0.9]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function applyCalibrator(calibrator: Calibrator, probabilities: ArrayLike<number>): Float64Array {
  for (let i = 0; i < probabilities.length; i++) checkForecast(probabilities[i]!, 'probability', `probabilities[${i}]`);
  const through = (map: (p: number) => number) =>
    Float64Array.from({ length: probabilities.length }, (_, i) =>
      Number.isNaN(probabilities[i]!) ? NaN : map(probabilities[i]!),
    );
  switch (calibrator.kind) {
    case 'temperature':
      return through((p) => logistic(logit(p) / calibrator.temperature));
    case 'platt':
      return through((p) => logistic(calibrator.slope * logit(p) + calibrator.intercept));
    case 'beta':
      return through((p) =>
        logistic(calibrator.a * Math.log(clipped(p)) - calibrator.b * Math.log1p(-clipped(p)) + calibrator.c),
      );
    case 'isotonic':
      return predictIsotonic(calibrator, probabilities);
    case 'histogram':
      return through((p) => calibrator.values[histogramBin(calibrator.edges, p)]!);
    case 'venn-abers':
      return vennAbersInterval(calibrator, probabilities).probability;
    default:
      throw new RangeError(`no calibrator is of the kind ${String((calibrator as { kind: unknown }).kind)}`);
  }
}
