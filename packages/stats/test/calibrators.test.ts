import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyCalibrator,
  type BetaCalibrator,
  brierScore,
  type Calibrator,
  type Estimate,
  fitBeta,
  fitHistogram,
  fitIsotonic,
  fitPlatt,
  fitTemperature,
  fitVennAbers,
  type HistogramCalibrator,
  type IsotonicCalibrator,
  logLoss,
  type PlattCalibrator,
  seededRandom,
  type TemperatureCalibrator,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8')) as {
  p: number[];
  y: number[];
  temperature: number;
  platt: [number, number];
  plattSmoothed: [number, number];
  beta: [number, number, number];
};
const { p, y } = oracle;
const seed = { seed: 42 };
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (x: number) => Math.log(x / (1 - x));
const simulated = (n: number, map: (p: number) => number, name: string) => {
  const random = seededRandom(name);
  const said = Array.from({ length: n }, () => random.next());
  return { p: said, y: said.map((x) => (random.next() < map(x) ? 1 : 0)) };
};

describe('a temperature', () => {
  test('is the maximum of the likelihood, as SciPy finds it', () => {
    const fit = fitTemperature(p, y) as TemperatureCalibrator;
    expect(fit.temperature).toBeCloseTo(oracle.temperature, 11);
    expect(fit).toEqual({ kind: 'temperature', temperature: fit.temperature, n: 120 });
    expect(applyCalibrator(fit, [0.9])[0]).toBeCloseTo(sigmoid(logit(0.9) / oracle.temperature), 12);
  });

  test('recovers the temperature by which forecasts were made too sure', () => {
    const { p: said, y: seen } = simulated(20_000, (x) => sigmoid(logit(x) / 2.5), 'temperature');
    expect((fitTemperature(said, seen) as TemperatureCalibrator).temperature).toBeCloseTo(2.5, 0);
  });

  test('keeps the order and the side of a half', () => {
    const fit = fitTemperature(p, y) as TemperatureCalibrator;
    const after = applyCalibrator(fit, p);
    p.forEach((x, i) => {
      expect(after[i]! > 0.5).toBe(x > 0.5);
      p.forEach((other, j) => expect(Math.sign(after[i]! - after[j]!)).toBe(Math.sign(x - other)));
    });
  });

  test('stops at its bounds and says why', () => {
    expect(fitTemperature([0.2, 0.3, 0.7, 0.8], [0, 0, 1, 1])).toEqual({
      kind: 'temperature',
      temperature: 0.05,
      n: 4,
      notes: ['the temperature is at its bound 0.05: the probabilities separate the outcomes'],
    });
    expect(fitTemperature([0.2, 0.3, 0.7, 0.8], [1, 1, 0, 0])).toEqual({
      kind: 'temperature',
      temperature: 20,
      n: 4,
      notes: ['the temperature is at its bound 20: the probabilities say nothing of the outcomes, or the opposite'],
    });
  });

  test('counts what it clips', () => {
    const fit = fitTemperature([0, 0.3, 0.6, 1, 1e-7, 1e-6], [1, 0, 1, 0, 0, 1]) as TemperatureCalibrator;
    expect(fit.notes![0]).toBe('3 of 6 probabilities were clipped to [0.000001, 1 − 0.000001]');
    const half = { kind: 'temperature', temperature: 1, n: 9 } as const;
    expect([...applyCalibrator(half, [0, 1])]).toEqual([expect.closeTo(1e-6, 12), expect.closeTo(1 - 1e-6, 12)]);
  });

  test('is not defined without rows, with one outcome, or where all is a half', () => {
    expect(fitTemperature([], [])).toMatchObject({ value: null, reason: 'no-data' });
    expect(fitTemperature([0.3, 0.4], [1, 1])).toMatchObject({
      reason: 'one-category',
      detail: 'all 2 outcomes are 1',
    });
    expect(fitTemperature([0.3, 0.4], [0, 0])).toMatchObject({
      reason: 'one-category',
      detail: 'all 2 outcomes are 0',
    });
    expect(fitTemperature([0.5, 0.5], [0, 1])).toMatchObject({ reason: 'zero-variance' });
  });
});

describe('Platt scaling', () => {
  test('is the maximum of the likelihood, as statsmodels finds it, with smoothed targets too', () => {
    const fit = fitPlatt(p, y) as PlattCalibrator;
    expect([fit.slope, fit.intercept]).toEqual(oracle.platt.map((x) => expect.closeTo(x, 9) as number));
    expect(fit).toMatchObject({ kind: 'platt', converged: true, n: 120 });
    expect(fit.iterations).toBeLessThan(10);
    expect(fit.notes).toBeUndefined();
    const smooth = fitPlatt(p, y, { smoothTargets: true }) as PlattCalibrator;
    expect([smooth.slope, smooth.intercept]).toEqual(oracle.plattSmoothed.map((x) => expect.closeTo(x, 9) as number));
    expect(applyCalibrator(fit, [0.2])[0]).toBeCloseTo(sigmoid(fit.slope * logit(0.2) + fit.intercept), 12);
  });

  test('says that a judge is inverted', () => {
    const fit = fitPlatt(
      p,
      y.map((x) => 1 - x),
    ) as PlattCalibrator;
    expect(fit.slope).toBeCloseTo(-oracle.platt[0], 9);
    expect(fit.notes).toEqual(['the slope is below 0: the judge is inverted, its high probabilities mean 0']);
  });

  test('is held by a ridge where the outcomes are separated, or where the probabilities are all the same', () => {
    const said = Array.from({ length: 60 }, (_, i) => 0.1 + (i * 0.8) / 60);
    const fit = fitPlatt(
      said,
      said.map((x) => (x > 0.5 ? 1 : 0)),
    ) as PlattCalibrator;
    expect(fit.converged).toBe(true);
    expect(fit.notes).toEqual([
      'separated or collinear: a ridge of 1e-6 holds the fit, which has no maximum of its own',
    ]);
    // The gradient with the ridge is 0.
    const slope = said.reduce(
      (t, x) => t + ((x > 0.5 ? 1 : 0) - sigmoid(fit.slope * logit(x) + fit.intercept)) * logit(x),
      -1e-6 * fit.slope,
    );
    expect(slope).toBeCloseTo(0, 8);
    expect(fit.slope).toBeGreaterThan(50);
    const flat = fitPlatt(
      said.map(() => 0.8),
      said.map((_, i) => (i < 15 ? 1 : 0)),
    ) as PlattCalibrator;
    expect(applyCalibrator(flat, [0.8])[0]).toBeCloseTo(0.25, 6);
  });

  test('warns below 50 labels, and is not defined for one outcome', () => {
    const said = Array.from({ length: 50 }, (_, i) => (i + 1) / 52);
    const seen = said.map((_, i) => (i % 3 === 0 || i > 40 ? 1 : 0));
    expect((fitPlatt(said, seen) as PlattCalibrator).notes).toBeUndefined();
    expect((fitPlatt(said.slice(1), seen.slice(1)) as PlattCalibrator).notes).toEqual([
      '49 labels: below 50 only a temperature can be fitted with profit',
    ]);
    expect(fitPlatt([0.2], [1])).toMatchObject({ reason: 'one-category', method: 'Platt scaling' });
    expect(fitPlatt([], [])).toMatchObject({ reason: 'no-data', method: 'Platt scaling' });
  });
});

describe('beta calibration', () => {
  test('is the maximum of the likelihood, as statsmodels finds it', () => {
    const fit = fitBeta(p, y) as BetaCalibrator;
    expect([fit.a, fit.b, fit.c]).toEqual(oracle.beta.map((x) => expect.closeTo(x, 8) as number));
    expect(fit.notes).toBeUndefined();
    const at = 0.35;
    expect(applyCalibrator(fit, [at])[0]).toBeCloseTo(
      sigmoid(fit.a * Math.log(at) - fit.b * Math.log(1 - at) + fit.c),
      12,
    );
  });

  test('fixes a negative coefficient at 0 and fits the others again', () => {
    // Rises only near 0: ln p matters, ln(1 − p) would get the wrong sign.
    const { p: said, y: seen } = simulated(4000, (x) => sigmoid(Math.log(x) + 0.4 * Math.log(1 - x) + 1), 'beta');
    const fit = fitBeta(said, seen) as BetaCalibrator;
    expect(fit.b).toBe(0);
    expect(fit.a).toBeGreaterThan(0);
    expect(fit.notes).toEqual(['b would be below 0 and is fixed at 0']);
    // The gradient of what is left is 0.
    const rest = said.map((x, i) => seen[i]! - sigmoid(fit.a * Math.log(x) + fit.c));
    expect(rest.reduce((t, e, i) => t + e * Math.log(said[i]!), 0)).toBeCloseTo(0, 6);
    const { p: mirrored, y: other } = simulated(
      4000,
      (x) => sigmoid(-0.4 * Math.log(x) - Math.log(1 - x) - 1),
      'beta b',
    );
    const turned = fitBeta(mirrored, other) as BetaCalibrator;
    expect(turned.a).toBe(0);
    expect(turned.b).toBeGreaterThan(0);
    expect(turned.notes).toEqual(['a would be below 0 and is fixed at 0']);
  });

  test('of an inverted judge is the base rate', () => {
    const { p: said, y: seen } = simulated(2000, (x) => 1 - x, 'inverted');
    const fit = fitBeta(said, seen) as BetaCalibrator;
    expect([fit.a, fit.b]).toEqual([0, 0]);
    expect(applyCalibrator(fit, [0.1, 0.9])).toEqual(applyCalibrator(fit, [0.9, 0.1]));
    expect(applyCalibrator(fit, [0.4])[0]).toBeCloseTo(seen.reduce<number>((a, b) => a + b, 0) / 2000, 9);
    expect(fit.notes).toHaveLength(2);
    expect(fitBeta([0.2, 0.3], [0, 0])).toMatchObject({ reason: 'one-category', method: 'beta calibration' });
  });
});

describe('isotonic calibration', () => {
  test('is block means, or means drawn to a half by one row each way', () => {
    const said = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const seen = [0, 0, 1, 0, 1, 1];
    expect(fitIsotonic(said, seen)).toMatchObject({
      kind: 'isotonic',
      x: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
      y: [0, 0, 0.5, 0.5, 1, 1],
      n: 6,
    });
    expect(fitIsotonic(said, seen, { smooth: true })).toMatchObject({ y: [0.25, 0.25, 0.5, 0.5, 0.75, 0.75] });
    expect((fitIsotonic(said, seen) as IsotonicCalibrator).notes).toEqual([
      '6 labels: below 50 only a temperature can be fitted with profit',
    ]);
  });

  test('pools blocks that smoothing puts out of order', () => {
    // 1 of 10, then 10 of 90: 0.1 < 0.111, but 2/12 > 11/92; together 11 of 100.
    const said = [...Array.from({ length: 10 }, () => 0.2), ...Array.from({ length: 90 }, () => 0.7)];
    const seen = said.map((x, i) => (x === 0.2 ? Number(i === 0) : Number(i < 20)));
    expect((fitIsotonic(said, seen) as IsotonicCalibrator).y).toEqual([0.1, 10 / 90]);
    expect(fitIsotonic(said, seen, { smooth: true })).toMatchObject({ x: [0.2, 0.7], y: [12 / 102, 12 / 102] });
  });

  test('rises, warns below 200 labels, and gives a finite log loss when smooth', () => {
    const { p: said, y: seen } = simulated(200, (x) => x, 'rises');
    const fit = fitIsotonic(said, seen, { smooth: true }) as IsotonicCalibrator;
    expect(fit.y.every((value, i) => i === 0 || value >= fit.y[i - 1]!)).toBe(true);
    expect(fit.notes).toBeUndefined();
    expect((fitIsotonic(said.slice(1), seen.slice(1)) as IsotonicCalibrator).notes).toEqual([
      '199 labels: below 200 an isotonic fit follows chance',
    ]);
    const after = applyCalibrator(fit, said);
    expect(Math.min(...after)).toBeGreaterThan(0);
    expect(Math.max(...after)).toBeLessThan(1);
    expect(fitIsotonic([0.4], [1])).toMatchObject({ x: [0.4], y: [1] });
    expect(fitIsotonic([], [])).toMatchObject({ reason: 'no-data' });
  });
});

describe('histogram calibration', () => {
  test('is the smoothed share in bins that begin at quantiles', () => {
    const said = [0.1, 0.2, 0.3, 0.4, 0.5];
    const fit = fitHistogram(said, [0, 1, 0, 1, 1], { bins: 2 }) as HistogramCalibrator;
    expect(fit).toMatchObject({ kind: 'histogram', edges: [0.3], values: [2 / 4, 3 / 5], n: 5 });
    expect([...applyCalibrator(fit, [0, 0.29, 0.3, 1])]).toEqual([0.5, 0.5, 0.6, 0.6]);
  });

  test('never parts equal probabilities, and has fewer bins where it would', () => {
    const fit = fitHistogram([0.2, 0.2, 0.2, 0.2, 0.9], [0, 0, 1, 0, 1], { bins: 4 }) as HistogramCalibrator;
    expect(fit.edges).toEqual([]);
    expect(fit.values).toEqual([3 / 7]);
    const two = fitHistogram([0.2, 0.2, 0.9, 0.9, 0.9], [0, 0, 1, 0, 1], { bins: 10 }) as HistogramCalibrator;
    expect(two.edges.at(-1)).toBe(0.9);
    expect(applyCalibrator(two, [0.2, 0.9])).toEqual(Float64Array.of(1 / 4, 3 / 5));
    expect(two.values).toHaveLength(two.edges.length + 1);
  });

  test('has 10 bins unless asked otherwise, and refuses none', () => {
    const { p: said, y: seen } = simulated(100, (x) => x, 'bins');
    expect((fitHistogram(said, seen) as HistogramCalibrator).values).toHaveLength(10);
    expect(() => fitHistogram(said, seen, { bins: 0 })).toThrow(new RangeError('bins must be at least 1, found 0'));
    expect(() => fitHistogram(said, seen, { bins: 1.5 })).toThrow(RangeError);
    expect(fitHistogram([], [])).toMatchObject({ reason: 'no-data' });
    expect(fitHistogram([0.5], [1])).toMatchObject({ edges: [], values: [2 / 3] });
  });
});

const fits = {
  temperature: fitTemperature,
  platt: fitPlatt,
  beta: fitBeta,
  isotonic: fitIsotonic,
  histogram: fitHistogram,
  'venn-abers': fitVennAbers,
};

test('each calibrator survives JSON, passes what is missing, and refuses what is no probability', () => {
  for (const [kind, fit] of Object.entries(fits)) {
    const fitted = fit([...p, NaN], [...y, 1]) as Calibrator;
    expect(fitted.kind).toBe(kind);
    expect(fitted.n).toBe(120);
    const back = JSON.parse(JSON.stringify(fitted)) as Calibrator;
    const at = [0, 0.001, 0.3, 0.5, 0.999, 1];
    expect(applyCalibrator(back, at)).toEqual(applyCalibrator(fitted, at));
    expect([...applyCalibrator(fitted, [NaN])]).toEqual([NaN]);
    expect(() => applyCalibrator(fitted, [0.5, 1.01])).toThrow(/probabilities\[1\]/);
  }
  expect(() => applyCalibrator({ kind: 'none' } as unknown as Calibrator, [0.5])).toThrow(
    new RangeError('no calibrator is of the kind none'),
  );
});

test('on its own rows each calibrator that can say "as it was" scores no worse', () => {
  for (let trial = 0; trial < 10; trial++) {
    const { p: said, y: seen } = simulated(300, (x) => sigmoid(0.6 * logit(x) + 0.3), `own rows ${trial}`);
    const loss = (forecast: ArrayLike<number>) => (logLoss(forecast, seen) as Estimate).value;
    const before = loss(said);
    const after = (fit: (p: number[], y: number[]) => unknown) =>
      loss(applyCalibrator(fit(said, seen) as Calibrator, said));
    expect(after(fitTemperature)).toBeLessThanOrEqual(before + 1e-12);
    expect(after(fitPlatt)).toBeLessThanOrEqual(after(fitTemperature) + 1e-12);
    expect(after(fitBeta)).toBeLessThanOrEqual(after(fitPlatt) + 1e-9);
    const brier = (forecast: ArrayLike<number>) => (brierScore(forecast, seen) as Estimate).value;
    expect(brier(applyCalibrator(fitIsotonic(said, seen) as Calibrator, said))).toBeLessThanOrEqual(brier(said));
  }
});

test('no fit and no calibrated probability is anything but a number between 0 and 1', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(0, 1e-9, 0.2, 0.5, 0.5, 0.7, 1, NaN), fc.constantFrom(0, 1, 1, NaN, -1)), {
        maxLength: 14,
      }),
      (drawn) => {
        const [said, seen] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
        for (const [kind, fit] of Object.entries(fits)) {
          const fitted = fit(said, seen);
          sound(fitted, kind);
          if (!('kind' in fitted)) continue;
          for (const value of applyCalibrator(fitted, [0, 0.1, 0.5, 0.65, 1])) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
        }
      },
    ),
    { ...seed, numRuns: 150 },
  );
});
