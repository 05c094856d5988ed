import type { Estimate, Threshold, Undetermined } from '@assize/core';

import { axisOver, numbersOf, tickLabels } from './axis.ts';
import { markOf } from './dot-rows.ts';
import { type Markup, markup } from './markup.ts';
import { numberStyle } from './number-text.ts';

/** What a threshold calls a value: the bands in which an interval must lie. */
interface Band {
  readonly name: 'pass' | 'warn' | 'fail';
  readonly from: number;
  readonly to: number;
}

const bandTop = 16;
const bandHeight = 20;

/** The height of a threshold strip in pixels. */
export const stripHeight = bandTop + bandHeight + 22;

/**
 * An interval over the bands of its threshold, each band named: the picture of a decision.
 *
 * `undefined` when there is no number to show.
 */
export function thresholdStrip(
  estimate: Estimate | Undetermined,
  threshold: Threshold,
  statistic: string,
  top = 0,
): Markup[] | undefined {
  if (estimate.value === null || !Number.isFinite(estimate.value)) return undefined;
  const { bad, warn, fail } = threshold;
  const limits = bad === 'both' ? [-fail, -warn, warn, fail] : [warn, fail];
  const margin = Math.max(Math.abs(fail - warn), 0.01);
  const outer =
    bad === 'high'
      ? [Math.min(0, warn), fail + margin]
      : bad === 'low'
        ? [fail - margin, warn + margin]
        : [-fail - margin, fail + margin];
  const axis = axisOver([...limits, ...outer, ...numbersOf(estimate)]);
  const y = top + bandTop;
  const middle = y + bandHeight / 2;
  const body: Markup[] = [];
  for (const { name, from, to } of bandsOf(threshold, axis.low, axis.high)) {
    const [start, end] = [axis.at(from), axis.at(to)];
    if (end - start <= 0) continue;
    body.push(
      markup`<rect class="band ${name}" x="${start}%" y="${y}" width="${end - start}%" height="${bandHeight}"/>`,
    );
    if (end - start > 9)
      body.push(
        markup`<text class="band-name" x="${(start + end) / 2}%" y="${top + 11}" text-anchor="middle">${name}</text>`,
      );
  }
  for (const limit of limits) {
    body.push(
      markup`<line class="limit" x1="${axis.at(limit)}%" x2="${axis.at(limit)}%" y1="${y - 3}" y2="${y + bandHeight + 3}"/>`,
    );
  }
  if (estimate.interval) {
    const [low, high] = estimate.interval;
    body.push(
      markup`<line class="interval judge" x1="${axis.at(low)}%" x2="${axis.at(high)}%" y1="${middle}" y2="${middle}"/>`,
    );
  }
  body.push(
    markOf('judge', axis.at(estimate.value), middle),
    ...tickLabels(axis, numberStyle(statistic), y + bandHeight + 17),
  );
  return body;
}

function bandsOf({ bad, warn, fail }: Threshold, low: number, high: number): Band[] {
  switch (bad) {
    case 'high':
      return [
        { name: 'pass', from: low, to: warn },
        { name: 'warn', from: warn, to: fail },
        { name: 'fail', from: fail, to: high },
      ];
    case 'low':
      return [
        { name: 'fail', from: low, to: fail },
        { name: 'warn', from: fail, to: warn },
        { name: 'pass', from: warn, to: high },
      ];
    case 'both':
      return [
        { name: 'fail', from: low, to: -fail },
        { name: 'warn', from: -fail, to: -warn },
        { name: 'pass', from: -warn, to: warn },
        { name: 'warn', from: warn, to: fail },
        { name: 'fail', from: fail, to: high },
      ];
  }
}
