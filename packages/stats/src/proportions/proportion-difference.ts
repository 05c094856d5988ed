import { checkLevel, type Estimate, undetermined, type Undetermined } from '../shapes/estimate.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { checkCounts, wilsonLimits } from './proportion.ts';

/** Counts of items by what happened in two paired conditions. */
export type PairedCounts = { both: number; firstOnly: number; secondOnly: number; neither: number };

/**
 * The difference of two shares on the same items (first − second), with Newcombe's paired interval.
 *
 *     φ      (ad − bc) / √((a+b)(c+d)(a+c)(b+d)), with n/2 taken from a positive ad − bc, never below 0; 0 if a margin is empty
 *     lower  θ − √((p₁−l₁)² − 2φ(p₁−l₁)(u₂−p₂) + (u₂−p₂)²)
 *     upper  θ + √((u₁−p₁)² − 2φ(u₁−p₁)(p₂−l₂) + (p₂−l₂)²)
 *
 * where l and u are Wilson limits. Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10.
 *
 * @throws RangeError if a count is not a count or level is outside (0, 1)
 * @returns `no-data` without items
 * @example
 * pairedProportionDifference({ both: 36, firstOnly: 12, secondOnly: 2, neither: 0 }); // .2, [.0569, .3404]
 * @see https://github.com/assize/assize/blob/main/docs/stats/proportion-differences.md
 */
export function pairedProportionDifference(
  { both: a, firstOnly: b, secondOnly: c, neither: d }: PairedCounts,
  { level = 0.95 }: { level?: number } = {},
): Estimate | Undetermined {
  const n = a + b + c + d;
  for (const count of [a, b, c, d]) checkCounts(count, n);
  checkLevel(level);
  const method = 'paired difference of proportions, newcombe';
  if (n === 0) return undetermined('no-data', 'a difference needs at least one item', 0, method);
  const z = normalQuantile((1 + level) / 2);
  const [p1, p2] = [(a + b) / n, (a + c) / n];
  const [l1, u1] = wilsonLimits(p1, n, z);
  const [l2, u2] = wilsonLimits(p2, n, z);
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  const cross = a * d - b * c;
  const phi = margins === 0 ? 0 : (cross > 0 ? Math.max(cross - n / 2, 0) : cross) / Math.sqrt(margins);
  const arm = (x: number, y: number) => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  const value = (b - c) / n;
  return { value, interval: [value - arm(p1 - l1, u2 - p2), value + arm(u1 - p1, p2 - l2)], level, n, method };
}

/**
 * The difference of two shares on different, independent items (first − second), hybrid Wilson interval.
 *
 * Newcombe 1998, Statistics in Medicine 17:873-890, method 10. For the same items under two conditions use
 * `pairedProportionDifference`: this one would be too wide.
 *
 * @throws RangeError if counts do not fit or level is outside (0, 1)
 * @returns n is the number of items of both sides together; `no-data` if a side is empty
 * @example
 * proportionDifference({ successes: 56, n: 70 }, { successes: 48, n: 80 }); // .2, [.0524, .3339]
 * @see https://github.com/assize/assize/blob/main/docs/stats/proportion-differences.md
 */
export function proportionDifference(
  first: { successes: number; n: number },
  second: { successes: number; n: number },
  { level = 0.95 }: { level?: number } = {},
): Estimate | Undetermined {
  checkCounts(first.successes, first.n);
  checkCounts(second.successes, second.n);
  checkLevel(level);
  const method = 'difference of proportions, newcombe hybrid wilson';
  const n = first.n + second.n;
  if (first.n === 0 || second.n === 0) {
    return undetermined('no-data', `needs items on both sides, found ${first.n} and ${second.n}`, n, method);
  }
  const z = normalQuantile((1 + level) / 2);
  const [p1, p2] = [first.successes / first.n, second.successes / second.n];
  const [l1, u1] = wilsonLimits(p1, first.n, z);
  const [l2, u2] = wilsonLimits(p2, second.n, z);
  const value = p1 - p2;
  return {
    value,
    interval: [value - Math.hypot(p1 - l1, u2 - p2), value + Math.hypot(u1 - p1, p2 - l2)],
    level,
    n,
    method,
  };
}
