import { componentsOf, pairCounts } from './pair-counts.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { criticalValue } from './score-contrast.ts';
import { disconnected, tallyNotes } from './bradley-terry.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { type JudgeVotes, judgeVotes } from './judge-votes.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import { scorePart } from './score-errors.ts';
import { type TasteErrors, tasteErrors } from './taste-errors.ts';
import { type TasteFit, tasteFit } from './taste-fit.ts';
import { scoreVariance, shareInterval } from './taste-share.ts';
import { tasteSpread } from './taste-variance.ts';

export type SeveralJudgesOptions = {
  /** Whether the left place may help, with each judge by as much as it may be. */
  order?: boolean | undefined;
  /** One row a vote, as in `contextualBradleyTerry`; each judge has his own coefficients. */
  covariates?: Matrix | undefined;
  /** The variance of taste, held instead of estimated; 0 for judges who differ in their context alone. */
  tasteVariance?: number | undefined;
  /** λ of the penalty λ/2 · Σ² on each judge's order and coefficients. Default 0. */
  coefficientRidge?: number | undefined;
  /** As in `bradleyTerry`; what comes from the choice of judges is in all of them. */
  errors?: 'sandwich' | 'model' | 'none' | undefined;
  /** One id a vote: what is not independent (prompt). A prompt may be seen by several judges. */
  clusters?: ArrayLike<number> | undefined;
  level?: number | undefined;
};

/** What one judge adds to the shared scores. */
export type JudgeTaste = {
  judge: number;
  n: number;
  /** Log-odds for the left place between equals; null where it was not asked for. */
  order: Estimate | Undetermined | null;
  /** One a column of `covariates`. */
  coefficients: (Estimate | Undetermined)[];
  /** The likeliest u_k, drawn towards 0: θ + u_k are the judge's own scores. */
  taste: Float64Array;
};

/** The scores of a typical judge, and how far judges differ about them. */
export type SeveralJudges = RankingFit & {
  /** τ², variance of taste in squared log-odds. */
  tasteVariance: Estimate | Undetermined;
  /** τ² / (τ² + variance of these players' shared scores). */
  tasteShare: Estimate | Undetermined;
  judges: JudgeTaste[];
};

const name = 'Bradley-Terry with several judges, Laplace';

function checkOptions({ level = 0.95, tasteVariance = 0, coefficientRidge = 0 }: SeveralJudgesOptions): void {
  checkLevel(level);
  for (const [key, value] of Object.entries({ tasteVariance, coefficientRidge })) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${key} must be 0 or more and finite, found ${value}`);
  }
}

/** Degrees of freedom of the scores' errors (Satterthwaite): tastes on one side, few clusters on the other. */
function freedom({ fromTaste, groups }: TasteErrors, players: number, judges: number): number | null {
  const few = groups !== undefined && groups < 30 ? (1 - fromTaste) ** 2 / (groups - 1) : 0;
  const tastes = judges > 1 ? fromTaste ** 2 / ((players - 1) * (judges - 1)) : 0;
  const df = 1 / (few + tastes);
  return df < 1000 ? df : null;
}

function judgeParts(
  votes: JudgeVotes,
  fit: TasteFit,
  errors: TasteErrors,
  options: SeveralJudgesOptions,
): JudgeTaste[] {
  const { players, extras, perJudge } = votes;
  const { level = 0.95 } = options;
  const df = errors.groups !== undefined && errors.groups < 30 ? errors.groups - 1 : null;
  const reach = criticalValue({ df }, level);
  return Array.from(perJudge, (n, judge): JudgeTaste => {
    const from = judge * (players + extras);
    const contexts = Array.from({ length: extras }, (_, e): Estimate | Undetermined => {
      const method = `${name}, ${errors.name}`;
      if (n === 0) return undetermined('no-data', `judge ${judge} has no votes`, 0, method);
      const value = fit.own[from + players + e]!;
      const at = players + judge * extras + e;
      const about = { level, n, ...(errors.groups !== undefined && { groups: errors.groups }), method };
      if (errors.covariance === null) return withNotes({ value, interval: null, ...about }, errors.notes);
      const se = Math.sqrt(errors.covariance[at * errors.size + at]!);
      return withNotes({ value, interval: [value - reach * se, value + reach * se], ...about, se }, errors.notes);
    });
    return {
      judge,
      n,
      order: options.order ? contexts[0]! : null,
      coefficients: options.order ? contexts.slice(1) : contexts,
      taste: fit.own.slice(from, from + players).map((z) => fit.spread * z),
    };
  });
}

/**
 * One ranking from several judges, who differ in taste, in what the left place is worth to them, and in style.
 *
 *     logit P(judge k prefers left)  θ_left − θ_right + u_k,left − u_k,right + order_k + x'β_k      u ~ N(0, τ²)
 *
 * θ are the scores of a typical judge; their errors count the judges as a sample, so that they hold for other judges of the
 * kind. τ² maximises the marginal likelihood, with scores, tastes and contexts integrated out by Laplace (over the scores
 * that is REML); its interval is where that likelihood falls by half a chi-square quantile. The share of taste joins it with
 * the variance of the scores by Donner and Zou's method. Breslow and Clayton 1993, JASA 88:9-25; Böckenholt 2001,
 * Psychological Methods 6:49-66.
 *
 * @param judge the judge of each vote, numbered from 0
 * @returns with one judge the fit of `contextualBradleyTerry`, and `one-rater` for taste; `no-data`; `not-identified` with
 * the parts, or where a covariate foretells what a judge says
 * @throws RangeError as `contextualBradleyTerry`; for a judge that is no number from 0, or a negative variance or ridge
 * @example
 * severalJudges(votes, judge, { order: true, clusters: prompt }).tasteShare; // what part of the differences is taste
 * @see https://github.com/assize/assize/blob/main/docs/stats/several-judges.md
 */
export function severalJudges(
  comparisons: Comparisons,
  judge: ArrayLike<number>,
  options: SeveralJudgesOptions = {},
): SeveralJudges | Undetermined | Disconnected {
  checkOptions(options);
  const { level = 0.95, tasteVariance: held, coefficientRidge: ridge = 0 } = options;
  const counted = tally(comparisons);
  const { players, n } = counted;
  const votes = judgeVotes(comparisons, judge, options);
  if (n === 0 || counted.first.length === 0) {
    return undetermined('no-data', 'there is no vote between two players', n, name);
  }
  const components = componentsOf(pairCounts(counted));
  if (components.length > 1) return disconnected(components, n, name);
  const voting = votes.perJudge.reduce((count, own) => count + (own > 0 ? 1 : 0), 0);
  const estimated = voting > 1 && held === undefined;
  const fixed = voting > 1 && held !== undefined ? Math.sqrt(held) : 0;
  const found = estimated ? tasteSpread(votes, ridge, level) : null;
  const fit = estimated ? found && found.fit : tasteFit(votes, fixed, ridge);
  // Where a covariate foretells the outcome, its coefficient grows by a step an iteration and never arrives.
  if (fit === null || !fit.converged) {
    const detail = 'with one of the judges a covariate foretells the outcome, is constant 0, or repeats the others';
    return undetermined('not-identified', detail, n, name);
  }
  const errors = tasteErrors(
    votes,
    fit,
    (row) => judge[row]!,
    comparisons.weights,
    comparisons.outcome.length,
    options,
  );
  const { covariance, se } = scorePart(errors.covariance, players, errors.size);
  const df = covariance && freedom(errors, players, voting);
  const method = `${name}, ${errors.name}`;
  const about = { level, n, groups: voting, method };
  const variance = (found ? found.spread : fixed) ** 2;
  const alone = undetermined('one-rater', 'one judge: his taste is not told from the scores', n, method);
  const ends = found?.interval ?? null;
  const tasteVariance = (): Estimate | Undetermined => {
    if (voting < 2) return alone;
    if (ends) return withNotes({ value: variance, interval: [ends[0] ** 2, ends[1] ** 2], ...about }, tasteNotes);
    const why = estimated ? 'no interval: the votes set no upper bound to it' : 'no interval: the variance was given';
    return withNotes({ value: variance, interval: null, ...about }, [why]);
  };
  const tasteNotes = variance === 0 ? ['no more than chance sets the judges apart'] : [];
  if (options.clusters !== undefined)
    tasteNotes.push('the variance of taste takes votes as independent, given the scores');
  const tasteShare = (): Estimate | Undetermined => {
    if (voting < 2) return alone;
    const reach = criticalValue({ df }, level);
    const { trace, ...whole } = scoreVariance(
      fit.theta,
      covariance ?? new Float64Array(players * players),
      errors.fromTaste,
      reach,
    );
    const part = fit.spread > 0 ? (errors.fromTaste * trace) / ((players - 1) * fit.spread ** 2) : 0;
    const shared = Math.max(0, whole.value - part * variance);
    if (variance + shared === 0) return undetermined('zero-variance', 'neither players nor tastes differ', n, method);
    const value = variance / (variance + shared);
    const why =
      covariance === null ? 'no standard errors' : estimated ? 'the variance of taste has none' : 'it was given';
    if (ends === null || covariance === null) {
      return withNotes({ value, interval: null, ...about }, [`no interval: ${why}`]);
    }
    const interval = shareInterval({ value: variance, interval: [ends[0] ** 2, ends[1] ** 2] }, whole, part);
    return withNotes({ value, interval, ...about }, tasteNotes);
  };
  const notes = [...tallyNotes(counted), ...errors.notes];
  if (ridge > 0) notes.push('the ridge pulls orders and coefficients towards 0: intervals are around the pulled ones');
  return withNotes(
    {
      value: fit.theta,
      covariance,
      se,
      df,
      n,
      ...(errors.groups !== undefined && { groups: errors.groups }),
      logLikelihood: fit.logLikelihood,
      iterations: fit.iterations,
      converged: fit.converged,
      method,
      tasteVariance: tasteVariance(),
      tasteShare: tasteShare(),
      judges: judgeParts(votes, fit, errors, options),
    },
    notes,
  );
}
