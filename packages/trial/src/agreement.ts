import type { EvidenceRow, Finding, Measure, RatingTable } from '@assize/core';
import { clusteredMean, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide } from './decision.ts';
import { inWords } from './estimate-words.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { isNumber, leaveOneOut, rowsWhere } from './leave-one-out.ts';
import { measuresAgainst, statisticAgainst, statisticsOf } from './statistics-against.ts';
import { policiesOf, withUnrated } from './unrated-policy.ts';
import { disagreement } from './wording.ts';
import { questions } from './questions.ts';

const about = {
  examination: 'agreement',
  question: questions.agreement,
  severity: 0,
} as const;

/**
 * Agreement with people, decided by the difference between judge and people, each held against the others.
 *
 * With a single person there are no others: the profile's absolute bounds decide, on Cohen's kappa between labels and on
 * Spearman's correlation where values are ordered, and the finding says that the ceiling is unknown.
 */
export const agreement: Examination = (one, table, settings) => {
  const criterion = one.criterion.id;
  const headline = statisticsOf(one)[0]!;
  const shared = rowsWhere(
    one.length,
    (unit) => one.asked[unit] === 1 && one.labels.some((labels) => isNumber(labels[unit]!)),
  );
  if (shared.length === 0) {
    return notApplicable(
      { ...about, criterion, statistic: headline },
      `${one.judge} and the people share no item on ${criterion}`,
    );
  }
  const measures = allMeasures(one, table, settings);
  const evidence = disagreements(one, table);
  if (one.people.length === 1) return againstOne(one, settings, measures, evidence);

  const loo = settings.leftOut?.() ?? leaveOneOut(one, settings);
  const { outcome, needs } = decide(loo.difference, settings.profile.agreementDifference, settings.profile.leastGroups);
  return {
    ...about,
    criterion,
    outcome,
    statistic: `${loo.statistic}-difference`,
    estimate: loo.difference,
    measures: [
      { statistic: loo.statistic, about: { rater: one.judge, against: 'the others' }, estimate: loo.judge },
      { statistic: loo.statistic, about: { rater: 'people', against: 'the others' }, estimate: loo.humans },
      ...measures,
    ],
    threshold: settings.profile.agreementDifference,
    summary: `${nameOf(loo.statistic)} with the other people: ${one.judge} ${inWords(loo.judge)}, a person ${inWords(loo.humans)}, difference ${inWords(loo.difference)}.`,
    ...(outcome === 'inconclusive' && needs ? { needs } : {}),
    evidence,
    ...adviceOn(outcome),
  };
};

function againstOne(
  one: CriterionCase,
  settings: ExaminationSettings,
  measures: Measure[],
  evidence: EvidenceRow[],
): Finding {
  const statistic = one.ordered ? 'spearman' : 'kappa';
  const threshold = settings.profile[statistic];
  const reference = one.labels[0]!;
  const estimate = statisticAgainst(statistic, one, withUnrated(one, settings.unrated, reference), reference, settings);
  const { outcome, needs } = decide(estimate, threshold, settings.profile.leastGroups);
  return {
    ...about,
    criterion: one.criterion.id,
    outcome,
    statistic,
    estimate,
    measures,
    threshold,
    summary: `${nameOf(statistic)} of ${one.judge} with ${one.people[0]} (0 is chance, 1 is perfect): ${inWords(estimate)}. With one person the human ceiling is unknown.`,
    ...(outcome === 'inconclusive' && needs ? { needs } : {}),
    evidence,
    ...adviceOn(outcome),
  };
}

/** Against the consensus and each person, under every policy where verdicts are unrated; all statistics under the headline's. */
function allMeasures(one: CriterionCase, table: RatingTable, settings: ExaminationSettings): Measure[] {
  const measures: Measure[] = [];
  const unrated = one.verdicts.some((verdict, unit) => !isNumber(verdict) && one.asked[unit] === 1);
  const consensus = one.consensus.values;
  for (const policy of policiesOf(one)) {
    if (policy !== settings.unrated && !unrated) continue;
    const names = policy === settings.unrated ? statisticsOf(one) : statisticsOf(one).slice(0, 2);
    const against = { rater: one.judge, against: one.people.length === 1 ? one.people[0]! : 'consensus', policy };
    measures.push(...measuresAgainst(one, withUnrated(one, policy, consensus), consensus, settings, against, names));
  }
  for (const [place, person] of one.people.length > 1 ? one.people.entries() : []) {
    const reference = one.labels[place]!;
    for (const policy of policiesOf(one)) {
      if (policy !== settings.unrated && !unrated) continue;
      const names = statisticsOf(one).slice(0, policy === settings.unrated ? 2 : 1);
      const against = { rater: one.judge, against: person, policy };
      measures.push(...measuresAgainst(one, withUnrated(one, policy, reference), reference, settings, against, names));
    }
  }
  const overOrders = agreementOverOrders(one, table, settings);
  return overOrders ? [...measures, overOrders] : measures;
}

/**
 * The share of verdicts, order by order, that equal the consensus, averaged within a unit: what one order alone gives on
 * average. Unrated rows count by the headline's policy: left out, or against the judge.
 */
function agreementOverOrders(
  one: CriterionCase,
  table: RatingTable,
  { level, unrated }: ExaminationSettings,
): Measure | undefined {
  if (one.ordered || new Set(Array.from(one.rows, (row) => table.order[row]!)).size < 2) return undefined;
  const hits = new Float64Array(one.length);
  const asked = new Uint32Array(one.length);
  for (const [place, row] of one.rows.entries()) {
    const unit = one.unitOfRow[place]!;
    const rated = table.status[row] === 0;
    if (!isNumber(one.consensus.values[unit]!) || (!rated && unrated === 'exclude')) continue;
    asked[unit]!++;
    const verdict = rated ? table.value[row]! : unrated === 'tie' ? 2 : Number.NaN;
    if (verdict === one.consensus.values[unit]) hits[unit]!++;
  }
  const means = hits.map((hit, unit) => (asked[unit] === 0 ? Number.NaN : hit / asked[unit]!));
  return {
    statistic: 'agreement-over-orders',
    about: { rater: one.judge, against: one.people.length === 1 ? one.people[0]! : 'consensus', policy: unrated },
    estimate: plainEstimate(clusteredMean(means, { level, clusters: one.clusters })),
  };
}

/** The plainest disagreements first: where people are of one mind, and the judge farthest from it. */
function disagreements(one: CriterionCase, table: RatingTable): EvidenceRow[] {
  const rows: { unit: number; distance: number; voices: number }[] = [];
  for (let unit = 0; unit < one.length; unit++) {
    const [verdict, people] = [one.verdicts[unit]!, one.consensus.values[unit]!];
    if (!isNumber(verdict) || !isNumber(people) || verdict === people) continue;
    const said = one.labels.map((labels) => labels[unit]!).filter(isNumber);
    if (said.some((value) => value !== said[0])) continue;
    rows.push({ unit, distance: one.ordered ? Math.abs(verdict - people) : 1, voices: said.length });
  }
  const sorted = rows.toSorted((a, b) => b.distance - a.distance || b.voices - a.voices || a.unit - b.unit);
  return someEvidence(sorted, ({ unit }) => disagreement(one, table.items, unit));
}

function nameOf(statistic: string): string {
  return { agreement: 'Agreement', spearman: "Spearman's correlation", kappa: "Cohen's kappa" }[statistic] ?? statistic;
}

function adviceOn(outcome: Finding['outcome']): { advice?: string } {
  if (outcome === 'fail')
    return {
      advice: 'Do not let this judge decide alone. Read the evidence: is it the rubric, the model, or the people?',
    };
  if (outcome === 'warn')
    return {
      advice: 'Report corrected estimates: a few hundred human labels beside the judge’s verdicts make them honest.',
    };
  return {};
}
