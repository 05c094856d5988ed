import { ascendingOrder } from '../numerics/ascending-order.ts';
import { sum } from '../numerics/sum.ts';
import { checkCounts } from '../proportions/proportion.ts';
import type { PairedCounts } from '../proportions/proportion-difference.ts';
import type { Random } from '../random/random.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { PosteriorDifference } from './beta-posterior.ts';
import { pairedPosterior, proposalOf } from './paired-proposal.ts';

export type PairedPosteriorDifference = PosteriorDifference & {
  /** Posterior mean of the correlation of the two normal variables behind right and wrong. */
  correlation: number;
  /** Effective number of the weighted draws, (Σw)²/Σw²; the simulation error of a share is at most 1/(2√ess). */
  ess: number;
  draws: number;
};

const enough = 200;
const rate = (logit: number): number => 1 / (1 + Math.exp(-logit));
const logit = (wins: number, losses: number): number => Math.log((wins + 1) / (losses + 1));

/**
 * The difference of two rates on the same items (first − second), by Bayes.
 *
 *     prior       θ_A, θ_B ~ U(0, 1)      ρ = 2 Beta(4, 2) − 1
 *     likelihood  multinomial over the four cells; P(both) = Φ₂(Φ⁻¹(θ_A), Φ⁻¹(θ_B); ρ)
 *
 * By importance sampling from a t distribution with 5 degrees of freedom, laid on the mode of the posterior of (logit θ_A,
 * logit θ_B, artanh ρ): about half of the draws are effective at any n, where draws from the prior (the authors' way, with
 * the same limit) are lost as n grows. Model: Bowyer, Aitchison and Ivanova 2025, arXiv:2503.01747, appendix.
 *
 * @throws RangeError if a count is not a count, level is outside (0, 1), or draws is no positive count
 * @returns `no-data` without items
 * @example
 * pairedPosteriorDifference({ both: 12, firstOnly: 5, secondOnly: 1, neither: 2 }, { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/bayesian-small-samples.md
 */
export function pairedPosteriorDifference(
  { both, firstOnly, secondOnly, neither }: PairedCounts,
  { random, level = 0.95, draws = 10_000 }: { random: Random; level?: number; draws?: number },
): PairedPosteriorDifference | Undetermined {
  const n = both + firstOnly + secondOnly + neither;
  for (const count of [both, firstOnly, secondOnly, neither]) checkCounts(count, n);
  checkLevel(level);
  if (!Number.isSafeInteger(draws) || draws < 1) throw new RangeError(`draws must be at least 1, found ${draws}`);
  const method = 'paired posterior, bivariate normal';
  if (n === 0) return undetermined('no-data', 'a difference needs at least one item', 0, method);
  const [wins, others] = [
    [both + firstOnly, secondOnly + neither],
    [both + secondOnly, firstOnly + neither],
  ] as const;
  const target = pairedPosterior({ both, firstOnly, secondOnly, neither });
  const proposal = proposalOf(target, [logit(wins[0], wins[1]), logit(others[0], others[1]), 1]);
  const source = random.stream('paired-posterior');
  const differences = new Float64Array(draws);
  const correlations = new Float64Array(draws);
  const logs = new Float64Array(draws);
  for (let i = 0; i < draws; i++) {
    const { point, log } = proposal(source);
    differences[i] = rate(point[0]) - rate(point[1]);
    correlations[i] = Math.tanh(point[2]);
    logs[i] = target(point) - log;
  }
  const weights = weightsOf(logs);
  const ess = effective(weights);
  const value = sum(weights.map((w, i) => w * differences[i]!));
  const se = Math.sqrt(sum(weights.map((w, i) => w * (differences[i]! - value) ** 2)));
  const notes = ess < enough ? [`only ${Math.round(ess)} effective draws: the ends are rough`] : [];
  const tail = (1 - level) / 2;
  const order = ascendingOrder(differences);
  return withNotes(
    {
      value,
      interval: [
        weightedQuantile(differences, weights, order, tail),
        weightedQuantile(differences, weights, order, 1 - tail),
      ] as [number, number],
      level,
      n,
      se,
      probabilityBetter: Math.min(1, sum(weights.map((w, i) => (differences[i]! > 0 ? w : 0)))),
      correlation: sum(weights.map((w, i) => w * correlations[i]!)),
      ess,
      draws,
      method: `${method}, ${draws} draws`,
    },
    notes,
  );
}

/** Weights that sum to 1, from logs. */
function weightsOf(logs: Float64Array): Float64Array {
  const largest = logs.reduce((most, x) => Math.max(most, x), -Infinity);
  const raw = logs.map((x) => Math.exp(x - largest));
  const total = sum(raw);
  return raw.map((w) => w / total);
}

function effective(weights: Float64Array): number {
  return 1 / sum(weights.map((w) => w * w));
}

/** The value at which the weights, in ascending order of the values, have summed to p; a draw stands at the middle of its weight. */
function weightedQuantile(values: Float64Array, weights: Float64Array, order: Uint32Array, p: number): number {
  let [below, last] = [0, order[0]!];
  let reached = 0;
  for (const i of order) {
    const middle = below + weights[i]! / 2;
    if (middle >= p) {
      if (middle === reached || i === order[0]) return values[i]!;
      return values[last]! + ((p - reached) / (middle - reached)) * (values[i]! - values[last]!);
    }
    below += weights[i]!;
    reached = middle;
    last = i;
  }
  return values[last]!;
}
