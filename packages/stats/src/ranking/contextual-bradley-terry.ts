import { concaveMaximum, gauged } from './concave-maximum.ts';
import { type Comparisons, tally } from './comparisons.ts';
import { countedRows, disconnected, tallyNotes } from './bradley-terry.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';
import { checkSize, usualSize } from '../shapes/finite.ts';
import { componentsOf, pairCounts } from './pair-counts.ts';
import { criticalValue } from './score-contrast.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import { type ErrorOptions, inverseInformation, scoreErrors, scorePart } from './score-errors.ts';
import type { VoteScores } from './vote-scores.ts';
import { logistic, logLogistic } from '../numerics/logistic.ts';

export type ContextOptions = ErrorOptions & {
  /** Whether the left place may help: a constant 1 for every vote. */
  order?: boolean | undefined;
  /** One row a vote: what speaks for the left one besides its score. `styleDifferences` makes them; see there. */
  covariates?: Matrix | undefined;
  /** Level of the coefficients' intervals. Default 0.95. */
  level?: number | undefined;
  /** Penalties λ/2 · Σ², on the scores and on the coefficients (the order's too). */
  prior?: { scoreRidge?: number | undefined; coefficientRidge?: number | undefined } | undefined;
};

/** Scores at equal context, and what the context is worth in log-odds. */
export type ContextFit = RankingFit & {
  /** Log-odds for the left place between equals; null where it was not asked for. */
  order: Estimate | null;
  /** One coefficient a column of `covariates`. */
  coefficients: Estimate[];
};

const name = 'Bradley-Terry with context, Newton';

/** What speaks for the left one of each vote besides its score, read where the caller has it. */
type Design = { rows: Uint32Array; at: (vote: number, k: number) => number; extras: number };

function designOf(comparisons: Comparisons, rows: Uint32Array, { order, covariates }: ContextOptions): Design {
  const extras = (order ? 1 : 0) + (covariates?.columns ?? 0);
  if (covariates) {
    checkMatrix(covariates);
    if (covariates.rows !== comparisons.outcome.length) {
      throw new RangeError(`covariates has ${covariates.rows} rows, outcome has ${comparisons.outcome.length}`);
    }
  }
  if (!covariates) return { rows, at: () => 1, extras };
  const { values, columns } = covariates;
  for (const row of rows) {
    for (let k = 0; k < columns; k++) {
      const value = values[row * columns + k]!;
      if (Number.isNaN(value)) throw new RangeError(`covariates row ${row} column ${k} must be a number, found NaN`);
      if (Math.abs(value) >= usualSize) checkSize(value, `covariates row ${row} column ${k}`);
    }
  }
  const first = order ? 1 : 0;
  return { rows, at: (vote, k) => (k < first ? 1 : values[rows[vote]! * columns + k - first]!), extras };
}

function contextScores(comparisons: Comparisons, { rows, at, extras }: Design, parameters: Float64Array): VoteScores {
  const { players, left, right, outcome, weights } = comparisons;
  const difference = (vote: number): number => {
    const row = rows[vote]!;
    let z = parameters[left[row]!]! - parameters[right[row]!]!;
    for (let k = 0; k < extras; k++) z += parameters[players + k]! * at(vote, k);
    return outcome[row]! - logistic(z);
  };
  const more = (vote: number, k: number): number => difference(vote) * at(vote, k);
  const bend = (vote: number, block: Float64Array): void => {
    const p = outcome[rows[vote]!]! - difference(vote);
    const x = (k: number): number => (k === 0 ? 1 : at(vote, k - 1));
    for (let a = 0; a <= extras; a++) {
      for (let b = 0; b <= extras; b++) block[a * (extras + 1) + b] = p * (1 - p) * x(a) * x(b);
    }
  };
  return { rows, left, right, weights, difference, more, extras, bend };
}

function ridgeOf(value: number | undefined, key: string): number {
  if (value === undefined) return 0;
  if (value >= 0 && value < Infinity) return value;
  throw new RangeError(`prior.${key} must be 0 or more and finite, found ${value}`);
}

/**
 * Bradley-Terry scores with the order of showing and style taken out.
 *
 *     logit P(left wins)  θ_left − θ_right + order + x'β
 *
 * `order` is the log-odds of the left place between equals. A coefficient is an association: quality that shows as length
 * is taken out with the length, so show the plain ranking beside this one. Do not centre the order; do centre style.
 * The errors are as in `bradleyTerry`; for the order they hang on the clustering more than anything else (prompt first).
 * Chiang et al. 2024, "Chatbot Arena"; style control after FastChat.
 *
 * @returns scores, `order`, `coefficients`; `no-data`; `not-identified` with the parts, or where a covariate foretells the
 * outcome or repeats what others say
 * @throws RangeError as `bradleyTerry`; for covariates that do not fit, are missing or infinite; for a negative penalty
 * @example
 * contextualBradleyTerry(votes, { order: true, clusters: prompt }).order; // log-odds of the left place
 * @see https://github.com/assize/assize/blob/main/docs/stats/style-control.md
 */
export function contextualBradleyTerry(
  comparisons: Comparisons,
  options: ContextOptions = {},
): ContextFit | Undetermined | Disconnected {
  const { level = 0.95, prior } = options;
  checkLevel(level);
  const scoreRidge = ridgeOf(prior?.scoreRidge, 'scoreRidge');
  const coefficientRidge = ridgeOf(prior?.coefficientRidge, 'coefficientRidge');
  const counted = tally(comparisons);
  const { players, n } = counted;
  const { left, right, outcome, weights } = comparisons;
  const design = designOf(comparisons, countedRows(comparisons, n), options);
  const { rows, at: covariate, extras } = design;
  if (n === 0 || counted.first.length === 0)
    return undetermined('no-data', 'there is no vote between two players', n, name);
  if (scoreRidge === 0) {
    const components = componentsOf(pairCounts(counted));
    if (components.length > 1) return disconnected(components, n, name);
  }
  const size = players + extras;
  const maximum = concaveMaximum(new Float64Array(size), players, (parameters, score, information) => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const row = rows[i]!;
      const [a, b, y] = [left[row]!, right[row]!, outcome[row]!];
      const weight = weights ? weights[row]! : 1;
      let z = parameters[a]! - parameters[b]!;
      for (let k = 0; k < extras; k++) z += parameters[players + k]! * covariate(i, k);
      const p = logistic(z);
      value += weight * (logLogistic(z) - (1 - y) * z);
      const rest = weight * (y - p);
      const bend = weight * p * (1 - p);
      score[a]! += rest;
      score[b]! -= rest;
      information[a * size + a]! += bend;
      information[b * size + b]! += bend;
      information[a * size + b]! -= bend;
      information[b * size + a]! -= bend;
      for (let k = 0; k < extras; k++) {
        const x = covariate(i, k);
        const at = players + k;
        score[at]! += rest * x;
        information[a * size + at]! += bend * x;
        information[at * size + a]! += bend * x;
        information[b * size + at]! -= bend * x;
        information[at * size + b]! -= bend * x;
        for (let m = 0; m < extras; m++) information[at * size + players + m]! += bend * x * covariate(i, m);
      }
    }
    for (let i = 0; i < size; i++) {
      const ridge = i < players ? scoreRidge : coefficientRidge;
      value -= (ridge / 2) * parameters[i]! ** 2;
      score[i]! -= ridge * parameters[i]!;
      information[i * size + i]! += ridge;
    }
    return value;
  });
  const { parameters, converged, iterations } = maximum;
  const bread = inverseInformation(gauged(maximum.information, size, players), players, size);
  // Where a covariate foretells the outcome, its coefficient grows by a step an iteration and never arrives.
  if (bread === null || !converged) {
    const detail =
      'a covariate foretells the outcome, is constant 0, or is a combination of the players and the others';
    return undetermined('not-identified', detail, n, name);
  }
  const notes = tallyNotes(counted);
  if (prior) notes.push('the prior pulls scores or coefficients towards 0: intervals are around the pulled ones');
  const theta = parameters.slice(0, players);
  const votes = (): VoteScores => contextScores(comparisons, design, parameters);
  const errors = scoreErrors(bread, votes, players, options);
  const method = `${name}, ${errors.name}`;
  const sized = { level, n, ...(errors.groups !== undefined && { groups: errors.groups }) };
  const coefficient = (k: number): Estimate => {
    const value = parameters[players + k]!;
    if (errors.covariance === null) return withNotes({ value, interval: null, ...sized, method }, errors.notes);
    const at = players + k;
    const se = Math.sqrt(Math.max(0, errors.covariance[at * size + at]!));
    if (se === 0)
      return withNotes({ value, interval: null, ...sized, method }, ['no interval: the votes show no spread']);
    const half = criticalValue(errors, level) * se;
    return withNotes({ value, interval: [value - half, value + half], ...sized, se, method }, errors.notes);
  };
  const all = Array.from({ length: extras }, (_, k) => coefficient(k));
  const penalty = parameters.reduce(
    (sum, x, i) => sum + ((i < players ? scoreRidge : coefficientRidge) / 2) * x * x,
    0,
  );
  return withNotes(
    {
      value: theta,
      ...scorePart(errors.covariance, players, size),
      df: errors.df,
      n,
      ...(errors.groups !== undefined && { groups: errors.groups }),
      logLikelihood: maximum.value + penalty,
      iterations,
      converged,
      method,
      order: options.order ? all[0]! : null,
      coefficients: options.order ? all.slice(1) : all,
    },
    [...notes, ...errors.notes],
  );
}
