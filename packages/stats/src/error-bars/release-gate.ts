import { clusteredMean } from '../proportions/clustered-mean.ts';
import { columnAt, rowsPresentIn } from '../numerics/present-rows.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { powerFactor } from './repeated-runs.ts';

export type GateVerdict = 'PASS' | 'FAIL' | 'REGRESSION' | 'INCONCLUSIVE';

export type GateOptions = {
  /** The smallest loss that matters, above 0, in units of the differences. */
  margin: number;
  /** One-sided, default 0.05. */
  alpha?: number | undefined;
  /** Of the number of items that would settle it, default 0.8. */
  power?: number | undefined;
  /** One id per item; items of one cluster are not independent. */
  clusters?: ArrayLike<number> | undefined;
  /**
   * The largest possible difference. With it a gate whose differences are all equal, so that they show no spread, is decided
   * by an exact bound instead of not at all.
   */
  largest?: number | undefined;
  /** Whether the standard error is multiplied by √(G/(G − 1)); on unless an older figure is to be reprinted. */
  smallSample?: boolean | undefined;
};

export type GateResult = {
  verdict: GateVerdict;
  /** Mean of candidate − baseline with its two-sided 1 − 2·alpha interval, whose ends are two one-sided bounds. */
  difference: Estimate;
  /** A PASS that comes with an established loss below the margin. */
  smallRegression: boolean;
  margin: number;
  alpha: number;
  power: number;
  n: number;
  /** Items, of the same kind and clustering, that would pass a candidate that is exactly as good, with the stated power. */
  nRequired: number | null;
  method: string;
  notes?: string[];
};

const fewDifferences = 10;

/** All differences are c: at most a share q of all items differs from c, or so many in a row would be too much luck. */
function boundsWithoutSpread(c: number, groups: number, alpha: number, largest: number): [number, number] {
  const q = -Math.expm1(Math.log(alpha) / groups);
  return [c - q * (c + largest), c + q * (largest - c)];
}

/**
 * May the candidate replace the baseline? A non-inferiority test on the same items.
 *
 *     [L, U]        two-sided 1 − 2·alpha interval of the mean of candidate − baseline, cluster-robust t
 *     PASS          L > −margin (with `smallRegression` when also U < 0)
 *     FAIL          U < −margin: a loss beyond the margin is established
 *     REGRESSION    U < 0 and L ≤ −margin: a loss is established, its size is not
 *     INCONCLUSIVE  else; `nRequired` is (z_{1−alpha} + z_{power})² sd² deff / margin²
 *
 * Each of PASS and FAIL is wrong with probability at most alpha, if the differences are many enough for a t interval: a
 * note says when fewer than 10 items (or clusters) differ at all. Both systems must have been scored by the same judge.
 *
 * @param differences one per item; NaN is missing
 * @throws RangeError for a margin that is not above 0, options out of range, ids that do not fit, or a difference beyond `largest`
 * @returns `no-data` without differences
 * @example
 * releaseGate([0, 0, 1, -1, 0, 0, 1, 0, 0, 0], { margin: 0.5 }).verdict; // 'PASS'
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function releaseGate(differences: ArrayLike<number>, options: GateOptions): GateResult | Undetermined {
  const { margin, alpha = 0.05, power = 0.8, clusters, largest, smallSample = true } = options;
  if (!(margin > 0 && margin < Infinity)) throw new RangeError(`margin must be positive and finite, found ${margin}`);
  const factor = powerFactor(alpha, power, 1);
  const method = 'non-inferiority gate';
  const rows = rowsPresentIn({ differences });
  const d = columnAt(differences, rows);
  if (largest !== undefined) {
    if (!(largest > 0 && largest < Infinity)) {
      throw new RangeError(`largest must be positive and finite, found ${largest}`);
    }
    d.forEach((x, i) => {
      if (Math.abs(x) > largest)
        throw new RangeError(`differences[${rows ? rows[i] : i}] is ${x}, beyond the largest of ${largest}`);
    });
  }
  const found = clusteredMean(differences, { level: 1 - 2 * alpha, clusters, smallSample });
  if (found.value === null) return undetermined('no-data', 'a gate needs at least one difference', 0, method);
  const index = clusters ? indexClusters(clusters, differences.length, rows) : null;
  const count = index ? index.count : d.length;
  const notes: string[] = [];
  let difference: Estimate = found;
  if (found.interval === null && largest !== undefined && count > 1 && d.every((x) => x === d[0])) {
    difference = withNotes(
      { ...found, interval: boundsWithoutSpread(d[0]!, count, alpha, largest), method: 'mean, exact without spread' },
      [`all differences are equal: the interval is the exact one for ${count} independent items that agree`],
    );
  } else if (found.interval !== null) {
    const differs = new Uint8Array(count);
    for (let i = 0; i < d.length; i++) if (d[i] !== 0) differs[index ? index.of[i]! : i] = 1;
    let differing = 0;
    for (let g = 0; g < count; g++) differing += differs[g]!;
    if (differing < fewDifferences) {
      notes.push(
        `only ${differing} ${clusters ? 'clusters' : 'items'} differ: the interval is rough below ${fewDifferences}`,
      );
    }
  }
  const nRequired =
    difference.se === undefined || difference.se === 0 ? null : requiredItems(d.length, difference.se, factor, margin);
  const verdict = verdictOf(difference.interval, margin);
  if (difference.interval === null) notes.push('without an interval nothing can be decided');
  return withNotes(
    {
      verdict,
      difference,
      smallRegression: verdict === 'PASS' && difference.interval![1] < 0,
      margin,
      alpha,
      power,
      n: d.length,
      nRequired,
      method: `${method}, ${difference.method}`,
    },
    notes,
  );
}

/** factor · sd² · deff / margin², deff = se² n / sd². */
function requiredItems(n: number, se: number, factor: number, margin: number): number {
  return Math.ceil((factor * se * se * n) / (margin * margin));
}

function verdictOf(interval: [number, number] | null, margin: number): GateVerdict {
  if (interval === null) return 'INCONCLUSIVE';
  const [low, high] = interval;
  if (low > -margin) return 'PASS';
  if (high < -margin) return 'FAIL';
  return high < 0 ? 'REGRESSION' : 'INCONCLUSIVE';
}

/**
 * The items that a gate needs before any is scored, for a candidate that differs by `difference` in truth.
 *
 *     n  (z_{1−alpha} + z_{power})² sd² deff / (margin + difference)²
 *
 * @param plan.sd of candidate − baseline over items; √(share of items that differ) for right or wrong
 * @param plan.difference default 0; negative for a candidate that is a little worse, and above −margin
 * @throws RangeError if a number is out of range
 * @returns n before rounding up
 * @example
 * gateSampleSize({ sd: 0.324995, margin: 0.02, designEffect: 1.366 }); // 2230
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function gateSampleSize({
  sd,
  margin,
  difference = 0,
  designEffect = 1,
  alpha = 0.05,
  power = 0.8,
}: {
  sd: number;
  margin: number;
  difference?: number;
  designEffect?: number;
  alpha?: number;
  power?: number;
}): number {
  for (const [name, x] of Object.entries({ sd, margin, designEffect })) {
    if (!(x > 0 && x < Infinity)) throw new RangeError(`${name} must be positive and finite, found ${x}`);
  }
  if (!(difference > -margin && difference < Infinity)) {
    throw new RangeError(`difference must be above −margin (${-margin}), found ${difference}`);
  }
  return (powerFactor(alpha, power, 1) * sd * sd * designEffect) / (margin + difference) ** 2;
}

/**
 * Several gates that must all hold: PASS when every one passes, each tested at its own alpha without correction
 * (intersection-union, Berger 1982), since to pass wrongly one must get past the gate that should have held.
 *
 * FAIL or REGRESSION of any is that of all, FAIL before REGRESSION. Those two are not corrected for how many gates there are.
 *
 * @throws RangeError without gates
 * @example
 * allGates([{ verdict: 'PASS' }, { verdict: 'INCONCLUSIVE' }]); // 'INCONCLUSIVE'
 * @see https://github.com/assize/assize/blob/main/docs/stats/release-gate.md
 */
export function allGates(gates: readonly { verdict: GateVerdict }[]): GateVerdict {
  if (gates.length === 0) throw new RangeError('there is no gate');
  for (const verdict of ['FAIL', 'REGRESSION', 'INCONCLUSIVE'] as const) {
    if (gates.some((gate) => gate.verdict === verdict)) return verdict;
  }
  return 'PASS';
}
