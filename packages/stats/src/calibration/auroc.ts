import { orderWithin } from '../numerics/ascending-order.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { clusterNotes, fewestClusters } from '../resampling/bootstrap.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { resamplePatterns } from '../resampling/pattern-interval.ts';
import type { Patterns } from '../resampling/row-patterns.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { forecastRows, keptClusters } from './forecast-rows.ts';
import { logistic } from '../numerics/logistic.ts';

const enough = 10;

/** The area, with how many rows each outcome had. */
export type AurocEstimate = Estimate & { positives: number; negatives: number };

/**
 * The area under the ROC curve: how often a row that came true has the higher score than one that did not, ties half.
 *
 *     A = Σ_i Σ_j (1{s_i > s_j} + ½ 1{s_i = s_j}) / (m₁ m₀)        i with outcome 1, j with outcome 0
 *
 * It sees order only, no calibration. Without `random` the interval is DeLong's, taken on the logit scale; with `clusters`
 * the standard error sums each cluster's share (Obuchowski 1997) with t(G − 1); where every pair is ordered alike
 * (A = 0 or 1) DeLong's variance is 0 and Newcombe's method 5 takes its place. With `random` a bootstrap of rows or clusters.
 * DeLong, DeLong & Clarke-Pearson 1988; Newcombe 2006, Statistics in Medicine 25:559-573.
 *
 * @param scores any finite numbers, higher for outcome 1; NaN is missing
 * @param outcomes 0 or 1; NaN or −1 is missing
 * @returns `no-data` without rows, `one-category` where one outcome is absent; no interval below 2 rows of each outcome,
 * below 5 given clusters, or where all scores are equal, with a note
 * @throws RangeError for other values, unequal lengths, ids that do not fit, a level outside (0, 1)
 * @example
 * auroc([0.1, 0.2, 0.5, 0.5, 0.9, 1], [0, 0, 1, 0, 1, 1]); // value 0.9444
 * @see https://github.com/assize/assize/blob/main/docs/stats/auroc.md
 */
export function auroc(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: IntervalOptions = {},
): AurocEstimate | Undetermined {
  const { clusters, ...rest } = options;
  const plan = planInterval(rest, true);
  const kept = forecastRows(scores, outcomes, 'score');
  const { p, y, n, positives } = kept;
  const negatives = n - positives;
  if (n === 0) return undetermined('no-data', 'needs at least one score with its outcome', 0, 'AUROC');
  if (positives === 0 || negatives === 0) {
    return undetermined('one-category', `all ${n} outcomes are ${positives === 0 ? 0 : 1}`, n, 'AUROC');
  }
  const ids = keptClusters(clusters, kept, scores.length);
  const index = ids ? indexClusters(ids, n) : null;
  const placed = placements(p, y, positives, negatives);
  const { value } = placed;
  const groups = index ? { groups: index.count } : {};
  const size = { level: plan.level, n, positives, negatives, ...groups };
  const without = (note: string) => ({ value, interval: null, ...size, method: 'AUROC', notes: [note] });
  if (plan.kind === 'none') return without(plan.note);
  if (plan.kind === 'bootstrap') {
    const part = resamplePatterns(plan, placed.patterns(), index, 1, areaOfCounts)(0);
    const { interval, se, notes, name } = part;
    const result = { value, interval, ...size, ...(se !== undefined && { se }), method: `AUROC, ${name}` };
    return withNotes(result, notes);
  }
  if (positives < 2 || negatives < 2) return without('no interval: needs 2 rows of each outcome');
  if (index && index.count < fewestClusters) {
    return without(`no interval: needs ${fewestClusters} clusters, found ${index.count}`);
  }
  if (placed.levels === 1) return without('no interval: all scores are equal');
  const notes = index ? clusterNotes(index.count) : [];
  const rarer = Math.min(positives, negatives);
  if (rarer < enough) {
    notes.push(`${rarer} rows of the rarer outcome: the interval tends to be too short below ${enough}`);
  }
  const tail = (1 + plan.level) / 2;
  const variance = index
    ? clusterVariance(placed.placement, y, value, positives, negatives, index.of, index.count)
    : deLongVariance(placed.placement, y, value, positives, negatives);
  if (value === 0 || value === 1 || isRounding(Math.sqrt(variance), 1)) {
    const share = index ? index.count / n : 1;
    const interval = newcombe(value, positives * share, negatives * share, normalQuantile(tail));
    notes.push(
      value === 0 || value === 1
        ? 'every pair is ordered alike, so that the rows show no variance of their own: Newcombe’s method 5'
        : 'the rows show no variance of their own: Newcombe’s method 5',
    );
    const method = ids ? 'AUROC, Newcombe 5 on clusters' : 'AUROC, Newcombe 5';
    return withNotes({ value, interval, ...size, method }, notes);
  }
  const se = Math.sqrt(variance);
  const z = index ? tQuantile(tail, index.count - 1) : normalQuantile(tail);
  const centre = Math.log(value / (1 - value));
  const half = (z * se) / (value * (1 - value));
  const interval: [number, number] = [logistic(centre - half), logistic(centre + half)];
  const method = ids ? 'AUROC, cluster-robust DeLong on logits' : 'AUROC, DeLong on logits';
  return withNotes({ value, interval, ...size, se, method }, notes);
}

type Placed = {
  value: number;
  /** For each row the share of the other outcome's rows that it is ordered rightly against. */
  placement: Float64Array;
  /** 2 × the rank of the row's distinct score + its outcome, and how often each is met. */
  patterns: () => Patterns;
  levels: number;
};

function placements(p: Float64Array, y: Uint8Array, positives: number, negatives: number): Placed {
  const n = p.length;
  const placement = new Float64Array(n);
  const order = orderWithin(p, placement);
  let [levels, ones, zeros, twice] = [0, 0, 0, 0];
  for (let start = 0; start < n;) {
    let end = start;
    let onesHere = 0;
    const score = p[order[start]!]!;
    for (; end < n && p[order[end]!] === score; end++) onesHere += y[order[end]!]!;
    const zerosHere = end - start - onesHere;
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      placement[row] =
        y[row] === 1 ? (zeros + zerosHere / 2) / negatives : (positives - ones - onesHere / 2) / positives;
    }
    // Twice the number of ordered pairs is a whole number, so that the area is exact.
    twice += onesHere * (2 * zeros + zerosHere);
    ones += onesHere;
    zeros += zerosHere;
    levels++;
    start = end;
  }
  const value = twice / (2 * positives * negatives);
  return { value, placement, patterns: () => patternsOf(p, y, order, levels), levels };
}

function patternsOf(p: Float64Array, y: Uint8Array, order: Uint32Array, levels: number): Patterns {
  const of = new Uint32Array(p.length);
  const counts = new Float64Array(2 * levels);
  for (let i = 0, level = 0; i < order.length; i++) {
    const row = order[i]!;
    if (i > 0 && p[row] !== p[order[i - 1]!]) level++;
    const pattern = 2 * level + y[row]!;
    of[row] = pattern;
    counts[pattern]!++;
  }
  return { of, counts };
}

/** The area from counts by score and outcome. */
function areaOfCounts(counts: Float64Array, out: Float64Array): void {
  let [twice, ones, zeros] = [0, 0, 0];
  for (let i = 0; i < counts.length; i += 2) {
    twice += counts[i + 1]! * (2 * zeros + counts[i]!);
    zeros += counts[i]!;
    ones += counts[i + 1]!;
  }
  out[0] = ones === 0 || zeros === 0 ? NaN : twice / (2 * ones * zeros);
}

function deLongVariance(
  placement: Float64Array,
  y: Uint8Array,
  value: number,
  positives: number,
  negatives: number,
): number {
  let [above, below] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const apart = (placement[i]! - value) ** 2;
    if (y[i] === 1) above += apart;
    else below += apart;
  }
  return above / (positives - 1) / positives + below / (negatives - 1) / negatives;
}

function clusterVariance(
  placement: Float64Array,
  y: Uint8Array,
  value: number,
  positives: number,
  negatives: number,
  of: Uint32Array,
  count: number,
): number {
  const sums = new Float64Array(count);
  for (let i = 0; i < y.length; i++) {
    sums[of[i]!]! += (placement[i]! - value) / (y[i] === 1 ? positives : negatives);
  }
  let squares = 0;
  for (let g = 0; g < count; g++) squares += sums[g]! * sums[g]!;
  return (squares * count) / (count - 1);
}

/** Both θ with |A − θ| = z √V(θ), V the variance of exponential scores with a common size of sample; by bisection. */
function newcombe(value: number, positives: number, negatives: number, z: number): [number, number] {
  const size = (positives + negatives) / 2 - 1;
  const beyond = (theta: number) => {
    const spread = 1 + (size * (1 - theta)) / (2 - theta) + (size * theta) / (1 + theta);
    return (value - theta) ** 2 > (z * z * theta * (1 - theta) * spread) / (positives * negatives);
  };
  const edge = (outer: number) => {
    let [far, near] = [outer, value];
    if (far === near) return value;
    for (let step = 0; step < 60; step++) {
      const middle = (far + near) / 2;
      if (beyond(middle)) far = middle;
      else near = middle;
    }
    return (far + near) / 2;
  };
  return [edge(0), edge(1)];
}
