/** Rows sorted into clusters: `of[row]` is the cluster, numbered in order of first appearance. */
export type ClusterIndex = { of: Uint32Array; count: number };

/**
 * Numbers the clusters of the rows that are kept. Without ids each row is its own cluster. An index that was made before
 * is taken as it is.
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
  if (clusters instanceof Uint32Array && !kept && clusters.length === rows) {
    const count = countNumbered(clusters);
    if (count !== null) return { of: clusters, count };
  }
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
  const range = wholeRange(clusters, length, kept);
  if (range !== null) return numberByTable(clusters, of, range, kept);
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

/** How many clusters there are where they are numbered by first appearance; null where they are not. */
function countNumbered(of: Uint32Array): number | null {
  let count = 0;
  for (const id of of) {
    if (id > count) return null;
    if (id === count) count++;
  }
  return count;
}

/** Fewer ids are looked up in a map as fast as a table for them is made. */
const fewest = 1024;

/** The least and the largest of ids that are whole numbers in a range no wider than twice their number; else null. */
function wholeRange(
  clusters: ArrayLike<number>,
  length: number,
  kept: ArrayLike<number> | undefined,
): { low: number; high: number } | null {
  if (length < fewest) return null;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const id = clusters[kept ? kept[i]! : i]!;
    if (!Number.isInteger(id) || id < 0) return null;
    if (id < low) low = id;
    if (id > high) high = id;
  }
  return high - low < 2 * length ? { low, high } : null;
}

/** As by a map, in a table: a map of a million ids takes ten times the memory. */
function numberByTable(
  clusters: ArrayLike<number>,
  of: Uint32Array,
  { low, high }: { low: number; high: number },
  kept: ArrayLike<number> | undefined,
): ClusterIndex {
  // One more than the number of each cluster, so that 0 is one not met yet.
  const number = new Uint32Array(high - low + 1);
  let count = 0;
  for (let i = 0; i < of.length; i++) {
    const place = clusters[kept ? kept[i]! : i]! - low;
    if (number[place] === 0) number[place] = ++count;
    of[i] = number[place]! - 1;
  }
  return { of, count };
}
