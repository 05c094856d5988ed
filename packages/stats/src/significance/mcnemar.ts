import { binomialCdf, binomialPmf } from '../numerics/binomial.ts';
import { chiSquareUpper } from '../numerics/distributions.ts';
import type { TestResult } from '../shapes/estimate.ts';
import { checkCounts } from '../proportions/proportion.ts';

export type McNemarMethod = 'exact' | 'mid-p' | 'chi-square' | 'chi-square-corrected';

/**
 * McNemar's test: do two conditions on the same items differ? Two-sided, from the items that only one of them passed.
 *
 * exact (default): binomial on the discordant pairs. mid-p: exact − P(min), less conservative. chi-square:
 * (b − c)²/(b + c), corrected: (|b − c| − 1)²/(b + c), for large tables. Where b = c the corrected statistic keeps
 * its 1/(b + c), as R and statsmodels print it.
 *
 * @param firstOnly b, items that pass under the first condition only
 * @param secondOnly c
 * @returns p = 1 and statistic null without discordant items; `n` counts the discordant ones
 * @throws RangeError if a count is not a count
 * @example
 * mcNemar(86, 71).p; // .2638
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function mcNemar(
  firstOnly: number,
  secondOnly: number,
  { method = 'exact' }: { method?: McNemarMethod } = {},
): TestResult {
  const n = firstOnly + secondOnly;
  checkCounts(firstOnly, n);
  checkCounts(secondOnly, n);
  const name = `mcnemar, ${method}`;
  if (n === 0) return { p: 1, statistic: null, n, method: name };
  const least = Math.min(firstOnly, secondOnly);
  const apart = Math.abs(firstOnly - secondOnly);
  const chiSquare = (statistic: number): TestResult => ({
    p: chiSquareUpper(statistic, 1),
    statistic,
    n,
    method: name,
  });
  switch (method) {
    case 'exact':
    case 'mid-p': {
      const p = apart === 0 ? 1 : Math.min(1, 2 * binomialCdf(least, n, 0.5));
      const atLeast = binomialPmf(least, n, 0.5);
      const midP = apart === 0 ? 1 - atLeast / 2 : p - atLeast;
      return { p: method === 'exact' ? p : midP, statistic: least, n, method: name };
    }
    case 'chi-square':
      return chiSquare(apart ** 2 / n);
    case 'chi-square-corrected':
      return chiSquare((apart - 1) ** 2 / n);
    default:
      throw new RangeError(`method must be exact, mid-p, chi-square or chi-square-corrected, found ${String(method)}`);
  }
}
