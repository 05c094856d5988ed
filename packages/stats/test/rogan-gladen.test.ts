import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateCalibration, roganGladen } from '../src/index.ts';
import { sound } from './sound.ts';

const readme = { truePositives: 180, positives: 200, trueNegatives: 140, negatives: 200 };

describe('Rogan-Gladen', () => {
  test("gives the published code's example", () => {
    const found = roganGladen({ positives: 400, n: 1000 }, readme);
    expect(found.value).toBeCloseTo(1 / 6, 12);
    if (found.value === null) throw new Error(found.detail);
    expect(found.interval![0]).toBeCloseTo(0.0563507, 7);
    expect(found.interval![1]).toBeCloseTo(0.262733, 7);
    expect(found.se).toBeCloseTo(0.0526495, 7);
    expect(found).toMatchObject({
      p: 0.4,
      q0: 0.7,
      q1: 0.9,
      m0: 200,
      m1: 200,
      n: 1000,
      method: 'rogan-gladen, lee 2025',
    });
    expect(found.youden).toBeCloseTo(0.6, 12);
  });

  test('a perfect judge is believed', () => {
    const found = roganGladen(
      { positives: 30, n: 100 },
      { truePositives: 50, positives: 50, trueNegatives: 50, negatives: 50 },
    );
    expect(found.value).toBeCloseTo(0.3, 12);
  });

  test('exchanging right and wrong turns the estimate and its interval round', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 13, max: 25 }),
        fc.integer({ min: 13, max: 25 }),
        (k, a, b) => {
          const one = roganGladen(
            { positives: k, n: 100 },
            { truePositives: a, positives: 25, trueNegatives: b, negatives: 25 },
          );
          const two = roganGladen(
            { positives: 100 - k, n: 100 },
            { truePositives: b, positives: 25, trueNegatives: a, negatives: 25 },
          );
          if (one.value === null || two.value === null) throw new Error('undetermined');
          expect(two.value).toBeCloseTo(1 - one.value, 10);
          if (one.interval === null || two.interval === null) return expect(one.interval).toBe(two.interval);
          expect(two.interval[0]).toBeCloseTo(1 - one.interval[1], 10);
          sound(one, 'one');
        },
      ),
      { seed: 42 },
    );
  });

  test('a judge at chance gives no estimate, one above it does', () => {
    const at = (truePositives: number) =>
      roganGladen({ positives: 4, n: 10 }, { truePositives, positives: 30, trueNegatives: 20, negatives: 30 });
    expect(at(10)).toEqual({
      value: null,
      reason: 'judge-not-better-than-chance',
      detail: 'q0 = 0.667, q1 = 0.333 sum to no more than 1',
      n: 10,
      method: 'rogan-gladen, lee 2025',
    });
    expect(at(11).value).toBe(1);
    expect(at(9).value).toBeNull();
  });

  test('an estimate outside 0 to 1 is moved and stays in its interval', () => {
    const found = roganGladen(
      { positives: 1, n: 100 },
      { truePositives: 9, positives: 10, trueNegatives: 8, negatives: 10 },
    );
    expect(found.value).toBe(0);
    if (found.value === null) throw new Error(found.detail);
    expect(found.notes).toEqual(['the estimate -0.2714 lies outside [0, 1] and was moved to 0']);
    expect(found.interval![0]).toBe(0);
  });

  test('needs judged items and labels of both kinds', () => {
    expect(roganGladen({ positives: 0, n: 0 }, readme)).toMatchObject({
      value: null,
      reason: 'no-data',
      detail: 'needs judged items, found none',
    });
    expect(roganGladen({ positives: 1, n: 2 }, { ...readme, truePositives: 0, positives: 0 })).toMatchObject({
      reason: 'no-data',
      detail: 'the error rates need labelled items of both kinds, found 0 right and 200 wrong',
    });
    expect(roganGladen({ positives: 1, n: 2 }, { ...readme, trueNegatives: 0, negatives: 0 })).toMatchObject({
      reason: 'no-data',
    });
    expect(() => roganGladen({ positives: 3, n: 2 }, readme)).toThrow(
      'successes must be a count between 0 and n = 2, found 3',
    );
    expect(() => roganGladen({ positives: 1, n: 2 }, { ...readme, truePositives: 201 })).toThrow('found 201');
    expect(() => roganGladen({ positives: 1, n: 2 }, { ...readme, trueNegatives: 1.5 })).toThrow('found 1.5');
    expect(() => roganGladen({ positives: 1, n: 2 }, readme, { level: 0 })).toThrow(
      'level must lie in (0, 1), found 0',
    );
  });
});

describe('allocation of calibration labels', () => {
  test("gives the published code's example, within the pilot's bounds", () => {
    expect(allocateCalibration(200, { p: 0.4, q0: 0.7, q1: 0.9, perClass: 10 })).toEqual({ m0: 136, m1: 64 });
    expect(allocateCalibration(40, { p: 0.01, q0: 0.5, q1: 1, perClass: 10 })).toEqual({ m0: 30, m1: 10 });
    expect(allocateCalibration(40, { p: 0.99, q0: 1, q1: 0.5, perClass: 10 })).toEqual({ m0: 10, m1: 30 });
    expect(allocateCalibration(100, { p: 0.5, q0: 0.8, q1: 0.8, perClass: 10 })).toEqual({ m0: 50, m1: 50 });
  });

  test('refuses rates that are none and too few labels', () => {
    const pilot = { p: 0.4, q0: 0.7, q1: 0.9, perClass: 10 };
    expect(() => allocateCalibration(19, pilot)).toThrow('labels must be at least two pilots of 10, found 19');
    expect(() => allocateCalibration(50, { ...pilot, p: 0 })).toThrow('p must lie in (0, 1), found 0');
    expect(() => allocateCalibration(50, { ...pilot, q1: 1.1 })).toThrow('q1 must lie in [0, 1], found 1.1');
  });
});
