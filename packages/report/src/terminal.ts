import type { Finding, JudgeCard, Outcome, Verdict } from '@assize/core';

import { estimateParts, estimateText, levelText, thresholdText } from './estimate-text.ts';
import { countText } from './number-text.ts';
import { type Cell, finished, tableLines, type TerminalOptions, toned, type Tone, wrapped } from './terminal-text.ts';
import {
  examinationTitle,
  findingsByCriterion,
  outcomeWords,
  policyWords,
  severityWords,
  statisticName,
  verdictWords,
} from './vocabulary.ts';
import { lacking } from './lacking.ts';

export type { TerminalOptions } from './terminal-text.ts';

const outcomeTone: Record<Outcome, Tone> = {
  pass: 'pass',
  warn: 'warn',
  fail: 'fail',
  inconclusive: 'open',
  'not-applicable': 'soft',
};
export const verdictTone: Record<Verdict, Tone> = {
  fit: 'pass',
  'fit-with-correction': 'warn',
  unfit: 'fail',
  'not-enough-evidence': 'open',
  broken: 'fail',
};

/**
 * A judge card as terminal text: the verdict with its reasons, a table of findings, then what is not clear-cut.
 *
 * Control and bidirectional characters of the card are written out: the only escapes are our own colours, and without
 * `colour` there are none. Ends with a line feed.
 *
 * @example process.stdout.write(renderTerminal(card, { colour: process.stdout.isTTY, width: process.stdout.columns }))
 */
export function renderTerminal(card: JudgeCard, { colour = false, width = 80 }: TerminalOptions = {}): string {
  const room = Math.min(120, Math.max(60, width)) - 4;
  const tone = (text: string, kind: Tone): string => toned(text, kind, colour);
  const paragraph = (text: string, indent = '', first = indent): string[] =>
    wrapped(text, room - indent.length).map((line, place) => (place === 0 ? first : indent) + line);
  const { dataset, settings, unrated } = card;
  const criteria = findingsByCriterion(card);

  const lines = [
    '',
    tone('JUDGE CARD', 'soft'),
    ...wrapped(card.judge.rater, room).map((line) => tone(line, 'bold')),
    ...paragraph(`on ${dataset.name}`),
    '',
    tone(verdictWords[card.verdict].title.toUpperCase(), verdictTone[card.verdict]),
    ...paragraph(verdictWords[card.verdict].meaning),
    ...card.reasons.flatMap((reason) => paragraph(reason, '  ', '- ')),
    '',
  ];
  for (const { id, findings } of criteria) {
    lines.push(
      ...(criteria.length > 1 ? paragraph(id).map((line) => tone(line, 'bold')) : []),
      ...findingsTable(findings, room, settings.level, colour),
      '',
    );
  }
  const open = criteria.flatMap(({ findings }) =>
    findings.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable'),
  );
  for (const finding of open) {
    const title = `${examinationTitle(finding.examination)}${criteria.length > 1 ? ` (${finding.criterion})` : ''}: ${outcomeWords[finding.outcome]}`;
    lines.push(
      ...paragraph(title).map((line) => tone(line, outcomeTone[finding.outcome])),
      ...paragraph(finding.summary, '  '),
    );
    if (finding.threshold)
      lines.push(
        ...paragraph(
          `${statisticName(finding.statistic)}: ${thresholdText(finding.threshold, finding.statistic)}`,
          '  ',
        ).map((line) => tone(line, 'soft')),
      );
    if (finding.needs !== undefined) lines.push(...paragraph(`What would decide it: ${finding.needs}`, '  '));
    if (finding.advice !== undefined) lines.push(...paragraph(`Advice: ${finding.advice}`, '  '));
    lines.push('');
  }
  const people = card.humans.length === 1 ? 'one person' : `${countText(card.humans.length)} people`;
  const groups = dataset.groups === dataset.items ? '' : ` in ${countText(dataset.groups)} groups`;
  const kinds = (['abstained', 'refused', 'unreadable', 'failed'] as const)
    .filter((kind) => unrated[kind] > 0)
    .map((kind) => `${countText(unrated[kind])} ${kind}`);
  const footer: [string, string][] = [
    ['data', `${countText(dataset.items)} items${groups}, ${countText(dataset.ratings)} ratings, ${people}`],
    [
      'no verdict',
      `${estimateText(unrated.share, 'unrated-share', settings.level)}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}, ${policyWords[settings.unrated]}`,
    ],
    [
      'profile',
      `${card.profile.name} ${card.profile.version}, ${levelText(settings.level)} intervals, seed ${settings.seed}`,
    ],
    ['card', card.fingerprint],
  ];
  lines.push(
    ...tableLines(
      [{ columns: 10 }, { columns: room - 12 }],
      footer.map(([name, text]): Cell[] => [{ text: name, tone: 'soft' }, { text }]),
      colour,
    ),
  );
  return finished(lines);
}

function findingsTable(findings: readonly Finding[], room: number, level: number, colour: boolean): string[] {
  if (findings.length === 0) return ['nothing was examined'];
  const rows = findings.map(({ outcome, severity, examination, statistic, estimate, needs }): Cell[] => {
    if (needs !== undefined && lacking({ outcome, estimate })) {
      return [
        { text: outcomeWords[outcome], tone: 'soft' },
        { text: examinationTitle(examination) },
        { text: `needs ${needs}`, tone: 'soft' },
        { text: '' },
      ];
    }
    const { value, interval, count, determined } = estimateParts(estimate, statistic, level);
    const minor = severity > 1 || outcome === 'pass';
    return [
      { text: outcomeWords[outcome] + (minor ? '' : ` ${severityWords[severity]}`), tone: outcomeTone[outcome] },
      { text: titled(examination, statistic) },
      determined ? { text: `${value} ${interval}` } : { text: `${value}: ${interval}`, tone: 'soft' },
      { text: count },
    ];
  });
  const columns = (place: number, least: number): number =>
    Math.max(least, ...rows.map((row) => row[place]?.text.length ?? 0));
  const outcome = Math.min(18, columns(0, 7));
  const size = Math.min(10, columns(3, 1));
  const estimate = Math.min(26, columns(2, 8));
  const layout = [
    { columns: outcome },
    { columns: room - outcome - estimate - size - 6 },
    { columns: estimate },
    { columns: size, right: true },
  ];
  const head = ['OUTCOME', 'EXAMINATION', 'ESTIMATE', 'N'].map((text): Cell => ({ text, tone: 'soft' }));
  return tableLines(layout, [head, ...rows], colour);
}

/** The examination with its statistic, unless its title already says it. */
function titled(examination: string, statistic: string): string {
  const [title, name] = [examinationTitle(examination), statisticName(statistic)];
  return title.toLowerCase().includes(name.toLowerCase()) ? title : `${title}, ${name}`;
}
