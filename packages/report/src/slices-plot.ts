import type { Finding } from '@assize/core';

import { type DotRow, dotRows } from './dot-rows.ts';
import { estimateText } from './estimate-text.ts';
import { figure } from './figure.ts';
import type { Markup } from './markup.ts';
import { statisticName } from './vocabulary.ts';

const most = 40;

/** The judge in each slice of the data, by facet; `undefined` when no measure is about a facet. */
export function slicesPlot(finding: Finding, id: string): Markup | undefined {
  const first = finding.measures.find(({ about }) => about?.['facet'] !== undefined);
  if (!first) return undefined;
  const measures = finding.measures.filter(
    ({ statistic, about }) => about?.['facet'] !== undefined && statistic === first.statistic,
  );
  const overall = finding.measures.find(
    ({ statistic, about }) => statistic === first.statistic && about?.['facet'] === undefined,
  )?.estimate;
  const facets = Map.groupBy(measures, ({ about }) => about?.['facet'] ?? '');
  const rows = Array.from(facets).flatMap(([facet, slices]) =>
    slices.map(({ about, estimate }, place): DotRow => ({
      label: about?.['value'] ?? '',
      estimate,
      mark: 'slice',
      joined: true,
      ...(place === 0 ? { heading: facet } : {}),
    })),
  );
  const { body, height } = dotRows(
    rows.slice(0, most),
    first.statistic,
    overall?.value == null ? {} : { reference: overall.value },
  );
  const rest = rows.length - most;
  return figure({
    id,
    title: `By slice: ${statisticName(first.statistic)}`,
    description: rows.map(({ label, estimate }) => `${label}: ${estimateText(estimate, first.statistic)}.`).join(' '),
    caption: [
      'Lines are intervals.',
      overall?.value == null ? '' : ` The broken line is all data: ${estimateText(overall, first.statistic)}.`,
      rest > 0 ? ` ${rest} more slices are in the table of figures.` : '',
    ],
    height,
    body,
  });
}
