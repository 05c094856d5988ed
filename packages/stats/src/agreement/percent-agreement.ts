import { pairCodes, readCodes } from './category-codes.ts';
import { clusteredMean, type ClusterOptions, clusteredProportion } from '../proportions/clustered-mean.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkMatrix, type Matrix } from '../shapes/matrix.ts';

/**
 * The share of items on which two raters say the same: Wilson interval, or cluster-robust with `clusters`.
 *
 * @param first category codes; −1 or NaN is missing, and such items are left out
 * @returns `no-data` without an item that both rated
 * @throws RangeError for arrays that do not fit or codes out of range
 * @example
 * percentAgreement([0, 1, 1], [0, 1, 0]); // 2 of 3
 */
export function percentAgreement(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: ClusterOptions = {},
): Estimate | Undetermined {
  const pairs = pairCodes(first, second, undefined);
  const same = new Float64Array(first.length).fill(NaN);
  for (const row of pairs.rows) same[row] = first[row] === second[row] ? 1 : 0;
  return retold(clusteredProportion(same, options), 'percent agreement', first.length - pairs.rows.length);
}

/**
 * The agreement of two raters picked at random among those who rated an item, averaged over items with two ratings.
 *
 * @param codes items × raters; −1 or NaN is missing
 * @returns interval: t over items, cluster-robust with `clusters`; `no-data` without an item of two ratings
 * @throws RangeError for codes out of range
 * @example
 * pairwiseAgreement(matrixOf([[0, 0, 1], [1, 1, 1]])); // (1/3 + 1) / 2
 */
export function pairwiseAgreement(codes: Matrix, options: ClusterOptions = {}): Estimate | Undetermined {
  checkMatrix(codes);
  const { codes: read, categories } = readCodes(codes.values, undefined, 'codes');
  const tally = new Float64Array(categories);
  const agreement = new Float64Array(codes.rows).fill(NaN);
  let dropped = 0;
  for (let i = 0; i < codes.rows; i++) {
    tally.fill(0);
    let [ratings, alike] = [0, 0];
    for (let j = i * codes.columns; j < (i + 1) * codes.columns; j++) {
      const code = read[j]!;
      if (code < 0) continue;
      alike += tally[code]!++;
      ratings++;
    }
    if (ratings < 2) dropped++;
    else agreement[i] = (2 * alike) / (ratings * (ratings - 1));
  }
  return retold(clusteredMean(agreement, options), 'pairwise agreement', dropped);
}

function retold(result: Estimate | Undetermined, name: string, dropped: number): Estimate | Undetermined {
  if (result.value === null) return undetermined(result.reason, 'no item has two ratings', result.n, name);
  const note = dropped > 0 ? [`${dropped} items have fewer than two ratings and are left out`] : [];
  return withNotes({ ...result, method: `${name}, ${result.method}` }, [...note, ...(result.notes ?? [])]);
}
