import { clusterBootstrap } from '../resampling/bootstrap.ts';
import { checkSize } from '../shapes/finite.ts';
import type { IntervalPlan } from '../shapes/interval-options.ts';
import type { IntervalPart } from '../resampling/pattern-interval.ts';

/** Two columns of numbers, rows with a missing value left out. */
export type PairedValues = { x: Float64Array; y: Float64Array; rows: Uint32Array; notes: string[] };

/** Throws RangeError for unequal lengths or infinite values; NaN in either column leaves the row out. */
export function pairValues(x: ArrayLike<number>, y: ArrayLike<number>): PairedValues {
  if (x.length !== y.length) throw new RangeError(`x has ${x.length} values, y has ${y.length}`);
  const rows: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    checkSize(a, `x[${i}]`);
    checkSize(b, `y[${i}]`);
    rows.push(i);
  }
  const dropped = x.length - rows.length;
  return {
    x: Float64Array.from(rows, (row) => x[row]!),
    y: Float64Array.from(rows, (row) => y[row]!),
    rows: Uint32Array.from(rows),
    notes: dropped > 0 ? [`${dropped} of ${x.length} rows have a missing value and are left out`] : [],
  };
}

/** The interval of a statistic of two columns, from resampled rows or clusters. */
export function resamplePairs(
  plan: IntervalPlan & { kind: 'bootstrap' },
  { x, y, rows }: PairedValues,
  clusters: ArrayLike<number> | undefined,
  statistic: (x: Float64Array, y: Float64Array) => number | null,
): IntervalPart {
  const { level, random, replicates, method } = plan;
  let [drawnX, drawnY] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const groups = clusters ? Float64Array.from(rows, (row) => clusters[row]!) : rows.map((_, i) => i);
  const result = clusterBootstrap(
    groups,
    (drawn) => {
      if (drawn.length > drawnX.length)
        [drawnX, drawnY] = [new Float64Array(drawn.length), new Float64Array(drawn.length)];
      for (let i = 0; i < drawn.length; i++) {
        drawnX[i] = x[drawn[i]!]!;
        drawnY[i] = y[drawn[i]!]!;
      }
      return statistic(drawnX.subarray(0, drawn.length), drawnY.subarray(0, drawn.length));
    },
    { random, level, replicates, method },
  );
  if (result.value === null)
    return { interval: null, level, notes: [`no interval: ${result.detail}`], name: result.method };
  return {
    interval: result.interval,
    level,
    ...(clusters && { groups: result.groups ?? 0 }),
    ...(result.se !== undefined && { se: result.se }),
    notes: result.notes ?? [],
    name: result.method,
  };
}
