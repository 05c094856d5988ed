import { tQuantile } from '../numerics/distributions.ts';
import { spreadOf, sumOfSquares } from '../numerics/sum.ts';
import { clusteredMean, clusteredProportion } from '../proportions/clustered-mean.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import {
  clusterCaution,
  designNotes,
  fewestLabelledClusters,
  indexJudged,
  type JudgedClusters,
  type JudgedIndex,
  type JudgedRows,
  judgedRows,
  type LabelDesign,
} from './judged-rows.ts';
import {
  crossProduct,
  plainVariance,
  rawLambda,
  type RectifiedInterval,
  rectifiedInterval,
  rectifiedValue,
  restOf,
} from './rectified-mean.ts';

export type PredictionPoweredOptions = {
  level?: number | undefined;
  /** How much of the judge is used: tuned on the labels (PPI++), or a number from 0 (people only) to 1 (PPI). */
  lambda?: 'tuned' | number | undefined;
  interval?: 'auto' | RectifiedInterval | undefined;
  clusters?: JudgedClusters | undefined;
  /** How the labelled items were chosen. Anything but 'random' adds a note. */
  labelDesign?: LabelDesign | undefined;
};

export type PredictionPoweredEstimate = Estimate & {
  lambda: number;
  /** Before clipping to [0, 1]; null where λ was given or the judge does not vary. */
  lambdaRaw: number | null;
  /** Of human label and judge's score among the labelled; null where one of them does not vary. */
  correlation: number | null;
  /** Variance of the classical estimate over this one's: how many labels one label is worth. */
  gain: number | null;
  nUnlabelled: number;
  /** From the human labels alone. */
  classical: Estimate;
  /** The judge's mean over all items, uncorrected: for comparison only. */
  judgeOnly: Estimate | Undetermined;
};

/** Whether labels are shares: 0 and 1, or 0, ½ and 1 for a win rate. */
type LabelKind = 'any' | 'binary' | 'win-rate';

const name = 'prediction-powered mean';
const fewestTuned = 10;
const uncorrected = "the judge's own mean, not corrected: its interval says nothing about people's labels";

function kindOf(human: Float64Array): LabelKind {
  return human.every((y) => y === 0 || y === 1) ? 'binary' : 'any';
}

/** Why the labels must stand alone, or null. */
function refusal({ human, judge, unlabelled }: JudgedRows, tuned: boolean): string | null {
  if (unlabelled.length < 2) return `${unlabelled.length} unlabelled items: the judge adds nothing`;
  if (tuned && human.length < fewestTuned) {
    return `${human.length} labels are too few to tune λ (needs ${fewestTuned}): people's labels alone`;
  }
  if (tuned && judge.every((f) => f === judge[0]))
    return "the judge's scores of the labelled items do not vary: people's labels alone";
  if (human.length < 2) return "one label gives no spread: people's labels alone";
  return null;
}

/** Few labels, or a rest of which fewer than 20 labels' worth of surprises were seen: a share needs Wilson's interval. */
function choose(kind: LabelKind, rows: JudgedRows, lambda: number, index: JudgedIndex | null): RectifiedInterval {
  const few = (index?.labelledCount ?? rows.human.length) < 200;
  if (kind === 'any') return few ? 't-regression' : 'z';
  return few || sumOfSquares(restOf(rows, lambda)) < 20 ? 'wilson' : 'z';
}

/** The judge's mean over all items, with the note that it is not corrected. */
function judgedMean(
  { judge, unlabelled }: JudgedRows,
  index: JudgedIndex | null,
  level: number,
): Estimate | Undetermined {
  const all = judge.length + unlabelled.length;
  if (index === null) {
    const at = (i: number) => (i < judge.length ? judge[i]! : unlabelled[i - judge.length]!);
    const { value, squares } = all > 2 ? spreadOf(all, at) : { value: NaN, squares: 0 };
    if (squares > 0) {
      const freedom = all - 1;
      const se = Math.sqrt(squares / freedom / all);
      const half = tQuantile((1 + level) / 2, freedom) * se;
      const interval: [number, number] = [value - half, value + half];
      return { value, interval, level, n: all, se, method: 'mean, t', notes: [uncorrected] };
    }
  }
  const everyone = new Float64Array(all);
  everyone.set(judge);
  everyone.set(unlabelled, judge.length);
  const found = clusteredMean(everyone, { level, clusters: index?.all });
  return found.value === null ? found : withNotes(found, [...(found.notes ?? []), uncorrected]);
}

/** The estimate for rows whose kind is known; the public functions say what they take. */
function powered(
  rows: JudgedRows,
  index: JudgedIndex | null,
  kind: LabelKind,
  { level = 0.95, lambda: wanted = 'tuned', interval = 'auto', labelDesign = 'unknown' }: PredictionPoweredOptions,
): PredictionPoweredEstimate | Undetermined {
  checkLevel(level);
  if (wanted !== 'tuned' && !(wanted >= 0 && wanted <= 1)) {
    throw new RangeError(`lambda must be 'tuned' or lie in [0, 1], found ${wanted}`);
  }
  if (interval === 'wilson' && kind === 'any') throw new RangeError("interval 'wilson' needs labels of 0 and 1");
  const notes = [...rows.notes, ...designNotes(labelDesign)];
  const { human, judge, unlabelled } = rows;
  const [n, N] = [human.length, unlabelled.length];
  if (n === 0) return undetermined('no-data', `needs labelled items, found none beside ${N} unlabelled`, 0, name);

  const labelledIds = index ? { clusters: index.labelled } : {};
  const classical = (kindOf(human) === 'binary' ? clusteredProportion : clusteredMean)(human, {
    level,
    ...labelledIds,
  });
  if (classical.value === null) return { ...classical, method: name };
  const judgeOnly = judgedMean(rows, index, level);
  const scale = Math.sqrt(sumOfSquares(human) * sumOfSquares(judge));
  const correlation = scale > 0 ? Math.max(-1, Math.min(1, crossProduct(human, judge) / scale)) : null;
  const groups = index ? { groups: index.labelledCount } : {};
  const tuned = wanted === 'tuned';

  const alone = refusal(rows, tuned);
  if (alone !== null) {
    const both = [...notes, alone, ...(classical.notes ?? [])];
    const common = { lambda: 0, lambdaRaw: null, correlation, gain: null, nUnlabelled: N, classical, judgeOnly };
    return withNotes({ ...classical, ...common, method: `${name}, λ = 0, ${classical.method}` }, both);
  }

  const lambdaRaw = tuned ? rawLambda(rows) : null;
  const lambda = tuned ? Math.max(0, Math.min(1, lambdaRaw!)) : wanted;
  const rest = restOf(rows, lambda);
  const found = rectifiedValue(rows, rest, lambda);
  const value = kind === 'any' ? found : Math.max(0, Math.min(1, found));
  if (value !== found) notes.push(`the estimate ${found.toFixed(4)} lies outside [0, 1] and was moved to ${value}`);
  const variance = plainVariance(rows, rest, lambda);
  const gain = variance > 0 ? sumOfSquares(human) / n / n / variance : null;
  const common = { lambda, lambdaRaw, correlation, gain, nUnlabelled: N, classical, judgeOnly };
  const base = { value, level, n, ...groups };
  const stem = `${name}, λ = ${lambda.toFixed(3)}${tuned ? ' tuned' : ''}`;

  const caution = index && clusterCaution(index);
  if (caution) notes.push(caution);
  if (index && index.labelledCount < fewestLabelledClusters) {
    return withNotes({ ...base, interval: null, method: stem, ...common }, notes);
  }
  const chosen = interval === 'auto' ? choose(kind, rows, lambda, index) : interval;
  const part = rectifiedInterval(chosen, rows, { lambda, tuned, value, level }, index);
  if (part === null) {
    notes.push('no interval: labels and scores show no spread, which says nothing about certainty');
    return withNotes({ ...base, interval: null, se: 0, method: stem, ...common }, notes);
  }
  const { se, nEffective, name: ending } = part;
  const [low, high] = part.interval;
  const limits: [number, number] = kind === 'any' ? [low, high] : [Math.max(0, low), Math.min(1, high)];
  const effective = nEffective ?? (gain === null || index ? undefined : n * gain);
  return withNotes(
    {
      ...base,
      interval: limits,
      ...(effective !== undefined && { nEffective: effective }),
      se,
      method: `${stem}, ${ending}`,
      ...common,
    },
    notes,
  );
}

/**
 * The mean human label of all items, from n labelled items and the judge's scores of N more (PPI++).
 *
 *     value     λ·mean(unlabelled) + mean(human − λ·judge)
 *     variance  λ²·Var(unlabelled)/N + Var(human − λ·judge)/n
 *     λ         Cov(human, judge) / ((1 + n/N)·Var(judge ∪ unlabelled)), clipped to [0, 1]
 *
 * Right when the labelled items are a random draw of all items, however bad the judge: then λ falls to 0 and people's
 * labels remain. `interval` is by default Wilson's on the effective number of labels for labels of 0 and 1, t with n − 2
 * degrees of freedom for other scores, and z (with the divisors n and N of ppi_py) from 200 labels on.
 * Angelopoulos, Duchi, Zrnic 2023, arXiv:2311.01453; small samples: see the page.
 *
 * @param human labels of the labelled items; NaN in either array leaves the row out
 * @param judge the judge's scores of the same items
 * @param unlabelled the judge's scores of items without a label
 * @returns people's labels alone, with a note, below 10 labels or where the judge does not vary; `no-data` without labels
 * @throws RangeError for unequal lengths, infinite values, ids that do not fit, λ outside [0, 1] or level outside (0, 1)
 * @example
 * predictionPoweredMean([1, 0, 1, 1, 0, 1, 0, 1, 1, 0], [1, 0, 1, 0, 0, 1, 1, 1, 1, 0], scores, { labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-mean.md
 */
export function predictionPoweredMean(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  options: PredictionPoweredOptions = {},
): PredictionPoweredEstimate | Undetermined {
  const rows = judgedRows(human, judge, unlabelled);
  const sizes = { labelled: human.length, unlabelled: unlabelled.length };
  return powered(rows, indexJudged(options.clusters, sizes, rows), kindOf(rows.human), options);
}

/**
 * The share of comparisons that one side wins, ties as half wins, from people's verdicts on some and the judge's on all.
 *
 * As `predictionPoweredMean` of 1 (won), ½ (tie) and 0 (lost); the judge's score may be any number, best the mean of both
 * presentation orders. The interval stays within [0, 1].
 *
 * @throws RangeError for a human verdict that is not 0, ½, 1 or NaN for missing, and as `predictionPoweredMean`
 * @example
 * predictionPoweredWinRate(verdicts, judged, judgedOnly, { labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-win-rate.md
 */
export function predictionPoweredWinRate(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  options: PredictionPoweredOptions = {},
): PredictionPoweredEstimate | Undetermined {
  for (let i = 0; i < human.length; i++) {
    const y = human[i]!;
    if (y !== 0 && y !== 0.5 && y !== 1 && !Number.isNaN(y)) {
      throw new RangeError(`human[${i}] must be 0, 0.5, 1 or NaN for missing, found ${y}`);
    }
  }
  const rows = judgedRows(human, judge, unlabelled);
  const sizes = { labelled: human.length, unlabelled: unlabelled.length };
  return powered(rows, indexJudged(options.clusters, sizes, rows), 'win-rate', options);
}

/** One system's labels and scores on the prompts that both systems answered. */
export type JudgedSystem = { human: ArrayLike<number>; judge: ArrayLike<number>; unlabelled: ArrayLike<number> };

/**
 * The difference of two systems' mean human labels (first − second) on the same prompts.
 *
 * `predictionPoweredMean` of the paired differences: what both systems share, easy prompts and a lenient judge, cancels.
 *
 * @throws RangeError where the two systems do not have the same numbers of rows, and as `predictionPoweredMean`
 * @example
 * predictionPoweredDifference(candidate, baseline, { labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-win-rate.md
 */
export function predictionPoweredDifference(
  first: JudgedSystem,
  second: JudgedSystem,
  options: PredictionPoweredOptions = {},
): PredictionPoweredEstimate | Undetermined {
  const minus = (part: keyof JudgedSystem): Float64Array => {
    const [a, b] = [first[part], second[part]];
    if (a.length !== b.length) {
      throw new RangeError(`${part}: the first system has ${a.length} rows, the second ${b.length}`);
    }
    return Float64Array.from({ length: a.length }, (_, i) => a[i]! - b[i]!);
  };
  const [human, judge, unlabelled] = [minus('human'), minus('judge'), minus('unlabelled')];
  const rows = judgedRows(human, judge, unlabelled);
  const sizes = { labelled: human.length, unlabelled: unlabelled.length };
  return powered(rows, indexJudged(options.clusters, sizes, rows), 'any', options);
}
