import { type Finding, type JudgeCard, levelsOf, type Measure } from '@assize/core';

import { estimateText } from './estimate-text.ts';
import { figure } from './figure.ts';
import { type Markup, markup } from './markup.ts';
import { countText, numberText } from './number-text.ts';
import { shortened } from './visible-text.ts';

/** What the examination calls a row without a verdict. */
const unrated = 'unrated';
const mostLevels = 10;
const top = 34;
const cellHeight = 40;
const labelShare = 17;
/** The shades of the style sheet; text turns to the paper's colour from the fifth on. */
const shades = 7;

/**
 * Who says what: a row for each label of the people, a column for each of the judge, the share of the row in each cell.
 *
 * `undefined` without such measures, or with more levels than a reader can take in; the table of figures has them all.
 */
export function confusionPlot(card: JudgeCard, finding: Finding, id: string): Markup | undefined {
  const cells = finding.measures.filter(({ about }) => about?.['human'] !== undefined && about['judge'] !== undefined);
  const criterion = card.criteria.find((one) => one.id === finding.criterion);
  const levels = (criterion ? (levelsOf(criterion.scale) ?? []) : []).map(String);
  const rows = inOrder(levels, cells, 'human');
  const columns = inOrder(levels, cells, 'judge');
  if (cells.length === 0 || rows.length > mostLevels || columns.length > mostLevels + 1) return undefined;

  const room = columns.length > 6 ? 4 : columns.length > 4 ? 6 : 9;
  const letters = columns.some((level) => level !== unrated && Array.from(level).length > room);
  const name = (level: string): string =>
    level === unrated ? 'none' : letters ? letterOf(level, rows, columns) : level;
  const width = (100 - labelShare) / columns.length;
  const body: Markup[] = [
    markup`<text class="tick" x="0" y="12">people ↓</text>`,
    markup`<text class="tick" x="${labelShare}%" y="12">judge →</text>`,
  ];
  for (const [place, level] of columns.entries()) {
    body.push(
      markup`<text class="row-label" x="${labelShare + (place + 0.5) * width}%" y="28" text-anchor="middle"><title>${level}</title>${name(level)}</text>`,
    );
  }
  for (const [place, human] of rows.entries()) {
    const y = top + place * cellHeight;
    const inRow = cells.filter(({ about }) => about?.['human'] === human);
    const n = Math.max(...inRow.map(({ estimate }) => estimate.n));
    body.push(
      markup`<text class="row-label" x="0" y="${y + 18}"><title>${human}</title>${name(human)}</text>`,
      markup`<text class="cell-count" x="0" y="${y + 31}">n ${countText(n)}</text>`,
    );
    if (inRow.every(({ estimate }) => estimate.value === null)) {
      body.push(
        markup`<rect class="cell shade-0" x="${labelShare + 0.25}%" y="${y + 1}" width="${100 - labelShare - 0.5}%" height="${cellHeight - 2}"/>`,
        markup`<text class="cell-count" x="${labelShare + (100 - labelShare) / 2}%" y="${y + 24}" text-anchor="middle">${inRow[0] ? estimateText(inRow[0].estimate, inRow[0].statistic) : ''}</text>`,
      );
      continue;
    }
    for (const [column, judge] of columns.entries()) {
      const cell = inRow.find(({ about }) => about?.['judge'] === judge);
      body.push(...oneCell(cell, human === judge, labelShare + column * width, y, width));
    }
  }
  return figure({
    id,
    title: 'What the judge says for each label of the people',
    description: cells
      .map(
        ({ statistic, about, estimate }) =>
          `People ${about?.['human'] ?? ''}, judge ${about?.['judge'] ?? ''}: ${estimateText(estimate, statistic)}.`,
      )
      .join(' '),
    caption: [
      'Each row adds up to 100%; below each share, the number of items. Outlined cells: both say the same. Intervals are in the table of figures.',
      columns.includes(unrated) ? ' None: no verdict.' : '',
      letters ? legend(rows, columns) : undefined,
    ],
    height: top + rows.length * cellHeight + 2,
    body,
  });
}

function oneCell(cell: Measure | undefined, same: boolean, x: number, y: number, width: number): Markup[] {
  const value = cell?.estimate.value ?? null;
  const shade =
    value === null || !Number.isFinite(value) ? 0 : Math.min(shades, Math.round(Math.max(0, value) * shades));
  const text = `cell-text${shade >= 5 ? ' on-shade' : ''}`;
  const middle = x + width / 2;
  const n = cell?.estimate.n ?? 0;
  return [
    markup`<rect class="cell shade-${shade}${same ? ' same' : ''}" x="${x + 0.25}%" y="${y + 1}" width="${width - 0.5}%" height="${cellHeight - 2}"/>`,
    ...(value === null
      ? [
          markup`<text class="cell-count" x="${middle}%" y="${y + 24}" text-anchor="middle">${cell ? 'unknown' : 'not given'}</text>`,
        ]
      : [
          markup`<text class="${text}" x="${middle}%" y="${y + 18}" text-anchor="middle">${numberText(value, 'percent', 0)}</text>`,
          markup`<text class="${text} small" x="${middle}%" y="${y + 31}" text-anchor="middle">${countText(Math.round(value * n))}</text>`,
        ]),
  ];
}

function inOrder(levels: readonly string[], cells: readonly Measure[], side: 'human' | 'judge'): string[] {
  const seen = new Set(cells.map(({ about }) => about?.[side] ?? ''));
  return [...levels.filter((level) => seen.has(level)), ...Array.from(seen).filter((level) => !levels.includes(level))];
}

function letterOf(level: string, rows: readonly string[], columns: readonly string[]): string {
  const place = [...new Set([...rows, ...columns])].indexOf(level);
  return place < 26 ? String.fromCharCode(65 + place) : String(place + 1);
}

function legend(rows: readonly string[], columns: readonly string[]): Markup {
  const all = [...new Set([...rows, ...columns])].filter((level) => level !== unrated);
  return markup`<ul class="legend">${all.map((level) => markup`<li><b>${letterOf(level, rows, columns)}</b> <bdi>${shortened(level, 200)}</bdi></li>`)}</ul>`;
}
