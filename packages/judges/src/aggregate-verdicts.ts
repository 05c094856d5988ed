import { type Aggregation, type Criterion, levelsOf, type Rating, type Scale, type ScaleValue } from '@assize/core';

/** What a judge says of one item, response and criterion, over its samples and orders. */
export interface AggregatedVerdict {
  readonly item: string;
  readonly rater: string;
  readonly criterion: string;
  readonly response?: number;
  /** `null` when no row was rated, or when rows that are split evenly have no level between them. */
  readonly value: ScaleValue | null;
  readonly reason?: string;
  /** Over the levels, each order weighed the same; left out on an interval and when nothing was rated. */
  readonly distribution?: number[];
  readonly rated: number;
  readonly unrated: number;
  /** Whether two orders named different winners; `undefined` unless both orders were rated. */
  readonly conflict?: boolean;
}

export interface VerdictCounts {
  verdicts: number;
  /** Verdicts without a value. */
  undecided: number;
  /** Verdicts for which both orders were rated, and those of them in conflict. */
  bothOrders: number;
  conflicts: number;
  rows: number;
  unratedRows: number;
}

/**
 * One verdict for each item, rater, criterion and response, by an explicit policy for orders in conflict.
 *
 * Numbers are averaged over the samples of an order, then over orders, so that an order with more replies does not
 * weigh more. Words take the level in the middle (ordinal) or the most frequent one (nominal). Preferences: `mean` takes
 * the likeliest outcome of the distributions averaged over orders, an even split being a tie; `tie-on-conflict` takes the
 * winner of each order and makes a tie of two that differ. Rows without a value are counted and never filled in.
 *
 * @throws RangeError when a row names a criterion that was not given.
 */
export function aggregateVerdicts(
  rows: readonly Rating[],
  criteria: readonly Criterion[],
  aggregation: Pick<Aggregation, 'orders'>,
): { verdicts: AggregatedVerdict[]; counts: VerdictCounts } {
  const scales = new Map(criteria.map(({ id, scale }) => [id, scale]));
  const groups = Map.groupBy(rows, ({ item, rater, criterion, response }) =>
    JSON.stringify([item, rater, criterion, response ?? null]),
  );
  const verdicts = [...groups.values()].map((group) => verdictOf(group, scales, aggregation.orders));
  return {
    verdicts,
    counts: {
      verdicts: verdicts.length,
      undecided: verdicts.filter(({ value }) => value === null).length,
      bothOrders: verdicts.filter(({ conflict }) => conflict !== undefined).length,
      conflicts: verdicts.filter(({ conflict }) => conflict === true).length,
      rows: rows.length,
      unratedRows: rows.filter(({ status }) => status !== 'rated').length,
    },
  };
}

type Rated = Extract<Rating, { status: 'rated' }>;

function verdictOf(
  group: readonly Rating[],
  scales: ReadonlyMap<string, Scale>,
  policy: Aggregation['orders'],
): AggregatedVerdict {
  const [first] = group;
  const scale = first && scales.get(first.criterion);
  if (!first || !scale) throw new RangeError(`no criterion "${first?.criterion ?? ''}" was given`);
  const { item, rater, criterion, response } = first;
  const rated = group.filter((row): row is Rated => row.status === 'rated');
  const orders = [...Map.groupBy(rated, ({ order }) => JSON.stringify(order ?? null)).values()];
  const about = {
    item,
    rater,
    criterion,
    ...(response === undefined ? {} : { response }),
    rated: rated.length,
    unrated: group.length - rated.length,
  };
  if (rated.length === 0) return { ...about, value: null, reason: 'no row was rated' };

  const levels = levelsOf(scale);
  if (!levels) return { ...about, value: average(orders.map((order) => average(order.map(numberOf)))) };
  const perOrder = orders.map((order) => blend(order.map((row) => distributionOf(levels, row))));
  const distribution = blend(perOrder);
  if (scale.kind !== 'preference') {
    return { ...about, ...decided(scale, levels, orders, distribution), distribution };
  }
  const winners = perOrder.map((one) => winnerOf(levels, one, scale.ties));
  const conflict = winners.length === 2 ? { conflict: winners[0] !== winners[1] } : {};
  const value = policy === 'tie-on-conflict' && conflict.conflict ? 'tie' : winnerOf(levels, distribution, scale.ties);
  if (value === undefined || (value === 'tie' && !scale.ties))
    return { ...about, ...conflict, value: null, reason: 'split evenly, and the scale has no tie', distribution };
  return { ...about, ...conflict, value, distribution };
}

function decided(
  scale: Scale,
  levels: readonly ScaleValue[],
  orders: readonly (readonly Rated[])[],
  distribution: readonly number[],
): { value: ScaleValue | null; reason?: string } {
  if (levels.every((level) => typeof level === 'number'))
    return { value: average(orders.map((order) => average(order.map(numberOf)))) };
  if (scale.kind === 'ordinal') {
    let below = 0;
    const middle = distribution.findIndex((weight) => (below += weight) >= 0.5 - 1e-12);
    return { value: levels[middle] ?? null };
  }
  const most = best(distribution);
  return most.length === 1
    ? { value: levels[most[0] ?? 0] ?? null }
    : { value: null, reason: `split evenly between ${most.map((place) => levels[place]).join(' and ')}` };
}

function winnerOf(levels: readonly ScaleValue[], distribution: readonly number[], ties: boolean) {
  const most = best(distribution);
  if (most.length === 1) return levels[most[0] ?? 0];
  return ties ? 'tie' : undefined;
}

/** The places of the largest weight; sums of the same weights in another order may differ in the last digits. */
function best(distribution: readonly number[]): number[] {
  const most = Math.max(...distribution);
  return distribution.flatMap((weight, place) => (weight >= most - 1e-12 ? [place] : []));
}

function distributionOf(levels: readonly ScaleValue[], row: Rated): number[] {
  return row.distribution?.length === levels.length
    ? row.distribution
    : levels.map((level) => (level === row.value ? 1 : 0));
}

function blend(distributions: readonly (readonly number[])[]): number[] {
  return (distributions[0] ?? []).map((_, place) => average(distributions.map((one) => one[place] ?? 0)));
}

function numberOf({ value }: Rated): number {
  return Number(value);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
