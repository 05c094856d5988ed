import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type EProcessState, extendEProcess, startEProcess } from './mean-e-process.ts';
import { scoreScale } from './unit-scores.ts';

export type AnytimeGateOptions = {
  /** The smallest loss that matters, in units of the scores, above 0. */
  margin: number;
  /** One-sided, default 0.05. */
  alpha?: number | undefined;
  /** The range of the scores themselves, default [0, 1]: differences lie in ± its width. */
  range?: readonly [number, number] | undefined;
  /** How many items there are in all, when they are drawn in random order without replacement from a fixed set. */
  population?: number | undefined;
};

/** A gate on its way: plain data that may be written as JSON and taken up again. */
export type AnytimeGateState = {
  margin: number;
  alpha: number;
  total: number;
  n: number;
  notWorse: EProcessState;
  tooBad: EProcessState;
  worse: EProcessState;
};

export type AnytimeGateResult = {
  /** 'PASS', 'FAIL' and 'REGRESSION' may be acted on at once; with 'CONTINUE' nothing is shown yet. */
  verdict: 'PASS' | 'FAIL' | 'REGRESSION' | 'CONTINUE';
  /** Mean of candidate − baseline so far: a description, since stopping early makes it look too large. */
  difference: number;
  /** Anytime p-values: of "worse by the margin or more", "better than minus the margin", "not worse at all". */
  p: { notWorse: number; tooBad: number; worse: number };
  /** How many items had been seen when the verdict first stood. */
  decidedAt: number | null;
  margin: number;
  alpha: number;
  n: number;
  method: string;
  notes?: string[];
};

/**
 * Starts a non-inferiority gate that may be looked at after every item: PASS as soon as a loss of `margin` is refuted,
 * FAIL as soon as it is shown, REGRESSION when some loss is shown.
 *
 * Each verdict is wrong with probability at most alpha, whenever one stops. The items must come in random order.
 *
 * @throws RangeError for a margin that is not above 0 and below the width of the range, or other options out of range
 * @example
 * const gate = startAnytimeGate({ margin: 0.1 });
 * extendAnytimeGate(gate, 1, 1);
 * anytimeGateResult(gate); // { verdict: 'CONTINUE', … }
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function startAnytimeGate({
  margin,
  alpha = 0.05,
  range = [0, 1],
  population,
}: AnytimeGateOptions): AnytimeGateState {
  const [low, high] = scoreScale({ range }).range;
  const width = high - low;
  if (!(margin > 0 && margin < width)) throw new RangeError(`margin must lie in (0, ${width}), found ${margin}`);
  const about = { alpha, range: [-width, width] as const, population };
  return {
    margin,
    alpha,
    total: 0,
    n: 0,
    notWorse: startEProcess({ ...about, threshold: -margin }),
    tooBad: startEProcess({ ...about, threshold: -margin, alternative: 'less' }),
    worse: startEProcess({ ...about, threshold: 0, alternative: 'less' }),
  };
}

/**
 * Takes one more item into a gate, in place.
 *
 * @throws RangeError for a score that is missing, or a difference larger than the range allows; the state is then as before
 * @example
 * extendAnytimeGate(gate, 1, 0);
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function extendAnytimeGate(state: AnytimeGateState, candidate: number, baseline: number): void {
  const difference = candidate - baseline;
  if (Number.isNaN(difference)) {
    throw new RangeError(`item ${state.n} needs both scores, found ${candidate} and ${baseline}`);
  }
  extendEProcess(state.notWorse, difference);
  extendEProcess(state.tooBad, difference);
  extendEProcess(state.worse, difference);
  state.total += difference;
  state.n++;
}

/**
 * What a gate says so far. PASS and FAIL come before REGRESSION; if both PASS and FAIL stand, the first to come holds.
 *
 * @returns `no-data` before the first item
 * @example
 * anytimeGateResult(gate).verdict;
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function anytimeGateResult(state: AnytimeGateState): AnytimeGateResult | Undetermined {
  const { margin, alpha, total, n, notWorse, tooBad, worse } = state;
  const method = 'anytime non-inferiority gate, betting e-processes';
  if (n === 0) return undetermined('no-data', 'a gate needs at least one item', 0, method);
  const [pass, fail] = [notWorse.passedAt ?? Infinity, tooBad.passedAt ?? Infinity];
  const verdict = pass < fail ? 'PASS' : fail < Infinity ? 'FAIL' : worse.passedAt !== null ? 'REGRESSION' : 'CONTINUE';
  const decidedAt = verdict === 'PASS' ? pass : verdict === 'FAIL' ? fail : worse.passedAt;
  const notes = verdict === 'PASS' && worse.passedAt !== null ? ['a loss smaller than the margin is shown'] : [];
  return withNotes(
    {
      verdict,
      difference: total / n,
      p: {
        notWorse: Math.exp(-notWorse.logLargest),
        tooBad: Math.exp(-tooBad.logLargest),
        worse: Math.exp(-worse.logLargest),
      },
      decidedAt,
      margin,
      alpha,
      n,
      method,
    },
    notes,
  );
}
