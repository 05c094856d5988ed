import type { Estimate, Undetermined } from '@assize/core';
import { type BootstrapOptions, clusterBootstrap, countBootstrap, pairedBootstrap } from '@assize/stats';

import { bothSides, type Comparison } from './comparison.ts';
import { type PairStatistic, standAlone } from './row-statistics.ts';

/**
 * A statistic of units with an interval from resampled groups.
 *
 * Where each unit is a group of its own and few patterns occur in the columns that the statistic reads, the counts of the
 * patterns are resampled instead of the units: the same distribution, at a fraction of the time.
 *
 * @param clusterOf the group of each unit of the case, of which `units` are taken
 */
export function bootstrapUnits(
  statistic: PairStatistic,
  units: Uint32Array,
  columns: readonly ArrayLike<number>[],
  clusterOf: ArrayLike<number>,
  options: BootstrapOptions,
): Estimate | Undetermined {
  const clusters = units.map((unit) => clusterOf[unit]!);
  const kinds = kindsOf(units, columns, clusters);
  return kinds
    ? countBootstrap(kinds.counts, (counts) => statistic(kinds.first, counts), options)
    : clusterBootstrap(clusters, within(units, statistic), options);
}

/** Both sides of a comparison and their difference through the same resamples, with the same short cut. */
export function bootstrapComparison(
  compare: Comparison,
  units: Uint32Array,
  columns: readonly ArrayLike<number>[],
  clusterOf: ArrayLike<number>,
  options: BootstrapOptions,
): Record<'first' | 'second' | 'difference', Estimate | Undetermined> {
  const clusters = units.map((unit) => clusterOf[unit]!);
  const kinds = kindsOf(units, columns, clusters);
  if (!kinds) {
    const [first, second] = bothSides(compare);
    return pairedBootstrap(clusters, within(units, first), within(units, second), options);
  }
  // One generator and one set of counts give one set of resamples, however often it is drawn.
  const out = new Float64Array(2);
  const through = (of: (first: number, second: number) => number) =>
    countBootstrap(
      kinds.counts,
      (counts) => (compare(kinds.first, out, counts) ? of(out[0]!, out[1]!) : null),
      options,
    );
  return {
    first: through((first) => first),
    second: through((_, second) => second),
    difference: through((first, second) => first - second),
  };
}

/** A unit of each pattern and how many show it; `undefined` where units come in groups or hardly any two are alike. */
function kindsOf(
  units: Uint32Array,
  columns: readonly ArrayLike<number>[],
  clusters: Uint32Array,
): { first: Uint32Array; counts: Float64Array } | undefined {
  if (!standAlone(clusters)) return undefined;
  const kinds = new Map<string, { unit: number; count: number }>();
  const most = units.length / 6;
  for (const unit of units) {
    let pattern = '';
    for (const column of columns) pattern += `${column[unit]},`;
    const kind = kinds.get(pattern);
    if (kind) kind.count++;
    else if (kinds.size >= most) return undefined;
    else kinds.set(pattern, { unit, count: 1 });
  }
  const found = [...kinds.values()];
  return {
    first: Uint32Array.from(found, ({ unit }) => unit),
    counts: Float64Array.from(found, ({ count }) => count),
  };
}

/** A statistic over places in `rows` instead of over units. */
function within(rows: Uint32Array, statistic: PairStatistic): PairStatistic {
  let buffer = new Uint32Array(rows.length);
  return (places) => {
    if (buffer.length < places.length) buffer = new Uint32Array(places.length * 2);
    for (let i = 0; i < places.length; i++) buffer[i] = rows[places[i]!]!;
    return statistic(buffer.subarray(0, places.length));
  };
}
