import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { checkSize } from '../shapes/finite.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { countedRows } from './bradley-terry.ts';

/** What a vote hangs on besides the scores. */
export type VoteContext = { order?: boolean | undefined; covariates?: Matrix | undefined };

/** Votes sorted by judge, equal ones in one cell where there are no covariates. */
export type JudgeVotes = {
  players: number;
  judges: number;
  /** Parameters of each judge besides the scores: order, then covariates. */
  extras: number;
  left: Uint32Array;
  right: Uint32Array;
  outcome: Float64Array;
  weight: Float64Array;
  /** `extras` a cell. */
  context: Float64Array;
  /** Cells of judge k are `start[k]` to `start[k + 1]`. */
  start: Uint32Array;
  /** Rows that count and the cell of each. */
  rows: Uint32Array;
  cell: Uint32Array;
  /** Rows of each judge that count and have weight. */
  perJudge: Uint32Array;
};

/** Throws RangeError unless there is the number of a judge for each row; gives how many judges there are. */
export function countJudges(judge: ArrayLike<number>, rows: number): number {
  if (judge.length !== rows) throw new RangeError(`judge has ${judge.length} entries, outcome has ${rows}`);
  let judges = 0;
  for (let i = 0; i < rows; i++) {
    const k = judge[i]!;
    if (!Number.isSafeInteger(k) || k < 0 || k > 0xfffffffe) {
      throw new RangeError(`judge[${i}] must be the number of a judge, found ${k}`);
    }
    judges = Math.max(judges, k + 1);
  }
  if (judges > 4 * rows + 1000) {
    throw new RangeError(
      `judges must be numbered from 0 without wide gaps: ${judges - 1} is the highest of ${rows} rows`,
    );
  }
  return judges;
}

/** The order and the covariates of one row, written to `out` from `at`. */
export function writeContext(row: number, { order, covariates }: VoteContext, out: Float64Array, at: number): void {
  let place = at;
  if (order) out[place++] = 1;
  for (let c = 0; c < (covariates?.columns ?? 0); c++) {
    const value = covariates!.values[row * covariates!.columns + c]!;
    if (Number.isNaN(value)) throw new RangeError(`covariates row ${row} column ${c} must be a number, found NaN`);
    checkSize(value, `covariates row ${row} column ${c}`);
    out[place++] = value;
  }
}

/** Throws RangeError unless there is a row of covariates for each vote. */
export function checkCovariates(covariates: Matrix | undefined, rows: number): void {
  if (covariates === undefined) return;
  checkMatrix(covariates);
  if (covariates.rows !== rows) throw new RangeError(`covariates has ${covariates.rows} rows, outcome has ${rows}`);
}

/**
 * Sorts votes by judge. Those without a verdict and of a player against itself are left out.
 *
 * @throws RangeError for a judge that is not a number from 0, covariates that do not fit, or as `tally` does
 */
export function judgeVotes(comparisons: Comparisons, judge: ArrayLike<number>, context: VoteContext): JudgeVotes {
  const { n } = tally(comparisons);
  const { players, left, right, outcome, weights } = comparisons;
  const judges = countJudges(judge, outcome.length);
  checkCovariates(context.covariates, outcome.length);
  const extras = (context.order ? 1 : 0) + (context.covariates?.columns ?? 0);
  const rows = countedRows(comparisons, n);
  const perJudge = new Uint32Array(judges);
  const start = new Uint32Array(judges + 1);
  const merges = context.covariates === undefined;
  const cells = new Map<number, number>();
  // A cell is known by the row that was met first; its place is given once the cells of earlier judges are counted.
  const first: number[] = [];
  const weightOf: number[] = [];
  const cellOfRow = new Uint32Array(n);
  rows.forEach((row, i) => {
    const k = judge[row]!;
    const w = weights ? weights[row]! : 1;
    if (w > 0) perJudge[k]!++;
    const y = outcome[row]!;
    const key = ((k * players + left[row]!) * players + right[row]!) * 3 + 2 * y;
    let cell = merges && Number.isInteger(2 * y) ? cells.get(key) : undefined;
    if (cell === undefined) {
      cell = first.length;
      if (merges && Number.isInteger(2 * y)) cells.set(key, cell);
      first.push(row);
      weightOf.push(0);
      start[k + 1]!++;
    }
    weightOf[cell]! += w;
    cellOfRow[i] = cell;
  });
  for (let k = 0; k < judges; k++) start[k + 1]! += start[k]!;
  const next = start.slice();
  const place = Uint32Array.from(first, (row) => next[judge[row]!]!++);
  const count = first.length;
  const votes: JudgeVotes = {
    players,
    judges,
    extras,
    left: new Uint32Array(count),
    right: new Uint32Array(count),
    outcome: new Float64Array(count),
    weight: new Float64Array(count),
    context: new Float64Array(count * extras),
    start,
    rows,
    cell: cellOfRow.map((cell) => place[cell]!),
    perJudge,
  };
  first.forEach((row, cell) => {
    const at = place[cell]!;
    votes.left[at] = left[row]!;
    votes.right[at] = right[row]!;
    votes.outcome[at] = outcome[row]!;
    votes.weight[at] = weightOf[cell]!;
    writeContext(row, context, votes.context, at * extras);
  });
  return votes;
}
