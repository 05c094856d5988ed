import type { Estimate, Threshold, Undetermined } from '@assize/core';

import { countText, decimalsFor, limitText, numberStyle, numberText } from './number-text.ts';

const reasons: Record<Undetermined['reason'], string> = {
  'no-data': 'no data',
  'one-category': 'only one category was used',
  'zero-variance': 'the values do not vary',
  'one-rater': 'only one rater',
  'too-few-clusters': 'too few independent groups',
  'judge-not-better-than-chance': 'the judge is not better than chance',
  'not-identified': 'the data do not identify it',
  'no-threshold': 'no threshold reaches the target',
};

/** An answer taken apart, for tables: every part is a finished text, and none is ever empty. */
export interface EstimateParts {
  /** The number, or `undetermined`. */
  readonly value: string;
  /** `[0.68, 0.74]`, or why there is none. */
  readonly interval: string;
  /** `974`, with the number of groups where they are fewer. */
  readonly n: string;
  /** `974` alone. */
  readonly count: string;
  readonly determined: boolean;
}

/**
 * The parts of an answer as people read them.
 *
 * The decimals follow the width of the interval. `level` is the level that the reader expects; another one is named.
 *
 * @example estimateParts({ value: 0.712, interval: [0.68, 0.744], level: 0.95, n: 974, method: '…' }, 'kappa')
 * // { value: '0.71', interval: '[0.68, 0.74]', n: '974', count: '974', determined: true }
 */
export function estimateParts(estimate: Estimate | Undetermined, statistic: string, level?: number): EstimateParts {
  if (estimate.value === null) {
    return {
      value: 'undetermined',
      interval: reasons[estimate.reason],
      n: countText(estimate.n),
      count: countText(estimate.n),
      determined: false,
    };
  }
  const style = numberStyle(statistic);
  const size = Math.max(Math.abs(estimate.value), ...(estimate.interval ?? []).map(Math.abs));
  const decimals = decimalsFor(style, estimate.interval, size);
  const groups =
    estimate.groups !== undefined && estimate.groups !== estimate.n ? ` in ${countText(estimate.groups)} groups` : '';
  const [low, high] = estimate.interval ?? [];
  const interval =
    low === undefined || high === undefined
      ? noInterval(estimate.notes?.[0])
      : `[${numberText(low, style, decimals)}, ${numberText(high, style, decimals)}]${level === undefined || level === estimate.level ? '' : ` at ${levelText(estimate.level)}`}`;
  return {
    value: numberText(estimate.value, style, decimals),
    interval,
    n: `${countText(estimate.n)}${groups}`,
    count: countText(estimate.n),
    determined: true,
  };
}

function noInterval(reason = 'no reason given'): string {
  return reason.startsWith('no interval') ? reason : `no interval: ${reason}`;
}

/**
 * One answer as one text.
 *
 * @example estimateText({ value: 0.712, interval: [0.68, 0.744], level: 0.95, n: 974, method: '…' }, 'kappa')
 * // '0.71 [0.68, 0.74], n = 974'
 * @example estimateText({ value: null, reason: 'one-rater', detail: '', n: 12, method: '…' }, 'alpha')
 * // 'undetermined: only one rater, n = 12'
 */
export function estimateText(estimate: Estimate | Undetermined, statistic: string, level?: number): string {
  return sentence(estimateParts(estimate, statistic, level));
}

/** The same without the number of groups, for where there is no room: inside a plot. */
export function shortEstimateText(estimate: Estimate | Undetermined, statistic: string): string {
  const parts = estimateParts(estimate, statistic);
  return sentence({ ...parts, n: parts.count });
}

function sentence({ value, interval, n, determined }: EstimateParts): string {
  if (!determined) return `${value}: ${interval}, n = ${n}`;
  return interval.startsWith('[') ? `${value} ${interval}, n = ${n}` : `${value} (${interval}), n = ${n}`;
}

/** What a threshold asks of the whole interval. */
export function thresholdText({ bad, warn, fail }: Threshold, statistic: string): string {
  const style = numberStyle(statistic);
  const [near, far] = [limitText(warn, style), limitText(fail, style)];
  switch (bad) {
    case 'high':
      return `pass up to ${near}, fail above ${far}`;
    case 'low':
      return `pass from ${near}, fail below ${far}`;
    case 'both':
      return `pass within ±${near}, fail beyond ±${far}`;
  }
}

/** `95%` for 0.95. */
export function levelText(level: number): string {
  // Levels that hold together over several estimates are odd fractions: a tenth of a percent is enough to read.
  const rounded = Math.round(level * 1000) / 1000;
  return limitText(rounded < 1 ? rounded : level, 'percent');
}
