import { binomialCdf, binomialPmf } from '../numerics/binomial.ts';
import { type TestResult, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkCounts } from '../proportions/proportion.ts';

export type Alternative = 'two-sided' | 'greater' | 'less';

/** P(X ≥ k), from the lower tail of the failures so that small values keep their digits. */
function upper(k: number, n: number, p: number): number {
  return k <= 0 ? 1 : binomialCdf(n - k, n, 1 - p);
}

/**
 * The exact binomial test of `successes` of `n` against a rate p.
 *
 * Two-sided: all outcomes no more likely than the one seen, the rule of R's binom.test.
 *
 * @throws RangeError if counts do not fit or p is no probability
 * @returns `no-data` for n = 0; `statistic` is the number of successes
 * @example
 * binomialTest(9, 12).p; // .146
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function binomialTest(
  successes: number,
  n: number,
  { p = 0.5, alternative = 'two-sided' }: { p?: number; alternative?: Alternative } = {},
): TestResult | Undetermined {
  checkCounts(successes, n);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in [0, 1], found ${p}`);
  const method = `exact binomial, ${alternative}`;
  if (n === 0) return undetermined('no-data', 'a binomial test needs at least one trial', 0, method);
  const result = (value: number): TestResult => ({ p: Math.min(1, value), statistic: successes, n, method });
  if (alternative === 'less') return result(binomialCdf(successes, n, p));
  if (alternative === 'greater') return result(upper(successes, n, p));
  if (p === 0.5) {
    const least = Math.min(successes, n - successes);
    return result(2 * binomialCdf(least, n, p));
  }
  // Equal probabilities can differ in the last place; R allows the same relative slack.
  const limit = binomialPmf(successes, n, p) * (1 + 1e-7);
  const mode = Math.floor((n + 1) * p);
  if (successes === mode || binomialPmf(mode, n, p) <= limit) return result(1);
  if (successes < mode) {
    const other = boundary((k) => binomialPmf(k, n, p) <= limit, mode, n + 1);
    return result(binomialCdf(successes, n, p) + (other > n ? 0 : upper(other, n, p)));
  }
  const other = boundary((k) => binomialPmf(mode - k, n, p) <= limit, 0, mode + 1);
  return result(upper(successes, n, p) + (other > mode ? 0 : binomialCdf(mode - other, n, p)));
}

/** The first place in [low, high) where a claim that stays true holds; high if nowhere. */
function boundary(holds: (k: number) => boolean, low: number, high: number): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The sign test of paired differences: exact binomial on the signs, zeros left out and counted.
 *
 * For ordinal scales whose steps may not be equal.
 *
 * @param differences NaN is missing
 * @returns p = 1 when all differences are 0; `no-data` without differences; `statistic` counts the positive ones
 * @example
 * signTest([1, 1, -1, 0, 1, 2]);
 * @see https://github.com/assize/assize/blob/main/docs/stats/paired-tests.md
 */
export function signTest(
  differences: ArrayLike<number>,
  { alternative = 'two-sided' }: { alternative?: Alternative } = {},
): TestResult | Undetermined {
  const method = `sign test, ${alternative}`;
  let [positive, negative, zero] = [0, 0, 0];
  for (let i = 0; i < differences.length; i++) {
    const d = differences[i]!;
    if (d > 0) positive++;
    else if (d < 0) negative++;
    else if (d === 0) zero++;
  }
  const n = positive + negative;
  if (n + zero === 0) return undetermined('no-data', 'a sign test needs at least one difference', 0, method);
  const notes = zero > 0 ? [`${zero} of ${n + zero} differences are 0 and left out`] : [];
  if (n === 0) return withNotes({ p: 1, statistic: null, n, method }, notes);
  const result = binomialTest(positive, n, { alternative });
  return 'value' in result ? result : withNotes({ ...result, method }, notes);
}
