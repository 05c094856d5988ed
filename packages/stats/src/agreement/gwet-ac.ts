import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { readCodes } from './category-codes.ts';
import { entriesAt, repeatRows, rowsAt } from '../proportions/row-weights.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { tQuantile } from '../numerics/distributions.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { type IntervalPart, resamplePatterns } from '../resampling/pattern-interval.ts';
import { groupUnits, type UnitPatterns } from '../resampling/row-patterns.ts';

/** AC1 or AC2 with observed and chance agreement; `n` counts units with a rating, `unitsPaired` those with two. */
export type GwetEstimate = Estimate & { pa: number; pe: number; unitsPaired: number };

type Parts = {
  value: number;
  pa: number;
  pe: number;
  n: number;
  paired: number;
  pi: Float64Array;
  perUnit: Float64Array;
};

/** `perUnit[p]` is the agreement within pattern p, 0 below two ratings. NaN where no unit has two. */
function partsOf(units: UnitPatterns, w: Float64Array, q: number, chanceScale: number, weights: Float64Array): Parts {
  const { start, code, count, size } = units;
  const pi = new Float64Array(q);
  const perUnit = new Float64Array(weights.length);
  let [n, paired, agreed] = [0, 0, 0];
  for (let p = 0; p < weights.length; p++) {
    const [weight, ratings] = [weights[p]!, size[p]!];
    if (weight === 0) continue;
    n += weight;
    for (let e = start[p]!; e < start[p + 1]!; e++) pi[code[e]!]! += (weight * count[e]!) / ratings;
    if (ratings < 2) continue;
    paired += weight;
    let pairs = 0;
    for (let e = start[p]!; e < start[p + 1]!; e++) {
      let alike = 0;
      for (let f = start[p]!; f < start[p + 1]!; f++) alike += w[code[e]! * q + code[f]!]! * count[f]!;
      pairs += count[e]! * (alike - 1);
    }
    perUnit[p] = pairs / (ratings * (ratings - 1));
    agreed += weight * perUnit[p]!;
  }
  const pa = agreed / paired;
  let pe = 0;
  for (let k = 0; k < q; k++) {
    pi[k] = pi[k]! / n;
    pe += pi[k]! * (1 - pi[k]!);
  }
  pe *= chanceScale;
  return { value: (pa - pe) / (1 - pe), pa, pe, n, paired, pi, perUnit };
}

/** √(Σ (g_i − AC)² / (n (n − 1))) with g_i the linearised contribution of unit i. */
function standardError(units: UnitPatterns, chanceScale: number, parts: Parts): number {
  const { value, pe, n, paired, pi, perUnit } = parts;
  let total = 0;
  for (let p = 0; p < units.counts.length; p++) {
    const ratings = units.size[p]!;
    const agreement = ratings >= 2 ? ((n / paired) * (perUnit[p]! - pe)) / (1 - pe) : 0;
    let chance = 0;
    for (let e = units.start[p]!; e < units.start[p + 1]!; e++)
      chance += (units.count[e]! * (1 - pi[units.code[e]!]!)) / ratings;
    const g = agreement - (2 * (1 - value) * (chance * chanceScale - pe)) / (1 - pe);
    total += units.counts[p]! * (g - value) ** 2;
  }
  return Math.sqrt(total / (n * (n - 1)));
}

/**
 * Gwet's AC1 (unweighted) or AC2 (weighted): agreement beyond chance that stays put when one category dominates.
 *
 *     AC  (pa − pe) / (1 − pe),   pe = T / (q (q − 1)) · Σ π_k (1 − π_k),   T the sum of all weights
 *
 * Units with one rating inform the chance term only. Gwet 2008; 2014, chapter 5.
 *
 * @param codes units × raters, 0 … q − 1; −1 or NaN is missing
 * @param options `categories` is q and enters chance: give it. `weights`: default 'unweighted'.
 * `frequencies`: how many units each row stands for. Interval: bootstrap of
 * units or clusters with `random`, else t(n − 1) on the linearised standard error, upper end at most 1
 * @returns `no-data` without a unit of two ratings, `one-rater` for one column, `one-category` for q = 1
 * @throws RangeError for codes out of range
 * @example
 * gwetAc(matrixOf([[0, 0], [0, 0], [0, 1], [1, 1]]), { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/gwet-ac.md
 */
export function gwetAc(
  codes: Matrix,
  {
    categories,
    weights = 'unweighted',
    frequencies,
    ...options
  }: IntervalOptions & {
    categories?: number | undefined;
    weights?: AgreementWeights | undefined;
    frequencies?: ArrayLike<number> | undefined;
  } = {},
): GwetEstimate | Undetermined {
  const plan = planInterval(options, true);
  checkMatrix(codes);
  if (frequencies !== undefined) {
    const rows = repeatRows(frequencies, codes.rows);
    const clusters = entriesAt(options.clusters, rows);
    return gwetAc(rowsAt(codes, rows), { ...options, categories, weights, clusters });
  }
  const name = weights === 'unweighted' ? 'gwet-ac1' : `gwet-ac2/${weights}`;
  const read = readCodes(codes.values, categories, 'codes');
  const q = read.categories;
  const w = agreementWeights(weights, q);
  const units = groupUnits(read.codes, codes.rows, codes.columns, q, 1);
  const n = units.kept.length;
  const chanceScale = w.reduce((a, b) => a + b, 0) / (q * (q - 1));
  const parts = partsOf(units, w, q, chanceScale, units.counts);
  if (parts.paired === 0) {
    return codes.columns === 1 && n > 0
      ? undetermined('one-rater', 'AC needs 2 raters, found 1', n, name)
      : undetermined('no-data', 'no unit has 2 ratings', n, name);
  }
  if (q < 2)
    return undetermined('one-category', 'AC needs 2 categories: say `categories` if more could be used', n, name);
  const { value, pa, pe, paired } = parts;
  const notes = [...read.notes];
  if (n < codes.rows) notes.push(`${codes.rows - n} of ${codes.rows} units have no rating and are left out`);
  if (pe === 0) notes.push('all ratings are in one category');

  let part: IntervalPart;
  if (plan.kind === 'bootstrap') {
    const clusters = options.clusters ? indexClusters(options.clusters, codes.rows, units.kept) : null;
    part = resamplePatterns(plan, units, clusters, 1, (drawn, out) => {
      out[0] = partsOf(units, w, q, chanceScale, drawn).value;
    })(0);
  } else if (plan.kind === 'none' || n < 2) {
    const note = plan.kind === 'none' ? plan.note : 'no interval: one unit';
    const se = n < 2 ? {} : { se: standardError(units, chanceScale, parts) };
    part = { interval: null, level: plan.level, ...se, notes: [note], name: 'no interval' };
  } else {
    const se = standardError(units, chanceScale, parts);
    const half = tQuantile((1 + plan.level) / 2, n - 1) * se;
    // Rounding leaves the spread of equal contributions at a few units in the last place instead of 0.
    const flat = se < 1e-14;
    part = {
      interval: flat ? null : [value - half, Math.min(1, value + half)],
      level: plan.level,
      se: flat ? 0 : se,
      notes: flat ? ['no interval: every unit contributes the same, which is not certainty'] : [],
      name: 'linearised t',
    };
  }
  const { notes: more, name: ending, ...rest } = part;
  return withNotes({ value, n, ...rest, method: `${name}, ${ending}`, pa, pe, unitsPaired: paired }, [
    ...notes,
    ...more,
  ]);
}
