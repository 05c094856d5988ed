import { undetermined, type Undetermined } from '../shapes/estimate.ts';
import { type EProcessState, extendEProcess, startEProcess } from './mean-e-process.ts';
import { scoreScale } from './unit-scores.ts';

export type WhoMovedOptions = {
  /** Mean of judge − people on the anchors, known from the time the judge was trusted. */
  anchorMean: number;
  /** Mean score of the judge in production at that time. */
  productionMean: number;
  /** The range of scores, default [0, 1]. */
  range?: readonly [number, number] | undefined;
  /** The chance of any false alarm, ever; default 0.05, half of it for each of the two streams. */
  alpha?: number | undefined;
};

/** A monitor on its way: plain data that may be written as JSON and taken up again. */
export type WhoMovedState = {
  alpha: number;
  anchors: { above: EProcessState; below: EProcessState; n: number; logLargest: number; movedAt: number | null };
  production: { above: EProcessState; below: EProcessState; n: number; logLargest: number; movedAt: number | null };
};

export type WhoMovedResult = {
  /** 'judge' when the anchors moved, which nothing but the judge can cause; 'system' when production alone did. */
  verdict: 'none' | 'judge' | 'system';
  anchors: { n: number; p: number; movedAt: number | null };
  production: { n: number; p: number; movedAt: number | null };
  alpha: number;
  method: string;
  n: number;
};

const method = 'two betting e-processes, on anchors and on production';

function startStream(threshold: number, range: readonly [number, number], alpha: number): WhoMovedState['anchors'] {
  const about = { threshold, range, alpha: alpha / 2 };
  return {
    above: startEProcess(about),
    below: startEProcess({ ...about, alternative: 'less' }),
    n: 0,
    logLargest: 0,
    movedAt: null,
  };
}

/** The mean of the two one-sided e-processes is an e-process of "the mean is where it was". */
function extendStream(stream: WhoMovedState['anchors'], score: number, alpha: number): void {
  if (Number.isNaN(score)) throw new RangeError(`score ${stream.n} is missing`);
  extendEProcess(stream.above, score);
  extendEProcess(stream.below, score);
  stream.n++;
  const [a, b] = [stream.above.logE, stream.below.logE];
  const log = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.LN2;
  stream.logLargest = Math.max(stream.logLargest, log);
  if (stream.movedAt === null && stream.logLargest >= -Math.log(alpha)) stream.movedAt = stream.n;
}

/**
 * Starts a monitor that tells a moved judge from a moved system: a fixed set of anchors with human labels is scored again
 * by the judge of the day, beside production.
 *
 * Both streams may be looked at after every score; the chance of any false alarm is at most alpha for ever. Anchors should
 * be drawn in random order, again from the start when they are used up. The idea is that of arXiv:2606.15474; the
 * e-processes are those of `startEProcess`.
 *
 * @throws RangeError for a mean outside its range, or alpha outside (0, 1)
 * @example
 * const monitor = startWhoMoved({ anchorMean: 0.02, productionMean: 0.8 });
 * extendAnchors(monitor, 1, 1);
 * extendProduction(monitor, 1);
 * whoMoved(monitor).verdict; // 'none'
 * @see https://github.com/assize/assize/blob/main/docs/stats/who-moved.md
 */
export function startWhoMoved({
  anchorMean,
  productionMean,
  range = [0, 1],
  alpha = 0.05,
}: WhoMovedOptions): WhoMovedState {
  const [low, high] = scoreScale({ range }).range;
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), found ${alpha}`);
  return {
    alpha,
    anchors: startStream(anchorMean, [low - high, high - low], alpha / 2),
    production: startStream(productionMean, [low, high], alpha / 2),
  };
}

/**
 * Takes in what judge and people said of one anchor, in place.
 *
 * @throws RangeError for a score that is missing or outside the range
 * @example
 * extendAnchors(monitor, 1, 0);
 * @see https://github.com/assize/assize/blob/main/docs/stats/who-moved.md
 */
export function extendAnchors(state: WhoMovedState, judge: number, human: number): void {
  extendStream(state.anchors, judge - human, state.alpha / 2);
}

/**
 * Takes in a score of production, in place.
 *
 * @throws RangeError for a score that is missing or outside the range
 * @example
 * extendProduction(monitor, 1);
 * @see https://github.com/assize/assize/blob/main/docs/stats/who-moved.md
 */
export function extendProduction(state: WhoMovedState, score: number): void {
  extendStream(state.production, score, state.alpha / 2);
}

/**
 * Who moved, as far as the streams show.
 *
 * @returns `no-data` before the first score of either stream
 * @example
 * whoMoved(monitor).verdict;
 * @see https://github.com/assize/assize/blob/main/docs/stats/who-moved.md
 */
export function whoMoved({ alpha, anchors, production }: WhoMovedState): WhoMovedResult | Undetermined {
  const n = anchors.n + production.n;
  if (n === 0) return undetermined('no-data', 'a monitor needs at least one score', 0, method);
  const part = ({ n: seen, logLargest, movedAt }: WhoMovedState['anchors']) => ({
    n: seen,
    p: Math.exp(-logLargest),
    movedAt,
  });
  const verdict = anchors.movedAt !== null ? 'judge' : production.movedAt !== null ? 'system' : 'none';
  return { verdict, anchors: part(anchors), production: part(production), alpha, method, n };
}
