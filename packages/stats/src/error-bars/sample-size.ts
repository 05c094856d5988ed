import { normalQuantile } from '../numerics/normal.ts';
import { checkLevel } from '../shapes/estimate.ts';
import { checkDesignEffect, powerFactor } from './repeated-runs.ts';

/** What a comparison of two systems on the same items is planned with. Variances are per item. */
export type PairedPlan = {
  /** ω² = Var(x_A) + Var(x_B) − 2 Cov(x_A, x_B): the variance of the difference of the items' expected scores. */
  omega2: number;
  /** Variance of one run of an item by each system, default 0; and runs an item, default 1. */
  noise?: readonly [number, number] | undefined;
  repeats?: readonly [number, number] | undefined;
  /** Default 1; for clustered items see `designEffect`, of the paired difference. */
  designEffect?: number | undefined;
  /** Default 0.05. */
  alpha?: number | undefined;
  /** Default 0.8. */
  power?: number | undefined;
  /** Default 2. */
  sides?: 1 | 2 | undefined;
};

/** A number of items, and what it can tell. */
export type SamplePlan = {
  /** Items, rounded up. */
  n: number;
  /** Before rounding. */
  exact: number;
  /** The smallest true difference that is found with the stated power. */
  mde: number;
  alpha: number;
  power: number;
  omega2: number;
  designEffect: number;
  method: string;
};

function planned(plan: PairedPlan) {
  const { omega2, noise = [0, 0], repeats = [1, 1], designEffect = 1, alpha = 0.05, power = 0.8, sides = 2 } = plan;
  for (const [name, x] of [
    ['omega2', omega2],
    ['noise[0]', noise[0]],
    ['noise[1]', noise[1]],
  ] as const) {
    if (!(x >= 0 && x < Infinity)) throw new RangeError(`${name} must be a variance, found ${x}`);
  }
  for (const [i, k] of repeats.entries()) {
    if (!(k >= 1 && k < Infinity)) throw new RangeError(`repeats[${i}] must be at least 1, found ${k}`);
  }
  checkDesignEffect(designEffect);
  const perItem = (omega2 + noise[0] / repeats[0] + noise[1] / repeats[1]) * designEffect;
  const method = `paired comparison, ${sides === 2 ? 'two-sided' : 'one-sided'}, normal`;
  return { factor: powerFactor(alpha, power, sides), perItem, about: { alpha, power, omega2, designEffect, method } };
}

/** Rounds up, but not for what floating point adds to a whole number. */
function itemsFor(exact: number): number {
  const nearest = Math.round(exact);
  return Math.max(1, Math.abs(exact - nearest) <= 1e-9 * nearest ? nearest : Math.ceil(exact));
}

/**
 * How many items a paired comparison needs to find a true difference.
 *
 *     n  (z_{1−α/2} + z_{power})² (ω² + σ²_A/K_A + σ²_B/K_B) deff / δ²
 *
 * Miller 2024, arXiv:2411.00640, section 5.
 *
 * @param difference δ, not 0
 * @throws RangeError for a difference of 0, or a plan out of range
 * @example
 * pairedSampleSize(0.03, { omega2: 1 / 9 }).n; // 969
 * @see https://github.com/assize/assize/blob/main/docs/stats/sample-size.md
 */
export function pairedSampleSize(difference: number, plan: PairedPlan): SamplePlan {
  if (!(Math.abs(difference) > 0 && Math.abs(difference) < Infinity)) {
    throw new RangeError(`difference must be finite and not 0, found ${difference}`);
  }
  const { factor, perItem, about } = planned(plan);
  const exact = (factor * perItem) / difference ** 2;
  if (!Number.isFinite(exact)) throw new RangeError(`difference ${difference} is too small for these variances`);
  const n = itemsFor(exact);
  return { n, exact, mde: Math.sqrt((factor * perItem) / n), ...about };
}

/**
 * The smallest true difference that n items find with the stated power: to be printed beside every comparison that is
 * "not significant".
 *
 *     mde  √((z_{1−α/2} + z_{power})² (ω² + σ²_A/K_A + σ²_B/K_B) deff / n)
 *
 * @throws RangeError for n below 1, or a plan out of range
 * @example
 * minimumDetectableDifference(500, { omega2: 1 / 9 }).mde; // .0418
 * @see https://github.com/assize/assize/blob/main/docs/stats/sample-size.md
 */
export function minimumDetectableDifference(n: number, plan: PairedPlan): SamplePlan {
  if (!(n >= 1 && n < Infinity)) throw new RangeError(`n must be at least 1, found ${n}`);
  const { factor, perItem, about } = planned(plan);
  return { n, exact: n, mde: Math.sqrt((factor * perItem) / n), ...about };
}

/** A number of labels, and the half width of the interval that they give. */
export type LabelBudget = { n: number; exact: number; halfWidth: number; level: number; method: string };

/**
 * How many human labels an accuracy (or any rate) needs for an interval of ± halfWidth.
 *
 *     n  z² p(1 − p) deff / w²
 *
 * @param rate p as far as it is known beforehand; 0.5 is the most expensive
 * @throws RangeError if a number is out of range
 * @example
 * labelBudget({ rate: 0.85, halfWidth: 0.03 }).n; // 545
 * @see https://github.com/assize/assize/blob/main/docs/stats/sample-size.md
 */
export function labelBudget(
  { rate, halfWidth, designEffect = 1 }: { rate: number; halfWidth: number; designEffect?: number },
  { level = 0.95 }: { level?: number } = {},
): LabelBudget {
  if (!(rate > 0 && rate < 1)) throw new RangeError(`rate must lie in (0, 1), found ${rate}`);
  if (!(halfWidth > 0 && halfWidth < 1)) throw new RangeError(`halfWidth must lie in (0, 1), found ${halfWidth}`);
  checkDesignEffect(designEffect);
  checkLevel(level);
  const exact = (normalQuantile((1 + level) / 2) ** 2 * rate * (1 - rate) * designEffect) / halfWidth ** 2;
  return { n: itemsFor(exact), exact, halfWidth, level, method: 'labels for a rate, normal' };
}

/**
 * How many labels any statistic needs for an interval of ± halfWidth, from the standard error it had in a pilot.
 *
 *     n  n₁ (z SE₁ / w)²
 *
 * Right for every statistic whose error falls as 1/√n. Keep the kind of items, the raters and the clusters of the pilot.
 *
 * @throws RangeError if a number is out of range
 * @example
 * pilotLabelBudget({ se: 0.0234, n: 999, halfWidth: 0.1 }).n; // 211
 * @see https://github.com/assize/assize/blob/main/docs/stats/sample-size.md
 */
export function pilotLabelBudget(
  { se, n, halfWidth }: { se: number; n: number; halfWidth: number },
  { level = 0.95 }: { level?: number } = {},
): LabelBudget {
  for (const [name, x] of Object.entries({ se, n, halfWidth })) {
    if (!(x > 0 && x < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${x}`);
  }
  checkLevel(level);
  const exact = n * ((normalQuantile((1 + level) / 2) * se) / halfWidth) ** 2;
  return { n: itemsFor(exact), exact, halfWidth, level, method: 'labels scaled from a pilot' };
}
