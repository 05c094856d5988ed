import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelBudget, minimumDetectableDifference, pairedSampleSize, pilotLabelBudget } from '../src/index.ts';

const omega2 = 1 / 9;

test("Miller's example: about 1,000 questions to find a difference of 3 points", () => {
  const plan = pairedSampleSize(0.03, { omega2 });
  expect(plan.exact).toBeCloseTo(7.848879734349088 / 9 / 0.0009, 6);
  expect(plan).toMatchObject({
    n: 969,
    alpha: 0.05,
    power: 0.8,
    designEffect: 1,
    method: 'paired comparison, two-sided, normal',
  });
  expect(plan.mde).toBeLessThan(0.03);
  expect(minimumDetectableDifference(plan.exact, { omega2 }).mde).toBeCloseTo(0.03, 12);
});

test('noise of single runs is bought off by repeats', () => {
  const noise = [1 / 6, 1 / 6] as const;
  expect(pairedSampleSize(0.03, { omega2, noise }).exact).toBeCloseTo(3875.99, 2);
  expect(pairedSampleSize(0.03, { omega2, noise, repeats: [10, 10] }).exact).toBeCloseTo(1259.6967, 3);
  const uneven = pairedSampleSize(0.03, { omega2, noise: [0.1, 0.2], repeats: [1, 4] }).exact;
  expect(uneven).toBeCloseTo((7.848879734349088 * (omega2 + 0.1 + 0.05)) / 0.0009, 6);
});

test('one-sided, clustered and stronger plans scale as they should', () => {
  const plain = pairedSampleSize(0.03, { omega2 }).exact;
  expect(pairedSampleSize(-0.03, { omega2 }).exact).toBe(plain);
  expect(pairedSampleSize(0.03, { omega2, designEffect: 2 }).exact).toBeCloseTo(2 * plain, 9);
  expect(pairedSampleSize(0.03, { omega2, sides: 1 }).exact).toBeCloseTo(
    (plain * 6.182557232019766) / 7.848879734349088,
    6,
  );
  expect(pairedSampleSize(0.03, { omega2, sides: 1 }).method).toBe('paired comparison, one-sided, normal');
  expect(pairedSampleSize(0.03, { omega2, power: 0.5 }).exact).toBeCloseTo(
    (1.959963984540054 ** 2 * omega2) / 0.0009,
    6,
  );
});

test('size and detectable difference are each the inverse of the other', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      (difference, variance) => {
        const { exact } = pairedSampleSize(difference, { omega2: variance });
        if (exact >= 1) expect(minimumDetectableDifference(exact, { omega2: variance }).mde).toBeCloseTo(difference, 9);
      },
    ),
    { seed: 42 },
  );
});

test('rounds up, at least to one item, and not for the rest of a rounding', () => {
  expect(pairedSampleSize(10, { omega2: 0.01 }).n).toBe(1);
  expect(pairedSampleSize(1, { omega2: 0 })).toMatchObject({ n: 1, exact: 0, mde: 0 });
  const { exact } = labelBudget({ rate: 0.5, halfWidth: 0.1 });
  expect(exact).toBeCloseTo(96.0364, 3);
  expect(labelBudget({ rate: 0.5, halfWidth: Math.sqrt(exact / 96) * 0.1 }).n).toBe(96);
});

test('labels for an accuracy', () => {
  expect(labelBudget({ rate: 0.85, halfWidth: 0.03 })).toMatchObject({
    n: 545,
    level: 0.95,
    halfWidth: 0.03,
    method: 'labels for a rate, normal',
  });
  expect(labelBudget({ rate: 0.85, halfWidth: 0.03, designEffect: 1.713 }).exact).toBeCloseTo(932.2, 1);
  expect(labelBudget({ rate: 0.85, halfWidth: 0.03 }, { level: 0.99 }).exact).toBeCloseTo(
    (2.5758293035489004 ** 2 * 0.1275) / 0.0009,
    6,
  );
});

test('labels for any statistic, from a pilot', () => {
  expect(pilotLabelBudget({ se: 0.0234, n: 999, halfWidth: 0.1 }).exact).toBeCloseTo(210.1, 0);
  expect(pilotLabelBudget({ se: 0.0234, n: 999, halfWidth: 0.05 })).toMatchObject({
    n: 841,
    method: 'labels scaled from a pilot',
  });
  expect(pilotLabelBudget({ se: 0.1, n: 100, halfWidth: 0.1 }, { level: 0.99 }).exact).toBeCloseTo(663.49, 2);
});

test('what the caller does wrong is named', () => {
  const bad: [() => unknown, string][] = [
    [() => pairedSampleSize(0, { omega2 }), 'difference must be finite and not 0, found 0'],
    [() => pairedSampleSize(Infinity, { omega2 }), 'difference must be finite and not 0, found Infinity'],
    [() => pairedSampleSize(1e-200, { omega2 }), 'difference 1e-200 is too small for these variances'],
    [() => pairedSampleSize(1, { omega2: -1 }), 'omega2 must be a variance, found -1'],
    [() => pairedSampleSize(1, { omega2, noise: [0, NaN] }), 'noise[1] must be a variance, found NaN'],
    [() => pairedSampleSize(1, { omega2, noise: [-1, 0] }), 'noise[0] must be a variance, found -1'],
    [() => pairedSampleSize(1, { omega2, repeats: [1, 0] }), 'repeats[1] must be at least 1, found 0'],
    [() => pairedSampleSize(1, { omega2, repeats: [Infinity, 1] }), 'repeats[0] must be at least 1, found Infinity'],
    [() => pairedSampleSize(1, { omega2, designEffect: 0 }), 'designEffect must be positive and finite, found 0'],
    [() => pairedSampleSize(1, { omega2, alpha: 0 }), 'alpha must lie in (0, 0.5), found 0'],
    [() => pairedSampleSize(1, { omega2, alpha: 0.5 }), 'alpha must lie in (0, 0.5), found 0.5'],
    [() => pairedSampleSize(1, { omega2, power: 0.49 }), 'power must lie in [0.5, 1), found 0.49'],
    [() => pairedSampleSize(1, { omega2, power: 1 }), 'power must lie in [0.5, 1), found 1'],
    [() => pairedSampleSize(1, { omega2, sides: 3 as 2 }), 'sides must be 1 or 2, found 3'],
    [() => minimumDetectableDifference(0, { omega2 }), 'n must be at least 1, found 0'],
    [() => labelBudget({ rate: 0, halfWidth: 0.1 }), 'rate must lie in (0, 1), found 0'],
    [() => labelBudget({ rate: 1, halfWidth: 0.1 }), 'rate must lie in (0, 1), found 1'],
    [() => labelBudget({ rate: 0.5, halfWidth: 0 }), 'halfWidth must lie in (0, 1), found 0'],
    [() => labelBudget({ rate: 0.5, halfWidth: 1 }), 'halfWidth must lie in (0, 1), found 1'],
    [() => labelBudget({ rate: 0.5, halfWidth: 0.1 }, { level: 1 }), 'level must lie in (0, 1), found 1'],
    [
      () => labelBudget({ rate: 0.5, halfWidth: 0.1, designEffect: NaN }),
      'designEffect must be positive and finite, found NaN',
    ],
    [() => pilotLabelBudget({ se: 0, n: 1, halfWidth: 1 }), 'se must be positive and finite, found 0'],
    [() => pilotLabelBudget({ se: 1, n: 0, halfWidth: 1 }), 'n must be positive and finite, found 0'],
    [
      () => pilotLabelBudget({ se: 1, n: 1, halfWidth: Infinity }),
      'halfWidth must be positive and finite, found Infinity',
    ],
    [() => pilotLabelBudget({ se: 1, n: 1, halfWidth: 1 }, { level: 0 }), 'level must lie in (0, 1), found 0'],
  ];
  for (const [call, message] of bad) expect(call).toThrow(message);
});
