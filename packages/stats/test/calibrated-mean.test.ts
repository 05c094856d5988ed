import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibratedMean, isotonicRegression, mean, predictIsotonic, seededRandom } from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  calibrated: Record<'human' | 'score' | 'target' | 'interval', number[]> &
    Record<'folds' | 'value' | 'samplingSe' | 'calibrationSe', number>;
};

describe('calibrated mean', () => {
  const { human, score, target, ...expected } = oracle.calibrated;

  test('agrees with scikit-learn refitted without each fold', () => {
    const found = calibratedMean(human, score, target, { folds: expected.folds });
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(expected.value, 6);
    expect(found.samplingSe).toBeCloseTo(expected.samplingSe, 6);
    expect(found.calibrationSe).toBeCloseTo(expected.calibrationSe, 6);
    expected.interval.forEach((end, i) => expect(found.interval![i]).toBeCloseTo(end, 5));
    expect(found.se).toBeCloseTo(Math.hypot(found.samplingSe, found.calibrationSe), 12);
    expect(found.method).toBe('calibrated mean, isotonic, jackknife of 4 folds');
  });

  test('keeps the mean of people on the items that it was fitted on', () => {
    expect(calibratedMean(human, score, score, { folds: 4 }).value).toBeCloseTo(mean(human), 10);
    const fit = isotonicRegression(score, human);
    if ('value' in fit) throw new Error(fit.detail);
    expect(calibratedMean(human, score, target, { folds: 5 }).value).toBeCloseTo(
      mean(predictIsotonic(fit, target)),
      12,
    );
  });

  test('does not depend on the scale of the score', () => {
    const turn = (values: number[]) => values.map((value) => 4 * value - 7);
    const [one, two] = [
      calibratedMean(human, score, target, { folds: 4 }),
      calibratedMean(human, turn(score), turn(target), { folds: 4 }),
    ];
    if (one.value === null || two.value === null) throw new Error('undetermined');
    expect(two.value).toBeCloseTo(one.value, 10);
    expect(two.calibrationSe).toBeCloseTo(one.calibrationSe, 10);
  });

  test('keeps clusters whole and counts them', () => {
    const clusters = { labelled: human.map((_, i) => i >> 1), unlabelled: target.map((_, i) => i) };
    expect(calibratedMean(human, score, target, { folds: 10, clusters })).toMatchObject({ groups: 20, folds: 10 });
    expect(calibratedMean(human, score, target, { folds: 11, clusters })).toMatchObject({
      value: null,
      detail: 'needs 22 independent labels for 11 folds and 2 target items, found 20 and 70',
    });
    expect(() => calibratedMean(human, score, target, { clusters: { ...clusters, labelled: [1] } })).toThrow(
      '40 labelled and 70 target rows, but 1 and 70 cluster ids',
    );
    const four = { ...clusters, unlabelled: target.map((_, i) => i % 4) };
    expect(calibratedMean(human, score, target, { folds: 4, clusters: four })).toMatchObject({ interval: null });
  });

  test('says why there is no value or no interval', () => {
    expect(calibratedMean(human, score, [0.5])).toMatchObject({ value: null, reason: 'no-data' });
    expect(
      calibratedMean(
        human,
        human.map(() => 1),
        target,
      ),
    ).toMatchObject({ value: null, reason: 'zero-variance' });
    expect(
      calibratedMean(
        human.map(() => 1),
        score,
        target,
      ),
    ).toMatchObject({ value: 1, interval: null, calibrationSe: 0 });
    expect(() => calibratedMean(human, score, target, { folds: 1 })).toThrow('folds must be at least 2, found 1');
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('calibrated');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      const [human, judge, target] = [pick(n, levels), pick(n, levels), pick(N, levels)];
      const clusters = { labelled: pick(n, 8), unlabelled: pick(N, 8) };
      sound(calibratedMean(human, judge, target, { folds: 2 }), 'calibrated');
      sound(calibratedMean(human, judge, target, { folds: 2, clusters }), 'calibrated');
    }),
    { seed: 42, numRuns: 80 },
  );
});
