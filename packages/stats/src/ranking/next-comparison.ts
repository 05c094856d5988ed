import type { Random } from '../random/random.ts';
import { checkLevel } from '../shapes/estimate.ts';
import { logistic } from '../numerics/logistic.ts';
import { checkPlayer, type RankingFit } from './ranking-fit.ts';
import { criticalValue } from './score-contrast.ts';

export type NextComparisonOptions = {
  random: Random;
  /**
   * 'order' (default): pairs whose order is not yet settled. 'top1': such pairs with a player who may be the best.
   * 'gate': the two of `between` alone.
   */
  goal?: 'order' | 'top1' | 'gate' | undefined;
  /** The two systems of a gate. */
  between?: readonly [number, number] | undefined;
  /** How many comparisons to plan, each as if the ones before had been made; 1. */
  count?: number | undefined;
  /** The share of draws that falls on all eligible pairs alike; 0.1. Above 0 every weight 1/propensity is bounded. */
  floor?: number | undefined;
  /** Of the intervals that say which order is settled; 0.95. */
  level?: number | undefined;
};

export type PlannedComparison = {
  first: number;
  second: number;
  /** By how much the vote is expected to shrink the volume of uncertainty: ln(1 + p (1 − p) v). */
  gain: number;
  /** The chance with which this pair was drawn: keep it with the vote. */
  propensity: number;
};

export type ComparisonPlan = {
  comparisons: PlannedComparison[];
  /** Pairs from which the first was drawn; 0: the goal is reached at this level. */
  eligible: number;
  method: string;
  notes: string[];
};

const method = 'D-optimal gain, sampled';

/** V_ii + V_jj − 2 V_ij. */
function variance(covariance: Float64Array, n: number, i: number, j: number): number {
  return Math.max(0, covariance[i * n + i]! + covariance[j * n + j]! - 2 * covariance[i * n + j]!);
}

/** V − V d d' V / (1/w + v) for d = e_i − e_j: what one more vote of information w does to the covariance. */
function addVote(covariance: Float64Array, n: number, i: number, j: number, w: number): void {
  const moved = Float64Array.from({ length: n }, (_, a) => covariance[a * n + i]! - covariance[a * n + j]!);
  const scale = 1 / (1 / w + moved[i]! - moved[j]!);
  for (let a = 0; a < n; a++) {
    const own = moved[a]! * scale;
    for (let b = 0; b < n; b++) covariance[a * n + b]! -= own * moved[b]!;
  }
}

/** The pairs that the goal still asks about. */
function eligiblePairs(
  theta: Float64Array,
  covariance: Float64Array,
  goal: 'order' | 'top1',
  critical: number,
): { first: Uint32Array; second: Uint32Array } {
  const n = theta.length;
  const settled = (i: number, j: number): boolean =>
    Math.abs(theta[i]! - theta[j]!) > critical * Math.sqrt(variance(covariance, n, i, j));
  const mayLead = Uint8Array.from(theta, (own, i) => (theta.some((other, j) => other > own && settled(i, j)) ? 0 : 1));
  const [first, second]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      if (settled(i, j) || (goal === 'top1' && !mayLead[i] && !mayLead[j])) continue;
      first.push(i);
      second.push(j);
    }
  }
  return { first: Uint32Array.from(first), second: Uint32Array.from(second) };
}

/**
 * Which pairs to compare next, so that a ranking settles with few votes.
 *
 *     gain  ln(1 + p (1 − p) v)      v = (e_i − e_j)' V (e_i − e_j)      V ← V − V d d' V / (1/w + v) after each choice
 *
 * Pairs are drawn in proportion to gain, not picked by it, with a floor: so every vote has a known propensity, and a
 * target that is an average over a population of pairs can be estimated with weights 1/propensity. A Bradley-Terry fit
 * that holds needs no weights. Looking at intervals after every vote and stopping at the first that excludes 0 is not
 * valid: use a confidence sequence, or a fixed budget. Time grows with count × players².
 *
 * @param fit of `bradleyTerry` or any other function that gives scores; with errors 'model' early on
 * @returns the pairs in the order drawn; none where the order that the goal asks about is settled at this level
 * @throws RangeError for a fit without standard errors, a gate without two different players, a floor outside (0, 1], a
 * count below 1, a level outside (0, 1)
 * @example
 * nextComparison(fit, { random: seededRandom(1), goal: 'top1', count: 20 }).comparisons;
 * @see https://github.com/assize/assize/blob/main/docs/stats/next-comparison.md
 */
export function nextComparison(
  fit: RankingFit,
  { random, goal = 'order', between, count = 1, floor = 0.1, level = 0.95 }: NextComparisonOptions,
): ComparisonPlan {
  checkLevel(level);
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`count must be at least 1, found ${count}`);
  if (!(floor > 0 && floor <= 1)) throw new RangeError(`floor must lie in (0, 1], found ${floor}`);
  if (fit.covariance === null) throw new RangeError('the fit has no standard errors, so no gain is known');
  const n = fit.value.length;
  const covariance = fit.covariance.slice();
  let pairs: { first: Uint32Array; second: Uint32Array };
  if (goal === 'gate') {
    if (between === undefined || between[0] === between[1])
      throw new RangeError('a gate is between two different players');
    between.forEach((player, side) => checkPlayer(fit, player, `between[${side}]`));
    pairs = { first: Uint32Array.of(Math.min(...between)), second: Uint32Array.of(Math.max(...between)) };
  } else pairs = eligiblePairs(fit.value, covariance, goal, criticalValue(fit, level));
  const { first, second } = pairs;
  const notes =
    goal === 'gate'
      ? ['a gate compares its two systems alone: choose the prompts at random']
      : ['keep the propensity with the vote; do not stop at the first interval that excludes 0'];
  const eligible = first.length;
  if (eligible === 0) return { comparisons: [], eligible, method, notes: ['the order is settled at this level'] };
  const draws = random.stream('comparisons');
  const gains = new Float64Array(eligible);
  const comparisons: PlannedComparison[] = [];
  for (let planned = 0; planned < count; planned++) {
    let whole = 0;
    for (let e = 0; e < eligible; e++) {
      const p = logistic(fit.value[first[e]!]! - fit.value[second[e]!]!);
      gains[e] = Math.log1p(p * (1 - p) * variance(covariance, n, first[e]!, second[e]!));
      whole += gains[e]!;
    }
    const chance = (e: number): number =>
      floor / eligible + (whole > 0 ? ((1 - floor) * gains[e]!) / whole : (1 - floor) / eligible);
    let rest = draws.next();
    let chosen = 0;
    while (chosen < eligible - 1 && rest >= chance(chosen)) rest -= chance(chosen++);
    const [i, j] = [first[chosen]!, second[chosen]!];
    comparisons.push({ first: i, second: j, gain: gains[chosen]!, propensity: chance(chosen) });
    const p = logistic(fit.value[i]! - fit.value[j]!);
    addVote(covariance, n, i, j, p * (1 - p));
  }
  return { comparisons, eligible, method, notes };
}
