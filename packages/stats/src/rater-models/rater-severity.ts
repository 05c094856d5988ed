import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { choleskyInverse, choleskyFactor, choleskySolve } from '../numerics/cholesky.ts';
import { unconnected } from './connected-parts.ts';
import type { RaterScores } from './many-facet-rasch.ts';
import { namedFacet } from './study-rows.ts';

export type RaterSeverity = {
  /** In points of the scale: positive is severe. `n` counts the scores of a rater. */
  raters: (Estimate & { id: number })[];
  /** Standard deviation of the severities, divisor raters − 1. */
  severitySd: number;
  /** Of what neither item nor rater explains: the root of the residual mean square; null without a degree of freedom. */
  residualSd: number | null;
  /** Of the scores, divisor scores − 1. */
  scoreSd: number;
  n: number;
  items: number;
  df: number;
  method: string;
};

const method = 'severity, additive least squares';
const few = 10;

/**
 * How many points of the scale each rater takes off, items being equal: rating = item − severity + rest, by least squares.
 *
 * The quick way where scores may be averaged; `manyFacetRasch` takes the scale as ordered only. Severities add up to 0.
 * Intervals: t with scores − items − raters + 1 degrees of freedom, taking the rest as independent and equally wide.
 *
 * @param ratings scores one a row, in any unit; NaN is missing
 * @returns `no-data` without scores, `one-rater`, `not-identified` where raters share no items, with the groups; no
 * interval where no degree of freedom is left, or no rest
 * @throws RangeError for infinite scores, rows without an item or rater, a level outside (0, 1)
 * @example
 * raterSeverity({ scores: [4, 5, 2, 1, 3, 2], items: [0, 0, 1, 1, 2, 2], raters: [0, 1, 0, 1, 0, 1] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/rater-severity.md
 */
export function raterSeverity(
  { scores, items: itemIds, raters: raterIds }: Omit<RaterScores, 'criteria'>,
  { level = 0.95 }: { level?: number | undefined } = {},
): RaterSeverity | Undetermined {
  checkLevel(level);
  const kept: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (Number.isNaN(scores[row]!)) continue;
    checkSize(scores[row]!, `scores[${row}]`);
    kept.push(row);
  }
  const values = Float64Array.from(kept, (row) => scores[row]!);
  const n = values.length;
  const item = namedFacet(itemIds, scores.length, kept);
  const rater = namedFacet(raterIds, scores.length, kept);
  const [items, raters] = [item.levels, rater.levels];
  if (n === 0) return undetermined('no-data', 'there are no scores', n, method);
  if (raters < 2) return undetermined('one-rater', 'needs 2 raters, found 1', n, method);
  const apart = unconnected(item, rater);
  if (apart !== null) return undetermined('not-identified', apart, n, method);
  // Items eliminated: what is left is a Laplacian of the raters, made regular by asking for a sum of 0.
  const [itemSum, itemCount] = [new Float64Array(items), new Float64Array(items)];
  const raterCount = new Float64Array(raters);
  const ofItem = Array.from({ length: items }, (): number[] => []);
  for (let row = 0; row < n; row++) {
    itemSum[item.of[row]!]! += values[row]!;
    itemCount[item.of[row]!]!++;
    raterCount[rater.of[row]!]!++;
    ofItem[item.of[row]!]!.push(rater.of[row]!);
  }
  const system = new Float64Array(raters * raters).fill(1 / raters);
  const right = new Float64Array(raters);
  for (let row = 0; row < n; row++) {
    const [i, j] = [item.of[row]!, rater.of[row]!];
    right[j]! += values[row]! - itemSum[i]! / itemCount[i]!;
    system[j * raters + j]! += 1;
    for (const other of ofItem[i]!) system[j * raters + other]! -= 1 / itemCount[i]!;
  }
  const lower = choleskyFactor(system, raters);
  if (lower === null) return undetermined('not-identified', 'the raters share too few items', n, method);
  const effect = choleskySolve(lower, raters, right);
  const inverse = choleskyInverse(lower, raters);
  let squares = 0;
  const itemEffect = itemSum.slice();
  for (let row = 0; row < n; row++) itemEffect[item.of[row]!]! -= effect[rater.of[row]!]!;
  for (let row = 0; row < n; row++) {
    const i = item.of[row]!;
    squares += (values[row]! - itemEffect[i]! / itemCount[i]! - effect[rater.of[row]!]!) ** 2;
  }
  const df = n - items - raters + 1;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const spread = values.reduce((total, x) => total + (x - mean) ** 2, 0);
  const exact = squares <= 1e-24 * (spread + mean * mean * n);
  const variance = df > 0 ? squares / df : 0;
  return {
    raters: rater.names.map((id, place) => {
      // The pseudo-inverse of the Laplacian: the regular inverse without what the asked-for sum put in.
      const se = Math.sqrt(Math.max(0, variance * (inverse[place * raters + place]! - 1 / raters)));
      const value = effect[place] === 0 ? 0 : -effect[place]!;
      const notes = raterCount[place]! < few ? [`${raterCount[place]!} scores tell little about a rater`] : [];
      const shared = { id, value, level, n: raterCount[place]!, method: `${method}, t` };
      if (df < 1 || exact) {
        const why = df < 1 ? 'no degree of freedom is left' : 'the scores add up exactly, which is not certainty';
        return { ...shared, interval: null, notes: [`no interval: ${why}`, ...notes] };
      }
      const half = tQuantile((1 + level) / 2, df) * se;
      return withNotes({ ...shared, interval: [value - half, value + half] as [number, number], se }, notes);
    }),
    severitySd: Math.sqrt(effect.reduce((total, x) => total + x * x, 0) / (raters - 1)),
    residualSd: df > 0 ? Math.sqrt(variance) : null,
    scoreSd: Math.sqrt(spread / (n - 1)),
    n,
    items,
    df,
    method,
  };
}
