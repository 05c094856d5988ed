import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attenuationCorrected,
  type AttenuationCorrected,
  cohenKappa,
  type Estimate,
  humanCeiling,
  type HumanCeiling,
  humanLikeness,
  type HumanLikeness,
  isEstimate,
  type Matrix,
  matrixOf,
  pearson,
  type Random,
  ratingIndeterminacy,
  seededRandom,
  spearman,
} from '../src/index.ts';
import { sound } from './sound.ts';

type Rows = (number | null)[][];

function codes(n: number, chances: readonly number[], random: Random): number[][] {
  return Array.from({ length: n }, () => {
    const truth = Math.floor(random.next() * 3);
    return chances.map((chance) => (random.next() < chance ? truth : Math.floor(random.next() * 3)));
  });
}

const columnOf = (rows: Rows, j: number) => rows.map((row) => row[j] ?? NaN);
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

describe('humanLikeness', () => {
  const all = codes(150, [0.9, 0.8, 0.7, 0.6], seededRandom(1));
  const [humans, judge] = [matrixOf(all.map((row) => row.slice(0, 3))), columnOf(all, 3)];
  const kappa = (a: number, b: number) => cohenKappa(columnOf(all, a), columnOf(all, b), { categories: 3 }).value!;

  test('is the judge’s mean kappa in standard deviations of the people’s', () => {
    const found = humanLikeness(humans, judge, { categories: 3 }) as HumanLikeness;
    const own = [(kappa(0, 1) + kappa(0, 2)) / 2, (kappa(1, 0) + kappa(1, 2)) / 2, (kappa(2, 0) + kappa(2, 1)) / 2];
    const mean = (own[0]! + own[1]! + own[2]!) / 3;
    const sd = Math.sqrt(own.reduce((total, x) => total + (x - mean) ** 2, 0) / 2);
    const mine = (kappa(3, 0) + kappa(3, 1) + kappa(3, 2)) / 3;
    expect(found.kappaHumans.value).toBeCloseTo(mean, 14);
    expect(found.kappaHumansSd).toBeCloseTo(sd, 14);
    expect(found.kappaJudge.value).toBeCloseTo(mine, 14);
    expect(found.difference.value).toBeCloseTo(mine - mean, 14);
    expect(found.value).toBeCloseTo((mine - mean) / sd, 11);
    expect(found).toMatchObject({ tier: 'below-human', raters: 3, n: 150, interval: null });
    expect(found.notes!.join()).toContain('unreliable: the spread of 3 people is hardly known below 8');
  });

  test('linear weights are those of cohenKappa, and missing cells drop out pair by pair', () => {
    const holes = all.map((row, i) => row.map((x, j) => ((i + j) % 7 === 0 ? null : x)));
    const options = { categories: 3, weights: 'linear' } as const;
    const found = humanLikeness(
      matrixOf(holes.map((row) => row.slice(0, 3))),
      columnOf(holes, 3),
      options,
    ) as HumanLikeness;
    const mine = [0, 1, 2].map((j) => cohenKappa(columnOf(holes, 3), columnOf(holes, j), options).value!);
    expect(found.kappaJudge.value).toBeCloseTo((mine[0]! + mine[1]! + mine[2]!) / 3, 14);
  });

  test('tiers: the third of alike people is human-like, the truth itself is more consistent', () => {
    const many = codes(400, [1, 0.82, 0.8, 0.78, 0.8, 0.79, 0.81, 0.75, 0.83, 0.77], seededRandom(4));
    const people = matrixOf(many.map((row) => row.slice(1, 9)));
    const truth = humanLikeness(people, columnOf(many, 0), { categories: 3 }) as HumanLikeness;
    expect(truth.tier).toBe('super-consistent');
    expect(truth.notes?.join() ?? '').not.toContain('unreliable');
    expect(humanLikeness(people, columnOf(many, 9), { categories: 3 })).toMatchObject({ tier: 'human-like' });
  });

  test('all four figures have intervals from the same resamples', () => {
    const found = humanLikeness(humans, judge, {
      categories: 3,
      random: seededRandom(2),
      replicates: 200,
    }) as HumanLikeness;
    for (const { value, interval } of [found, found.kappaJudge, found.kappaHumans, found.difference]) {
      expect(interval![0]).toBeLessThan(value);
      expect(interval![1]).toBeGreaterThan(value);
    }
    const clusters = all.map((_, i) => i % 30);
    expect(humanLikeness(humans, judge, { categories: 3, clusters })).toMatchObject({ groups: 30 });
  });

  test('what cannot be said is not said', () => {
    expect(humanLikeness(matrixOf([[1], [0]]), [1, 0])).toMatchObject({ reason: 'one-rater' });
    expect(humanLikeness(matrixOf([[null, null]]), [1])).toMatchObject({ reason: 'no-data', n: 0 });
    const same = matrixOf([
      [0, 0],
      [1, 1],
      [0, 1],
    ]);
    expect(humanLikeness(same, [0, 1, 1])).toMatchObject({
      reason: 'zero-variance',
      detail: 'the 2 people have equal mean kappas, so nothing to measure by',
    });
    const flat = matrixOf([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(humanLikeness(flat, [0, 0], { categories: 2 })).toMatchObject({ reason: 'one-category' });
    expect(() => humanLikeness(same, [0])).toThrow('humans has 3 items, judge has 1');
    expect(() => humanLikeness(same, [0, 1, 5], { categories: 2 })).toThrow('judge[2]');
  });
});

describe('ratingIndeterminacy', () => {
  test('distances are those of the definition', () => {
    const human = matrixOf([
      [2, 1, 0],
      [0, 3, 0],
    ]);
    const judge = matrixOf([
      [0.5, 0.25, 0.25],
      [0, 0, 1],
    ]);
    const found = ratingIndeterminacy(human, judge);
    expect(found.squaredDistance.value).toBeCloseTo(((1 / 6) ** 2 + (1 / 12) ** 2 + 0.0625 + 2) / 2, 14);
    // SciPy 1.17: jensenshannon([2/3, 1/3, 0], [.5, .25, .25], base=2)**2; disjoint distributions are 1 apart.
    expect(found.jensenShannon.value).toBeCloseTo((0.13792538097003013 + 1) / 2, 14);
    expect(found.outside).toMatchObject({ value: 0.5, n: 2 });
    expect(found).toMatchObject({ n: 2, categories: 3 });
  });

  test('equal distributions are 0 apart, and scaling a row changes nothing', () => {
    const row = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(row, row), { minLength: 1, maxLength: 10 }), (pairs) => {
        const [h, j] = [matrixOf(pairs.map(([a]) => a)), matrixOf(pairs.map(([, b]) => b))];
        const found = ratingIndeterminacy(h, j);
        sound(found, 'found');
        const scaled = ratingIndeterminacy(matrixOf(pairs.map(([a]) => a.map((x) => 3 * x))), j);
        const same = ratingIndeterminacy(h, h);
        if (found.squaredDistance.value === null) return;
        expect(scaled.squaredDistance.value).toBeCloseTo(found.squaredDistance.value, 13);
        expect(same.squaredDistance.value ?? 0).toBe(0);
        expect(same.outside.value ?? 0).toBe(0);
        expect(found.squaredDistance.value).toBeLessThanOrEqual(2);
        expect(found.jensenShannon.value!).toBeLessThanOrEqual(1 + 1e-12);
        const back = ratingIndeterminacy(j, h);
        expect(back.jensenShannon.value).toBeCloseTo(found.jensenShannon.value!, 13);
      }),
      { seed: 42 },
    );
  });

  test('equal likeliest labels share the item', () => {
    const found = ratingIndeterminacy(matrixOf([[1, 0, 0]]), matrixOf([[1, 1, 0]]));
    expect(found.outside.value).toBe(0.5);
  });

  test('missing rows are left out and counted', () => {
    const human = matrixOf([
      [1, 0],
      [0, 0],
      [null, 1],
      [1, 1],
    ]);
    const judge = matrixOf([
      [1, 0],
      [1, 0],
      [1, 0],
      [null, null],
    ]);
    const found = ratingIndeterminacy(human, judge);
    expect(found.n).toBe(1);
    expect((found.squaredDistance as Estimate).notes).toContain(
      "3 of 4 items lack the people's or the judge's weights and are left out",
    );
    expect(ratingIndeterminacy(matrixOf([[0, 0]]), matrixOf([[1, 0]])).outside).toMatchObject({ reason: 'no-data' });
  });

  test('intervals: t and Wilson without random, a bootstrap with it, none when not wanted', () => {
    const random = seededRandom(3);
    const table = (n: number) =>
      matrixOf(Array.from({ length: n }, () => [1 + Math.floor(random.next() * 4), Math.floor(random.next() * 3), 0]));
    const [h, j] = [table(60), matrixOf(Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? [0, 0, 1] : [1, 0, 0])))];
    const plain = ratingIndeterminacy(h, j);
    expect(plain.squaredDistance.method).toBe('squared distance, mean, t');
    expect(plain.outside.method).toBe('share outside every set, proportion, wilson');
    const clustered = ratingIndeterminacy(h, j, { clusters: Array.from({ length: 60 }, (_, i) => i % 20) });
    expect(clustered.jensenShannon).toMatchObject({ groups: 20 });
    const drawn = ratingIndeterminacy(h, j, { random: seededRandom(1), replicates: 300 });
    const { interval, value } = drawn.squaredDistance as Estimate;
    expect(interval![0]).toBeLessThan(value);
    expect(interval![0]).toBeCloseTo((plain.squaredDistance as Estimate).interval![0], 1);
    expect(ratingIndeterminacy(h, j, { interval: 'none' }).outside).toMatchObject({ interval: null });
  });

  test('wrong input is refused', () => {
    const one = matrixOf([[1, 0]]);
    expect(() => ratingIndeterminacy(one, matrixOf([[1, 0, 0]]))).toThrow('human is 1 × 2, judge is 1 × 3');
    expect(() => ratingIndeterminacy(matrixOf([[-1, 0]]), one)).toThrow('human[0, 0] must be at least 0, found -1');
    expect(() => ratingIndeterminacy(one, matrixOf([[1, Infinity]]))).toThrow('judge[0, 1]');
    expect(() => ratingIndeterminacy(one, one, { interval: 'bootstrap' })).toThrow(
      "interval 'bootstrap' needs `random`",
    );
  });
});

describe('humanCeiling', () => {
  const all = codes(120, [0.9, 0.85, 0.8, 0.75], seededRandom(6));
  const [humans, judge] = [matrixOf(all.map((row) => row.slice(0, 3))), columnOf(all, 3)];

  test('holds judge and person against the same majority on the same items', () => {
    const found = humanCeiling(humans, judge) as HumanCeiling;
    [0, 1, 2].forEach((j) => {
      const kept = all.filter((row) => {
        const [a, b] = [0, 1, 2].filter((k) => k !== j).map((k) => row[k]!);
        return a === b;
      });
      const other = j === 0 ? 1 : 0;
      expect(found.raters[j]).toMatchObject({ rater: j, n: kept.length, split: 120 - kept.length });
      expect(found.raters[j]!.human.value).toBeCloseTo(
        kept.filter((row) => row[j] === row[other]).length / kept.length,
        14,
      );
      expect(found.raters[j]!.judge.value).toBeCloseTo(
        kept.filter((row) => row[3] === row[other]).length / kept.length,
        14,
      );
    });
    const mean = (side: 'judge' | 'human') => found.raters.reduce((total, one) => total + one[side].value, 0) / 3;
    expect(found.judge.value).toBeCloseTo(mean('judge'), 14);
    expect(found.humans.value).toBeCloseTo(mean('human'), 14);
    expect(found.value).toBeCloseTo(mean('judge') - mean('human'), 14);
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([a, b]) => all.filter((row) => row[a!] === row[b!]).length / 120);
    expect(found.pairwise.value).toBeCloseTo((pairs[0]! + pairs[1]! + pairs[2]!) / 3, 14);
    expect(found.notes!.join()).toContain('the others tie');
  });

  test('scores are held against the mean of the others', () => {
    const scores = all.map((row) => row.map((x, j) => x + j / 10));
    const people = matrixOf(scores.map((row) => row.slice(0, 3)));
    const others = scores.map((row) => (row[1]! + row[2]!) / 2);
    for (const [statistic, coefficient] of [
      ['spearman', spearman],
      ['pearson', pearson],
    ] as const) {
      const found = humanCeiling(people, columnOf(scores, 3), { statistic }) as HumanCeiling;
      expect(found.raters[0]!.human.value).toBeCloseTo(coefficient(columnOf(scores, 0), others).value!, 13);
      expect(found.raters[0]!.judge.value).toBeCloseTo(coefficient(columnOf(scores, 3), others).value!, 13);
      const pairs = [0, 1, 2].map((j) => coefficient(columnOf(scores, j), columnOf(scores, (j + 1) % 3)).value!);
      expect(found.pairwise.value).toBeCloseTo((pairs[0]! + pairs[1]! + pairs[2]!) / 3, 13);
    }
  });

  test('a weighted coefficient is that of rows written out: the interval is the one of a plain bootstrap', () => {
    const scores = all.slice(0, 40).map((row) => row.map((x, j) => x + j / 10));
    const people = matrixOf(scores.map((row) => row.slice(0, 2)));
    const options = { random: seededRandom(3), replicates: 50 };
    const found = humanCeiling(people, columnOf(scores, 2), { statistic: 'spearman', ...options }) as HumanCeiling;
    const plain = spearman(columnOf(scores, 2), columnOf(scores, 1), options) as Estimate;
    expect(found.raters[0]!.judge.interval![0]).toBeCloseTo(plain.interval![0], 12);
    expect(found.raters[0]!.judge.interval![1]).toBeCloseTo(plain.interval![1], 12);
    const linear = humanCeiling(people, columnOf(scores, 2), { statistic: 'pearson', ...options }) as HumanCeiling;
    const r = pearson(columnOf(scores, 2), columnOf(scores, 1), options) as Estimate;
    expect(linear.raters[0]!.judge.interval![1]).toBeCloseTo(r.interval![1], 12);
  });

  test('the difference is paired: a judge who is a person differs from that person by exactly 0', () => {
    const random = seededRandom(1);
    const found = humanCeiling(humans, columnOf(all, 0), { random, replicates: 100 }) as HumanCeiling;
    expect(found.raters[0]!.judge.value).toBe(found.raters[0]!.human.value);
    expect(found.raters[0]!.judge.interval).toEqual(found.raters[0]!.human.interval);
    expect(found.interval![1] - found.interval![0]).toBeLessThan(found.humans.interval![1] - found.humans.interval![0]);
    const clustered = humanCeiling(humans, judge, { random, replicates: 100, clusters: all.map((_, i) => i % 24) });
    expect(clustered).toMatchObject({ groups: 24 });
  });

  test('what cannot be said is not said, and whoever is left out is named', () => {
    expect(humanCeiling(matrixOf([[1], [2]]), [1, 2])).toMatchObject({ reason: 'one-rater' });
    expect(humanCeiling(matrixOf([[1, null]]), [1])).toMatchObject({
      reason: 'no-data',
      detail: 'person 0 is left out: 0 items, needs 2; person 1 is left out: 0 items, needs 2',
    });
    const flat = matrixOf([
      [1, 2],
      [1, 3],
      [1, 4],
    ]);
    expect(humanCeiling(flat, [1, 2, 3], { statistic: 'pearson' })).toMatchObject({ reason: 'zero-variance' });
    const partial = matrixOf(all.map((row, i) => [row[0]!, row[1]!, i < 3 ? row[2]! : null]));
    const found = humanCeiling(partial, judge, { fewestItems: 10 }) as HumanCeiling;
    expect(found.raters.map(({ rater }) => rater)).toEqual([0, 1]);
    expect(found.notes!.join()).toMatch(/person 2 is left out: \d items, needs 10/);
    const two = humanCeiling(matrixOf(all.map((row) => row.slice(0, 2))), judge) as HumanCeiling;
    expect(two.notes).toContain('two people: each is the only reference for the other');
  });

  test('wrong input is refused', () => {
    expect(() => humanCeiling(humans, [1])).toThrow('humans has 120 items, judge has 1');
    expect(() => humanCeiling(humans, judge, { fewestItems: 1 })).toThrow('fewestItems must be at least 2, found 1');
    expect(() => humanCeiling(humans, judge, { statistic: 'tau' as 'pearson' })).toThrow(
      'statistic must be agreement, pearson or spearman, found tau',
    );
    expect(() => humanCeiling(matrixOf([[1, 2]]), [Infinity])).toThrow('judge[0]');
    expect(() => humanCeiling(matrixOf([[1, -Infinity]]), [1])).toThrow('humans[0, 1]');
  });

  test('is sound for any ratings', () => {
    const cell = fc.option(fc.integer({ min: 0, max: 2 }), { nil: null });
    const rows = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('agreement' as const, 'spearman' as const, 'pearson' as const),
        (any, statistic) => {
          const people = matrixOf(any.map((row) => row.slice(0, 3)));
          const options = { statistic, random: seededRandom(1), replicates: 20 };
          sound(humanCeiling(people, columnOf(any, 3), options), 'ceiling');
          sound(attenuationCorrected(people, columnOf(any, 3), options), 'corrected');
          sound(
            humanLikeness(people, columnOf(any, 3), { categories: 3, random: seededRandom(1), replicates: 20 }),
            'z',
          );
        },
      ),
      { seed: 42, numRuns: 80 },
    );
  });
});

describe('attenuationCorrected', () => {
  function scored(n: number, random: Random): { humans: Matrix; judge: number[] } {
    const rows = Array.from({ length: n }, () => {
      const truth = normal(random);
      return [
        truth + normal(random),
        truth + normal(random),
        truth + normal(random),
        0.8 * truth + 0.6 * normal(random),
      ];
    });
    return { humans: matrixOf(rows.map((row) => row.slice(0, 3))), judge: columnOf(rows, 3) };
  }

  test('is r over the root of Cronbach’s alpha', () => {
    const rows = [
      [1, 2, 1, 1.5],
      [2, 3, 3, 2],
      [4, 3, 4, 3],
      [5, 5, 3, 5],
      [3, 4, 4, 3],
    ];
    const found = attenuationCorrected(
      matrixOf(rows.map((row) => row.slice(0, 3))),
      columnOf(rows, 3),
    ) as AttenuationCorrected;
    const variance = (x: number[]) => {
      const centre = x.reduce((a, b) => a + b, 0) / x.length;
      return x.reduce((a, b) => a + (b - centre) ** 2, 0) / x.length;
    };
    const sums = rows.map((row) => row[0]! + row[1]! + row[2]!);
    const alpha = 1.5 * (1 - [0, 1, 2].reduce((total, j) => total + variance(columnOf(rows, j)), 0) / variance(sums));
    expect(found.reliability.value).toBeCloseTo(alpha, 14);
    expect(found.observed.value).toBeCloseTo(pearson(columnOf(rows, 3), sums).value!, 14);
    expect(found.value).toBeCloseTo(found.observed.value / Math.sqrt(alpha), 14);
    expect(found).toMatchObject({ raters: 3, n: 5, interval: null });
  });

  test('finds the planted correlation with the truth, 0.8, which the observed one is short of', () => {
    const { humans, judge } = scored(4000, seededRandom(12));
    const found = attenuationCorrected(humans, judge, {
      random: seededRandom(1),
      replicates: 200,
    }) as AttenuationCorrected;
    expect(found.observed.value).toBeLessThan(0.72);
    expect(Math.abs(found.value - 0.8)).toBeLessThan(0.03);
    expect(found.interval![0]).toBeLessThan(found.value);
    expect(found.interval![1]).toBeGreaterThan(found.value);
  });

  test('above 1 is reported as it is', () => {
    const rows = [
      [1, 3, 2],
      [2, 1, 1.5],
      [3, 4, 3.5],
      [4, 2, 3],
      [5, 6, 5.5],
    ];
    const found = attenuationCorrected(
      matrixOf(rows.map((row) => row.slice(0, 2))),
      columnOf(rows, 2),
    ) as AttenuationCorrected;
    expect(found.observed.value).toBeCloseTo(1, 12);
    expect(found.value).toBeGreaterThan(1.05);
    expect(found.notes!.join()).toContain('above 1');
  });

  test('what cannot be said is not said', () => {
    const opposed = matrixOf([
      [1, 3],
      [2, 2],
      [3, 1.5],
      [null, 1],
    ]);
    expect(attenuationCorrected(opposed, [1, 2, 3, 4])).toMatchObject({ value: null, reason: 'not-identified', n: 3 });
    expect(attenuationCorrected(matrixOf([[1], [2], [3]]), [1, 2, 3])).toMatchObject({ reason: 'one-rater' });
    expect(attenuationCorrected(matrixOf([[1, 2]]), [1])).toMatchObject({ reason: 'no-data', n: 1 });
    const flat = matrixOf([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(attenuationCorrected(flat, [1, 2, 3])).toMatchObject({ reason: 'zero-variance' });
    expect(() => attenuationCorrected(flat, [1])).toThrow('humans has 3 items, judge has 1');
    expect(() => attenuationCorrected(flat, [Infinity, 1, 2])).toThrow('judge[0]');
    expect(isEstimate(attenuationCorrected(flat, [1, 2, NaN]))).toBe(false);
  });
});
