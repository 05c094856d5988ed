import { concaveMaximum, gauged } from './concave-maximum.ts';
import { type Comparisons, type Tally, tally } from './comparisons.ts';
import { checkPrior, countedRows, refusal, tallyNotes } from './bradley-terry.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { criticalValue } from './score-contrast.ts';
import { davidsonTerms, raoKupperTerms, type TieLikelihood } from './tie-likelihoods.ts';
import type { Disconnected, RankingFit } from './ranking-fit.ts';
import { type ErrorOptions, inverseInformation, scoreErrors, scorePart } from './score-errors.ts';
import type { VoteScores } from './vote-scores.ts';
import { pairCounts } from './pair-counts.ts';

export type TieModelOptions = ErrorOptions & {
  /** Level of the tie parameter's interval. Default 0.95. */
  level?: number | undefined;
  /** A penalty λ/2 · Σ score². */
  prior?: { ridge: number } | undefined;
};

/** Scores with the parameter that says how readily a tie is given. */
export type TieFit = RankingFit & {
  /** ν (Davidson) or k (Rao-Kupper), with an interval made on the scale of ln ν or ln(k − 1). */
  tie: Estimate;
  tieShare: number;
};

type Model = {
  name: string;
  terms: TieLikelihood;
  /** Of the tie share among equals, the tie parameter as fitted. */
  start: (share: number) => number;
  /** The parameter as reported, from the fitted one; and the logarithm on which the interval is made, with its slope. */
  report: (fitted: number) => { value: number; log: number; slope: number; back: (log: number) => number };
};

const davidsonModel: Model = {
  name: 'Davidson, Newton',
  terms: davidsonTerms,
  start: (share) => Math.log((2 * share) / (1 - share)),
  report: (fitted) => ({ value: Math.exp(fitted), log: fitted, slope: 1, back: Math.exp }),
};

const raoKupperModel: Model = {
  name: 'Rao-Kupper, Newton',
  terms: raoKupperTerms,
  start: (share) => 2 * Math.atanh(share),
  report: (fitted) => ({
    value: Math.exp(fitted),
    log: Math.log(Math.expm1(fitted)),
    slope: Math.exp(fitted) / Math.expm1(fitted),
    back: (log) => 1 + Math.exp(log),
  }),
};

/**
 * Whether scores exist such that every win is over a player at least one step lower and every tie within one step: then
 * scores and tie parameter could grow together without end. A system of differences, solved by Bellman and Ford; a
 * circle of wins makes it impossible.
 */
export function isSeparated({ players, first, second, wins, losses, ties }: Tally): boolean {
  const height = new Float64Array(players);
  const edges = first.length;
  for (let round = 0; round <= players; round++) {
    let changed = false;
    const lower = (who: number, below: number, by: number): void => {
      if (height[who]! <= height[below]! + by) return;
      height[who] = height[below]! + by;
      changed = true;
    };
    for (let e = 0; e < edges; e++) {
      const [i, j] = [first[e]!, second[e]!];
      if (wins[e]! > 0) lower(j, i, -1);
      if (losses[e]! > 0) lower(i, j, -1);
      if (ties[e]! > 0) {
        lower(i, j, 1);
        lower(j, i, 1);
      }
    }
    if (!changed) return true;
  }
  return false;
}

function checkHard({ outcome }: Comparisons, method: string): void {
  for (let i = 0; i < outcome.length; i++) {
    const value = outcome[i]!;
    if (value === 0 || value === 0.5 || value === 1 || Number.isNaN(value)) continue;
    throw new RangeError(`outcome[${i}] must be 0, 0.5 or 1 for ${method}, or NaN for no verdict, found ${value}`);
  }
}

function total(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function voteScores(comparisons: Comparisons, n: number, parameters: Float64Array, terms: TieLikelihood): VoteScores {
  const { left, right, outcome, weights } = comparisons;
  const rows = countedRows(comparisons, n);
  const tie = parameters.at(-1)!;
  const out = new Float64Array(6);
  const look = (row: number): void => {
    const value = outcome[row]!;
    const z = parameters[left[row]!]! - parameters[right[row]!]!;
    terms(z, tie, value === 1 ? 1 : 0, value === 0 ? 1 : 0, value === 0.5 ? 1 : 0, out);
  };
  const derivative = (vote: number, place: number): number => {
    look(rows[vote]!);
    return out[place]!;
  };
  const difference = (vote: number): number => derivative(vote, 1);
  const more = (vote: number): number => derivative(vote, 2);
  const bend = (vote: number, block: Float64Array): void => {
    look(rows[vote]!);
    block[0] = out[3]!;
    block[1] = block[2] = out[4]!;
    block[3] = out[5]!;
  };
  return { rows, left, right, weights, difference, more, extras: 1, bend };
}

function fitTies(
  comparisons: Comparisons,
  model: Model,
  { level = 0.95, prior, ...options }: TieModelOptions,
): TieFit | Undetermined | Disconnected {
  const { name, terms } = model;
  checkLevel(level);
  const { ridge } = checkPrior(prior);
  const counted = tally(comparisons);
  checkHard(comparisons, name.split(',')[0]!);
  const { players, n, first, second, wins, losses, ties } = counted;
  const refused = refusal(pairCounts(counted), n, ridge, name);
  if (refused) return refused;
  const [even, decided] = [total(ties), total(wins) + total(losses)];
  if (even === 0) return undetermined('not-identified', 'there is no tie: use bradleyTerry', n, name);
  if (decided === 0) return undetermined('one-category', 'every vote is a tie', n, name);
  if (ridge === 0 && isSeparated(counted)) {
    const detail = 'scores and tie parameter could grow together without end: the wins form no circle';
    return undetermined('not-identified', detail, n, name);
  }
  const size = players + 1;
  const out = new Float64Array(6);
  const tieShare = even / (even + decided);
  const start = new Float64Array(size);
  start[players] = model.start(tieShare);
  const maximum = concaveMaximum(start, players, (parameters, score, information) => {
    let value = 0;
    for (let e = 0; e < first.length; e++) {
      const [i, j] = [first[e]!, second[e]!];
      terms(parameters[i]! - parameters[j]!, parameters[players]!, wins[e]!, losses[e]!, ties[e]!, out);
      value += out[0]!;
      score[i]! += out[1]!;
      score[j]! -= out[1]!;
      score[players]! += out[2]!;
      information[i * size + i]! += out[3]!;
      information[j * size + j]! += out[3]!;
      information[i * size + j]! -= out[3]!;
      information[j * size + i]! -= out[3]!;
      for (const [k, sign] of [[i, 1] as const, [j, -1] as const]) {
        information[k * size + players]! += sign * out[4]!;
        information[players * size + k]! += sign * out[4]!;
      }
      information[size * size - 1]! += out[5]!;
    }
    for (let i = 0; i < players; i++) {
      value -= (ridge / 2) * parameters[i]! ** 2;
      score[i]! -= ridge * parameters[i]!;
      information[i * size + i]! += ridge;
    }
    return value;
  });
  const { parameters, iterations, converged } = maximum;
  const theta = parameters.slice(0, players);
  const penalty = (ridge / 2) * theta.reduce((sum, score) => sum + score * score, 0);
  const notes = tallyNotes(counted);
  if (prior) notes.push('the prior pulls the scores together: intervals are around the pulled scores');
  if (!converged) notes.push('Newton did not converge');
  const bread = inverseInformation(gauged(maximum.information, size, players), players, size);
  const errors =
    bread === null
      ? {
          covariance: null,
          df: null,
          name: 'no errors',
          notes: ['no standard errors: the information is singular to rounding'],
        }
      : scoreErrors(bread, () => voteScores(comparisons, n, parameters, terms), players, options);
  notes.push(...errors.notes);
  const method = `${name}, ${errors.name}`;
  const groups = 'groups' in errors && errors.groups !== undefined ? { groups: errors.groups } : {};
  return withNotes(
    {
      value: theta,
      ...scorePart(errors.covariance, players, size),
      df: errors.df,
      n,
      ...groups,
      logLikelihood: maximum.value + penalty,
      iterations,
      converged,
      method,
      tieShare,
      tie: tieEstimate(model, parameters[players]!, errors, { level, n, ...groups }, method),
    },
    notes,
  );
}

function tieEstimate(
  { report }: Model,
  fitted: number,
  { covariance, df, notes }: { covariance: Float64Array | null; df: number | null; notes: string[] },
  size: { level: number; n: number; groups?: number },
  method: string,
): Estimate {
  const { value, log, slope, back } = report(fitted);
  const spread = Math.sqrt(Math.max(0, covariance?.at(-1) ?? 0));
  if (covariance === null || spread === 0) {
    const why = covariance === null ? notes : ['no interval: the votes show no spread'];
    return withNotes({ value, interval: null, ...size, method }, why);
  }
  const half = criticalValue({ df }, size.level) * spread * slope;
  // Of ν = e^φ and of k = e^δ alike the derivative is the parameter itself.
  return { value, interval: [back(log - half), back(log + half)], ...size, se: spread * value, method };
}

/**
 * Scores from votes with ties by Davidson's model, where a tie is likeliest between equals.
 *
 *     win : loss : tie  =  πi : πj : ν √(πi πj)          π = e^score
 *
 * Newman's tie parameter v is ν/2. Finite scores exist where the votes, ties included, connect all players in both
 * directions, there is a tie, and wins form a circle (or ties are too few to explain their absence); this is checked.
 * Davidson 1970, Journal of the American Statistical Association 65.
 *
 * @returns scores as `bradleyTerry`, and `tie`: ν with its interval; `no-data`; `one-category` where every vote is a tie;
 * `not-identified` otherwise
 * @throws RangeError as `bradleyTerry`, and for an outcome other than 0, 0.5 and 1
 * @example
 * davidson(votes, { clusters: prompt }).tie; // ν
 * @see https://github.com/assize/assize/blob/main/docs/stats/ties-in-rankings.md
 */
export function davidson(
  comparisons: Comparisons,
  options: TieModelOptions = {},
): TieFit | Undetermined | Disconnected {
  return fitTies(comparisons, davidsonModel, options);
}

/**
 * Scores from votes with ties by the model of Rao and Kupper, where a tie means a difference below a threshold.
 *
 *     P(i beats j)  πi / (πi + k πj)          P(tie)  1 − P(i beats j) − P(j beats i)          π = e^score, k ≥ 1
 *
 * Rao and Kupper 1967, Journal of the American Statistical Association 62.
 *
 * @returns as `davidson`, `tie` being k
 * @throws RangeError as `davidson`
 * @example
 * raoKupper(votes, { clusters: prompt }).tie; // k
 * @see https://github.com/assize/assize/blob/main/docs/stats/ties-in-rankings.md
 */
export function raoKupper(
  comparisons: Comparisons,
  options: TieModelOptions = {},
): TieFit | Undetermined | Disconnected {
  return fitTies(comparisons, raoKupperModel, options);
}

/** Both models of ties on the same votes, and which one the votes are likelier under. */
export type TieModels = { davidson: TieFit; raoKupper: TieFit; likelier: 'davidson' | 'rao-kupper' };

/**
 * Both models of ties. They have equally many parameters, so that the higher log-likelihood names the better one.
 *
 * @returns both fits, or why there are none
 * @throws RangeError as `davidson`
 * @example
 * const models = tieModels(votes);
 * if ('likelier' in models) console.log(models.likelier, models.raoKupper.logLikelihood, models.davidson.logLikelihood);
 * @see https://github.com/assize/assize/blob/main/docs/stats/ties-in-rankings.md
 */
export function tieModels(
  comparisons: Comparisons,
  options: TieModelOptions = {},
): TieModels | Undetermined | Disconnected {
  const [one, other] = [davidson(comparisons, options), raoKupper(comparisons, options)];
  if (one.value === null) return one;
  if (other.value === null) return other;
  return {
    davidson: one,
    raoKupper: other,
    likelier: one.logLikelihood > other.logLikelihood ? 'davidson' : 'rao-kupper',
  };
}
