import type { Estimate, Measure, Undetermined } from '@assize/core';
import { clusterBootstrap, krippendorffAlpha, matrixOf, plainEstimate } from '@assize/stats';

import type { CriterionCase } from './criterion-case.ts';
import { decide } from './decision.ts';
import { type Examination, type ExaminationSettings, inWords, notApplicable, someEvidence } from './examination.ts';
import { isNumber, leaveOneOut, type LeftOut, within } from './leave-one-out.ts';
import type { PairStatistic } from './row-statistics.ts';
import { saidOf, unitName } from './wording.ts';

/** The metric of Krippendorff's alpha that a scale calls for. */
export function alphaMetric(one: CriterionCase): 'nominal' | 'ordinal' | 'interval' {
  if (!one.ordered) return 'nominal';
  return one.levels > 0 || one.criterion.scale.kind === 'rank' ? 'ordinal' : 'interval';
}

/**
 * How well people agree with each other: the level that no judge can be shown to pass, and none need reach.
 *
 * Krippendorff's alpha decides; each person is shown against the others, with the judge against the same others beside it.
 */
export const humanCeiling: Examination = (one, table, settings) => {
  const metric = alphaMetric(one);
  const finding = {
    examination: 'human-ceiling',
    question: 'How well do people agree with each other?',
    severity: 2,
    criterion: one.criterion.id,
    statistic: `alpha-${metric}`,
  } as const;
  if (one.people.length < 2)
    return notApplicable(
      finding,
      'labels of a second person on the same items: with one person the ceiling is unknown',
    );
  const alphaBy = (wanted: 'nominal' | 'ordinal' | 'interval'): Estimate | Undetermined =>
    plainEstimate(
      krippendorffAlpha(
        matrixOf(Array.from({ length: one.length }, (_, unit) => one.labels.map((labels) => labels[unit]!))),
        {
          metric: wanted,
          level: settings.level,
          replicates: settings.replicates,
          random: settings.random.stream(`human-alpha/${wanted}`),
          clusters: one.clusters,
        },
      ),
    );
  const alpha = alphaBy(metric);
  const { outcome, needs } = decide(alpha, settings.profile.humanAlpha, settings.profile.leastGroups);
  const loo = leaveOneOut(one, settings);
  const measures: Measure[] = loo.people.flatMap((left) => eachAgainstOthers(one, left, loo.statistic, settings));
  if (metric === 'ordinal')
    measures.push({ statistic: 'alpha-interval', about: { rater: 'people' }, estimate: alphaBy('interval') });
  return {
    ...finding,
    outcome,
    estimate: alpha,
    measures,
    threshold: settings.profile.humanAlpha,
    summary: `Krippendorff's alpha (${metric}) among ${one.people.length} people: ${inWords(alpha)}.`,
    ...(outcome === 'inconclusive' && needs ? { needs } : {}),
    evidence: someEvidence(mostDisputed(one), (unit) => ({
      item: unitName(one, table.items, unit),
      note: 'people differ most here',
      ratings: saidOf(one, unit),
    })),
    ...(outcome === 'fail' || outcome === 'warn'
      ? { advice: 'People part on this question: sharpen the criterion or its anchors before blaming a judge.' }
      : {}),
  };
};

function eachAgainstOthers(
  one: CriterionCase,
  left: LeftOut,
  statistic: string,
  settings: ExaminationSettings,
): Measure[] {
  const clusters = Array.from(left.rows, (unit) => one.clusters[unit]!);
  const estimate = (of: PairStatistic): Estimate | Undetermined =>
    plainEstimate(
      clusterBootstrap(clusters, within(left.rows, of), {
        random: settings.random.stream(`ceiling/${left.person}`),
        level: settings.level,
        replicates: settings.replicates,
      }),
    );
  return [
    { statistic, about: { rater: left.person, against: 'the others' }, estimate: estimate(left.human) },
    { statistic, about: { rater: one.judge, against: `all but ${left.person}` }, estimate: estimate(left.judge) },
  ];
}

/** Units on which people differ, the widest difference first. */
function mostDisputed(one: CriterionCase): number[] {
  const disputed: { unit: number; spread: number }[] = [];
  for (let unit = 0; unit < one.length; unit++) {
    const said = one.labels.map((labels) => labels[unit]!).filter(isNumber);
    const spread = one.ordered ? Math.max(...said) - Math.min(...said) : new Set(said).size - 1;
    if (said.length > 1 && spread > 0) disputed.push({ unit, spread });
  }
  return disputed.toSorted((a, b) => b.spread - a.spread || a.unit - b.unit).map(({ unit }) => unit);
}
