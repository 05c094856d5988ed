import type { Estimate, Finding, Measure, RatingTable, Undetermined } from '@assize/core';
import {
  binomialTest,
  clusteredMean,
  clusteredProportion,
  clusteredRatio,
  plainEstimate,
  proportion,
} from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide, gravest } from './decision.ts';
import { type Examination, inWords, noted, notApplicable, ofShares, someEvidence } from './examination.ts';
import { unitName } from './wording.ts';

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
    question: 'Does the place in which a response is shown decide who wins?',
    severity: 1,
    criterion: one.criterion.id,
  } as const;
  if (one.criterion.scale.kind !== 'preference') {
    return notApplicable({ ...finding, statistic: 'preference-fairness' }, 'a preference between two responses');
  }
  const rows = ratedRows(one, table);
  const swaps = swapsOf(rows);
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
  const fairness = preferenceFairness(kinds, clusters, level);
  const excess = excessInconsistency(rows, one, level);
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
    { statistic: 'first-slot-share', estimate: firstSlotShare(rows, one, level) },
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
    summary: `In ${swaps.length} pairs asked in both orders: ${count('consistent')} consistent, ${primacy} lean to the first place, ${recency} to the second; preference fairness ${inWords(fairness)}.`,
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

interface RatedRow {
  unit: number;
  sample: number;
  /** False: shown as given (0 1). True: reversed. */
  reversed: boolean;
  winner: number;
}

function ratedRows(one: CriterionCase, table: RatingTable): RatedRow[] {
  return Array.from(one.rows).flatMap((row, place) => {
    const order = table.orders[table.order[row]!]!;
    if (table.status[row] !== 0 || order.length !== 2) return [];
    return [
      { unit: one.unitOfRow[place]!, sample: table.sample[row]!, reversed: order[0] === 1, winner: table.value[row]! },
    ];
  });
}

function swapsOf(rows: readonly RatedRow[]): Swap[] {
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
  const estimate = ofShares(clusteredMean(scores, { level, clusters }));
  if (estimate.value === null || estimate.interval !== null || scores.some((score) => score !== 0))
    return named(estimate, 'preference fairness');
  // Not one pair leans: the spread is 0, which is no certainty. The share that leans is bounded as 0 of G.
  const groups = new Set(clusters).size;
  const none = plainEstimate(proportion(0, groups, { level }));
  const bound = none.value === null || none.interval === null ? 1 : none.interval[1];
  return {
    ...estimate,
    interval: [-bound, bound],
    groups,
    method: 'preference fairness, Wilson bound on 0 leaning pairs',
    notes: [`no pair leans to a place: bounded by the share that ${groups} independent pairs cannot exclude`],
  };
}

function named(estimate: Estimate | Undetermined, name: string): Estimate | Undetermined {
  return { ...estimate, method: `${name}, ${estimate.method}` };
}

/**
 * Disagreement of any verdict in one order with any in the other, minus that of two repetitions in the same order.
 *
 * Both are ratios of counted pairs of verdicts; the difference is linearised and its spread taken over groups.
 */
function excessInconsistency(
  rows: readonly RatedRow[],
  one: CriterionCase,
  level: number,
): { estimate: Estimate | Undetermined; between: Estimate | Undetermined; inside: Estimate | Undetermined } {
  const units = [...new Set(rows.map(({ unit }) => unit))].toSorted((a, b) => a - b);
  const clusters = Uint32Array.from(units, (unit) => one.clusters[unit]!);
  const place = new Map(units.map((unit, at) => [unit, at]));
  const verdicts = units.map((): [number[], number[]] => [[], []]);
  for (const { unit, reversed, winner: won } of rows) verdicts[place.get(unit)!]![reversed ? 1 : 0].push(won);
  const counts = verdicts.map(([given, reversed]) => {
    const [same, cross] = [[0, 0] as [number, number], [0, 0] as [number, number]];
    for (const order of [given, reversed]) {
      for (let i = 0; i < order.length; i++) {
        for (let j = i + 1; j < order.length; j++) {
          same[1]++;
          if (order[i] !== order[j]) same[0]++;
        }
      }
    }
    for (const a of given) {
      for (const b of reversed) {
        cross[1]++;
        if (a !== b) cross[0]++;
      }
    }
    return { same, cross };
  });
  const column = (of: (count: (typeof counts)[number]) => number) => Float64Array.from(counts, of);
  const ratio = (key: 'same' | 'cross') =>
    plainEstimate(
      clusteredRatio(
        column((count) => count[key][0]),
        column((count) => count[key][1]),
        { level, clusters },
      ),
    );
  const [inside, between] = [ratio('same'), ratio('cross')];
  const method = 'excess inconsistency, linearised difference of ratios';
  if (inside.value === null || between.value === null) {
    const detail = 'repetitions of the same order (a column sample), to tell a bias from noise';
    return { estimate: { value: null, reason: 'no-data', detail, n: units.length, method }, between, inside };
  }
  const totals = { same: sumOf(column((count) => count.same[1])), cross: sumOf(column((count) => count.cross[1])) };
  const value = between.value - inside.value;
  // Influence of each unit, scaled so that the mean of the shifted column is the difference and its spread the ratio's.
  const n = units.length;
  const influence = counts.map(
    ({ same, cross }) =>
      value +
      n * ((cross[0] - between.value * cross[1]) / totals.cross - (same[0] - inside.value * same[1]) / totals.same),
  );
  const spread = plainEstimate(clusteredMean(Float64Array.from(influence), { level, clusters }));
  return { estimate: spread.value === null ? spread : noted({ ...spread, value, method }), between, inside };
}

function sumOf(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

function firstSlotShare(rows: readonly RatedRow[], one: CriterionCase, level: number): Estimate | Undetermined {
  const decisive = rows.filter(({ winner: won }) => won !== 2);
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
