import type { Estimate } from '@assize/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decide } from '../src/index.ts';

function estimate(value: number, interval: [number, number] | null, n = 100): Estimate {
  return { value, interval, level: 0.95, n, method: 'given' };
}
const high = { bad: 'high', warn: 0.1, fail: 0.15 } as const;
const low = { bad: 'low', warn: -0.1, fail: -0.15 } as const;
const both = { bad: 'both', warn: 0.1, fail: 0.15 } as const;

describe('a decision', () => {
  test.each([
    ['well below both bounds', high, [0.01, 0.08], 'pass'],
    ['above the failing bound', high, [0.16, 0.3], 'fail'],
    ['over both bounds', high, [0.05, 0.2], 'inconclusive'],
    ['between the bounds', high, [0.11, 0.14], 'warn'],
    ['over the warning bound alone', high, [0.05, 0.14], 'warn'],
    ['over the failing bound alone', high, [0.11, 0.2], 'warn'],
    ['low is bad: no worse than the margin', low, [-0.05, 0.02], 'pass'],
    ['low is bad: surely worse', low, [-0.3, -0.16], 'fail'],
    ['low is bad: open', low, [-0.2, 0.01], 'inconclusive'],
    ['both are bad: within the band', both, [-0.05, 0.09], 'pass'],
    ['both are bad: far below', both, [-0.4, -0.2], 'fail'],
    ['both are bad: open', both, [-0.2, 0.05], 'inconclusive'],
    ['both are bad: leaning', both, [0.05, 0.14], 'warn'],
  ] as const)('%s', (_, threshold, interval, outcome) => {
    expect(decide(estimate((interval[0] + interval[1]) / 2, [...interval]), threshold, 20).outcome).toBe(outcome);
  });

  // Excess inconsistency and preference fairness of nine recorded judges (mtbench-position), estimate and cluster standard error.
  test.each([
    ['gpt-4-0125-preview', [0.021412, 0.01584, 'pass'], [0.0625, 0.032216, 'warn']],
    ['gpt-4-0613', [0.071181, 0.020295, 'warn'], [-0.041667, 0.033649, 'warn']],
    ['gpt-4-1106-preview', [0.068866, 0.022933, 'warn'], [0.052083, 0.038794, 'warn']],
    ['gpt-3.5-turbo-0125', [0.077722, 0.030309, 'warn'], [0.052632, 0.044699, 'warn']],
    ['gpt-3.5-turbo-1106', [0.107809, 0.031061, 'inconclusive'], [0.090909, 0.042343, 'inconclusive']],
    ['claude-3-opus', [0.12963, 0.033801, 'inconclusive'], [0.159722, 0.039788, 'inconclusive']],
    ['claude-3-sonnet', [0.140534, 0.032897, 'inconclusive'], [0.184669, 0.040511, 'warn']],
    ['claude-3-haiku', [0.133566, 0.037342, 'inconclusive'], [0.184669, 0.060067, 'inconclusive']],
    ['gemini-pro', [0.127622, 0.03233, 'inconclusive'], [0.272727, 0.040923, 'fail']],
  ] as const)('on %s follows the worked examples', (_, excess, fairness) => {
    const normal = (value: number, se: number): Estimate =>
      estimate(value, [value - 1.959964 * se, value + 1.959964 * se], 24);
    expect(decide(normal(excess[0], excess[1]), high, 20).outcome).toBe(excess[2]);
    expect(decide(normal(fairness[0], fairness[1]), both, 20).outcome).toBe(fairness[2]);
  });

  test('too few groups decide nothing, and the needed number is named', () => {
    expect(decide({ ...estimate(0, [-0.01, 0.01]), groups: 12 }, high, 20)).toEqual({
      outcome: 'inconclusive',
      needs: 'at least 20 independent items; there are 12',
    });
  });

  test('without a value or an interval nothing passes', () => {
    expect(decide({ value: null, reason: 'no-data', detail: 'needs items', n: 0, method: 'm' }, high, 20)).toEqual({
      outcome: 'inconclusive',
      needs: 'needs items',
    });
    expect(decide(estimate(0, null), high, 20).outcome).toBe('inconclusive');
  });

  test('says how many items would decide, and that many do', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.25, noNaN: true }),
        fc.double({ min: 0.03, max: 0.4, noNaN: true }),
        (value, half) => {
          const groups = 100;
          const decision = decide(estimate(value, [value - half, value + half], groups), high, 20);
          fc.pre(decision.outcome === 'inconclusive');
          const wanted = Number(/about (\d+)/.exec(decision.needs!)![1]);
          expect(wanted).toBeGreaterThan(groups);
          const narrower = half * Math.sqrt(groups / (wanted + 1));
          expect(decide(estimate(value, [value - narrower, value + narrower], wanted + 1), high, 20).outcome).not.toBe(
            'inconclusive',
          );
        },
      ),
    );
  });
});
