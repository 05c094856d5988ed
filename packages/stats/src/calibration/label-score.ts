import { undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { Matrix } from '../shapes/matrix.ts';
import { distributionRows } from './distribution-rows.ts';

/** A score as the mean of the distribution that a judge's token probabilities show over the labels. */
export type LabelScore = {
  /** Σ score · probability. */
  value: number;
  /** Between what the labels that were not returned could make of it; equal ends where all were. */
  bounds: [number, number];
  /** One probability per label, adding up to 1. */
  distribution: number[];
  /** The probability that the labels had among all tokens, before it was made 1. */
  retained: number;
  /** Labels for which no token was returned. */
  missing: number;
  method: string;
  notes?: string[];
};

/**
 * The expected score of a verdict from the log-probabilities of its first token (as in G-Eval), with what they leave open.
 *
 *     P(label) ∝ Σ exp(log-probability) over its spellings        value  Σ_k score_k P(k)
 *
 * Several tokens may spell one label ("4", " 4"): they are added. A label that was not returned has at most the probability of
 * the last returned token; `bounds` are the least and greatest value that this allows. A judge that reasons before it answers
 * has already decided: average such distributions over several samples. Liu et al. 2023, arXiv:2303.16634.
 *
 * @param tokens for each returned token its log-probability (nats) and the label that it spells, −1 for none
 * @param scores the score of each label
 * @param options.fewest the least retained probability that counts as an answer, default 0.5
 * @returns `no-data` without tokens, `not-identified` where the labels retain less than `fewest`
 * @throws RangeError for a log-probability above 0, a sum above 1, a label that has no score, a score that is not finite
 * @example
 * labelScore({ logProbabilities: [-0.2, -2, -4], labels: [3, 2, -1] }, [1, 2, 3, 4]); // value 3.86, labels 0 and 1 missing
 * @see https://github.com/assize/assize/blob/main/docs/stats/label-probabilities.md
 */
export function labelScore(
  { logProbabilities, labels }: { logProbabilities: ArrayLike<number>; labels: ArrayLike<number> },
  scores: ArrayLike<number>,
  { fewest = 0.5 }: { fewest?: number } = {},
): LabelScore | Undetermined {
  const [n, count] = [logProbabilities.length, scores.length];
  if (labels.length !== n) throw new RangeError(`${n} log-probabilities but ${labels.length} labels`);
  if (!(fewest >= 0 && fewest <= 1)) throw new RangeError(`fewest must lie in [0, 1], found ${fewest}`);
  checkScores(scores);
  const mass = new Float64Array(count);
  const seen = new Uint8Array(count);
  let [returned, last] = [0, 1];
  for (let i = 0; i < n; i++) {
    const logProbability = logProbabilities[i]!;
    if (!(logProbability <= 1e-6)) {
      throw new RangeError(`logProbabilities[${i}] must be at most 0, found ${logProbability}`);
    }
    const label = labels[i]!;
    if (label !== -1 && !(Number.isSafeInteger(label) && label >= 0 && label < count)) {
      throw new RangeError(`labels[${i}] must be −1 or a label below ${count}, found ${label}`);
    }
    const probability = Math.exp(logProbability);
    returned += probability;
    last = Math.min(last, probability);
    if (label === -1) continue;
    mass[label]! += probability;
    seen[label] = 1;
  }
  if (returned > 1.001) throw new RangeError(`the probabilities of the tokens add up to ${returned}, more than 1`);
  const method = 'expected score, label probabilities';
  if (n === 0 || count === 0) return undetermined('no-data', 'needs tokens and labels', n, method);
  const retained = mass.reduce((a, b) => a + b, 0);
  if (retained < fewest || retained === 0) {
    const detail = `the labels retain ${retained.toFixed(4)} of the probability, less than ${fewest}`;
    return undetermined('not-identified', detail, n, method);
  }
  const weighted = mass.reduce((total, m, k) => total + m * scores[k]!, 0);
  const missing = Array.from(seen.keys()).filter((k) => seen[k] === 0);
  const left = Math.max(0, 1 - returned);
  const extreme = (sign: 1 | -1): number => {
    let [above, below, rest] = [weighted, retained, left];
    for (const k of missing.toSorted((a, b) => sign * (scores[b]! - scores[a]!))) {
      if (sign * (scores[k]! - above / below) <= 0) break;
      const most = Math.min(last, rest);
      above += most * scores[k]!;
      below += most;
      rest -= most;
    }
    return above / below;
  };
  const notes = missing.length > 0 ? [`${missing.length} of ${count} labels were not returned: see bounds`] : [];
  return withNotes(
    {
      value: weighted / retained,
      bounds: [extreme(-1), extreme(1)] as [number, number],
      distribution: Array.from(mass, (m) => m / retained),
      retained: Math.min(1, retained),
      missing: missing.length,
      method,
    },
    notes,
  );
}

/**
 * The expected score of each distribution over labels: Σ_k score_k P(k).
 *
 * @param distributions rows × labels; each row adds up to 1; a row with a NaN gives NaN
 * @param scores the score of each label
 * @throws RangeError for a row that is no distribution, another number of scores, a score that is not finite
 * @example
 * expectedScores(matrixOf([[0.1, 0.2, 0.3, 0.4]]), [1, 2, 3, 4]); // 3
 * @see https://github.com/assize/assize/blob/main/docs/stats/label-probabilities.md
 */
export function expectedScores(distributions: Matrix, scores: ArrayLike<number>): Float64Array {
  const whole = distributionRows(distributions);
  const { values, rows, columns } = distributions;
  if (scores.length !== columns) throw new RangeError(`${columns} labels but ${scores.length} scores`);
  checkScores(scores);
  return Float64Array.from({ length: rows }, (_, i) => {
    if (whole[i] === 0) return NaN;
    let [total, mass] = [0, 0];
    for (let k = 0; k < columns; k++) {
      total += scores[k]! * values[i * columns + k]!;
      mass += values[i * columns + k]!;
    }
    return total / mass;
  });
}

function checkScores(scores: ArrayLike<number>): void {
  for (let k = 0; k < scores.length; k++) {
    if (!Number.isFinite(scores[k]!)) throw new RangeError(`scores[${k}] must be finite, found ${scores[k]}`);
  }
}
