import { allRows, columnAt } from '../numerics/present-rows.ts';
import { betaQuantile } from '../numerics/distributions.ts';
import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { bettingUpperBound } from '../sequential/mean-e-process.ts';
import { clusterMeans } from '../sequential/unit-scores.ts';

export type ThresholdOptions = {
  /** The largest error rate among accepted answers. */
  alpha: number;
  /** The chance that the guarantee fails, default 0.1. */
  delta?: number | undefined;
  /** Candidates from strict to loose, chosen before the labels are seen; default 1, 0.995, …, 0.5. */
  thresholds?: readonly number[] | undefined;
  /** Accepted items (clusters, if given) below which a candidate is not tested; default 30. */
  fewest?: number | undefined;
};

/** What calibration found at one threshold. */
export type Calibration = {
  /** Accepted items. */
  n: number;
  /** Wrong ones among them. */
  errors: number;
  /** Upper bound of the error rate at confidence 1 − delta. */
  upper: number;
};

/** Accept an answer when its confidence is at least `value`. */
export type SelectiveThreshold = {
  value: number;
  alpha: number;
  delta: number;
  calibration: Calibration;
  /** Share of the calibration items that are accepted. */
  coverage: number;
  /** Candidates tested, the first failure included. */
  tested: number;
  n: number;
  groups?: number;
  method: string;
  notes?: string[];
};

const usual = Array.from({ length: 101 }, (_, j) => (200 - j) / 200);

/** Throws RangeError unless alpha, delta and the candidates make a sequence of tests. */
export function checkThresholds({ alpha, delta = 0.1, thresholds = usual, fewest = 30 }: ThresholdOptions) {
  for (const [name, x] of Object.entries({ alpha, delta })) {
    if (!(x > 0 && x < 1)) throw new RangeError(`${name} must lie in (0, 1), found ${x}`);
  }
  thresholds.forEach((threshold, i) => {
    if (!Number.isFinite(threshold)) throw new RangeError(`thresholds[${i}] must be finite, found ${threshold}`);
    if (i > 0 && threshold >= thresholds[i - 1]!) {
      throw new RangeError(`thresholds[${i}] must be below the one before it (strict to loose), found ${threshold}`);
    }
  });
  if (!Number.isSafeInteger(fewest) || fewest < 1) throw new RangeError(`fewest must be at least 1, found ${fewest}`);
  return { alpha, delta, thresholds, fewest };
}

/** Throws RangeError unless each is 0, 1 or NaN for missing. */
export function checkWrong(wrong: ArrayLike<number>, name = 'wrong'): void {
  for (let i = 0; i < wrong.length; i++) {
    const x = wrong[i]!;
    if (x !== 0 && x !== 1 && !Number.isNaN(x))
      throw new RangeError(`${name}[${i}] must be 0, 1 or NaN for missing, found ${x}`);
  }
}

/** sup{r: P(Binomial(n, r) ≤ k) ≥ delta}: no rate above it would show so few errors with probability delta. */
export function errorUpperBound(k: number, n: number, delta: number): number {
  return k >= n ? 1 : betaQuantile(1 - delta, k + 1, n - k);
}

/** What the accepted items show at one candidate; null when there are too few to test. */
export type Accepted = Calibration & { units: number };

/**
 * Goes from strict to loose while the bound holds, and gives the last success: a fixed sequence of tests needs no correction,
 * since the first false success must be a failure that was missed.
 */
export function fixedSequence(
  candidates: number,
  tryOne: (candidate: number) => Accepted,
  { alpha, fewest }: { alpha: number; fewest: number },
): { last: number; tested: number; found: Accepted | null; failed: Accepted | null; most: number } {
  let [last, tested, most] = [-1, 0, 0];
  let found: Accepted | null = null;
  for (let j = 0; j < candidates; j++) {
    const accepted = tryOne(j);
    most = Math.max(most, accepted.units);
    if (accepted.units < fewest) continue;
    tested++;
    if (accepted.upper > alpha) return { last, tested, found, failed: accepted, most };
    [last, found] = [j, accepted];
  }
  return { last, tested, found, failed: null, most };
}

/** Why no candidate holds. */
export function noThreshold(
  { failed, most }: { failed: Accepted | null; most: number },
  { alpha, fewest }: { alpha: number; fewest: number },
  n: number,
  method: string,
): Undetermined {
  const detail = failed
    ? `the strictest candidate that could be tested accepts ${failed.n} with ${failed.errors} wrong: bound ${failed.upper.toFixed(4)}, above ${alpha}`
    : `no candidate accepts ${fewest}: the loosest accepts ${most}`;
  return undetermined('no-threshold', detail, n, method);
}

/**
 * The confidence from which on answers may be trusted, with a guarantee for the error rate among them.
 *
 *     P_calibration( P(wrong | confidence ≥ value) ≤ alpha ) ≥ 1 − delta
 *     upper(λ)  sup{r: P(Binomial(n(λ), r) ≤ k(λ)) ≥ delta}, the Clopper-Pearson bound of k wrong among n accepted
 *
 * Candidates are tested from strict to loose and the search stops at the first failure: if the first that can be tested
 * fails there is no threshold, and everything is to be escalated. With `clusters` the binomial does not hold; the bound is
 * then a betting bound on the error rate of accepted answers within a cluster, averaged over clusters.
 * Jung, Brahman and Choi 2025, arXiv:2407.18370.
 *
 * @param confidence NaN never passes a threshold
 * @param wrong 1 where the answer differs from the people's, 0 where not; NaN rows are left out
 * @throws RangeError for unequal lengths, a value of `wrong` that is no 0 or 1, candidates that do not fall, or ids that do not fit
 * @returns `no-threshold` where no candidate holds or none accepts 30; `no-data` without rows
 * @example
 * selectiveThreshold(confidence, wrong, { alpha: 0.1 }); // { value: 0.93, coverage: 0.61, … }
 * @see https://github.com/assize/assize/blob/main/docs/stats/selective-thresholds.md
 */
export function selectiveThreshold(
  confidence: ArrayLike<number>,
  wrong: ArrayLike<number>,
  { clusters, ...options }: ThresholdOptions & { clusters?: ArrayLike<number> | undefined },
): SelectiveThreshold | Undetermined {
  const { alpha, delta, thresholds, fewest } = checkThresholds(options);
  if (confidence.length !== wrong.length)
    throw new RangeError(`${confidence.length} confidences but ${wrong.length} labels`);
  if (clusters && clusters.length !== wrong.length)
    throw new RangeError(`${wrong.length} rows but ${clusters.length} cluster ids`);
  checkWrong(wrong);
  const method = clusters
    ? 'fixed-sequence threshold, betting bound on clusters'
    : 'fixed-sequence threshold, binomial bound';
  const isLabelled = (i: number) => !Number.isNaN(wrong[i]!);
  let n = 0;
  for (let i = 0; i < wrong.length; i++) if (isLabelled(i)) n++;
  if (n === 0) return undetermined('no-data', 'needs at least one labelled answer', 0, method);
  const sequence = fixedSequence(
    thresholds.length,
    (j) => {
      const isAccepted = (i: number) => isLabelled(i) && confidence[i]! >= thresholds[j]!;
      let [size, errors] = [0, 0];
      for (let i = 0; i < wrong.length; i++) {
        if (!isAccepted(i)) continue;
        size++;
        errors += wrong[i]!;
      }
      if (!clusters) return { n: size, errors, units: size, upper: errorUpperBound(errors, size, delta) };
      const accepted = allRows(wrong.length).filter(isAccepted);
      const rates = clusterMeans(columnAt(wrong, accepted), columnAt(clusters, accepted));
      return { n: size, errors, units: rates.length, upper: bettingUpperBound(rates, 1 - delta) };
    },
    { alpha, fewest },
  );
  if (sequence.found === null) return noThreshold(sequence, { alpha, fewest }, n, method);
  const { n: accepted, errors, upper, units } = sequence.found;
  const notes = [];
  if (n < wrong.length) notes.push(`${wrong.length - n} of ${wrong.length} answers have no label and are left out`);
  if (clusters) notes.push('the guarantee is for the mean over clusters of the error rate within a cluster');
  return withNotes(
    {
      value: thresholds[sequence.last]!,
      alpha,
      delta,
      calibration: { n: accepted, errors, upper },
      coverage: accepted / n,
      tested: sequence.tested,
      n,
      ...(clusters && { groups: units }),
      method,
    },
    notes,
  );
}
