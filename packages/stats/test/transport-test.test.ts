import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusteredMean, seededRandom, transportTest } from '../src/index.ts';
import { sound } from './sound.ts';

describe('transport', () => {
  const group = Array.from({ length: 60 }, (_, i) => i % 3);
  const score = group.map((_, i) => (i % 7) / 7);
  // The third policy is judged half a point too low.
  const human = score.map((s, i) => s + (group[i] === 2 ? 0.5 : 0) + (((i * 37) % 11) - 5) / 20);

  test('tests each policy by t and adjusts by Holm', () => {
    const { policies, same } = transportTest(human, score, group);
    expect(policies.map(({ policy, transports }) => [policy, transports])).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ]);
    const own = clusteredMean(human.map((y, i) => y - score[i]!).filter((_, i) => group[i] === 2));
    expect(policies[2]!.residual).toEqual(own);
    expect(policies[2]!.pAdjusted).toBeCloseTo(3 * policies[2]!.p!, 12);
    expect(same.p).toBeLessThan(1e-6);
    const weights = policies.map(({ residual }) => 1 / (residual.value === null ? 1 : residual.se!) ** 2);
    const values = policies.map(({ residual }) => residual.value!);
    const centre = values.reduce((a, r, i) => a + r * weights[i]!, 0) / weights.reduce((a, b) => a + b, 0);
    expect(same.statistic).toBeCloseTo(
      values.reduce((a, r, i) => a + weights[i]! * (r - centre) ** 2, 0),
      9,
    );
  });

  test('by clusters, with as many degrees of freedom', () => {
    const clusters = group.map((_, i) => Math.floor(i / 6));
    const { policies } = transportTest(human, score, group, { clusters });
    expect(policies[0]!.residual).toMatchObject({ groups: 10 });
  });

  test('a policy without spread is not tested', () => {
    const { policies, same } = transportTest([1, 1, 1, 0, 1], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1]);
    expect(policies[0]).toMatchObject({ p: null, pAdjusted: null, transports: null });
    expect(policies[1]!.p).not.toBeNull();
    expect(same).toMatchObject({
      p: 1,
      statistic: null,
      notes: ['nothing to compare: fewer than two groups have a spread'],
    });
    expect(transportTest([], [], [])).toMatchObject({ policies: [] });
  });

  test('refuses what does not fit', () => {
    expect(() => transportTest([1], [1], [1, 2])).toThrow('human has 1 labels but 2 policies are given');
    expect(() => transportTest([1], [1], [-1])).toThrow('row 0 has no policy');
    expect(() => transportTest([1], [1], [1], { clusters: [1, 2] })).toThrow('human has 1 labels but 2 cluster ids');
    expect(() => transportTest([1], [1], [1], { level: 2 })).toThrow('level must lie in (0, 1), found 2');
    const holes = transportTest([1, NaN, 0], [1, 1, 1], [0, 0, 0]);
    expect(holes.same.notes![0]).toContain('1 of 3 rows have a missing label or score');
  });

  test('rejects a policy that is judged right no more often than it says', () => {
    const source = seededRandom('transport');
    let wrong = 0;
    for (let d = 0; d < 1000; d++) {
      const rows = Array.from({ length: 60 }, (_, i) => ({ y: source.next(), f: source.next(), policy: i % 3 }));
      const { policies } = transportTest(
        rows.map(({ y }) => y),
        rows.map(({ f }) => f),
        rows.map(({ policy }) => policy),
      );
      if (policies.some(({ transports }) => transports === false)) wrong++;
    }
    expect(wrong).toBeLessThan(78);
    expect(wrong).toBeGreaterThan(22);
  });
});

test('no result of random rows holds a number that is none', () => {
  const source = seededRandom('transported');
  const size = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(size, size, fc.constantFrom(1, 2, 5), (n, N, levels) => {
      const pick = (count: number, of: number) => Array.from({ length: count }, () => Math.floor(source.next() * of));
      sound(transportTest(pick(n + N, levels), pick(n + N, levels), pick(n + N, 3)), 'transport');
    }),
    { seed: 42, numRuns: 80 },
  );
});
