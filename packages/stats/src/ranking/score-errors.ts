import { definiteInverse } from './definite-inverse.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { withoutOwnInfluence } from './own-influence.ts';
import { sandwichProduct } from './sandwich-product.ts';
import { sweptSandwich } from './swept-sandwich.ts';
import type { VoteScores } from './vote-scores.ts';

/** Said where the information has no inverse. */
export const singular = 'no standard errors: the information is singular to rounding';

/** Below so many clusters the quantile is Student's t, and below `fewestClusters` there are no standard errors. */
const manyClusters = 30;
const fewestClusters = 5;
/** Below so many clusters a player the plain sandwich is short. */
const clustersAPlayer = 10;

export type ErrorOptions = {
  /**
   * 'sandwich' (default) is right when votes for one pair vary more or less than the model says (a tie as half a win
   * does), and with `clusters` when votes of one rater or prompt go together. 'bias-reduced' is the sandwich for few
   * clusters, fewer than ten a player, say: each cluster is held against scores fitted without it. 'model' trusts the model.
   */
  errors?: 'sandwich' | 'bias-reduced' | 'model' | 'none' | undefined;
  /** One id a vote: what is not independent (prompt, else rater, else pair). */
  clusters?: ArrayLike<number> | undefined;
};

export type ScoreErrors = {
  /** Of the centred scores and the further parameters; null with a note, or when none were asked for. */
  covariance: Float64Array | null;
  df: number | null;
  groups?: number;
  name: string;
  notes: string[];
};

/** Takes the constant direction out of the first `players` rows and columns: what an inverse through the gauge added. */
function withoutGauge(matrix: Float64Array, players: number, size: number): void {
  const means = new Float64Array(size);
  for (let i = 0; i < players; i++) {
    for (let j = 0; j < size; j++) means[j]! += matrix[i * size + j]! / players;
  }
  for (let i = 0; i < size; i++) {
    const row = i * size;
    if (i < players) for (let j = 0; j < size; j++) matrix[row + j]! -= means[j]!;
    let mean = 0;
    for (let j = 0; j < players; j++) mean += matrix[row + j]!;
    mean /= players;
    for (let j = 0; j < players; j++) matrix[row + j]! -= mean;
  }
}

/**
 * The pseudo-inverse of an information matrix that carries the gauge on its first `players` rows; null when it is
 * singular beyond that.
 */
export function inverseInformation(information: Float64Array, players: number, size: number): Float64Array | null {
  const inverse = definiteInverse(information, size);
  if (inverse === null) return null;
  withoutGauge(inverse, players, size);
  return inverse;
}

/**
 * Votes that stand alone, by pair of players, each pair once: Σ weight × (outcome − p)². Without further parameters nothing
 * else of them enters the errors.
 */
export type PairSquares = {
  first: Uint32Array;
  second: Uint32Array;
  squares: Float64Array;
  /** Σ weight of all of them. */
  count: number;
};

function addOuter(meat: Float64Array, size: number, touched: readonly number[], u: Float64Array, times: number): void {
  for (const i of touched) {
    const own = times * u[i]!;
    if (own === 0) continue;
    for (const j of touched) meat[i * size + j]! += own * u[j]!;
  }
}

/**
 * Σ_c u_c u_c', u_c the sum of the score vectors of cluster c. A vote of weight w that stands alone is w votes. With
 * `bread` each u_c is freed of its own influence; null where the scores hang on one cluster.
 */
function meatOf(
  votes: VoteScores,
  clusters: ArrayLike<number> | undefined,
  players: number,
  bread: Float64Array | null,
): { meat: Float64Array | null; count: number } {
  const { rows, left, right, weights, difference, more, extras } = votes;
  const size = players + extras;
  const meat = new Float64Array(size * size);
  const u = new Float64Array(size);
  const further = Array.from({ length: extras }, (_, k) => players + k);
  const weightOf = (row: number): number => (weights ? weights[row]! : 1);
  const add = (i: number, times: number): void => {
    const apart = times * difference(i);
    u[left[rows[i]!]!]! += apart;
    u[right[rows[i]!]!]! -= apart;
    for (let k = 0; k < extras; k++) u[players + k]! += times * more(i, k);
  };
  if (clusters === undefined) {
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const [a, b, weight] = [left[rows[i]!]!, right[rows[i]!]!, weightOf(rows[i]!)];
      count += weight;
      if (extras === 0) {
        const square = weight * difference(i) ** 2;
        meat[a * size + a]! += square;
        meat[b * size + b]! += square;
        meat[a * size + b]! -= square;
        meat[b * size + a]! -= square;
        continue;
      }
      add(i, 1);
      addOuter(meat, size, [a, b, ...further], u, weight);
      u[a] = u[b] = 0;
      for (const k of further) u[k] = 0;
    }
    return { meat, count };
  }
  const index = indexClusters(clusters, left.length, rows);
  const { count } = index;
  const { starts, rows: member } = groupedRows(index);
  const seen = new Int32Array(players).fill(-1);
  for (let c = 0; c < count; c++) {
    const touched: number[] = [...further];
    for (let m = starts[c]!; m < starts[c + 1]!; m++) {
      const i = member[m]!;
      add(i, weightOf(rows[i]!));
      for (const side of [left, right]) {
        const player = side[rows[i]!]!;
        if (seen[player] === c) continue;
        seen[player] = c;
        touched.push(player);
      }
    }
    const own = member.subarray(starts[c], starts[c + 1]);
    if (bread && !withoutOwnInfluence(u, touched, own, votes, bread, size)) return { meat: null, count };
    addOuter(meat, size, touched, u, 1);
    for (const k of touched) u[k] = 0;
  }
  return { meat, count };
}

/** The same of votes that stand alone, from what they come to by pair of players. */
function meatOfPairs(
  { first, second, squares, count }: PairSquares,
  players: number,
): { meat: Float64Array; count: number } {
  const meat = new Float64Array(players * players);
  for (let from = 0; from < squares.length; from += 4096) {
    const to = Math.min(from + 4096, squares.length);
    addSquares(first, second, squares, { meat, players, from, to });
  }
  return { meat, count };
}

function addSquares(
  first: Uint32Array,
  second: Uint32Array,
  squares: Float64Array,
  { meat, players, from, to }: { meat: Float64Array; players: number; from: number; to: number },
): void {
  for (let e = from; e < to; e++) {
    const [a, b, square] = [first[e]!, second[e]!, squares[e]!];
    meat[a * players + a]! += square;
    meat[b * players + b]! += square;
    meat[a * players + b] = meat[b * players + a] = -square;
  }
}

/** What stands on both sides of a sandwich: its pseudo-inverse, or the information with its gauge where that is not needed. */
export type Bread = Float64Array | { information: Float64Array };

/**
 * The covariance of scores and further parameters: H⁻¹ by the model, H⁻¹ S H⁻¹ · C/(C − 1) by the sandwich.
 *
 * @param bread the pseudo-inverse of the information; for the plain sandwich the information itself, which takes less time
 * @param votes is asked for only where a sandwich is made
 */
export function scoreErrors(
  bread: Bread,
  votes: () => VoteScores | PairSquares,
  players: number,
  { errors = 'sandwich', clusters }: ErrorOptions,
): ScoreErrors {
  if (errors === 'none')
    return { covariance: null, df: null, name: 'no errors', notes: ['no standard errors were asked for'] };
  const inverse = bread instanceof Float64Array ? bread : null;
  if (errors === 'model') {
    if (clusters !== undefined)
      throw new RangeError("errors 'model' takes votes as independent; with clusters use 'sandwich'");
    return { covariance: inverse, df: null, name: 'model errors', notes: [] };
  }
  const scores = votes();
  const size = 'squares' in scores ? players : players + scores.extras;
  const reduced = errors === 'bias-reduced';
  if (reduced && clusters === undefined) throw new RangeError("errors 'bias-reduced' needs clusters");
  const { meat, count } =
    'squares' in scores ? meatOfPairs(scores, players) : meatOf(scores, clusters, players, reduced ? inverse : null);
  const groups = clusters ? { groups: count } : {};
  const name = reduced ? 'bias-reduced sandwich errors' : clusters ? 'clustered sandwich errors' : 'sandwich errors';
  if (count < (clusters ? fewestClusters : 2)) {
    const what = clusters ? `${count} clusters, needs ${fewestClusters}` : `${count} vote, needs 2`;
    return { covariance: null, df: null, ...groups, name, notes: [`too few for standard errors: ${what}`] };
  }
  if (meat === null) {
    const why = 'no standard errors: without one of the clusters the scores are not identified';
    return { covariance: null, df: null, ...groups, name, notes: [why] };
  }
  const factor = reduced ? (count - 1) / count : count / (count - 1);
  const covariance =
    bread instanceof Float64Array
      ? sandwichProduct(bread, meat, size, { factor })
      : sweptSandwich(bread.information, meat, size, { factor });
  if (covariance === null) return { covariance, df: null, ...groups, name, notes: [singular] };
  const few = clusters && !reduced && count < clustersAPlayer * players;
  const thin = few ? [`${count} clusters for ${players} players: errors may be short, 'bias-reduced' are not`] : [];
  if (!clusters) {
    const notes = ['votes are taken as independent: give clusters where one prompt or rater has several'];
    return { covariance, df: null, name, notes };
  }
  if (count >= manyClusters) return { covariance, df: reduced ? count - 1 : null, ...groups, name, notes: thin };
  return {
    covariance,
    df: count - 1,
    ...groups,
    name,
    notes: [`few clusters: ${count}, quantiles of t with ${count - 1} degrees of freedom`, ...thin],
  };
}

/** The upper left `players` by `players` of a covariance, and the roots of its diagonal. */
export function scorePart(
  covariance: Float64Array | null,
  players: number,
  size: number,
): { covariance: Float64Array | null; se: Float64Array | null } {
  if (covariance === null) return { covariance: null, se: null };
  let part = covariance;
  if (size !== players) {
    part = new Float64Array(players * players);
    for (let i = 0; i < players; i++) part.set(covariance.subarray(i * size, i * size + players), i * players);
  }
  const se = Float64Array.from({ length: players }, (_, i) => Math.sqrt(Math.max(0, part[i * players + i]!)));
  return { covariance: part, se };
}
