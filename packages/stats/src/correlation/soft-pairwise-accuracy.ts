import { estimateFrom, itemIntervals } from '../resampling/item-intervals.ts';
import { normalCdf } from '../numerics/normal.ts';
import type { Random } from '../random/random.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/** Two systems: how sure people and judge are that the second is no better, as one-sided sign-flip p-values. */
export type SystemPair = { first: number; second: number; n: number; humanP: number; judgeP: number };

/** The soft accuracy as value, the plain share of pairs ordered alike beside it. */
export type SoftPairwiseAccuracy = Estimate & { pairwise: Estimate; systemPairs: SystemPair[]; flips: number };

const name = 'soft pairwise accuracy';
const fewestShared = 5;
const enumerable = 12;
const mostSigns = 2e8;

/**
 * Hands on the signs of the clusters, flip after flip (valid during the call only): all 2^G up to 12 clusters, else drawn.
 * Returns how many flips there are.
 */
function eachFlip(
  clusters: number,
  flips: number,
  random: Random | undefined,
  put: (signs: Int8Array) => void,
): number {
  const exact = clusters <= enumerable;
  const count = exact ? 2 ** clusters : flips;
  if (!exact && !random) throw new RangeError(`${clusters} segments are too many to enumerate: give \`random\``);
  if (count * clusters > mostSigns) {
    throw new RangeError(`${count} flips of ${clusters} segments are too many: lower \`flips\``);
  }
  const signs = new Int8Array(clusters);
  const draw = random?.stream('sign-flips');
  let [bits, left] = [0, 0];
  for (let flip = 0; flip < count; flip++) {
    for (let g = 0; g < clusters; g++) {
      if (exact) signs[g] = (flip >> g) & 1 ? -1 : 1;
      else {
        if (left === 0) {
          bits = Math.floor(draw!.next() * 4294967296);
          left = 32;
        }
        signs[g] = bits & 1 ? -1 : 1;
        bits >>>= 1;
        left--;
      }
    }
    put(signs);
  }
  return count;
}

/** Differences of two systems, summed by cluster: of people and of the judge, over the segments that all four rated. */
type Difference = { first: number; second: number; n: number; human: Float64Array; judge: Float64Array };

function differences(human: Matrix, judge: Matrix, of: Uint32Array | null, clusters: number): Difference[] {
  const { rows, columns } = human;
  const found: Difference[] = [];
  for (let a = 0; a < columns; a++) {
    for (let b = a + 1; b < columns; b++) {
      const [h, j] = [new Float64Array(clusters), new Float64Array(clusters)];
      let n = 0;
      for (let i = 0; i < rows; i++) {
        const byHuman = human.values[i * columns + a]! - human.values[i * columns + b]!;
        const byJudge = judge.values[i * columns + a]! - judge.values[i * columns + b]!;
        if (Number.isNaN(byHuman + byJudge)) continue;
        const place = of ? of[i]! : i;
        h[place]! += byHuman;
        j[place]! += byJudge;
        n++;
      }
      if (n >= fewestShared) found.push({ first: a, second: b, n, human: h, judge: j });
    }
  }
  return found;
}

/** Counts flips whose sum is at least the observed one. Sums in another order differ by rounding: hence the slack. */
function flipCounter(column: Float64Array): { count: number; see: (signs: Int8Array) => void } {
  let [observed, size] = [0, 0];
  for (const x of column) {
    observed += x;
    size += Math.abs(x);
  }
  const reach = observed - 1e-9 * size;
  const counter = {
    count: 0,
    see: (signs: Int8Array) => {
      let total = 0;
      for (let g = 0; g < column.length; g++) total += signs[g]! * column[g]!;
      if (total >= reach) counter.count++;
    },
  };
  return counter;
}

/** The normal form of the same p-value, of weighted clusters: 1 where all differences are 0, as all flips reach 0 then. */
function normalP(column: Float64Array, weights: Float64Array): { p: number; total: number } {
  let [total, squares] = [0, 0];
  for (let g = 0; g < column.length; g++) {
    total += weights[g]! * column[g]!;
    squares += weights[g]! * column[g]! * column[g]!;
  }
  return { p: squares === 0 ? 1 : normalCdf(-total / Math.sqrt(squares)), total };
}

/**
 * How well a judge's certainty about which of two systems is better matches people's, averaged over pairs of systems.
 *
 *     SPA  mean over pairs of 1 − |p_human − p_judge|,   p the one-sided paired sign-flip p-value
 *
 * Unlike the share of pairs ordered alike (`pairwise`), it does not punish a coin flip between systems that people cannot
 * tell apart either. Exact over all flips up to 12 segments, else `flips` of them, the same for all pairs. Thompson,
 * Mathur, Deutsch and Khayrallah 2024, WMT, arXiv:2409.09598.
 *
 * @param human segments × systems, mean human score; NaN is missing. Two systems need 5 segments that all rated
 * @param judge likewise
 * @param options `flips`: default 1000. `clusters`: segments that flip together. The interval resamples segments (or
 * clusters), with p-values in their normal form, and needs `random`
 * @returns `no-data` without two systems that share 5 segments
 * @throws RangeError for infinite scores, tables that do not fit, or above 12 segments without `random`
 * @example
 * softPairwiseAccuracy(human, judge, { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/soft-pairwise-accuracy.md
 */
export function softPairwiseAccuracy(
  human: Matrix,
  judge: Matrix,
  { flips: wanted = 1000, ...options }: IntervalOptions & { flips?: number | undefined } = {},
): SoftPairwiseAccuracy | Undetermined {
  const plan = planInterval(options, false);
  checkMatrix(human);
  checkMatrix(judge);
  if (human.rows !== judge.rows || human.columns !== judge.columns) {
    const [h, j] = [human, judge].map(({ rows, columns }) => `${rows} × ${columns}`);
    throw new RangeError(`human is ${h}, judge is ${j}`);
  }
  if (!Number.isSafeInteger(wanted) || wanted < 1) throw new RangeError(`flips must be at least 1, found ${wanted}`);
  for (const [who, { values, columns }] of Object.entries({ human, judge })) {
    for (let k = 0; k < values.length; k++) {
      if (!Number.isNaN(values[k]!)) checkSize(values[k]!, `${who}[${Math.floor(k / columns)}, ${k % columns}]`);
    }
  }
  const index = options.clusters ? indexClusters(options.clusters, human.rows) : null;
  const count = index?.count ?? human.rows;
  const pairs = differences(human, judge, index && index.of, count);
  if (pairs.length === 0) {
    return undetermined('no-data', `no two systems share ${fewestShared} segments`, human.rows, name);
  }
  const counters = pairs.map((pair) => ({ human: flipCounter(pair.human), judge: flipCounter(pair.judge) }));
  const flips = eachFlip(count, wanted, options.random, (signs) => {
    for (const counter of counters) {
      counter.human.see(signs);
      counter.judge.see(signs);
    }
  });
  const systemPairs = pairs.map(({ first, second, n }, k) => ({
    first,
    second,
    n,
    humanP: counters[k]!.human.count / flips,
    judgeP: counters[k]!.judge.count / flips,
  }));
  const found = itemIntervals(plan, count, null, 2, (weights, out) => {
    let [soft, alike] = [0, 0];
    for (const pair of pairs) {
      const [h, j] = [normalP(pair.human, weights), normalP(pair.judge, weights)];
      soft += 1 - Math.abs(h.p - j.p);
      if (Math.sign(h.total) === Math.sign(j.total)) alike++;
    }
    out[0] = soft / pairs.length;
    out[1] = alike / pairs.length;
  });
  const possible = (human.columns * (human.columns - 1)) / 2;
  const notes =
    pairs.length < possible
      ? [`${possible - pairs.length} of ${possible} pairs of systems share fewer than ${fewestShared} segments`]
      : [];
  const groups = options.clusters ? { groups: count } : {};
  return {
    ...estimateFrom(found, 0, human.rows, `${name}, ${count <= enumerable ? 'all ' : ''}${flips} flips`, notes),
    ...groups,
    value: systemPairs.reduce((total, { humanP, judgeP }) => total + 1 - Math.abs(humanP - judgeP), 0) / pairs.length,
    pairwise: { ...estimateFrom(found, 1, human.rows, 'share of system pairs ordered alike', notes), ...groups },
    systemPairs,
    flips,
  };
}
