import { rowsWhere } from '../numerics/present-rows.ts';
import type { Random } from '../random/random.ts';
import { shuffle } from '../random/sampling.ts';
import { firstAtLeast } from './first-at-least.ts';

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
  checkFolds(folds);
  for (let i = 0; i < clusters.length; i++) {
    const id = clusters[i]!;
    if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${i} has no cluster id`);
  }
  const ids = distinctIds(clusters);
  if (ids.length < folds) throw new RangeError(`${folds} folds need as many clusters, found ${ids.length}`);
  const foldOf = random && shuffledFolds(ids.length, folds, random);
  // Ids without a gap are their own places.
  const [first, last] = [ids[0]!, ids[ids.length - 1]!];
  const dense = Number.isInteger(first) && last - first === ids.length - 1 && ids.every(Number.isInteger);
  const out = new Uint32Array(clusters.length);
  for (let i = 0; i < out.length; i++) {
    const id = clusters[i]!;
    const place = dense ? id - first : firstAtLeast(ids, id);
    out[i] = foldOf ? foldOf[place]! : place % folds;
  }
  return out;
}

function shuffledFolds(count: number, folds: number, random: Random): Uint32Array {
  const foldOf = new Uint32Array(count);
  const places = Array.from({ length: count }, (_, place) => place);
  for (const [turn, place] of shuffle(places, random.stream('folds')).entries()) foldOf[place] = turn % folds;
  return foldOf;
}

/** Throws RangeError unless there are at least two. */
export function checkFolds(folds: number): void {
  if (!Number.isSafeInteger(folds) || folds < 2) throw new RangeError(`folds must be at least 2, found ${folds}`);
}

/** The ids in ascending order, each once. */
function distinctIds(clusters: ArrayLike<number>): Float64Array {
  const sorted = new Float64Array(clusters.length);
  sorted.set(clusters);
  sorted.sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i]!;
  return sorted.subarray(0, count);
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
  const seen = new Set<number>();
  for (let row = 0; row < folds.length; row++) seen.add(folds[row]!);
  const names = [...seen].toSorted((a, b) => a - b);
  if (names.length < 2) throw new RangeError(`cross-fitting needs 2 folds, found ${names.length}`);
  const predicted = new Float64Array(folds.length);
  for (const fold of names) {
    const test = rowsWhere(folds.length, (row) => folds[row] === fold);
    const found = predict(
      rowsWhere(folds.length, (row) => folds[row] !== fold),
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
