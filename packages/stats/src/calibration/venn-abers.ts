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
  const { at, count, ones, sizes } = distinctPlaces(p, y);
  const upper = staircase({ count, ones: (i) => ones[i]!, size: (i) => sizes[i]! }, (value) => value);
  // Turned round, zeros are ones and the last place is the first.
  const last = count - 1;
  const turned = {
    count,
    ones: (i: number) => sizes[last - i]! - ones[last - i]!,
    size: (i: number) => sizes[last - i]!,
  };
  const lower = staircase(turned, (value) => 1 - value);
  return withNotes(
    {
      kind: 'venn-abers' as const,
      upperAt: upper.map(({ place }) => at[place]!),
      upper: upper.map(({ value }) => value),
      lowerAt: lower.map(({ place }) => at[last - place]!).toReversed(),
      lower: lower.map(({ value }) => value).toReversed(),
      n,
    },
    fewLabelsNotes('venn-abers', n),
  );
}

/** Where forecasts stand, in ascending order, with how many ones and rows each place has. */
function distinctPlaces(p: Float64Array, y: Uint8Array) {
  const { x: at, partner } = sortedPairs(p, y);
  let count = 0;
  for (let i = 0; i < at.length; i++) if (i === 0 || at[i] !== at[i - 1]) count++;
  const [ones, sizes] = [new Uint32Array(count), new Uint32Array(count)];
  let place = -1;
  for (let i = 0; i < at.length; i++) {
    // Places move to the front of the array of the rows.
    if (i === 0 || at[i] !== at[place]) at[++place] = at[i]!;
    ones[place]! += partner[i]!;
    sizes[place]!++;
  }
  return { at, count, ones, sizes };
}

/** Rows by place: how many there are, and how many of them came true. */
type Places = { count: number; ones: (place: number) => number; size: (place: number) => number };

/** The last place of each step and its height, as it is to be read. */
function staircase(places: Places, read: (value: number) => number): { place: number; value: number }[] {
  const steps: { place: number; value: number }[] = [];
  let before = NaN;
  withOneMore(places, (place, found) => {
    const value = read(found);
    if (place > 0 && value !== before) steps.push({ place: place - 1, value: before });
    before = value;
  });
  steps.push({ place: places.count - 1, value: before });
  return steps;
}

/**
 * For each place the isotonic value there of the data with one more row of outcome 1 at that place. The new row is a step (1, 1)
 * in the diagram of cumulative sums; it starts before the first place and changes places with one step after another, and
 * the corners of the convex minorant to its right lie on a stack (algorithms 1 and 2 of the paper). They are few: a chain of
 * whole steps that turns at each corner has at most O(n^(2/3)) of them.
 */
function withOneMore({ count, ones, size }: Places, put: (place: number, value: number) => void): void {
  const [cornerX, cornerY]: [number[], number[]] = [[], []];
  let top = 0;
  /** Drops corners that lie on or above the line from this point to the one before them, and adds the point. */
  const push = (x: number, y: number): void => {
    while (top > 1 && turn(x, y, cornerX[top - 1]!, cornerY[top - 1]!, cornerX[top - 2]!, cornerY[top - 2]!) <= 0)
      top--;
    cornerX[top] = x;
    cornerY[top++] = y;
  };
  let [x, y] = [0, 0];
  for (let i = 0; i < count; i++) {
    x += size(i);
    y += ones(i);
  }
  push(x, y);
  for (let i = count - 1; i >= 0; i--) {
    x -= size(i);
    y -= ones(i);
    push(x, y);
  }
  // The first point is (−1, −1), from where the new row leads to (0, 0).
  [x, y] = [-1, -1];
  push(x, y);
  for (let i = 0; i < count; i++) {
    const [ax, ay] = [cornerX[top - 1]!, cornerY[top - 1]!];
    const [bx, by] = [cornerX[top - 2]!, cornerY[top - 2]!];
    put(i, (by - ay) / (bx - ax));
    // The new row changes places with the step of place i.
    x += size(i);
    y += ones(i);
    if (turn(ax, ay, x, y, bx, by) <= 0) continue;
    top--;
    push(x, y);
  }
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
