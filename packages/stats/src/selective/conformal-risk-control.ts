import { sum } from '../numerics/sum.ts';
import { undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { checkAlpha } from './conformal-quantile.ts';

/** The first setting of which the expected loss on a new item is at most alpha. */
export type RiskControl = {
  value: number;
  /** n/(n + 1) · mean loss + bound/(n + 1) at that setting. */
  inflated: number;
  meanLoss: number;
  alpha: number;
  n: number;
  method: string;
};

/**
 * Conformal risk control: the loosest setting whose expected loss on a new item is at most alpha.
 *
 *     value  inf{λ: n/(n + 1) · mean L(λ) + B/(n + 1) ≤ alpha}
 *
 * L must not rise with λ, for every item. It controls the expected loss, with no chance of failure to choose. Not for the
 * error rate among accepted answers, which is a ratio and not monotone: use `selectiveThreshold`.
 * Angelopoulos, Bates, Fisch, Lei and Schuster 2022, arXiv:2208.02814.
 *
 * @param losses one row per exchangeable item, one column per setting
 * @param settings λ in the order of the columns, ascending
 * @param options.bound B, the largest possible loss; default 1
 * @throws RangeError for a loss that is missing, outside [0, bound], or larger than the one before it; settings that do not fit
 * @returns `no-threshold` where no setting holds, `no-data` without items
 * @example
 * conformalRiskControl(matrixOf([[1, 0, 0], [1, 1, 0], [1, 0, 0]]), [0.2, 0.5, 0.8], { alpha: 0.4 }).value; // 0.8
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-risk-control.md
 */
export function conformalRiskControl(
  losses: Matrix,
  settings: readonly number[],
  { alpha, bound = 1 }: { alpha: number; bound?: number },
): RiskControl | Undetermined {
  checkMatrix(losses);
  checkAlpha(alpha / bound);
  const { values, rows: n, columns } = losses;
  if (settings.length !== columns) throw new RangeError(`${columns} columns of losses but ${settings.length} settings`);
  settings.forEach((setting, j) => {
    if (!Number.isFinite(setting) || (j > 0 && setting <= settings[j - 1]!)) {
      throw new RangeError(`settings[${j}] must be finite and above the one before it, found ${setting}`);
    }
  });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < columns; j++) {
      const loss = values[i * columns + j]!;
      const before = j === 0 ? bound : values[i * columns + j - 1]!;
      if (!(loss >= 0 && loss <= before)) {
        throw new RangeError(`losses[${i}][${j}] must lie in [0, ${before}] (a loss must not rise), found ${loss}`);
      }
    }
  }
  const method = 'conformal risk control';
  if (n === 0) return undetermined('no-data', 'needs at least one calibration item', 0, method);
  let least = Infinity;
  for (let j = 0; j < columns; j++) {
    const total = sum(Float64Array.from({ length: n }, (_, i) => values[i * columns + j]!));
    const inflated = (total + bound) / (n + 1);
    // Losses that sum to the limit exactly must not fail by rounding.
    if (inflated <= alpha * (1 + 1e-12)) {
      return { value: settings[j]!, inflated, meanLoss: total / n, alpha, n, method };
    }
    least = Math.min(least, inflated);
  }
  const detail =
    columns === 0 ? 'there is no setting' : `the smallest inflated loss is ${least.toPrecision(4)}, above ${alpha}`;
  return undetermined('no-threshold', detail, n, method);
}
