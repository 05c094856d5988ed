import type { AdvantageTest } from './advantage-tests.ts';
import { advantagesOf, type Alignment } from './advantages.ts';
import { estimateFrom, type ItemIntervals, itemIntervals } from '../resampling/item-intervals.ts';
import { ratingsByItem } from './ratings-by-item.ts';
import { type Cell, cellsOf, playedBy, type Settings, usedItems } from './tested-annotators.ts';
import { decide, rateAt, ratesByDomain, smallestPassing, type WinningRate } from './winning-rate.ts';
import { indexClusters } from '../resampling/clusters.ts';
import { type Estimate, undetermined, type Undetermined, withNotes } from '../shapes/estimate.ts';
import { checkSize } from '../shapes/finite.ts';
import { type IntervalOptions, planInterval } from '../shapes/interval-options.ts';
import type { Matrix } from '../shapes/matrix.ts';

export type AlternativeAnnotatorOptions = IntervalOptions & {
  /** The advantage that people keep for being people, in [0, 1]: what the judge saves. Fix it before looking. */
  epsilon: number;
  /** Default 'accuracy'. */
  alignment?: Alignment | undefined;
  /** Default 't'. */
  test?: AdvantageTest | undefined;
  /** The false discovery rate over all tests; default 0.05. */
  q?: number | undefined;
  /** Annotators with fewer items are left out; default 30 for 't', else 2. */
  fewestItems?: number | undefined;
  /** One number per item: each domain gets its own winning rate, all tests are adjusted together. */
  domains?: ArrayLike<number> | undefined;
  /** One positive weight per item, to balance skewed labels; only with test 't'. */
  itemWeights?: ArrayLike<number> | undefined;
  /** The values of epsilon at which the winning rate is also given; default 0, 0.05 … 0.3. */
  epsilons?: readonly number[] | undefined;
};

/** One annotator against the judge. `difference` is the annotator's share of wins less the judge's; ties win for both. */
export type TestedAnnotator = {
  rater: number;
  domain?: number;
  n: number;
  judgeAdvantage: Estimate;
  humanAdvantage: Estimate;
  difference: { value: number; se: number; sd: number };
  p: number;
  pAdjusted: number;
  rejected: boolean;
};

/** The winning rate as value, with all that it must be read beside. */
export type AlternativeAnnotatorTest = Estimate & {
  passes: boolean;
  epsilon: number;
  /** The smallest epsilon at which the judge passes; null if it does not at 1. */
  smallestEpsilon: number | null;
  q: number;
  test: AdvantageTest;
  /** How often the judge fits the others at least as well as an annotator does: mean over annotators. Compare judges by it. */
  advantage: Estimate;
  annotators: TestedAnnotator[];
  domains: (WinningRate & { domain: number; advantage: Estimate })[];
  sweep: (WinningRate & { epsilon: number })[];
  /** Each annotator in the judge's place against the other ones. */
  humans: (WinningRate & { rater: number; advantage: Estimate })[];
};

const name = 'alternative annotator test';

/** Writes Σ w [surplus ≤ 0] / Σ w and Σ w [surplus ≥ 0] / Σ w of each cell, from output `from` on. */
function writeAdvantages(
  cells: readonly Cell[],
  drawn: Float64Array,
  placeOf: Uint32Array | undefined,
  itemWeights: Float64Array | null,
  out: Float64Array,
  from: number,
): void {
  for (let c = 0; c < cells.length; c++) {
    const { items, surplus } = cells[c]!;
    let [total, judge, human] = [0, 0, 0];
    for (let k = 0; k < items.length; k++) {
      const item = items[k]!;
      const w = drawn[placeOf ? placeOf[item]! : item]! * (itemWeights ? itemWeights[item]! : 1);
      total += w;
      if (surplus[k]! <= 0) judge += w;
      if (surplus[k]! >= 0) human += w;
    }
    out[from + 2 * c] = judge / total;
    out[from + 2 * c + 1] = human / total;
  }
}

/** The mean of every second output of the given cells; those not defined in a resample do not count. */
function meanAdvantage(out: Float64Array, from: number, cells: readonly number[]): number {
  let [total, count] = [0, 0];
  for (const c of cells) {
    const value = out[from + 2 * c]!;
    if (Number.isNaN(value)) continue;
    total += value;
    count++;
  }
  return total / count;
}

function checked(options: AlternativeAnnotatorOptions, items: number): void {
  const { epsilon, q = 0.05, fewestItems = 2, epsilons = [], domains, itemWeights } = options;
  for (const value of [epsilon, ...epsilons]) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`epsilon must lie in [0, 1], found ${value}`);
  }
  if (!(q > 0 && q < 1)) throw new RangeError(`q must lie in (0, 1), found ${q}`);
  if (!Number.isSafeInteger(fewestItems) || fewestItems < 2) {
    throw new RangeError(`fewestItems must be at least 2, found ${fewestItems}`);
  }
  if (domains && domains.length !== items) throw new RangeError(`${items} items but ${domains.length} domains`);
  if (!itemWeights) return;
  if (itemWeights.length !== items) throw new RangeError(`${items} items but ${itemWeights.length} weights`);
  for (let i = 0; i < items; i++) {
    const weight = itemWeights[i]!;
    if (!(weight > 0)) throw new RangeError(`itemWeights[${i}] must be positive, found ${weight}`);
    checkSize(weight, `itemWeights[${i}]`);
  }
}

/** The domain of each item, numbered in order of first appearance, and the caller's number of each. */
function indexDomains(
  domains: ArrayLike<number> | undefined,
  items: number,
): { of: Uint8Array | Uint32Array; names: number[] } {
  if (!domains) return { of: new Uint8Array(items), names: [0] };
  const { of } = indexClusters(domains, items);
  const names: number[] = [];
  of.forEach((place, i) => {
    names[place] = domains[i]!;
  });
  return { of, names };
}

/**
 * May the judge replace a human annotator? The alternative annotator test: each annotator in turn is compared with the
 * judge by how well either fits the remaining people, and the judge wins where it is shown to be at most `epsilon` worse.
 *
 *     W_judge  1 where S(judge, others) ≥ S(annotator, others), W_human the reverse; a tie is 1 for both
 *     H0       mean of W_human − W_judge ≥ epsilon, tested for each annotator, Benjamini-Yekutieli over all
 *     ω        share of annotators for whom H0 is rejected: the winning rate; the judge passes at 1/2
 *     ρ        mean over annotators of the mean of W_judge: the advantage probability, to compare judges by
 *
 * Tests: 't', with the cluster-robust standard error where `clusters` is given; 'wilcoxon', which the authors advise
 * below 30 items though the differences take three values; 'betting', a bounded-mean test that holds its level at any n.
 * Calderon, Reichart and Dror 2025, ACL, arXiv:2501.10970, section 3. The winning rate carries no interval: the tests
 * hold the error. ρ has one by bootstrap over items or clusters, given `random`.
 *
 * @param humans items × annotators, NaN is missing; items need 2 people
 * @param judge one rating per item on the same scale, NaN is missing
 * @returns `one-rater` below 2 annotators; `no-data` where nobody has enough items
 * @throws RangeError for an epsilon outside [0, 1], infinite ratings, arrays that do not fit, or weights with a test that
 * takes none
 * @example
 * alternativeAnnotatorTest(humans, judge, { epsilon: 0.15, random: seededRandom(1) });
 * @see https://github.com/assize/assize/blob/main/docs/stats/alternative-annotator-test.md
 */
export function alternativeAnnotatorTest(
  humans: Matrix,
  judge: ArrayLike<number>,
  options: AlternativeAnnotatorOptions,
): AlternativeAnnotatorTest | Undetermined {
  const plan = planInterval(options, false);
  const { epsilon, alignment = 'accuracy', test = 't', q = 0.05, itemWeights, clusters } = options;
  const { epsilons = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3], fewestItems = test === 't' ? 30 : 2 } = options;
  const ratings = ratingsByItem(humans, 'humans');
  const { items, raters } = ratings;
  if (judge.length !== items) throw new RangeError(`humans has ${items} items, judge has ${judge.length}`);
  for (let i = 0; i < items; i++) if (!Number.isNaN(judge[i]!)) checkSize(judge[i]!, `judge[${i}]`);
  checked(options, items);
  if (raters < 2) return undetermined('one-rater', `needs 2 annotators, found ${raters}`, items, name);

  const domain = indexDomains(options.domains, items);
  const settings: Settings = {
    test,
    fewestItems,
    domain: domain.of,
    domains: domain.names.length,
    weights: itemWeights ? Float64Array.from(itemWeights) : null,
    clusters,
  };
  const { cells, left } = cellsOf(advantagesOf(ratings, judge, alignment), settings);
  if (cells.length === 0) {
    return undetermined('no-data', `no annotator has enough items: ${left.join('; ')}`, items, name);
  }
  const played = playedBy(ratings, humans, alignment, settings);
  const used = usedItems([cells, ...played.map((one) => one.cells)], items);
  const n = used.rows?.length ?? items;
  const index = clusters ? indexClusters(clusters, items, used.rows) : null;

  const groups = [cells, ...played.map((one) => one.cells)];
  const starts = groups.map((_, g) => groups.slice(0, g).reduce((total, { length }) => total + 2 * length, 0));
  const named = domain.names.flatMap((_, d) => {
    const own = cells.flatMap((cell, c) => (cell.domain === d ? [c] : []));
    return own.length > 0 ? [{ d, own }] : [];
  });
  const size = groups.reduce((total, { length }) => total + 2 * length, 0);
  const intervals = itemIntervals(plan, n, index, size + groups.length + named.length, (drawn, out) => {
    groups.forEach((group, g) => {
      writeAdvantages(group, drawn, used.place, settings.weights, out, starts[g]!);
      out[size + g] = meanAdvantage(
        out,
        starts[g]!,
        group.map((_, c) => c),
      );
    });
    named.forEach(({ own }, k) => {
      out[size + groups.length + k] = meanAdvantage(out, 0, own);
    });
  });

  const decision = decide(cells, epsilon, q);
  const rates = ratesByDomain(cells, decision.rejected);
  const overall = rateAt(cells, epsilon, q);
  const estimate = (output: number, count: number, what: string) => estimateFrom(intervals, output, count, what);
  return withNotes(
    {
      value: overall.value,
      interval: null,
      level: plan.level,
      n,
      ...(index && { groups: index.count }),
      method: `${name}, ${test}, Benjamini-Yekutieli`,
      passes: overall.passes,
      epsilon,
      smallestEpsilon: smallestPassing(cells, q),
      q,
      test,
      advantage: estimate(size, n, 'advantage probability'),
      annotators: cells.map((cell, c) => annotatorOf(cell, c, intervals, domain.names, decision)),
      domains: options.domains
        ? rates.map((rate, k) => ({
            ...rate,
            domain: domain.names[rate.domain]!,
            advantage: estimate(size + groups.length + k, n, 'advantage probability'),
          }))
        : [],
      sweep: epsilons.map((value) => ({ epsilon: value, ...rateAt(cells, value, q) })),
      humans: played.map(({ rater, cells: own }, k) => ({
        rater,
        ...rateAt(own, epsilon, q),
        advantage: estimate(size + 1 + k, n, 'advantage probability'),
      })),
    },
    [
      'no interval: the winning rate is a count of tests, and those hold the error',
      ...left,
      ...cautions(cells, raters, test),
    ],
  );
}

/** What the result must be read with. */
function cautions(cells: readonly Cell[], raters: number, test: AdvantageTest): string[] {
  const notes: string[] = [];
  if (raters === 2) notes.push('two annotators: each is held against the other alone, not against a consensus');
  for (const { rater, surplus, tested } of cells) {
    if (tested.sd === 0) notes.push(`annotator ${rater}: every item has the same outcome, so the mean alone decides`);
    if (test === 't' && surplus.length < 30) {
      notes.push(`annotator ${rater}: ${surplus.length} items are few for a t test; 'betting' holds its level`);
    }
  }
  return notes;
}

function annotatorOf(
  { rater, domain, items, tested }: Cell,
  c: number,
  intervals: ItemIntervals,
  names: readonly number[],
  { p, adjusted, rejected }: ReturnType<typeof decide>,
): TestedAnnotator {
  const { mean: value, se, sd } = tested;
  return {
    rater,
    ...(names.length > 1 && { domain: names[domain]! }),
    n: items.length,
    judgeAdvantage: estimateFrom(intervals, 2 * c, items.length, 'judge fits the others at least as well'),
    humanAdvantage: estimateFrom(intervals, 2 * c + 1, items.length, 'annotator fits the others at least as well'),
    difference: { value, se, sd },
    p: p[c]!,
    pAdjusted: adjusted[c]!,
    rejected: rejected[c]!,
  };
}
