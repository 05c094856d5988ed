import type { Estimate, Undetermined } from '@assize/core';
import { describe, expect, test } from 'vitest';

import { estimateParts, estimateText, thresholdText } from '../src/index.ts';

const estimate = (value: number, low: number, high: number, more: Partial<Estimate> = {}): Estimate => ({
  value,
  interval: [low, high],
  level: 0.95,
  n: 974,
  method: 'test',
  ...more,
});
const unknown = (reason: Undetermined['reason']): Undetermined => ({
  value: null,
  reason,
  detail: 'why',
  n: 12,
  method: 'test',
});

describe('estimateText', () => {
  test.each([
    ['a coefficient has two decimals', 'kappa', estimate(0.712, 0.68, 0.744), '0.71 [0.68, 0.74], n = 974'],
    ['a narrow interval earns a third', 'kappa', estimate(0.7123, 0.7101, 0.7149), '0.712 [0.710, 0.715], n = 974'],
    ['a share is a percentage', 'agreement', estimate(0.661, 0.63, 0.692), '66.1% [63.0%, 69.2%], n = 974'],
    [
      'a wide interval loses the decimal',
      'accuracy',
      estimate(0.633, 0.455, 0.781, { n: 30 }),
      '63% [46%, 78%], n = 30',
    ],
    [
      'a minus sign is a true one, and zero has none',
      'difference',
      estimate(-0.001, -0.03, 0.02),
      '0.00 [−0.03, 0.02], n = 974',
    ],
    [
      'groups are named where they are fewer',
      'alpha',
      estimate(0.5, 0.4, 0.6, { groups: 80 }),
      '0.50 [0.40, 0.60], n = 974 in 80 groups',
    ],
    ['thousands are grouped', 'tokens', estimate(12_345.6, 12_000, 12_700), '12,346 [12,000, 12,700], n = 974'],
    ['an interval of zero width is shown', 'agreement', estimate(1, 1, 1), '100.0% [100.0%, 100.0%], n = 974'],
    [
      'without an interval the note says why',
      'kappa',
      { ...estimate(0.5, 0, 1), interval: null, notes: ['too few items'] },
      '0.50 (no interval: too few items), n = 974',
    ],
  ])('%s', (_, statistic, given, text) => {
    expect(estimateText(given, statistic)).toBe(text);
  });

  test.each([
    'no-data',
    'one-category',
    'zero-variance',
    'one-rater',
    'too-few-clusters',
    'judge-not-better-than-chance',
    'not-identified',
    'no-threshold',
  ] as const)('what is undetermined (%s) is said in words, and its n is kept', (reason) => {
    const text = estimateText(unknown(reason), 'kappa');
    expect(text).toMatch(/^undetermined: [a-z ]+, n = 12$/);
    expect(text).not.toContain(reason.includes('-') ? reason : '\0');
  });

  test('a level other than the expected one is named', () => {
    expect(estimateText({ ...estimate(0.5, 0.4, 0.6), level: 0.9 }, 'kappa', 0.95)).toBe(
      '0.50 [0.40, 0.60] at 90%, n = 974',
    );
  });

  test('a number that is not finite is not passed off as one', () => {
    expect(estimateText(estimate(Number.NaN, 0, 1), 'kappa')).toContain('not a finite number');
  });

  test('the parts are never empty', () => {
    for (const given of [estimate(0.5, 0.4, 0.6), unknown('no-data')]) {
      for (const part of Object.values(estimateParts(given, 'kappa'))) expect(part).not.toBe('');
    }
  });
});

test('a threshold says what passes and what fails', () => {
  expect(thresholdText({ bad: 'high', warn: 0.1, fail: 0.15 }, 'excess-inconsistency')).toBe(
    'pass up to 10%, fail above 15%',
  );
  expect(thresholdText({ bad: 'low', warn: 0.8, fail: 0.667 }, 'alpha')).toBe('pass from 0.80, fail below 0.667');
  expect(thresholdText({ bad: 'both', warn: 0.1, fail: 0.15 }, 'preference-fairness')).toBe(
    'pass within ±0.10, fail beyond ±0.15',
  );
});
