import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { fewLabelsNotes, type HistogramCalibrator, type IsotonicCalibrator } from './calibrator.ts';
import { histogramBin } from './first-at-least.ts';
import { forecastRows } from './forecast-rows.ts';
import { isotonicBlocks } from './isotonic-regression.ts';

/**
 * Isotonic calibration: the best rising map, with no form assumed.
 *
 * Block means by default, which are 0 and 1 at the ends: right for the Brier score, ruinous for the log loss. With
 * `smooth` a block of k ones in n rows gives (k + 1)/(n + 2), and blocks that this puts out of order are pooled. In-sample
 * calibration error is 0 by construction and means nothing: judge it by `crossFitCalibration`. Below 200 labels a note warns.
 * Zadrozny & Elkan 2002.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows
 * @throws RangeError for other values or unequal lengths
 * @example
 * const calibrator = fitIsotonic(probabilities, correct, { smooth: true });
 * if ('kind' in calibrator) applyCalibrator(calibrator, [0.9, 0.6]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function fitIsotonic(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { smooth = false }: { smooth?: boolean } = {},
): IsotonicCalibrator | Undetermined {
  const { p, y, n } = forecastRows(probabilities, outcomes);
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, 'isotonic calibration');
  const blocks = isotonicBlocks(p, y);
  const prior = smooth ? 1 : 0;
  const stack: { first: number; last: number; ones: number; size: number }[] = [];
  const level = ({ ones, size }: { ones: number; size: number }) => (ones + prior) / (size + 2 * prior);
  for (let b = 0; b < blocks.count; b++) {
    let block = { first: blocks.first[b]!, last: blocks.last[b]!, ones: blocks.total[b]!, size: blocks.weight[b]! };
    for (let before = stack.at(-1); before && level(before) >= level(block); before = stack.at(-1)) {
      stack.pop();
      block = { ...block, first: before.first, ones: before.ones + block.ones, size: before.size + block.size };
    }
    stack.push(block);
  }
  const corners = { x: [] as number[], y: [] as number[] };
  for (const block of stack) {
    for (const x of block.first === block.last ? [block.first] : [block.first, block.last]) {
      corners.x.push(x);
      corners.y.push(level(block));
    }
  }
  return withNotes({ kind: 'isotonic' as const, ...corners, n }, fewLabelsNotes('isotonic', n));
}

/**
 * Histogram calibration: the share of ones in each of some bins of equal mass, drawn to 1/2 by one row each way.
 *
 *     p ↦ (k + 1)/(n + 2)        k ones among the n rows of its bin
 *
 * Bins begin at the quantiles (type 7) of the probabilities and never part equal ones, so there may be fewer than asked.
 * Zadrozny & Elkan 2001.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @param options.bins default 10
 * @returns `no-data` without rows
 * @throws RangeError for other values, unequal lengths, bins below 1
 * @example
 * const calibrator = fitHistogram(probabilities, correct, { bins: 5 });
 * if ('kind' in calibrator) applyCalibrator(calibrator, [0.9, 0.6]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrators.md
 */
export function fitHistogram(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { bins = 10 }: { bins?: number } = {},
): HistogramCalibrator | Undetermined {
  if (!Number.isSafeInteger(bins) || bins < 1) throw new RangeError(`bins must be at least 1, found ${bins}`);
  const { p, y, n } = forecastRows(probabilities, outcomes);
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, 'histogram calibration');
  const sorted = p.toSorted();
  const edges: number[] = [];
  for (let b = 1; b < bins; b++) {
    const limit = quantileOfSorted(sorted, b * (1 / bins));
    if (limit > sorted[0]! && limit !== edges.at(-1)) edges.push(limit);
  }
  const ones = new Float64Array(edges.length + 1);
  const sizes = new Float64Array(edges.length + 1);
  for (let i = 0; i < n; i++) {
    const b = histogramBin(edges, p[i]!);
    ones[b]! += y[i]!;
    sizes[b]!++;
  }
  const values = Array.from(ones, (k, b) => (k + 1) / (sizes[b]! + 2));
  return withNotes({ kind: 'histogram' as const, edges, values, n }, fewLabelsNotes('histogram', n));
}

/** `quantile` would sort again for each of the limits. */
function quantileOfSorted(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}
