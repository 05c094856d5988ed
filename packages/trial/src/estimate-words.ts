import type { Estimate, Undetermined } from '@assize/core';
import { plainEstimate } from '@assize/stats';

/** An estimate with one more note. */
export function noted(result: Estimate | Undetermined, ...notes: string[]): Estimate | Undetermined {
  const one = plainEstimate(result);
  if (one.value === null || notes.length === 0) return one;
  return { ...one, notes: [...(one.notes ?? []), ...notes] };
}

/** `0.71 [0.68, 0.74]`, or why there is no number. For sentences; tables are the report's. */
export function inWords(estimate: Estimate | Undetermined): string {
  if (estimate.value === null) return `undetermined (${estimate.detail})`;
  const { value, interval } = estimate;
  return interval === null
    ? `${round(value)} (no interval)`
    : `${round(value)} [${round(interval[0])}, ${round(interval[1])}]`;
}

function round(value: number): string {
  const text = value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
  return Number(text) === 0 ? '0' : text.replace('-', '−');
}
