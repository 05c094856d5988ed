import { betaQuantile } from '../numerics/distributions.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type JudgeCalibration, roganGladen } from './rogan-gladen.ts';

/** Whether the true rate of failures is shown to lie below the largest that is allowed. */
export type Certification = Estimate & {
  /** True when the upper end lies below `allowed`: then the rate is certified, at an error of 1 − level. */
  certified: boolean;
  allowed: number;
};

function upperEnd(k: number, n: number, alpha: number): number {
  return k === n ? 1 : betaQuantile(1 - alpha, k + 1, n - k);
}
const lowerEnd = (k: number, n: number, alpha: number): number => (k === 0 ? 0 : betaQuantile(alpha, k, n - k + 1));

/**
 * The largest θ = (p + q0 − 1)/(q0 + q1 − 1) with p and q0 at most, and q1 at least, what is given. It grows with p and
 * falls with q1; it grows with q0 while p < q1, and reaches 1 where p can reach q1. Null: p lies below what wrong alarms
 * alone would give, so the calibration does not fit the judged items.
 */
function largestRate(p: number, q0: number, q1: number): number | null {
  if (p >= q1 || q0 + q1 <= 1) return 1;
  return p + q0 < 1 ? null : (p + q0 - 1) / (q0 + q1 - 1);
}

/**
 * Certifies that a system fails less often than `allowed`, by a judge whose own errors are counted.
 *
 * The judge's "positive" is a failure. With `exact` the judged rate and the judge's two error rates each have a one-sided
 * Clopper-Pearson bound at a third of the error, and the rate is certified if the worst θ within these is below `allowed`:
 * the chance of a wrong certificate is at most 1 − level for every sample size. With `lee` (default) it is certified if the
 * one-sided upper bound of Lee et al. is below `allowed`, which is sharper and holds approximately.
 * After Feng et al. 2026, arXiv:2601.20913.
 *
 * @param judged how many the judge called failures, of how many
 * @param calibration `positives` are failures by people; independent of the judged sample
 * @returns interval [0, upper end]; `no-data`, `judge-not-better-than-chance` as `roganGladen`
 * @throws RangeError if counts do not fit, level is outside (0.5, 1), or allowed is outside (0, 1)
 * @example
 * certifyBelow(0.1, { positives: 30, n: 1000 }, { truePositives: 90, positives: 100, trueNegatives: 196, negatives: 200 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/certification.md
 */
export function certifyBelow(
  allowed: number,
  judged: { positives: number; n: number },
  calibration: JudgeCalibration,
  { level = 0.95, method = 'lee' }: { level?: number; method?: 'lee' | 'exact' } = {},
): Certification | Undetermined {
  if (!(level > 0.5 && level < 1)) throw new RangeError(`level must lie in (0.5, 1), found ${level}`);
  if (!(allowed > 0 && allowed < 1)) throw new RangeError(`allowed must lie in (0, 1), found ${allowed}`);
  if (method !== 'lee' && method !== 'exact') {
    throw new RangeError(`method must be 'lee' or 'exact', found ${String(method)}`);
  }
  // One side of a two-sided interval at 1 − 2α is an upper bound at 1 − α.
  const found = roganGladen(judged, calibration, { level: 2 * level - 1 });
  const name = `certification, ${method === 'lee' ? 'upper bound of lee 2025' : 'clopper-pearson boxes'}`;
  if (found.value === null) return undetermined(found.reason, found.detail, found.n, name);
  const { value, n } = found;
  const notes: string[] = found.notes?.filter((note) => !note.startsWith('no interval')) ?? [];
  let upper = found.interval?.[1] ?? 1;
  let fits = true;
  if (method === 'exact') {
    const share = (1 - level) / 3;
    const { truePositives, positives: m1, trueNegatives, negatives: m0 } = calibration;
    const [p, q0] = [upperEnd(judged.positives, n, share), upperEnd(trueNegatives, m0, share)];
    const largest = largestRate(p, q0, lowerEnd(truePositives, m1, share));
    fits = largest !== null;
    upper = Math.max(value, largest ?? 0);
    if (!fits) {
      notes.push('not certified: fewer failures were judged than the false alarms of the calibration would give');
    }
  }
  if (upper === 1) notes.push('the judge may be no better than chance: nothing can be certified with this calibration');
  return withNotes(
    { value, interval: [0, upper], level, n, method: name, certified: fits && upper < allowed, allowed },
    notes,
  );
}
