import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyBehindNoise, humanErrorRate, judgeErrorRates, proportion } from '../src/index.ts';

describe('error rates by group', () => {
  // Group 0: wrong 8 of 10 right, right 9 of 10; group 1: wrong 5 of 10, right 6 of 10.
  const rows: [human: number, judge: number, group: number][] = [];
  for (const [group, right, wrong] of [
    [0, 9, 8],
    [1, 6, 5],
  ] as const) {
    for (let i = 0; i < 10; i++) rows.push([1, i < right ? 1 : 0, group], [0, i < wrong ? 0 : 1, group]);
  }
  const column = (place: 0 | 1 | 2) => rows.map((row) => row[place]);

  test('agree with scipy', () => {
    const found = judgeErrorRates(column(0), column(1), column(2));
    // scipy.stats.chi2_contingency([[8, 2], [5, 5]], correction=False) and ([[9, 1], [6, 4]], …)
    expect(found.q0Same.statistic).toBeCloseTo(1.978021978021978, 12);
    expect(found.q0Same.p).toBeCloseTo(0.15959894, 7);
    expect(found.q1Same.statistic).toBeCloseTo(2.4, 12);
    expect(found.q1Same.p).toBeCloseTo(0.12133525, 7);
    expect(found.groups.map(({ group, youden }) => [group, youden])).toEqual([
      [0, expect.closeTo(0.7, 12) as number],
      [1, expect.closeTo(0.1, 12) as number],
    ]);
    expect(found.youdenRange).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.7, 12)]);
    expect(found.groups[0]!.q0).toEqual(proportion(8, 10));
    expect(found.q0Same.notes).toEqual(['fewer than 5 verdicts are expected in some cell (3.5): the p-value is rough']);
    const twice = (values: number[]) => [...values, ...values];
    expect(judgeErrorRates(twice(column(0)), twice(column(1)), twice(column(2))).q0Same.notes).toBeUndefined();
    expect(found.q1Same.notes).toEqual(['fewer than 5 verdicts are expected in some cell (2.5): the p-value is rough']);
  });

  test('with nothing to compare say so', () => {
    const one = judgeErrorRates([1, 1, 0], [1, 0, 0], [5, 5, 5]);
    expect(one.q1Same).toMatchObject({
      p: 1,
      statistic: null,
      notes: ['nothing to compare: fewer than two groups have such items'],
    });
    const same = judgeErrorRates([1, 1], [1, 1], [0, 1]);
    expect(same.q1Same.notes).toEqual(['nothing to compare: all verdicts are the same']);
    expect(same.groups[0]).toMatchObject({ q0: { value: null, reason: 'no-data' }, youden: null });
    expect(same.youdenRange).toBeNull();
    expect(judgeErrorRates([], [], [])).toMatchObject({ groups: [], youdenRange: null });
    expect(judgeErrorRates([1, NaN, 0], [1, 0, NaN], [0, 0, 0]).q1Same.n).toBe(1);
  });

  test('refuse other values and rows without a group', () => {
    expect(() => judgeErrorRates([1, 2], [1, 1], [0, 0])).toThrow('human[1] must be 0, 1 or NaN for missing, found 2');
    expect(() => judgeErrorRates([1, 1], [1, 0.5], [0, 0])).toThrow(
      'judge[1] must be 0, 1 or NaN for missing, found 0.5',
    );
    expect(() => judgeErrorRates([1], [1], [NaN])).toThrow('row 0 has no group');
    expect(() => judgeErrorRates([1], [1], [-1])).toThrow('row 0 has no group');
    expect(() => judgeErrorRates([1], [1, 0], [0])).toThrow('human has 1 rows, judge 2, group 1');
  });
});

describe('people who err', () => {
  test('an error of e makes two passes agree on 1 − 2e(1 − e)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 49 }), (percent) => {
        const e = percent / 100;
        const pairs = 10_000;
        const agree = Math.round(pairs * (1 - 2 * e * (1 - e)));
        expect(humanErrorRate(agree, pairs).value).toBeCloseTo(e, 2);
      }),
      { seed: 42 },
    );
    const found = humanErrorRate(164, 200);
    expect(found.value).toBeCloseTo(0.1, 12);
    const wilson = proportion(164, 200);
    if (found.value === null || wilson.value === null) throw new Error('undetermined');
    const [low, high] = wilson.interval!.map((agree) => (1 - Math.sqrt(2 * agree - 1)) / 2);
    expect(found.interval![0]).toBeCloseTo(high!, 12);
    expect(found.interval![1]).toBeCloseTo(low!, 12);
  });

  test('agreement at chance allows any error', () => {
    expect(humanErrorRate(5, 10)).toMatchObject({
      value: 0.5,
      notes: ['people agree no more than by chance: the error may be anything up to ½'],
    });
    expect(humanErrorRate(6, 10)).not.toHaveProperty('notes');
    expect(humanErrorRate(0, 0)).toMatchObject({ value: null, reason: 'no-data' });
  });

  test('hide a part of the accuracy of a judge', () => {
    for (const [a, e] of [
      [0.9, 0.1],
      [0.5, 0.2],
      [1, 0.3],
      [0.2, 0],
    ] as const) {
      expect(accuracyBehindNoise(a * (1 - e) + (1 - a) * e, e)).toBeCloseTo(a, 12);
    }
    expect(accuracyBehindNoise(0.95, 0.1)).toBe(1);
    expect(accuracyBehindNoise(0.05, 0.1)).toBe(0);
    expect(() => accuracyBehindNoise(1.1, 0.1)).toThrow('observed must lie in [0, 1], found 1.1');
    expect(() => accuracyBehindNoise(0.9, 0.5)).toThrow('error must lie in [0, 0.5), found 0.5');
  });
});
