import { rowsWhere } from '../numerics/present-rows.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { disconnected } from './bradley-terry.ts';
import { averagedTerms, davidsonLuceTerms, mostAveraged } from './choice-stages.ts';
import { concaveMaximum, gauged } from './concave-maximum.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import { type Rankings, sortLists, type SortedLists } from './rankings.ts';
import { inverseInformation, scorePart } from './score-errors.ts';
import { strongComponents } from './strong-components.ts';

export type PlackettLuceOptions = {
  /** Of the intervals of tie prevalences; 0.95. */
  level?: number | undefined;
  /**
   * 'davidson-luce' (default): ties are outcomes, each size with its own prevalence; 'average': a tie is the mean of the
   * log-likelihoods of its orders, as half a win is in Bradley-Terry.
   */
  ties?: 'davidson-luce' | 'average' | undefined;
  /** λ of a penalty λ/2 Σ score²; 0 by default. Above 0 every data set has a fit, pulled towards equality. */
  ridge?: number | undefined;
  /** 'sandwich' (default) holds whatever the spread of the lists; 'model' trusts the model and independent lists. */
  errors?: 'sandwich' | 'model' | undefined;
  /** One id per list: the ranker, or whatever lists share. Each list stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
};

/** Scores (log-worths of sum 0) as of any ranking, and what only rankings have. `n` counts lists. */
export type PlackettLuceFit = RankingFit & {
  /** e^score, scaled to sum 1: the chance to come first among all, given that first place is not tied. */
  worth: Float64Array;
  /** For each observed size of tie: δ, with an interval from that of its logarithm. Empty without ties. */
  tiePrevalence: { size: number; prevalence: Estimate }[];
};

const fewestClusters = 5;
const manyClusters = 30;

/**
 * The strongly connected components of "was placed above", best first. An edge to the next group is enough, what is below
 * it follows; ties go both ways.
 */
function componentsOf({ players, lists, start, player, block, ranked, weights }: SortedLists): number[][] {
  const [from, to]: [number[], number[]] = [[], []];
  const known = new Set<number>();
  const add = (above: number, below: number): void => {
    const edge = above * players + below;
    if (known.has(edge)) return;
    known.add(edge);
    from.push(above);
    to.push(below);
  };
  for (let l = 0; l < lists; l++) {
    if (weights[l] === 0) continue;
    for (let i = start[l]!; i < ranked[l]!; i++) {
      const end = block[i]!;
      const below = end < start[l + 1]! ? block[end]! : end;
      for (let j = end; j < below; j++) {
        add(player[i]!, player[j]!);
      }
      if (i + 1 < end) {
        add(player[i]!, player[i + 1]!);
        add(player[i + 1]!, player[i]!);
      }
    }
  }
  const { of, count } = strongComponents(players, from, to);
  const components = Array.from({ length: count }, (): number[] => []);
  of.forEach((component, who) => components[component]!.push(who));
  return components;
}

/** The sizes of the tied sets that were seen, 1 first. */
function tieOrders({ lists, start, block, ranked, weights }: SortedLists): number[] {
  const seen = new Set<number>();
  for (let l = 0; l < lists; l++) {
    if (weights[l] === 0) continue;
    for (let i = start[l]!; i < ranked[l]!; i = block[i]!) if (block[i]! - i > 1) seen.add(block[i]! - i);
  }
  return [1, ...[...seen].toSorted((a, b) => a - b)];
}

/** Σ_c (V u_c)(V u_c)' · C/(C − 1), u_c the summed scores of cluster c, V the inverse information. */
function sandwich(
  bread: Float64Array,
  size: number,
  scoreOf: (l: number, score: Float64Array) => void,
  { of, count }: { of: Uint32Array; count: number },
  used: Uint32Array,
): Float64Array {
  const { starts, rows } = groupedRows({ of, count });
  const covariance = new Float64Array(size * size);
  const [score, moved] = [new Float64Array(size), new Float64Array(size)];
  for (let c = 0; c < count; c++) {
    score.fill(0);
    moved.fill(0);
    for (let i = starts[c]!; i < starts[c + 1]!; i++) scoreOf(used[rows[i]!]!, score);
    for (let j = 0; j < size; j++) {
      if (score[j] === 0) continue;
      for (let i = 0; i < size; i++) moved[i]! += bread[i * size + j]! * score[j]!;
    }
    for (let i = 0; i < size; i++) {
      const times = (moved[i]! * count) / (count - 1);
      for (let j = 0; j < size; j++) covariance[i * size + j]! += times * moved[j]!;
    }
  }
  return covariance;
}

/**
 * Scores of players from whole or partial rankings, by maximum likelihood.
 *
 *     P(r₁ > r₂ > …)  Π_k e^θ(r_k) / Σ_{l ≥ k} e^θ(r_l)
 *
 * Newton's method with the sum of the scores held at 0. A list may rank some players only, stop early (rank Infinity for
 * the rest) and hold ties. Compare two players with `scoreContrast`, never by whether two intervals overlap. Finite
 * scores exist only where every player is placed above every other, directly or through others, and this is checked
 * first. Time grows with lists × length³, memory with players².
 *
 * Plackett 1975; Hunter 2004, Annals of Statistics 32; Turner, van Etten, Firth, Kosmidis 2020, Computational Statistics
 * 35 (ties).
 *
 * @returns scores, standard errors and covariance (use `scoreContrast`, `rankSets`); `no-data` without a list that puts
 * one before another; `not-identified` with the parts, best first; no errors below 5 clusters, with a note
 * @throws RangeError for rows that do not fit, a player twice in a list, a negative ridge, a level outside (0, 1), or a
 * tie of more than 12 with `average`
 * @example
 * plackettLuce({ players: 3, list: [0, 0, 0, 1, 1, 1], player: [0, 1, 2, 1, 2, 0], rank: [1, 2, 3, 1, 2, 3] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/plackett-luce.md
 */
export function plackettLuce(
  rankings: Rankings,
  { level = 0.95, ties = 'davidson-luce', ridge = 0, errors = 'sandwich', clusters }: PlackettLuceOptions = {},
): PlackettLuceFit | Undetermined | Disconnected {
  checkLevel(level);
  if (!(ridge >= 0 && ridge < Infinity)) throw new RangeError(`ridge must be 0 or more and finite, found ${ridge}`);
  if (errors === 'model' && clusters !== undefined) {
    throw new RangeError("errors 'model' takes lists as independent; with clusters use 'sandwich'");
  }
  const lists = sortLists(rankings);
  const { players } = lists;
  const used = informative(lists);
  const n = used.length;
  const name = `Plackett-Luce, ties ${ties}${ridge > 0 ? `, ridge ${ridge}` : ''}`;
  if (clusters !== undefined && clusters.length !== lists.lists) {
    throw new RangeError(`${lists.lists} lists but ${clusters.length} cluster ids`);
  }
  const index = indexClusters(clusters, lists.lists, used);
  if (n === 0) return undetermined('no-data', 'needs a list that puts one player before another', 0, name);
  if (ridge === 0) {
    const components = componentsOf(lists);
    if (components.length > 1) return disconnected(components, n, name);
  }
  const orders = ties === 'average' ? [1] : tieOrders(lists);
  if (ties === 'average') checkAveraged(lists);
  // Without ties the two are the same likelihood, and this one costs less.
  const terms = orders.length === 1 ? averagedTerms(lists) : davidsonLuceTerms(lists, orders);
  const size = players + orders.length - 1;
  const fit = concaveMaximum(new Float64Array(size), players, (parameters, score, information) => {
    let value = 0;
    for (const l of used) value += terms(l, parameters, lists.weights[l]!, score, information);
    for (let i = 0; i < players; i++) {
      value -= (ridge / 2) * parameters[i]! ** 2;
      score[i]! -= ridge * parameters[i]!;
      information[i * size + i]! += ridge;
    }
    return value;
  });
  // A prevalence without a bound is not always caught by Newton: far out the score is 0 to rounding.
  const bounded = fit.converged && fit.parameters.subarray(players).every((log) => Math.abs(log) < 20);
  const bread = bounded ? inverseInformation(gauged(fit.information, size, players), players, size) : null;
  if (bread === null) {
    const detail = `the likelihood has no maximum: Newton had not settled after ${fit.iterations} steps`;
    return undetermined('not-identified', detail, n, name);
  }
  const notes = lists.missing > 0 ? [`${lists.missing} rows without a rank were left out`] : [];
  if (ridge > 0) notes.push('the ridge pulls the scores together: intervals are around the pulled scores');
  let covariance: Float64Array | null = bread;
  let df: number | null = null;
  if (errors === 'sandwich') {
    if (index.count < fewestClusters) {
      covariance = null;
      notes.push(`too few for standard errors: ${index.count} clusters, needs ${fewestClusters}`);
    } else {
      const scoreOf = (l: number, score: Float64Array): void => {
        terms(l, fit.parameters, lists.weights[l]!, score, null);
      };
      covariance = sandwich(bread, size, scoreOf, index, used);
      if (index.count < manyClusters) {
        df = index.count - 1;
        notes.push(`few clusters: ${index.count}, quantiles of t with ${df} degrees of freedom`);
      }
    }
  }
  const value = fit.parameters.slice(0, players);
  const worth = value.map((x) => Math.exp(x));
  const whole = worth.reduce((a, b) => a + b, 0);
  const groups = clusters ? { groups: index.count } : {};
  const method = `${name}, ${clusters ? 'clustered sandwich' : errors} errors`;
  const reach = df === null ? normalQuantile((1 + level) / 2) : tQuantile((1 + level) / 2, df);
  const tiePrevalence = orders.slice(1).map((order, k) => {
    const log = fit.parameters[players + k]!;
    const about = { value: Math.exp(log), level, n, ...groups, method: `${method}, prevalence of ties of ${order}` };
    if (covariance === null) return { size: order, prevalence: { ...about, interval: null, notes: [notes.at(-1)!] } };
    const half = reach * Math.sqrt(covariance[(players + k) * (size + 1)]!);
    const ends: [number, number] = [Math.exp(log - half), Math.exp(log + half)];
    return { size: order, prevalence: { ...about, interval: ends } };
  });
  return withNotes(
    {
      value,
      ...scorePart(covariance, players, size),
      df,
      n,
      ...groups,
      worth: worth.map((x) => x / whole),
      tiePrevalence,
      logLikelihood: fit.value + (ridge / 2) * value.reduce((total, x) => total + x * x, 0),
      iterations: fit.iterations,
      converged: true,
      method,
    },
    notes,
  );
}

/** Lists of weight that say anything: two players at least, one of them ranked. */
function informative({ lists, start, ranked, weights }: SortedLists): Uint32Array {
  return rowsWhere(lists, (l) => weights[l]! > 0 && start[l + 1]! - start[l]! > 1 && ranked[l]! > start[l]!);
}

function checkAveraged({ lists, start, block, ranked }: SortedLists): void {
  for (let l = 0; l < lists; l++) {
    for (let i = start[l]!; i < ranked[l]!; i = block[i]!) {
      if (block[i]! - i <= mostAveraged) continue;
      throw new RangeError(`list ${l} ties ${block[i]! - i} players, 'average' takes ${mostAveraged} at most`);
    }
  }
}
