import {
  formatScale,
  type Finding,
  type JudgeCard,
  type Measure,
  type Outcome,
  type UnratedPolicy,
  type Verdict,
} from '@assize/core';

/** Each verdict in words, and what it means for someone who wants to use the judge. */
export const verdictWords: Record<Verdict, { title: string; meaning: string }> = {
  fit: { title: 'Fit', meaning: 'May stand in for people on data like these.' },
  'fit-with-correction': {
    title: 'Fit with correction',
    meaning: 'May be used on data like these with the corrections that the reasons name.',
  },
  unfit: { title: 'Unfit', meaning: 'Must not stand in for people on data like these.' },
  'not-enough-evidence': {
    title: 'Not enough evidence',
    meaning: 'These data do not decide it. The findings say what would.',
  },
  broken: { title: 'Broken', meaning: 'Does not work as a judge here, whatever its agreement. See the reasons.' },
};

export const outcomeWords: Record<Outcome, string> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  inconclusive: 'inconclusive',
  'not-applicable': 'not applicable',
};

export const severityWords: Record<Finding['severity'], string> = {
  0: 'blocker',
  1: 'major',
  2: 'moderate',
  3: 'note',
};

export const policyWords: Record<UnratedPolicy, string> = {
  exclude: 'left out',
  tie: 'counted as ties',
  wrong: 'counted as wrong',
  worst: 'counted as whatever hurts most',
};

const statisticNames = new Map([
  ['kappa', 'Cohen’s kappa'],
  ['kappa-linear', 'linear weighted kappa'],
  ['kappa-quadratic', 'quadratic weighted kappa'],
  ['alpha', 'Krippendorff’s alpha'],
  ['ac1', 'Gwet’s AC1'],
  ['pearson', 'Pearson r'],
  ['spearman', 'Spearman rho'],
  ['kendall', 'Kendall tau'],
  ['icc', 'intraclass correlation'],
]);

/** A statistic's name for people; one that is not known is its id with spaces. */
export function statisticName(statistic: string): string {
  return statisticNames.get(statistic) ?? statistic.replaceAll('-', ' ');
}

const examinationTitles = new Map([
  ['agreement', 'Agreement with people'],
  ['human-ceiling', 'Human ceiling'],
  ['confusion', 'Confusion of labels'],
]);

/** An examination's title: `position-bias` is `Position bias`. */
export function examinationTitle(examination: string): string {
  const words = examination.replaceAll('-', ' ');
  return examinationTitles.get(examination) ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** What a measure is about, in a fixed order whatever the order of its keys; empty when it is about everything. */
export function aboutText(about: Measure['about']): string {
  const { rater, against, facet, value, human, judge, policy, ...rest } = about ?? {};
  const parts: string[] = [];
  if (rater !== undefined) parts.push(against === undefined ? rater : `${rater} against ${against}`);
  else if (against !== undefined) parts.push(`against ${against}`);
  if (facet !== undefined) parts.push(value === undefined ? facet : `${facet} = ${value}`);
  else if (value !== undefined) parts.push(value);
  if (human !== undefined) parts.push(`people ${human}`);
  if (judge !== undefined) parts.push(`judge ${judge}`);
  if (policy !== undefined) parts.push(`unrated: ${policy}`);
  for (const key of Object.keys(rest).toSorted()) parts.push(`${key} ${rest[key] ?? ''}`);
  return parts.join(', ');
}

/** The findings of each criterion: those of the card first, in its order, then any that the card does not list. */
export function findingsByCriterion(
  card: JudgeCard,
): { id: string; question: string; scale: string; findings: Finding[] }[] {
  const ids = new Set([...card.criteria.map(({ id }) => id), ...card.findings.map(({ criterion }) => criterion)]);
  return Array.from(ids, (id) => {
    const criterion = card.criteria.find((one) => one.id === id);
    return {
      id,
      question: criterion?.question ?? '',
      scale: criterion ? formatScale(criterion.scale) : '',
      findings: card.findings.filter((finding) => finding.criterion === id),
    };
  });
}
