import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkLabel } from './expected-calibration-error.ts';

/** The verdict given most often, and how sure repeated asking makes of it (`value`). */
export type SelfConsistency = Estimate & {
  /** The most frequent category; the lowest of them where several tie. */
  mode: number;
  /** Its bare share of the samples. */
  share: number;
  counts: number[];
};

/**
 * Confidence in a verdict from asking several times: the share of the most frequent answer, drawn towards 1/L.
 *
 *     value  (k + ½)/(n + L/2)        k of n samples gave the most frequent of L categories
 *
 * Both orders of presentation count as samples, so that an answer that flips with the order lowers the confidence. The ½ is
 * Jeffreys' prior: 3 of 3 is not certainty. It is a score to be calibrated on labels, not yet a probability of being right.
 * There is no interval: the category was chosen by the same samples. Wang et al. 2023, arXiv:2203.11171 (self-consistency).
 *
 * @param samples category codes of one item's verdicts; NaN or −1 is missing
 * @param options.categories how many there are
 * @returns `no-data` without samples
 * @throws RangeError for a code that is no category, fewer than 1 category
 * @example
 * selfConsistency([1, 1, 0, 1], { categories: 2 }); // value 0.7, mode 1
 * @see https://github.com/assize/assize/blob/main/docs/stats/label-probabilities.md
 */
export function selfConsistency(
  samples: ArrayLike<number>,
  { categories }: { categories: number },
): SelfConsistency | Undetermined {
  if (!Number.isSafeInteger(categories) || categories < 1) {
    throw new RangeError(`categories must be at least 1, found ${categories}`);
  }
  const counts = Array.from({ length: categories }, () => 0);
  let n = 0;
  for (let i = 0; i < samples.length; i++) {
    if (checkLabel(samples[i]!, i, categories)) continue;
    counts[samples[i]!]!++;
    n++;
  }
  const method = 'self-consistency, Jeffreys smoothing';
  if (n === 0) return undetermined('no-data', 'needs at least one sample', 0, method);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const notes = ['no interval: the category was chosen by the same samples'];
  const tied = counts.filter((count) => count === most).length;
  if (tied > 1) notes.push(`${tied} categories tie with ${most} of ${n} samples each`);
  const value = (most + 0.5) / (n + categories / 2);
  return withNotes(
    { value, interval: null, level: 0.95, n, mode: counts.indexOf(most), share: most / n, counts, method },
    notes,
  );
}
