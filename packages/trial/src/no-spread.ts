import type { Estimate, Undetermined } from '@assize/core';
import { plainEstimate, proportion } from '@assize/stats';

/**
 * Gives an estimate without any spread between groups the interval that its number of groups allows.
 *
 * When all groups say the same, standard errors and resamples are 0, which is no certainty: a share w of groups that say
 * something else may have been missed, w being Wilson's upper bound on 0 of G at the estimate's level. Were they all at an
 * end of what one group can say, the value v would lie in [v − w(v − least), v + w(most − v)]. Estimates that have an
 * interval, or lack one for another reason, pass unchanged.
 *
 * @param ends the least and the most that the quantity could be, were all groups of that kind
 * @example withoutSpread(clusteredMean(new Float64Array(40), { clusters }), [-1, 1]); // 0 [−0.088, 0.088]
 */
export function withoutSpread(
  result: Estimate | Undetermined,
  [least, most]: [number, number],
): Estimate | Undetermined {
  const one = plainEstimate(result);
  if (one.value === null || one.interval !== null || one.se !== 0) return one;
  const groups = one.groups ?? one.n;
  const missed = plainEstimate(proportion(0, groups, { level: one.level }));
  if (missed.value === null || missed.interval === null) return one;
  const share = missed.interval[1];
  return {
    ...one,
    interval: [one.value - share * (one.value - least), one.value + share * (most - one.value)],
    notes: [
      ...(one.notes ?? []).filter((note) => !/^no interval|spread is 0/.test(note)),
      `all ${groups} groups say the same: bounded by the share of others that they cannot exclude (Wilson)`,
    ],
  };
}

/** An interval that stays within what the quantity can be. */
export function clipped(result: Estimate | Undetermined, [least, most]: [number, number]): Estimate | Undetermined {
  const one = plainEstimate(result);
  if (one.value === null || one.interval === null) return one;
  return { ...one, interval: [Math.max(least, one.interval[0]), Math.min(most, one.interval[1])] };
}
