import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictionPoweredMean, seededRandom, shiftedMean, tQuantile } from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  shifted: Record<'human' | 'judge' | 'weights' | 'target', number[]> &
    Record<'value' | 'se' | 'clip' | 'effectiveLabels', number>;
};
const random = { labelDesign: 'random' } as const;

describe('shifted mean', () => {
  const { human, judge, weights, target, ...expected } = oracle.shifted;

  test('agrees with NumPy', () => {
    const found = shiftedMean(human, judge, weights, target);
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(expected.value, 12);
    expect(found.se).toBeCloseTo(expected.se, 12);
    expect(found.effectiveLabels).toBeCloseTo(expected.effectiveLabels, 10);
    expect(found.clip).toBeCloseTo(expected.clip, 12);
    expect(found.clipped).toBe(1);
    expect(found.notes).toEqual([`1 of 60 weights were cut to ${expected.clip.toPrecision(4)}`]);
    const half = tQuantile(0.975, expected.effectiveLabels - 1) * expected.se;
    expect(found.interval![1]).toBeCloseTo(expected.value + half, 10);
  });

  test('equal weights of any size are the plain estimate at λ = 1', () => {
    const plain = predictionPoweredMean(human, judge, target, { lambda: 1, interval: 't', ...random });
    for (const weight of [1, 7, 1e150]) {
      const found = shiftedMean(
        human,
        judge,
        human.map(() => weight),
        target,
      );
      if (found.value === null || plain.value === null) throw new Error('undetermined');
      expect(found.value).toBeCloseTo(plain.value, 12);
      expect(found.se).toBeCloseTo(plain.se!, 10);
      expect(found.effectiveLabels).toBeCloseTo(60, 9);
      expect(found.notes).toBeUndefined();
    }
  });

  test('weights that leave fewer than 30 effective labels give no interval', () => {
    const heavy = human.map((_, i) => (i < 3 ? 100 : 1));
    const found = shiftedMean(human, judge, heavy, target, { clipAt: 1 });
    expect(found).toMatchObject({ interval: null, clipped: 0 });
    if (found.value === null) throw new Error(found.detail);
    expect(found.notes).toEqual([
      `no interval: the weights leave ${found.effectiveLabels.toFixed(1)} effective labels, needs 30`,
    ]);
    const exactly = shiftedMean(
      human.slice(0, 30),
      judge.slice(0, 30),
      Array.from({ length: 30 }, () => 1),
      target,
    );
    expect(exactly).toMatchObject({ effectiveLabels: 30 });
    expect(exactly.value === null ? null : exactly.interval).not.toBeNull();
  });

  test('by clusters, and without rows that miss a value', () => {
    const clusters = { labelled: human.map((_, i) => i), unlabelled: target.map((_, i) => 100 + i) };
    const one = shiftedMean(
      human,
      judge,
      human.map(() => 1),
      target,
      { clusters },
    );
    const plain = predictionPoweredMean(human, judge, target, { lambda: 1, interval: 'z', ...random });
    if (one.value === null || plain.value === null) throw new Error('undetermined');
    expect(one.se).toBeCloseTo(plain.se! * Math.sqrt(140 / 139), 10);
    const few = shiftedMean(human, judge, weights, target, {
      clusters: { ...clusters, labelled: human.map((_, i) => i % 4) },
    });
    expect(few).toMatchObject({ interval: null, groups: 4 });
    const holes = shiftedMean([...human, NaN], [...judge, 1], [...weights, 1], [...target, NaN]);
    expect(holes.value).toBeCloseTo(expected.value, 12);
    expect(holes).toMatchObject({ n: 60, nUnlabelled: 80 });
  });

  test('refuses what does not fit', () => {
    expect(() => shiftedMean(human, judge, [1], target)).toThrow('human has 60 labels, judge 60 scores, weights 1');
    expect(() => shiftedMean(human, judge, weights.with(4, -1), target)).toThrow(
      'weights[4] must be at least 0, found -1',
    );
    expect(() => shiftedMean(human, judge, weights, target, { clipAt: 0 })).toThrow(
      'clipAt must lie in (0, 1], found 0',
    );
    expect(
      shiftedMean(
        human,
        judge,
        human.map(() => 0),
        target,
      ),
    ).toMatchObject({ value: null, reason: 'no-data' });
    expect(shiftedMean([1], [1], [1], target)).toMatchObject({
      reason: 'no-data',
      detail: 'needs 2 labelled and 2 target items, found 1 and 80',
    });
    const flat = Array.from({ length: 40 }, () => 1);
    expect(shiftedMean(flat, flat, flat, [1, 1])).toMatchObject({ value: 1, interval: null, se: 0 });
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('shifted');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      const [human, judge, target] = [pick(n, levels), pick(n, levels), pick(N, levels)];
      const clusters = { labelled: pick(n, 8), unlabelled: pick(N, 8) };
      sound(shiftedMean(human, judge, pick(n, 3), target), 'shifted');
      sound(shiftedMean(human, judge, pick(n, 3), target, { clusters }), 'shifted');
    }),
    { seed: 42, numRuns: 80 },
  );
});
