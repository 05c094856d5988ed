import type { Estimate, Undetermined } from '@assize/core';
import { normalQuantile } from '@assize/stats';

/**
 * Widens the interval of a difference of two paired shares to what few discordant units allow.
 *
 * Resamples of a handful of discordant units cannot show those that were missed: with one in 60 their interval ends at 0.
 * Two units are added, one that speaks wholly for either side, and the interval of the mean with them is joined to that of
 * the resamples; with many units the two are the same (Bonett and Price 2012, J. Educ. Behav. Stat. 37:479-488, for rows
 * that are independent; here with the standard error of the groups).
 */
export function forFewDiscordant(one: Estimate | Undetermined): Estimate | Undetermined {
  if (one.value === null || one.interval === null || one.se === undefined || one.se === 0) return one;
  const { value, interval, n, se, level } = one;
  const centre = (value * n) / (n + 2);
  const half = (normalQuantile((1 + level) / 2) * Math.sqrt((n * se) ** 2 + 2)) / (n + 2);
  return { ...one, interval: [Math.min(interval[0], centre - half), Math.max(interval[1], centre + half)] };
}
