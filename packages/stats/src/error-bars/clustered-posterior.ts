import { rowsPresentIn } from '../numerics/present-rows.ts';
import { sum } from '../numerics/sum.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';

/** A rate over clusters, with how alike the items of a cluster are. */
export type ClusteredPosterior = Estimate & {
  /** Posterior mean of 1/(d + 1), the intraclass correlation of the model. */
  intraclass: number;
};

/** Σ_i counts[i] log(x + i): the logarithm of rising factorials of many clusters at once. */
function logRising(counts: readonly number[], x: number): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]! * Math.log(x + i);
  return total;
}

/** counts[i] is how many of the numbers exceed i. */
function exceeding(numbers: Float64Array): number[] {
  const counts = Array.from({ length: numbers.reduce((most, x) => Math.max(most, x), 0) }, () => 0);
  for (const x of numbers) for (let i = 0; i < x; i++) counts[i]!++;
  return counts;
}

const rates = 300;
const concentrations = 48;

/** Equal steps of log(d) that hold all but 1e-7 of Gamma(1, 1). */
const logD = Float64Array.from({ length: concentrations }, (_, j) => -16 + ((j + 0.5) * 19.2) / concentrations);

/**
 * A rate over items in few clusters, by Bayes: each cluster has its own rate.
 *
 *     θ ~ U(0, 1)      d ~ Gamma(1, 1)      θ_g ~ Beta(dθ, d(1 − θ))      successes_g ~ Binomial(m_g, θ_g)
 *
 * `value` and interval are the posterior mean and the equal-tailed credible interval of θ, by quadrature over θ and d with
 * an error below 1e-5. The prior expects clusters that differ much (an intraclass correlation near 0.6), so with few
 * clusters the interval is wide. Bowyer, Aitchison and Ivanova 2025, arXiv:2503.01747, section on clustered questions.
 *
 * @param values 0, 1 or NaN for missing
 * @param clusters one id per row
 * @throws RangeError if a value is not 0, 1 or NaN, ids do not fit, or level is outside (0, 1)
 * @returns `no-data` without rows
 * @example
 * clusteredPosterior([1, 1, 0, 1, 0, 0], [0, 0, 1, 1, 2, 2]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/bayesian-small-samples.md
 */
export function clusteredPosterior(
  values: ArrayLike<number>,
  clusters: ArrayLike<number>,
  { level = 0.95 }: { level?: number } = {},
): ClusteredPosterior | Undetermined {
  checkLevel(level);
  const method = 'clustered beta-binomial posterior';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) {
      throw new RangeError(`values[${i}] must be 0, 1 or NaN for missing, found ${value}`);
    }
  }
  const rows = rowsPresentIn({ values });
  const n = rows?.length ?? values.length;
  const { of, count } = indexClusters(clusters, values.length, rows);
  if (n === 0) return undetermined('no-data', 'needs at least one item', 0, method);
  const hits = new Float64Array(count);
  const misses = new Float64Array(count);
  for (let i = 0; i < n; i++) (values[rows ? rows[i]! : i] === 1 ? hits : misses)[of[i]!]!++;
  const [successes, failures, sizes] = [
    exceeding(hits),
    exceeding(misses),
    exceeding(hits.map((x, g) => x + misses[g]!)),
  ];
  // The last term is Gamma(1, 1) on d and the step in log(d).
  const ground = logD.map((log) => -logRising(sizes, Math.exp(log)) - Math.exp(log) + log);
  /** log of ∫ posterior dd at a θ, and Σ of the intraclass correlation under it. */
  const at = (logit: number): { log: number; intraclass: number } => {
    const theta = 1 / (1 + Math.exp(-logit));
    const other = 1 / (1 + Math.exp(logit));
    const logs = ground.map((base, j) => {
      const d = Math.exp(logD[j]!);
      return base + logRising(successes, d * theta) + logRising(failures, d * other);
    });
    const largest = logs.reduce((most, x) => Math.max(most, x), -Infinity);
    const weights = logs.map((x) => Math.exp(x - largest));
    const total = sum(weights);
    const intraclass = sum(weights.map((w, j) => w / (1 + Math.exp(logD[j]!)))) / total;
    return { log: largest + Math.log(total) + Math.log(theta) + Math.log(other), intraclass };
  };
  const [low, high] = support(at);
  const step = (high - low) / rates;
  const logits = Float64Array.from({ length: rates + 1 }, (_, i) => low + i * step);
  const found = Array.from(logits, at);
  const largest = found.reduce((most, { log }) => Math.max(most, log), -Infinity);
  const weights = Float64Array.from(found, ({ log }) => Math.exp(log - largest));
  const total = sum(weights);
  const share = Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-logit)));
  const value = sum(weights.map((w, i) => w * share[i]!)) / total;
  const se = Math.sqrt(sum(weights.map((w, i) => w * (share[i]! - value) ** 2)) / total);
  const tail = (1 - level) / 2;
  return {
    value,
    interval: [at01(quantileOf(logits, weights, tail)), at01(quantileOf(logits, weights, 1 - tail))],
    level,
    n,
    groups: count,
    se,
    intraclass: sum(weights.map((w, i) => w * found[i]!.intraclass)) / total,
    method,
  };
}

const at01 = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Where the posterior of logit θ is within e^-25 of its top. */
function support(at: (logit: number) => { log: number }): [number, number] {
  const places = Float64Array.from({ length: 81 }, (_, i) => i - 40);
  const logs = places.map((place) => at(place).log);
  const largest = logs.reduce((most, x) => Math.max(most, x), -Infinity);
  const first = logs.findIndex((x) => x > largest - 25);
  const last = logs.findLastIndex((x) => x > largest - 25);
  return [places[Math.max(0, first - 1)]!, places[Math.min(80, last + 1)]!];
}

/** The integral over step i of a density given at its ends and beyond: of the cubic through four points. */
function stepIntegral(weights: Float64Array, i: number): number {
  const outer = (weights[i - 2] ?? 0) + (weights[i + 1] ?? 0);
  return (13 * (weights[i - 1]! + weights[i]!) - outer) / 24;
}

/** The p-quantile of a density given on equal steps; inside a step the density is read as a straight line. */
function quantileOf(places: Float64Array, weights: Float64Array, p: number): number {
  let total = 0;
  for (let i = 1; i < weights.length; i++) total += stepIntegral(weights, i);
  let below = 0;
  for (let i = 1; i < weights.length; i++) {
    const inside = stepIntegral(weights, i);
    if (below + inside < p * total) {
      below += inside;
      continue;
    }
    const [a, b] = [weights[i - 1]!, weights[i]!];
    const share = (p * total - below) / inside;
    let [low, high] = [0, 1];
    for (let step = 0; step < 50; step++) {
      const x = (low + high) / 2;
      if ((2 * a * x + (b - a) * x * x) / (a + b) < share) low = x;
      else high = x;
    }
    return places[i - 1]! + low * (places[i]! - places[i - 1]!);
  }
  return places.at(-1)!;
}
