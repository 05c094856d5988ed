import type { Estimate, Measure, Undetermined } from '@assize/core';
import { clusteredProportion, matrixOf, plainEstimate } from '@assize/stats';

import { alphaMetric, alphaOf, type Metric } from './alpha.ts';
import type { CriterionCase } from './criterion-case.ts';
import { decide } from './decision.ts';
import { inWords } from './estimate-words.ts';
import { type Examination, notApplicable, someEvidence } from './examination.ts';
import type { ExaminationSettings } from './examination-settings.ts';
import { isNumber, leaveOneOut, type LeftOut } from './leave-one-out.ts';
import { clipped, withoutSpread } from './no-spread.ts';
import { bootstrapComparison } from './row-bootstrap.ts';
import type { PairStatistic } from './row-statistics.ts';
import { saidOf, unitName } from './wording.ts';
import { questions } from './questions.ts';

/**
 * How well people agree with each other: the level that no judge can be shown to pass, and none need reach.
 *
 * Krippendorff's alpha decides; each person is shown against the others, with the judge against the same others beside it.
 */
export const humanCeiling: Examination = (one, table, settings) => {
  const metric = alphaMetric(one);
  const finding = {
    examination: 'human-ceiling',
    question: questions['human-ceiling'],
    severity: 2,
    criterion: one.criterion.id,
    statistic: `alpha-${metric}`,
  } as const;
  if (one.people.length < 2)
    return notApplicable(
      finding,
      'labels of a second person on the same items: with one person the ceiling is unknown',
    );
  const said = matrixOf(Array.from({ length: one.length }, (_, unit) => one.labels.map((labels) => labels[unit]!)));
  const alphaBy = (wanted: Metric): Estimate | Undetermined =>
    alphaOf(said, wanted, one.clusters, `human-alpha/${wanted}`, settings);
  const alpha = alphaBy(metric);
  const { outcome, needs } = decide(alpha, settings.profile.humanAlpha, settings.profile.leastGroups);
  const loo = settings.leftOut?.() ?? leaveOneOut(one, settings);
  const measures: Measure[] = loo.people.flatMap((left) => eachAgainstOthers(left, one, settings));
  if (metric === 'ordinal')
    measures.push({ statistic: 'alpha-interval', about: { rater: 'people' }, estimate: alphaBy('interval') });
  return {
    ...finding,
    outcome,
    estimate: alpha,
    measures,
    threshold: settings.profile.humanAlpha,
    summary: `Agreement among ${one.people.length} people beyond chance (Krippendorff's alpha, ${metric}; 1 is perfect): ${inWords(alpha)}.`,
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

/** One person and the judge against the same others on the same units. */
function eachAgainstOthers(left: LeftOut, one: CriterionCase, settings: ExaminationSettings): Measure[] {
  const statistic = one.ordered ? 'spearman' : 'agreement';
  const [human, judge] = one.ordered ? bothCorrelations(left, one, settings) : bothShares(left, one, settings);
  return [
    { statistic, about: { rater: left.person, against: 'the others' }, estimate: human },
    { statistic, about: { rater: one.judge, against: `all but ${left.person}` }, estimate: judge },
  ];
}

type Answers = [human: Estimate | Undetermined, judge: Estimate | Undetermined];

function bothShares({ rows, human, judge }: LeftOut, one: CriterionCase, { level }: ExaminationSettings): Answers {
  const clusters = rows.map((unit) => one.clusters[unit]!);
  const share = (of: PairStatistic) =>
    plainEstimate(
      clusteredProportion(
        Float64Array.from(rows, (unit) => of(Uint32Array.of(unit))!),
        { level, clusters },
      ),
    );
  return [share(human), share(judge)];
}

function bothCorrelations(left: LeftOut, one: CriterionCase, settings: ExaminationSettings): Answers {
  const found = bootstrapComparison(left.compare, left.rows, [one.verdicts, one.asked, ...one.labels], one.clusters, {
    random: settings.random.stream(`ceiling/${left.person}`),
    level: settings.level,
    replicates: settings.replicates,
  });
  return [settled(found.second), settled(found.first)];
}

function settled(correlation: Estimate | Undetermined): Estimate | Undetermined {
  return clipped(withoutSpread(correlation, [-5, 1]), [-1, 1]);
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
