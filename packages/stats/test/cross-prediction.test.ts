import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crossPredictionPoweredMean,
  matrixOf,
  mean,
  predictionPoweredMean,
  type Refit,
  seededRandom,
  tQuantile,
} from '../src/index.ts';
import { sound } from './sound.ts';

const oracle = JSON.parse(readFileSync(new URL('fixtures/corrected.json', import.meta.url), 'utf8')) as {
  cross: Record<'human' | 'outOfFold' | 'folds', number[]> & { models: number[][]; value: number; se: number };
};
const random = { labelDesign: 'random' } as const;

describe('cross-prediction', () => {
  const { human, outOfFold, folds, models, value, se } = oracle.cross;
  const call = (options: Partial<Parameters<typeof crossPredictionPoweredMean>[3]> = {}) =>
    crossPredictionPoweredMean(human, outOfFold, matrixOf(models), { folds, ...random, ...options });

  test('agrees with NumPy, models weighted by their folds', () => {
    const found = call();
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.se).toBeCloseTo(se, 12);
    const half = tQuantile(0.975, 29) * se;
    expect(found.interval![0]).toBeCloseTo(value - half, 10);
    expect(found.notes).toEqual([
      'the models were held fixed: that folds share training rows is not part of the interval',
    ]);
    expect(found).toMatchObject({ n: 30, nUnlabelled: 40, method: 'cross-prediction-powered mean, t, models fixed' });
  });

  test('a model that says the same of all items drops out, whatever it says', () => {
    const constant = (levels: number[]) =>
      crossPredictionPoweredMean(
        human,
        folds.map((fold) => levels[fold]!),
        matrixOf(levels.map((level) => Array.from({ length: 40 }, () => level))),
        { folds, ...random },
      );
    for (const levels of [
      [0, 0, 0],
      [5, -3, 100],
    ])
      expect(constant(levels).value).toBeCloseTo(mean(human), 10);
  });

  test('one model for all is the plain estimate at λ = 1', () => {
    const same = models[0]!;
    const found = crossPredictionPoweredMean(human, outOfFold, matrixOf([same]), {
      folds: human.map(() => 0),
      ...random,
    });
    const plain = predictionPoweredMean(human, outOfFold, same, { lambda: 1, interval: 't', ...random });
    if (found.value === null || plain.value === null) throw new Error('undetermined');
    expect(found.value).toBeCloseTo(plain.value, 12);
    expect(found.se).toBeCloseTo(plain.se!, 12);
    expect(found.interval![1]).toBeCloseTo(plain.interval![1], 12);
  });

  test('a refit that ignores the labels gives nearly the variance of fixed models', () => {
    const blend = models[0]!.map((_, i) => (8 * models[0]![i]! + 10 * models[1]![i]! + 12 * models[2]![i]!) / 30);
    const refit: Refit = (rows) => ({ outOfFold: Array.from(rows, (row) => outOfFold[row]!), unlabelled: blend });
    const found = call({ refit, random: seededRandom(3), replicates: 4000 });
    if (found.value === null) throw new Error(found.detail);
    expect(found.value).toBeCloseTo(value, 12);
    // Within folds the mean of a fold does not vary, so a little less.
    expect(found.se).toBeGreaterThan(0.85 * se);
    expect(found.se).toBeLessThan(1.05 * se);
    expect(found.notes).toBeUndefined();
    expect(found.method).toContain('bootstrap with refit, B = 4000');
    expect(call({ refit, random: seededRandom(3), replicates: 50 })).toEqual(
      call({ refit, random: seededRandom(3), replicates: 50 }),
    );
  });

  test('draws labels within their folds', () => {
    const seen: Uint32Array[] = [];
    const refit: Refit = (rows) => {
      seen.push(rows.slice());
      return { outOfFold: Array.from(rows, () => 0.5), unlabelled: Array.from({ length: 40 }, () => 0.5) };
    };
    call({ refit, random: seededRandom(3), replicates: 3 });
    expect(seen.length).toBe(3);
    for (const rows of seen) expect(Array.from(rows, (row) => folds[row])).toEqual(folds);
  });

  test('by clusters', () => {
    const clusters = { labelled: human.map((_, i) => i >> 1), unlabelled: models[0]!.map((_, i) => 100 + i) };
    const found = call({ clusters });
    expect(found).toMatchObject({ groups: 15 });
    const four = call({ clusters: { ...clusters, labelled: human.map((_, i) => i % 4) } });
    expect(four).toMatchObject({ interval: null, notes: ['no interval: 4 clusters with a label, needs 5'] });
  });

  test('refuses what does not fit', () => {
    expect(() => call({ folds: [0] })).toThrow('human has 30 labels but 1 folds');
    expect(() => call({ folds: folds.with(2, 3) })).toThrow("folds[2] must be a model's number below 3, found 3");
    expect(() => call({ refit: () => ({ outOfFold: [], unlabelled: [] }) })).toThrow('refit needs `random`');
    expect(() => call({ refit: () => ({ outOfFold: [], unlabelled: [] }), random: seededRandom(1) })).toThrow(
      'refit must give 30 and 40 predictions, found 0 and 0',
    );
    expect(() => crossPredictionPoweredMean(human.with(1, NaN), outOfFold, matrixOf(models), { folds })).toThrow(
      'must not be missing',
    );
    expect(crossPredictionPoweredMean([1], [1], matrixOf([[1, 0]]), { folds: [0] })).toMatchObject({
      value: null,
      reason: 'no-data',
    });
    expect(crossPredictionPoweredMean([1, 1], [1, 1], matrixOf([[1, 1]]), { folds: [0, 0] })).toMatchObject({
      value: 1,
      interval: null,
    });
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('cross');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      const [human, judge, folds] = [pick(n, levels), pick(n, levels), pick(n, 2)];
      const models = { values: pick(2 * N, levels), rows: 2, columns: N };
      const clusters = { labelled: pick(n, 8), unlabelled: pick(N, 8) };
      sound(crossPredictionPoweredMean(human, judge, models, { folds }), 'cross');
      sound(crossPredictionPoweredMean(human, judge, models, { folds, clusters }), 'cross');
    }),
    { seed: 42, numRuns: 80 },
  );
});
