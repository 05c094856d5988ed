import { tQuantile } from '../numerics/distributions.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { sumOfSquares } from '../numerics/sum.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { designNotes, judgedRows, type JudgedRows, type LabelDesign } from './judged-rows.ts';
import {
  crossProduct,
  plainVariance,
  pooledVariance,
  rawLambda,
  type Rectifier,
  rectifiedValue,
  restOf,
  smallVariance,
} from './rectified-mean.ts';

export type StratumEstimate = {
  stratum: number;
  share: number;
  value: number;
  se: number;
  lambda: number;
  n: number;
  nUnlabelled: number;
  /** Standard deviation of human − λ·judge: what `neymanAllocation` takes. */
  spread: number;
};

export type StratifiedEstimate = Estimate & { strata: StratumEstimate[]; nUnlabelled: number };

export type StratifiedOptions = {
  level?: number | undefined;
  /** Share of each stratum among all items, by stratum id; counted from the rows when not given. */
  shares?: ReadonlyMap<number, number> | undefined;
  /** 'z' has the divisors n and N of ppi_py, 't' those of small samples; default 't' below 200 labels. */
  interval?: 'auto' | 'z' | 't' | undefined;
  labelDesign?: LabelDesign | undefined;
};

const name = 'prediction-powered mean, stratified';
/** Below this a stratum's own λ costs more than it saves. */
const fewestOwn = 20;

type Stratum = { id: number; share: number; rows: Rectifier };

function checkIds(ids: ArrayLike<number>, rows: number, what: string): void {
  if (ids.length !== rows) throw new RangeError(`${rows} ${what} rows but ${ids.length} stratum ids`);
  for (let i = 0; i < rows; i++) {
    if (Number.isNaN(ids[i]!) || ids[i] === -1) throw new RangeError(`${what} row ${i} has no stratum`);
  }
}

function split(
  { human, judge, unlabelled, labelledRows, unlabelledRows }: JudgedRows,
  labelledStrata: ArrayLike<number>,
  unlabelledStrata: ArrayLike<number>,
): Map<number, Rectifier> {
  const sizes = new Map<number, { labelled: number; unlabelled: number }>();
  const sizeOf = (id: number) => {
    let found = sizes.get(id);
    if (found === undefined) sizes.set(id, (found = { labelled: 0, unlabelled: 0 }));
    return found;
  };
  const [ofHuman, ofOther] = [stratumAt(labelledStrata, labelledRows), stratumAt(unlabelledStrata, unlabelledRows)];
  for (let i = 0; i < human.length; i++) sizeOf(ofHuman(i)).labelled++;
  for (let i = 0; i < unlabelled.length; i++) sizeOf(ofOther(i)).unlabelled++;
  const strata = new Map<number, Rectifier>();
  for (const id of [...sizes.keys()].toSorted((a, b) => a - b)) {
    const size = sizes.get(id)!;
    strata.set(id, {
      human: new Float64Array(size.labelled),
      judge: new Float64Array(size.labelled),
      unlabelled: new Float64Array(size.unlabelled),
    });
    Object.assign(size, { labelled: 0, unlabelled: 0 });
  }
  for (let i = 0; i < human.length; i++) {
    const [stratum, place] = [strata.get(ofHuman(i))!, sizeOf(ofHuman(i)).labelled++];
    stratum.human[place] = human[i]!;
    stratum.judge[place] = judge[i]!;
  }
  for (let i = 0; i < unlabelled.length; i++) {
    strata.get(ofOther(i))!.unlabelled[sizeOf(ofOther(i)).unlabelled++] = unlabelled[i]!;
  }
  return strata;
}

/** The stratum of the i-th of the kept rows. */
function stratumAt(strata: ArrayLike<number>, rows: Uint32Array | undefined): (i: number) => number {
  return (i) => strata[rows ? rows[i]! : i]!;
}

/** The λ that is best for strata together: Σ w²Cov/n over Σ w²(1/n + 1/N)·Var f. */
function sharedLambda(strata: readonly Stratum[]): number {
  let [above, below] = [0, 0];
  for (const { share, rows } of strata) {
    const [n, N] = [rows.human.length, rows.unlabelled.length];
    if (N < 2) continue;
    above += (share * share * crossProduct(rows.human, rows.judge)) / n / n;
    below += share * share * (1 / n + 1 / N) * pooledVariance(rows.judge, rows.unlabelled);
  }
  return below > 0 ? Math.max(0, Math.min(1, above / below)) : 0;
}

/**
 * The mean human label of all items from labels drawn within strata: `predictionPoweredMean` in each, weighted by shares.
 *
 *     value     Σ w_k θ_k       variance  Σ w_k² Var(θ_k)      λ_k per stratum, one for all strata below 20 labels
 *
 * Good strata are bins of a judge's score, disagreement of judges, or domains; where two judges are at hand, one makes the
 * strata and the other predicts within them. Shares counted from the rows are themselves a sample of the population:
 * their doubt, Σ w_k(θ_k − θ)²/(n + N), is added; given `shares` are taken as known.
 * Fisch et al. 2024, arXiv:2406.04291.
 *
 * @param labelledStrata stratum of each labelled row; labels must be a random draw within it
 * @param unlabelledStrata stratum of each unlabelled row
 * @returns `no-data` where a stratum has fewer than 2 labels
 * @throws RangeError for rows without a stratum, shares that do not sum to 1 or miss a stratum, and as `predictionPoweredMean`
 * @example
 * stratifiedPredictionPoweredMean(human, judge, bin, unlabelled, binOfUnlabelled, { labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/stratified-ppi.md
 */
export function stratifiedPredictionPoweredMean(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  labelledStrata: ArrayLike<number>,
  unlabelled: ArrayLike<number>,
  unlabelledStrata: ArrayLike<number>,
  { level = 0.95, shares, interval = 'auto', labelDesign = 'unknown' }: StratifiedOptions = {},
): StratifiedEstimate | Undetermined {
  checkLevel(level);
  const rows = judgedRows(human, judge, unlabelled);
  checkIds(labelledStrata, human.length, 'labelled');
  checkIds(unlabelledStrata, unlabelled.length, 'unlabelled');
  const notes = [...rows.notes, ...designNotes(labelDesign)];
  const byStratum = split(rows, labelledStrata, unlabelledStrata);
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  if (n === 0) return undetermined('no-data', 'needs labelled items, found none', 0, name);
  checkShares(shares, byStratum);
  const strata: Stratum[] = [];
  for (const [id, each] of byStratum) {
    if (each.human.length < 2) {
      return undetermined('no-data', `stratum ${id} has ${each.human.length} labels, needs 2`, n, name);
    }
    const counted = (each.human.length + each.unlabelled.length) / (n + N);
    strata.push({ id, share: shares?.get(id) ?? counted, rows: each });
  }
  const kind = interval === 'auto' ? (n < 200 ? 't' : 'z') : interval;
  const common = sharedLambda(strata.filter((each) => each.rows.human.length < fewestOwn));
  const found = strata.map((each) => inStratum(each, common, kind));

  const value = found.reduce((total, { share, value: own }) => total + share * own, 0);
  const parts = found.map(({ share, se }) => (share * se) ** 2);
  let variance = parts.reduce((a, b) => a + b, 0);
  const within = variance;
  if (shares === undefined) {
    variance += found.reduce((total, { share, value: own }) => total + share * (own - value) ** 2, 0) / (n + N);
    notes.push('shares of strata were counted from the rows; their doubt is part of the interval');
  }
  const base = { value, level, n, strata: found, nUnlabelled: N };
  if (!(within > 0)) {
    notes.push('no interval: labels and scores show no spread within strata, which says nothing about certainty');
    return withNotes({ ...base, interval: null, se: Math.sqrt(variance), method: name }, notes);
  }
  const p = (1 + level) / 2;
  // Satterthwaite: strata with few labels weigh on the degrees of freedom by their share of the variance.
  const doubt = parts.reduce((total, part, i) => total + part ** 2 / Math.max(1, found[i]!.n - 2), 0);
  const quantile = kind === 'z' ? normalQuantile(p) : tQuantile(p, Math.max(1, within ** 2 / doubt));
  const se = Math.sqrt(variance);
  const half = quantile * se;
  return withNotes({ ...base, interval: [value - half, value + half], se, method: `${name}, ${kind}` }, notes);
}

function inStratum({ id, share, rows }: Stratum, common: number, kind: 'z' | 't'): StratumEstimate {
  const [n, N] = [rows.human.length, rows.unlabelled.length];
  const own = n < fewestOwn ? common : Math.max(0, Math.min(1, rawLambda(rows)));
  const lambda = N < 2 ? 0 : own;
  const rest = restOf(rows, lambda);
  const value = lambda === 0 ? rest.reduce((a, b) => a + b, 0) / n : rectifiedValue(rows, rest, lambda);
  const alone = sumOfSquares(rest) / n / (kind === 'z' ? n : n - 1);
  const joint =
    kind === 'z'
      ? plainVariance
      : (...three: [Rectifier, Float64Array, number]) => smallVariance(...three, n > 2 ? 2 : 1);
  const variance = lambda === 0 ? alone : joint(rows, rest, lambda);
  const spread = Math.sqrt(sumOfSquares(rest) / (n - 1));
  return { stratum: id, share, value, se: Math.sqrt(variance), lambda, n, nUnlabelled: N, spread };
}

function checkShares(shares: ReadonlyMap<number, number> | undefined, strata: ReadonlyMap<number, Rectifier>): void {
  if (shares === undefined) return;
  let total = 0;
  for (const [id, share] of shares) {
    if (!(share >= 0 && share <= 1))
      throw new RangeError(`the share of stratum ${id} must lie in [0, 1], found ${share}`);
    if (share > 0 && !strata.has(id)) throw new RangeError(`stratum ${id} has a share but no rows`);
    total += share;
  }
  if (Math.abs(total - 1) > 1e-9) throw new RangeError(`shares must sum to 1, found ${total}`);
  for (const id of strata.keys()) if (!shares.has(id)) throw new RangeError(`stratum ${id} has no share`);
}
