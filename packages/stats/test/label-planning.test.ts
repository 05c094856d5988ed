import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLabels, predictionGain } from '../src/index.ts';

describe('planning', () => {
  test('n and N do what the classical labels would, at the least cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 0.97, noNaN: true }),
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        (correlation, costRatio) => {
          const plan = planLabels(500, { correlation, costRatio });
          if (!plan.worthwhile) return;
          expect(plan.n * predictionGain(correlation, plan.n / plan.N)).toBeCloseTo(500, 6);
          expect(plan.cost).toBeCloseTo(500 * plan.costPerLabel, 6);
          for (const n of [plan.n * 0.95, plan.n * 1.05]) {
            // The N that gives the same information with other n costs more.
            const need = 1 - n / 500;
            const N = (n * need) / (correlation ** 2 - need);
            if (N > 0) expect(n + costRatio * (n + N)).toBeGreaterThanOrEqual(plan.cost - 1e-9);
          }
        },
      ),
      { seed: 42 },
    );
  });

  test('a judge that is dear or does not agree is not worth it', () => {
    expect(planLabels(100, { correlation: 0.3, costRatio: 0.5 })).toMatchObject({
      worthwhile: false,
      n: 100,
      N: 0,
      cost: 100,
      gain: 1,
    });
    expect(planLabels(100, { correlation: 0.3, costRatio: 0.5 }).costPerLabel).toBeCloseTo(1.3597221269, 9);
    expect(planLabels(100, { correlation: -0.9, costRatio: 0.01 })).toMatchObject({
      worthwhile: false,
      costPerLabel: 1,
    });
    expect(predictionGain(-0.9, 0.1)).toBe(1);
    expect(planLabels(100, { correlation: 1, costRatio: 0.01 })).toMatchObject({ n: 0, N: 100 });
  });

  test('refuses what is no correlation, cost or count', () => {
    expect(() => planLabels(0, { correlation: 0.5, costRatio: 0.1 })).toThrow(
      'classical must be at least 1 label and finite, found 0',
    );
    expect(() => planLabels(10, { correlation: 1.5, costRatio: 0.1 })).toThrow(
      'correlation must lie in [-1, 1], found 1.5',
    );
    expect(() => planLabels(10, { correlation: 0.5, costRatio: 0 })).toThrow(
      'costRatio must be positive and finite, found 0',
    );
    expect(() => predictionGain(2, 0)).toThrow('correlation must lie in [-1, 1], found 2');
    expect(() => predictionGain(0.5, -1)).toThrow('ratio must be at least 0 and finite, found -1');
    expect(() => predictionGain(1, 0)).toThrow('the gain has no bound');
  });
});
