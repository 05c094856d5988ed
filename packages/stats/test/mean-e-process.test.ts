import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EProcessOptions,
  eProcessResult,
  type EProcessState,
  extendEProcess,
  meanEProcess,
  seededRandom,
  startEProcess,
} from '../src/index.ts';
import { bettingUpperBound } from '../src/sequential/mean-e-process.ts';
import { sound } from './sound.ts';

const scores = [1, 0, 1, 1, 0.5, 1, 0, 0.25, 1, 1, 0.75, 1];
const ones = scores.map(() => 1);

test('agrees with a plain Python version of the formulas', () => {
  const found = meanEProcess(scores, { threshold: 0.4 });
  expect(found).toMatchObject({ passed: false, passedAt: null, n: 12, alpha: 0.05, alternative: 'greater' });
  if ('value' in found) throw new Error(found.detail);
  expect(found.eValue).toBeCloseTo(15.956844927094137, 9);
  expect(found.logE).toBeCloseTo(Math.log(15.956844927094137), 12);
  expect(found.p).toBeCloseTo(1 / 15.956844927094137, 12);
  const sure = meanEProcess(ones, { threshold: 0.4 });
  if ('value' in sure) throw new Error(sure.detail);
  expect(sure.eValue).toBeCloseTo(825.0050068497658, 7);
  expect(sure).toMatchObject({ passed: true, passedAt: 6, method: 'e-process, mean greater than 0.4' });
});

test('p is of the largest E so far, and the other side is the mirror', () => {
  const found = meanEProcess(scores, { threshold: 0.9, alternative: 'less', alpha: 0.1 });
  if ('value' in found) throw new Error(found.detail);
  expect(found.eValue).toBeCloseTo(6.631928171188619, 9);
  expect(found.p).toBeCloseTo(1 / 8.163366820259686, 12);
  const mirrored = meanEProcess(
    scores.map((x) => 1 - x),
    { threshold: 1 - 0.9, alpha: 0.1 },
  );
  expect('value' in mirrored ? null : mirrored.eValue).toBeCloseTo(found.eValue, 9);
});

test('reaches 1/alpha in at most a share alpha of streams whose mean is the threshold', () => {
  const random = seededRandom('e-process');
  let alarms = 0;
  for (let stream = 0; stream < 2000; stream++) {
    const source = random.stream(String(stream));
    const state = startEProcess({ threshold: 0.3, alpha: 0.1 });
    for (let t = 0; t < 200 && state.passedAt === null; t++) extendEProcess(state, source.next() < 0.3 ? 1 : 0);
    if (state.passedAt !== null) alarms++;
  }
  // 0.1 plus three standard errors of 2,000 streams; far fewer would mean that nothing is ever shown.
  expect(alarms / 2000).toBeLessThan(0.12);
  expect(alarms / 2000).toBeGreaterThan(0.02);
});

test('one score at a time, through JSON in the middle, gives the bits of the array', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), fc.nat(10), (values, cut) => {
      let state = startEProcess({ threshold: 0.6 });
      values.forEach((value, i) => {
        if (i === cut) state = JSON.parse(JSON.stringify(state)) as EProcessState;
        extendEProcess(state, value);
      });
      const found = eProcessResult(state);
      expect(found).toEqual(meanEProcess(values, { threshold: 0.6 }));
      sound(found, 'e-process');
    }),
    { seed: 42 },
  );
});

test('of a population, what can no longer be is certain', () => {
  const found = meanEProcess([1, 1, 1], { threshold: 0.5, population: 5, alpha: 0.001 });
  // Three of five are right, so the mean is at least 0.6; at the fourth the null hypothesis is impossible.
  expect(found).toMatchObject({ passed: false, method: 'e-process, mean greater than 0.5, without replacement' });
  const certain = meanEProcess([1, 1, 1, 0], { threshold: 0.5, population: 5, alpha: 0.001 });
  expect(certain).toMatchObject({ logE: 700, passed: true, passedAt: 4 });
  expect(meanEProcess([1, 1, 1, 0, 0], { threshold: 0.5, population: 5 })).toMatchObject({ logE: 700 });
  const lost = meanEProcess([0, 0, 0, 0], { threshold: 0.5, population: 5 });
  const before = meanEProcess([0, 0, 0], { threshold: 0.5, population: 5 });
  // The rest would need a mean above 1: no bet is left.
  expect('value' in lost || 'value' in before ? null : lost.logE).toBe('value' in before ? null : before.logE);
});

test('E does not overflow', () => {
  const found = meanEProcess(
    Array.from({ length: 5000 }, () => 1),
    { threshold: 0.01 },
  );
  expect(found).toMatchObject({ logE: 700, passed: true });
  sound(found, 'long');
});

test('missing scores are left out, or count as the worst for the claim', () => {
  const holed = [1, NaN, 1, 1];
  expect(meanEProcess(holed, { threshold: 0.5 })).toMatchObject({
    n: 3,
    notes: ['1 of 4 scores are missing and left out'],
  });
  const worst = meanEProcess(holed, { threshold: 0.5, missing: 'worst' });
  const zeros = meanEProcess([1, 0, 1, 1], { threshold: 0.5 });
  const less = meanEProcess(holed, { threshold: 0.5, missing: 'worst', alternative: 'less' });
  const full = meanEProcess([1, 1, 1, 1], { threshold: 0.5, alternative: 'less' });
  if ('value' in worst || 'value' in zeros || 'value' in less || 'value' in full) throw new Error('no data');
  expect(worst.logE).toBe(zeros.logE);
  expect(less.logE).toBe(full.logE);
  expect(worst.notes).toEqual(['1 of 4 scores are missing and count as the worst']);
});

test('another range is carried to [0, 1]', () => {
  const plain = meanEProcess(scores, { threshold: 0.4 });
  const scaled = meanEProcess(
    scores.map((x) => 1 + 4 * x),
    { threshold: 2.6, range: [1, 5] },
  );
  if ('value' in plain || 'value' in scaled) throw new Error('no data');
  expect(scaled.logE).toBeCloseTo(plain.logE, 9);
  expect(scaled.threshold).toBe(2.6);
});

test('a step may be a cluster', () => {
  const found = meanEProcess([1, 0, 1, 1], { threshold: 0.5, clusters: [1, 1, 2, 2] });
  const steps = meanEProcess([0.5, 1], { threshold: 0.5 });
  expect(found).toEqual(steps);
});

test('says what is wrong', () => {
  expect(meanEProcess([], { threshold: 0.5 })).toEqual({
    value: null,
    reason: 'no-data',
    detail: 'an e-process needs at least one score',
    n: 0,
    method: 'e-process, mean greater than 0.5',
  });
  const bad: [EProcessOptions, string][] = [
    [{ threshold: 0 }, 'threshold must lie inside the range (0, 1), found 0'],
    [{ threshold: 1 }, 'threshold must lie inside the range (0, 1), found 1'],
    [{ threshold: 0.5, alpha: 0 }, 'alpha must lie in (0, 1), found 0'],
    [{ threshold: 0.5, alpha: 1 }, 'alpha must lie in (0, 1), found 1'],
    [{ threshold: 0.5, alternative: 'more' as 'less' }, "alternative must be 'greater' or 'less', found more"],
  ];
  for (const [options, message] of bad) expect(() => startEProcess(options)).toThrow(message);
});

test('the upper bound of a mean is where bets begin to win', () => {
  const errors = Array.from({ length: 10 }, () => [0, 0.5, 0, 0, 0.25]).flat();
  expect(bettingUpperBound(errors, 0.9)).toBeCloseTo(0.23548935135201043, 8);
  expect(
    bettingUpperBound(
      Array.from({ length: 30 }, () => 0),
      0.9,
    ),
  ).toBeCloseTo(0.13759672285274238, 8);
  expect(bettingUpperBound([1, 1, 1], 0.9)).toBe(1);
  expect(bettingUpperBound([], 0.9)).toBe(1);
});
