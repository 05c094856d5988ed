import type { Estimate, Undetermined } from '@assize/core';
import { clusteredMean, tQuantile } from '@assize/stats';

import { clipped, withoutSpread } from './no-spread.ts';

/** What a row adds to the two totals of one side; a row may stand on one side alone. */
export interface RatioPart {
  part: number;
  whole: number;
}

const fewestGroups = 5;

/**
 * The difference of two shares Σ part / Σ whole over rows that come in groups, in [−1, 1].
 *
 * The difference is linearised and its spread taken over groups, so that a group that stands on both sides is counted with
 * its correlation. `groups` is that of the side with fewer, which also gives the degrees of freedom: a side of one group has
 * no spread of its own, however many groups there are on the other.
 *
 * @param clusters the group of each row
 */
export function differenceOfRatios(
  first: readonly RatioPart[],
  second: readonly RatioPart[],
  clusters: ArrayLike<number>,
  level: number,
  method: string,
): Estimate | Undetermined {
  const [a, b] = [totals(first), totals(second)];
  const n = first.filter(({ whole }, row) => whole > 0 || second[row]!.whole > 0).length;
  if (a.whole === 0 || b.whole === 0)
    return { value: null, reason: 'no-data', detail: 'one side of the difference is empty', n, method };
  const [one, other] = [a.part / a.whole, b.part / b.whole];
  const value = one - other;
  // Influence of each row, scaled so that the mean of the shifted column is the difference and its spread the difference's.
  const influence = first.map(
    ({ part, whole }, row) =>
      value +
      first.length * ((part - one * whole) / a.whole - (second[row]!.part - other * second[row]!.whole) / b.whole),
  );
  const spread = clusteredMean(influence, { level, clusters });
  if (spread.value === null) return spread;
  const groups = Math.min(groupsOn(first, clusters), groupsOn(second, clusters));
  const { se } = spread;
  if (groups < fewestGroups || se === undefined) {
    const note = `no interval: too few groups on one side, ${groups}, needs ${fewestGroups}`;
    return { value, interval: null, level, n, groups, method, notes: [note] };
  }
  const half = tQuantile((1 + level) / 2, groups - 1) * se;
  const interval: [number, number] | null = se === 0 ? null : [value - half, value + half];
  return clipped(withoutSpread({ value, interval, level, n, groups, se, method }, [-1, 1]), [-1, 1]);
}

function totals(rows: readonly RatioPart[]): RatioPart {
  let [part, whole] = [0, 0];
  for (const row of rows) {
    part += row.part;
    whole += row.whole;
  }
  return { part, whole };
}

function groupsOn(rows: readonly RatioPart[], clusters: ArrayLike<number>): number {
  const groups = new Set<number>();
  rows.forEach(({ whole }, row) => {
    if (whole > 0) groups.add(clusters[row]!);
  });
  return groups.size;
}
