import type { Measure, RatingTable } from '@assize/core';
import { clusteredMean, clusteredRatio, plainEstimate } from '@assize/stats';

import { alphaMetric, alphaOf } from './alpha.ts';
import type { CriterionCase } from './criterion-case.ts';
import { decide, type Decision } from './decision.ts';
import { inWords } from './estimate-words.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import { labelOf, unitName } from './wording.ts';
import { questions } from './questions.ts';

/** The verdicts on one unit in one order, a sample an entry; NaN where unrated. */
interface Cell {
  unit: number;
  verdicts: Float64Array;
}

/**
 * Whether the judge says the same when asked the same again.
 *
 * Krippendorff's alpha with samples as raters decides. Repetition stability is the mean share of the modal verdict, unrated
 * verdicts being a value of their own (Shi et al., arXiv:2406.07791); its chance level is high, hence alpha.
 */
export const repeatability: Examination = (one, table, settings) => {
  const { profile, level } = settings;
  const metric = alphaMetric(one);
  const finding = {
    examination: 'repeatability',
    question: questions.repeatability,
    severity: 1,
    criterion: one.criterion.id,
    statistic: `alpha-${metric}`,
  } as const;
  const cells = cellsOf(one, table).filter(({ verdicts }) => verdicts.length > 1);
  if (cells.length === 0) return notApplicable(finding, 'repetitions of the same question (a column sample)');
  const clusters = Uint32Array.from(cells, ({ unit }) => one.clusters[unit]!);
  const most = cells.reduce((longest, { verdicts }) => Math.max(longest, verdicts.length), 0);
  const values = new Float64Array(cells.length * most).fill(Number.NaN);
  cells.forEach(({ verdicts }, row) => values.set(verdicts, row * most));
  const alpha = alphaOf({ values, rows: cells.length, columns: most }, metric, clusters, 'repeatability', settings);
  // A judge that never varies, on items or on repetitions, is repeatable; alpha cannot say so, the number of groups can.
  const groups = new Set(clusters).size;
  const constant = alpha.value === null && alpha.reason === 'one-category';
  const decision: Decision =
    constant && groups >= profile.leastGroups
      ? { outcome: 'pass' }
      : constant
        ? { outcome: 'inconclusive', needs: `at least ${profile.leastGroups} independent items; there are ${groups}` }
        : decide(alpha, profile.repeatabilityAlpha, profile.leastGroups);
  const agreements = cells.map(({ verdicts }) => agreeingPairs(verdicts));
  const measures: Measure[] = [
    {
      statistic: 'repetition-stability',
      estimate: plainEstimate(
        clusteredMean(
          Float64Array.from(cells, ({ verdicts }) => modalShare(verdicts)),
          { level, clusters },
        ),
      ),
    },
    {
      statistic: 'agreement-of-repetitions',
      estimate: plainEstimate(
        clusteredRatio(
          Float64Array.from(agreements, ([equal]) => equal),
          Float64Array.from(agreements, ([, pairs]) => pairs),
          { level, clusters },
        ),
      ),
    },
    {
      statistic: 'all-equal',
      estimate: plainEstimate(
        clusteredMean(
          Float64Array.from(cells, ({ verdicts }) => (modalShare(verdicts) === 1 ? 1 : 0)),
          { level, clusters },
        ),
      ),
    },
    ...(one.ordered
      ? [
          {
            statistic: 'spread-of-repetitions',
            estimate: plainEstimate(
              clusteredMean(
                Float64Array.from(cells, ({ verdicts }) => deviation(verdicts)),
                { level, clusters },
              ),
            ),
          },
        ]
      : []),
  ];
  return {
    ...finding,
    outcome: decision.outcome,
    estimate: alpha,
    measures,
    threshold: profile.repeatabilityAlpha,
    summary: constant
      ? `All rated repetitions say the same, on every item (${cells.length} questions asked up to ${most} times).`
      : `${cells.length} questions asked up to ${most} times: agreement of repetitions beyond chance (Krippendorff's alpha, 1 is perfect) ${inWords(alpha)}.`,
    ...(decision.outcome === 'inconclusive' && decision.needs ? { needs: decision.needs } : {}),
    evidence: someEvidence(
      cells
        .filter(({ verdicts }) => modalShare(verdicts) < 1)
        .toSorted((a, b) => modalShare(a.verdicts) - modalShare(b.verdicts) || a.unit - b.unit),
      ({ unit, verdicts }) => ({
        item: unitName(one, table.items, unit),
        note: `asked again: ${Array.from(verdicts, (value) => (Number.isNaN(value) ? 'unrated' : labelOf(one, value))).join(', ')}`,
      }),
    ),
    ...(decision.outcome === 'fail' || decision.outcome === 'warn'
      ? { advice: 'Ask several times and average, or take the most frequent verdict.' }
      : {}),
  };
};

function cellsOf(one: CriterionCase, table: RatingTable): Cell[] {
  const cells = new Map<string, { unit: number; samples: Map<number, number> }>();
  one.rows.forEach((row, place) => {
    const unit = one.unitOfRow[place]!;
    const key = `${unit}/${table.order[row]}`;
    const cell = cells.get(key) ?? { unit, samples: new Map<number, number>() };
    cell.samples.set(table.sample[row]!, table.status[row] === 0 ? table.value[row]! : Number.NaN);
    cells.set(key, cell);
  });
  return [...cells.values()]
    .map(({ unit, samples }) => ({
      unit,
      verdicts: Float64Array.from(
        [...samples].toSorted(([a], [b]) => a - b),
        ([, value]) => value,
      ),
    }))
    .toSorted((a, b) => a.unit - b.unit);
}

function modalShare(verdicts: Float64Array): number {
  const counts = countsOf(verdicts);
  let most = 0;
  for (const count of counts.values()) if (count > most) most = count;
  return most / verdicts.length;
}

/** Pairs of rated repetitions that are equal, and all such pairs. */
function agreeingPairs(verdicts: Float64Array): [number, number] {
  const rated = verdicts.filter((verdict) => !Number.isNaN(verdict));
  let equal = 0;
  for (const count of countsOf(rated).values()) equal += (count * (count - 1)) / 2;
  return [equal, (rated.length * (rated.length - 1)) / 2];
}

/** How often each verdict was given; unrated, NaN, is one of its own. */
function countsOf(verdicts: Float64Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return counts;
}

/** Standard deviation of rated repetitions, divisor n − 1; NaN below two. */
function deviation(verdicts: Float64Array): number {
  const rated = verdicts.filter((verdict) => !Number.isNaN(verdict));
  if (rated.length < 2) return Number.NaN;
  const mean = rated.reduce((a, b) => a + b, 0) / rated.length;
  return Math.sqrt(rated.reduce((total, value) => total + (value - mean) ** 2, 0) / (rated.length - 1));
}
