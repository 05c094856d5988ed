import { chiSquareUpper, tTwoSided } from '../numerics/distributions.ts';
import { clusteredMean } from '../proportions/clustered-mean.ts';
import { adjustPValues } from '../significance/multiple-testing.ts';
import {
  checkLevel,
  type Estimate,
  isEstimate,
  type TestResult,
  type Undetermined,
  withNotes,
} from '../shapes/estimate.ts';
import { judgedRows } from './judged-rows.ts';

export type PolicyTransport = {
  policy: number;
  /** Mean of human − score on the policy's labelled items: 0 if the judge's level holds there. */
  residual: Estimate | Undetermined;
  /** Two-sided; null where there is no spread to test by. */
  p: number | null;
  /** By Holm over the policies that have a p-value. */
  pAdjusted: number | null;
  /** False: claims about this policy's level are refused. Null: not tested. */
  transports: boolean | null;
};

export type Transport = {
  /** In the order of first appearance. */
  policies: PolicyTransport[];
  /** Chi-square test that the residuals are the same in all policies. */
  same: TestResult;
};

const method = 'chi-square of equal residuals';

/** The two-sided p-value of "the residual is 0"; null without an interval. */
function zeroTest({ value, se, interval, groups, n }: Estimate): number | null {
  return interval === null || se === undefined ? null : tTwoSided(value / se, (groups ?? n) - 1);
}

/** Σ (r_k − r)²/SE_k² with r weighted by 1/SE². */
function sameResidual(policies: readonly PolicyTransport[], n: number): TestResult {
  const used = policies.flatMap(({ residual }) =>
    residual.value !== null && residual.se !== undefined && residual.se > 0
      ? [{ value: residual.value, weight: 1 / residual.se ** 2 }]
      : [],
  );
  if (used.length < 2) {
    return { p: 1, statistic: null, n, method, notes: ['nothing to compare: fewer than two groups have a spread'] };
  }
  const total = used.reduce((a, { weight }) => a + weight, 0);
  const centre = used.reduce((a, { value, weight }) => a + weight * value, 0) / total;
  const statistic = used.reduce((a, { value, weight }) => a + weight * (value - centre) ** 2, 0);
  return { p: chiSquareUpper(statistic, used.length - 1), statistic, n, method };
}

/**
 * Whether a judge (or a calibrated one) keeps its level on each policy, system or slice: is the mean of human − score 0?
 *
 * A t test per policy, by clusters where given, adjusted by Holm; and one test that all residuals are equal, which is what a
 * pooled correction assumes. A policy that fails gets its own labels or no claim about its level; a policy that passes with
 * few labels has only not been shown to fail: read its interval. After Landesberg 2025, arXiv:2512.11150.
 *
 * @param human labels; NaN in either array leaves the row out
 * @param score the judge's calibrated score of the same items
 * @param policy the policy of each row
 * @throws RangeError for unequal lengths, infinite values, a row without a policy (NaN or −1), or a level outside (0, 1)
 * @example
 * transportTest(human, calibrated, system).policies.filter(({ transports }) => transports === false);
 * @see https://github.com/assize/assize/blob/main/docs/stats/calibrated-mean.md
 */
export function transportTest(
  human: ArrayLike<number>,
  score: ArrayLike<number>,
  policy: ArrayLike<number>,
  { level = 0.95, clusters }: { level?: number; clusters?: ArrayLike<number> } = {},
): Transport {
  checkLevel(level);
  const rows = judgedRows(human, score, []);
  if (policy.length !== human.length) {
    throw new RangeError(`human has ${human.length} labels but ${policy.length} policies are given`);
  }
  if (clusters !== undefined && clusters.length !== human.length) {
    throw new RangeError(`human has ${human.length} labels but ${clusters.length} cluster ids`);
  }
  const at = (i: number) => (rows.labelledRows ? rows.labelledRows[i]! : i);
  const sizes = new Map<number, number>();
  for (let i = 0; i < rows.human.length; i++) {
    const id = policy[at(i)]!;
    if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${at(i)} has no policy`);
    sizes.set(id, (sizes.get(id) ?? 0) + 1);
  }
  const found = Array.from(sizes, ([id, size]) => {
    const rest = new Float64Array(size);
    const own = clusters ? new Float64Array(size) : null;
    for (let i = 0, place = 0; place < size; i++) {
      if (policy[at(i)] !== id) continue;
      if (own) own[place] = clusters![at(i)]!;
      rest[place++] = rows.human[i]! - rows.judge[i]!;
    }
    const ids = own && { clusters: own };
    const residual = clusteredMean(rest, { level, ...ids });
    return { policy: id, residual, p: isEstimate(residual) ? zeroTest(residual) : null };
  });
  const adjusted = adjustPValues(
    found.map(({ p }) => p),
    { method: 'holm' },
  );
  const policies = found.map(({ residual, ...rest }, i): PolicyTransport => {
    const pAdjusted = adjusted[i] ?? null;
    const transports = pAdjusted === null ? null : pAdjusted > 1 - level;
    return { ...rest, residual, pAdjusted, transports };
  });
  const same = sameResidual(policies, rows.human.length);
  return { policies, same: withNotes(same, [...rows.notes, ...(same.notes ?? [])]) };
}
