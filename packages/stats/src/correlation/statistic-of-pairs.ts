import { kendall } from './kendall.ts';
import { pearson, spearman } from './correlation.ts';

export type CorrelationStatistic = 'pearson' | 'spearman' | 'kendall';

const coefficients = {
  pearson: (x: ArrayLike<number>, y: ArrayLike<number>) => pearson(x, y, { interval: 'none' }).value,
  spearman: (x: ArrayLike<number>, y: ArrayLike<number>) => spearman(x, y, { interval: 'none' }).value,
  kendall: (x: ArrayLike<number>, y: ArrayLike<number>) => kendall(x, y, { interval: 'none' }).value,
};

/** The coefficient alone, for places where it is one term of another statistic; null where it is not defined. */
export function coefficientOf(
  statistic: CorrelationStatistic,
): (x: ArrayLike<number>, y: ArrayLike<number>) => number | null {
  const found = Object.hasOwn(coefficients, statistic) ? coefficients[statistic] : undefined;
  if (!found) throw new RangeError(`statistic must be pearson, spearman or kendall, found ${statistic}`);
  return found;
}
