import { clusteredMean, clusteredProportion } from '../proportions/clustered-mean.ts';
import type { Estimate, Undetermined } from '../shapes/estimate.ts';

/** One judge of a cascade, as it answered all items. */
export type CostedStage = {
  /** NaN never passes a threshold. The last judge of a cascade answers whatever reaches it. */
  confidence: ArrayLike<number>;
  /** 1 where its answer is that of people, 0 where not. */
  correct: ArrayLike<number>;
  /** Price of one call: the same for all items, or one per item. */
  cost: number | ArrayLike<number>;
};

/** A way to run a cascade: which judges in which order, and from which confidence on each but the last is believed. */
export type OperatingPoint = {
  /** Stages by number, in the order they are called. */
  order: number[];
  /** One for each stage of `order` but the last. */
  thresholds: number[];
  /** Mean cost of an item, of all calls that are made. */
  cost: number;
  accuracy: number;
  /** Share of the items that each stage of `order` answers. */
  shares: number[];
  n: number;
};

const mostPoints = 200_000;

function checkStages(stages: readonly CostedStage[]): number {
  const [first] = stages;
  if (first === undefined) throw new RangeError('a cascade needs a stage');
  const n = first.correct.length;
  if (n === 0) throw new RangeError('a cascade needs items');
  stages.forEach(({ confidence, correct, cost }, s) => {
    const lengths = [confidence.length, correct.length, ...(typeof cost === 'number' ? [] : [cost.length])];
    if (lengths.some((length) => length !== n))
      throw new RangeError(`stage ${s} has ${lengths.join(', ')} rows, not ${n}`);
    for (let i = 0; i < n; i++) {
      if (correct[i] !== 0 && correct[i] !== 1)
        throw new RangeError(`stages[${s}].correct[${i}] must be 0 or 1, found ${correct[i]}`);
      const price = typeof cost === 'number' ? cost : cost[i]!;
      if (!(price >= 0 && price < Infinity))
        throw new RangeError(`stages[${s}].cost must be finite and at least 0, found ${price}`);
    }
  });
  return n;
}

/** Hands on, item by item, what its calls cost and whether the answer is right; returns the share of each stage of the order. */
function runCascade(
  stages: readonly CostedStage[],
  { order, thresholds }: Pick<OperatingPoint, 'order' | 'thresholds'>,
  n: number,
  put: (cost: number, correct: number, item: number) => void,
): number[] {
  const answered = order.map(() => 0);
  for (let i = 0; i < n; i++) {
    let cost = 0;
    for (let k = 0; k < order.length; k++) {
      const stage = stages[order[k]!]!;
      cost += typeof stage.cost === 'number' ? stage.cost : stage.cost[i]!;
      if (k < order.length - 1 && !(stage.confidence[i]! >= thresholds[k]!)) continue;
      answered[k]!++;
      put(cost, stage.correct[i]!, i);
      break;
    }
  }
  return answered.map((count) => count / n);
}

function everyOrder(count: number): number[][] {
  if (count === 0) return [[]];
  return everyOrder(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, k) => [...order.slice(0, k), count - 1, ...order.slice(k)]),
  );
}

/**
 * Every way to run a cascade on a grid of thresholds, with its cost and accuracy against people.
 *
 * The points describe the items they were computed on: choose on these, and report what `evaluateOperatingPoint` finds on
 * others, since the best of many looks better than it is.
 *
 * @param options.thresholds tried at each stage but the last
 * @param options.orders 'given' (default) keeps the order of the stages; 'all' tries every order
 * @throws RangeError for stages that do not fit, or more than 200,000 points
 * @example
 * cascadeOperatingPoints([cheap, dear], { thresholds: [0.8, 0.9, 0.95] });
 * @see https://github.com/assize/assize/blob/main/docs/stats/cost-accuracy-frontier.md
 */
export function cascadeOperatingPoints(
  stages: readonly CostedStage[],
  { thresholds, orders = 'given' }: { thresholds: readonly number[]; orders?: 'given' | 'all' },
): OperatingPoint[] {
  const n = checkStages(stages);
  thresholds.forEach((threshold, i) => {
    if (!Number.isFinite(threshold)) throw new RangeError(`thresholds[${i}] must be finite, found ${threshold}`);
  });
  const combinations = thresholds.length ** (stages.length - 1);
  const total = combinations * (orders === 'all' ? stages.reduce((ways, _, s) => ways * (s + 1), 1) : 1);
  if (total > mostPoints) {
    throw new RangeError(`${total} points are more than ${mostPoints}: take fewer thresholds`);
  }
  const tried = orders === 'all' ? everyOrder(stages.length) : [stages.map((_, s) => s)];
  return tried.flatMap((order) =>
    Array.from({ length: combinations }, (_, index) => {
      const chosen = order
        .slice(1)
        .map((__, k) => thresholds[Math.floor(index / thresholds.length ** k) % thresholds.length]!);
      let [spent, right] = [0, 0];
      const shares = runCascade(stages, { order, thresholds: chosen }, n, (cost, correct) => {
        spent += cost;
        right += correct;
      });
      return { order, thresholds: chosen, cost: spent / n, accuracy: right / n, shares, n };
    }),
  );
}

/**
 * The points that no other beats in cost and accuracy at once, from the cheapest up; of equal points the first.
 *
 * @throws RangeError for a cost or accuracy that is not finite
 * @example
 * costAccuracyFrontier([{ cost: 1, accuracy: 0.8 }, { cost: 2, accuracy: 0.7 }]); // the first alone
 * @see https://github.com/assize/assize/blob/main/docs/stats/cost-accuracy-frontier.md
 */
export function costAccuracyFrontier<Point extends { cost: number; accuracy: number }>(
  points: readonly Point[],
): Point[] {
  points.forEach(({ cost, accuracy }, i) => {
    if (!Number.isFinite(cost) || !Number.isFinite(accuracy)) {
      throw new RangeError(`points[${i}] needs a finite cost and accuracy, found ${cost} and ${accuracy}`);
    }
  });
  const sorted = points.toSorted((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  let best = -Infinity;
  return sorted.filter(({ accuracy }) => {
    if (accuracy <= best) return false;
    best = accuracy;
    return true;
  });
}

/**
 * The most accurate point within a budget, or the cheapest that is accurate enough; null where none is.
 *
 * @throws RangeError unless exactly one constraint is given
 * @example
 * chooseOperatingPoint(points, { maxCost: 0.5 });
 * @see https://github.com/assize/assize/blob/main/docs/stats/cost-accuracy-frontier.md
 */
export function chooseOperatingPoint<Point extends { cost: number; accuracy: number }>(
  points: readonly Point[],
  { maxCost, minAccuracy }: { maxCost?: number; minAccuracy?: number },
): Point | null {
  if ((maxCost === undefined) === (minAccuracy === undefined))
    throw new RangeError('give either maxCost or minAccuracy');
  const frontier = costAccuracyFrontier(points);
  if (minAccuracy !== undefined) return frontier.find(({ accuracy }) => accuracy >= minAccuracy) ?? null;
  return frontier.findLast(({ cost }) => cost <= maxCost!) ?? null;
}

/** Cost and accuracy of one way to run a cascade, on items that did not choose it. */
export type OperatingPointReport = {
  cost: Estimate | Undetermined;
  accuracy: Estimate | Undetermined;
  shares: number[];
};

/**
 * What a chosen point costs and how often it is right on other items, each with its interval (over clusters if given).
 *
 * @param stages the same judges, in the same numbering, on the other items
 * @throws RangeError for stages or a point that do not fit, or ids that do not fit
 * @example
 * evaluateOperatingPoint([cheap, dear], point).accuracy;
 * @see https://github.com/assize/assize/blob/main/docs/stats/cost-accuracy-frontier.md
 */
export function evaluateOperatingPoint(
  stages: readonly CostedStage[],
  { order, thresholds }: Pick<OperatingPoint, 'order' | 'thresholds'>,
  options: { level?: number; clusters?: ArrayLike<number> | undefined } = {},
): OperatingPointReport {
  const n = checkStages(stages);
  if (order.length === 0 || order.some((s) => stages[s] === undefined) || thresholds.length !== order.length - 1) {
    throw new RangeError(
      `the point calls stages ${order.join(', ')} with ${thresholds.length} thresholds, there are ${stages.length} stages`,
    );
  }
  const [costs, right] = [new Float64Array(n), new Float64Array(n)];
  const shares = runCascade(stages, { order, thresholds }, n, (cost, correct, i) => {
    costs[i] = cost;
    right[i] = correct;
  });
  return { cost: clusteredMean(costs, options), accuracy: clusteredProportion(right, options), shares };
}
