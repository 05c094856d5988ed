import { sumOf } from '../numerics/sum.ts';

function checkEValues(eValues: ArrayLike<number | null>): void {
  for (let i = 0; i < eValues.length; i++) {
    const e = eValues[i]!;
    if (e === null) continue;
    if (!(e >= 0 && e < Infinity)) throw new RangeError(`eValues[${i}] must be finite and at least 0, found ${e}`);
  }
}

/**
 * One e-value from several for the same null hypothesis: the product of independent ones, the mean of any.
 *
 * The product is held at the largest finite number. Vovk and Wang 2021, arXiv:1912.06116.
 *
 * @param options.dependence 'independent' allows the product; 'any' (default) takes the mean
 * @throws RangeError for none at all, or one that is negative or not finite (index and value)
 * @example
 * combineEValues([4, 5], { dependence: 'independent' }); // 20
 * combineEValues([4, 5]); // 4.5
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function combineEValues(
  eValues: ArrayLike<number>,
  { dependence = 'any' }: { dependence?: 'independent' | 'any' } = {},
): number {
  if (eValues.length === 0) throw new RangeError('there is no e-value to combine');
  checkEValues(eValues);
  if (dependence === 'any') {
    return Math.min(
      Number.MAX_VALUE,
      sumOf(eValues.length, (i) => eValues[i]! / eValues.length),
    );
  }
  for (let i = 0; i < eValues.length; i++) if (eValues[i] === 0) return 0;
  const log = sumOf(eValues.length, (i) => Math.log(eValues[i]!));
  return Math.min(Number.MAX_VALUE, Math.exp(log));
}

/**
 * The p-value that an e-value stands for: min(1, 1/e). It is valid whenever one stops, and larger than a p-value made for
 * a fixed number of items.
 *
 * @throws RangeError for a negative or infinite e-value
 * @example
 * eValueToP(20); // 0.05
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function eValueToP(eValue: number): number {
  checkEValues([eValue]);
  return Math.min(1, 1 / eValue);
}

/**
 * e-BH: which of m null hypotheses to reject so that on average at most a share alpha of the rejected are true.
 *
 *     k*  the largest k with k e_(k) ≥ m / alpha, e_(k) the k-th largest; rejected are the k* largest
 *
 * It needs no assumption on how the e-values depend on each other. Wang and Ramdas 2022, arXiv:2009.02824.
 *
 * @param eValues null where a test is not defined: it stays unrejected and does not count in m
 * @throws RangeError for one that is negative or not finite (index and value), or alpha outside (0, 1)
 * @example
 * rejectByEValues([100, 30, 2], { alpha: 0.05 }); // [true, true, false]
 * @see https://github.com/assize/assize/blob/main/docs/stats/e-values.md
 */
export function rejectByEValues(
  eValues: readonly (number | null)[],
  { alpha = 0.05 }: { alpha?: number } = {},
): boolean[] {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must lie in (0, 1), found ${alpha}`);
  checkEValues(eValues);
  const present = new Float64Array(eValues.length);
  let m = 0;
  for (const e of eValues) if (e !== null) present[m++] = e;
  const ascending = present.subarray(0, m);
  ascending.sort();
  let least = Infinity;
  for (let k = m; k >= 1 && least === Infinity; k--) {
    const e = ascending[m - k]!;
    // k e / m ≥ 1 / alpha, written so that rounding of 1 / alpha cannot lose a boundary case.
    if (k * e * alpha >= m) least = e;
  }
  return eValues.map((e) => e !== null && e >= least);
}
