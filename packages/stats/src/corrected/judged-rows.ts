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
  labelledRows: Uint32Array;
  unlabelledRows: Uint32Array;
  notes: string[];
};

/** The values of the kept rows. */
export function valuesAt(values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  const kept = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) kept[i] = values[rows[i]!]!;
  return kept;
}

/** Throws RangeError for unequal lengths or infinite values; a row with NaN is left out, with a note. */
export function judgedRows(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
): JudgedRows {
  if (human.length !== judge.length) {
    throw new RangeError(`human has ${human.length} labels, judge has ${judge.length} scores for them`);
  }
  const rows = new Uint32Array(human.length);
  let n = 0;
  for (let i = 0; i < human.length; i++) {
    if (Number.isNaN(human[i]!) || Number.isNaN(judge[i]!)) continue;
    checkSize(human[i]!, `human[${i}]`);
    checkSize(judge[i]!, `judge[${i}]`);
    rows[n++] = i;
  }
  const others = new Uint32Array(unlabelled.length);
  let N = 0;
  for (let i = 0; i < unlabelled.length; i++) {
    if (Number.isNaN(unlabelled[i]!)) continue;
    if (!(Math.abs(unlabelled[i]!) <= 1)) checkSize(unlabelled[i]!, `unlabelled[${i}]`);
    others[N++] = i;
  }
  const [labelledRows, unlabelledRows] = [rows.subarray(0, n), others.subarray(0, N)];
  const total = human.length + unlabelled.length;
  const dropped = total - n - N;
  const notes: string[] = [];
  if (dropped > 0) {
    const much = dropped > 0.01 * total ? ', more than 1%: they may not be missing at random' : '';
    notes.push(`${dropped} of ${total} rows have a missing label or score and are left out${much}`);
  }
  return {
    human: valuesAt(human, labelledRows),
    judge: valuesAt(judge, labelledRows),
    unlabelled: valuesAt(unlabelled, unlabelledRows),
    labelledRows,
    unlabelledRows,
    notes,
  };
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
  const n = labelledRows.length;
  const ids = new Float64Array(n + unlabelledRows.length);
  for (let i = 0; i < n; i++) ids[i] = clusters.labelled[labelledRows[i]!]!;
  for (let i = 0; i < unlabelledRows.length; i++) ids[n + i] = clusters.unlabelled[unlabelledRows[i]!]!;
  const { of, count } = indexClusters(ids, ids.length);
  const labelled = of.subarray(0, n);
  // Clusters are numbered by first appearance, labelled rows first.
  let labelledCount = 0;
  for (let i = 0; i < n; i++) labelledCount = Math.max(labelledCount, labelled[i]! + 1);
  return { labelled, unlabelled: of.subarray(n), count, labelledCount };
}

/** Var(Σ e) = G/(G − 1)·Σ_c e_c², where e_c adds the contributions of all rows of a cluster, labelled and not. */
export function clusterVariance(labelled: Float64Array, unlabelled: Float64Array, index: JudgedIndex): number {
  const sums = new Float64Array(index.count);
  for (let i = 0; i < labelled.length; i++) sums[index.labelled[i]!]! += labelled[i]!;
  for (let i = 0; i < unlabelled.length; i++) sums[index.unlabelled[i]!]! += unlabelled[i]!;
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
