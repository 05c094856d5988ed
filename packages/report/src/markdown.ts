import type { Finding, JudgeCard } from '@assize/core';

import { levelText, thresholdText } from './estimate-text.ts';
import { codeInMarkdown, estimateInMarkdown, inMarkdown } from './markdown-text.ts';
import { countText } from './number-text.ts';
import {
  aboutText,
  examinationTitle,
  findingsByCriterion,
  outcomeWords,
  policyWords,
  severityWords,
  statisticName,
  verdictWords,
} from './vocabulary.ts';
import { lacking } from './lacking.ts';

/**
 * A judge card as GitHub-flavoured Markdown: verdict and reasons, the table of findings, and each finding's figures in a
 * part that opens on request.
 *
 * Every text of the card is escaped: it makes no markup, HTML, link, image, mention or log command.
 *
 * @example await appendFile(process.env.GITHUB_STEP_SUMMARY, renderMarkdown(card))
 */
export function renderMarkdown(card: JudgeCard): string {
  const { dataset, settings, unrated, profile } = card;
  const level = settings.level;
  const criteria = findingsByCriterion(card);
  const lines = [
    `# Judge card: ${codeInMarkdown(card.judge.rater)}`,
    '',
    `**${verdictWords[card.verdict].title}.** ${verdictWords[card.verdict].meaning}`,
    '',
    ...card.reasons.map((reason) => `- ${inMarkdown(reason)}`),
    '',
    `On ${codeInMarkdown(dataset.name)}: ${countText(dataset.items)} items${dataset.groups === dataset.items ? '' : ` in ${countText(dataset.groups)} groups`}, ${countText(dataset.ratings)} ratings, ${countText(card.humans.length)} people.`,
    '',
    '## Findings',
    '',
    ...table(
      ['Criterion', 'Outcome', 'Examination', 'Statistic', `Estimate (${levelText(level)} interval)`],
      card.findings.map(({ criterion, outcome, severity, examination, statistic, estimate, needs }) => [
        codeInMarkdown(criterion),
        `${outcomeWords[outcome]} (${severityWords[severity]})`,
        inMarkdown(examinationTitle(examination)),
        inMarkdown(statisticName(statistic)),
        needs !== undefined && lacking({ outcome, estimate })
          ? inMarkdown(`needs ${needs}`)
          : estimateInMarkdown(estimate, statistic, level),
      ]),
    ),
  ];
  for (const { id, question, findings } of criteria) {
    lines.push(`## ${codeInMarkdown(id)}`, '', ...(question === '' ? [] : [inMarkdown(question), '']));
    for (const finding of findings) lines.push(...findingLines(finding, level));
  }
  lines.push(
    '## Missing verdicts',
    '',
    `${estimateInMarkdown(unrated.share, 'unrated-share', level)}; ${policyWords[settings.unrated]}.`,
    '',
    ...table(
      ['Rated', 'Abstained', 'Refused', 'Unreadable', 'Failed'],
      [[unrated.rated, unrated.abstained, unrated.refused, unrated.unreadable, unrated.failed].map(countText)],
    ),
    '## Provenance',
    '',
    `- card ${codeInMarkdown(card.fingerprint)}`,
    `- judge ${card.judge.fingerprint === null ? 'known by its ratings alone' : codeInMarkdown(card.judge.fingerprint)}`,
    `- data set ${codeInMarkdown(dataset.fingerprint)}`,
    `- profile ${inMarkdown(profile.name)} ${inMarkdown(profile.version)} ${codeInMarkdown(profile.fingerprint)}`,
    `- seed ${settings.seed}, ${countText(settings.replicates)} replicates`,
    ...Object.keys(card.versions)
      .toSorted()
      .map((name) => `- ${inMarkdown(name)} ${inMarkdown(card.versions[name] ?? '')}`),
  );
  return `${lines.join('\n')}\n`;
}

function findingLines(
  {
    examination,
    outcome,
    question,
    summary,
    statistic,
    estimate,
    threshold,
    needs,
    advice,
    measures,
    evidence,
  }: Finding,
  level: number,
): string[] {
  const lines = [
    `### ${inMarkdown(examinationTitle(examination))}: ${outcomeWords[outcome]}`,
    '',
    `*${inMarkdown(question)}* ${inMarkdown(summary)}`,
    '',
    `**${inMarkdown(statisticName(statistic))}: ${estimateInMarkdown(estimate, statistic, level)}**${threshold ? ` (${thresholdText(threshold, statistic)})` : ''}`,
    '',
    ...(estimate.value === null && estimate.detail !== '' ? [inMarkdown(estimate.detail), ''] : []),
    ...(needs === undefined ? [] : [`What would decide it: ${inMarkdown(needs)}`, '']),
    ...(advice === undefined ? [] : [`Advice: ${inMarkdown(advice)}`, '']),
  ];
  if (measures.length > 0) {
    const rows = measures.map(({ statistic: name, about, estimate: figure }) => [
      inMarkdown(statisticName(name)),
      about ? inMarkdown(aboutText(about)) : 'all',
      estimateInMarkdown(figure, name, level),
    ]);
    lines.push(
      '<details><summary>All figures</summary>',
      '',
      ...table(['Statistic', 'About', 'Estimate'], rows),
      '</details>',
      '',
    );
  }
  if (evidence.length > 0) {
    const rows = evidence.map(({ item, note, ratings }) => [
      codeInMarkdown(item),
      inMarkdown(note),
      Object.entries(ratings ?? {})
        .map(([rater, value]) => `${inMarkdown(rater)}: ${inMarkdown(value)}`)
        .join('; '),
    ]);
    lines.push(
      '<details><summary>Evidence</summary>',
      '',
      ...table(['Item', 'What it shows', 'Ratings'], rows),
      '</details>',
      '',
    );
  }
  return lines;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [tableLine(head), tableLine(head.map(() => '---')), ...rows.map(tableLine), ''];
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
