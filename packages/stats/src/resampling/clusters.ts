/** Rows sorted into clusters: `of[row]` is the cluster, numbered in order of first appearance. */
export type ClusterIndex = { of: Uint32Array; count: number };

/**
 * Numbers the clusters of the rows that are kept. Without ids each row is its own cluster.
 *
 * @throws RangeError if there are not as many ids as rows, or a kept row has none (NaN or −1): a row without a
 * cluster must not pass for an independent one
 */
export function indexClusters(
  clusters: ArrayLike<number> | undefined,
  rows: number,
  kept?: ArrayLike<number>,
): ClusterIndex {
  const length = kept?.length ?? rows;
  const of = new Uint32Array(length);
  if (clusters === undefined) {
    for (let i = 0; i < length; i++) of[i] = i;
    return { of, count: length };
  }
  if (clusters.length !== rows) throw new RangeError(`${rows} rows but ${clusters.length} cluster ids`);
  // Ids that are numbered by first appearance already, as in most tables, need no look-up.
  let count = 0;
  let done = 0;
  for (; done < length; done++) {
    const id = clusters[kept ? kept[done]! : done]!;
    if (!(id >= 0 && id <= count && Number.isInteger(id))) break;
    of[done] = id;
    if (id === count) count++;
  }
  if (done === length) return { of, count };
  const number = new Map<number, number>();
  for (let id = 0; id < count; id++) number.set(id, id);
  for (let i = done; i < length; i++) {
    const row = kept ? kept[i]! : i;
    const id = clusters[row]!;
    if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${row} has no cluster id`);
    let place = number.get(id);
    if (place === undefined) number.set(id, (place = number.size));
    of[i] = place;
  }
  return { of, count: number.size };
}
