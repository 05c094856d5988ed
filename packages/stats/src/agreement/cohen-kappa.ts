import { type AgreementWeights, agreementWeights } from './agreement-weights.ts';
import { pairCodes } from './category-codes.ts';
import { entriesAt, repeatRows } from '../proportions/row-weights.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { type IntervalPart, resamplePatterns } from '../resampling/pattern-interval.ts';

/** Kappa with what it must be read beside: observed and chance agreement and the two raters' marginals. */
export type KappaEstimate = Estimate & {
  po: number;
  pe: number;
  marginals: [number[], number[]];
  /** The standard error if there were no agreement beyond chance: for a test of kappa = 0, not for an interval. */
  seNull: number;
};

type Kappa = { value: number; po: number; pe: number; r: Float64Array; c: Float64Array; n: number };

function roomFor(q: number): Kappa {
  return { value: NaN, po: NaN, pe: NaN, r: new Float64Array(q), c: new Float64Array(q), n: 0 };
}

/** Fills in kappa, with counts as marginals; thousands of resamples share one room. NaN where chance agreement is 1. */
function fillKappa(table: Float64Array, w: Float64Array, q: number, room: Kappa): number {
  const { r, c } = room;
  c.fill(0);
  let n = 0;
  let agreed = 0;
  for (let i = 0; i < q; i++) {
    let row = 0;
    for (let j = 0; j < q; j++) {
      const place = i * q + j;
      const count = table[place]!;
      row += count;
      c[j]! += count;
      agreed += w[place]! * count;
    }
    r[i] = row;
    n += row;
  }
  let chance = 0;
  let constant = false;
  for (let i = 0; i < q; i++) {
    const row = r[i]!;
    if (row === n && c[i] === n) constant = true;
    for (let j = 0; j < q; j++) chance += w[i * q + j]! * row * c[j]!;
  }
  const po = agreed / n;
  const pe = chance / (n * n);
  room.n = n;
  room.po = po;
  room.pe = pe;
  return (room.value = constant ? NaN : (po - pe) / (1 - pe));
}

/** Fleiss, Cohen and Everitt 1969: the standard errors in general, and under no agreement beyond chance. */
function standardErrors(table: Float64Array, w: Float64Array, q: number, kappa: Kappa): { se: number; seNull: number } {
  const { value, pe, r, c, n } = kappa; // marginals as shares
  const [rowMean, columnMean] = [new Float64Array(q), new Float64Array(q)];
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      rowMean[i]! += w[i * q + j]! * c[j]!;
      columnMean[j]! += w[i * q + j]! * r[i]!;
    }
  }
  let [general, none] = [0, 0];
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      const [weight, margin] = [w[i * q + j]!, rowMean[i]! + columnMean[j]!];
      general += (table[i * q + j]! / n) * (weight - (1 - value) * margin) ** 2;
      none += r[i]! * c[j]! * (weight - margin) ** 2;
    }
  }
  const scale = n * (1 - pe) ** 2;
  // Both are variances; at perfect agreement rounding leaves them a hair off 0, on either side.
  const root = (x: number) => Math.sqrt(Math.max(0, Math.abs(x) < 1e-15 ? 0 : x) / scale);
  return { se: root(general - (value - pe * (1 - value)) ** 2), seNull: root(none - pe * pe) };
}

/**
 * Cohen's kappa of two raters: agreement beyond what their marginals give by chance, from −1 to 1.
 *
 *     kappa  (po − pe) / (1 − pe),   po = Σ w p_ij,  pe = Σ w r_i c_j
 *
 * @param first category codes 0 … q − 1, in order for linear and quadratic weights; −1 or NaN is missing
 * @param second the other rater's codes of the same items
 * @param options `categories` is q: give it, since unused categories change the weights. `weights`: default
 * 'unweighted'. `frequencies`: how many items each entry stands for. Interval: bootstrap with `random`, else Fleiss, Cohen and Everitt 1969
 * @returns `no-data` below 2 pairs, `one-category` if both used one and the same; no interval where the formula's
 * standard error is 0, since ±1 is not certainty
 * @throws RangeError for codes out of range or arrays that do not fit
 * @example
 * cohenKappa([0, 0, 1, 1, 1], [0, 1, 1, 1, 1], { categories: 2 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/cohen-kappa.md
 */
export function cohenKappa(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  {
    categories,
    weights = 'unweighted',
    frequencies,
    ...options
  }: IntervalOptions & {
    categories?: number | undefined;
    frequencies?: ArrayLike<number> | undefined;
    weights?: Exclude<AgreementWeights, 'ordinal'> | undefined;
  } = {},
): KappaEstimate | Undetermined {
  const plan = planInterval(options, true);
  if (frequencies !== undefined) {
    pairCodes(first, second, categories);
    const rows = repeatRows(frequencies, first.length);
    const clusters = entriesAt(options.clusters, rows);
    return cohenKappa(entriesAt(first, rows), entriesAt(second, rows), { ...options, categories, weights, clusters });
  }
  const pairs = pairCodes(first, second, categories);
  const [n, q] = [pairs.rows.length, pairs.categories];
  const name = `cohen-kappa/${weights}`;
  if (n < 2) return undetermined('no-data', `kappa needs 2 items rated by both, found ${n}`, n, name);
  const w = agreementWeights(weights, q);
  const counted = roomFor(q);
  if (Number.isNaN(fillKappa(pairs.table, w, q, counted))) {
    return undetermined('one-category', `both raters used one and the same category on all ${n} items`, n, name);
  }
  const share = (counts: Float64Array) => counts.map((count) => count / n);
  const kappa = { ...counted, r: share(counted.r), c: share(counted.c) };
  const { value, po, pe, r, c } = kappa;
  const { se, seNull } = standardErrors(pairs.table, w, q, kappa);

  let part: IntervalPart;
  if (plan.kind === 'bootstrap') {
    const clusters = options.clusters ? indexClusters(options.clusters, first.length, pairs.rows) : null;
    part = resamplePatterns(plan, { of: pairs.cell, counts: pairs.table }, clusters, 1, (table, out) => {
      out[0] = fillKappa(table, w, q, counted);
    })(0);
  } else if (plan.kind === 'none') {
    part = { interval: null, level: plan.level, se, notes: [plan.note], name: 'no interval' };
  } else if (n === 2 || se === 0) {
    const why = n === 2 ? 'two items' : `the formula's standard error is 0 at kappa = ${value}, which is not certainty`;
    part = { interval: null, level: plan.level, se, notes: [`no interval: ${why}`], name: 'fleiss-cohen-everitt' };
  } else {
    const half = normalQuantile((1 + plan.level) / 2) * se;
    const interval: [number, number] = [Math.max(-1, value - half), Math.min(1, value + half)];
    part = { interval, level: plan.level, se, notes: [], name: 'fleiss-cohen-everitt' };
  }
  const { notes, name: ending, ...rest } = part;
  return withNotes(
    {
      value,
      n,
      ...rest,
      method: `${name}, ${ending}`,
      po,
      pe,
      marginals: [[...r], [...c]] as [number[], number[]],
      seNull,
    },
    [...pairs.notes, ...notes],
  );
}
