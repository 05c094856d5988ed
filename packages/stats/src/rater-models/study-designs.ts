import type { Estimate, Undetermined } from '../shapes/estimate.ts';

/** What a decision needs: the coefficient, and how high it must be. */
export type StudyGoal = { coefficient: 'generalizability' | 'dependability'; atLeast: number };

/** What one item costs to make ready, and what one rating costs; the same unit. */
export type StudyCost = { item?: number | undefined; rating: number };

/** One design and what it would give. */
export type PlannedDesign = {
  items?: number;
  raters: number;
  /** Variance of the error when targets are compared with each other. */
  relativeError: number;
  /** Variance of the error when a target is compared with a threshold. */
  absoluteError: number;
  /** E rho²: reliability of comparisons between targets. */
  generalizability: Estimate | Undetermined;
  /** Phi: reliability of the level of a target. */
  dependability: Estimate | Undetermined;
  /** Of one target, where `cost` was given. */
  cost?: number;
};

/** Throws RangeError unless every number of raters or items of a design is at least 1. */
export function checkDesigns(designs: readonly { items?: number; raters: number }[]): void {
  designs.forEach(({ items = 1, raters }, place) => {
    for (const [name, count] of [
      ['items', items],
      ['raters', raters],
    ] as const) {
      if (!(count >= 1 && count < Infinity)) {
        throw new RangeError(`designs[${place}].${name} must be at least 1, found ${count}`);
      }
    }
  });
}

/** The price of one target in a design. Throws RangeError for a price that is not one. */
export function priceOf(cost: StudyCost, items: number, raters: number): number {
  const { item = 0, rating } = cost;
  for (const [name, price] of Object.entries({ item, rating })) {
    if (!(price >= 0 && price < Infinity)) throw new RangeError(`cost.${name} must be 0 or more, found ${price}`);
  }
  return items * item + items * raters * rating;
}

/** The place of the cheapest design that reaches the goal by its estimate; null where none does. Fewest ratings first. */
export function recommend(designs: readonly PlannedDesign[], goal: StudyGoal): number | null {
  if (!(goal.atLeast > 0 && goal.atLeast < 1)) {
    throw new RangeError(`goal.atLeast must lie in (0, 1), found ${goal.atLeast}`);
  }
  let best: number | null = null;
  const priceAt = ({ cost, items = 1, raters }: PlannedDesign) => cost ?? items * raters;
  designs.forEach((design, place) => {
    const { value } = design[goal.coefficient];
    if (value === null || value < goal.atLeast) return;
    if (best === null || priceAt(design) < priceAt(designs[best]!)) best = place;
  });
  return best;
}
