import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  calibrationTest,
  type CalibrationErrorEstimate,
  classwiseCalibrationError,
  debiasedCalibrationError,
  type DebiasedErrorEstimate,
  type Estimate,
  expectedCalibrationError,
  matrixOf,
  proportion,
  type ReliabilityCurve,
  reliabilityCurve,
  seededRandom,
  smoothCalibrationError,
  spiegelhalterTest,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8')) as {
  p: number[];
  y: number[];
  clusters: number[];
  smoothError: number;
};
const seed = { seed: 42 };
const tiny = { p: [0.1, 0.2, 0.5, 0.5, 0.9, 1], y: [0, 0, 1, 0, 1, 1] };
const forecasts = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(0, 0.1, 0.5, 0.9, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    fc.constantFrom(0, 1),
  ),
  { minLength: 1, maxLength: 40 },
);
const split = (rows: [number, number][]) => [rows.map(([p]) => p), rows.map(([, y]) => y)] as const;

describe('the reliability curve', () => {
  test('has a point per bin that has rows, with Wilson’s interval', () => {
    const curve = reliabilityCurve([0, 0.05, 0.1, 0.35, 0.9, 1], [0, 1, 0, 1, 1, 1], {
      bins: 10,
      binning: 'equal-width',
    }) as ReliabilityCurve;
    expect(
      curve.bins.map(({ lower, upper, n, meanProbability, value }) => [lower, upper, n, meanProbability, value]),
    ).toEqual([
      [0, 0.1, 2, 0.025, 0.5],
      [0.1, 0.2, 1, 0.1, 0],
      [0.3, 0.4, 1, 0.35, 1],
      [0.9, 1, 2, 0.95, 1],
    ]);
    expect(curve.bins[0]!.interval).toEqual((proportion(1, 2) as Estimate).interval);
    expect(curve).toMatchObject({ n: 6, level: 0.95, method: 'reliability curve, 10 equal-width bins' });
  });

  test('cuts the rows into parts of equal size that differ by one at most, the larger first', () => {
    const p = [0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.8];
    const curve = reliabilityCurve(p, [1, 0, 1, 0, 1, 0, 0], { bins: 3 }) as ReliabilityCurve;
    expect(curve.bins.map(({ n, lower, upper }) => [n, lower, upper])).toEqual([
      [3, 0.1, 0.3],
      [2, 0.5, 0.7],
      [2, 0.8, 0.9],
    ]);
    expect(curve.notes).toBeUndefined();
    expect(curve.bins[2]!.value).toBe(0.5);
  });

  test('says when a limit fell among equal probabilities', () => {
    const curve = reliabilityCurve([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], { bins: 2 }) as ReliabilityCurve;
    expect(curve.notes).toEqual(['equal probabilities fell into different bins, by the order of the rows']);
  });

  test('takes whole clusters, and none below 5 of them in a bin', () => {
    const p = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0.2 : 0.8));
    const y = p.map((_, i) => (i % 3 === 0 ? 1 : 0));
    const many = reliabilityCurve(p, y, { bins: 2, clusters: p.map((_, i) => i >> 1) }) as ReliabilityCurve;
    expect(many.bins[0]).toMatchObject({ groups: 10, interval: [expect.any(Number), expect.any(Number)] });
    const few = reliabilityCurve(p, y, { bins: 2, clusters: p.map((_, i) => i >> 3) }) as ReliabilityCurve;
    expect(few.bins[0]).toMatchObject({ groups: 3, interval: null });
    expect(few.bins[0]!.notes![0]).toContain('too few clusters');
  });

  test('holds every row in exactly one bin whose limits hold it', () => {
    fc.assert(
      fc.property(
        forecasts,
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('equal-width', 'equal-mass'),
        (rows, bins, binning) => {
          const [p, y] = split(rows);
          const curve = reliabilityCurve(p, y, { bins, binning: binning as 'equal-width' }) as ReliabilityCurve;
          expect(curve.bins.reduce((total, bin) => total + bin.n, 0)).toBe(p.length);
          for (const { lower, upper, meanProbability } of curve.bins) {
            expect(meanProbability).toBeGreaterThanOrEqual(lower - 1e-12);
            expect(meanProbability).toBeLessThanOrEqual(upper + 1e-12);
          }
        },
      ),
      seed,
    );
  });

  test('places a probability by comparison with b/k, also where the product rounds', () => {
    for (const bins of [3, 7, 10, 49, 100]) {
      for (let b = 0; b < bins; b++) {
        const curve = reliabilityCurve([b / bins], [1], { bins, binning: 'equal-width' }) as ReliabilityCurve;
        expect(curve.bins[0]!.lower).toBe(b / bins);
        const below = b / bins - Number.EPSILON;
        if (b === 0) continue;
        const before = reliabilityCurve([below], [1], { bins, binning: 'equal-width' }) as ReliabilityCurve;
        expect(before.bins[0]!.upper).toBe(b / bins);
      }
    }
  });

  test('refuses what cannot be read', () => {
    expect(() => reliabilityCurve([0.5, 1.2], [1, 1])).toThrow(
      new RangeError('probabilities[1] must lie in [0, 1] or be NaN for missing, found 1.2'),
    );
    expect(() => reliabilityCurve([-0.1], [1])).toThrow(/probabilities\[0\]/);
    expect(() => reliabilityCurve([0.5], [2])).toThrow(
      new RangeError('outcomes[0] must be 0 or 1, or NaN or −1 for missing, found 2'),
    );
    expect(() => reliabilityCurve([0.5], [1, 0])).toThrow(new RangeError('1 probabilities but 2 outcomes'));
    expect(() => reliabilityCurve([0.5], [1], { bins: 0 })).toThrow(new RangeError('bins must be at least 1, found 0'));
    expect(() => reliabilityCurve([0.5], [1], { bins: 2.5 })).toThrow(RangeError);
    expect(() => reliabilityCurve([0.5], [1], { binning: 'equal' as 'equal-mass' })).toThrow(/binning must be/);
    expect(() => reliabilityCurve([0.5], [1], { level: 1 })).toThrow(/level/);
    expect(() => reliabilityCurve([0.5], [1], { clusters: [1, 2] })).toThrow(
      new RangeError('1 rows but 2 cluster ids'),
    );
    expect(reliabilityCurve([NaN, 0.5], [1, -1])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
  });
});

describe('the expected calibration error', () => {
  test('is the mean gap between forecast and outcome, the maximum the largest', () => {
    const found = expectedCalibrationError([0.1, 0.2, 0.9, 0.7], [1, 0, 1, 1], { bins: 2, binning: 'equal-width' });
    expect(found).toMatchObject({
      value: expect.closeTo(0.275, 14),
      maximum: expect.closeTo(0.35, 14),
      usedBins: 2,
      n: 4,
      interval: null,
    });
    expect((found as CalibrationErrorEstimate).notes![0]).toMatch(/^no interval: the binned error is biased upwards/);
  });

  test('leaves out rows with a missing part and counts the bins that have rows', () => {
    const found = expectedCalibrationError([0.1, NaN, 0.2, 0.9], [0, 1, NaN, -1], { bins: 5, binning: 'equal-width' });
    expect(found).toMatchObject({ value: 0.1, n: 1, usedBins: 1 });
    expect(expectedCalibrationError([], [])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
    expect(() => expectedCalibrationError([], [], { level: 0 })).toThrow(RangeError);
  });

  test('takes 15 bins of equal mass unless asked otherwise', () => {
    const { p, y } = oracle;
    expect(expectedCalibrationError(p, y)).toEqual(expectedCalibrationError(p, y, { bins: 15, binning: 'equal-mass' }));
    expect(expectedCalibrationError(p, y)).toMatchObject({ usedBins: 15 });
  });

  test('lies between 0 and 1, is no larger than its maximum, and in one bin is the distance of two means', () => {
    fc.assert(
      fc.property(forecasts, fc.integer({ min: 1, max: 30 }), (rows, bins) => {
        const [p, y] = split(rows);
        const found = expectedCalibrationError(p, y, { bins }) as CalibrationErrorEstimate;
        expect(found.value).toBeGreaterThanOrEqual(0);
        expect(found.value).toBeLessThanOrEqual(found.maximum + 1e-12);
        expect(found.maximum).toBeLessThanOrEqual(1);
        const one = expectedCalibrationError(p, y, { bins: 1 }) as CalibrationErrorEstimate;
        const gap = Math.abs(p.reduce((a, b) => a + b, 0) - y.reduce((a, b) => a + b, 0)) / p.length;
        expect(one.value).toBeCloseTo(gap, 12);
        // Finer bins that nest show no less error.
        const coarse = expectedCalibrationError(p, y, { bins: 4, binning: 'equal-width' }) as CalibrationErrorEstimate;
        const fine = expectedCalibrationError(p, y, { bins: 8, binning: 'equal-width' }) as CalibrationErrorEstimate;
        expect(fine.value).toBeGreaterThanOrEqual(coarse.value - 1e-12);
      }),
      seed,
    );
  });

  test('is the same from both sides of the scale', () => {
    fc.assert(
      fc.property(forecasts, (rows) => {
        const [p, y] = split(rows);
        const one = expectedCalibrationError(p, y, { bins: 1 }) as CalibrationErrorEstimate;
        const other = expectedCalibrationError(
          p.map((x) => 1 - x),
          y.map((x) => 1 - x),
          { bins: 1 },
        ) as CalibrationErrorEstimate;
        expect(other.value).toBeCloseTo(one.value, 12);
      }),
      seed,
    );
  });

  test('of several classes is the mean over classes of one against the rest', () => {
    const probabilities = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
      [0.3, 0.3, 0.4],
      [0.5, 0.25, 0.25],
    ];
    const labels = [0, 1, 2, 1];
    const options = { bins: 2, binning: 'equal-width' } as const;
    const each = [0, 1, 2].map((k) =>
      expectedCalibrationError(
        probabilities.map((row) => row[k]!),
        labels.map((label) => (label === k ? 1 : 0)),
        options,
      ),
    ) as CalibrationErrorEstimate[];
    const found = classwiseCalibrationError(matrixOf(probabilities), labels, options);
    expect(found).toMatchObject({
      value: expect.closeTo(each.reduce((total, one) => total + one.value, 0) / 3, 14),
      perClass: each.map((one) => one.value),
      maximum: Math.max(...each.map((one) => one.maximum)),
      usedBins: each.reduce((total, one) => total + one.usedBins, 0),
      n: 4,
      interval: null,
      method: 'classwise calibration error, 2 equal-width bins',
    });
    expect(
      classwiseCalibrationError(
        matrixOf([...probabilities, [NaN, 0.5, 0.5], [0.2, 0.4, 0.4]]),
        [...labels, 1, -1],
        options,
      ),
    ).toEqual(found);
    expect(classwiseCalibrationError(matrixOf([]), [])).toMatchObject({ reason: 'no-data', n: 0 });
    expect(() => classwiseCalibrationError(matrixOf([[0.5, 0.5]]), [2])).toThrow(
      new RangeError('labels[0] must be a class below 2, or NaN or −1 for missing, found 2'),
    );
    expect(() => classwiseCalibrationError(matrixOf([[0.5, 0.5]]), [0.5])).toThrow(RangeError);
    expect(() => classwiseCalibrationError(matrixOf([[0.5, 1.5]]), [0])).toThrow(/probabilities\[0, 1\]/);
    expect(() => classwiseCalibrationError(matrixOf([[0.5, 0.5]]), [])).toThrow(/1 rows of probabilities but 0 labels/);
  });
});

describe('the debiased error', () => {
  test('takes away what chance adds to each bin, bins of one row counting 0', () => {
    // One bin of 4: p̄ = 0.25, ȳ = 0.5, so 0.0625 − 0.25/3; one bin of 1, left out of both.
    const found = debiasedCalibrationError([0.1, 0.2, 0.3, 0.4, 0.9], [1, 0, 1, 0, 0], {
      bins: 2,
      binning: 'equal-width',
    }) as DebiasedErrorEstimate;
    expect(found.value).toBeCloseTo((4 / 5) * (0.0625 - 0.25 / 3), 14);
    expect(found).toMatchObject({
      root: 0,
      notes: ['below 0: the error is smaller than what chance alone would show'],
    });
    expect(found.interval![0]).toBe(0);
  });

  test('solves the quadratic of its two variances', () => {
    const p = oracle.p;
    const y = oracle.y.map((outcome) => 1 - outcome);
    const found = debiasedCalibrationError(p, y, { bins: 4, binning: 'equal-width' }) as DebiasedErrorEstimate;
    // The same by the formulas, written out.
    const rows = p.map((x, i) => ({ b: Math.min(3, Math.floor(4 * x)), r: x - y[i]!, y: y[i]! }));
    const n = rows.length;
    let [value, atNull, squared] = [0, 0, 0];
    const gaps: number[] = [];
    for (let b = 0; b < 4; b++) {
      const here = rows.filter((row) => row.b === b);
      const gap = here.reduce((total, row) => total + row.r, 0) / here.length;
      const share = here.reduce((total, row) => total + row.y, 0) / here.length;
      const variance = here.reduce((total, row) => total + (row.r - gap) ** 2, 0) / (here.length - 1) / here.length;
      value += (here.length / n) * (gap ** 2 - (share * (1 - share)) / (here.length - 1));
      atNull += 2 * ((here.length / n) * variance) ** 2;
      squared += (here.length / n) * gap ** 2;
      gaps.push(gap);
    }
    const linear =
      rows.reduce((total, { b, r }) => total + (2 * gaps[b]! * (r - gaps[b]!) + gaps[b]! ** 2 - squared) ** 2, 0) /
      n ** 2;
    const slope = linear / squared;
    const z2 = 1.959963984540054 ** 2;
    expect(found.value).toBeCloseTo(value, 14);
    for (const end of found.interval!) {
      expect((value - end) ** 2).toBeCloseTo(z2 * (atNull + slope * end), 14);
    }
    expect(found.rootInterval!.map((x) => x ** 2)).toEqual([
      expect.closeTo(found.interval![0], 14),
      expect.closeTo(found.interval![1], 14),
    ]);
    expect(found.root).toBeCloseTo(Math.sqrt(value), 14);
  });

  test('with clusters of one row differs only by the variance that it takes and t', () => {
    const { p, y } = oracle;
    const options = { bins: 3 } as const;
    const plain = debiasedCalibrationError(p, y, options) as DebiasedErrorEstimate;
    const alone = debiasedCalibrationError(p, y, { ...options, clusters: p.map((_, i) => i) }) as DebiasedErrorEstimate;
    expect(alone.groups).toBe(120);
    expect(Math.abs(alone.value - plain.value)).toBeLessThan(0.002);
    expect(alone.interval![1]).toBeCloseTo(plain.interval![1], 2);
    expect(alone.interval![0]).toBeCloseTo(plain.interval![0], 2);
  });

  test('every row twice in its own cluster gives what once gives', () => {
    const { p, y } = oracle;
    const ids = p.map((_, i) => i);
    const options = { bins: 5, binning: 'equal-width' } as const;
    const once = debiasedCalibrationError(p, y, { ...options, clusters: ids }) as DebiasedErrorEstimate;
    const twice = debiasedCalibrationError([...p, ...p], [...y, ...y], { ...options, clusters: [...ids, ...ids] });
    expect(twice).toMatchObject({
      value: expect.closeTo(once.value, 12),
      interval: [expect.closeTo(once.interval![0], 12), expect.closeTo(once.interval![1], 12)],
      n: 240,
      groups: 120,
    });
  });

  test('has no interval where it cannot have one, and says so', () => {
    expect(debiasedCalibrationError([], [])).toMatchObject({ reason: 'no-data', n: 0 });
    expect(debiasedCalibrationError([0.2, 0.8], [0, 1], { bins: 2 })).toMatchObject({
      reason: 'no-data',
      detail: 'needs a bin of 2 rows, found 2 rows in 2 equal-mass bins',
    });
    expect(debiasedCalibrationError([0.3, 0.3, 0.3], [1, 1, 1], { bins: 1 })).toMatchObject({
      value: expect.closeTo(0.49, 12),
      interval: null,
      rootInterval: null,
      notes: ['no interval: the outcomes vary in no bin'],
    });
    const few = debiasedCalibrationError(tiny.p, tiny.y, { bins: 1, clusters: [0, 0, 1, 1, 2, 3] });
    expect(few).toMatchObject({
      interval: null,
      groups: 4,
      notes: [
        'below 0: the error is smaller than what chance alone would show',
        'no interval: needs 5 clusters, found 4',
      ],
    });
    const five = debiasedCalibrationError(tiny.p, tiny.y, {
      bins: 1,
      clusters: [0, 0, 1, 2, 3, 4],
    }) as DebiasedErrorEstimate;
    expect(five.interval).not.toBeNull();
    expect(five.notes).toContain('few clusters: 5, the interval is rough below 20');
  });

  test('a wider level holds a narrower one', () => {
    const { p, y } = oracle;
    const [narrow, wide] = [0.8, 0.99].map(
      (level) => (debiasedCalibrationError(p, y, { level, bins: 6 }) as DebiasedErrorEstimate).interval!,
    );
    expect(wide![0]).toBeLessThanOrEqual(narrow![0]);
    expect(wide![1]).toBeGreaterThan(narrow![1]);
  });
});

describe('the tests of calibration', () => {
  const draw = (n: number, map: (p: number) => number, name: string) => {
    const random = seededRandom(name);
    const p = Array.from({ length: n }, () => random.next());
    return { p, y: p.map((x) => (random.next() < map(x) ? 1 : 0)) };
  };

  test('a calibrated forecaster is cleared at the stated rate', () => {
    let [resampled, robust, z] = [0, 0, 0];
    const trials = 300;
    for (let trial = 0; trial < trials; trial++) {
      const { p, y } = draw(60, (x) => x, `null ${trial}`);
      const clusters = p.map((_, i) => i);
      const options = { random: seededRandom(trial), replicates: 99, bins: 5 };
      if ((calibrationTest(p, y, options) as { p: number }).p <= 0.1) resampled++;
      if ((calibrationTest(p, y, { ...options, clusters }) as { p: number }).p <= 0.1) robust++;
      if ((spiegelhalterTest(p, y) as { p: number }).p <= 0.1) z++;
    }
    for (const count of [resampled, robust, z]) {
      expect(count / trials).toBeGreaterThan(0.1 - 4 * 0.0173);
      expect(count / trials).toBeLessThan(0.1 + 4 * 0.0173);
    }
  });

  test('a forecaster who is too sure is found', () => {
    const { p, y } = draw(400, (x) => 0.5 + (x - 0.5) / 3, 'sure');
    const found = calibrationTest(p, y, { random: seededRandom(1), replicates: 199 });
    expect(found).toMatchObject({ p: 1 / 200, n: 400 });
    const { statistic, nullMean, nullUpper } = found as { statistic: number; nullMean: number; nullUpper: number };
    expect(statistic).toBeCloseTo((expectedCalibrationError(p, y) as CalibrationErrorEstimate).value, 14);
    expect(nullUpper).toBeGreaterThan(nullMean);
    expect(statistic).toBeGreaterThan(nullUpper);
    const z = spiegelhalterTest(p, y) as { p: number; statistic: number };
    expect(z.statistic).toBeGreaterThan(5);
  });

  test('the same seed gives the same answer, and the method names what was drawn', () => {
    const options = () => ({ random: seededRandom(3), replicates: 50 });
    const one = calibrationTest(oracle.p, oracle.y, options());
    expect(calibrationTest(oracle.p, oracle.y, options())).toEqual(one);
    expect(one.method).toBe('consistency of the calibration error, 15 equal-mass bins, outcomes redrawn, B = 50');
    const signs = calibrationTest(oracle.p, oracle.y, { ...options(), clusters: oracle.clusters });
    expect(signs.method).toContain('signs by cluster');
    expect(() => calibrationTest([0.5], [1], { random: seededRandom(1), replicates: 0 })).toThrow(RangeError);
    expect(calibrationTest([], [], options())).toMatchObject({ reason: 'no-data' });
    expect(calibrationTest(tiny.p, tiny.y, { ...options(), clusters: [0, 0, 1, 1, 2, 3] })).toMatchObject({
      reason: 'too-few-clusters',
      detail: 'needs 5 clusters, found 4',
    });
  });

  test('a forecast of only 0 and 1 that is right is certain to be as it is', () => {
    expect(calibrationTest([0, 1, 1, 0], [0, 1, 1, 0], { random: seededRandom(1), replicates: 20 })).toMatchObject({
      p: 1,
      statistic: 0,
      nullMean: 0,
      nullUpper: 0,
    });
    expect(spiegelhalterTest([0, 1, 0.5], [0, 1, 1])).toMatchObject({ reason: 'zero-variance', n: 3 });
  });

  test('Spiegelhalter’s z is the formula, with clusters over sums of clusters', () => {
    const { p, y } = tiny;
    const terms = p.map((x, i) => (y[i]! - x) * (1 - 2 * x));
    const total = terms.reduce((a, b) => a + b, 0);
    const plain = spiegelhalterTest(p, y) as { statistic: number; p: number };
    expect(plain.statistic).toBeCloseTo(
      total / Math.sqrt(p.reduce((a, x) => a + (1 - 2 * x) ** 2 * x * (1 - x), 0)),
      14,
    );
    expect(plain.statistic).toBeCloseTo(-0.6735753140545635, 12);
    expect(plain.p).toBeCloseTo(0.5005813519490322, 12);
    const clustered = spiegelhalterTest(p, y, { clusters: [0, 1, 2, 3, 4, 4] }) as {
      statistic: number;
      method: string;
    };
    const sums = [terms[0]!, terms[1]!, terms[2]!, terms[3]!, terms[4]! + terms[5]!];
    expect(clustered.statistic).toBeCloseTo(total / Math.sqrt(sums.reduce((a, x) => a + x * x, 0)), 14);
    expect(clustered.method).toBe('Spiegelhalter z, cluster-robust');
    expect(spiegelhalterTest([], [])).toMatchObject({ reason: 'no-data' });
    expect(spiegelhalterTest(p, y, { clusters: [0, 0, 0, 1, 2, 3] })).toMatchObject({ reason: 'too-few-clusters' });
    const turned = spiegelhalterTest(
      p.map((x) => 1 - x),
      y.map((x) => 1 - x),
    ) as { statistic: number };
    expect(turned.statistic).toBeCloseTo(plain.statistic, 12);
  });
});

describe('the smooth calibration error', () => {
  const value = (p: number[], y: number[]) => (smoothCalibrationError(p, y) as { value: number }).value;

  test('is what direct quadrature of reflected kernels gives', () => {
    expect(value(oracle.p, oracle.y)).toBeCloseTo(oracle.smoothError, 5);
  });

  test('of a constant forecast is the distance of two means, where the kernel has spread it over the scale', () => {
    // Smoothing keeps the integral of a residual of one sign.
    expect(value([0.3, 0.3, 0.3, 0.3], [1, 1, 1, 1])).toBeCloseTo(0.7, 4);
    expect(value([0.5, 0.5], [0, 1])).toBeLessThan(1e-6);
    expect(value([0, 1, 1], [0, 1, 1])).toBeLessThan(1e-6);
  });

  test('lies between the distance of the means and the mean distance, and is the same from both sides', () => {
    fc.assert(
      fc.property(forecasts, (rows) => {
        const [p, y] = split(rows);
        const found = value(p, y);
        const n = p.length;
        const gap = Math.abs(p.reduce((total, x, i) => total + x - y[i]!, 0)) / n;
        const most = p.reduce((total, x, i) => total + Math.abs(x - y[i]!), 0) / n;
        expect(found).toBeGreaterThanOrEqual(gap - 1e-3);
        expect(found).toBeLessThanOrEqual(most + 1e-3);
        expect(
          value(
            p.map((x) => 1 - x),
            y.map((x) => 1 - x),
          ),
        ).toBeCloseTo(found, 5);
      }),
      { ...seed, numRuns: 40 },
    );
  });

  test('has no interval, and says why', () => {
    const found = smoothCalibrationError(oracle.p, oracle.y, { level: 0.9 });
    expect(found).toMatchObject({
      interval: null,
      level: 0.9,
      n: 120,
      notes: [expect.stringContaining('no interval')],
    });
    expect((found as { bandwidth: number }).bandwidth).toBe((found as { value: number }).value);
    expect(smoothCalibrationError([NaN], [1])).toMatchObject({ reason: 'no-data' });
    expect(() => smoothCalibrationError([0.5], [1], { level: 2 })).toThrow(RangeError);
  });
});

test('no measure of calibration lets a NaN out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, 0.2, 0.5, 0.5, 1, NaN), fc.constantFrom(0, 1, 1, NaN, -1)), {
        maxLength: 14,
      }),
      (rows) => {
        const [p, y] = split(rows);
        const clusters = p.map((_, i) => i >> 1);
        for (const options of [{}, { clusters }]) {
          for (const bins of [1, 4]) {
            sound(reliabilityCurve(p, y, { ...options, bins }), 'reliabilityCurve');
            sound(expectedCalibrationError(p, y, { bins }), 'expectedCalibrationError');
            sound(debiasedCalibrationError(p, y, { ...options, bins }), 'debiasedCalibrationError');
            sound(
              calibrationTest(p, y, { ...options, bins, random: seededRandom(1), replicates: 10 }),
              'calibrationTest',
            );
          }
          sound(spiegelhalterTest(p, y, options), 'spiegelhalterTest');
        }
        sound(smoothCalibrationError(p, y), 'smoothCalibrationError');
      },
    ),
    { ...seed, numRuns: 40 },
  );
});
