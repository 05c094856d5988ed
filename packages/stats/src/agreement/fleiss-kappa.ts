import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { type IntervalPart, resamplePatterns } from '../resampling/pattern-interval.ts';
import { codesIn, isMissing } from './category-codes.ts';
import { entriesAt, repeatRows, rowsAt } from '../proportions/row-weights.ts';
import { groupRows } from '../resampling/row-patterns.ts';

/** How a kappa of many raters gets its interval, and how many items each row of the table stands for. */
export type FleissOptions = IntervalOptions & { frequencies?: ArrayLike<number> | undefined };

export type FleissEstimate = Estimate & {
  po: number;
  pe: number;
  /** Share of each category among all ratings. */
  marginals: number[];
  /** For a test of kappa = 0 only (Fleiss, Nee and Landis 1979), not for an interval. */
  seNull: number;
  /** Kappa of each category against the rest; null where all or no ratings are in it. */
  perCategory: (number | null)[];
};

/**
 * How many raters chose each category, item by item, from codes item by rater.
 *
 * @param codes 0 … categories − 1; −1 or NaN is missing
 * @throws RangeError for codes out of range
 * @example
 * fleissKappa(categoryCounts(matrixOf([[0, 0, 1], [1, 1, 1]]), 2));
 * @see https://github.com/assize/assize/blob/main/docs/stats/fleiss-kappa.md
 */
export function categoryCounts(codes: Matrix, categories: number): Matrix {
  checkMatrix(codes);
  codesIn(codes.values, categories, 'codes');
  const values = new Float64Array(codes.rows * categories);
  for (let i = 0; i < codes.values.length; i++) {
    const code = codes.values[i]!;
    if (!isMissing(code)) values[Math.floor(i / codes.columns) * categories + code]!++;
  }
  return { values, rows: codes.rows, columns: categories };
}

/** The rows written out as often as they stand for items. */
function written(counts: Matrix, { frequencies, ...options }: FleissOptions): [Matrix, IntervalOptions] {
  checkMatrix(counts);
  const rows = repeatRows(frequencies!, counts.rows);
  return [rowsAt(counts, rows), { ...options, clusters: entriesAt(options.clusters, rows) }];
}

type Shape = { items: number; raters: number; q: number };

function checkedShape({ values, rows, columns }: Matrix): Shape {
  checkMatrix({ values, rows, columns });
  let raters = 0;
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let j = 0; j < columns; j++) {
      const count = values[i * columns + j]!;
      if (!Number.isSafeInteger(count) || count < 0)
        throw new RangeError(`item ${i} has ${count} ratings of category ${j}`);
      total += count;
    }
    if (i === 0) raters = total;
    if (total !== raters) {
      throw new RangeError(`item ${i} has ${total} ratings, item 0 has ${raters}: use krippendorffAlpha or gwetAc`);
    }
  }
  return { items: rows, raters, q: columns };
}

/** Observed agreement, chance agreement from the marginals, and the marginals, for weighted item patterns. */
function partsOf(counts: Float64Array, weights: Float64Array, raters: number, q: number) {
  const marginals = new Float64Array(q);
  let [items, agreed] = [0, 0];
  for (let p = 0; p < weights.length; p++) {
    const weight = weights[p]!;
    if (weight === 0) continue;
    items += weight;
    let pairs = 0;
    for (let j = 0; j < q; j++) {
      const count = counts[p * q + j]!;
      pairs += count * (count - 1);
      marginals[j]! += weight * count;
    }
    agreed += weight * pairs;
  }
  let [pe, constant] = [0, false];
  for (let j = 0; j < q; j++) {
    if (marginals[j] === items * raters) constant = true;
    marginals[j] = marginals[j]! / (items * raters);
    pe += marginals[j]! ** 2;
  }
  return { po: agreed / (items * raters * (raters - 1)), pe, marginals, constant };
}

function fleiss(
  table: Matrix,
  name: string,
  options: IntervalOptions,
  coefficient: (parts: ReturnType<typeof partsOf>, q: number) => number,
) {
  const plan = planInterval(options, false);
  const { items, raters, q } = checkedShape(table);
  if (items < 2) return { refused: undetermined('no-data', `needs 2 items, found ${items}`, items, name) };
  if (raters < 2)
    return { refused: undetermined('one-rater', `needs 2 ratings an item, found ${raters}`, items, name) };
  const grouped = groupRows(table);
  const parts = partsOf(grouped.rows, grouped.counts, raters, q);
  const value = coefficient(parts, q);
  if (Number.isNaN(value)) {
    return { refused: undetermined('one-category', `all ratings of ${items} items are in one category`, items, name) };
  }
  let part: IntervalPart;
  if (plan.kind === 'bootstrap') {
    const clusters = options.clusters ? indexClusters(options.clusters, items) : null;
    part = resamplePatterns(plan, grouped, clusters, 1, (weights, out) => {
      out[0] = coefficient(partsOf(grouped.rows, weights, raters, q), q);
    })(0);
  } else {
    const note =
      plan.kind === 'none' ? plan.note : 'no interval: there is no closed form, give `random` for a bootstrap';
    part = { interval: null, level: plan.level, notes: [note], name: 'no interval' };
  }
  return { parts, value, part, items, raters, q };
}

/**
 * Fleiss' kappa of many raters, each item rated equally often, raters interchangeable.
 *
 *     kappa  (mean P_i − Σ p_j²) / (1 − Σ p_j²),   P_i = Σ_j n_ij (n_ij − 1) / (n (n − 1))
 *
 * @param counts items × categories: how many raters chose it (see `categoryCounts`)
 * @returns `no-data` below 2 items, `one-rater`, `one-category`; the interval is a bootstrap of items
 * @throws RangeError if items differ in their number of ratings: use `krippendorffAlpha` there
 * @example
 * fleissKappa(matrixOf([[3, 0], [2, 1], [0, 3], [0, 3], [1, 2]]), { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/fleiss-kappa.md
 */
export function fleissKappa(counts: Matrix, options: FleissOptions = {}): FleissEstimate | Undetermined {
  if (options.frequencies !== undefined) return fleissKappa(...written(counts, options));
  const name = 'fleiss-kappa';
  const found = fleiss(counts, name, options, ({ po, pe, constant }) => (constant ? NaN : (po - pe) / (1 - pe)));
  if (found.refused) return found.refused;
  const { parts, value, part, items, raters, q } = found;
  const { po, pe, marginals } = parts;

  let [spread, skew] = [0, 0];
  for (const p of marginals) {
    spread += p * (1 - p);
    skew += p * (1 - p) * (1 - 2 * p);
  }
  const seNull = Math.sqrt((2 / (items * raters * (raters - 1) * spread ** 2)) * Math.max(0, spread ** 2 - skew));
  const perCategory = Array.from(marginals, (p, j) => {
    let split = 0;
    for (let i = 0; i < items; i++) split += counts.values[i * q + j]! * (raters - counts.values[i * q + j]!);
    return p === 0 || p === 1 ? null : 1 - split / (items * raters * (raters - 1) * p * (1 - p));
  });
  const { notes, name: ending, ...rest } = part;
  return withNotes(
    { value, n: items, ...rest, method: `${name}, ${ending}`, po, pe, marginals: [...marginals], seNull, perCategory },
    notes,
  );
}

/**
 * Randolph's free-marginal kappa: as Fleiss', with chance 1/q for q declared categories.
 *
 * @param counts items × categories, as for `fleissKappa`; the number of columns is q
 * Randolph 2005, "Free-marginal multirater kappa".
 *
 * @returns `one-category` for q = 1; else as `fleissKappa`
 * @throws RangeError if items differ in their number of ratings
 * @example
 * randolphKappa(matrixOf([[3, 0], [2, 1], [0, 3]]));
 * @see https://github.com/assize/assize/blob/main/docs/stats/fleiss-kappa.md
 */
export function randolphKappa(counts: Matrix, options: FleissOptions = {}): Estimate | Undetermined {
  if (options.frequencies !== undefined) return randolphKappa(...written(counts, options));
  const name = 'randolph-kappa';
  const found = fleiss(counts, name, options, ({ po }, q) => (q < 2 ? NaN : (po - 1 / q) / (1 - 1 / q)));
  if (found.refused) return found.refused;
  const { notes, name: ending, ...rest } = found.part;
  return withNotes({ value: found.value, n: found.items, ...rest, method: `${name}, ${ending}` }, notes);
}
