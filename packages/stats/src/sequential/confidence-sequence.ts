import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type BetState, logGain, meanOfRest, nextBet, seeValue, startBets } from './predictable-bet.ts';
import { clusterMeans, type ScoreScale, scoreScale, type ScoreScaleOptions, unitScore } from './unit-scores.ts';

export type SequenceMethod = 'betting' | 'empirical-bernstein';

export type SequenceOptions = ScoreScaleOptions & {
  /** Default 0.95: the chance that the interval holds the mean at every moment, so also at the one where one stops. */
  level?: number | undefined;
  /** 'betting' (default) is narrower and costs time in proportion to `grid`; 'empirical-bernstein' costs the same few steps always. */
  method?: SequenceMethod | undefined;
  /** Steps of the range that betting tells apart; default 1000. Ends are rounded outwards to a step. */
  grid?: number | undefined;
  /** Whether the interval is what all intervals so far have in common; default 'no'. It cannot widen then, but can become empty. */
  intersect?: 'no' | 'yes' | undefined;
};

/** One side of a sequence: bets that the mean is above, on scores as they are or mirrored. */
type Side = {
  bets: BetState;
  /** Empirical Bernstein: Σ λ(x + drawn), Σ λ weight, Σ v ψ(λ). */
  gains: number;
  weight: number;
  penalty: number;
  /** Betting: log capital against each grid point; empty otherwise. */
  capital: number[];
};

/**
 * A confidence sequence on its way: plain data that may be written as JSON and taken up again.
 *
 * `extendSequence` changes it in place.
 */
export type SequenceState = ScoreScale & {
  method: SequenceMethod;
  level: number;
  grid: number;
  intersect: 'no' | 'yes';
  /** Scores offered, and those of them that were missing. */
  offered: number;
  absent: number;
  /** Sum of the scores that are not missing, on [0, 1]. */
  total: number;
  above: Side;
  below: Side;
  /** What all intervals so far have in common, on [0, 1]. */
  running: [number, number];
};

/** Beyond any capital that bets can win, and writable as JSON: a mean that the values seen have made impossible. */
const impossible = Number.MAX_VALUE;

function startSide(points: number): Side {
  return { bets: startBets(), gains: 0, weight: 0, penalty: 0, capital: Array.from({ length: points }, () => 0) };
}

/**
 * Starts a confidence sequence for the mean of bounded scores: an interval that stays right when one looks after every
 * item and stops when one likes.
 *
 * The items must come in random order: recorded, drawn before the first is scored.
 *
 * @throws RangeError for options that are out of range
 * @returns plain data; hand it to `extendSequence` with each score and to `sequenceEstimate` at any time
 * @example
 * const sequence = startSequence({ level: 0.95 });
 * for (const score of [1, 1, 0, 1]) extendSequence(sequence, score);
 * sequenceEstimate(sequence).value; // 0.75
 * @see https://github.com/assize/assize/blob/main/docs/stats/confidence-sequence.md
 */
export function startSequence(options: SequenceOptions = {}): SequenceState {
  const { level = 0.95, method = 'betting', grid = 1000, intersect = 'no' } = options;
  checkLevel(level);
  if (method !== 'betting' && method !== 'empirical-bernstein') {
    throw new RangeError(`method must be 'betting' or 'empirical-bernstein', found ${String(method)}`);
  }
  if (!Number.isSafeInteger(grid) || grid < 10) throw new RangeError(`grid must be at least 10 steps, found ${grid}`);
  const points = method === 'betting' ? grid + 1 : 0;
  return {
    ...scoreScale(options),
    method,
    level,
    grid,
    intersect,
    offered: 0,
    absent: 0,
    total: 0,
    above: startSide(points),
    below: startSide(points),
    running: [0, 1],
  };
}

function extendSide(side: Side, x: number, { population, grid, level }: SequenceState): void {
  const bet = nextBet(side.bets, Math.log(2 / (1 - level)));
  const { t, total } = side.bets;
  if (side.capital.length === 0) {
    const capped = Math.min(0.5, bet);
    const centre = t === 0 ? 0 : total / t;
    // Without replacement x is compared with (N m − Σ) / (N − t): as many λ more on m, and the sum on x's side.
    const rest = population === null ? null : population - t;
    side.gains += capped * (rest === null ? x : x + total / rest);
    side.weight += capped * (rest === null ? 1 : population! / rest);
    side.penalty += (x - centre) ** 2 * (-Math.log1p(-capped) - capped);
  } else {
    for (let j = 0; j <= grid; j++) {
      const m = meanOfRest(j / grid, population, side.bets);
      if (m < 0) side.capital[j] = impossible;
      // A mean of the rest above 1 is the other side's to refuse; from there on nothing is won here.
      else if (m <= 1 && side.capital[j] !== impossible) side.capital[j]! += logGain(bet, x, m);
    }
  }
  seeValue(side.bets, x);
}

/** The lower limit that one side gives, on [0, 1]. */
function sideLimit(side: Side, { population, grid, level }: SequenceState): number {
  const logInverse = Math.log(2 / (1 - level));
  const { t, total } = side.bets;
  let limit = 0;
  if (side.capital.length === 0) {
    if (side.weight > 0) limit = (side.gains - side.penalty - logInverse) / side.weight;
  } else {
    // Capital falls as m rises, so the refused means are the first of the grid.
    const accepted = side.capital.findIndex((capital) => capital < logInverse);
    limit = accepted < 0 ? 1 : Math.max(0, accepted - 1) / grid;
  }
  // What is left of a population cannot be below 0.
  const certain = population === null ? 0 : total / population;
  return Math.max(0, limit, t === 0 ? 0 : certain);
}

/** The limits as they stand, on [0, 1]. A bound of rounding keeps a point from becoming an interval in the wrong order. */
function currentLimits(state: SequenceState): [number, number] {
  const low = Math.min(1, sideLimit(state.above, state));
  const high = Math.max(0, 1 - sideLimit(state.below, state));
  return low > high && low - high < 1e-9 ? [high, low] : [low, high];
}

/**
 * Takes one more score into a sequence, in place.
 *
 * @param score NaN is missing, see `missing`
 * @throws RangeError for a score outside the range or one more than the population; the state is then as before
 * @example
 * extendSequence(sequence, 1);
 * @see https://github.com/assize/assize/blob/main/docs/stats/confidence-sequence.md
 */
export function extendSequence(state: SequenceState, score: number): void {
  const drawn = state.above.bets.t;
  const up = unitScore(score, state.offered, drawn, state, 0);
  const down = unitScore(score, state.offered, drawn, state, 1);
  state.offered++;
  if (Number.isNaN(score)) state.absent++;
  else state.total += up!;
  if (up === null || down === null) return;
  extendSide(state.above, up, state);
  extendSide(state.below, 1 - down, state);
  if (state.intersect === 'yes') {
    const [low, high] = currentLimits(state);
    state.running = [Math.max(state.running[0], low), Math.min(state.running[1], high)];
  }
}

/** Limits on the caller's scale, with the notes that belong to them. */
function described(state: SequenceState, limits: [number, number], steps: 'item' | 'cluster'): Estimate | Undetermined {
  const method = `confidence sequence, ${state.method}${state.population === null ? '' : ', without replacement'}`;
  const n = state.offered - state.absent;
  const [low, high] = state.range;
  const scaled = (x: number): number => (x === 0 ? low : x === 1 ? high : low + x * (high - low));
  if (n === 0) {
    const detail = `no score yet: the mean may be anything in [${low}, ${high}]`;
    return undetermined('no-data', detail, 0, method);
  }
  const notes = [`holds at every moment of stopping if the ${steps}s come in random order`];
  if (steps === 'cluster') notes.push('the mean of cluster means');
  if (state.absent > 0) {
    notes.push(
      state.missing === 'drop'
        ? `${state.absent} of ${state.offered} scores are missing and left out`
        : `${state.absent} of ${state.offered} scores are missing and count as the worst for each end`,
    );
  }
  const empty = limits[0] > limits[1];
  if (empty)
    notes.push(
      'no interval: the intervals so far have nothing in common, so the mean moved or the order is not random',
    );
  return withNotes(
    {
      value: scaled(state.total / n),
      interval: empty ? null : ([scaled(limits[0]), scaled(limits[1])] as [number, number]),
      level: state.level,
      n,
      ...(steps === 'cluster' && { groups: n }),
      method,
    },
    notes,
  );
}

/**
 * The mean so far, with an interval that holds at all times together with probability `level`.
 *
 * @returns `no-data` before the first score
 * @example
 * sequenceEstimate(sequence).interval;
 * @see https://github.com/assize/assize/blob/main/docs/stats/confidence-sequence.md
 */
export function sequenceEstimate(state: SequenceState): Estimate | Undetermined {
  return described(state, state.intersect === 'yes' ? state.running : currentLimits(state), 'item');
}

/**
 * The confidence sequence of scores in the order they came, read at the last one.
 *
 *     empirical Bernstein  Σλx/Σλ − (log(2/α) + Σ v ψ(λ))/Σλ      v = (x_t − x̄_{t−1})²      ψ(λ) = −log(1 − λ) − λ
 *     betting              all m where max(Π(1 + λ(x − m)), Π(1 − λ(x − m))) < 2/α
 *
 * λ is the predictable plug-in, at most 1/2 (Bernstein), 1/(2m) and 1/(2(1 − m)) (betting). With `population` the items are
 * drawn without replacement: m is compared as the mean of the rest, and the interval ends as a point.
 * Waudby-Smith and Ramdas 2023, arXiv:2010.09686; 2020, arXiv:2006.04347.
 *
 * @param values NaN is missing, see `missing`
 * @param options.clusters one id per row: a step is then the mean of a cluster, and the estimate the mean of cluster means
 * @throws RangeError for a value outside the range (index and value), or options out of range
 * @returns `no-data` without scores
 * @example
 * confidenceSequence([1, 0, 1, 1, 1, 0, 1, 1], { method: 'empirical-bernstein' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/confidence-sequence.md
 */
export function confidenceSequence(
  values: ArrayLike<number>,
  { clusters, ...options }: SequenceOptions & { clusters?: ArrayLike<number> | undefined } = {},
): Estimate | Undetermined {
  const state = startSequence(options);
  const steps = clusters === undefined ? values : clusterMeans(values, clusters);
  for (let i = 0; i < steps.length; i++) extendSequence(state, steps[i]!);
  const limits = state.intersect === 'yes' ? state.running : currentLimits(state);
  return described(state, limits, clusters === undefined ? 'item' : 'cluster');
}

/**
 * The confidence sequence of the difference of two systems (first − second) on the same items.
 *
 * @param options.range that of the scores themselves: differences then lie in ± its width
 * @throws RangeError for unequal lengths, or a score outside the range
 * @example
 * differenceSequence([1, 1, 0, 1], [0, 1, 0, 1]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/confidence-sequence.md
 */
export function differenceSequence(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { range = [0, 1], ...options }: SequenceOptions & { clusters?: ArrayLike<number> | undefined } = {},
): Estimate | Undetermined {
  if (first.length !== second.length)
    throw new RangeError(`${first.length} scores of the first, ${second.length} of the second`);
  const [low, high] = scoreScale({ range }).range;
  const check = (score: number, name: string, i: number): number => {
    if (score < low || score > high)
      throw new RangeError(`${name}[${i}] must lie in [${low}, ${high}], found ${score}`);
    return score;
  };
  const differences = new Float64Array(first.length);
  for (let i = 0; i < first.length; i++) differences[i] = check(first[i]!, 'first', i) - check(second[i]!, 'second', i);
  return confidenceSequence(differences, { ...options, range: [low - high, high - low] });
}
