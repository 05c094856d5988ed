import { completePairs } from '../numerics/complete-pairs.ts';
import { columnAt } from '../numerics/present-rows.ts';
import { fitTies, listPairs } from './tie-calibration.ts';
import { accuracyOf, type PairCounts, pairCounter } from './weighted-pairs.ts';
import { estimateFrom, itemIntervals } from '../resampling/item-intervals.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';
import { mean } from '../numerics/sum.ts';
import { groupedRows } from '../resampling/cluster-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';

export type TieEpsilon = number | 'in-sample' | 'cross-fit';

export type PairwiseAccuracyOptions = IntervalOptions & {
  /** One id per row: pairs are made inside groups, and the accuracies of groups are averaged. Without it all rows pair up. */
  groups?: ArrayLike<number> | undefined;
  /** Judge scores at most this far apart count as tied; or how to fit it. Default 0. */
  epsilon?: TieEpsilon | undefined;
  /** Folds of groups for 'cross-fit', default 5. */
  folds?: number | undefined;
  /** Above this many pairs epsilon is fitted on as many that are drawn; default 5e6. */
  mostPairs?: number | undefined;
};

/** The accuracy with the pairs behind it (at `epsilon`, over all groups) and the epsilon to go on with. */
export type PairwiseAccuracy = Estimate &
  PairCounts & {
    epsilon: number;
    /** The epsilon of each fold, for 'cross-fit'. */
    foldEpsilons?: number[];
    pairs: number;
    definedGroups: number;
    undefinedGroups: number;
  };

const name = 'pairwise accuracy with ties';

/**
 * How often the judge orders two answers as people do, where calling a tie a tie is right too.
 *
 *     acc_eq  (C + T_both) / (C + D + T_human + T_judge + T_both)
 *
 * A judge with fine scores never ties, so ties are calibrated: `epsilon: 'in-sample'` takes the one that maximises
 * acc_eq on these very pairs, which flatters; 'cross-fit' judges each fold of groups by the epsilon of the others;
 * fitted on one part of the data, it can be given as a number for the rest. Deutsch, Foster and Freitag 2023, EMNLP,
 * arXiv:2305.14324.
 *
 * With groups and a given epsilon the interval is t over groups, unless `interval: 'bootstrap'` is asked for. Else it
 * resamples whole groups, or rows (their `clusters`) without groups, and refits epsilon in each resample.
 *
 * @param human NaN in either column leaves the row out
 * @returns `no-data` without a pair
 * @throws RangeError for unequal lengths, infinite values, an epsilon below 0, 'cross-fit' without groups or with fewer
 * groups than folds, clusters together with groups, or too many pairs to list without `random`
 * @example
 * pairwiseAccuracy(human, judge, { groups: document, epsilon: 'cross-fit', random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/pairwise-accuracy.md
 */
export function pairwiseAccuracy(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  options: PairwiseAccuracyOptions = {},
): PairwiseAccuracy | Undetermined {
  const { groups, clusters, epsilon = 0, folds = 5, mostPairs = 5e6 } = options;
  const fixed = typeof epsilon === 'number';
  if (groups && clusters) throw new RangeError('groups are resampled whole: give groups or clusters');
  // A mean over groups has a t interval, which holds its level with fewer groups than resampled ones.
  const byFormula = fixed && groups !== undefined;
  const plan = planInterval(byFormula ? { interval: 'closed-form', ...options } : options, byFormula);
  if (fixed && !(epsilon >= 0)) throw new RangeError(`epsilon must be at least 0, found ${epsilon}`);
  if (!fixed && epsilon !== 'in-sample' && epsilon !== 'cross-fit') {
    throw new RangeError(`epsilon must be a number, in-sample or cross-fit, found ${String(epsilon)}`);
  }
  if (epsilon === 'cross-fit' && !groups) throw new RangeError("epsilon 'cross-fit' needs groups, which it folds");
  for (const [what, count, least] of [
    ['folds', folds, 2],
    ['mostPairs', mostPairs, 1],
  ] as const) {
    if (!Number.isSafeInteger(count) || count < least)
      throw new RangeError(`${what} must be at least ${least}, found ${count}`);
  }
  const pairs = completePairs(human, judge);
  const n = pairs.x.length;
  const group = groups
    ? indexClusters(groups, human.length, pairs.kept)
    : { of: new Uint32Array(n), count: n > 0 ? 1 : 0 };
  const sorted = groupedRows(group);
  const sizes = Array.from({ length: group.count }, (_, g) => sorted.starts[g + 1]! - sorted.starts[g]!);
  const defined = sizes.flatMap((size, g) => (size > 1 ? [g] : []));
  if (defined.length === 0) return undetermined('no-data', 'no group has 2 rows to compare', n, name);
  if (epsilon === 'cross-fit' && defined.length < folds) {
    throw new RangeError(`${folds} folds need as many groups of 2 rows, found ${defined.length}`);
  }

  const notes = [...pairs.notes];
  const list = fixed ? null : listPairs(pairs.x, pairs.y, sorted, groups !== undefined, mostPairs, options.random);
  const all = new Float64Array(groups ? group.count : n).fill(1);
  const chosen = list ? fitTies(list, all, null, 1).epsilons[0]! : Number(epsilon);
  const counts = defined.map((g) => {
    const rows = sorted.rows.subarray(sorted.starts[g], sorted.starts[g + 1]);
    return pairCounter(columnAt(pairs.x, rows), columnAt(pairs.y, rows), chosen)(new Float64Array(rows.length).fill(1));
  });
  const total = addCounts(counts);
  if (total.tiesHuman + total.tiesBoth === pairsIn(total)) notes.push('people tie every pair: only ties can be right');
  if (list?.sampled) notes.push(`epsilon is fitted on ${mostPairs} pairs drawn of ${pairsIn(total)}`);
  if (epsilon === 'in-sample')
    notes.push('epsilon is fitted on the pairs that it is judged by: the accuracy is flattered');
  const undefinedGroups = group.count - defined.length;
  if (undefinedGroups > 0)
    notes.push(`${undefinedGroups} of ${group.count} groups have fewer than 2 rows and do not count`);
  const rest = { ...total, epsilon: chosen, pairs: pairsIn(total), definedGroups: defined.length, undefinedGroups };

  const perGroup = counts.map(accuracyOf);
  if (plan.kind === 'closed-form') {
    const found = clusteredMean(perGroup, { level: plan.level });
    if (found.value === null) return found;
    const { value, interval, se, notes: more } = found;
    const part = { value, interval, level: plan.level, n, groups: defined.length, ...(se !== undefined && { se }) };
    return withNotes({ ...part, method: `${name}, mean of groups, t`, ...rest }, [...notes, ...(more ?? [])]);
  }
  if (groups) {
    // Groups are resampled among those that have a pair.
    const weights = new Float64Array(group.count);
    const fold = epsilon === 'cross-fit' ? new Uint8Array(group.count) : null;
    if (fold) defined.forEach((g, k) => (fold[g] = k % folds));
    const spread = (drawn: Float64Array) => {
      weights.fill(0);
      defined.forEach((g, k) => (weights[g] = drawn[k]!));
      return weights;
    };
    const found = itemIntervals(plan, defined.length, null, 1, (drawn, out) => {
      if (list) out[0] = fitTies(list, spread(drawn), fold, fold ? folds : 1).accuracy;
      else out[0] = weightedMean(perGroup, drawn);
    });
    const estimate = estimateFrom(found, 0, n, `${name}, mean of groups`, notes);
    // Without folds the counts say it exactly; a sweep ends a rounding off.
    if (!fold) estimate.value = mean(perGroup);
    const foldEpsilons = fold && list ? { foldEpsilons: [...fitTies(list, spread(all), fold, folds).epsilons] } : {};
    return { ...estimate, groups: defined.length, ...rest, ...foldEpsilons };
  }
  const counter = list ? null : pairCounter(pairs.x, pairs.y, chosen);
  const index = clusters ? indexClusters(clusters, human.length, pairs.kept) : null;
  const found = itemIntervals(plan, n, index, 1, (drawn, out) => {
    out[0] = counter ? accuracyOf(counter(drawn)) : fitTies(list!, drawn, null, 1).accuracy;
  });
  // A list that was drawn gives the interval; the value is that of all pairs.
  return { ...estimateFrom(found, 0, n, name, notes), value: accuracyOf(total), ...rest };
}

function weightedMean(values: readonly number[], weights: Float64Array): number {
  let [total, size] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    total += weights[k]! * values[k]!;
    size += weights[k]!;
  }
  return total / size;
}

function pairsIn({ concordant, discordant, tiesHuman, tiesJudge, tiesBoth }: PairCounts): number {
  return concordant + discordant + tiesHuman + tiesJudge + tiesBoth;
}

function addCounts(counts: readonly PairCounts[]): PairCounts {
  const total = { concordant: 0, discordant: 0, tiesHuman: 0, tiesJudge: 0, tiesBoth: 0 };
  for (const one of counts) {
    total.concordant += one.concordant;
    total.discordant += one.discordant;
    total.tiesHuman += one.tiesHuman;
    total.tiesJudge += one.tiesJudge;
    total.tiesBoth += one.tiesBoth;
  }
  return total;
}
