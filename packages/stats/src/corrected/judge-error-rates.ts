import { chiSquareUpper } from '../numerics/distributions.ts';
import { proportion } from '../proportions/proportion.ts';
import { type Estimate, type TestResult, type Undetermined, withNotes } from '../shapes/estimate.ts';

/** A judge's error rates on one system or slice. */
export type GroupErrorRates = {
  group: number;
  /** Share of the wrong ones that the judge calls wrong. */
  q0: Estimate | Undetermined;
  /** Share of the right ones that the judge calls right. */
  q1: Estimate | Undetermined;
  /** q0 + q1 − 1; null without items of both kinds. */
  youden: number | null;
};

export type ErrorRates = {
  /** In the order of first appearance. */
  groups: GroupErrorRates[];
  /** Chi-square test that q0 is the same in all groups. */
  q0Same: TestResult;
  q1Same: TestResult;
  /** Smallest and largest J over groups that have one; null where none has. */
  youdenRange: [number, number] | null;
};

type Tally = { hits: number; n: number };

/** Pearson's chi-square of hits against misses over groups; p = 1 with a note where there is nothing to compare. */
function sameRate(tallies: readonly Tally[]): TestResult {
  const used = tallies.filter(({ n }) => n > 0);
  const n = used.reduce((a, tally) => a + tally.n, 0);
  const hits = used.reduce((a, tally) => a + tally.hits, 0);
  const method = 'chi-square of equal rates';
  if (used.length < 2 || hits === 0 || hits === n) {
    const why = used.length < 2 ? 'fewer than two groups have such items' : 'all verdicts are the same';
    return { p: 1, statistic: null, n, method, notes: [`nothing to compare: ${why}`] };
  }
  const rate = hits / n;
  let [statistic, least] = [0, Infinity];
  for (const tally of used) {
    statistic += (tally.hits - tally.n * rate) ** 2 / (tally.n * rate * (1 - rate));
    least = Math.min(least, tally.n * rate, tally.n * (1 - rate));
  }
  const notes =
    least < 5 ? [`fewer than 5 verdicts are expected in some cell (${least.toFixed(1)}): the p-value is rough`] : [];
  return withNotes({ p: chiSquareUpper(statistic, used.length - 1), statistic, n, method }, notes);
}

/**
 * A judge's error rates system by system (or slice by slice), and whether they are the same.
 *
 * Correcting all systems with one calibration is right only if they are; where either test fails, correct each system with
 * its own labels. Fiedler 2026, arXiv:2605.06939.
 *
 * @param human 0 or 1 per row, NaN for missing
 * @param judge 0 or 1 per row, NaN for missing
 * @param group the system or slice of each row
 * @throws RangeError for other values, unequal lengths or a row without a group (NaN or −1)
 * @example
 * judgeErrorRates([1, 1, 0, 0, 1, 0], [1, 1, 0, 1, 0, 0], [0, 0, 0, 1, 1, 1]).youdenRange;
 * @see https://github.com/assize/assize/blob/main/docs/stats/judge-error-rates.md
 */
export function judgeErrorRates(
  human: ArrayLike<number>,
  judge: ArrayLike<number>,
  group: ArrayLike<number>,
  { level = 0.95 }: { level?: number } = {},
): ErrorRates {
  if (judge.length !== human.length || group.length !== human.length) {
    throw new RangeError(`human has ${human.length} rows, judge ${judge.length}, group ${group.length}`);
  }
  const tallies = new Map<number, [wrong: Tally, right: Tally]>();
  for (let i = 0; i < human.length; i++) {
    const [y, f, id] = [human[i]!, judge[i]!, group[i]!];
    for (const [name, value] of [
      ['human', y],
      ['judge', f],
    ] as const) {
      if (value !== 0 && value !== 1 && !Number.isNaN(value)) {
        throw new RangeError(`${name}[${i}] must be 0, 1 or NaN for missing, found ${value}`);
      }
    }
    if (Number.isNaN(id) || id === -1) throw new RangeError(`row ${i} has no group`);
    if (Number.isNaN(y) || Number.isNaN(f)) continue;
    let pair = tallies.get(id);
    if (pair === undefined) {
      pair = [
        { hits: 0, n: 0 },
        { hits: 0, n: 0 },
      ];
      tallies.set(id, pair);
    }
    const tally = pair[y === 1 ? 1 : 0];
    tally.n++;
    if (f === y) tally.hits++;
  }
  const groups = Array.from(tallies, ([id, [wrong, right]]): GroupErrorRates => {
    const both = wrong.n > 0 && right.n > 0;
    return {
      group: id,
      q0: proportion(wrong.hits, wrong.n, { level }),
      q1: proportion(right.hits, right.n, { level }),
      youden: both ? wrong.hits / wrong.n + right.hits / right.n - 1 : null,
    };
  });
  const known = groups.flatMap(({ youden }) => (youden === null ? [] : [youden]));
  const lowest = known.reduce((a, b) => Math.min(a, b), Infinity);
  const highest = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const each = [...tallies.values()];
  return {
    groups,
    q0Same: sameRate(each.map(([wrong]) => wrong)),
    q1Same: sameRate(each.map(([, right]) => right)),
    youdenRange: known.length === 0 ? null : [lowest, highest],
  };
}

/** The e below ½ at which two passes agree so often. */
const errorOf = (agree: number): number => (1 - Math.sqrt(Math.max(0, 2 * agree - 1))) / 2;

/**
 * How often a person errs, from items that people labelled twice: P(agree) = 1 − 2e(1 − e) for a symmetric error e < ½.
 *
 * @param agreements pairs of labels that agree
 * @param pairs all pairs, each of two people (or passes) on one item
 * @returns the interval is Wilson's of the agreement, carried over; value ½ where agreement is no better than chance
 * @throws RangeError if counts do not fit or level is outside (0, 1)
 * @example
 * humanErrorRate(164, 200); // value 0.1
 * @see https://github.com/assize/assize/blob/main/docs/stats/judge-error-rates.md
 */
export function humanErrorRate(
  agreements: number,
  pairs: number,
  { level = 0.95 }: { level?: number } = {},
): Estimate | Undetermined {
  const method = 'human error, from duplicate labels';
  const found = proportion(agreements, pairs, { level });
  if (found.value === null) return { ...found, method };
  const [low, high] = found.interval!;
  const notes = found.value <= 0.5 ? ['people agree no more than by chance: the error may be anything up to ½'] : [];
  return withNotes(
    { value: errorOf(found.value), interval: [errorOf(high), errorOf(low)], level, n: pairs, method },
    notes,
  );
}

/**
 * A judge's accuracy against the truth, from its accuracy against people who err: observed = a(1 − e) + (1 − a)e.
 *
 * @param observed share of items on which judge and person agree
 * @param error how often a person errs, below ½; errors of judge and person must be independent
 * @throws RangeError if observed is not a share or error lies outside [0, ½)
 * @returns clipped to [0, 1]: an observed accuracy above 1 − e means that errors are shared or e is too high
 * @example
 * accuracyBehindNoise(0.82, 0.1); // 0.9
 * @see https://github.com/assize/assize/blob/main/docs/stats/judge-error-rates.md
 */
export function accuracyBehindNoise(observed: number, error: number): number {
  if (!(observed >= 0 && observed <= 1)) throw new RangeError(`observed must lie in [0, 1], found ${observed}`);
  if (!(error >= 0 && error < 0.5)) throw new RangeError(`error must lie in [0, 0.5), found ${error}`);
  return Math.min(1, Math.max(0, (observed - error) / (1 - 2 * error)));
}
