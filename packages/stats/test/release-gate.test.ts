import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allGates, clusteredMean, type GateOptions, gateSampleSize, isEstimate, releaseGate } from '../src/index.ts';
import { sound } from './sound.ts';

const even = [0, 0, 1, -1, 0, 0, 1, 0, 0, 0, -1, 0];

function gate(differences: ArrayLike<number>, options: GateOptions) {
  const found = releaseGate(differences, options);
  if (!('verdict' in found)) throw new Error(found.detail);
  sound(found, 'gate');
  return found;
}
const times = (x: number, n: number) => Array.from({ length: n }, () => x);

test('its bounds are those of a one-sided t test, by SciPy', () => {
  const found = gate(even, { margin: 0.5 });
  expect(found).toMatchObject({
    verdict: 'PASS',
    smallRegression: false,
    n: 12,
    nRequired: 9,
    alpha: 0.05,
    power: 0.8,
    margin: 0.5,
  });
  expect(found.difference.level).toBeCloseTo(0.9, 12);
  expect(found.difference.interval![0]).toBeCloseTo(-0.31262341960642326, 9);
  expect(found.difference.interval![1]).toBeCloseTo(0.31262341960642326, 9);
  expect(found.notes).toEqual(['only 4 items differ: the interval is rough below 10']);
});

test('reaches each verdict', () => {
  const worse = [...times(-1, 30), ...times(0, 70)];
  expect(gate(worse, { margin: 0.5 })).toMatchObject({ verdict: 'PASS', smallRegression: true });
  expect(gate(worse, { margin: 0.1 }).verdict).toBe('FAIL');
  expect(gate(worse, { margin: 0.3 })).toMatchObject({ verdict: 'REGRESSION', smallRegression: false });
  expect(gate(even, { margin: 0.1 }).verdict).toBe('INCONCLUSIVE');
  expect(gate(even, { margin: 0.1 }).nRequired).toBe(Math.ceil((8.992810519301479 * 0.25) / 0.01));
  expect(gate(worse, { margin: 0.5 }).notes).toBeUndefined();
});

test('the verdict follows from the interval and the margin alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -2, max: 1 }), { minLength: 2, maxLength: 40 }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      (d, margin) => {
        const { verdict, difference } = gate(d, { margin });
        const plain = clusteredMean(d, { level: 0.9 });
        expect(difference).toEqual(plain);
        if (!isEstimate(plain) || plain.interval === null) expect(verdict).toBe('INCONCLUSIVE');
        else {
          const [low, high] = plain.interval;
          expect(verdict === 'PASS').toBe(low > -margin);
          expect(verdict === 'FAIL').toBe(high < -margin);
          expect(verdict === 'REGRESSION').toBe(high < 0 && low <= -margin && high >= -margin);
        }
      },
    ),
    { seed: 42 },
  );
});

test('clusters widen it and raise the items required', () => {
  const d = [...times(1, 20), ...times(-1, 20), ...times(0, 60)];
  const clusters = d.map((_, i) => Math.floor(i / 5));
  const [plain, clustered] = [gate(d, { margin: 0.1 }), gate(d, { margin: 0.1, clusters })];
  expect(clustered.difference.interval![0]).toBeLessThan(plain.difference.interval![0]);
  expect(clustered.nRequired!).toBeGreaterThan(4 * plain.nRequired!);
  expect(clustered.notes).toEqual(['only 8 clusters differ: the interval is rough below 10']);
  expect(gate(d, { margin: 0.1, clusters, smallSample: false }).difference.se).toBeCloseTo(
    clustered.difference.se! * Math.sqrt(19 / 20),
    12,
  );
});

test('differences without any spread are decided exactly once their largest size is known', () => {
  expect(gate(times(0, 100), { margin: 0.05 })).toMatchObject({ verdict: 'INCONCLUSIVE', nRequired: null });
  expect(gate(times(0, 100), { margin: 0.05 }).notes).toEqual(['without an interval nothing can be decided']);
  const found = gate(times(0, 100), { margin: 0.05, largest: 1 });
  expect(found.verdict).toBe('PASS');
  expect(found.difference.interval![0]).toBeCloseTo(-(1 - 0.05 ** 0.01), 12);
  expect(found.difference.interval![1]).toBeCloseTo(1 - 0.05 ** 0.01, 12);
  expect(found.method).toBe('non-inferiority gate, mean, exact without spread');
  expect(found.difference.notes!.at(-1)).toBe(
    'all differences are equal: the interval is the exact one for 100 independent items that agree',
  );
  expect(gate(times(0, 20), { margin: 0.05, largest: 1 }).verdict).toBe('INCONCLUSIVE');
  const [low, high] = gate(times(-1, 50), { margin: 0.5, largest: 2 }).difference.interval!;
  const q = 1 - 0.05 ** (1 / 50);
  expect(low).toBeCloseTo(-1 - q, 12);
  expect(high).toBeCloseTo(-1 + 3 * q, 12);
  const wide = gate(times(-1, 50), { margin: 0.5, largest: 3 }).difference.interval!;
  expect(wide[0]).toBeCloseTo(-1 - 2 * q, 12);
  expect(wide[1]).toBeCloseTo(-1 + 4 * q, 12);
  expect(gate([0], { margin: 0.5, largest: 1 })).toMatchObject({
    verdict: 'INCONCLUSIVE',
    difference: { interval: null },
  });
});

test('says what is wrong', () => {
  expect(releaseGate([], { margin: 1 })).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'a gate needs at least one difference',
    n: 0,
    method: 'non-inferiority gate',
  });
  expect(releaseGate([NaN], { margin: 1 })).toMatchObject({ reason: 'no-data' });
  const bad: [ArrayLike<number>, GateOptions, string][] = [
    [[1], { margin: 0 }, 'margin must be positive and finite, found 0'],
    [[1], { margin: Infinity }, 'margin must be positive and finite, found Infinity'],
    [[1], { margin: 1, alpha: 0.5 }, 'alpha must lie in (0, 0.5), found 0.5'],
    [[1], { margin: 1, power: 1 }, 'power must lie in [0.5, 1), found 1'],
    [[1], { margin: 1, largest: 0 }, 'largest must be positive and finite, found 0'],
    [[NaN, 2], { margin: 1, largest: 1 }, 'differences[1] is 2, beyond the largest of 1'],
    [[Infinity], { margin: 1 }, 'differences[0] must be finite'],
    [[1, 2], { margin: 1, clusters: [1] }, '2 rows but 1 cluster ids'],
  ];
  for (const [d, options, message] of bad) expect(() => releaseGate(d, options)).toThrow(message);
});

test('the size that a gate needs', () => {
  expect(gateSampleSize({ sd: 0.324995, margin: 0.02 })).toBeCloseTo(1632.53, 2);
  expect(gateSampleSize({ sd: 0.324995, margin: 0.02, designEffect: 1.366 })).toBeCloseTo(2230.04, 2);
  expect(gateSampleSize({ sd: 1, margin: 0.2, difference: -0.1 })).toBeCloseTo(618.2557232019766, 6);
  expect(gateSampleSize({ sd: 1, margin: 0.1, alpha: 0.025, power: 0.8 })).toBeCloseTo(784.8879734349088, 6);
  expect(() => gateSampleSize({ sd: 0, margin: 1 })).toThrow('sd must be positive and finite, found 0');
  expect(() => gateSampleSize({ sd: 1, margin: -1 })).toThrow('margin must be positive and finite, found -1');
  expect(() => gateSampleSize({ sd: 1, margin: 1, designEffect: 0 })).toThrow(
    'designEffect must be positive and finite, found 0',
  );
  expect(() => gateSampleSize({ sd: 1, margin: 1, difference: -1 })).toThrow(
    'difference must be above −margin (-1), found -1',
  );
});

test('all gates must hold', () => {
  const verdicts = (...names: ('PASS' | 'FAIL' | 'REGRESSION' | 'INCONCLUSIVE')[]) =>
    allGates(names.map((verdict) => ({ verdict })));
  expect(verdicts('PASS', 'PASS')).toBe('PASS');
  expect(verdicts('PASS', 'INCONCLUSIVE')).toBe('INCONCLUSIVE');
  expect(verdicts('INCONCLUSIVE', 'REGRESSION')).toBe('REGRESSION');
  expect(verdicts('REGRESSION', 'PASS', 'FAIL')).toBe('FAIL');
  expect(() => allGates([])).toThrow('there is no gate');
});
