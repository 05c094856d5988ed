import { estimateFrom, itemIntervals } from '../resampling/item-intervals.ts';
import { agreementWeights, type AgreementWeights } from '../agreement/agreement-weights.ts';
import { codesIn, isMissing } from '../agreement/category-codes.ts';
import { rowsWhere } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { mean, variance } from '../numerics/sum.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** Below −1 the judge agrees with people less than they do with each other, above 1 more. */
export type HumanLikenessTier = 'below-human' | 'human-like' | 'super-consistent';

/** z as value, with the kappas behind it; `difference` is the judge's mean kappa less the people's. */
export type HumanLikeness = Estimate & {
  tier: HumanLikenessTier;
  kappaJudge: Estimate;
  kappaHumans: Estimate;
  /** The standard deviation (divisor m − 1) of the people's mean kappas with the others. */
  kappaHumansSd: number;
  difference: Estimate;
  raters: number;
};

const name = 'human-likeness z';
const fewestRaters = 8;

/** The code that one rater gave to the i-th item. */
type Codes = (i: number) => number;

/** Kappa of two columns of codes over weighted items; NaN where it is not defined. */
function weightedKappa(
  first: Codes,
  second: Codes,
  w: Float64Array,
  q: number,
  items: Float64Array,
  table: Float64Array,
): number {
  table.fill(0);
  let n = 0;
  for (let i = 0; i < items.length; i++) {
    const [a, b] = [first(i), second(i)];
    if (isMissing(a) || isMissing(b)) continue;
    table[a * q + b]! += items[i]!;
    n += items[i]!;
  }
  const [rows, columns] = [new Float64Array(q), new Float64Array(q)];
  let observed = 0;
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < q; b++) {
      const count = table[a * q + b]!;
      rows[a]! += count;
      columns[b]! += count;
      observed += w[a * q + b]! * count;
    }
  }
  let chance = 0;
  for (let a = 0; a < q; a++) {
    if (n > 0 && rows[a] === n && columns[a] === n) return NaN;
    for (let b = 0; b < q; b++) chance += w[a * q + b]! * rows[a]! * columns[b]!;
  }
  const pe = chance / (n * n);
  return (observed / n - pe) / (1 - pe);
}

/**
 * Does the judge agree with people as they agree with each other? The judge's mean kappa with all people, in standard
 * deviations of the people's own mean kappas from their mean.
 *
 *     z  (κ_judge − mean κ_j) / sd κ_j,   κ_j the mean kappa of person j with the other people
 *
 * |z| ≤ 1 is called human-like, z > 1 super-consistent. Han et al. 2025, arXiv:2510.09738; how the paper forms mean and
 * deviation is not said there, and this is the plain reading. With fewer than 8 people the deviation is hardly known and
 * a note marks z as unreliable: read `difference`, or `humanCeiling`, instead.
 *
 * @param humans items × people, codes 0 … q − 1 with −1 or NaN for missing
 * @param judge one code per item
 * @param options `weights` of kappa, default 'unweighted'; intervals are bootstraps over items or clusters, given `random`
 * @returns `one-rater` below 2 people (with 2 both have the same kappa: `zero-variance`); `no-data` where a pair shares
 * no items; `one-category` where a kappa is not defined
 * @throws RangeError for codes out of range or arrays that do not fit
 * @example
 * humanLikeness(humans, judge, { categories: 3, random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/human-likeness.md
 */
export function humanLikeness(
  humans: Matrix,
  judge: ArrayLike<number>,
  {
    categories,
    weights = 'unweighted',
    ...options
  }: IntervalOptions & {
    categories?: number | undefined;
    weights?: Exclude<AgreementWeights, 'ordinal'> | undefined;
  } = {},
): HumanLikeness | Undetermined {
  const plan = planInterval(options, false);
  checkMatrix(humans);
  const { values, rows, columns: m } = humans;
  if (judge.length !== rows) throw new RangeError(`humans has ${rows} items, judge has ${judge.length}`);
  const people = codesIn(values, categories, 'humans');
  const verdicts = codesIn(judge, categories, 'judge');
  const q = Math.max(people.categories, verdicts.categories);
  if (m < 2) return undetermined('one-rater', `needs 2 people, found ${m}`, rows, name);
  const used = rowsWhere(rows, (i) => {
    let said = isMissing(judge[i]!) ? 0 : 1;
    for (let j = 0; j < m; j++) if (!isMissing(values[i * m + j]!)) said++;
    return said > 1;
  });
  const n = used.length;
  if (n === 0) return undetermined('no-data', 'no item has two ratings', 0, name);
  const judged: Codes = (i) => judge[used[i]!]!;
  const columns = Array.from(
    { length: m },
    (_, j): Codes =>
      (i) =>
        values[used[i]! * m + j]!,
  );
  const w = agreementWeights(weights, q);
  const table = new Float64Array(q * q);
  const own = new Float64Array(m);
  const write = (drawn: Float64Array, out: Float64Array) => {
    own.fill(0);
    let judgeTotal = 0;
    for (let j = 0; j < m; j++) {
      judgeTotal += weightedKappa(judged, columns[j]!, w, q, drawn, table);
      for (let k = 0; k < j; k++) {
        const kappa = weightedKappa(columns[j]!, columns[k]!, w, q, drawn, table);
        own[j]! += kappa / (m - 1);
        own[k]! += kappa / (m - 1);
      }
    }
    out[0] = judgeTotal / m;
    out[1] = mean(own);
    out[2] = Math.sqrt(variance(own));
    out[3] = out[0] - out[1];
    out[4] = isRounding(out[2], 1) ? NaN : out[3] / out[2];
  };
  const index = options.clusters ? indexClusters(options.clusters, rows, used) : null;
  const found = itemIntervals(plan, n, index, 5, write);
  const [kappaJudge, kappaHumans, sd, , z] = found.values;
  if (Number.isNaN(kappaJudge!) || Number.isNaN(kappaHumans!)) {
    return undetermined('one-category', 'two raters share no items, or used one and the same category', n, name);
  }
  if (Number.isNaN(z!)) {
    return undetermined('zero-variance', `the ${m} people have equal mean kappas, so nothing to measure by`, n, name);
  }
  const notes = m < fewestRaters ? [`unreliable: the spread of ${m} people is hardly known below ${fewestRaters}`] : [];
  const shared = people.categories >= verdicts.categories ? people.notes : verdicts.notes;
  return {
    ...estimateFrom(found, 4, n, name, [...shared, ...notes]),
    tier: z! > 1 ? 'super-consistent' : z! < -1 ? 'below-human' : 'human-like',
    kappaJudge: estimateFrom(found, 0, n, `mean cohen-kappa/${weights} of judge and people`),
    kappaHumans: estimateFrom(found, 1, n, `mean cohen-kappa/${weights} of people`),
    kappaHumansSd: sd!,
    difference: estimateFrom(found, 3, n, 'difference of mean kappas'),
    raters: m,
  };
}
