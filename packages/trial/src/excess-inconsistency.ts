import type { Estimate, Undetermined } from '@assize/core';
import { clusteredRatio, plainEstimate } from '@assize/stats';

import { differenceOfRatios, type RatioPart } from './difference-of-ratios.ts';
import { isNumber } from './leave-one-out.ts';

/** A verdict as position bias sees it; unrated, its winner is NaN. */
export interface ShownVerdict {
  unit: number;
  sample: number;
  /** False: shown as given (0 1). True: reversed. */
  reversed: boolean;
  winner: number;
}

export interface Excess {
  estimate: Estimate | Undetermined;
  between: Estimate | Undetermined;
  inside: Estimate | Undetermined;
}

/**
 * Disagreement of any verdict in one order with any in the other, minus that of two repetitions in the same order.
 *
 * Both are ratios of counted pairs of rated verdicts, over the same units: those asked in both orders and more than once in
 * one of them. A unit asked once in each order says nothing of noise, and counted on one side alone it would pass for bias. The difference is linearised
 * and its spread taken over groups (`clusterOf`: the group of each unit).
 */
export function excessInconsistency(rows: readonly ShownVerdict[], clusterOf: Uint32Array, level: number): Excess {
  const all = talliesOf(rows);
  const both = all.filter(({ asked }) => asked.again && asked.both);
  const method = 'excess inconsistency, linearised difference of ratios';
  const ratio = (from: typeof all, kind: 'same' | 'cross') =>
    plainEstimate(
      clusteredRatio(
        from.map((unit) => unit[kind].part),
        from.map((unit) => unit[kind].whole),
        { level, clusters: from.map(({ unit }) => clusterOf[unit]!) },
      ),
    );
  const used = both.length > 0 ? both : all;
  const [inside, between] = [ratio(used, 'same'), ratio(used, 'cross')];
  if (inside.value === null || between.value === null) {
    const detail = 'repetitions of the same order (a column sample), to tell a bias from noise';
    return { estimate: { value: null, reason: 'no-data', detail, n: all.length, method }, between, inside };
  }
  const estimate = differenceOfRatios(
    both.map(({ cross }) => cross),
    both.map(({ same }) => same),
    both.map(({ unit }) => clusterOf[unit]!),
    level,
    method,
  );
  const left = all.length - both.length;
  return {
    estimate:
      left > 0 && estimate.value !== null
        ? {
            ...estimate,
            notes: [
              ...(estimate.notes ?? []),
              `${left} units that were not asked in both orders, or not repeated, are left out`,
            ],
          }
        : estimate,
    between,
    inside,
  };
}

interface UnitPairs {
  unit: number;
  /** How the unit was put to the judge, whatever came of it. */
  asked: { again: boolean; both: boolean };
  same: RatioPart;
  cross: RatioPart;
}

/** Of each unit the pairs of verdicts within an order and between orders, and those of them that differ. */
function talliesOf(rows: readonly ShownVerdict[]): UnitPairs[] {
  const byUnit = new Map<number, [number[], number[]]>();
  for (const { unit, reversed, winner } of rows) {
    const orders = byUnit.get(unit) ?? [[], []];
    byUnit.set(unit, orders);
    orders[reversed ? 1 : 0].push(winner);
  }
  return [...byUnit]
    .toSorted(([a], [b]) => a - b)
    .map(([unit, orders]) => {
      const again = orders.some((verdicts) => verdicts.length > 1);
      const both = orders.every((verdicts) => verdicts.length > 0);
      const [given, reversed] = [orders[0].filter(isNumber), orders[1].filter(isNumber)];
      const [first, second] = [withinOrder(given), withinOrder(reversed)];
      const same = { whole: first.whole + second.whole, part: first.part + second.part };
      return { unit, asked: { again, both }, same, cross: betweenOrders(given, reversed) };
    });
}

function withinOrder(verdicts: readonly number[]): RatioPart {
  const pairs = (verdicts.length * (verdicts.length - 1)) / 2;
  let equal = 0;
  for (const winner of [0, 1, 2]) {
    const count = verdicts.filter((verdict) => verdict === winner).length;
    equal += (count * (count - 1)) / 2;
  }
  return { whole: pairs, part: pairs - equal };
}

function betweenOrders(given: readonly number[], reversed: readonly number[]): RatioPart {
  const pairs = given.length * reversed.length;
  let equal = 0;
  for (const winner of [0, 1, 2]) {
    equal +=
      given.filter((verdict) => verdict === winner).length * reversed.filter((verdict) => verdict === winner).length;
  }
  return { whole: pairs, part: pairs - equal };
}
