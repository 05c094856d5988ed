import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { fewLabelsNotes, type VennAbersCalibrator } from './calibrator.ts';
import { firstAtLeast } from './first-at-least.ts';
import { checkForecast, forecastRows } from './forecast-rows.ts';
import { sortedPairs } from '../numerics/sorted-pairs.ts';

/**
 * Venn-Abers calibration (inductive): two probabilities for each p, from isotonic fits in which p itself counts as a 0 and as
 * a 1. One of the two is calibrated, whatever the distribution, if rows are exchangeable; how far they are apart says how
 * little the labels near p tell.
 *
 * All fits are made at once by following the corners of the cumulative sum diagram: O(n log n) to fit, O(log n) to apply.
 * `applyCalibrator` gives p₁/(1 − p₀ + p₁), `vennAbersInterval` both. Vovk, Petej & Fedorova 2015, arXiv:1511.00213.
 *
 * @param probabilities in [0, 1]; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows
 * @throws RangeError for other values or unequal lengths
 * @example
 * const calibrator = fitVennAbers([0.2, 0.4, 0.6, 0.8], [0, 1, 0, 1]);
 * if ('kind' in calibrator) vennAbersInterval(calibrator, [0.5]); // 1/3 to 2/3
 * @see https://github.com/assize/assize/blob/main/docs/stats/venn-abers.md
 */
export function fitVennAbers(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): VennAbersCalibrator | Undetermined {
  const { p, y, n } = forecastRows(probabilities, outcomes);
  if (n === 0) return undetermined('no-data', 'needs labelled rows', 0, 'Venn-Abers calibration');
  const sorted = sortedPairs(p, y);
  const at: number[] = [];
  const ones: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < n; i++) {
    if (sorted.x[i] !== at.at(-1)) {
      at.push(sorted.x[i]!);
      ones.push(0);
      sizes.push(0);
    }
    ones[ones.length - 1]! += sorted.partner[i]!;
    sizes[sizes.length - 1]!++;
  }
  const p1 = withOneMore(ones, sizes);
  // Turned round, zeros are ones and the last place is the first.
  const zeros = ones.map((k, i) => sizes[i]! - k).toReversed();
  const p0 = withOneMore(zeros, sizes.toReversed())
    .toReversed()
    .map((value) => 1 - value);
  // A staircase needs the end of each step only: of the upper one the last place, of the lower the first.
  const upper = at.flatMap((x, i) => (i === at.length - 1 || p1[i] !== p1[i + 1] ? [{ x, value: p1[i]! }] : []));
  const lower = at.flatMap((x, i) => (i === 0 || p0[i] !== p0[i - 1] ? [{ x, value: p0[i]! }] : []));
  return withNotes(
    {
      kind: 'venn-abers' as const,
      upperAt: upper.map(({ x }) => x),
      upper: upper.map(({ value }) => value),
      lowerAt: lower.map(({ x }) => x),
      lower: lower.map(({ value }) => value),
      n,
    },
    fewLabelsNotes('venn-abers', n),
  );
}

/**
 * For each place the isotonic value there of the data with one more row of outcome 1 at that place. The new row is a step (1, 1)
 * in the diagram of cumulative sums; it starts before the first place and changes places with one step after another, and
 * the corners of the convex minorant to its right lie on a stack (algorithms 1 and 2 of the paper).
 */
function withOneMore(ones: readonly number[], sizes: readonly number[]): number[] {
  const k = ones.length;
  // Point i stands at index i + 1; the first is (−1, −1), from where the new row leads to (0, 0).
  const [x, y] = [new Float64Array(k + 2), new Float64Array(k + 2)];
  x[0] = -1;
  y[0] = -1;
  for (let i = 0; i < k; i++) {
    x[i + 2] = x[i + 1]! + sizes[i]!;
    y[i + 2] = y[i + 1]! + ones[i]!;
  }
  // Corners are kept by value: points move below.
  const cornerX = new Float64Array(k + 2);
  const cornerY = new Float64Array(k + 2);
  let top = 0;
  for (let i = k + 1; i >= 0; i--) {
    // From the right: drop corners that lie on or above the line from this point to the one before them.
    while (
      top > 1 &&
      turn(x[i]!, y[i]!, cornerX[top - 1]!, cornerY[top - 1]!, cornerX[top - 2]!, cornerY[top - 2]!) <= 0
    ) {
      top--;
    }
    cornerX[top] = x[i]!;
    cornerY[top++] = y[i]!;
  }
  const values: number[] = [];
  for (let i = 0; i < k; i++) {
    const [ax, ay] = [cornerX[top - 1]!, cornerY[top - 1]!];
    const [bx, by] = [cornerX[top - 2]!, cornerY[top - 2]!];
    values.push((by - ay) / (bx - ax));
    // The new row changes places with the step of place i.
    const movedX = x[i]! + x[i + 2]! - x[i + 1]!;
    const movedY = y[i]! + y[i + 2]! - y[i + 1]!;
    x[i + 1] = movedX;
    y[i + 1] = movedY;
    if (turn(ax, ay, movedX, movedY, bx, by) <= 0) continue;
    top--;
    while (
      top > 1 &&
      turn(movedX, movedY, cornerX[top - 1]!, cornerY[top - 1]!, cornerX[top - 2]!, cornerY[top - 2]!) <= 0
    ) {
      top--;
    }
    cornerX[top] = movedX;
    cornerY[top++] = movedY;
  }
  return values;
}

/** Above 0 where a → b → c turns left, so that b lies below the line from a to c. Whole numbers: exact. */
function turn(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  return (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
}

/**
 * Both probabilities of a Venn-Abers calibrator at given places, and the one that `applyCalibrator` makes of them.
 *
 * @param probabilities in [0, 1]; NaN gives NaN
 * @returns `lower` p₀, `upper` p₁, `probability` p₁/(1 − p₀ + p₁), one each per place
 * @throws RangeError for a probability outside [0, 1]
 * @example
 * vennAbersInterval(calibrator, [0.5]).lower[0];
 * @see https://github.com/assize/assize/blob/main/docs/stats/venn-abers.md
 */
export function vennAbersInterval(
  calibrator: VennAbersCalibrator,
  probabilities: ArrayLike<number>,
): { lower: Float64Array; upper: Float64Array; probability: Float64Array } {
  const { upperAt, upper, lowerAt, lower } = calibrator;
  const length = probabilities.length;
  const found = {
    lower: new Float64Array(length),
    upper: new Float64Array(length),
    probability: new Float64Array(length),
  };
  for (let i = 0; i < length; i++) {
    const p = probabilities[i]!;
    if (checkForecast(p, 'probability', `probabilities[${i}]`)) {
      for (const column of Object.values(found)) column[i] = NaN;
      continue;
    }
    const above = firstAtLeast(upperAt, p);
    const p1 = above === upperAt.length ? 1 : upper[above]!;
    const below = firstAtLeast(lowerAt, p);
    const at = lowerAt[below] === p ? below : below - 1;
    const p0 = at < 0 ? 0 : lower[at]!;
    found.lower[i] = p0;
    found.upper[i] = p1;
    found.probability[i] = p1 / (1 - p0 + p1);
  }
  return found;
}
