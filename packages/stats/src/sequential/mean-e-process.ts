import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type BetState, logGain, meanOfRest, nextBet, seeValue, startBets } from './predictable-bet.ts';
import { clusterMeans, type ScoreScale, scoreScale, type ScoreScaleOptions, unitScore } from './unit-scores.ts';

export type EProcessOptions = ScoreScaleOptions & {
  /** The mean of the null hypothesis, inside the range. */
  threshold: number;
  /** What is to be shown: that the mean is 'greater' than the threshold (default) or 'less'. */
  alternative?: 'greater' | 'less' | undefined;
  /** Default 0.05. It sets the size of the bets and where `passed` begins; any alpha may be read off `p`. */
  alpha?: number | undefined;
};

/** A one-sided e-process on its way: plain data that may be written as JSON and taken up again. */
export type EProcessState = ScoreScale & {
  threshold: number;
  alternative: 'greater' | 'less';
  alpha: number;
  offered: number;
  absent: number;
  bets: BetState;
  /** log E now, and the largest so far. */
  logE: number;
  logLargest: number;
  /** How many scores had been offered when E first reached 1/alpha; null before. */
  passedAt: number | null;
};

/** Evidence against "the mean is at most (at least) the threshold", valid at every moment of stopping. */
export type EProcessResult = {
  /** E now; what a bettor who started with 1 would hold. */
  eValue: number;
  logE: number;
  /** 1 / the largest E so far, at most 1. */
  p: number;
  threshold: number;
  alternative: 'greater' | 'less';
  alpha: number;
  passed: boolean;
  passedAt: number | null;
  n: number;
  method: string;
  notes?: string[];
};

const certain = 700;

/**
 * Starts an e-process for "the mean of bounded scores is above (below) the threshold".
 *
 *     E_t = Π (1 + λ_i (x_i − m))      0 ≤ λ_i ≤ 1/(2m), chosen before x_i is seen
 *
 * Under the null hypothesis the chance that E ever reaches 1/alpha is at most alpha (Ville), so one may look after every
 * item and stop. Waudby-Smith and Ramdas 2023, arXiv:2010.09686, section 4.
 *
 * @throws RangeError for options that are out of range
 * @example
 * const better = startEProcess({ threshold: 0.8 });
 * for (const score of [1, 1, 1]) extendEProcess(better, score);
 * eProcessResult(better);
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function startEProcess(options: EProcessOptions): EProcessState {
  const { threshold, alternative = 'greater', alpha = 0.05 } = options;
  const scale = scoreScale(options);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), found ${alpha}`);
  if (alternative !== 'greater' && alternative !== 'less') {
    throw new RangeError(`alternative must be 'greater' or 'less', found ${String(alternative)}`);
  }
  const [low, high] = scale.range;
  if (!(threshold > low && threshold < high)) {
    throw new RangeError(`threshold must lie inside the range (${low}, ${high}), found ${threshold}`);
  }
  return {
    ...scale,
    threshold,
    alternative,
    alpha,
    offered: 0,
    absent: 0,
    bets: startBets(),
    logE: 0,
    logLargest: 0,
    passedAt: null,
  };
}

/**
 * Takes one more score into an e-process, in place.
 *
 * @param score NaN is missing, see `missing`
 * @throws RangeError for a score outside the range or one more than the population; the state is then as before
 * @example
 * extendEProcess(better, 1);
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function extendEProcess(state: EProcessState, score: number): void {
  const { alternative, bets, population, range } = state;
  const up = alternative === 'greater';
  const x = unitScore(score, state.offered, bets.t, state, up ? 0 : 1);
  state.offered++;
  if (Number.isNaN(score)) state.absent++;
  if (x === null) return;
  const above = (state.threshold - range[0]) / (range[1] - range[0]);
  const [seen, m0] = up ? [x, above] : [1 - x, 1 - above];
  const m = meanOfRest(m0, population, bets);
  // Below 0 the mean of the rest, and with it the null hypothesis, has become impossible; above 1 nothing can be won any more.
  if (m < 0) state.logE = certain;
  else if (m <= 1 && state.logE < certain) {
    state.logE = Math.min(certain, state.logE + logGain(nextBet(bets, -Math.log(state.alpha)), seen, m));
  }
  seeValue(bets, seen);
  state.logLargest = Math.max(state.logLargest, state.logE);
  if (state.passedAt === null && state.logLargest >= -Math.log(state.alpha)) state.passedAt = state.offered;
}

/**
 * What an e-process says so far.
 *
 * @returns `no-data` before the first score. E is held at e^700 where it would be larger
 * @example
 * eProcessResult(better).p;
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function eProcessResult(state: EProcessState): EProcessResult | Undetermined {
  const { logE, logLargest, threshold, alternative, alpha, passedAt, offered, absent, population } = state;
  const method = `e-process, mean ${alternative} than ${threshold}${population === null ? '' : ', without replacement'}`;
  const n = offered - absent;
  if (n === 0) return undetermined('no-data', 'an e-process needs at least one score', 0, method);
  const notes =
    absent === 0
      ? []
      : [
          `${absent} of ${offered} scores are missing and ${state.missing === 'drop' ? 'left out' : 'count as the worst'}`,
        ];
  return withNotes(
    {
      eValue: Math.exp(logE),
      logE,
      p: Math.exp(-logLargest),
      threshold,
      alternative,
      alpha,
      passed: passedAt !== null,
      passedAt,
      n,
      method,
    },
    notes,
  );
}

/**
 * The e-process of scores in the order they came.
 *
 * @param options.clusters one id per row: a step is then the mean of a cluster, and `passedAt` counts clusters
 * @throws RangeError for a value outside the range (index and value), or options out of range
 * @returns `no-data` without scores
 * @example
 * meanEProcess([1, 1, 1, 0, 1, 1, 1, 1], { threshold: 0.5 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function meanEProcess(
  values: ArrayLike<number>,
  { clusters, ...options }: EProcessOptions & { clusters?: ArrayLike<number> | undefined },
): EProcessResult | Undetermined {
  const state = startEProcess(options);
  const steps = clusters === undefined ? values : clusterMeans(values, clusters);
  for (let i = 0; i < steps.length; i++) extendEProcess(state, steps[i]!);
  return eProcessResult(state);
}

/** The largest mean in [0, 1] that bets at confidence `level` do not refute: an upper bound for any number of steps. */
export function bettingUpperBound(values: ArrayLike<number>, level: number): number {
  checkLevel(level);
  const logInverse = -Math.log(1 - level);
  const bets = startBets();
  const mirrored = Float64Array.from(values, (x) => 1 - x);
  const sizes = mirrored.map((x) => {
    const bet = nextBet(bets, logInverse);
    seeValue(bets, x);
    return bet;
  });
  const refuted = (m: number): boolean => {
    let logE = 0;
    for (let i = 0; i < mirrored.length; i++) logE += logGain(sizes[i]!, mirrored[i]!, m);
    return logE >= logInverse;
  };
  // Capital falls as the mirrored mean rises: bisect for the last one refuted, and stay on the safe side of it.
  let [low, high] = [0, 1];
  if (!refuted(low)) return 1;
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (refuted(middle)) low = middle;
    else high = middle;
  }
  return 1 - low;
}
