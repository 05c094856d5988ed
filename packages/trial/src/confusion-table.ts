import type { Measure } from '@assize/core';
import { classification, clusteredProportion, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { isNumber, rowsWhere } from './leave-one-out.ts';
import { nearestLevels } from './statistics-against.ts';
import { categoriesOf, noVerdict, withUnrated } from './unrated-policy.ts';
import { labelOf } from './wording.ts';

/** The share of each label of the judge among the units that people gave each label. */
export function cells(one: CriterionCase, { level }: ExaminationSettings): Measure[] {
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
export function classMeasures(
  one: CriterionCase,
  { level, replicates, random, unrated }: ExaminationSettings,
): Measure[] {
  const verdicts = nearestLevels(withUnrated(one, unrated, one.consensus.values));
  const people = nearestLevels(one.consensus.values);
  const found = classification(people, verdicts, {
    categories: Math.max(categoriesOf(one, verdicts), categoriesOf(one, people)),
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
