import { columnAt, columnOf } from '../numerics/present-rows.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { pearson } from '../correlation/correlation.ts';
import { mean, sumOf } from '../numerics/sum.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import {
  clusterCaution,
  clusterVariance,
  designNotes,
  fewestLabelledClusters,
  indexJudged,
  type JudgedIndex,
  judgedRows,
} from './judged-rows.ts';
import type { PredictionPoweredOptions } from './prediction-powered-mean.ts';
import { plainVariance, rawLambda, type Rectifier, restOf, smallVariance } from './rectified-mean.ts';

export type PredictionPoweredCorrelation = Estimate & {
  lambda: number;
  /** Before clipping to [0, 1]; null where λ was given. */
  lambdaRaw: number | null;
  nUnlabelled: number;
  /** Pearson's r of the labelled rows alone. */
  classical: number;
};

export type CorrelationOptions = Omit<PredictionPoweredOptions, 'interval'> & {
  /** Default 't' below 200 labels. */
  interval?: 'auto' | 'z' | 't' | undefined;
};

const name = 'prediction-powered pearson';
const fewestTuned = 50;
/** Five moments are estimated from the labels: what is left are n − 5 degrees of freedom. */
const momentsTaken = 5;

/** Values that are scaled as they are needed. */
type Column = { length: number; at: (row: number) => number };

type Rows = { x: Column; human: Column; judge: Column; otherX: Column; unlabelled: Column };

/** Means of x, y, x², y², xy with weight 1 − λ·(judge) on labelled and λ on unlabelled rows; x and y are centred before. */
type Moments = { x: number; y: number; xx: number; yy: number; xy: number };

function momentsOf(xs: Column, ys: Column): Moments {
  const meanOf = (term: (i: number) => number) => sumOf(xs.length, term) / xs.length;
  return {
    x: meanOf(xs.at),
    y: meanOf(ys.at),
    xx: meanOf((i) => xs.at(i) * xs.at(i)),
    yy: meanOf((i) => ys.at(i) * ys.at(i)),
    xy: meanOf((i) => xs.at(i) * ys.at(i)),
  };
}

function momentsAt({ x, human, judge, otherX, unlabelled }: Rows, lambda: number): Moments {
  const people = momentsOf(x, human);
  if (lambda === 0) return people;
  const [judged, others] = [momentsOf(x, judge), momentsOf(otherX, unlabelled)];
  const rectified = (key: keyof Moments) => lambda * others[key] + people[key] - lambda * judged[key];
  return { x: rectified('x'), y: rectified('y'), xx: rectified('xx'), yy: rectified('yy'), xy: rectified('xy') };
}

/** r from moments; null where a variance is not positive or |r| is not below 1. */
function correlationOf({ x, y, xx, yy, xy }: Moments): { r: number; sx: number; sy: number } | null {
  const [vx, vy] = [xx - x * x, yy - y * y];
  if (!(vx > 1e-12 * xx && vy > 1e-12 * yy)) return null;
  const [sx, sy] = [Math.sqrt(vx), Math.sqrt(vy)];
  const r = (xy - x * y) / (sx * sy);
  return Math.abs(r) < 1 - 1e-12 ? { r, sx, sy } : null;
}

/** What each row says of r, to first order: z_x z_y − r(z_x² + z_y²)/2 at the moments given. */
function influences(rows: Rows, moments: Moments, { r, sx, sy }: { r: number; sx: number; sy: number }): Rectifier {
  const of = (xs: Column, ys: Column) =>
    columnOf(xs.length, (i) => {
      const [a, b] = [(xs.at(i) - moments.x) / sx, (ys.at(i) - moments.y) / sy];
      return a * b - (r * (a * a + b * b)) / 2;
    });
  return {
    human: of(rows.x, rows.human),
    judge: of(rows.x, rows.judge),
    unlabelled: of(rows.otherX, rows.unlabelled),
  };
}

/** Scaled to centre 0 and size 1 by the labelled human labels (or x): r has no unit and the moments keep their digits. */
function scaled(values: Float64Array, by: Float64Array): Column {
  const centre = mean(by);
  const size = Math.sqrt(sumOf(by.length, (i) => (by[i]! - centre) ** 2) / by.length);
  return { length: values.length, at: (row) => (values[row]! - centre) / size };
}

const constant = (values: Float64Array): boolean => values.every((value) => value === values[0]);

/** The values of kept rows; RangeError where one is missing or infinite. */
function present(values: ArrayLike<number>, kept: Uint32Array | undefined, what: string): Float64Array {
  const count = kept?.length ?? values.length;
  for (let i = 0; i < count; i++) {
    const row = kept ? kept[i]! : i;
    if (Number.isNaN(values[row]!)) throw new RangeError(`${what}[${row}] is missing`);
    checkSize(values[row]!, `${what}[${row}]`);
  }
  return columnAt(values, kept);
}

/**
 * Pearson's correlation of the human label with a number that is known for all items (length, say), from n labels and a judge.
 *
 * The five moments are rectified as means are (`predictionPoweredMean`), λ is tuned on what each row says of r to first order,
 * and the interval is made on Fisher's scale, atanh r ± q·se/(1 − r²). To correlate with the judge itself, give its scores as x.
 * After Angelopoulos, Duchi, Zrnic 2023, arXiv:2311.01453; the delta method is ours.
 *
 * @param x the number for each labelled item
 * @param otherX the number for each unlabelled item
 * @returns people's labels alone, with a note, below 50 labels (or clusters); `no-data` below 10, `zero-variance` where x or the labels do not vary
 * @throws RangeError for unequal lengths, infinite values, a missing x, ids that do not fit, λ outside [0, 1]
 * @example
 * predictionPoweredPearson(lengths, human, judge, otherLengths, unlabelled, { labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-regression.md
 */
export function predictionPoweredPearson(
  x: ArrayLike<number>,
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  otherX: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  {
    level = 0.95,
    lambda: wanted = 'tuned',
    interval = 'auto',
    clusters,
    labelDesign = 'unknown',
  }: CorrelationOptions = {},
): PredictionPoweredCorrelation | Undetermined {
  checkLevel(level);
  if (wanted !== 'tuned' && !(wanted >= 0 && wanted <= 1)) {
    throw new RangeError(`lambda must be 'tuned' or lie in [0, 1], found ${wanted}`);
  }
  if (x.length !== human.length || otherX.length !== unlabelled.length) {
    const found = `${x.length} and ${otherX.length}`;
    throw new RangeError(`x and otherX must have ${human.length} and ${unlabelled.length} values, found ${found}`);
  }
  const judged = judgedRows(human, judge, unlabelled);
  const xs = present(x, judged.labelledRows, 'x');
  const others = present(otherX, judged.unlabelledRows, 'otherX');
  const [n, N] = [judged.human.length, judged.unlabelled.length];
  if (n < 10) return undetermined('no-data', `needs 10 labelled rows, found ${n}`, n, name);
  if (constant(xs) || constant(judged.human)) {
    return undetermined('zero-variance', 'x or the human labels do not vary among the labelled rows', n, name);
  }
  const rows: Rows = {
    x: scaled(xs, xs),
    human: scaled(judged.human, judged.human),
    judge: scaled(judged.judge, judged.human),
    otherX: scaled(others, xs),
    unlabelled: scaled(judged.unlabelled, judged.human),
  };
  const index = indexJudged(clusters, { labelled: human.length, unlabelled: unlabelled.length }, judged);
  const notes = [...judged.notes, ...designNotes(labelDesign)];
  const alone = momentsAt(rows, 0);
  const start = correlationOf(alone);
  if (start === null) {
    const detail = 'among the labelled rows one column is a straight line of the other';
    return undetermined('not-identified', detail, n, name);
  }
  const units = index?.labelledCount ?? n;
  if (N < 2) notes.push(`${N} unlabelled rows: the judge adds nothing`);
  const few = wanted === 'tuned' && units < fewestTuned;
  if (few) notes.push(`${units} labels are too few to tune λ (needs ${fewestTuned}): people's labels alone`);
  const { lambda, raw, moments, found } = rectify(rows, alone, start, N < 2 || few ? 0 : wanted, notes);
  const common = { lambda, lambdaRaw: raw, nUnlabelled: N, classical: start.r };
  const groups = index ? { groups: index.labelledCount } : {};
  const base = { value: found.r, level, n, ...groups };
  const method = `${name}, λ = ${lambda.toFixed(3)}${raw === null ? '' : ' tuned'}`;
  if (lambda === 0 && index === null) {
    // Without the judge the usual transform holds for few labels too.
    const plain = pearson(xs, judged.human, { level });
    if (plain.value !== null) {
      const { interval: limits, notes: more = [] } = plain;
      return withNotes({ ...base, interval: limits, method: `${method}, z-transform`, ...common }, [...notes, ...more]);
    }
  }
  const caution = index && clusterCaution(index);
  if (caution) notes.push(caution);
  if (index && index.labelledCount < fewestLabelledClusters) {
    return withNotes({ ...base, interval: null, method, ...common }, notes);
  }
  const kind = interval === 'auto' ? (units < 200 ? 't' : 'z') : interval;
  const variance = varianceOf(influences(rows, moments, found), lambda, kind, index);
  if (!(variance > 0)) {
    notes.push('no interval: the rows show no spread around r');
    return withNotes({ ...base, interval: null, method, ...common }, notes);
  }
  const p = (1 + level) / 2;
  const quantile = kind === 'z' ? normalQuantile(p) : tQuantile(p, Math.max(1, units - momentsTaken));
  const se = Math.sqrt(variance);
  const half = (quantile * se) / (1 - found.r ** 2);
  const centre = Math.atanh(found.r);
  const limits: [number, number] = [Math.tanh(centre - half), Math.tanh(centre + half)];
  return withNotes({ ...base, interval: limits, se, method: `${method}, fisher ${kind}`, ...common }, notes);
}

/** Tunes λ where asked, and falls back to people's labels where rectified moments are those of no distribution. */
function rectify(
  rows: Rows,
  alone: Moments,
  start: { r: number; sx: number; sy: number },
  wanted: 'tuned' | number,
  notes: string[],
) {
  const raw = wanted === 'tuned' ? rawLambda(influences(rows, alone, start)) : null;
  const lambda = wanted === 'tuned' ? Math.max(0, Math.min(1, raw ?? 0)) : wanted;
  const moments = momentsAt(rows, lambda);
  const found = correlationOf(moments);
  if (found !== null) return { lambda, raw, moments, found };
  notes.push("the rectified moments are those of no distribution: people's labels alone");
  return { lambda: 0, raw, moments: alone, found: start };
}

function varianceOf(psi: Rectifier, lambda: number, kind: 'z' | 't', index: JudgedIndex | null): number {
  const rest = restOf(psi, lambda);
  const n = rest.length;
  if (index) {
    const [a, b] = [mean(rest), lambda === 0 ? 0 : mean(psi.unlabelled)];
    return clusterVariance(
      rest.map((e) => (e - a) / n),
      psi.unlabelled.map((f) => (lambda * (f - b)) / psi.unlabelled.length),
      index,
    );
  }
  const whole = lambda === 0 ? { ...psi, unlabelled: new Float64Array(2) } : psi;
  return kind === 'z' ? plainVariance(whole, rest, lambda) : smallVariance(whole, rest, lambda, momentsTaken);
}
