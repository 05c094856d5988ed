import type { Undetermined } from '../shapes/estimate.ts';
import { type ConformalCalibration, conformalQuantile, quantileFor } from './conformal-quantile.ts';
import type { ConformalOptions } from './conformal-sets.ts';

function checkFinite(x: number, name: string, i: number): void {
  if (Math.abs(x) === Infinity) throw new RangeError(`${name}[${i}] must be finite or NaN, found ${x}`);
}

function checkSpread(spread: number, place: () => string): void {
  if (!(spread > 0 && spread < Infinity))
    throw new RangeError(`${place()} must be positive and finite, found ${spread}`);
}

/**
 * Calibrates intervals for a numeric score on items whose true score is known.
 *
 *     score  |truth − predicted|, or that divided by `spread`
 *
 * With `spread` (the judge's own standard deviation, say) intervals are wide where the judge is unsure. Holds for exchangeable
 * items, whatever the judge: a bad one has wide intervals. Lei et al. 2018; for judges Sheng et al. 2025, arXiv:2509.18658.
 *
 * @param predicted NaN is missing, as in `truth`
 * @throws RangeError for unequal lengths, an infinite number, or a spread that is not positive
 * @returns `no-data` without items that have both
 * @example
 * const calibration = calibrateScores([3.1, 2.2, 3.9, 2.8], [3, 3, 4, 2], { alpha: 0.4 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function calibrateScores(
  predicted: ArrayLike<number>,
  truth: ArrayLike<number>,
  { spread, ...options }: ConformalOptions & { spread?: ArrayLike<number> | undefined },
): ConformalCalibration | Undetermined {
  const n = predicted.length;
  if (truth.length !== n) throw new RangeError(`${n} predicted scores but ${truth.length} true ones`);
  if (spread && spread.length !== n) throw new RangeError(`${n} predicted scores but ${spread.length} spreads`);
  const scores = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    checkFinite(predicted[i]!, 'predicted', i);
    checkFinite(truth[i]!, 'truth', i);
    const apart = Math.abs(truth[i]! - predicted[i]!);
    if (spread && !Number.isNaN(apart)) checkSpread(spread[i]!, () => `spread[${i}]`);
    scores[i] = spread ? apart / spread[i]! : apart;
  }
  const found = conformalQuantile(scores, options);
  return 'value' in found ? found : { ...found, method: `${found.method}, score` };
}

/**
 * The interval of a new item's true score; its middle is the predicted score.
 *
 * @returns null where calibration had too few items to exclude anything
 * @throws RangeError for a predicted score that is not finite, or a spread that is not positive
 * @example
 * scoreInterval(calibration, 3.2); // [2.4, 4.0]
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function scoreInterval(
  calibration: ConformalCalibration,
  predicted: number,
  { spread = 1, group }: { spread?: number; group?: number | undefined } = {},
): [number, number] | null {
  if (!Number.isFinite(predicted)) throw new RangeError(`predicted must be finite, found ${predicted}`);
  checkSpread(spread, () => 'spread');
  const quantile = quantileFor(calibration, group);
  return quantile === null ? null : [predicted - quantile * spread, predicted + quantile * spread];
}

/**
 * The levels of a scale that a new item's true score may have: those inside its interval, else the nearest one, since a
 * score must have some level.
 *
 * @param levels of the scale, ascending: [1, 2, 3, 4]
 * @throws RangeError without levels, or as `scoreInterval`
 * @example
 * scoreLevels(calibration, 3.2, [1, 2, 3, 4]); // [3, 4]
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function scoreLevels(
  calibration: ConformalCalibration,
  predicted: number,
  levels: readonly number[],
  options: { spread?: number; group?: number | undefined } = {},
): number[] {
  const [first] = levels;
  if (first === undefined) throw new RangeError('a scale needs levels');
  const interval = scoreInterval(calibration, predicted, options);
  if (interval === null) return [...levels];
  const reach = interval[1] - predicted;
  const inside = levels.filter((level) => Math.abs(level - predicted) <= reach);
  if (inside.length > 0) return inside;
  return [
    levels.reduce((best, level) => (Math.abs(level - predicted) < Math.abs(best - predicted) ? level : best), first),
  ];
}
