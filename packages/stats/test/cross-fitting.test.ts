import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyCalibrator,
  brierScore,
  type Calibrator,
  type CalibratorKind,
  crossFitCalibration,
  type CrossFitCalibration,
  type Estimate,
  fitPlatt,
  foldsByCluster,
  logLoss,
  outOfFold,
  seededRandom,
} from '../src/index.ts';
import { sound } from './sound.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const simulated = (n: number, map: (p: number) => number, name: string) => {
  const random = seededRandom(name);
  const p = Array.from({ length: n }, () => random.next());
  return { p, y: p.map((x) => (random.next() < map(x) ? 1 : 0)), clusters: p.map((_, i) => Math.floor(i / 3)) };
};
const tooSure = (x: number) => sigmoid(Math.log(x / (1 - x)) / 2.5);

describe('folds', () => {
  test('deal out clusters in order of their ids', () => {
    expect([...foldsByCluster([7, 7, 3, 9, 3], { folds: 3 })]).toEqual([1, 1, 0, 2, 0]);
    expect([...foldsByCluster([5, 4, 3, 2, 1, 0, 11, 10])]).toEqual([0, 4, 3, 2, 1, 0, 2, 1]);
  });

  test('keep a cluster together and differ by one cluster at most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 8, maxLength: 60 }),
        fc.boolean(),
        (ids, drawn) => {
          const count = new Set(ids).size;
          fc.pre(count >= 3);
          const folds = foldsByCluster(ids, { folds: 3, ...(drawn && { random: seededRandom(1) }) });
          const byFold = new Map<number, Set<number>>();
          folds.forEach((fold, i) => byFold.set(fold, (byFold.get(fold) ?? new Set()).add(ids[i]!)));
          const sizes = [...byFold.values()].map((set) => set.size);
          expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(Math.max(...folds)).toBe(2);
        },
      ),
      { seed: 42 },
    );
  });

  test('are shuffled by `random`, the same way for the same seed', () => {
    const ids = Array.from({ length: 40 }, (_, i) => i);
    const one = foldsByCluster(ids, { random: seededRandom(5) });
    expect(foldsByCluster(ids, { random: seededRandom(5) })).toEqual(one);
    expect(one).not.toEqual(foldsByCluster(ids));
  });

  test('refuse rows without a cluster and too few of them', () => {
    expect(() => foldsByCluster([1, NaN, 2], { folds: 2 })).toThrow(new RangeError('row 1 has no cluster id'));
    expect(() => foldsByCluster([1, 2, -1], { folds: 2 })).toThrow(/row 2/);
    expect(() => foldsByCluster([1, 1, 2])).toThrow(new RangeError('5 folds need as many clusters, found 2'));
    expect(() => foldsByCluster([1, 2, 3], { folds: 1 })).toThrow(new RangeError('folds must be at least 2, found 1'));
    expect(() => foldsByCluster([1, 2, 3], { folds: 2.5 })).toThrow(RangeError);
  });
});

describe('out-of-fold predictions', () => {
  test('come from the rows of the other folds, in their places', () => {
    const folds = [1, 0, 1, 4];
    const seen: [number[], number[]][] = [];
    const found = outOfFold(folds, (train, left) => {
      seen.push([[...train], [...left]]);
      return left.map((row) => 10 * row);
    });
    expect(seen).toEqual([
      [[0, 2, 3], [1]],
      [
        [1, 3],
        [0, 2],
      ],
      [[0, 1, 2], [3]],
    ]);
    expect([...found!]).toEqual([0, 10, 20, 30]);
  });

  test('are null as soon as one fold cannot be fitted, and are counted', () => {
    expect(outOfFold([0, 1], (_, left) => (left[0] === 1 ? null : [1]))).toBeNull();
    expect(() => outOfFold([0, 0], () => [])).toThrow(new RangeError('cross-fitting needs 2 folds, found 1'));
    expect(() => outOfFold([0, 1, 1], () => [1])).toThrow(
      new RangeError('fold 1 has 2 rows, but predict gave 1 numbers'),
    );
  });
});

describe('cross-fitted calibration', () => {
  const { p, y, clusters } = simulated(600, tooSure, 'cross');
  const fitted = (options: Parameters<typeof crossFitCalibration>[2] = {}) =>
    crossFitCalibration(p, y, options) as CrossFitCalibration;

  test('scores each row by a fit without its cluster, and ships a fit on all', () => {
    const found = fitted({ kind: 'platt', clusters });
    const folds = foldsByCluster(clusters);
    const byHand = outOfFold(folds, (train, left) =>
      applyCalibrator(
        fitPlatt(
          Array.from(train, (i) => p[i]!),
          Array.from(train, (i) => y[i]!),
        ) as Calibrator,
        Array.from(left, (i) => p[i]!),
      ),
    )!;
    expect(found.outOfFold).toEqual(byHand);
    expect(found.calibrator).toEqual(fitPlatt(p, y));
    expect(found.before.brier).toEqual(brierScore(p, y, { clusters }));
    expect(found.after.brier).toEqual(brierScore(byHand, y, { clusters }));
    expect(found.after.logLoss).toEqual(logLoss(byHand, y, { clusters }));
    expect(found).toMatchObject({ folds: 5, n: 600, level: 0.95, method: 'platt calibration, 5-fold cross-fitted' });
    const gain = found.gain.brier as Estimate;
    expect(gain.value).toBeCloseTo((found.before.brier as Estimate).value - (found.after.brier as Estimate).value, 14);
    expect(gain.groups).toBe(200);
    expect(gain.interval![0]).toBeGreaterThan(0);
    expect(gain.method).toBe('Brier score, before − after, cluster-robust t, skewness-adjusted');
    expect(gain.notes).toEqual(['200 clusters: the interval tends to be too short below 500']);
    const loss = found.gain.logLoss as Estimate;
    expect(loss.value).toBeCloseTo(
      (found.before.logLoss as Estimate).value - (found.after.logLoss as Estimate).value,
      14,
    );
  });

  test('shows a loss where there was nothing to gain', () => {
    const calm = simulated(600, (x) => x, 'calm');
    const found = crossFitCalibration(calm.p, calm.y, { kind: 'histogram' }) as CrossFitCalibration;
    const gain = found.gain.brier as Estimate;
    expect(gain.value).toBeLessThan(0);
    expect(gain.interval![0]).toBeLessThan(gain.value);
    expect(gain.notes).toBeUndefined();
  });

  test('takes a temperature and 5 folds unless asked otherwise; rows in turn without clusters', () => {
    const found = fitted();
    expect(found.calibrator.kind).toBe('temperature');
    const plain = outOfFold(
      p.map((_, i) => i % 5),
      (train, left) => {
        const part = crossFitCalibration(
          Array.from(train, (i) => p[i]!),
          Array.from(train, (i) => y[i]!),
        ) as CrossFitCalibration;
        return applyCalibrator(
          part.calibrator,
          Array.from(left, (i) => p[i]!),
        );
      },
    );
    expect(found.outOfFold).toEqual(plain);
    expect(fitted({ folds: 3 }).method).toContain('3-fold');
    expect(fitted({ random: seededRandom(1) }).outOfFold).not.toEqual(found.outOfFold);
    expect(fitted({ level: 0.8 }).after.brier).toMatchObject({ level: 0.8 });
    expect(fitted({ bins: 4, binning: 'equal-width' }).before.calibrationError.method).toContain('4 equal-width');
  });

  test('keeps missing rows missing', () => {
    const found = crossFitCalibration([...p, NaN, 0.4], [...y, 1, -1], { clusters: [...clusters, -1, NaN] });
    expect(found).toMatchObject({ n: 600 });
    const { outOfFold: spread } = found as CrossFitCalibration;
    expect(spread.length).toBe(602);
    expect([...spread.subarray(600)]).toEqual([NaN, NaN]);
    expect(spread.subarray(0, 600)).toEqual(fitted({ clusters }).outOfFold);
  });

  test('refuses shapes that so few labels cannot carry', () => {
    const part = (n: number, kind: CalibratorKind) => crossFitCalibration(p.slice(0, n), y.slice(0, n), { kind });
    for (const kind of ['platt', 'beta', 'histogram', 'venn-abers', 'isotonic'] as const) {
      expect(part(49, kind)).toMatchObject({
        value: null,
        reason: 'not-identified',
        detail: '49 labels: below 50 only a temperature can be fitted with profit',
        n: 49,
      });
    }
    expect(part(49, 'temperature')).toMatchObject({ n: 49 });
    expect(part(50, 'platt')).toMatchObject({ n: 50 });
    expect(part(199, 'isotonic')).toMatchObject({
      reason: 'not-identified',
      detail: '199 labels: below 200 an isotonic fit follows chance',
    });
    expect(part(200, 'isotonic')).toMatchObject({ n: 200 });
    expect(part(200, 'venn-abers')).toMatchObject({ n: 200 });
  });

  test('says what else the data do not allow', () => {
    expect(crossFitCalibration([], [])).toMatchObject({ reason: 'no-data' });
    expect(crossFitCalibration([0.2, 0.4, 0.3], [0, 1, 1])).toMatchObject({
      reason: 'too-few-clusters',
      detail: '5 folds need as many, found 3',
    });
    expect(crossFitCalibration(p, y, { clusters: p.map((_, i) => i % 4) })).toMatchObject({
      reason: 'too-few-clusters',
    });
    expect(crossFitCalibration(p.slice(0, 20), y.slice(0, 20).fill(1))).toMatchObject({
      reason: 'one-category',
      method: 'temperature calibration, 5-fold cross-fitted',
    });
    const lone = y.slice(0, 20).map((_, i) => (i === 3 ? 1 : 0));
    expect(crossFitCalibration(p.slice(0, 20), lone)).toMatchObject({
      reason: 'not-identified',
      detail: 'without one of the folds the outcomes are all alike',
    });
    expect(() => crossFitCalibration(p, y, { kind: 'best' as 'platt' })).toThrow(
      new RangeError('kind must be one of temperature, platt, beta, isotonic, histogram, venn-abers, found best'),
    );
    expect(() => crossFitCalibration(p, y, { folds: 1 })).toThrow(/folds must be at least 2/);
    expect(() => crossFitCalibration(p, y, { clusters: [1] })).toThrow(/600 rows but 1 cluster ids/);
  });

  test('lets no NaN out beside the places of missing rows', () => {
    for (const kind of ['temperature', 'platt', 'beta', 'isotonic', 'histogram', 'venn-abers'] as const) {
      sound(fitted({ kind, clusters }), kind);
    }
  });
});
