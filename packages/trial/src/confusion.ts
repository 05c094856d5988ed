import type { Estimate, Finding, Measure, RatingTable, Undetermined } from '@assize/core';
import { classification, clusterBootstrap, clusteredMean, clusteredProportion, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide } from './decision.ts';
import {
  type Examination,
  type ExaminationSettings,
  inWords,
  noted,
  notApplicable,
  ofShares,
  someEvidence,
} from './examination.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { nearestLevels } from './statistics-against.ts';
import { categoriesOf, noVerdict, withUnrated } from './unrated-policy.ts';
import { disagreement, labelOf } from './wording.ts';

const mostLevels = 12;

/**
 * Where judge and people part, and whether the judge uses the scale as people do.
 *
 * Between labels: for each label, how much more often the judge gives it than people do on the same units; the largest such
 * shift decides, with intervals that hold together. On ordered scales: the mean of judge minus people, in levels. The table,
 * accuracy, precision, recall and F1 are against the consensus of all people.
 */
export const confusion: Examination = (one, table, settings) => {
  const finding = {
    examination: 'confusion',
    question: 'Where do judge and people part, and does the judge use the scale as people do?',
    severity: 2,
    criterion: one.criterion.id,
  } as const;
  const reference = one.consensus.values;
  const usable = rowsWhere(one.length, (unit) => isNumber(one.verdicts[unit]!) && isNumber(reference[unit]!));
  if (usable.length === 0)
    return notApplicable(
      { ...finding, statistic: one.ordered ? 'mean-shift' : 'label-shift' },
      'items on which judge and people both spoke',
    );
  const { statistic, estimate, measures, threshold, wording } = one.ordered
    ? levelShift(one, usable, settings)
    : labelShift(one, usable, settings);
  const { outcome, needs } = decide(estimate, threshold, settings.profile.leastGroups);
  return {
    ...finding,
    outcome,
    statistic,
    estimate,
    measures: [
      ...measures,
      ...(one.levels > 0 && one.levels <= mostLevels ? [...cells(one, settings), ...classMeasures(one, settings)] : []),
    ],
    threshold,
    summary: wording,
    ...(outcome === 'inconclusive' && needs ? { needs } : {}),
    evidence: outcome === 'pass' ? [] : farthest(one, table, usable),
    ...adviceOn(outcome, one),
  };
};

interface Shift {
  statistic: string;
  estimate: Estimate | Undetermined;
  measures: Measure[];
  threshold: Finding['threshold'] & object;
  wording: string;
}

function labelShift(one: CriterionCase, usable: Uint32Array, { level, profile }: ExaminationSettings): Shift {
  const clusters = usable.map((unit) => one.clusters[unit]!);
  const used = Array.from({ length: one.levels }, (_, code) => code).filter((code) =>
    usable.some((unit) => one.verdicts[unit] === code || one.consensus.values[unit] === code),
  );
  const together = 1 - (1 - level) / Math.max(1, used.length);
  const shifts = used.map((code) => ({
    code,
    estimate: ofShares(
      clusteredMean(
        Float64Array.from(
          usable,
          (unit) => Number(one.verdicts[unit] === code) - Number(one.consensus.values[unit] === code),
        ),
        { level: together, clusters },
      ),
    ),
  }));
  const largest = shifts.toSorted((a, b) => Math.abs(b.estimate.value ?? 0) - Math.abs(a.estimate.value ?? 0))[0]!;
  const label = labelOf(one, largest.code);
  return {
    statistic: 'label-shift',
    estimate: noted(settled(largest.estimate), `label ${label}; holds together with ${used.length - 1} other labels`),
    measures: shifts.map(({ code, estimate }) => ({
      statistic: 'label-shift',
      about: { label: labelOf(one, code) },
      estimate: settled(estimate),
    })),
    threshold: profile.labelShift,
    wording: `The largest shift of use is on ${label}: judge minus people ${inWords(largest.estimate)}.`,
  };
}

function levelShift(one: CriterionCase, usable: Uint32Array, settings: ExaminationSettings): Shift {
  const { level, profile } = settings;
  const clusters = usable.map((unit) => one.clusters[unit]!);
  const scale = one.criterion.scale;
  // An interval scale has no levels: its range is cut into four steps, so that one profile serves all scales.
  const step = scale.kind === 'interval' ? (scale.max - scale.min) / 4 : 1;
  const differences = Float64Array.from(usable, (unit) => (one.verdicts[unit]! - one.consensus.values[unit]!) / step);
  const estimate = settled(plainEstimate(clusteredMean(differences, { level, clusters })));
  return {
    statistic: 'mean-shift',
    estimate: scale.kind === 'interval' ? noted(estimate, 'in quarters of the scale') : noted(estimate, 'in levels'),
    measures: [spreadRatio(one, usable, settings, clusters)],
    threshold: profile.levelShift,
    wording: `The judge differs from people by ${inWords(estimate)} ${scale.kind === 'interval' ? 'quarters of the scale' : 'levels'} on average.`,
  };
}

/** How widely the judge spreads its values beside people: below 1 it keeps to the middle. */
function spreadRatio(
  { verdicts, consensus }: CriterionCase,
  rows: Uint32Array,
  { level, replicates, random }: ExaminationSettings,
  clusters: Uint32Array,
): Measure {
  const ratio = (places: Uint32Array): number | null => {
    const people = deviation(consensus.values, rows, places);
    return people === 0 ? null : deviation(verdicts, rows, places) / people;
  };
  return {
    statistic: 'spread-ratio',
    estimate: plainEstimate(
      clusterBootstrap(clusters, ratio, { level, replicates, random: random.stream('spread-ratio') }),
    ),
  };
}

/** Standard deviation, divisor n. */
function deviation(values: Float64Array, rows: Uint32Array, places: Uint32Array): number {
  let total = 0;
  for (const place of places) total += values[rows[place]!]!;
  const mean = total / places.length;
  let squares = 0;
  for (const place of places) squares += (values[rows[place]!]! - mean) ** 2;
  return Math.sqrt(squares / places.length);
}

/** No spread at all, as when judge and people never differ, is a difference of 0 that the number of groups bounds. */
function settled(estimate: Estimate | Undetermined): Estimate | Undetermined {
  if (estimate.value !== 0 || estimate.interval !== null) return estimate;
  const bound = 3 / (estimate.groups ?? estimate.n);
  return {
    ...estimate,
    interval: [-bound, bound],
    notes: [...(estimate.notes ?? []), 'no difference was seen: bounded by 3 / groups (rule of three)'],
  };
}

/** The share of each label of the judge among the units that people gave each label. */
function cells(one: CriterionCase, { level }: ExaminationSettings): Measure[] {
  const verdicts = withUnrated(one, one.ordered ? 'exclude' : 'wrong', one.consensus.values);
  const [judge, people] = [nearestLevels(verdicts), nearestLevels(one.consensus.values)];
  const measures: Measure[] = [];
  for (let human = 0; human < one.levels; human++) {
    const row = rowsWhere(one.length, (unit) => people[unit] === human && isNumber(judge[unit]!));
    if (row.length === 0) continue;
    for (let code = 0; code <= (one.ordered ? one.levels - 1 : noVerdict(one)); code++) {
      const hits = Float64Array.from(row, (unit) => (judge[unit] === code ? 1 : 0));
      if (code === noVerdict(one) && !hits.includes(1)) continue;
      measures.push({
        statistic: 'share-of-human-label',
        about: { human: labelOf(one, human), judge: labelOf(one, code) },
        estimate: plainEstimate(clusteredProportion(hits, { level, clusters: row.map((unit) => one.clusters[unit]!) })),
      });
    }
  }
  return measures;
}

/** Accuracy, balanced accuracy, F1 and MCC against the consensus; unrated units by the headline's policy. */
function classMeasures(one: CriterionCase, { level, replicates, random, unrated }: ExaminationSettings): Measure[] {
  const verdicts = nearestLevels(withUnrated(one, unrated, one.consensus.values));
  const people = nearestLevels(one.consensus.values);
  const found = classification(people, verdicts, {
    categories: categoriesOf(one, verdicts),
    level,
    replicates,
    random: random.stream('confusion'),
    clusters: one.clusters,
  });
  const named = {
    accuracy: found.accuracy,
    'balanced-accuracy': found.balancedAccuracy,
    'macro-f1': found.macroF1,
    mcc: found.mcc,
  };
  return Object.entries(named).map(([statistic, estimate]) => ({
    statistic,
    about: { policy: unrated },
    estimate: plainEstimate(estimate),
  }));
}

function farthest(one: CriterionCase, table: RatingTable, usable: Uint32Array): Finding['evidence'] {
  const distance = (unit: number): number =>
    one.ordered
      ? Math.abs(one.verdicts[unit]! - one.consensus.values[unit]!)
      : Number(one.verdicts[unit] !== one.consensus.values[unit]);
  const apart = Array.from(usable).filter((unit) => distance(unit) > 0);
  return someEvidence(
    apart.toSorted((a, b) => distance(b) - distance(a) || a - b),
    (unit) => disagreement(one, table.items, unit),
  );
}

function adviceOn(outcome: Finding['outcome'], one: CriterionCase): { advice?: string } {
  if (outcome !== 'fail' && outcome !== 'warn') return {};
  return {
    advice: one.ordered
      ? 'Calibrate the scores on human labels, or compare systems by rank alone: levels of judge and people do not mean the same.'
      : 'Correct shares and win rates for the judge’s errors before you report them: it uses its labels otherwise than people do.',
  };
}
