import { tQuantile } from '../numerics/distributions.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';

export type ActiveEstimate = Estimate & {
  labels: number;
  /** From the labels alone, weighted by 1/π. */
  classical: number;
  judgeOnly: Estimate | Undetermined;
};

const method = 'active-ht';

/**
 * The mean human label of all items from labels that were drawn with known, unequal probabilities.
 *
 *     value   mean over all items of f + (Y − f)·ξ/π       ξ 1 where labelled
 *     SE      standard deviation of the terms / √items, by clusters where given
 *
 * Unbiased for any judge; exact for a Poisson draw, on the large side for a systematic one. The interval is t with one less
 * degrees of freedom than labels (or clusters with a label). Zrnic, Candès 2024, arXiv:2403.03208.
 *
 * @param human one per item, NaN where the item was not drawn
 * @param judge one per item
 * @param probabilities of having been drawn, one per item, in (0, 1]
 * @param options.clusters one id per item
 * @returns `no-data` without a label
 * @throws RangeError for unequal lengths, a missing or infinite score, or a probability outside (0, 1]
 * @example
 * activeMean(human, judge, plan.probabilities);
 * @see https://github.com/assize/assize/blob/main/docs/stats/active-labelling.md
 */
export function activeMean(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { level = 0.95, clusters }: { level?: number; clusters?: ArrayLike<number> } = {},
): ActiveEstimate | Undetermined {
  checkLevel(level);
  const items = human.length;
  if (judge.length !== items || probabilities.length !== items) {
    throw new RangeError(`human has ${items} items, judge ${judge.length}, probabilities ${probabilities.length}`);
  }
  const terms = new Float64Array(items);
  const labelledClusters = new Set<number>();
  let [labels, above, below] = [0, 0, 0];
  for (let i = 0; i < items; i++) {
    const [y, f, pi] = [human[i]!, judge[i]!, probabilities[i]!];
    if (!(pi > 0 && pi <= 1)) throw new RangeError(`probabilities[${i}] must lie in (0, 1], found ${pi}`);
    if (Number.isNaN(f)) throw new RangeError(`judge[${i}] is missing: every item needs a score`);
    checkSize(f, `judge[${i}]`);
    terms[i] = f;
    if (Number.isNaN(y)) continue;
    checkSize(y, `human[${i}]`);
    labels++;
    labelledClusters.add(clusters ? clusters[i]! : i);
    above += y / pi;
    below += 1 / pi;
    terms[i] = f + (y - f) / pi;
  }
  if (labels === 0) return undetermined('no-data', `none of ${items} items has a label`, 0, method);
  const found = clusteredMean(terms, { level, clusters });
  if (found.value === null) return { ...found, method };
  const judgeOnly = clusteredMean(judge, { level, clusters });
  const common = { labels, classical: above / below, judgeOnly };
  const units = labelledClusters.size;
  const notes = found.notes ?? [];
  if (found.interval === null || units < 2 || found.se === undefined) {
    const why = found.interval === null ? [] : [`no interval: ${units} independent labels`];
    return withNotes({ ...found, interval: null, method, ...common }, [...notes, ...why]);
  }
  const half = tQuantile((1 + level) / 2, units - 1) * found.se;
  return { ...found, interval: [found.value - half, found.value + half], method, ...common };
}
