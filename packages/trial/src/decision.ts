import type { Estimate, Outcome, Threshold, Undetermined } from '@assize/core';

/** What an estimate means against a threshold, and what would decide it when it means nothing yet. */
export interface Decision {
  outcome: Outcome;
  needs?: string;
}

/**
 * Reads an estimate against a threshold by its interval, never by its value alone.
 *
 * With m where high is bad, interval [L, U] and bounds warn < fail: fewer groups than `leastGroups` are inconclusive;
 * L > fail fails; U <= warn passes; L <= warn with U > fail is inconclusive; else it warns. Where low is bad, signs are
 * turned; where both are bad, the interval must lie within ±warn to pass and beyond ±fail to fail.
 */
export function decide(estimate: Estimate | Undetermined, threshold: Threshold, leastGroups: number): Decision {
  if (estimate.value === null) return { outcome: 'inconclusive', needs: wantedFor(estimate) };
  const groups = estimate.groups ?? estimate.n;
  if (groups < leastGroups) {
    return { outcome: 'inconclusive', needs: `at least ${leastGroups} independent items; there are ${groups}` };
  }
  if (estimate.interval === null) {
    const why = estimate.notes?.find((note) => note.includes('interval')) ?? estimate.notes?.[0];
    return { outcome: 'inconclusive', needs: `data that give an interval${why ? ` (${why})` : ''}` };
  }
  const { warn, fail } = threshold;
  const [low, high] = estimate.interval;
  if (threshold.bad === 'both') {
    if (low > fail || high < -fail) return { outcome: 'fail' };
    if (low >= -warn && high <= warn) return { outcome: 'pass' };
    const meetsPass = low <= warn && high >= -warn;
    const leaves = low < -fail || high > fail;
    if (!(meetsPass && leaves)) return { outcome: 'warn' };
    return { outcome: 'inconclusive', needs: moreItems(Math.abs(estimate.value), [low, high], { warn, fail }, groups) };
  }
  const sign = threshold.bad === 'high' ? 1 : -1;
  const [L, U] = sign === 1 ? [low, high] : [-high, -low];
  const bounds = { warn: sign * warn, fail: sign * fail };
  if (L > bounds.fail) return { outcome: 'fail' };
  if (U <= bounds.warn) return { outcome: 'pass' };
  if (L <= bounds.warn && U > bounds.fail) {
    return { outcome: 'inconclusive', needs: moreItems(sign * estimate.value, [low, high], bounds, groups) };
  }
  return { outcome: 'warn' };
}

/** What would let an undetermined estimate be determined. */
function wantedFor({ reason, detail }: Undetermined): string {
  if (reason === 'one-category' || reason === 'zero-variance') return `items on which the values differ (${detail})`;
  if (reason === 'too-few-clusters') return `more independent items (${detail})`;
  return detail;
}

/**
 * How many independent items would decide, if the estimate stayed where it is: widths shrink with the root of their number,
 * and the interval decides once it no longer reaches over both bounds.
 */
function moreItems(
  m: number,
  [low, high]: [number, number],
  { warn, fail }: { warn: number; fail: number },
  groups: number,
): string {
  const half = (high - low) / 2;
  const room = Math.max(m - warn, fail - m);
  if (!(room > 0)) return 'bounds of the profile that lie apart: the estimate stands on both';
  const wanted = Math.max(groups + 1, Math.ceil(groups * (half / room) ** 2));
  return `about ${wanted} independent items, ${wanted - groups} more than now, if the estimate stays where it is`;
}

const order: Outcome[] = ['fail', 'inconclusive', 'warn', 'pass', 'not-applicable'];

/** The gravest of several decisions: a failure decides whatever else is open. */
export function gravest(decisions: readonly Decision[]): Decision {
  return (
    decisions.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))[0] ?? {
      outcome: 'not-applicable',
    }
  );
}
