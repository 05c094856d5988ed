import type { Finding, Measure } from '@assize/core';

import { numbersOf } from './axis.ts';
import { type DotRow, dotRows } from './dot-rows.ts';
import { estimateText, shortEstimateText } from './estimate-text.ts';
import { figure } from './figure.ts';
import type { Markup } from './markup.ts';
import { statisticName } from './vocabulary.ts';

/** More rows than this are left to the table of figures, and the caption says so. */
const most = 40;

/** The judge in each slice of the data, a plot for each facet, all on one axis; none when no measure is about a facet. */
export function slicesPlots(finding: Finding, id: string): Markup[] {
  const first = finding.measures.find(({ about }) => about?.['facet'] !== undefined);
  if (!first) return [];
  const { statistic } = first;
  const same = finding.measures.filter((measure) => measure.statistic === statistic);
  const overall = same.find(({ about }) => about?.['facet'] === undefined)?.estimate;
  const slices = same.filter(({ about }) => about?.['facet'] !== undefined);
  const along = slices.flatMap(({ estimate }) => numbersOf(estimate));
  const facets = Map.groupBy(slices, ({ about }) => about?.['facet'] ?? '');
  return Array.from(facets, ([facet, measures], place) => {
    const rows = measures.map(rowOf);
    const rest = rows.length - most;
    return figure({
      id: `${id}-${place}`,
      title: `${statisticName(statistic)} by ${facet}`,
      description: rows.map(({ label, estimate }) => `${label}: ${estimateText(estimate, statistic)}.`).join(' '),
      caption: [
        'Lines are intervals.',
        overall?.value == null ? '' : ` The broken line is all data: ${shortEstimateText(overall, statistic)}.`,
        rest > 0 ? ` ${rest} more slices are in the table of figures.` : '',
      ],
      ...dotRows(rows.slice(0, most), statistic, {
        along,
        ...(overall?.value == null ? {} : { reference: overall.value }),
      }),
    });
  });
}

function rowOf({ about, estimate }: Measure): DotRow {
  return { label: about?.['value'] ?? '', estimate, mark: 'slice', joined: true };
}
