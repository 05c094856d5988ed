import { estimateFrom, itemIntervals } from '../resampling/item-intervals.ts';
import { type CeilingStatistic, columnStatistics, leaveOut, type LeftOutRoom, leftOutRoom } from './left-out.ts';
import { ratingsByItem } from './ratings-by-item.ts';
import { rowsWhere } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import type { Matrix } from '../shapes/matrix.ts';

/** One person and the judge against the same reference on the same `n` items. */
export type CeilingRater = { rater: number; n: number; split: number; judge: Estimate; human: Estimate };

/** Judge less people as value: above 0 the judge fits the others better than a person does. */
export type HumanCeiling = Estimate & {
  judge: Estimate;
  humans: Estimate;
  raters: CeilingRater[];
  /** The mean over pairs of people; the judge is not to be compared with it. */
  pairwise: Estimate | Undetermined;
  statistic: CeilingStatistic;
};

const name = 'leave one rater out';

/**
 * The judge beside the human ceiling: each person against what the others say, and the judge against the very same
 * reference on the very same items.
 *
 *     difference  mean_j [s(judge, others_j) − s(person j, others_j)]
 *
 * `others_j` is the majority of the other people for 'agreement' (items where they tie are left out and counted), their
 * mean for 'pearson' and 'spearman'. Comparing a judge with the majority of all people while comparing people with each
 * other flatters the judge: a majority is less noisy than its members.
 *
 * @param humans items × people, codes or scores, NaN is missing
 * @param judge one value per item on the same scale, NaN is missing
 * @param options `statistic`: default 'agreement'. `fewestItems`: people with fewer count for nothing, default 2.
 * Intervals are bootstraps over items or clusters, the difference through the same resamples, and need `random`
 * @returns `one-rater` below 2 people; `no-data` where nobody has enough items; `zero-variance` where no correlation is
 * defined
 * @throws RangeError for infinite values or arrays that do not fit
 * @example
 * humanCeiling(humans, judge, { statistic: 'spearman', random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/human-ceiling.md
 */
export function humanCeiling(
  humans: Matrix,
  judge: ArrayLike<number>,
  {
    statistic = 'agreement',
    fewestItems = 2,
    ...options
  }: IntervalOptions & { statistic?: CeilingStatistic | undefined; fewestItems?: number | undefined } = {},
): HumanCeiling | Undetermined {
  const plan = planInterval(options, false);
  const method = `${name}, ${statistic}`;
  const statisticOf = columnStatistics(statistic);
  if (!Number.isSafeInteger(fewestItems) || fewestItems < 2) {
    throw new RangeError(`fewestItems must be at least 2, found ${fewestItems}`);
  }
  const ratings = ratingsByItem(humans, 'humans');
  const { items, raters: m } = ratings;
  if (judge.length !== items) throw new RangeError(`humans has ${items} items, judge has ${judge.length}`);
  for (let i = 0; i < items; i++) if (!Number.isNaN(judge[i]!)) checkSize(judge[i]!, `judge[${i}]`);
  if (m < 2) return undetermined('one-rater', `one person has no others to be held against`, items, method);

  const notes: string[] = [];
  // Of one person after the other, so that all share it.
  const room = new Float64Array(items);
  // Agreement keeps a byte a row and no columns, so that one room serves all people.
  const columns = statistic === 'agreement' ? leftOutRoom(items) : null;
  const compared = Array.from({ length: m }, (_, person) => person).flatMap((person) => {
    const { items: rows, split, judge: said, human, others } = leaveOut(ratings, judge, statistic, person, columns);
    const n = rows.length;
    if (n < fewestItems) {
      notes.push(`person ${person} is left out: ${n} items, needs ${fewestItems}`);
      return [];
    }
    const [own, verdict] = [statisticOf(human, others), statisticOf(said, others)];
    const weights = room.subarray(0, n).fill(1);
    if (Number.isNaN(own(weights)) || Number.isNaN(verdict(weights))) {
      notes.push(`person ${person} is left out: person, judge or the others do not vary`);
      return [];
    }
    return [{ rater: person, items: rows, split, own, verdict, weights }];
  });
  if (compared.length === 0) {
    const flat = notes.some((note) => note.endsWith('do not vary'));
    return undetermined(flat ? 'zero-variance' : 'no-data', notes.join('; '), items, method);
  }
  const splits = compared.reduce((total, { split }) => total + split, 0);
  if (splits > 0) notes.push(`the others tie ${splits} times; those items count for neither judge nor person`);
  if (m === 2) notes.push('two people: each is the only reference for the other');

  const seen = new Uint8Array(items);
  for (const one of compared) for (const item of one.items) seen[item] = 1;
  const n = seen.reduce((total, one) => total + one, 0);
  // Two people who disagree are a pair, also where nobody can be held against the rest.
  for (let i = 0; i < items; i++) if (ratings.start[i + 1]! - ratings.start[i]! > 1) seen[i] = 1;
  // Undefined where all items are used, as is the place of each among them.
  const used = seen.every((one) => one === 1) ? undefined : rowsWhere(items, (i) => seen[i] === 1);
  const place = used && new Uint32Array(items);
  used?.forEach((item, k) => {
    place![item] = k;
  });
  const usedCount = used?.length ?? items;
  const pairs = pairsOfPeople(humans, used, statisticOf, { weights: room, columns });
  const index = options.clusters ? indexClusters(options.clusters, items, used) : null;
  const found = itemIntervals(plan, usedCount, index, 4 + 2 * compared.length, (drawn, out) => {
    let [judges, people, count] = [0, 0, 0];
    compared.forEach(({ items: own, weights, own: human, verdict }, k) => {
      for (let i = 0; i < own.length; i++) weights[i] = drawn[place ? place[own[i]!]! : own[i]!]!;
      const [j, h] = [verdict(weights), human(weights)];
      out[4 + 2 * k] = j;
      out[5 + 2 * k] = h;
      // A person who is not defined in a resample counts for neither side.
      if (Number.isNaN(j) || Number.isNaN(h)) return;
      judges += j;
      people += h;
      count++;
    });
    out[0] = judges / count;
    out[1] = people / count;
    out[2] = (judges - people) / count;
    out[3] = pairs(drawn);
  });
  return {
    ...estimateFrom(found, 2, n, method, notes),
    judge: estimateFrom(found, 0, n, `${method}, judge`, notes),
    humans: estimateFrom(found, 1, n, `${method}, people`, notes),
    raters: compared.map(({ rater, items: own, split }, k) => ({
      rater,
      n: own.length,
      split,
      judge: estimateFrom(found, 4 + 2 * k, own.length, `${method}, judge`),
      human: estimateFrom(found, 5 + 2 * k, own.length, `${method}, person ${rater}`),
    })),
    pairwise: Number.isNaN(found.values[3]!)
      ? undetermined('zero-variance', 'no pair of people has a value', usedCount, `pairwise ${statistic}`)
      : estimateFrom(found, 3, usedCount, `pairwise ${statistic}`),
    statistic,
  };
}

/** The mean over pairs of people of their statistic on the items that both rated. */
function pairsOfPeople(
  { values, rows: items, columns }: Matrix,
  used: Uint32Array | undefined,
  statisticOf: ReturnType<typeof columnStatistics>,
  { weights: room, columns: shared }: { weights: Float64Array; columns: LeftOutRoom | null },
): (drawn: Float64Array) => number {
  const count = used?.length ?? items;
  const pairs: { rows: Uint32Array | undefined; weights: Float64Array; of: (weights: Float64Array) => number }[] = [];
  for (let j = 1; j < columns; j++) {
    for (let k = 0; k < j; k++) {
      const said = (i: number, column: number) => values[(used ? used[i]! : i) * columns + column]!;
      const both = (i: number) => !Number.isNaN(said(i, j) + said(i, k));
      const rows = holdsForAll(count, both) ? undefined : rowsWhere(count, both);
      const size = rows?.length ?? count;
      if (size < 2) continue;
      const x = shared ? shared.human.subarray(0, size) : new Float64Array(size);
      const y = shared ? shared.others.subarray(0, size) : new Float64Array(size);
      for (let i = 0; i < size; i++) {
        x[i] = said(rows ? rows[i]! : i, j);
        y[i] = said(rows ? rows[i]! : i, k);
      }
      pairs.push({ rows, weights: room.subarray(0, size), of: statisticOf(x, y) });
    }
  }
  return (drawn) => {
    let [total, defined] = [0, 0];
    for (const { rows, weights, of } of pairs) {
      if (rows) for (let i = 0; i < rows.length; i++) weights[i] = drawn[rows[i]!]!;
      const value = of(rows ? weights : drawn);
      if (Number.isNaN(value)) continue;
      total += value;
      defined++;
    }
    return total / defined;
  };
}

function holdsForAll(count: number, isTrue: (i: number) => boolean): boolean {
  for (let i = 0; i < count; i++) if (!isTrue(i)) return false;
  return true;
}
