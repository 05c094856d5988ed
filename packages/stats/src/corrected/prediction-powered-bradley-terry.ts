import type { Estimate, Undetermined } from '../shapes/estimate.ts';
import { withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { designNotes, indexJudged, judgedRows } from './judged-rows.ts';
import { poweredCoefficients, type RegressionOptions } from './prediction-powered-regression.ts';
import { comparisonDesign, type Meetings } from './sparse-design.ts';

export type PredictionPoweredStrengths = {
  /** One per player: log-odds of beating the reference, which has 0 and no interval. */
  strengths: Estimate[];
  /** Of the strengths, players × players; the reference's row and column are 0. */
  covariance: Matrix;
  lambda: number;
  lambdaRaw: number | null;
  n: number;
  nUnlabelled: number;
  iterations: number;
  notes?: string[];
};

const name = 'prediction-powered bradley-terry';

function checkMeetings({ left, right }: Meetings, outcomes: number, players: number, what: string): void {
  if (left.length !== outcomes || right.length !== outcomes) {
    throw new RangeError(`${what}: ${outcomes} outcomes but ${left.length} left and ${right.length} right players`);
  }
  for (let i = 0; i < outcomes; i++) {
    for (const side of [left, right]) {
      const player = side[i]!;
      if (!Number.isInteger(player) || player < 0 || player >= players) {
        throw new RangeError(`${what} row ${i}: a player must be a number below ${players}, found ${player}`);
      }
    }
    if (left[i] === right[i]) throw new RangeError(`${what} row ${i}: player ${left[i]!} meets itself`);
  }
}

/**
 * Bradley-Terry strengths from people's verdicts on some comparisons and a judge's on all (PPI++, sandwich variance).
 *
 *     P(left beats right)   1 / (1 + exp(θ_right − θ_left)),  θ of the reference 0
 *
 * A logistic regression on design rows e_left − e_right, as `predictionPoweredRegression`. A tie is half a win.
 * Boyeau et al. 2024, arXiv:2403.07008.
 *
 * @param human 1 where the left player won, 0 where it lost, ½ for a tie; NaN leaves the row out
 * @param judge the judge's score of the same comparisons, from 0 to 1
 * @param unlabelled the judge's score of comparisons without a label
 * @returns `not-identified` where the comparisons do not connect all players or one wins (or loses) all
 * @throws RangeError for players that are no numbers below `players`, a player that meets itself, outcomes outside [0, 1]
 * @example
 * predictionPoweredBradleyTerry(human, judge, { left, right }, unlabelled, others, { players: 3, labelDesign: 'random' });
 * @see https://github.com/assize/assize/blob/main/docs/stats/prediction-powered-regression.md
 */
export function predictionPoweredBradleyTerry(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  meetings: Meetings,
  unlabelled: ArrayLike<number>,
  unlabelledMeetings: Meetings,
  {
    players,
    reference = 0,
    clusters,
    labelDesign = 'unknown',
    ...asked
  }: Omit<RegressionOptions, 'family' | 'intercept'> & { players: number; reference?: number },
): PredictionPoweredStrengths | Undetermined {
  if (!Number.isSafeInteger(players) || players < 2)
    throw new RangeError(`players must be at least 2, found ${players}`);
  if (!Number.isInteger(reference) || reference < 0 || reference >= players) {
    throw new RangeError(`reference must be a player below ${players}, found ${reference}`);
  }
  checkMeetings(meetings, human.length, players, 'meetings');
  checkMeetings(unlabelledMeetings, unlabelled.length, players, 'unlabelledMeetings');
  for (const [what, values] of Object.entries({ human, judge, unlabelled })) {
    for (let i = 0; i < values.length; i++) {
      if (values[i]! < 0 || values[i]! > 1)
        throw new RangeError(`${what}[${i}] must lie in [0, 1], found ${values[i]!}`);
    }
  }
  const rows = judgedRows(human, judge, unlabelled);
  const found = poweredCoefficients(
    {
      human: rows.human,
      judge: rows.judge,
      unlabelled: rows.unlabelled,
      labelledDesign: comparisonDesign(meetings, rows.labelledRows, players, reference),
      unlabelledDesign: comparisonDesign(unlabelledMeetings, rows.unlabelledRows, players, reference),
      family: 'logistic',
    },
    indexJudged(clusters, { labelled: human.length, unlabelled: unlabelled.length }, rows),
    asked,
    [...rows.notes, ...designNotes(labelDesign)],
    name,
  );
  if ('value' in found) return found;
  const { coefficients, covariance, notes, ...rest } = found;
  const { level, n, method } = coefficients[0]!;
  const zero = {
    value: 0,
    interval: null,
    level,
    n,
    method,
    notes: ['the reference, to which the others are compared'],
  };
  const strengths = coefficients.toSpliced(reference, 0, zero);
  return withNotes({ strengths, covariance: withReference(covariance, reference), ...rest }, notes ?? []);
}

function withReference({ values, rows }: Matrix, reference: number): Matrix {
  const players = rows + 1;
  const all = new Float64Array(players * players);
  const place = (row: number) => row + (row >= reference ? 1 : 0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) all[place(i) * players + place(j)] = values[i * rows + j]!;
  }
  return { values: all, rows: players, columns: players };
}
