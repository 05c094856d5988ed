import { type Comparisons, tally } from './comparisons.ts';
import { checkPrior, countedRows, type RankingPrior, refusal, tallyNotes } from './bradley-terry.ts';
import { fewestClusters } from '../resampling/bootstrap.ts';
import { fitPairs, pairLogLikelihood } from './pair-fit.ts';
import { isStronglyConnected, type PairCounts, pairCounts } from './pair-counts.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Disconnected, RankingFit, ScoredPlayers } from './ranking-fit.ts';
import { drawKinds } from '../resampling/replicate-draws.ts';
import { startStates } from '../resampling/replicate-generator.ts';
import { type ClusterIndex, indexClusters } from '../resampling/clusters.ts';
import type { Random } from '../random/random.ts';
import type { Ranking } from './win-rate.ts';

export type RankingBootstrapOptions = {
  random: Random;
  /** Default 1000. */
  replicates?: number | undefined;
  /** One id a vote: what is drawn together. Each vote stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
};

/** A fit whose covariance and intervals come from refits on resampled votes. */
export type RankingBootstrap = ScoredPlayers & {
  replicates: number;
  /** Resamples without scores: the votes drawn no longer connected all players. */
  brokenReplicates: number;
};

const mostBroken = 0.05;

function checkReplicates(replicates: number): void {
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`replicates must be 2 or more, found ${replicates}`);
  }
}

/** Draws clusters with replacement: replicate b is how often each was drawn, from its own stream. */
function resamples(random: Random, count: number, replicates: number): (b: number, times: Float64Array) => void {
  const draw = drawKinds(new Uint8Array(count).fill(1), count);
  const states = startStates(random, replicates);
  return (b, times) => draw(states.subarray(4 * b, 4 * b + 4), times);
}

/** Mean, covariance and roots of the draws, each with sum 0. */
function spreadOf(draws: Float64Array, players: number): { covariance: Float64Array; se: Float64Array } {
  const count = draws.length / players;
  const mean = new Float64Array(players);
  for (let place = 0; place < draws.length; place++) mean[place % players]! += draws[place]! / count;
  const covariance = new Float64Array(players * players);
  const off = new Float64Array(players);
  for (let b = 0; b < count; b++) {
    for (let i = 0; i < players; i++) off[i] = draws[b * players + i]! - mean[i]!;
    for (let i = 0; i < players; i++) {
      for (let j = 0; j <= i; j++) covariance[i * players + j]! += (off[i]! * off[j]!) / (count - 1);
    }
  }
  for (let i = 0; i < players; i++) {
    for (let j = 0; j < i; j++) covariance[j * players + i] = covariance[i * players + j]!;
  }
  const se = Float64Array.from({ length: players }, (_, i) => Math.sqrt(covariance[i * players + i]!));
  return { covariance, se };
}

/** The part of a result that the draws decide: nothing, with a note, where too many resamples broke. */
function fromDraws(
  draws: Float64Array,
  players: number,
  replicates: number,
): { part: Pick<ScoredPlayers, 'se' | 'covariance' | 'draws'>; broken: number; notes: string[] } {
  const kept = draws.length / players;
  const broken = replicates - kept;
  const notes = broken > 0 ? [`${broken} of ${replicates} resamples do not connect all players and are left out`] : [];
  if (broken > mostBroken * replicates || kept < 2) {
    const why = `no intervals: more than ${100 * mostBroken}% of the resamples have no scores; a prior gives them some`;
    return { part: { se: null, covariance: null }, broken, notes: [...notes, why] };
  }
  return { part: { ...spreadOf(draws, players), draws }, broken, notes };
}

/**
 * Bradley-Terry scores with errors from refits on resampled clusters of votes.
 *
 * Each refit starts from the full fit and takes two or three Newton steps. Contrasts of the result have percentile
 * intervals, rank sets its covariance. A resample may no longer connect all players: such are left out and counted, and
 * above 5% there are no intervals; a `prior` keeps them all.
 *
 * @param options.replicates default 1000
 * @returns scores as `bradleyTerry`, with `draws`; `too-few-clusters` below 5
 * @throws RangeError as `bradleyTerry`, and for replicates that are no count of 2 or more
 * @example
 * bootstrapBradleyTerry(votes, { clusters: prompt, random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/bradley-terry.md
 */
export function bootstrapBradleyTerry(
  comparisons: Comparisons,
  { random, replicates = 1000, clusters, prior }: RankingBootstrapOptions & { prior?: RankingPrior | undefined },
): (RankingBootstrap & RankingFit) | Undetermined | Disconnected {
  checkReplicates(replicates);
  const { ridge, pseudoVotes } = checkPrior(prior);
  const counted = tally(comparisons);
  const { players, n } = counted;
  const method = `Bradley-Terry, ${clusters ? 'cluster ' : ''}bootstrap, B = ${replicates}`;
  const pairs = pairCounts(counted, pseudoVotes);
  const refused = refusal(pairs, n, ridge, method);
  if (refused) return refused;
  const rows = votesByPair(comparisons, pairs, n);
  const { of, count } = clustersOf(comparisons, clusters, rows.row, n);
  if (count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${count}`, n, method);
  }
  const full = fitPairs(pairs, { ridge });
  const draws = new Float64Array(replicates * players);
  const times = new Float64Array(count);
  const draw = resamples(random, count, replicates);
  let kept = 0;
  for (let b = 0; b < replicates; b++) {
    draw(b, times);
    const drawn = pairsDrawn(pairs, rows, of, times, pseudoVotes);
    if (ridge === 0 && !isStronglyConnected(drawn)) continue;
    // After a step of 1e-4 what is left is its hundredth at most, far below what the resampling leaves open.
    draws.set(fitPairs(drawn, { ridge, start: full.theta, tolerance: 1e-4 }).theta, kept++ * players);
  }
  const { part, broken, notes } = fromDraws(draws.subarray(0, kept * players), players, replicates);
  return withNotes(
    {
      value: full.theta,
      ...part,
      df: null,
      n,
      ...(clusters !== undefined && { groups: count }),
      logLikelihood: pairLogLikelihood(pairs, full.theta),
      iterations: full.iterations,
      converged: full.converged,
      replicates,
      brokenReplicates: broken,
      method,
    },
    [...tallyNotes(counted), ...notes],
  );
}

/**
 * The clusters of the votes in the order of their pairs, numbered in the order of the votes, so that other rankers see the
 * same resamples. Votes that stand alone are numbered as they lie: a million of them are then read one after the other.
 */
function clustersOf(
  comparisons: Comparisons,
  clusters: ArrayLike<number> | undefined,
  sorted: Uint32Array,
  n: number,
): ClusterIndex {
  if (clusters === undefined) return indexClusters(undefined, sorted.length);
  const rows = countedRows(comparisons, n);
  const { of, count } = indexClusters(clusters, comparisons.outcome.length, rows);
  const byRow = new Uint32Array(comparisons.outcome.length);
  rows.forEach((row, i) => {
    byRow[row] = of[i]!;
  });
  return { of: sorted.map((row) => byRow[row]!), count };
}

/** The votes in the order of their pairs: their rows, weight for the first player of the pair and in all. */
type PairedVotes = { start: Uint32Array; row: Uint32Array; won: Float64Array; weight: Float64Array };

function votesByPair(comparisons: Comparisons, { players, first, second }: PairCounts, n: number): PairedVotes {
  const { left, right, outcome, weights } = comparisons;
  const rows = countedRows(comparisons, n);
  const begins = new Uint32Array(players + 1);
  for (const i of first) begins[i + 1]!++;
  for (let i = 0; i < players; i++) begins[i + 1] = begins[i + 1]! + begins[i]!;
  const pairOf = (row: number): number => {
    const [i, j] = [Math.min(left[row]!, right[row]!), Math.max(left[row]!, right[row]!)];
    let [low, high] = [begins[i]!, begins[i + 1]!];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (second[middle]! < j) low = middle + 1;
      else high = middle;
    }
    // A vote of weight 0 may belong to a pair that has no other.
    return low < begins[i + 1]! && second[low] === j ? low : -1;
  };
  const pair = Int32Array.from(rows, pairOf);
  const start = new Uint32Array(first.length + 1);
  for (const e of pair) if (e >= 0) start[e + 1]!++;
  for (let e = 0; e < first.length; e++) start[e + 1] = start[e + 1]! + start[e]!;
  const next = start.slice();
  const size = start[first.length]!;
  const sorted = { start, row: new Uint32Array(size), won: new Float64Array(size), weight: new Float64Array(size) };
  for (let k = 0; k < rows.length; k++) {
    if (pair[k]! < 0) continue;
    const row = rows[k]!;
    const at = next[pair[k]!]!++;
    const weight = weights ? weights[row]! : 1;
    sorted.row[at] = row;
    sorted.weight[at] = weight;
    sorted.won[at] = weight * (left[row]! < right[row]! ? outcome[row]! : 1 - outcome[row]!);
  }
  return sorted;
}

function pairsDrawn(
  pairs: PairCounts,
  { start, won, weight }: PairedVotes,
  of: Uint32Array,
  times: Float64Array,
  pseudoVotes: number,
): PairCounts {
  const edges = pairs.first.length;
  const drawn = { ...pairs, won: new Float64Array(edges), total: new Float64Array(edges) };
  for (let e = 0; e < edges; e++) {
    let [over, all] = [pseudoVotes, 2 * pseudoVotes];
    for (let at = start[e]!; at < start[e + 1]!; at++) {
      const copies = times[of[at]!]!;
      over += copies * won[at]!;
      all += copies * weight[at]!;
    }
    drawn.won[e] = over;
    drawn.total[e] = all;
  }
  return drawn;
}

/**
 * Any ranking of votes, with errors from resampled clusters: the function is called once on all votes and once on each
 * resample, which differs in its weights only.
 *
 * Contrasts and rank sets work on the result as on a fit; they are on the scale of the ranking, centred, not in log-odds.
 *
 * @param ranker must heed `weights`
 * @returns values less their mean, with `draws`; what the ranker says where it has none; `too-few-clusters` below 5
 * @throws RangeError for votes that are none, ids that do not fit, or replicates that are no count of 2 or more
 * @example
 * bootstrapRanking(votes, averageWinRate, { clusters: prompt, random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/win-rate.md
 */
export function bootstrapRanking(
  comparisons: Comparisons,
  ranker: (votes: Comparisons) => Ranking | Undetermined | Disconnected,
  { random, replicates = 1000, clusters }: RankingBootstrapOptions,
): RankingBootstrap | Undetermined | Disconnected {
  checkReplicates(replicates);
  const counted = tally(comparisons);
  const { players, n } = counted;
  const full = ranker(comparisons);
  if (full.value === null) return full;
  const method = `${full.method}, ${clusters ? 'cluster ' : ''}bootstrap, B = ${replicates}`;
  const rows = countedRows(comparisons, n);
  const { of, count } = indexClusters(clusters, comparisons.outcome.length, rows);
  if (count < fewestClusters) {
    return undetermined('too-few-clusters', `needs ${fewestClusters} clusters, found ${count}`, n, method);
  }
  const take = (column: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => column[row]!);
  const { left, right, outcome, weights } = comparisons;
  const votes = { players, left: take(left), right: take(right), outcome: take(outcome) };
  const own = weights && take(weights);
  const draws = new Float64Array(replicates * players);
  const times = new Float64Array(count);
  const draw = resamples(random, count, replicates);
  let kept = 0;
  for (let b = 0; b < replicates; b++) {
    draw(b, times);
    const drawn = Float64Array.from(of, (cluster, i) => times[cluster]! * (own ? own[i]! : 1));
    const refit = ranker({ ...votes, weights: drawn });
    if (refit.value !== null) draws.set(centred(refit.value), kept++ * players);
  }
  const { part, broken, notes } = fromDraws(draws.subarray(0, kept * players), players, replicates);
  return withNotes(
    {
      value: centred(full.value),
      ...part,
      df: null,
      n,
      ...(clusters !== undefined && { groups: count }),
      replicates,
      brokenReplicates: broken,
      method,
    },
    [...(full.notes ?? []), ...notes],
  );
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((x) => x - mean);
}
