import type { Random } from '../random/random.ts';
import { checkLevel, type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { isRounding } from '../shapes/finite.ts';
import { quantile } from '../numerics/quantile.ts';
import { groupedRows } from './cluster-rows.ts';
import { indexClusters } from './clusters.ts';

/** A statistic and its own standard error on the same rows; null where either is not defined. */
export type StudentisedStatistic = (rows: Uint32Array) => { value: number; se: number } | null;

export type StudentisedOptions = {
  random: Random;
  level?: number | undefined;
  /** Default 2000. */
  replicates?: number | undefined;
};

export type StudentisedEstimate = Estimate & {
  replicates: number;
  undefinedReplicates: number;
  /** The quantiles of (t* − t)/se* that stand where ±t of Student would. */
  quantiles?: [number, number];
};

const fewest = 5;
const few = 20;

/**
 * The standard error of any statistic by leaving out one cluster at a time: for statistics without a formula.
 *
 *     se  √((G − 1)/G · Σ_g (t_(g) − mean t_(·))²)
 *
 * The result goes to `studentisedBootstrap`, which then costs one evaluation for each cluster and replicate. Not for medians
 * and other statistics that jump. Efron and Tibshirani 1993, chapter 11.
 *
 * @param groups the cluster of each row, as given to `studentisedBootstrap`
 * @throws RangeError for a row without a cluster
 * @example
 * studentisedBootstrap(document, withJackknifeError(document, agreement), { random });
 * @see https://github.com/assize/assize/blob/main/docs/stats/studentised-bootstrap.md
 */
export function withJackknifeError(
  groups: ArrayLike<number>,
  statistic: (rows: Uint32Array) => number | null,
): StudentisedStatistic {
  const { of } = indexClusters(groups, groups.length);
  const seen = new Uint8Array(groups.length);
  let room = new Uint32Array(0);
  return (rows) => {
    const value = statistic(rows);
    if (value === null) return null;
    // A cluster drawn twice comes as two runs of the same rows; each is left out on its own.
    const ends: number[] = [];
    let cleared = 0;
    const endRun = (end: number): void => {
      for (; cleared < end; cleared++) seen[rows[cleared]!] = 0;
      ends.push(end);
    };
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (i > 0 && (of[row] !== of[rows[i - 1]!] || seen[row] === 1)) endRun(i);
      seen[row] = 1;
    }
    endRun(rows.length);
    const G = ends.length;
    if (G < 2) return null;
    if (room.length < rows.length) room = new Uint32Array(rows.length + (rows.length >> 4));
    const left = room;
    const values = new Float64Array(G);
    for (let g = 0, start = 0; g < G; g++) {
      const end = ends[g]!;
      left.set(rows.subarray(0, start));
      left.set(rows.subarray(end), start);
      const without = statistic(left.subarray(0, rows.length - (end - start)));
      if (without === null) return null;
      values[g] = without;
      start = end;
    }
    const mean = values.reduce((a, b) => a + b, 0) / G;
    const squares = values.reduce((total, x) => total + (x - mean) ** 2, 0);
    return { value, se: Math.sqrt(((G - 1) / G) * squares) };
  };
}

/**
 * The bootstrap-t interval: how far a replicate lies from the estimate, in units of its own standard error, gives the
 * quantiles that Student's t would; they need not be symmetric.
 *
 *     [t − q(1 − α/2)·se,  t − q(α/2)·se],   q quantiles of (t* − t)/se*
 *
 * For means and ratios of skewed scores and few clusters, where the percentile interval is too narrow on one side. It is as
 * good as the standard error is: give a formula that takes the clusters (as `clusteredMean` has), or `withJackknifeError`.
 * Not for statistics near the end of their range, where it can leave it. Hall 1988, Ann. Statist. 16:927-953.
 *
 * @param groups the cluster of each row; `[0, 1, 2, …]` where rows are independent
 * @param statistic gets the numbers of the drawn rows, cluster after cluster (valid during the call only)
 * @returns `too-few-clusters` below 5; no interval where the standard error is 0, or above 5% of replicates are not defined
 * or have no standard error
 * @throws RangeError for a row without a cluster, a level outside (0, 1), a statistic that is not finite
 * @example
 * studentisedBootstrap(document, (rows) => meanWithError(scores, document, rows), { random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/studentised-bootstrap.md
 */
export function studentisedBootstrap(
  groups: ArrayLike<number>,
  statistic: StudentisedStatistic,
  { random, level = 0.95, replicates = 2000 }: StudentisedOptions,
): StudentisedEstimate | Undetermined {
  checkLevel(level);
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`replicates must be at least 1, found ${replicates}`);
  }
  const n = groups.length;
  const method = `bootstrap-t, B = ${replicates}`;
  const { starts, rows: whole, count } = rowsOfClusters(groups);
  if (n === 0) return undetermined('no-data', 'a bootstrap needs rows', 0, method);
  if (count < fewest) {
    return undetermined('too-few-clusters', `needs ${fewest} clusters, found ${count}`, n, method);
  }
  const here = checked(statistic(whole));
  if (here === null) return undetermined('not-identified', 'the statistic is not defined on these rows', n, method);
  const { value, se } = here;
  const common = { value, level, n, groups: count, se, method };
  if (isRounding(se, value)) {
    const notes = ['no interval: the standard error is 0, which says nothing about certainty'];
    return { ...common, se: 0, interval: null, replicates: 0, undefinedReplicates: 0, notes };
  }
  const base = random.stream('studentised bootstrap');
  const distances = new Float64Array(replicates);
  let defined = 0;
  const drawnClusters = new Uint32Array(count);
  let buffer = new Uint32Array(0);
  for (let b = 0; b < replicates; b++) {
    const stream = base.stream(String(b));
    let size = 0;
    for (let i = 0; i < count; i++) {
      const g = Math.floor(stream.next() * count);
      drawnClusters[i] = g;
      size += starts[g + 1]! - starts[g]!;
    }
    if (buffer.length < size) buffer = new Uint32Array(size + (size >> 4));
    let end = 0;
    for (const g of drawnClusters) {
      buffer.set(whole.subarray(starts[g], starts[g + 1]), end);
      end += starts[g + 1]! - starts[g]!;
    }
    const drawn = checked(statistic(buffer.subarray(0, end)));
    if (drawn === null || isRounding(drawn.se, drawn.value)) continue;
    distances[defined++] = (drawn.value - value) / drawn.se;
  }
  const undefinedReplicates = replicates - defined;
  const counted = { replicates: defined, undefinedReplicates };
  const notes = count < few ? [`few clusters: ${count}, the interval is rough below ${few}`] : [];
  if (undefinedReplicates > 0) {
    notes.push(`${undefinedReplicates} of ${replicates} replicates have no value or no spread and are left out`);
  }
  if (undefinedReplicates > 0.05 * replicates) {
    notes.push('no interval: more than 5% of the replicates are not defined');
    return { ...common, interval: null, ...counted, notes };
  }
  const kept = distances.subarray(0, defined);
  const tail = (1 - level) / 2;
  const quantiles: [number, number] = [quantile(kept, tail), quantile(kept, 1 - tail)];
  const interval: [number, number] = [value - quantiles[1] * se, value - quantiles[0] * se];
  return withNotes({ ...common, interval, ...counted, quantiles }, notes);
}

/** Rows of each cluster, one cluster after the other. */
function rowsOfClusters(groups: ArrayLike<number>) {
  const index = indexClusters(groups, groups.length);
  return { ...groupedRows(index), count: index.count };
}

function checked(found: { value: number; se: number } | null): { value: number; se: number } | null {
  if (found === null) return null;
  if (!Number.isFinite(found.value) || !(found.se >= 0 && found.se < Infinity)) {
    throw new RangeError(
      `a statistic must return a finite value and se, or null, found ${found.value} and ${found.se}`,
    );
  }
  return found;
}
