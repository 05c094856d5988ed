import { columnAt } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { checkSize } from '../shapes/finite.ts';

/** How the labelled items were chosen; a corrected estimate is right only for a random draw. */
export type LabelDesign = 'random' | 'probability' | 'unknown';

/** Ids of what is not independent, for the labelled and the unlabelled rows; one id means the same in both. */
export type JudgedClusters = { labelled: ArrayLike<number>; unlabelled: ArrayLike<number> };

/** Items with a human label and the judge's score, and items with the judge's score alone; missing ones left out. */
export type JudgedRows = {
  human: Float64Array;
  judge: Float64Array;
  unlabelled: Float64Array;
  /** Places in the caller's arrays; undefined where none is missing. */
  labelledRows: Uint32Array | undefined;
  unlabelledRows: Uint32Array | undefined;
  notes: string[];
};

/** Throws RangeError for unequal lengths or infinite values; a row with NaN is left out, with a note. */
export function judgedRows(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
): JudgedRows {
  if (human.length !== judge.length) {
    throw new RangeError(`human has ${human.length} labels, judge has ${judge.length} scores for them`);
  }
  let [n, N] = [0, 0];
  for (let i = 0; i < human.length; i++) {
    if (Number.isNaN(human[i]!) || Number.isNaN(judge[i]!)) continue;
    if (!(Math.abs(human[i]!) <= 1 && Math.abs(judge[i]!) <= 1)) {
      checkSize(human[i]!, `human[${i}]`);
      checkSize(judge[i]!, `judge[${i}]`);
    }
    n++;
  }
  for (let i = 0; i < unlabelled.length; i++) {
    if (Number.isNaN(unlabelled[i]!)) continue;
    if (!(Math.abs(unlabelled[i]!) <= 1)) checkSize(unlabelled[i]!, `unlabelled[${i}]`);
    N++;
  }
  const labelledRows =
    n === human.length ? undefined : placesOf(n, (i) => !Number.isNaN(human[i]!) && !Number.isNaN(judge[i]!));
  const unlabelledRows = N === unlabelled.length ? undefined : placesOf(N, (i) => !Number.isNaN(unlabelled[i]!));
  const total = human.length + unlabelled.length;
  const dropped = total - n - N;
  const notes: string[] = [];
  if (dropped > 0) {
    const much = dropped > 0.01 * total ? ', more than 1%: they may not be missing at random' : '';
    notes.push(`${dropped} of ${total} rows have a missing label or score and are left out${much}`);
  }
  return {
    human: columnAt(human, labelledRows),
    judge: columnAt(judge, labelledRows),
    unlabelled: columnAt(unlabelled, unlabelledRows),
    labelledRows,
    unlabelledRows,
    notes,
  };
}

function placesOf(count: number, isKept: (i: number) => boolean): Uint32Array {
  const rows = new Uint32Array(count);
  for (let i = 0, place = 0; place < count; i++) if (isKept(i)) rows[place++] = i;
  return rows;
}

/** What must be said about the choice of the labelled items. */
export function designNotes(design: LabelDesign): string[] {
  switch (design) {
    case 'random':
      return [];
    case 'probability':
      return [
        'labels drawn with unequal probabilities need activeMean: this estimate takes them as a simple random draw',
      ];
    case 'unknown':
      return [
        'labelDesign is unknown: the estimate is right only if the labelled items are a random draw of all items',
      ];
    default:
      throw new RangeError(`labelDesign must be 'random', 'probability' or 'unknown', found ${String(design)}`);
  }
}

/** The clusters of both kinds of rows, numbered together. */
export type JudgedIndex = {
  /** Labelled rows first, then unlabelled ones. */
  all: Uint32Array;
  labelled: Uint32Array;
  unlabelled: Uint32Array;
  /** All clusters. */
  count: number;
  /** Clusters with a labelled row. */
  labelledCount: number;
};

/** Numbers the clusters of the kept rows. Throws RangeError where ids do not fit or are missing. */
export function indexJudged(
  clusters: JudgedClusters | undefined,
  sizes: { labelled: number; unlabelled: number },
  { labelledRows, unlabelledRows }: Pick<JudgedRows, 'labelledRows' | 'unlabelledRows'>,
): JudgedIndex | null {
  if (clusters === undefined) return null;
  for (const side of ['labelled', 'unlabelled'] as const) {
    if (clusters[side].length !== sizes[side]) {
      throw new RangeError(`${sizes[side]} ${side} rows but ${clusters[side].length} cluster ids`);
    }
  }
  const n = labelledRows?.length ?? sizes.labelled;
  const all = n + (unlabelledRows?.length ?? sizes.unlabelled);
  const idAt = (i: number): number =>
    i < n
      ? clusters.labelled[labelledRows ? labelledRows[i]! : i]!
      : clusters.unlabelled[unlabelledRows ? unlabelledRows[i - n]! : i - n]!;
  let isWhole = true;
  for (let i = 0; i < all && isWhole; i++) isWhole = idAt(i) >>> 0 === idAt(i);
  const ids = isWhole ? new Uint32Array(all) : new Float64Array(all);
  for (let i = 0; i < all; i++) ids[i] = idAt(i);
  const { of, count } = indexClusters(ids, ids.length);
  const labelled = of.subarray(0, n);
  // Clusters are numbered by first appearance, labelled rows first.
  let labelledCount = 0;
  for (let i = 0; i < n; i++) labelledCount = Math.max(labelledCount, labelled[i]! + 1);
  return { all: of, labelled, unlabelled: of.subarray(n), count, labelledCount };
}

/** Var(Σ e) = G/(G − 1)·Σ_c e_c², where e_c adds the contributions of all rows of a cluster, labelled and not. */
export function clusterVariance(labelled: Float64Array, unlabelled: Float64Array, index: JudgedIndex): number {
  return clusterVarianceOf(
    (i) => labelled[i]!,
    (i) => unlabelled[i]!,
    index,
  );
}

/** As `clusterVariance`, of contributions that are worked out one by one. */
export function clusterVarianceOf(
  labelled: (i: number) => number,
  unlabelled: (i: number) => number,
  index: JudgedIndex,
): number {
  const sums = new Float64Array(index.count);
  for (let i = 0; i < index.labelled.length; i++) sums[index.labelled[i]!]! += labelled(i);
  for (let i = 0; i < index.unlabelled.length; i++) sums[index.unlabelled[i]!]! += unlabelled(i);
  let total = 0;
  for (const e of sums) total += e * e;
  return (total * index.count) / (index.count - 1);
}

export const fewestLabelledClusters = 5;

/** What is said of few clusters with a label; null where they allow an interval without caution. */
export function clusterCaution(index: JudgedIndex): string | null {
  const count = index.labelledCount;
  if (count < fewestLabelledClusters)
    return `no interval: ${count} clusters with a label, needs ${fewestLabelledClusters}`;
  return count < 20 ? `few clusters with a label: ${count}, the interval is rough below 20` : null;
}
