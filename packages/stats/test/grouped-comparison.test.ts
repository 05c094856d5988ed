import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Estimate,
  groupedCorrelation,
  isEstimate,
  kendall,
  matrixOf,
  pairwiseAccuracy,
  type PairwiseAccuracy,
  type PairwiseAccuracyOptions,
  pearson,
  type Random,
  seededRandom,
  softPairwiseAccuracy,
  type SoftPairwiseAccuracy,
  spearman,
} from '../src/index.ts';
import { sound } from './sound.ts';

const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Documents × systems: human levels and judge scores that share the system's quality and the document's ease. */
function scored(documents: number, systems: number, random: Random) {
  const rows: { human: number; judge: number; group: number; system: number }[] = [];
  for (let d = 0; d < documents; d++) {
    const ease = normal(random);
    for (let s = 0; s < systems; s++) {
      const quality = s / 2 + ease + normal(random);
      rows.push({ human: Math.round(quality), judge: quality + normal(random), group: 10 + d, system: s });
    }
  }
  const column = (key: 'human' | 'judge' | 'group' | 'system') => rows.map((row) => row[key]);
  return { human: column('human'), judge: column('judge'), groups: column('group'), systems: column('system') };
}

const coefficients = { pearson, spearman, kendall };

describe('groupedCorrelation', () => {
  const { human, judge, groups, systems } = scored(30, 5, seededRandom(1));

  test.each(['pearson', 'spearman', 'kendall'] as const)(
    '%s at three levels is the plain coefficient of each',
    (statistic) => {
      const coefficient = coefficients[statistic];
      const found = groupedCorrelation(human, judge, { groups, systems, statistic });
      expect(found.pooled.value).toBe(coefficient(human, judge).value);
      const inGroup = Array.from({ length: 30 }, (_, d) => {
        const pick = (column: number[]) => column.filter((__, row) => groups[row] === 10 + d);
        return coefficient(pick(human), pick(judge)).value!;
      });
      expect(found.within.value).toBeCloseTo(inGroup.reduce((a, b) => a + b, 0) / 30, 13);
      expect(found.within).toMatchObject({ definedGroups: 30, undefinedGroups: 0, groups: 30, n: 150 });
      const means = (column: number[]) =>
        Array.from(
          { length: 5 },
          (_, s) => column.filter((__, row) => systems[row] === s).reduce((a, b) => a + b, 0) / 30,
        );
      expect(found.system!.value).toBeCloseTo(coefficient(means(human), means(judge)).value!, 13);
      expect(found.system).toMatchObject({ systems: 5, n: 5, groups: 30 });
      expect((found.system as Estimate).notes!.join()).toContain('few systems: 5');
    },
  );

  test('intervals come from whole groups, and need random', () => {
    const options = { groups, systems, random: seededRandom(2), replicates: 200 };
    const found = groupedCorrelation(human, judge, options);
    for (const answer of [found.pooled, found.within, found.system!]) {
      const { interval, value, groups: count } = answer as Estimate;
      expect(interval![0]).toBeLessThan(value);
      expect(interval![1]).toBeGreaterThan(value);
      expect(count).toBe(30);
    }
    expect(found.pooled).toEqual(
      spearman(human, judge, { clusters: groups, random: seededRandom(2), replicates: 200 }),
    );
    const bare = groupedCorrelation(human, judge, { groups, systems });
    for (const answer of [bare.pooled, bare.system!]) expect(answer).toMatchObject({ interval: null });
    expect(bare.within).toEqual(found.within);
    expect(bare.within.method).toBe('mean spearman within groups, mean, t');
    const drawn = groupedCorrelation(human, judge, { ...options, interval: 'bootstrap' }).within as Estimate;
    expect(drawn.method).toBe('mean spearman within groups, mean, bootstrap percentile, B = 200');
    expect(drawn.interval).not.toEqual((bare.within as Estimate).interval);
    expect(groupedCorrelation(human, judge, { groups, interval: 'none' }).within).toMatchObject({ interval: null });
  });

  test('groups where nothing varies do not count, and are counted', () => {
    const found = groupedCorrelation([1, 2, 3, 5, 5, 5, 7], [1, 3, 2, 1, 2, 3, 1], { groups: [1, 1, 1, 2, 2, 2, 3] });
    expect(found.within).toMatchObject({ value: 0.5, definedGroups: 1, undefinedGroups: 2, groups: 3 });
    expect((found.within as Estimate).notes!.join()).toContain('not defined in 2 of 3 groups, which do not count');
    expect(found.system).toBeNull();
  });

  test('what cannot be said is not said', () => {
    expect(groupedCorrelation([1, 1], [1, 2], { groups: [1, 1] }).within).toMatchObject({ reason: 'zero-variance' });
    const nothing = groupedCorrelation([NaN], [1], { groups: [1], systems: [1] });
    expect(nothing.pooled).toMatchObject({ reason: 'no-data' });
    expect(nothing.within).toMatchObject({ reason: 'no-data' });
    expect(nothing.system).toMatchObject({ reason: 'no-data' });
    const flat = groupedCorrelation([1, 2, 2, 1], [1, 2, 3, 4], { groups: [1, 1, 2, 2], systems: [1, 2, 1, 2] });
    expect(flat.system).toMatchObject({ reason: 'zero-variance' });
    const few = groupedCorrelation([1, 2, 2, 1], [1, 2, 3, 4], { groups: [1, 1, 2, 2], random: seededRandom(1) });
    expect(few.within).toMatchObject({ value: 0, definedGroups: 2 });
    const drawn = { groups: [1, 1, 2, 2], random: seededRandom(1), interval: 'bootstrap' } as const;
    expect(groupedCorrelation([1, 2, 2, 1], [1, 2, 3, 4], drawn).within).toMatchObject({ value: 0, interval: null });
  });

  test('wrong input is refused', () => {
    expect(() => groupedCorrelation([1, 2], [1], { groups: [1, 1] })).toThrow('x has 2 values, y has 1');
    expect(() => groupedCorrelation([1, 2], [1, 2], { groups: [1] })).toThrow('2 rows but 1 cluster ids');
    const unknown = { groups: [1, 1], statistic: 'toString' as 'pearson' };
    expect(() => groupedCorrelation([1, 2], [1, 2], unknown)).toThrow(
      'statistic must be pearson, spearman or kendall, found toString',
    );
  });
});

/** Pairs counted one by one. */
function byHand(human: number[], judge: number[], epsilon: number) {
  const counts = { concordant: 0, discordant: 0, tiesHuman: 0, tiesJudge: 0, tiesBoth: 0 };
  for (let i = 0; i < human.length; i++) {
    for (let j = 0; j < i; j++) {
      const [h, m] = [human[i]! - human[j]!, judge[i]! - judge[j]!];
      const tied = Math.abs(m) <= epsilon;
      if (h === 0) counts[tied ? 'tiesBoth' : 'tiesHuman']++;
      else if (tied) counts.tiesJudge++;
      else counts[h > 0 === m > 0 ? 'concordant' : 'discordant']++;
    }
  }
  const { concordant, discordant, tiesHuman, tiesJudge, tiesBoth } = counts;
  const pairs = concordant + discordant + tiesHuman + tiesJudge + tiesBoth;
  return { ...counts, pairs, value: (concordant + tiesBoth) / pairs };
}

function accuracy(human: number[], judge: number[], options: PairwiseAccuracyOptions = {}): PairwiseAccuracy {
  const found = pairwiseAccuracy(human, judge, options);
  if (!isEstimate(found)) throw new Error('undetermined');
  return found;
}

const someRows = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 12 })), {
  minLength: 2,
  maxLength: 25,
});
const candidates = (judge: number[]) => [0, ...judge.flatMap((a) => judge.map((b) => Math.abs(a - b)))];

describe('pairwiseAccuracy', () => {
  test('counts what counting one by one gives, at every epsilon', () => {
    fc.assert(
      fc.property(someRows, fc.integer({ min: 0, max: 13 }), (rows, epsilon) => {
        const [human, judge] = [rows.map(([h]) => h), rows.map(([, j]) => j / 3)];
        expect(accuracy(human, judge, { epsilon: epsilon / 3 })).toMatchObject(byHand(human, judge, epsilon / 3));
      }),
      { seed: 42 },
    );
  });

  test('calibration finds the smallest epsilon with the highest accuracy', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const [human, judge] = [rows.map(([h]) => h), rows.map(([, j]) => j / 3)];
        const found = accuracy(human, judge, { epsilon: 'in-sample' });
        let best = { value: -1, epsilon: 0 };
        for (const epsilon of candidates(judge).toSorted((a, b) => a - b)) {
          const { value } = byHand(human, judge, epsilon);
          if (value > best.value) best = { value, epsilon };
        }
        expect(found).toMatchObject(best);
        expect(found.value).toBeGreaterThanOrEqual(byHand(human, judge, 0).value);
      }),
      { seed: 42 },
    );
  });

  const { human, judge, groups } = scored(40, 5, seededRandom(3));
  const ids = Array.from({ length: 40 }, (_, d) => 10 + d);
  const inGroup = (column: number[], id: number) => column.filter((_, row) => groups[row] === id);
  const meanOf = (epsilon: number, chosen = ids) =>
    chosen.reduce((total, id) => total + byHand(inGroup(human, id), inGroup(judge, id), epsilon).value, 0) /
    chosen.length;

  test('with groups the accuracies of groups are averaged, and calibrated together', () => {
    expect(accuracy(human, judge, { groups }).value).toBeCloseTo(meanOf(0), 13);
    expect(accuracy(human, judge, { groups, epsilon: 0.7 }).value).toBeCloseTo(meanOf(0.7), 13);
    const found = accuracy(human, judge, { groups, epsilon: 'in-sample' });
    const all = ids.flatMap((id) => candidates(inGroup(judge, id)));
    const best = Math.max(...all.map((epsilon) => meanOf(epsilon)));
    expect(found.value).toBeCloseTo(best, 12);
    expect(found.value).toBeCloseTo(meanOf(found.epsilon), 12);
    expect(found.notes!.join()).toContain('the accuracy is flattered');
    expect(found).toMatchObject({ groups: 40, definedGroups: 40, undefinedGroups: 0, pairs: 400 });
  });

  test('cross-fitting judges each fold by the epsilon of the others', () => {
    const found = accuracy(human, judge, { groups, epsilon: 'cross-fit', folds: 4 });
    let total = 0;
    for (let f = 0; f < 4; f++) {
      const [own, others] = [ids.filter((_, k) => k % 4 === f), ids.filter((_, k) => k % 4 !== f)];
      const rows = groups.flatMap((id, row) => (others.includes(id) ? [row] : []));
      const pick = (column: number[]) => rows.map((row) => column[row]!);
      const { epsilon } = accuracy(pick(human), pick(judge), { groups: pick(groups), epsilon: 'in-sample' });
      expect(found.foldEpsilons![f]).toBe(epsilon);
      total += 10 * meanOf(epsilon, own);
    }
    expect(found.value).toBeCloseTo(total / 40, 12);
    expect(found.epsilon).toBe(accuracy(human, judge, { groups, epsilon: 'in-sample' }).epsilon);
  });

  test('a t interval over groups, bootstraps with random, none for rows alone', () => {
    const plain = accuracy(human, judge, { groups });
    const values = ids.map((id) => byHand(inGroup(human, id), inGroup(judge, id), 0).value);
    const spread = values.reduce((total, x) => total + (x - plain.value) ** 2, 0) / 39;
    expect(plain.se).toBeCloseTo(Math.sqrt(spread / 40), 13);
    expect(plain.method).toBe('pairwise accuracy with ties, mean of groups, t');
    const random = seededRandom(1);
    for (const options of [
      { groups, interval: 'bootstrap' as const },
      { groups, epsilon: 'in-sample' as const },
      { groups, epsilon: 'cross-fit' as const },
      {},
      { clusters: groups },
      { epsilon: 'in-sample' as const, clusters: groups },
    ]) {
      const { interval, value, method } = accuracy(human, judge, { ...options, random, replicates: 200 });
      expect(interval![0]).toBeLessThan(value);
      expect(interval![1]).toBeGreaterThan(value - 0.01);
      expect(method).toContain('bootstrap percentile, B = 200');
    }
    expect(accuracy(human, judge)).toMatchObject({ interval: null });
    expect(accuracy(human, judge, { clusters: groups })).toMatchObject({ groups: 40 });
  });

  test('two copies of a row in a resample are not a pair: the interval lies around the value', () => {
    const rows = Array.from({ length: 12 }, (_, i) => i);
    const noisy = rows.map((i) => i + (i % 3));
    const { interval, value } = accuracy(rows, noisy, { random: seededRandom(1), replicates: 500 });
    expect((interval![0] + interval![1]) / 2).toBeCloseTo(value, 1);
  });

  test('many pairs are drawn, not listed, when epsilon is fitted', () => {
    const random = seededRandom(4);
    const found = accuracy(human, judge, { epsilon: 'in-sample', mostPairs: 3000, random, interval: 'none' });
    expect(found.notes!.join()).toContain('epsilon is fitted on 3000 pairs drawn of 19900');
    expect(found.value).toBe(byHand(human, judge, found.epsilon).value);
    expect(found.value).toBeGreaterThan(accuracy(human, judge, { epsilon: 'in-sample' }).value - 0.02);
    const grouped = accuracy(human, judge, { groups, epsilon: 'in-sample', mostPairs: 300, random, interval: 'none' });
    expect(grouped.value).toBeCloseTo(meanOf(grouped.epsilon), 12);
    expect(() => pairwiseAccuracy(human, judge, { epsilon: 'in-sample', mostPairs: 3000 })).toThrow(
      '19900 pairs are too many to list: give `random` to draw 3000',
    );
  });

  test('edges: no pair, all tied, a constant judge, rows without a score', () => {
    expect(pairwiseAccuracy([], [])).toMatchObject({ value: null, reason: 'no-data', n: 0 });
    expect(pairwiseAccuracy([1], [1])).toMatchObject({ reason: 'no-data' });
    expect(pairwiseAccuracy([1, 2], [1, 2], { groups: [1, 2] })).toMatchObject({ reason: 'no-data' });
    const tied = accuracy([1, 1, 1], [1, 2, 4], { epsilon: 'in-sample' });
    expect(tied).toMatchObject({ value: 1, epsilon: 3 });
    expect(tied.notes).toContain('people tie every pair: only ties can be right');
    expect(accuracy([1, 1, 2], [5, 5, 5]).value).toBeCloseTo(1 / 3, 14);
    const holes = accuracy([1, NaN, 2, 3], [1, 2, NaN, 3], { groups: [1, 1, 1, 1] });
    expect(holes).toMatchObject({ value: 1, pairs: 1, n: 2 });
    const lone = accuracy([1, 2, 3], [1, 2, 3], { groups: [1, 1, 2] });
    expect(lone).toMatchObject({ definedGroups: 1, undefinedGroups: 1 });
    expect(lone.notes).toContain('1 of 2 groups have fewer than 2 rows and do not count');
  });

  test('wrong input is refused', () => {
    const run = (options: PairwiseAccuracyOptions) => () => pairwiseAccuracy([1, 2, 3], [1, 2, 3], options);
    expect(run({ epsilon: -1 })).toThrow('epsilon must be at least 0, found -1');
    expect(run({ epsilon: NaN })).toThrow('epsilon must be at least 0, found NaN');
    expect(run({ epsilon: 'fit' as 'in-sample' })).toThrow(
      'epsilon must be a number, in-sample or cross-fit, found fit',
    );
    expect(run({ epsilon: 'cross-fit' })).toThrow("epsilon 'cross-fit' needs groups");
    expect(run({ epsilon: 'cross-fit', groups: [1, 1, 1] })).toThrow('5 folds need as many groups of 2 rows, found 1');
    expect(run({ groups: [1, 1, 1], clusters: [1, 1, 1] })).toThrow('give groups or clusters');
    expect(run({ folds: 1 })).toThrow('folds must be at least 2, found 1');
    expect(run({ mostPairs: 0 })).toThrow('mostPairs must be at least 1, found 0');
  });

  test('is sound for any rows', () => {
    fc.assert(
      fc.property(someRows, fc.constantFrom(0 as const, 'in-sample' as const), (rows, epsilon) => {
        const [h, j] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        const options = { epsilon, random: seededRandom(1), replicates: 20 };
        sound(pairwiseAccuracy(h, j, options), 'pooled');
        sound(pairwiseAccuracy(h, j, { ...options, groups: h.map((_, i) => i % 3) }), 'grouped');
      }),
      { seed: 42, numRuns: 60 },
    );
  });
});

describe('softPairwiseAccuracy', () => {
  const table = (rows: number, quality: number[], random: Random) =>
    matrixOf(Array.from({ length: rows }, () => quality.map((q) => q + normal(random))));

  test('is exact over all flips of few segments', () => {
    const human = [
      [1, 0],
      [2, 0],
      [0, 1],
      [3, 1],
      [1, 0],
      [2, 2],
    ];
    const judge = [
      [1, 0],
      [0, 1],
      [0, 1],
      [3, 1],
      [0, 1],
      [2, 2],
    ];
    const p = (rows: number[][]) => {
      const d = rows.map(([a, b]) => a! - b!);
      const observed = d.reduce((x, y) => x + y, 0);
      let count = 0;
      for (let signs = 0; signs < 64; signs++) {
        if (d.reduce((total, x, i) => total + ((signs >> i) & 1 ? -x : x), 0) >= observed) count++;
      }
      return count / 64;
    };
    const found = softPairwiseAccuracy(matrixOf(human), matrixOf(judge)) as SoftPairwiseAccuracy;
    expect(found.systemPairs).toEqual([{ first: 0, second: 1, n: 6, humanP: p(human), judgeP: p(judge) }]);
    expect(found.value).toBeCloseTo(1 - Math.abs(p(human) - p(judge)), 14);
    expect(found).toMatchObject({ flips: 64, interval: null, n: 6 });
    expect(found.method).toContain('all 64 flips');
  });

  test('a judge who is the people is right about every pair, softly and plainly', () => {
    const human = table(40, [0, 0.1, 1, 2], seededRandom(2));
    const found = softPairwiseAccuracy(human, human, {
      random: seededRandom(1),
      replicates: 50,
    }) as SoftPairwiseAccuracy;
    expect(found.value).toBe(1);
    expect(found.pairwise.value).toBe(1);
    expect(found.systemPairs).toHaveLength(6);
  });

  test('drawn flips come near all flips, and a judge who turns the order round is near 0', () => {
    const human = table(12, [0, 0.4, 0.8], seededRandom(4));
    const judge = table(12, [0, 0.4, 0.8], seededRandom(5));
    const exact = softPairwiseAccuracy(human, judge) as SoftPairwiseAccuracy;
    const stretched = (m: typeof human) =>
      matrixOf([...Array.from({ length: 12 }, (_, i) => [0, 1, 2].map((k) => m.values[3 * i + k]!)), [0, 0, 0]]);
    const options = { flips: 20_000, random: seededRandom(1), interval: 'none' } as const;
    const drawn = softPairwiseAccuracy(stretched(human), stretched(judge), options) as SoftPairwiseAccuracy;
    expect(Math.abs(drawn.value - exact.value)).toBeLessThan(0.02);
    const clear = table(60, [0, 2, 4], seededRandom(6));
    const turned = { ...clear, values: Array.from(clear.values, (x) => -x) };
    expect(softPairwiseAccuracy(clear, turned, { random: seededRandom(1) }).value).toBeLessThan(0.01);
  });

  test('segments of a cluster flip together; equal scores leave p at 1', () => {
    const human = table(30, [0, 1], seededRandom(7));
    const clusters = Array.from({ length: 30 }, (_, i) => i % 6);
    const found = softPairwiseAccuracy(human, human, { clusters }) as SoftPairwiseAccuracy;
    expect(found).toMatchObject({ groups: 6, flips: 64, pairwise: { groups: 6 } });
    const flat = matrixOf(Array.from({ length: 6 }, () => [1, 1]));
    expect(softPairwiseAccuracy(flat, flat)).toMatchObject({ value: 1, systemPairs: [{ humanP: 1, judgeP: 1 }] });
  });

  test('the interval resamples segments with the normal form of p', () => {
    const [human, judge] = [table(60, [0, 0.2, 0.5, 1], seededRandom(8)), table(60, [0.1, 0, 0.5, 1], seededRandom(9))];
    const found = softPairwiseAccuracy(human, judge, {
      random: seededRandom(1),
      replicates: 300,
    }) as SoftPairwiseAccuracy;
    expect(found.interval![0]).toBeLessThan(found.value);
    expect(found.interval![1]).toBeGreaterThan(found.value - 0.05);
    expect(found.pairwise.interval).not.toBeNull();
  });

  test('pairs of systems that share fewer than 5 segments do not count', () => {
    const rows = Array.from({ length: 8 }, (_, i) => [i, 8 - i, i < 4 ? 1 : null]);
    const found = softPairwiseAccuracy(matrixOf(rows), matrixOf(rows)) as SoftPairwiseAccuracy;
    expect(found.systemPairs).toMatchObject([{ first: 0, second: 1, n: 8 }]);
    expect(found.notes).toContain('2 of 3 pairs of systems share fewer than 5 segments');
    expect(softPairwiseAccuracy(matrixOf(rows.slice(0, 4)), matrixOf(rows.slice(0, 4)))).toMatchObject({
      value: null,
      reason: 'no-data',
    });
  });

  test('wrong input is refused', () => {
    const one = table(13, [0, 1], seededRandom(1));
    expect(() => softPairwiseAccuracy(one, one)).toThrow('13 segments are too many to enumerate: give `random`');
    expect(() => softPairwiseAccuracy(one, matrixOf([[1, 2]]))).toThrow('human is 13 × 2, judge is 1 × 2');
    expect(() => softPairwiseAccuracy(one, one, { flips: 0 })).toThrow('flips must be at least 1, found 0');
    const many = { flips: 2e8, random: seededRandom(1) };
    expect(() => softPairwiseAccuracy(one, one, many)).toThrow('200000000 flips of 13 segments are too many');
    const infinite = matrixOf([[1, Infinity]]);
    expect(() => softPairwiseAccuracy(infinite, infinite)).toThrow('human[0, 1]');
  });
});
