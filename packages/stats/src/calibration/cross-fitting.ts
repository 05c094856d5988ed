import type { Random } from '../random/random.ts';
import { shuffle } from '../random/sampling.ts';

/**
 * A fold for each row such that rows of one cluster share it: 0 to folds − 1.
 *
 * Clusters in ascending order of id are dealt out in turn (the first to fold 0, the next to fold 1, …), so that the same ids
 * give the same folds; with `random` they are shuffled first.
 *
 * @param clusters one id per row; NaN or −1 is no cluster and is refused
 * @param options.folds default 5
 * @throws RangeError for a row without a cluster, or fewer clusters than folds, or fewer than 2 folds
 * @example
 * foldsByCluster([7, 7, 3, 9, 3], { folds: 3 }); // 1, 1, 0, 2, 0
 * @see https://github.com/assize/assize/blob/main/docs/stats/cross-fitting.md
 */
export function foldsByCluster(
  clusters: ArrayLike<number>,
  { folds = 5, random }: { folds?: number; random?: Random } = {},
): Uint32Array {
  if (!Number.isSafeInteger(folds) || folds < 2) throw new RangeError(`folds must be at least 2, found ${folds}`);
  const ids = new Set<number>();
  for (let i = 0; i < clusters.length; i++) {
    const id = clusters[i]!;
    if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${i} has no cluster id`);
    ids.add(id);
  }
  if (ids.size < folds) throw new RangeError(`${folds} folds need as many clusters, found ${ids.size}`);
  const sorted = [...ids].toSorted((a, b) => a - b);
  const dealt = random ? shuffle(sorted, random.stream('folds')) : sorted;
  const foldOf = new Map(dealt.map((id, place) => [id, place % folds]));
  return Uint32Array.from(clusters, (id) => foldOf.get(id)!);
}

/**
 * A prediction for each row by something fitted without its fold.
 *
 * @param folds the fold of each row, as of `foldsByCluster`
 * @param predict fits on the rows `train` and gives a number for each row of `test`, or null where it cannot be fitted
 * @returns one number per row, or null as soon as one fold cannot be predicted
 * @throws RangeError for fewer than 2 folds, or predictions that are not as many as the rows asked for
 * @example
 * outOfFold(folds, (train, test) => fitOn(train).predict(test));
 * @see https://github.com/assize/assize/blob/main/docs/stats/cross-fitting.md
 */
export function outOfFold(
  folds: ArrayLike<number>,
  predict: (train: Uint32Array, test: Uint32Array) => ArrayLike<number> | null,
): Float64Array | null {
  const names = [...new Set(Array.from(folds))].toSorted((a, b) => a - b);
  if (names.length < 2) throw new RangeError(`cross-fitting needs 2 folds, found ${names.length}`);
  const rows = Uint32Array.from({ length: folds.length }, (_, row) => row);
  const predicted = new Float64Array(folds.length);
  for (const fold of names) {
    const test = rows.filter((row) => folds[row] === fold);
    const found = predict(
      rows.filter((row) => folds[row] !== fold),
      test,
    );
    if (found === null) return null;
    if (found.length !== test.length) {
      throw new RangeError(`fold ${fold} has ${test.length} rows, but predict gave ${found.length} numbers`);
    }
    for (let i = 0; i < test.length; i++) predicted[test[i]!] = found[i]!;
  }
  return predicted;
}
