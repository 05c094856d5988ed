import { codesInBoth, readCodes } from './category-codes.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { clusteredMean, type ClusterOptions, clusteredProportion } from '../proportions/clustered-mean.ts';
import { wilsonLimits } from '../proportions/proportion.ts';
import { fewestClusters } from '../resampling/bootstrap.ts';
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
 * @see https://github.com/assize/assize/blob/main/docs/stats/percent-agreement.md
 */
export function percentAgreement(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: ClusterOptions = {},
): Estimate | Undetermined {
  const isInBoth = codesInBoth(first, second);
  const same = new Float64Array(first.length);
  let dropped = 0;
  for (let row = 0; row < same.length; row++) {
    if (isInBoth(row)) same[row] = first[row] === second[row] ? 1 : 0;
    else {
      same[row] = NaN;
      dropped++;
    }
  }
  return retold(clusteredProportion(same, options), 'percent agreement', dropped);
}

/**
 * The agreement of two raters picked at random among those who rated an item, averaged over items with two ratings.
 *
 * @param codes items × raters; −1 or NaN is missing
 * @returns interval: t over items, cluster-robust with `clusters`; where fewer than 10 independent answers would disagree
 * (or agree) it is Wilson's on as many items as the standard error is worth, and Wilson's on the items or clusters where
 * all agree; `no-data` without an item of two ratings
 * @throws RangeError for codes out of range
 * @example
 * pairwiseAgreement(matrixOf([[0, 0, 1], [1, 1, 1]])); // (1/3 + 1) / 2
 * @see https://github.com/assize/assize/blob/main/docs/stats/percent-agreement.md
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
  return retold(nearTheEdge(clusteredMean(agreement, options)), 'pairwise agreement', dropped);
}

/** The t interval of a share is too short where almost all agree: Wilson's instead, as `clusteredProportion` does. */
function nearTheEdge(result: Estimate | Undetermined): Estimate | Undetermined {
  if (result.value === null || result.n < 2) return result;
  const { value: p, n, level, groups, interval, se = 0, notes } = result;
  const z = normalQuantile((1 + level) / 2);
  if (p === 0 || p === 1) {
    if (groups !== undefined && groups < fewestClusters) return result;
    const items = groups ?? n;
    const note = `no item differs from the others: Wilson's interval counts each of the ${items} once`;
    const { interval: _, notes: __, ...rest } = result;
    return { ...rest, interval: wilsonLimits(p, items, z), method: 'wilson on items', notes: [note] };
  }
  if (interval === null || se === 0) return result;
  const worth = (p * (1 - p)) / (se * se);
  if (worth * Math.min(p, 1 - p) >= 10) return result;
  return withNotes({ ...result, interval: wilsonLimits(p, worth, z), method: 'wilson on nEffective' }, notes ?? []);
}

function retold(result: Estimate | Undetermined, name: string, dropped: number): Estimate | Undetermined {
  if (result.value === null) return undetermined(result.reason, 'no item has two ratings', result.n, name);
  const note = dropped > 0 ? [`${dropped} items have fewer than two ratings and are left out`] : [];
  return withNotes({ ...result, method: `${name}, ${result.method}` }, [...note, ...(result.notes ?? [])]);
}
