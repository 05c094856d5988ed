import type { Random } from '../random/random.ts';
import { checkLevel, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import type { BootstrapEstimate, RowStatistic } from './bootstrap.ts';
import { bootstrapInterval } from './bootstrap-interval.ts';
import { indexClusters } from './clusters.ts';

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

type Layout = { clustersOf: Uint32Array[]; rowsOf: Uint32Array[] };

/** Clusters by stratum, rows by cluster. Throws RangeError for a cluster that lies in two strata. */
function layout(rows: number, strata: ArrayLike<number>, clusters: ArrayLike<number> | undefined): Layout {
  const stratum = indexClusters(strata, rows);
  const cluster = indexClusters(clusters, rows);
  const home = new Int32Array(cluster.count).fill(-1);
  const rowsOf: number[][] = Array.from({ length: cluster.count }, () => []);
  const clustersOf: number[][] = Array.from({ length: stratum.count }, () => []);
  for (let row = 0; row < rows; row++) {
    const [at, of] = [cluster.of[row]!, stratum.of[row]!];
    if (home[at]! < 0) {
      home[at] = of;
      clustersOf[of]!.push(at);
    } else if (home[at] !== of) throw new RangeError(`the cluster of row ${row} lies in two strata`);
    rowsOf[at]!.push(row);
  }
  return {
    clustersOf: clustersOf.map((list) => Uint32Array.from(list)),
    rowsOf: rowsOf.map((list) => Uint32Array.from(list)),
  };
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
  const { clustersOf, rowsOf } = layout(rows, strata, clusters);
  if (rows === 0) return undetermined('no-data', 'a bootstrap needs rows', 0, method);
  if (rowsOf.length < fewest) {
    return undetermined('too-few-clusters', `needs ${fewest} clusters, found ${rowsOf.length}`, rows, method);
  }
  const alone = clustersOf.findIndex(({ length }) => length < 2);
  if (alone >= 0) {
    const row = rowsOf[clustersOf[alone]![0]!]![0]!;
    const detail = `the stratum of row ${row} has one cluster, whose spread nobody knows: join it to another`;
    return undetermined('too-few-clusters', detail, rows, method);
  }
  const value = finite(statistic(Uint32Array.from({ length: rows }, (_, row) => row)));
  if (Number.isNaN(value)) {
    return undetermined('not-identified', 'the statistic is not defined on these rows', rows, method);
  }
  const base = random.stream('stratified bootstrap');
  const drawn = new Float64Array(replicates);
  let buffer = new Uint32Array(rows * 2);
  for (let b = 0; b < replicates; b++) {
    const stream = base.stream(String(b));
    let end = 0;
    for (const list of clustersOf) {
      for (let i = 0; i < list.length; i++) {
        const chosen = rowsOf[list[Math.floor(stream.next() * list.length)]!]!;
        if (end + chosen.length > buffer.length) {
          const larger = new Uint32Array(2 * (end + chosen.length));
          larger.set(buffer.subarray(0, end));
          buffer = larger;
        }
        buffer.set(chosen, end);
        end += chosen.length;
      }
    }
    drawn[b] = finite(statistic(buffer.subarray(0, end)));
  }
  const counts = new Float64Array(rowsOf.length).fill(1);
  const resampled = {
    total: rowsOf.length,
    original: Float64Array.of(value),
    replicates: [drawn],
    ways: null,
    leftOut: null,
    counts,
  };
  const { notes, ...rest } = bootstrapInterval(resampled, 0, { level, method: 'percentile' });
  const smallest = clustersOf.reduce((least, { length }) => Math.min(least, length), Infinity);
  const narrow =
    smallest < fewest ? [`a stratum has ${smallest} clusters: the interval is too narrow below ${fewest}`] : [];
  return withNotes({ value, level, n: rows, groups: rowsOf.length, strata: clustersOf.length, method, ...rest }, [
    ...narrow,
    ...notes,
  ]);
}

function finite(value: number | null): number {
  if (value === null) return NaN;
  if (!Number.isFinite(value)) throw new RangeError(`a statistic must return a finite number or null, found ${value}`);
  return value;
}
