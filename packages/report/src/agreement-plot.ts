import type { Finding, JudgeCard, Measure } from '@assize/core';

import { type DotRow, dotRows } from './dot-rows.ts';
import { estimateText } from './estimate-text.ts';
import { figure } from './figure.ts';
import type { Markup } from './markup.ts';
import { statisticName } from './vocabulary.ts';

/**
 * Agreement against the ceiling: each person against the others, and the judge against the same others.
 *
 * Reads the measures of `human-ceiling` that are about a rater; where there are none, the judge's own of `agreement`.
 * `undefined` when neither is there.
 */
export function agreementPlot(card: JudgeCard, finding: Finding, id: string): Markup | undefined {
  const own = (finding.examination === 'human-ceiling' ? ceilingRows : judgeRows)(card, finding);
  const ceiling = finding.examination === 'human-ceiling';
  // A single row says no more than the threshold strip beside it.
  if (!own || own.rows.length < (ceiling || !finding.threshold ? 1 : 2)) return undefined;
  const { body, height } = dotRows(own.rows, own.statistic);
  return figure({
    id,
    title: ceiling
      ? `Judge and people: ${statisticName(own.statistic)}`
      : `Judge against people: ${statisticName(own.statistic)}`,
    description: own.rows
      .map(
        ({ label, mark, joined, estimate }) =>
          `${mark === 'person' ? `${label} against the others` : joined ? 'the judge against the same others' : label}: ${estimateText(estimate, own.statistic)}.`,
      )
      .join(' '),
    caption: ceiling
      ? 'Open circle: a person against the others. Filled diamond below it: the judge against the same others, on the same items. Lines are intervals.'
      : 'Filled diamond: the judge. Lines are intervals.',
    height,
    body,
  });
}

function ceilingRows(card: JudgeCard, finding: Finding): { statistic: string; rows: DotRow[] } | undefined {
  const candidates = usual(card, finding).filter(
    ({ statistic, about }) => about?.['rater'] !== undefined && !statistic.startsWith('difference'),
  );
  const statistic = mainStatistic(candidates, finding);
  if (statistic === undefined) return undefined;
  const measures = candidates.filter((measure) => measure.statistic === statistic);
  const judge = measures.filter(({ about }) => about?.['rater'] === card.judge.rater);
  const people = measures.filter((measure) => !judge.includes(measure));
  const rows: DotRow[] = [];
  const paired = new Set<Measure>();
  for (const person of people) {
    const name = person.about?.['rater'] ?? '';
    rows.push({ label: name, estimate: person.estimate, mark: 'person' });
    for (const partner of judge) {
      if (partner.about?.['against'] !== `all but ${name}`) continue;
      paired.add(partner);
      rows.push({ label: 'judge', estimate: partner.estimate, mark: 'judge', joined: true });
    }
  }
  for (const { about, estimate } of judge.filter((measure) => !paired.has(measure))) {
    rows.push({
      label: about?.['against'] === undefined ? 'judge' : `judge against ${about['against']}`,
      estimate,
      mark: 'judge',
    });
  }
  return { statistic, rows };
}

function judgeRows(card: JudgeCard, finding: Finding): { statistic: string; rows: DotRow[] } | undefined {
  const candidates = usual(card, finding).filter(({ about }) => about?.['rater'] === card.judge.rater);
  const statistic = mainStatistic(candidates, finding);
  if (statistic === undefined) return undefined;
  const rows = candidates
    .filter((measure) => measure.statistic === statistic)
    .map(({ about, estimate }): DotRow => ({
      label: `against ${about?.['against'] ?? 'people'}`,
      estimate,
      mark: 'judge',
    }));
  return { statistic, rows };
}

/** Measures under the card's own policy for unrated rows: the others are there to compare, not to draw. */
function usual(card: JudgeCard, finding: Finding): Measure[] {
  return finding.measures.filter(
    ({ about }) => about?.['policy'] === undefined || about['policy'] === card.settings.unrated,
  );
}

/** The statistic that decides where it was measured, else the one with most measures. */
function mainStatistic(measures: readonly Measure[], finding: Finding): string | undefined {
  const counts = new Map<string, number>();
  for (const { statistic } of measures) counts.set(statistic, (counts.get(statistic) ?? 0) + 1);
  if (counts.has(finding.statistic)) return finding.statistic;
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
