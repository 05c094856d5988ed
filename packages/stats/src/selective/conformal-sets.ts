import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import type { Undetermined } from '../shapes/estimate.ts';
import { type ConformalCalibration, conformalQuantile, quantileFor } from './conformal-quantile.ts';

export type ConformalOptions = {
  /** The share of new items whose set may miss the truth. */
  alpha: number;
  /** One code per row: each group with at least 10/alpha items gets its own quantile. */
  groups?: ArrayLike<number> | undefined;
};

/** How sets are made: labels on their own, or a run of neighbouring levels. */
export type SetKind = 'labels' | 'ordinal';

export type SetCalibration = ConformalCalibration & { kind: SetKind; labels: number };

/** Sets of labels, one row per item: `member[row * labels + label]` is 1 for a label that cannot be excluded. */
export type LabelSets = { member: Uint8Array; sizes: Uint32Array; labels: number };

/**
 * The nonconformity of every label of a row. Labels: 1 − p. Ordinal: the mass of the smallest run of levels that grows from
 * the mode, always to the likelier neighbour (the lower at a tie), when it has just reached the label.
 */
function scoresOf(p: ArrayLike<number>, kind: SetKind): Float64Array {
  const scores = Float64Array.from(p, (x) => 1 - x);
  if (kind === 'labels') return scores;
  let mode = 0;
  for (let label = 1; label < p.length; label++) if (p[label]! > p[mode]!) mode = label;
  let [low, high, mass] = [mode, mode, p[mode]!];
  scores[mode] = mass;
  while (high - low < p.length - 1) {
    const down = low > 0 && (high === p.length - 1 || p[low - 1]! >= p[high + 1]!);
    const next = down ? --low : ++high;
    mass += p[next]!;
    scores[next] = mass;
  }
  return scores;
}

function checkProbabilities(probabilities: Matrix): void {
  checkMatrix(probabilities);
  const { values, columns } = probabilities;
  for (let i = 0; i < values.length; i++) {
    const p = values[i]!;
    if (!(p >= 0 && p <= 1 + 1e-9) && !Number.isNaN(p)) {
      throw new RangeError(`probabilities[${Math.floor(i / columns)}][${i % columns}] must lie in [0, 1], found ${p}`);
    }
  }
}

function rowOf({ values, columns }: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, label) => values[row * columns + label]!);
}

/**
 * Calibrates sets of labels on items with a known label, from the probabilities that a judge gave.
 *
 *     labels   score 1 − p(true label); the set holds all labels with 1 − p ≤ quantile
 *     ordinal  score: the mass of levels grown around the mode until the true one is in; the set is a run of levels
 *
 * A set holds the truth of a new, exchangeable item with probability at least 1 − alpha, however bad the judge is: a bad judge
 * has large sets. Items of one cluster are not exchangeable with a new cluster's: give one per cluster.
 *
 * @param probabilities one row per item, one column per label; a row with NaN is left out
 * @param truth label codes, NaN or −1 where not known
 * @throws RangeError for a probability outside [0, 1], a code that is no label, or lengths that do not fit
 * @returns `no-data` without labelled items
 * @example
 * const calibration = calibrateSets(matrixOf([[0.7, 0.3], [0.4, 0.6]]), [0, 1], { alpha: 0.5 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function calibrateSets(
  probabilities: Matrix,
  truth: ArrayLike<number>,
  { kind = 'labels', ...options }: ConformalOptions & { kind?: SetKind | undefined },
): SetCalibration | Undetermined {
  checkProbabilities(probabilities);
  const { rows, columns: labels } = probabilities;
  if (truth.length !== rows) throw new RangeError(`${rows} rows of probabilities but ${truth.length} labels`);
  if (kind !== 'labels' && kind !== 'ordinal')
    throw new RangeError(`kind must be 'labels' or 'ordinal', found ${String(kind)}`);
  const scores = new Float64Array(rows).fill(NaN);
  for (let i = 0; i < rows; i++) {
    const label = truth[i]!;
    if (Number.isNaN(label) || label === -1) continue;
    if (!(Number.isInteger(label) && label >= 0 && label < labels)) {
      throw new RangeError(`truth[${i}] must be a label below ${labels}, found ${label}`);
    }
    const p = rowOf(probabilities, i);
    if (!p.some((x) => Number.isNaN(x))) scores[i] = scoresOf(p, kind)[label]!;
  }
  const found = conformalQuantile(scores, options);
  return 'value' in found ? found : { ...found, method: `${found.method}, ${kind}`, kind, labels };
}

/**
 * The sets of new items. A set may be empty where every label is unlikely (labels only): a case for a person.
 *
 * @param options.groups the group of each new item, where calibration was by group
 * @throws RangeError for probabilities that do not fit the calibration, or a missing one: such an item has no set
 * @example
 * conformalSets(calibration, matrixOf([[0.8, 0.2]])).sizes;
 * @see https://github.com/assize/assize/blob/main/docs/stats/conformal-sets.md
 */
export function conformalSets(
  calibration: SetCalibration,
  probabilities: Matrix,
  { groups }: { groups?: ArrayLike<number> | undefined } = {},
): LabelSets {
  checkProbabilities(probabilities);
  const { rows, columns: labels } = probabilities;
  if (labels !== calibration.labels)
    throw new RangeError(`calibrated on ${calibration.labels} labels, found ${labels}`);
  if (groups && groups.length !== rows)
    throw new RangeError(`${rows} rows of probabilities but ${groups.length} groups`);
  const member = new Uint8Array(rows * labels);
  const sizes = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = rowOf(probabilities, i);
    if (p.some((x) => Number.isNaN(x))) throw new RangeError(`probabilities[${i}] has a missing value`);
    const scores = scoresOf(p, calibration.kind);
    const quantile = quantileFor(calibration, groups?.[i]);
    for (let label = 0; label < labels; label++) {
      if (quantile !== null && scores[label]! > quantile) continue;
      member[i * labels + label] = 1;
      sizes[i]!++;
    }
  }
  return { member, sizes, labels };
}
