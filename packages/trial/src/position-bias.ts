import type { Estimate, Finding, Measure, RatingTable, Undetermined } from '@assize/core';
import { binomialTest, clusteredMean, clusteredProportion, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide, gravest } from './decision.ts';
import { excessInconsistency, type ShownVerdict } from './excess-inconsistency.ts';
import { inWords, noted } from './estimate-words.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import { isNumber } from './leave-one-out.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { unitName } from './wording.ts';
import { questions } from './questions.ts';

/** A pair shown in both orders by one sample: who won in each, by content (0, 1, 2 for a tie). */
interface Swap {
  unit: number;
  sample: number;
  given: number;
  reversed: number;
}

type Kind = 'consistent' | 'primacy' | 'recency';

/**
 * Whether the place in which a response is shown decides who wins.
 *
 * Each pair is asked in both orders. It is consistent when both name the same response or both tie; else it leans to the
 * first place (AA, AC, CA in what was shown) or to the second (BB, BC, CB). Preference fairness is (recency − primacy) / n,
 * +1 all recency, −1 all primacy (Shi et al., arXiv:2406.07791; their normalised form collapses to this one). Where pairs
 * were asked more than once, excess inconsistency is the disagreement between orders minus that between repetitions of one
 * order: a judge that disagrees with itself cannot be accused of a bias of that size. The worse of the two decides.
 */
export const positionBias: Examination = (one, table, { profile, level }) => {
  const finding = {
    examination: 'position-bias',
    question: questions['position-bias'],
    severity: 1,
    criterion: one.criterion.id,
  } as const;
  if (one.criterion.scale.kind !== 'preference') {
    return notApplicable({ ...finding, statistic: 'preference-fairness' }, 'a preference between two responses');
  }
  const shown = shownRows(one, table);
  const asked = swapsOf(shown);
  const swaps = asked.filter(({ given, reversed }) => isNumber(given) && isNumber(reversed));
  if (swaps.length === 0) {
    return notApplicable(
      { ...finding, statistic: 'preference-fairness' },
      'verdicts in both orders on the same items (a column order with 0 1 and 1 0)',
    );
  }
  const clusters = Uint32Array.from(swaps, ({ unit }) => one.clusters[unit]!);
  const kinds = swaps.map(kindOf);
  const count = (kind: Kind): number => kinds.filter((found) => found === kind).length;
  const share = (kind: Kind) =>
    plainEstimate(
      clusteredProportion(
        Float64Array.from(kinds, (found) => (found === kind ? 1 : 0)),
        { level, clusters },
      ),
    );
  const lost = asked.length - swaps.length;
  const fairness = noted(
    preferenceFairness(kinds, clusters, level),
    ...(lost > 0 ? [`${lost} pairs of orders with an unrated verdict are left out`] : []),
  );
  const excess = excessInconsistency(shown, one.clusters, level);
  const byFairness = decide(fairness, profile.preferenceFairness, profile.leastGroups);
  const byExcess =
    excess.estimate.value === null && excess.estimate.reason === 'no-data'
      ? undefined
      : decide(excess.estimate, profile.excessInconsistency, profile.leastGroups);
  const decision = gravest(byExcess ? [byFairness, byExcess] : [byFairness]);
  const byWorse = byExcess !== undefined && decision === byExcess && byExcess.outcome !== byFairness.outcome;
  const [primacy, recency] = [count('primacy'), count('recency')];

  const measures: Measure[] = [
    { statistic: 'position-consistency', estimate: share('consistent') },
    { statistic: 'primacy', estimate: share('primacy') },
    { statistic: 'recency', estimate: share('recency') },
    { statistic: 'first-slot-share', estimate: firstSlotShare(shown, one, level) },
    { statistic: 'sign-test-p', estimate: signTest(primacy, recency, level) },
    ...(byWorse ? [{ statistic: 'preference-fairness', estimate: fairness }] : []),
    { statistic: 'disagreement-between-orders', estimate: excess.between },
    { statistic: 'disagreement-within-order', estimate: excess.inside },
    ...(byWorse ? [] : [{ statistic: 'excess-inconsistency', estimate: excess.estimate }]),
  ];
  return {
    ...finding,
    outcome: decision.outcome,
    statistic: byWorse ? 'excess-inconsistency' : 'preference-fairness',
    estimate: byWorse ? excess.estimate : fairness,
    measures,
    threshold: byWorse ? profile.excessInconsistency : profile.preferenceFairness,
    summary: summaryOf(
      swaps.length,
      [count('consistent'), primacy, recency],
      fairness,
      byWorse ? excess.estimate : undefined,
    ),
    ...(decision.outcome === 'inconclusive' && decision.needs ? { needs: decision.needs } : {}),
    evidence: someEvidence(
      swaps.filter((_, place) => kinds[place] !== 'consistent'),
      (swap) => ({
        item: unitName(one, table.items, swap.unit),
        note: `${winner(swap.given)} when shown in the order given, ${winner(swap.reversed)} when reversed`,
      }),
    ),
    ...adviceOn(decision.outcome, byExcess === undefined),
  };
};

function summaryOf(
  n: number,
  [consistent, primacy, recency]: [number, number, number],
  fairness: Estimate | Undetermined,
  excess: Estimate | Undetermined | undefined,
): string {
  const lean = `Of ${n} pairs of verdicts in both orders, ${consistent} name the same winner, ${primacy} lean to what is shown first and ${recency} to what is shown second: preference fairness ${inWords(fairness)} (−1 always the first, 1 always the second).`;
  return excess
    ? `${lean} Verdicts differ between orders more often than between repetitions, by ${inWords(excess)}.`
    : lean;
}

/** The judge's rows that say in which order the two responses were shown. */
function shownRows(one: CriterionCase, table: RatingTable): ShownVerdict[] {
  return Array.from(one.rows).flatMap((row, place) => {
    const order = table.orders[table.order[row]!]!;
    if (order.length !== 2) return [];
    const won = table.status[row] === 0 ? table.value[row]! : Number.NaN;
    return [{ unit: one.unitOfRow[place]!, sample: table.sample[row]!, reversed: order[0] === 1, winner: won }];
  });
}

function swapsOf(rows: readonly ShownVerdict[]): Swap[] {
  const given = new Map(rows.filter(({ reversed }) => !reversed).map((row) => [`${row.unit}/${row.sample}`, row]));
  return rows
    .filter(({ reversed }) => reversed)
    .flatMap((row) => {
      const other = given.get(`${row.unit}/${row.sample}`);
      return other ? [{ unit: row.unit, sample: row.sample, given: other.winner, reversed: row.winner }] : [];
    })
    .toSorted((a, b) => a.unit - b.unit || a.sample - b.sample);
}

/** By what was shown: in the given order response 0 stands first, reversed response 1 does. */
function kindOf({ given, reversed }: Swap): Kind {
  if (given === reversed) return 'consistent';
  const first = Number(given === 0) + Number(reversed === 1);
  const second = Number(given === 1) + Number(reversed === 0);
  return first > second ? 'primacy' : 'recency';
}

function preferenceFairness(kinds: readonly Kind[], clusters: Uint32Array, level: number): Estimate | Undetermined {
  const scores = Float64Array.from(kinds, (kind) => (kind === 'recency' ? 1 : kind === 'primacy' ? -1 : 0));
  const estimate = clipped(withoutSpread(clusteredMean(scores, { level, clusters }), [-1, 1]), [-1, 1]);
  return { ...estimate, method: `preference fairness, ${estimate.method}` };
}

function firstSlotShare(rows: readonly ShownVerdict[], one: CriterionCase, level: number): Estimate | Undetermined {
  const decisive = rows.filter(({ winner: won }) => won === 0 || won === 1);
  const first = Float64Array.from(decisive, ({ reversed, winner: won }) => ((won === 0) !== reversed ? 1 : 0));
  return plainEstimate(
    clusteredProportion(first, { level, clusters: Uint32Array.from(decisive, ({ unit }) => one.clusters[unit]!) }),
  );
}

/** Exact sign test of primacy against recency; it takes pairs as independent, so that its p is the optimistic one. */
function signTest(primacy: number, recency: number, level: number): Estimate | Undetermined {
  const n = primacy + recency;
  if (n === 0)
    return { value: null, reason: 'no-data', detail: 'no pair leans to a place', n: 0, method: 'exact sign test' };
  const test = binomialTest(recency, n);
  if (!('p' in test)) return test;
  return { value: test.p, interval: null, level, n, method: 'exact sign test', notes: ['a p-value has no interval'] };
}

function winner(value: number): string {
  return value === 2 ? 'a tie' : `response ${value + 1} wins`;
}

function adviceOn(outcome: Finding['outcome'], noPlacebo: boolean): { advice?: string } {
  if (outcome === 'fail' || outcome === 'warn')
    return {
      advice: 'Always ask in both orders and average: a single order is off by about half of the preference fairness.',
    };
  return noPlacebo
    ? { advice: 'Ask each order more than once: without repetitions, noise and bias cannot be told apart.' }
    : {};
}
