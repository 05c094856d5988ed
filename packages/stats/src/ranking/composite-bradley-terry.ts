import { type Comparisons, tally } from './comparisons.ts';
import { contextualBradleyTerry } from './contextual-bradley-terry.ts';
import { countedRows } from './bradley-terry.ts';
import { type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { checkCovariates, countJudges, type VoteContext, writeContext } from './judge-votes.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';

export type CompositeOptions = VoteContext & {
  /** What each judge's mean loss counts, by number; 1 each without it. 0 leaves a judge out. */
  judgeWeights?: ArrayLike<number> | undefined;
  /** One id a vote: what is not independent. Each row stands alone without it. */
  clusters?: ArrayLike<number> | undefined;
  errors?: 'sandwich' | 'bias-reduced' | 'none' | undefined;
  level?: number | undefined;
  prior?: { scoreRidge?: number | undefined; coefficientRidge?: number | undefined } | undefined;
};

/** Scores that all judges share, with each judge's own order and coefficients. */
export type CompositeFit = RankingFit & {
  judges: {
    judge: number;
    n: number;
    order: Estimate | Undetermined | null;
    coefficients: (Estimate | Undetermined)[];
  }[];
};

const name = 'composite Bradley-Terry';

/**
 * One ranking from several judges, each of whom counts as much as he is told to, however many votes he gave.
 *
 *     loss  Σ_k w_k · mean over k's votes of −ln P(vote)      logit P  θ_left − θ_right + order_k + x'β_k
 *
 * For judges who are a choice, not a sample: half a crowd and half one model, say. Differences of taste are averaged, not
 * estimated, and the errors, a sandwich, are those of these judges; `severalJudges` speaks of further judges too. The loss
 * is that of arena-rank's CompositeBradleyTerry.
 *
 * @param judge the judge of each vote, numbered from 0
 * @returns scores and contexts as `contextualBradleyTerry`; `no-data`, `not-identified`
 * @throws RangeError as `contextualBradleyTerry`; for weights that do not fit or are negative
 * @example
 * compositeBradleyTerry(votes, judge, { judgeWeights: [0.5, 0.25, 0.25], clusters: prompt });
 * @see https://github.com/assize/assize/blob/main/docs/stats/several-judges.md
 */
export function compositeBradleyTerry(
  comparisons: Comparisons,
  judge: ArrayLike<number>,
  { judgeWeights, order, covariates, clusters, ...options }: CompositeOptions = {},
): CompositeFit | Undetermined | Disconnected {
  const total = comparisons.outcome.length;
  const { n } = tally(comparisons);
  const judges = countJudges(judge, total);
  checkCovariates(covariates, total);
  if (judgeWeights !== undefined && judgeWeights.length < judges) {
    throw new RangeError(`judgeWeights has ${judgeWeights.length} entries, there are ${judges} judges`);
  }
  const share = Float64Array.from({ length: judges }, (_, k) => judgeWeights?.[k] ?? 1);
  share.forEach((w, k) => {
    if (!(w >= 0 && w < Infinity)) throw new RangeError(`judgeWeights[${k}] must be 0 or more and finite, found ${w}`);
  });
  const rows = countedRows(comparisons, n);
  const weightOf = (row: number): number => comparisons.weights?.[row] ?? 1;
  const [mass, count] = [new Float64Array(judges), new Uint32Array(judges)];
  for (const row of rows) {
    if (weightOf(row) === 0) continue;
    mass[judge[row]!]! += weightOf(row);
    count[judge[row]!]!++;
  }
  const counts = (k: number): boolean => mass[k]! > 0 && share[k]! > 0;
  const whole = share.reduce((sum, w, k) => sum + (counts(k) ? w : 0), 0);
  if (whole === 0) return undetermined('no-data', 'no judge with weight has a vote between two players', n, name);
  const votes = mass.reduce((sum, m, k) => sum + (counts(k) ? m : 0), 0);
  // On the scale of votes, so that priors and the log-likelihood keep their meaning.
  const weights = Float64Array.from({ length: total }, (_, row) => {
    const k = judge[row]!;
    return counts(k) ? (weightOf(row) * votes * share[k]!) / (whole * mass[k]!) : 0;
  });
  const extras = (order ? 1 : 0) + (covariates?.columns ?? 0);
  const place = new Map<number, number>();
  for (let k = 0; k < judges; k++) if (counts(k)) place.set(k, place.size);
  const columns = place.size * extras;
  const values = new Float64Array(total * columns);
  if (extras > 0) {
    for (const row of rows) {
      const at = place.get(judge[row]!);
      if (at !== undefined) writeContext(row, { order, covariates }, values, row * columns + at * extras);
    }
  }
  const found = contextualBradleyTerry(
    { ...comparisons, weights },
    {
      ...options,
      // Weights are importance here, not counts of votes: only with clusters does the sandwich square them.
      clusters: clusters ?? Uint32Array.from({ length: total }, (_, row) => row),
      ...(columns > 0 && { covariates: { values, rows: total, columns } }),
    },
  );
  if (found.value === null) return { ...found, method: name };
  const { order: _, coefficients, ...fit } = found;
  const method = fit.method.replace('Bradley-Terry with context', name);
  return {
    ...fit,
    method,
    judges: Array.from(count, (own, k) => {
      const at = place.get(k);
      const contexts = Array.from({ length: extras }, (__, e): Estimate | Undetermined =>
        at === undefined
          ? undetermined('no-data', `judge ${k} has no votes or no weight`, 0, method)
          : { ...coefficients[at * extras + e]!, n: own, method },
      );
      return {
        judge: k,
        n: own,
        order: order ? contexts[0]! : null,
        coefficients: order ? contexts.slice(1) : contexts,
      };
    }),
  };
}
