import { normalCdf, normalQuantile } from '../numerics/normal.ts';
import { checkLevel, type Estimate, type Undetermined, undetermined } from '../shapes/estimate.ts';
import { adjustPValues } from '../significance/multiple-testing.ts';

/** What moved between two windows of time: later minus earlier, with Wald's z and its p-value, alone and by Holm. */
export type SeverityDrift = Estimate & { id: number; z: number; p: number; holm: number };

/** One rater or criterion of a window, as `raterSeverity` and `manyFacetRasch` give them. */
export type MeasuredRater = Pick<Estimate, 'value' | 'se' | 'n'> & { id: number };

/**
 * Whether raters (or criteria) changed between two windows of time: Wald's test of each difference, adjusted by Holm.
 *
 *     z  (later − earlier) / √(se² + se²)
 *
 * Both windows must be fitted apart, to different ratings. Each fit puts its own mean at 0, so what all raters share does not
 * show: drift is against the others, and the same raters should be in both windows. `interval` is of one difference, not
 * adjusted; decide by `holm`.
 *
 * @returns one for each rater of either window, by id: `no-data` where it is missing from one, or has no standard error
 * there (its place is in the detail)
 * @throws RangeError for an id twice in a window, or a level outside (0, 1)
 * @example
 * severityDrift(january.raters, february.raters).filter((drift) => drift.value !== null && drift.holm < 0.05);
 * @see https://github.com/assize/assize/blob/main/docs/stats/rater-severity.md
 */
export function severityDrift(
  earlier: readonly MeasuredRater[],
  later: readonly MeasuredRater[],
  { level = 0.95 }: { level?: number | undefined } = {},
): (SeverityDrift | Undetermined)[] {
  checkLevel(level);
  const method = 'drift, Wald, Holm';
  const quantile = normalQuantile((1 + level) / 2);
  const [before, after] = [byId(earlier, 'earlier'), byId(later, 'later')];
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  const found = ids.map((id) => {
    const [first, second] = [before.get(id), after.get(id)];
    if (!first || !second || !((first.se ?? 0) > 0) || !((second.se ?? 0) > 0)) return null;
    const value = second.value - first.value;
    const se = Math.hypot(first.se!, second.se!);
    return { value, se, z: value / se, p: 2 * normalCdf(-Math.abs(value / se)), n: first.n + second.n };
  });
  const adjusted = adjustPValues(
    found.map((each) => each?.p ?? null),
    { method: 'holm' },
  );
  return ids.map((id, place) => {
    const each = found[place];
    if (!each) {
      const n = (before.get(id)?.n ?? 0) + (after.get(id)?.n ?? 0);
      return undetermined('no-data', `rater ${id} has no standard error in both windows`, n, method);
    }
    const { value, se } = each;
    const interval: [number, number] = [value - quantile * se, value + quantile * se];
    return { id, ...each, interval, level, holm: adjusted[place]!, method };
  });
}

function byId(window: readonly MeasuredRater[], name: string): Map<number, MeasuredRater> {
  const found = new Map<number, MeasuredRater>();
  for (const each of window) {
    if (found.has(each.id)) throw new RangeError(`rater ${each.id} is twice in the ${name} window`);
    found.set(each.id, each);
  }
  return found;
}
