/**
 * A statistic with all that is needed to read it: how sure, on how much, by which method.
 *
 * `interval` is null only together with a note that says why. `n` counts the rows or items that entered,
 * `groups` the clusters, `nEffective` the independent items that would be as informative.
 */
export type Estimate = {
  value: number;
  interval: [number, number] | null;
  level: number;
  n: number;
  groups?: number;
  nEffective?: number;
  se?: number;
  method: string;
  notes?: string[];
};

/** Why a statistic has no value; a closed set. */
export type UndeterminedReason =
  | 'no-data'
  | 'one-category'
  | 'zero-variance'
  | 'one-rater'
  | 'too-few-clusters'
  | 'judge-not-better-than-chance'
  | 'not-identified'
  | 'no-threshold';

/** What the data cannot answer, and why: never 0, 1 or NaN in its place. */
export type Undetermined = { value: null; reason: UndeterminedReason; detail: string; n: number; method: string };

/** The outcome of a significance test. `statistic` is null where the test has none (no discordant pair, say). */
export type TestResult = { p: number; statistic: number | null; n: number; method: string; notes?: string[] };

/** Builds the answer "cannot be said". */
export function undetermined(reason: UndeterminedReason, detail: string, n: number, method: string): Undetermined {
  return { value: null, reason, detail, n, method };
}

/**
 * Whether a result has a value.
 *
 * @example
 * const kappa = cohenKappa(a, b);
 * if (isEstimate(kappa)) console.log(kappa.value, kappa.interval);
 * @see https://github.com/assize/assize/blob/main/docs/stats/results.md
 */
export function isEstimate<T extends Estimate>(result: T | Undetermined): result is T {
  return result.value !== null;
}

/** Adds notes only when there are some, so that an absent field means "nothing to say". */
export function withNotes<T extends object>(result: T, notes: readonly string[]): T & { notes?: string[] } {
  return notes.length === 0 ? result : { ...result, notes: [...notes] };
}

/** Throws RangeError unless the level is a probability strictly between 0 and 1. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie in (0, 1), found ${level}`);
}

/**
 * The estimate alone, without what a statistic adds to it: for a place that takes exactly the common fields.
 *
 * @example
 * plainEstimate(cohenKappa(a, b)); // no po, pe, marginals, seNull
 * @see https://github.com/assize/assize/blob/main/docs/stats/results.md
 */
export function plainEstimate(result: Estimate | Undetermined): Estimate | Undetermined {
  if (!isEstimate(result)) return result;
  const { value, interval, level, n, groups, nEffective, se, method, notes } = result;
  return {
    value,
    interval,
    level,
    n,
    ...(groups !== undefined && { groups }),
    ...(nEffective !== undefined && { nEffective }),
    ...(se !== undefined && { se }),
    method,
    ...(notes !== undefined && { notes }),
  };
}
