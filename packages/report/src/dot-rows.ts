import type { Estimate, Undetermined } from '@assize/core';

import { axisOver, numbersOf, tickLabels } from './axis.ts';
import { shortEstimateText } from './estimate-text.ts';
import { type Markup, markup } from './markup.ts';
import { numberStyle } from './number-text.ts';
import { shortened } from './visible-text.ts';

/** One row of a dot plot: a name, an answer, and whose it is. */
export interface DotRow {
  readonly label: string;
  readonly estimate: Estimate | Undetermined;
  readonly mark: 'judge' | 'person' | 'slice';
  /** Whether it belongs to the row above, and stands closer to it. */
  readonly joined?: boolean;
}

// 328 px, what a phone of 360 px leaves, holds this many characters of a wide typeface.
const charactersAcross = 45;
/** A name is never cut below this; numbers that leave less room get a line of their own. */
const leastLabel = 12;
const axisHeight = 24;

export interface DotRowsOptions {
  /** A value to mark on the axis. */
  reference?: number;
  /** Other numbers that the axis must cover, so that several plots share it. */
  along?: readonly number[];
  /** `whole` gives the numbers a line of their own where a name would be cut. */
  names?: 'cut' | 'whole';
}

/**
 * Rows of a dot and its interval on one axis, each with its name and its numbers in words.
 *
 * @returns the SVG body and its height in pixels.
 */
export function dotRows(
  rows: readonly DotRow[],
  statistic: string,
  { reference, along = [], names = 'cut' }: DotRowsOptions = {},
): { body: Markup[]; height: number } {
  const axis = axisOver([
    ...along,
    ...rows.flatMap(({ estimate }) => numbersOf(estimate)),
    ...(reference === undefined ? [] : [reference]),
  ]);
  const texts = rows.map(({ estimate }) => shortEstimateText(estimate, statistic));
  const apart = rows.some(({ label, estimate }, place) => {
    const least = names === 'whole' ? Math.max(leastLabel, Array.from(label).length + 2) : leastLabel;
    return estimate.value !== null && (texts[place]?.length ?? 0) + least > charactersAcross;
  });
  const parts: Markup[] = [];
  let y = 0;
  for (const [place, row] of rows.entries()) {
    if (place > 0 && !row.joined) y += 6;
    parts.push(...oneRow(row, texts[place] ?? '', y, axis.at, apart));
    y += apart ? 44 : row.estimate.value === null ? 34 : 30;
  }
  const line =
    reference === undefined
      ? []
      : [markup`<line class="reference" x1="${axis.at(reference)}%" x2="${axis.at(reference)}%" y1="0" y2="${y}"/>`];
  const ticks = axis.ticks.map(
    (tick) => markup`<line class="grid" x1="${axis.at(tick)}%" x2="${axis.at(tick)}%" y1="${y + 1}" y2="${y + 6}"/>`,
  );
  const base = markup`<line class="base" x1="0" x2="100%" y1="${y + 1}" y2="${y + 1}"/>`;
  return {
    body: [...line, ...parts, base, ...ticks, ...tickLabels(axis, numberStyle(statistic), y + 19)],
    height: y + axisHeight,
  };
}

function oneRow(
  { label, estimate, mark }: DotRow,
  text: string,
  top: number,
  at: (value: number) => number,
  apart: boolean,
): Markup[] {
  const room = apart ? charactersAcross : charactersAcross - text.length - 2;
  const track = top + (apart ? 36 : 22);
  if (estimate.value === null || !Number.isFinite(estimate.value)) {
    return [
      markup`<text class="row-label" x="0" y="${top + 12}"><title>${label}</title>${shortened(label, charactersAcross)}</text>`,
      markup`<text class="row-number" x="0" y="${top + 26}">${text}</text>`,
    ];
  }
  const parts = [
    markup`<text class="row-label" x="0" y="${top + 12}"><title>${label}</title>${shortened(label, room)}</text>`,
    apart
      ? markup`<text class="row-number" x="0" y="${top + 26}">${shortened(text, charactersAcross + 3)}</text>`
      : markup`<text class="row-number" x="100%" y="${top + 12}" text-anchor="end">${text}</text>`,
    markup`<line class="track" x1="0" x2="100%" y1="${track}" y2="${track}"/>`,
  ];
  if (estimate.interval) {
    const [low, high] = estimate.interval;
    parts.push(markup`<line class="interval ${mark}" x1="${at(low)}%" x2="${at(high)}%" y1="${track}" y2="${track}"/>`);
  }
  parts.push(markOf(mark, at(estimate.value), track));
  return parts;
}

/** Shapes differ as well as colours: the judge is a filled diamond, a person an open circle, a slice a filled dot. */
export function markOf(mark: DotRow['mark'], x: number, y: number): Markup {
  return mark === 'judge'
    ? markup`<svg x="${x}%" y="${y}" overflow="visible" width="1" height="1"><path class="mark judge" d="M0-6 6 0 0 6-6 0Z"/></svg>`
    : markup`<circle class="mark ${mark}" cx="${x}%" cy="${y}" r="${mark === 'person' ? 4.5 : 4}"/>`;
}
