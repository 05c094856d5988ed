import type { Estimate, Undetermined } from '@assize/core';

import { numberText, type NumberStyle } from './number-text.ts';
import { type Markup, markup } from './markup.ts';

/** A linear axis whose places are percentages of the width, so that a plot fits any screen with its text unscaled. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Where a value stands, from 0 to 100, held inside the axis. */
  readonly at: (value: number) => number;
}

/** An axis over these values with round ends and at most seven ticks. */
export function axisOver(values: readonly number[]): Axis {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const [from, to] = finite.length === 0 ? [0, 1] : least === most ? [least - 0.1, most + 0.1] : [least, most];
  const step = roundStep((to - from) / 5);
  const [first, last] = [Math.floor(from / step + 1e-9), Math.ceil(to / step - 1e-9)];
  const [low, high] = [first * step, last * step];
  return {
    low,
    high,
    ticks: Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step),
    at: (value) => Math.min(100, Math.max(0, (100 * (value - low)) / (high - low))),
  };
}

/** The numbers that an answer puts on an axis: its value and both ends of its interval. */
export function numbersOf(estimate: Estimate | Undetermined): number[] {
  return estimate.value === null ? [] : [estimate.value, ...(estimate.interval ?? [])];
}

/** Tick labels below a plot. The outermost ones stay inside its width. */
export function tickLabels(axis: Axis, style: NumberStyle, y: number): Markup[] {
  const step = (axis.ticks[1] ?? 1) - (axis.ticks[0] ?? 0);
  const decimals = Math.max(0, Math.ceil(-Math.log10(style === 'percent' ? step * 100 : step) - 1e-9));
  return axis.ticks.map((tick) => {
    const x = axis.at(tick);
    const anchor = x < 3 ? 'start' : x > 97 ? 'end' : 'middle';
    return markup`<text class="tick" x="${x}%" y="${y}" text-anchor="${anchor}">${numberText(tick, style, decimals)}</text>`;
  });
}

function roundStep(rough: number): number {
  const size = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / size;
  return size * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}
