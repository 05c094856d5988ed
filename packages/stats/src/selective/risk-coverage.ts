import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnAt, rowsWhere } from '../numerics/present-rows.ts';
import { sortedPairs } from '../numerics/sorted-pairs.ts';
import { bootstrapInterval } from '../resampling/bootstrap-interval.ts';
import { bootstrapName, clusterNotes, fewestClusters } from '../resampling/bootstrap.ts';
import { type ClusterIndex, indexClusters } from '../resampling/clusters.ts';
import { resample, type Resampled, type WeightedStatistic } from '../resampling/resampling.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { type IntervalOptions, type IntervalPlan, planInterval } from '../shapes/interval-options.ts';

/** How the error falls when the least sure answers are left out. `value` is the area under the curve, AURC. */
export type RiskCoverage = Estimate & {
  /** AURC minus that of the perfect order of the same errors: what a better confidence could still win. */
  excess: Estimate;
  /** Mean loss when everything is accepted. */
  risk: number;
  /** Risk at each asked coverage, in the order asked. */
  at: (Estimate & { coverage: number })[];
  /** The curve, one entry per distinct confidence from the surest down: accept all at or above it. */
  curve: { confidence: Float64Array; coverage: Float64Array; risk: Float64Array };
};

const mostForBca = 5000;

/** Losses in the order of a key, and whether the step of equal keys ends with each; clusters where they are to be weighted. */
type Sorted = { loss: Float64Array; last: Uint8Array; cluster: Uint32Array | null };

/** With the clusters of the rows, for resamples. */
function sortedBy(keys: Float64Array, losses: Float64Array, clusterOf: Uint32Array): Sorted {
  const order = ascendingOrder(keys);
  const cluster = new Uint32Array(order.length);
  const loss = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) {
    cluster[i] = clusterOf[order[i]!]!;
    loss[i] = losses[order[i]!]!;
  }
  return { cluster, loss, last: stepEnds(order.length, (i) => keys[order[i]!]!) };
}

function stepEnds(length: number, key: (i: number) => number, last: Uint8Array = new Uint8Array(length)): Uint8Array {
  for (let i = 0; i < length; i++) last[i] = i === length - 1 || key(i) !== key(i + 1) ? 1 : 0;
  return last;
}

/** From the surest down, rows of equal confidence in their order. */
function surestFirst(confidence: Float64Array, losses: Float64Array): Sorted & { confidence: Float64Array } {
  const { x, partner: loss } = sortedPairs(confidence, losses);
  x.reverse();
  loss.reverse();
  const last = stepEnds(x.length, (i) => x[i]!);
  for (let start = 0, i = 0; i < x.length; i++) {
    if (last[i] === 0) continue;
    if (i > start) loss.subarray(start, i + 1).reverse();
    start = i + 1;
  }
  return { confidence: x, loss, last, cluster: null };
}

const euler = 0.5772156649015329;
const tabled = 1_000_000;

/** The harmonic numbers H(k): from a table, and by their asymptotic series where it is as exact. */
function harmonicNumbers(size: number): (k: number) => number {
  const known = new Float64Array(Math.min(size, tabled) + 1);
  for (let k = 1; k < known.length; k++) known[k] = known[k - 1]! + 1 / k;
  return (k) => (k < known.length ? known[k]! : Math.log(k) + euler + (1 / 2 - 1 / (12 * k)) / k);
}

/**
 * The mean of r(k) over k = 1 … n, where a step of equal keys stands in random order: inside it the expected sum of losses
 * grows evenly, so that r(B + j) = l + (E − l B)/(B + j), and the sum over j is a difference of harmonic numbers.
 */
function areaOf(
  { cluster, loss, last }: Sorted,
  weights: Float64Array | null,
  harmonic: (k: number) => number,
): number {
  let [before, lost, area, size, here] = [0, 0, 0, 0, 0];
  for (let i = 0; i < loss.length; i++) {
    const weight = weights && cluster ? weights[cluster[i]!]! : 1;
    size += weight;
    here += weight * loss[i]!;
    if (last[i] === 0 || size === 0) continue;
    const each = here / size;
    area += here + (lost - each * before) * (harmonic(before + size) - harmonic(before));
    before += size;
    lost += here;
    size = 0;
    here = 0;
  }
  return area / before;
}

/** Risk of the first k rows, k = ⌊coverage · n⌋ and at least 1. */
function riskOfFirst({ cluster, loss, last }: Sorted, weights: Float64Array | null, coverage: number): number {
  let n = 0;
  if (weights && cluster) for (let i = 0; i < cluster.length; i++) n += weights[cluster[i]!]!;
  else n = loss.length;
  const k = Math.max(1, Math.floor(coverage * n + 1e-9));
  let [before, lost, size, here] = [0, 0, 0, 0];
  for (let i = 0; i < loss.length; i++) {
    const weight = weights && cluster ? weights[cluster[i]!]! : 1;
    size += weight;
    here += weight * loss[i]!;
    if (last[i] === 0 || size === 0) continue;
    if (before + size >= k) return (lost + ((k - before) * here) / size) / k;
    before += size;
    lost += here;
    size = 0;
    here = 0;
  }
  return lost / n;
}

/**
 * The risk-coverage curve of answers that come with a confidence, its area, and the risk at chosen coverages.
 *
 *     AURC    mean over k of r(k/n), r the mean loss of the k surest answers; equal confidence counts as one step
 *     excess  AURC − AURC when the k surest are those with the smallest loss
 *
 * The interval is a bootstrap over answers, or whole clusters if given, which needs `random`: BCa by default up to 5,000 of
 * them, since the percentile interval sits too high for small samples; below 100 it is rough. Geifman and El-Yaniv 2017,
 * arXiv:1705.08500; excess: Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206.
 *
 * @param confidence any scale, larger is surer; NaN is missing
 * @param losses 1 for wrong and 0 for right, or any loss of at least 0; NaN is missing
 * @throws RangeError for unequal lengths, a negative or infinite loss, a coverage outside (0, 1], or ids that do not fit
 * @returns `no-data` without rows
 * @example
 * riskCoverage([0.9, 0.8, 0.7, 0.6], [0, 0, 1, 0]).value; // (0 + 0 + 1/3 + 1/4) / 4
 * @see https://github.com/assize/assize/blob/main/docs/stats/risk-coverage.md
 */
export function riskCoverage(
  confidence: ArrayLike<number>,
  losses: ArrayLike<number>,
  { at = [], ...options }: IntervalOptions & { at?: readonly number[] | undefined } = {},
): RiskCoverage | Undetermined {
  const method = 'risk-coverage';
  planInterval(options, false);
  if (confidence.length !== losses.length) {
    throw new RangeError(`${confidence.length} confidences but ${losses.length} losses`);
  }
  at.forEach((coverage, i) => {
    if (!(coverage > 0 && coverage <= 1)) throw new RangeError(`at[${i}] must lie in (0, 1], found ${coverage}`);
  });
  const kept = answeredRows(confidence, losses);
  const n = kept?.length ?? losses.length;
  const units = options.clusters ? indexClusters(options.clusters, losses.length, kept).count : n;
  // The jackknife of BCa is quadratic in the number of units.
  const usual = units <= mostForBca ? 'bca' : 'percentile';
  const plan = planInterval({ ...options, bootstrap: options.bootstrap ?? usual }, false);
  if (n === 0) return undetermined('no-data', 'needs an answer with a confidence and a loss', 0, method);
  const [sure, loss] = [columnAt(confidence, kept), columnAt(losses, kept)];
  const ordered = surestFirst(sure, loss);
  const curve = curveOf(ordered);
  const resampled =
    plan.kind === 'bootstrap' && units >= fewestClusters
      ? resampledAreas(sure, loss, indexClusters(options.clusters, losses.length, kept), at, plan)
      : null;
  const values = resampled?.original ?? plainAreas(ordered, at);
  const groups = options.clusters === undefined ? {} : { groups: units };
  const estimate = (output: number, name: string): Estimate => ({
    value: values[output]!,
    n,
    ...groups,
    ...intervalOf(plan, resampled, output, units, `${method}, ${name}`),
  });
  return {
    ...estimate(0, 'AURC'),
    excess: estimate(1, 'excess AURC'),
    risk: curve.risk.at(-1)!,
    at: at.map((coverage, i) => ({ ...estimate(2 + i, `risk at coverage ${coverage}`), coverage })),
    curve,
  };
}

/** The rows that have both, undefined for all of them. Throws RangeError for a loss that is infinite or below 0. */
function answeredRows(confidence: ArrayLike<number>, losses: ArrayLike<number>): Uint32Array | undefined {
  const isAnswered = (i: number) => !Number.isNaN(losses[i]!) && !Number.isNaN(confidence[i]!);
  let complete = true;
  for (let i = 0; i < losses.length; i++) {
    if (!isAnswered(i)) {
      complete = false;
      continue;
    }
    checkSize(losses[i]!, `losses[${i}]`);
    if (losses[i]! < 0) throw new RangeError(`losses[${i}] must be at least 0, found ${losses[i]!}`);
  }
  return complete ? undefined : rowsWhere(losses.length, isAnswered);
}

/** AURC, its excess and the risk at each coverage, of the rows as they are. Their order is used up. */
function plainAreas(ordered: Sorted, at: readonly number[]): Float64Array {
  const { loss, last } = ordered;
  const harmonic = harmonicNumbers(loss.length);
  const area = areaOf(ordered, null, harmonic);
  const risks = at.map((coverage) => riskOfFirst(ordered, null, coverage));
  loss.sort();
  stepEnds(loss.length, (i) => loss[i]!, last);
  const best = areaOf(ordered, null, harmonic);
  return Float64Array.of(area, Math.max(0, area - best), ...risks);
}

/** As `plainAreas`, with resamples of rows or clusters. */
function resampledAreas(
  confidence: Float64Array,
  losses: Float64Array,
  clusters: ClusterIndex,
  at: readonly number[],
  plan: IntervalPlan & { kind: 'bootstrap' },
): Resampled {
  const unsure = confidence.map((value) => -value);
  const [ours, best] = [sortedBy(unsure, losses, clusters.of), sortedBy(losses, losses, clusters.of)];
  const sizes = new Uint32Array(clusters.count);
  for (const place of clusters.of) sizes[place]!++;
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  // A resample is longer than the data when large clusters are drawn often.
  const harmonic = harmonicNumbers(clusters.count * largest);
  const statistic: WeightedStatistic = (weights, out) => {
    const area = areaOf(ours, weights, harmonic);
    out[0] = area;
    out[1] = Math.max(0, area - areaOf(best, weights, harmonic));
    for (let i = 0; i < at.length; i++) out[2 + i] = riskOfFirst(ours, weights, at[i]!);
  };
  return resample(new Uint8Array(clusters.count).fill(1), 2 + at.length, statistic, {
    random: plan.random,
    replicates: plan.replicates,
    jackknife: plan.method === 'bca',
  });
}

function curveOf({ confidence: keys, loss, last }: Sorted & { confidence: Float64Array }): RiskCoverage['curve'] {
  const count = last.reduce((steps, ends) => steps + ends, 0);
  const [confidence, coverage, risk] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  let [step, total] = [0, 0];
  for (let i = 0; i < loss.length; i++) {
    total += loss[i]!;
    if (last[i] === 0) continue;
    // Minus zero would print as such.
    confidence[step] = keys[i]! + 0;
    coverage[step] = (i + 1) / loss.length;
    risk[step] = total / (i + 1);
    step++;
  }
  return { confidence, coverage, risk };
}

function intervalOf(
  plan: IntervalPlan,
  resampled: Resampled | null,
  output: number,
  units: number,
  method: string,
): Pick<Estimate, 'interval' | 'level' | 'method' | 'notes' | 'se'> {
  const { level } = plan;
  if (resampled === null || plan.kind !== 'bootstrap') {
    const reason =
      plan.kind === 'bootstrap'
        ? `no interval: a bootstrap needs ${fewestClusters} items or clusters, found ${units}`
        : plan.kind === 'none'
          ? plan.note
          : 'no interval: it is a bootstrap, which needs `random`';
    return { interval: null, level, method, notes: [reason] };
  }
  const { interval, se, notes } = bootstrapInterval(resampled, output, plan);
  const name = `${method}, ${bootstrapName(resampled, plan.method)}`;
  return withNotes({ interval, level, method: name, ...(se !== undefined && { se }) }, [
    ...clusterNotes(units),
    ...notes,
  ]);
}
