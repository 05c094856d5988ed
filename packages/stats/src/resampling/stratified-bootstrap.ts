import type { Random } from '../random/random.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { BootstrapEstimate, RowStatistic } from './bootstrap.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { groupedRows } from './cluster-rows.ts';
import { indexClusters } from './clusters.ts';
import { finiteOrUndefined } from './resampling.ts';
import { allRows } from '../numerics/present-rows.ts';

export type StratifiedBootstrapOptions = {
  random: Random;
  /** The stratum of each row: what was fixed when items were drawn (so many of each language, say). */
  strata: ArrayLike<number>;
  /** Rows of one cluster are drawn together; a cluster lies in one stratum. Each row alone without it. */
  clusters?: ArrayLike<number> | undefined;
  level?: number | undefined;
  /** Default 2000. */
  replicates?: number | undefined;
};

const fewest = 5;

type Lists = { starts: Uint32Array; rows: Uint32Array };
/** Strata with their clusters, and clusters with their rows. */
type Layout = { strata: Lists; clusters: Lists };

/** Clusters by stratum, rows by cluster. Throws RangeError for a cluster that lies in two strata. */
function layout(rows: number, strata: ArrayLike<number>, clusters: ArrayLike<number> | undefined): Layout {
  const stratum = indexClusters(strata, rows);
  const cluster = indexClusters(clusters, rows);
  const home = new Uint32Array(cluster.count);
  // Clusters are numbered by their first row, so a number not seen yet is the next one.
  for (let row = 0, seen = 0; row < rows; row++) {
    const [at, of] = [cluster.of[row]!, stratum.of[row]!];
    if (at === seen) home[seen++] = of;
    else if (home[at] !== of) throw new RangeError(`the cluster of row ${row} lies in two strata`);
  }
  return { strata: groupedRows({ of: home, count: stratum.count }), clusters: groupedRows(cluster) };
}

/**
 * Any statistic with an interval from clusters resampled within strata, as many in each as were seen.
 *
 * Right where the numbers in the strata were fixed beforehand; resampling across strata would count their shares as luck and
 * make intervals too wide. Percentile interval. Each stratum's spread comes out (n − 1)/n too small, so strata of fewer than 5
 * clusters get a note. Davison and Hinkley 1997, Bootstrap Methods, section 3.2.
 *
 * @param rows how many rows there are
 * @param statistic gets the numbers of the drawn rows (valid during the call only); null where it is not defined
 * @returns `no-data` without rows, `too-few-clusters` below 5 clusters in all or where a stratum has only one
 * @throws RangeError for a row without a stratum or cluster, a cluster in two strata, a level outside (0, 1)
 * @example
 * stratifiedBootstrap(scores.length, (drawn) => meanOf(scores, drawn), { random: seededRandom(1), strata: language });
 * @see https://github.com/assize/assize/blob/main/docs/stats/stratified-bootstrap.md
 */
export function stratifiedBootstrap(
  rows: number,
  statistic: RowStatistic,
  { random, strata, clusters, level = 0.95, replicates = 2000 }: StratifiedBootstrapOptions,
): (BootstrapEstimate & { strata: number }) | Undetermined {
  checkLevel(level);
  if (!Number.isSafeInteger(rows) || rows < 0) throw new RangeError(`rows must be a count, found ${rows}`);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const method = `stratified bootstrap percentile, B = ${replicates}`;
  const { strata: inStratum, clusters: inCluster } = layout(rows, strata, clusters);
  const groups = inCluster.starts.length - 1;
  const strataCount = inStratum.starts.length - 1;
  const sizes = Uint32Array.from({ length: strataCount }, (_, k) => inStratum.starts[k + 1]! - inStratum.starts[k]!);
  if (rows === 0) return undetermined('no-data', 'a bootstrap needs rows', 0, method);
  if (groups < fewest) {
    return undetermined('too-few-clusters', `needs ${fewest} clusters, found ${groups}`, rows, method);
  }
  const alone = sizes.findIndex((size) => size < 2);
  if (alone >= 0) {
    const row = inCluster.rows[inCluster.starts[inStratum.rows[inStratum.starts[alone]!]!]!]!;
    const detail = `the stratum of row ${row} has one cluster, whose spread nobody knows: join it to another`;
    return undetermined('too-few-clusters', detail, rows, method);
  }
  const value = finiteOrUndefined(statistic(allRows(rows)));
  if (Number.isNaN(value)) {
    return undetermined('not-identified', 'the statistic is not defined on these rows', rows, method);
  }
  const base = random.stream('stratified bootstrap');
  const drawn = new Float64Array(replicates);
  let buffer = new Uint32Array(clusters ? rows * 2 : rows);
  for (let b = 0; b < replicates; b++) {
    const stream = base.stream(String(b));
    let end = 0;
    for (let stratum = 0; stratum < strataCount; stratum++) {
      const [first, size] = [inStratum.starts[stratum]!, sizes[stratum]!];
      for (let i = 0; i < size; i++) {
        const cluster = inStratum.rows[first + Math.floor(stream.next() * size)]!;
        const chosen = inCluster.rows.subarray(inCluster.starts[cluster], inCluster.starts[cluster + 1]);
        if (end + chosen.length > buffer.length) {
          const larger = new Uint32Array(2 * (end + chosen.length));
          larger.set(buffer.subarray(0, end));
          buffer = larger;
        }
        buffer.set(chosen, end);
        end += chosen.length;
      }
    }
    drawn[b] = finiteOrUndefined(statistic(buffer.subarray(0, end)));
  }
  const counts = new Float64Array(groups).fill(1);
  const resampled = {
    total: groups,
    original: Float64Array.of(value),
    replicates: [drawn],
    ways: null,
    leftOut: null,
    counts,
  };
  const { notes, ...rest } = bootstrapInterval(resampled, 0, { level, method: 'percentile' });
  const smallest = sizes.reduce((least, size) => Math.min(least, size), Infinity);
  const narrow =
    smallest < fewest ? [`a stratum has ${smallest} clusters: the interval is too narrow below ${fewest}`] : [];
  return withNotes({ value, level, n: rows, groups, strata: strataCount, method, ...rest }, [...narrow, ...notes]);
}
