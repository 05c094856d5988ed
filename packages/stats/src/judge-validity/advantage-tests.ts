import { tCdf } from '../numerics/distributions.ts';
import { normalCdf } from '../numerics/normal.ts';
import { sum, sumOf } from '../numerics/sum.ts';
import { isRounding } from '../shapes/finite.ts';

export type AdvantageTest = 't' | 'wilcoxon' | 'betting';

/** What one annotator's comparison with the judge is tested on; weights and cluster numbers follow its rows. */
export type AdvantageSample = {
  surplus: Int8Array;
  weights: Float64Array | null;
  cluster: Uint32Array | null;
  clusters: number;
};

/** The mean surplus with its standard error, and the p-value of "it is at least epsilon" as a function of epsilon. */
export type TestedAdvantage = { mean: number; se: number; sd: number; p: (epsilon: number) => number };

const exactUpTo = 50;

/** Weighted mean, its linearised standard error over clusters, and the plain standard deviation (divisor n − 1). */
function moments({ surplus, weights, cluster, clusters }: AdvantageSample): { mean: number; se: number; sd: number } {
  const n = surplus.length;
  const weight = (i: number) => (weights ? weights[i]! : 1);
  const total = weights ? sum(weights) : n;
  let above = 0;
  for (let i = 0; i < n; i++) above += weight(i) * surplus[i]!;
  const mean = above / total;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const residual = surplus[i]! - mean;
    squares += (weight(i) / total) * residual * residual;
  }
  let residualOf = (i: number) => weight(i) * (surplus[i]! - mean);
  if (cluster) {
    const sums = new Float64Array(clusters);
    for (let i = 0; i < n; i++) sums[cluster[i]!]! += residualOf(i);
    residualOf = (c) => sums[c]!;
  }
  const spread = sumOf(clusters, (c) => residualOf(c) * residualOf(c));
  const found = clusters > 1 ? Math.sqrt((clusters / (clusters - 1)) * spread) / total : 0;
  const sd = n > 1 ? Math.sqrt((squares * n) / (n - 1)) : 0;
  return { mean, se: isRounding(found, 1) ? 0 : found, sd };
}

/** Where the spread is 0 there is nothing to divide by: the mean decides. */
function tTest({ mean, se }: { mean: number; se: number }, clusters: number): (epsilon: number) => number {
  return (epsilon) => (se === 0 ? Number(!(mean < epsilon)) : tCdf((mean - epsilon) / se, clusters - 1));
}

/** P(W ≤ w), W the sum of doubled midranks that carry a plus sign, all signs equally likely. */
function exactRankSum(groups: readonly { size: number; rank: number }[], w: number): number {
  const most = groups.reduce((total, { size, rank }) => total + size * 2 * rank, 0);
  const chance = new Float64Array(most + 1);
  chance[0] = 1;
  let top = 0;
  for (const { size, rank } of groups) {
    for (let k = 0; k < size; k++) {
      top += 2 * rank;
      for (let s = top; s >= 0; s--) {
        const without = chance[s]!;
        chance[s] = (without + (s >= 2 * rank ? chance[s - 2 * rank]! : 0)) / 2;
      }
    }
  }
  return Math.min(1, sum(chance.subarray(0, 2 * w + 1)));
}

/**
 * The one-sided signed-rank test of surplus − epsilon. It has at most three sizes, so ranks need no sorting. Exact up to
 * 50 that differ from 0, ties and all; else normal with the variance corrected for ties.
 */
function wilcoxon(counts: readonly [number, number, number]): (epsilon: number) => number {
  return (epsilon) => {
    const values = [-1, 0, 1].map((surplus, place) => ({ distance: surplus - epsilon, count: counts[place]! }));
    const apart = values.filter(({ distance, count }) => distance !== 0 && count > 0);
    const n = apart.reduce((total, { count }) => total + count, 0);
    if (n === 0) return 1;
    const sizes = [...new Set(apart.map(({ distance }) => Math.abs(distance)))].toSorted((a, b) => a - b);
    let [below, positive, ties] = [0, 0, 0];
    const groups = sizes.map((size) => {
      const alike = apart.filter(({ distance }) => Math.abs(distance) === size);
      const count = alike.reduce((total, one) => total + one.count, 0);
      const rank = below + (count + 1) / 2;
      for (const one of alike) if (one.distance > 0) positive += one.count * rank;
      below += count;
      ties += count ** 3 - count;
      return { size: count, rank };
    });
    if (n <= exactUpTo) return exactRankSum(groups, positive);
    const spread = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
    return normalCdf((positive - (n * (n + 1)) / 4) / Math.sqrt(spread));
  };
}

const bets = 49;

/**
 * 1 over the wealth of someone who bets, at fair odds, that the mean of y = (1 − surplus)/2 in [0, 1] is above
 * m = (1 − epsilon)/2:
 *
 *     wealth  mean over f = 1/50 … 49/50 of Π (1 + f (y/m − 1))
 *
 * If the mean is at most m nobody gains on average, whatever n, so P(1/wealth ≤ a) ≤ a (Ville, Markov). A mixture of
 * fixed bets does not depend on the order of the items. Waudby-Smith and Ramdas 2024, JRSS B 86:1-27.
 */
function betting(shares: readonly { y: number; count: number }[]): (epsilon: number) => number {
  return (epsilon) => {
    const m = (1 - epsilon) / 2;
    if (m === 0) return shares.some(({ y, count }) => y > 0 && count > 0) ? 0 : 1;
    const logs = new Float64Array(bets);
    for (let k = 0; k < bets; k++) {
      const f = (k + 1) / (bets + 1);
      let total = 0;
      for (const { y, count } of shares) if (count > 0) total += count * Math.log1p(f * (y / m - 1));
      logs[k] = total;
    }
    const most = logs.reduce((a, b) => Math.max(a, b));
    const wealth = most + Math.log(sum(logs.map((x) => Math.exp(x - most))) / bets);
    return Math.min(1, Math.exp(-wealth));
  };
}

/** (1 − surplus)/2, averaged over each cluster, since only clusters are independent. */
function betShares({ surplus, cluster, clusters }: AdvantageSample): { y: number; count: number }[] {
  if (!cluster) {
    return [-1, 0, 1].map((value) => ({ y: (1 - value) / 2, count: surplus.filter((x) => x === value).length }));
  }
  const [totals, sizes] = [new Float64Array(clusters), new Float64Array(clusters)];
  surplus.forEach((value, i) => {
    totals[cluster[i]!]! += (1 - value) / 2;
    sizes[cluster[i]!]!++;
  });
  return Array.from(totals, (total, g) => ({ y: total / sizes[g]!, count: 1 }));
}

/** Prepares the test of one annotator. Throws RangeError where a test cannot use weights or clusters. */
export function testedAdvantage(sample: AdvantageSample, test: AdvantageTest): TestedAdvantage {
  const { surplus, weights, cluster, clusters } = sample;
  const found = moments(sample);
  switch (test) {
    case 't':
      return { ...found, p: tTest(found, clusters) };
    case 'wilcoxon': {
      if (weights || cluster) throw new RangeError("test 'wilcoxon' takes items as independent and equal: use 't'");
      const counts = [-1, 0, 1].map((value) => surplus.filter((x) => x === value).length);
      return { ...found, p: wilcoxon([counts[0]!, counts[1]!, counts[2]!]) };
    }
    case 'betting':
      if (weights) throw new RangeError("test 'betting' takes no item weights: use 't'");
      return { ...found, p: betting(betShares(sample)) };
    default:
      throw new RangeError(`test must be t, wilcoxon or betting, found ${String(test)}`);
  }
}
