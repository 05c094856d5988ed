import { choleskyInverse } from '../numerics/cholesky.ts';
import { indexClusters } from '../resampling/clusters.ts';
import type { ErrorOptions } from './score-errors.ts';
import type { JudgeVotes } from './judge-votes.ts';
import { logistic } from '../numerics/logistic.ts';
import type { TasteFit } from './taste-fit.ts';

const manyClusters = 30;
const fewestClusters = 5;

export type TasteErrors = {
  /** Of θ (centred), then order and covariates of each judge; `size` by `size`. Null with a note. */
  covariance: Float64Array | null;
  size: number;
  /** What part of the scores' variance comes from which judges were asked. */
  fromTaste: number;
  groups?: number;
  name: string;
  notes: string[];
};

/** rows by m, times m by columns. */
function product(a: Float64Array, b: Float64Array, rows: number, m: number): Float64Array {
  const columns = b.length / m;
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let r = 0; r < m; r++) {
      const f = a[i * m + r]!;
      if (f === 0) continue;
      for (let j = 0; j < columns; j++) out[i * columns + j]! += f * b[r * columns + j]!;
    }
  }
  return out;
}

function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: a.length }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!);
}

/** Adds M M' of a matrix with `size` rows. */
function addSquare(total: Float64Array, matrix: Float64Array, size: number): void {
  const columns = matrix.length / size;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += matrix[i * columns + c]! * matrix[j * columns + c]!;
      total[i * size + j]! += sum;
    }
  }
}

/** C = S⁻¹ without the gauge: the rows and columns of θ have sum 0. */
function sharedCovariance({ theta, blocks }: TasteFit): Float64Array {
  const players = theta.length;
  const inverse = choleskyInverse(blocks.shared, players);
  const means = new Float64Array(players);
  let whole = 0;
  for (let i = 0; i < players; i++) {
    for (let j = 0; j < players; j++) means[i]! += inverse[i * players + j]! / players;
    whole += means[i]! / players;
  }
  return inverse.map((x, at) => x - means[Math.floor(at / players)]! - means[at % players]! + whole);
}

/**
 * What a unit of a judge's votes (by strengths and context, m) and of his z (players) moves in θ and in all contexts: the
 * rows of H⁻¹ that are reported.
 */
type Influence = { votes: Float64Array; taste: Float64Array };

function influencesOf(votes: JudgeVotes, fit: TasteFit, size: number): Influence[] {
  const { players, judges, extras } = votes;
  const m = players + extras;
  const shared = sharedCovariance(fit);
  const inverses = fit.blocks.factor.map((factor) => choleskyInverse(factor, m));
  // Q = A⁻¹ B, m by players: how a judge's part gives way to θ.
  const gives = fit.blocks.information.map((own, k) => {
    const cross = new Float64Array(m * players);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < players; j++) cross[i * players + j] = (i < players ? fit.spread : 1) * own[i * m + j]!;
    }
    return product(inverses[k]!, cross, m, m);
  });
  return gives.map((give, k) => {
    // θ's rows of H⁻¹ in judge k's columns are −C Q'; the votes of k also reach θ itself.
    const columns = product(shared, transposed(give, m, players), players, players).map((x) => -x);
    const whole = new Float64Array(size * m);
    whole.set(columns);
    for (let j = 0; j < judges; j++) {
      for (let e = 0; e < extras; e++) {
        const [row, at] = [players + j * extras + e, players + e];
        const moved = product(gives[j]!.subarray(at * players, (at + 1) * players), columns, 1, players);
        for (let c = 0; c < m; c++) whole[row * m + c] = (j === k ? inverses[k]![at * m + c]! : 0) - moved[c]!;
      }
    }
    const [byVotes, byTaste] = [new Float64Array(size * m), new Float64Array(size * players)];
    for (let row = 0; row < size; row++) {
      for (let c = 0; c < m; c++) {
        byVotes[row * m + c] = whole[row * m + c]! * (c < players ? fit.spread : 1);
        if (c < players) byTaste[row * players + c] = whole[row * m + c]!;
      }
      // What the votes do through θ: its own rows C, and −Q C in the rows of the contexts.
      const [judge, extra] = [Math.floor((row - players) / extras), (row - players) % extras];
      const through =
        row < players
          ? shared.subarray(row * players, (row + 1) * players)
          : product(
              gives[judge]!.subarray((players + extra) * players, (players + extra + 1) * players),
              shared,
              1,
              players,
            ).map((x) => -x);
      for (let c = 0; c < players; c++) byVotes[row * m + c]! += through[c]!;
    }
    return { votes: byVotes, taste: byTaste };
  });
}

/** How many parameters the tastes and further contexts are worth: 0 with one judge or none of them. */
function tastesTaken(votes: JudgeVotes, fit: TasteFit): number {
  const { players, extras, perJudge } = votes;
  const m = players + extras;
  const voting = perJudge.reduce((count, n) => count + (n > 0 ? 1 : 0), 0);
  let taken = (voting - 1) * extras;
  fit.blocks.factor.forEach((factor) => {
    const inverse = choleskyInverse(factor, m);
    for (let i = 0; i < players; i++) taken += 1 - inverse[i * m + i]!;
  });
  return taken;
}

/** Adds `times` the movement that a cell's vote brings. */
function addMovement(
  out: Float64Array,
  { players, extras, left, right, context }: JudgeVotes,
  influence: Float64Array,
  cell: number,
  times: number,
): void {
  const m = players + extras;
  for (let row = 0; row < out.length; row++) {
    const at = row * m;
    let moved = influence[at + left[cell]!]! - influence[at + right[cell]!]!;
    for (let e = 0; e < extras; e++) moved += influence[at + players + e]! * context[cell * extras + e]!;
    out[row]! += times * moved;
  }
}

/**
 * The covariance of the shared scores and of each judge's context, H⁻¹ (S + P) H⁻¹: S that of the votes' score vectors (the
 * information by the model, else the sandwich), P the prior's of the tastes, so that the scores are those of further judges.
 */
export function tasteErrors(
  votes: JudgeVotes,
  fit: TasteFit,
  judgeOf: (row: number) => number,
  weights: ArrayLike<number> | undefined,
  total: number,
  { errors = 'sandwich', clusters }: ErrorOptions,
): TasteErrors {
  const { players, judges, extras, left, right, outcome, weight, context, start } = votes;
  const m = players + extras;
  const size = players + judges * extras;
  const none = { covariance: null, size, fromTaste: 0 };
  if (errors === 'none') return { ...none, name: 'no errors', notes: ['no standard errors were asked for'] };
  if (errors === 'bias-reduced') throw new RangeError("errors 'bias-reduced' are not made for several judges");
  if (errors === 'model' && clusters !== undefined) {
    throw new RangeError("errors 'model' takes votes as independent; with clusters use 'sandwich'");
  }
  const name =
    errors === 'model' ? 'model errors' : clusters === undefined ? 'sandwich errors' : 'clustered sandwich errors';
  const index = clusters === undefined ? null : indexClusters(clusters, total, votes.rows);
  const groups = index ? { groups: index.count } : {};
  const count = index ? index.count : weight.reduce((a, b) => a + b, 0);
  const least = index ? fewestClusters : 2;
  if (errors === 'sandwich' && !(count >= least)) {
    const what = index ? `${count} clusters, needs ${least}` : `${count} vote, needs 2`;
    return { ...none, ...groups, name, notes: [`too few for standard errors: ${what}`] };
  }
  const influences = influencesOf(votes, fit, size);
  const covariance = new Float64Array(size * size);
  const rest = outcome.map((y, c) => y - probability(c));
  const moved = new Float64Array(size);
  const addOuter = (times: number): void => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) covariance[i * size + j]! += times * moved[i]! * moved[j]!;
    }
    moved.fill(0);
  };
  if (index) {
    const place = new Uint32Array(index.count + 1);
    for (const c of index.of) place[c + 1]!++;
    for (let c = 0; c < index.count; c++) place[c + 1]! += place[c]!;
    const next = place.slice();
    const member = new Uint32Array(votes.rows.length);
    index.of.forEach((c, i) => (member[next[c]!++] = i));
    for (let c = 0; c < index.count; c++) {
      for (let at = place[c]!; at < place[c + 1]!; at++) {
        const [i, row] = [member[at]!, votes.rows[member[at]!]!];
        const cell = votes.cell[i]!;
        addMovement(moved, votes, influences[judgeOf(row)]!.votes, cell, (weights ? weights[row]! : 1) * rest[cell]!);
      }
      addOuter(1);
    }
  } else {
    for (let k = 0; k < judges; k++) {
      for (let c = start[k]!; c < start[k + 1]!; c++) {
        const p = probability(c);
        addMovement(moved, votes, influences[k]!.votes, c, 1);
        addOuter(weight[c]! * (errors === 'model' ? p * (1 - p) : rest[c]! ** 2));
      }
    }
  }
  // C/(C − 1) for the mean; and single residuals are short by what the tastes took up.
  const free = Math.max(1, count - 1 - (index ? 0 : tastesTaken(votes, fit)));
  if (errors === 'sandwich') covariance.forEach((x, i) => (covariance[i] = (x * count) / free));
  const trace = (): number => {
    let sum = 0;
    for (let i = 0; i < players; i++) sum += covariance[i * size + i]!;
    return sum;
  };
  const fromVotes = trace();
  for (const { taste } of influences) addSquare(covariance, taste, size);
  const whole = trace();
  const notes: string[] = [];
  if (errors === 'sandwich' && index === null) {
    notes.push('votes are taken as independent: give clusters where one prompt or rater has several');
  }
  if (index && index.count < manyClusters) notes.push(`few clusters: ${index.count}, quantiles of Student's t`);
  return { covariance, size, fromTaste: whole > 0 ? 1 - fromVotes / whole : 0, ...groups, name, notes };

  function probability(c: number): number {
    const k = judgeOfCell(c);
    const at = k * m;
    const { theta, own, spread } = fit;
    let eta = theta[left[c]!]! - theta[right[c]!]! + spread * (own[at + left[c]!]! - own[at + right[c]!]!);
    for (let e = 0; e < extras; e++) eta += own[at + players + e]! * context[c * extras + e]!;
    return logistic(eta);
  }
  function judgeOfCell(c: number): number {
    let [low, high] = [0, judges - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (start[middle]! <= c) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
