import { ascendingOrder } from '../numerics/ascending-order.ts';
import { columnOf } from '../numerics/present-rows.ts';
import { mean, variance } from '../numerics/sum.ts';
import type { Random } from '../random/random.ts';
import { shuffle } from '../random/sampling.ts';
import { withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';

/** Items that already have a human label, with the judge's score and the uncertainty that would have steered the draw. */
export type ActivePilot = { human: ArrayLike<number>; judge: ArrayLike<number>; uncertainty: ArrayLike<number> };

export type ActivePlan = {
  /** Of being labelled, one per item, above 0. Store it with the label for ever: without it the label cannot be used again. */
  probabilities: Float64Array;
  expectedLabels: number;
  /** The part of the labels that is spread evenly. */
  tau: number;
  /** Variance of the correction under an even draw over that of this plan, by the pilot; null without one. */
  predictedGain: number | null;
  /** Standard error of `activeMean` to be expected, by the pilot; null without one. */
  expectedSe: number | null;
  /** Whether the pilot shows a gain; false without a pilot: then draw evenly. */
  recommended: boolean;
  notes?: string[];
};

const fewestPilot = 20;

function checkUncertainty(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0)) throw new RangeError(`${name}[${i}] must be at least 0, found ${values[i]!}`);
    checkSize(values[i]!, `${name}[${i}]`);
  }
}

function probabilitiesOf(uncertainty: ArrayLike<number>, centre: number, share: number, tau: number): Float64Array {
  return columnOf(uncertainty.length, (i) => {
    const steered = centre > 0 ? uncertainty[i]! / centre : 1;
    return Math.min(1, (1 - tau) * share * steered + tau * share);
  });
}

/** Mean of (Y − f)²(1/π − 1): N times the variance that the draw of labels adds. */
function drawVariance({ human, judge }: ActivePilot, probabilities: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < human.length; i++) total += (human[i]! - judge[i]!) ** 2 * (1 / probabilities[i]! - 1);
  return total / human.length;
}

/**
 * Which items to label: the more likely, the more uncertain the judge is, and with what gain over an even draw.
 *
 *     π_i   min(1, (1 − τ)·b·u_i/mean(u) + τ·b),  b = labels / items
 *
 * Best is u = √E[(Y − f)² | x]; min(f, 1 − f) is what an overconfident judge gets wrong, and then the plan is worse than an
 * even draw. So the plan is recommended only where a pilot shows a gain. Zrnic, Candès 2024, arXiv:2403.03208.
 *
 * @param uncertainty one per item, at least 0
 * @param labels how many to buy, in expectation
 * @param tau from above 0 to 1, default ½; 'pilot' takes the best of .05, .10, … 1 on the pilot
 * @throws RangeError for a negative or missing uncertainty, more labels than items, τ outside (0, 1], or 'pilot' without a pilot
 * @example
 * planActiveLabels(uncertainty, 200, { pilot: { human, judge, uncertainty: pilotUncertainty } });
 * @see https://github.com/assize/assize/blob/main/docs/stats/active-labelling.md
 */
export function planActiveLabels(
  uncertainty: ArrayLike<number>,
  labels: number,
  { tau: wanted = 0.5, pilot }: { tau?: number | 'pilot'; pilot?: ActivePilot } = {},
): ActivePlan {
  const items = uncertainty.length;
  checkUncertainty(uncertainty, 'uncertainty');
  if (!(labels > 0 && labels <= items)) throw new RangeError(`labels must lie in (0, ${items}], found ${labels}`);
  if (wanted !== 'pilot' && !(wanted > 0 && wanted <= 1)) {
    throw new RangeError(`tau must be 'pilot' or lie in (0, 1], found ${wanted}`);
  }
  if (wanted === 'pilot' && pilot === undefined) throw new RangeError("tau 'pilot' needs a pilot");
  if (pilot) checkPilot(pilot);
  const centre = mean(uncertainty);
  const share = labels / items;
  const notes: string[] = [];
  if (centre === 0) notes.push('every uncertainty is 0: the plan is an even draw');
  const added = (tau: number) => drawVariance(pilot!, probabilitiesOf(pilot!.uncertainty, centre, share, tau));
  let tau = wanted === 'pilot' ? 1 : wanted;
  if (wanted === 'pilot') {
    for (let step = 19; step >= 1; step--) if (added(step / 20) < added(tau)) tau = step / 20;
  }
  const probabilities = probabilitiesOf(uncertainty, centre, share, tau);
  const expectedLabels = probabilities.reduce((a, b) => a + b, 0);
  if (expectedLabels < 0.99 * labels) {
    notes.push(
      `some items are certain to be labelled: ${expectedLabels.toFixed(1)} labels are expected, not ${labels}`,
    );
  }
  if (pilot === undefined) {
    notes.push('not recommended: no pilot shows a gain over an even draw');
    return withNotes(
      { probabilities, expectedLabels, tau, predictedGain: null, expectedSe: null, recommended: false },
      notes,
    );
  }
  const [even, steered] = [drawVariance(pilot, new Float64Array(pilot.human.length).fill(share)), added(tau)];
  const predictedGain = even > 0 && steered > 0 ? even / steered : null;
  const expectedSe = Math.sqrt((variance(pilot.human) + steered) / items);
  const enough = pilot.human.length >= fewestPilot;
  if (!enough) notes.push(`not recommended: a pilot of ${pilot.human.length} labels says little, needs ${fewestPilot}`);
  const recommended = enough && predictedGain !== null && predictedGain > 1;
  if (enough && !recommended) notes.push('not recommended: the pilot shows no gain over an even draw');
  return withNotes({ probabilities, expectedLabels, tau, predictedGain, expectedSe, recommended }, notes);
}

function checkPilot({ human, judge, uncertainty }: ActivePilot): void {
  if (judge.length !== human.length || uncertainty.length !== human.length) {
    throw new RangeError(
      `the pilot has ${human.length} labels, ${judge.length} scores and ${uncertainty.length} uncertainties`,
    );
  }
  if (human.length < 2) throw new RangeError(`a pilot needs 2 labels, found ${human.length}`);
  checkUncertainty(uncertainty, 'pilot.uncertainty');
  for (let i = 0; i < human.length; i++) {
    if (!Number.isFinite(human[i]!)) throw new RangeError(`pilot.human[${i}] must be a number, found ${human[i]!}`);
    if (!Number.isFinite(judge[i]!)) throw new RangeError(`pilot.judge[${i}] must be a number, found ${judge[i]!}`);
  }
}

/**
 * Draws the items to be labelled, each with its own probability.
 *
 * 'poisson' decides for each item by itself: the number of labels is random, the variance of `activeMean` exact.
 * 'systematic' puts the items in random order on a line, each as long as its probability, and takes every point one apart:
 * the number of labels is fixed (the sum, to within one), and the variance of `activeMean` then errs on the large side.
 *
 * @param probabilities each in (0, 1]
 * @returns the places of the drawn items, ascending
 * @throws RangeError for a probability outside (0, 1]
 * @example
 * drawActiveLabels(plan.probabilities, seededRandom(1));
 * @see https://github.com/assize/assize/blob/main/docs/stats/active-labelling.md
 */
export function drawActiveLabels(
  probabilities: ArrayLike<number>,
  random: Random,
  { design = 'poisson' }: { design?: 'poisson' | 'systematic' } = {},
): Uint32Array {
  const items = probabilities.length;
  for (let i = 0; i < items; i++) {
    const pi = probabilities[i]!;
    if (!(pi > 0 && pi <= 1)) throw new RangeError(`probabilities[${i}] must lie in (0, 1], found ${pi}`);
  }
  const drawn: number[] = [];
  if (design === 'poisson') {
    for (let i = 0; i < items; i++) if (random.next() < probabilities[i]!) drawn.push(i);
    return Uint32Array.from(drawn);
  }
  if (design !== 'systematic') {
    throw new RangeError(`design must be 'poisson' or 'systematic', found ${String(design)}`);
  }
  const order = shuffle(
    Array.from({ length: items }, (_, i) => i),
    random,
  );
  const start = random.next();
  let before = 0;
  for (const i of order) {
    const after = before + probabilities[i]!;
    // A point start + k lies on the item's stretch.
    if (Math.ceil(after - start) > Math.ceil(before - start)) drawn.push(i);
    before = after;
  }
  const places = ascendingOrder(drawn);
  return places.map((place) => drawn[place]!);
}
