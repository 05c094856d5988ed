import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  brierScore,
  type Estimate,
  logLoss,
  matrixOf,
  mean,
  rankedProbabilityScore,
  type ScoreDecomposition,
  scoreDecomposition,
  seededRandom,
  tQuantile,
  variance,
} from '../src/index.ts';
import { sound } from './sound.ts';

const seed = { seed: 42 };
const tiny = { p: [0.1, 0.2, 0.5, 0.5, 0.9, 1], y: [0, 0, 1, 0, 1, 1] };
const rows = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    fc.constantFrom(0, 1),
  ),
  { minLength: 1, maxLength: 30 },
);

describe('the Brier score', () => {
  test('is the mean squared distance, with the interval of a mean adjusted for skewness', () => {
    const found = brierScore(tiny.p, tiny.y) as Estimate;
    expect(found.value).toBeCloseTo(0.56 / 6, 14);
    const scores = tiny.p.map((x, i) => (x - tiny.y[i]!) ** 2);
    const centred = scores.map((x) => x - mean(scores));
    const a = centred.reduce((t, e) => t + e ** 3, 0) / centred.reduce((t, e) => t + e ** 2, 0) ** 1.5;
    const se = Math.sqrt(variance(scores) / 6);
    expect(found.se).toBeCloseTo(se, 14);
    // Each end is where Hall's cubic of t is the quantile of t.
    const cubic = (end: number) => {
      const t = (found.value - end) / se;
      return t + a * ((t * t) / 3 + 1 / 6) + (a * a * t ** 3) / 27;
    };
    expect(cubic(found.interval![1])).toBeCloseTo(-tQuantile(0.975, 5), 10);
    expect(found.method).toBe('Brier score, t, skewness-adjusted');
    expect(found.notes).toEqual(['3 rows of the rarer outcome: the interval tends to be too short below 5']);
  });

  test('is plain t where scores are not skewed, and shifts up where they are skewed to the right', () => {
    const p = [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.2];
    // Distances 0.04 ± d in equal numbers: no skew.
    const even = [0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3, 0.1, 0.3].map((x) => Math.sqrt(x));
    const flat = brierScore(
      even,
      even.map(() => 0),
    ) as Estimate;
    const half = tQuantile(0.975, 9) * flat.se!;
    expect(flat.interval![0]).toBeCloseTo(flat.value - half, 10);
    expect(flat.interval![1]).toBeCloseTo(flat.value + half, 10);
    const skewed = brierScore(
      p,
      p.map((_, i) => (i === 4 ? 1 : 0)),
    ) as Estimate;
    expect(skewed.interval![1] - skewed.value).toBeGreaterThan(skewed.value - skewed.interval![0]);
  });

  test('with clusters of one row is as without, and every row twice in its cluster says no more than once', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        fc.pre(drawn.length >= 5 && new Set(drawn.map(([p, y]) => (p - y) ** 2)).size > 1);
        const [p, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
        const ids = p.map((_, i) => i);
        const plain = brierScore(p, y) as Estimate;
        const once = brierScore(p, y, { clusters: ids }) as Estimate;
        const twice = brierScore([...p, ...p], [...y, ...y], { clusters: [...ids, ...ids] }) as Estimate;
        if (plain.interval === null) return;
        for (const found of [once, twice]) {
          expect(found.value).toBeCloseTo(plain.value, 12);
          expect(found.interval![0]).toBeCloseTo(plain.interval[0], 9);
          expect(found.interval![1]).toBeCloseTo(plain.interval[1], 9);
        }
      }),
      seed,
    );
  });

  test('stays between 0 and 1 with its interval', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const found = brierScore(
          drawn.map((row) => row[0]),
          drawn.map((row) => row[1]),
        ) as Estimate;
        if (found.interval === null) return;
        expect(found.interval[0]).toBeGreaterThanOrEqual(0);
        expect(found.interval[1]).toBeLessThanOrEqual(1);
        expect(found.interval[0]).toBeLessThanOrEqual(found.value);
      }),
      seed,
    );
  });

  test('with `random` is a bootstrap of rows or clusters, below 5 of them a value without an interval', () => {
    const p = Array.from({ length: 60 }, (_, i) => (i % 7) / 7);
    const y = p.map((_, i) => (i % 3 === 0 ? 1 : 0));
    const clusters = p.map((_, i) => i >> 2);
    const drawn = brierScore(p, y, { random: seededRandom(1), replicates: 200, clusters }) as Estimate;
    expect(drawn.method).toBe('Brier score, bootstrap percentile, B = 200');
    expect(drawn.groups).toBe(15);
    expect(drawn.interval![0]).toBeLessThan(drawn.value);
    expect(brierScore(p, y, { random: seededRandom(1), replicates: 200, clusters })).toEqual(drawn);
    expect(brierScore(tiny.p, tiny.y, { random: seededRandom(1), clusters: [0, 0, 1, 1, 2, 3] })).toMatchObject({
      value: expect.closeTo(0.56 / 6, 12),
      interval: null,
      groups: 4,
      notes: ['no interval: a bootstrap needs 5 clusters, found 4'],
    });
  });

  test('says why there is no interval', () => {
    expect(brierScore([0.4], [1])).toMatchObject({ value: 0.36, interval: null, n: 1 });
    expect(brierScore([], [])).toMatchObject({ value: null, reason: 'no-data', method: 'Brier score' });
    expect(brierScore(tiny.p, tiny.y, { interval: 'none' })).toMatchObject({
      interval: null,
      notes: ['no interval was asked for'],
    });
    expect(brierScore(tiny.p, tiny.y, { clusters: [0, 0, 1, 1, 2, 3] })).toMatchObject({
      interval: null,
      method: 'Brier score, cluster-robust t, skewness-adjusted',
      notes: ['too few clusters for an interval: 4, needs 5'],
    });
    expect(brierScore([0.5, 0.5, 0.5], [0, 1, 0])).toMatchObject({ value: 0.25, interval: null, se: 0 });
    expect(() => brierScore([0.5], [1], { level: 1.5 })).toThrow(RangeError);
    expect(() => brierScore([2], [1])).toThrow(RangeError);
    expect(() => brierScore([0.5, 0.5], [1, 0], { clusters: [0, NaN] })).toThrow(/no cluster id/);
  });

  test('leaves out missing rows with their clusters', () => {
    const found = brierScore([NaN, 0.2, 0.6, 0.1, 0.3, 0.9], [1, -1, 1, 0, 0, 1], {
      clusters: [NaN, -1, 1, 2, 3, 4],
      interval: 'none',
    });
    expect(found).toMatchObject({ n: 4, groups: 4, value: expect.closeTo((0.16 + 0.01 + 0.09 + 0.01) / 4, 14) });
  });
});

describe('the log loss', () => {
  test('is −ln of what was given to what happened', () => {
    expect(logLoss([0.2, 0.9], [1, 1])).toMatchObject({
      value: expect.closeTo(-(Math.log(0.2) + Math.log(0.9)) / 2, 14),
    });
    expect(logLoss([0.2, 0.9], [0, 0])).toMatchObject({
      value: expect.closeTo(-(Math.log(0.8) + Math.log(0.1)) / 2, 14),
    });
    expect(logLoss([1e-12], [0])).toMatchObject({ value: expect.closeTo(1e-12, 20) });
  });

  test('counts what it clips, only where it matters', () => {
    const found = logLoss([0, 1, 0, 1, 0.5], [0, 1, 1, 0, 1]) as Estimate;
    expect(found.value).toBeCloseTo((2 * -Math.log(1e-15) + Math.LN2) / 5, 10);
    expect(found.notes![0]).toBe('2 of 5 rows gave what happened a probability below 1e-15 and were clipped there');
    expect((logLoss([0, 1], [0, 1]) as Estimate).notes?.join()).not.toContain('clipped');
    expect(logLoss([0, 1], [0, 1])).toMatchObject({ value: 0 });
  });

  test('of rows without spread, without rows, and of a rare outcome', () => {
    expect(logLoss([], [])).toMatchObject({ reason: 'no-data', method: 'log loss' });
    expect(logLoss([0.5, 0.5, 0.5], [0, 1, 1])).toMatchObject({ value: expect.closeTo(Math.LN2, 14), interval: null });
    const p = Array.from({ length: 12 }, (_, i) => 0.3 + i / 100);
    const five = logLoss(
      p,
      p.map((_, i) => (i < 5 ? 1 : 0)),
    ) as Estimate;
    expect(five.notes).toBeUndefined();
    const four = logLoss(
      p,
      p.map((_, i) => (i < 4 ? 1 : 0)),
    ) as Estimate;
    expect(four.notes).toEqual(['4 rows of the rarer outcome: the interval tends to be too short below 5']);
    const most = logLoss(
      p,
      p.map((_, i) => (i < 4 ? 0 : 1)),
    ) as Estimate;
    expect(most.notes).toEqual(four.notes);
  });
});

test('the truth scores best: no other forecast has a lower expected score', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (ones, p) => {
      const y = Array.from({ length: 10 }, (_, i) => (i < ones ? 1 : 0));
      for (const score of [brierScore, logLoss]) {
        const truth = score(
          y.map(() => ones / 10),
          y,
        ) as Estimate;
        const other = score(
          y.map(() => p),
          y,
        ) as Estimate;
        expect(other.value).toBeGreaterThanOrEqual(truth.value - 1e-12);
      }
    }),
    seed,
  );
});

describe('the decomposition', () => {
  const decompose = (p: number[], y: number[], options = {}) => scoreDecomposition(p, y, options) as ScoreDecomposition;

  test('of the worked example is .01 − .1667 + .25', () => {
    const found = decompose(tiny.p, tiny.y);
    expect(found).toMatchObject({
      value: expect.closeTo(0.56 / 6, 14),
      reliability: expect.closeTo(0.01, 14),
      resolution: expect.closeTo(1 / 6, 14),
      uncertainty: 0.25,
      within: 0,
      usedBins: 5,
      n: 6,
      method: 'Brier score, decomposed by distinct probabilities',
      notes: ['4 bins of one row: their chance part cannot be told, so that debiased keeps a bias'],
    });
    // The only bin of two rows, share ½: (2/6) · ¼ / 1.
    expect(found.debiased).toEqual({
      reliability: expect.closeTo(0.01 - 1 / 12, 14),
      resolution: expect.closeTo(1 / 6 - 1 / 12 + 0.05, 14),
      uncertainty: 0.3,
    });
  });

  test('adds up to the score, for any bins and both scores', () => {
    fc.assert(
      fc.property(rows, fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }), (drawn, bins) => {
        const [p, y] = [drawn.map((row) => row[0]), drawn.map((row) => row[1])];
        const options = bins === undefined ? {} : { bins };
        const brier = decompose(p, y, options);
        const whole = brier.reliability - brier.resolution + brier.uncertainty + brier.within;
        expect(whole).toBeCloseTo(brier.value, 12);
        expect(brier.value).toBeCloseTo((brierScore(p, y) as Estimate).value, 12);
        expect(brier.within).toBeCloseTo(brier.withinVariance! - brier.withinCovariance!, 14);
        const { reliability, resolution, uncertainty } = brier.debiased!;
        if (bins === undefined) expect(reliability - resolution + uncertainty).toBeCloseTo(brier.value, 12);
        const log = decompose(p, y, { ...options, score: 'log' });
        expect(log.reliability - log.resolution + log.uncertainty + log.within).toBeCloseTo(log.value, 10);
        expect(log.value).toBeCloseTo((logLoss(p, y) as Estimate).value, 10);
        for (const part of [brier.reliability, brier.resolution, brier.uncertainty, log.reliability, log.resolution]) {
          expect(part).toBeGreaterThanOrEqual(0);
        }
        sound({ brier, log }, 'decomposition');
      }),
      seed,
    );
  });

  test('of the log loss is the entropy of the base rate and two divergences', () => {
    const found = decompose([0.2, 0.2, 0.2, 0.2, 0.7, 0.7], [1, 0, 0, 0, 1, 1], { score: 'log' });
    const kl = (q: number, p: number) =>
      (q === 0 ? 0 : q * Math.log(q / p)) + (q === 1 ? 0 : (1 - q) * Math.log((1 - q) / (1 - p)));
    expect(found.uncertainty).toBeCloseTo(Math.LN2, 14);
    expect(found.reliability).toBeCloseTo((4 * kl(0.25, 0.2) + 2 * kl(1, 0.7)) / 6, 12);
    expect(found.resolution).toBeCloseTo((4 * kl(0.25, 0.5) + 2 * kl(1, 0.5)) / 6, 12);
    expect(found.debiased).toBeUndefined();
    expect(found.method).toBe('log loss, decomposed by distinct probabilities');
  });

  test('where all outcomes are alike has no uncertainty and no resolution', () => {
    expect(decompose([0.2, 0.6], [1, 1])).toMatchObject({
      uncertainty: 0,
      resolution: 0,
      reliability: expect.closeTo(0.4, 14),
    });
    expect(decompose([0.3], [0]).debiased).toEqual({ reliability: 0.09, resolution: 0, uncertainty: 0 });
    expect(scoreDecomposition([], [])).toMatchObject({ reason: 'no-data' });
    expect(() => scoreDecomposition([0.5], [1], { score: 'x' as 'log' })).toThrow(/score must be/);
    expect(decompose(tiny.p, tiny.y, { binning: 'equal-width' }).method).toContain('15 equal-width bins');
  });
});

describe('the ranked probability score', () => {
  const score = (distribution: number[][], labels: number[], options = {}) =>
    rankedProbabilityScore(matrixOf(distribution), labels, options);

  test('adds squared distances of cumulative probabilities', () => {
    expect(score([[0.2, 0.5, 0.3]], [1])).toMatchObject({ value: expect.closeTo(0.04 + 0.09, 14), n: 1 });
    expect(score([[0.2, 0.5, 0.3]], [2])).toMatchObject({ value: expect.closeTo(0.04 + 0.49, 14) });
    expect(score([[0.2, 0.5, 0.3]], [0])).toMatchObject({ value: expect.closeTo(0.64 + 0.09, 14) });
    expect(
      score(
        [
          [0, 0, 1],
          [1, 0, 0],
        ],
        [0, 2],
      ),
    ).toMatchObject({ value: 2 });
  });

  test('of two categories is the Brier score', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const p = drawn.map((row) => row[0]);
        const y = drawn.map((row) => row[1]);
        const found = score(
          p.map((x) => [1 - x, x]),
          y,
        ) as Estimate;
        const brier = brierScore(p, y) as Estimate;
        expect(found.value).toBeCloseTo(brier.value, 12);
        if (found.interval && brier.interval) expect(found.interval[1]).toBeCloseTo(brier.interval[1], 9);
      }),
      seed,
    );
  });

  test('prefers a forecast that is near over one that is far, which the Brier score does not see', () => {
    const near = score([[0, 0.5, 0.5, 0]], [1]) as Estimate;
    const far = score([[0, 0.5, 0, 0.5]], [1]) as Estimate;
    expect(near.value).toBe(0.25);
    expect(far.value).toBe(0.5);
  });

  test('leaves out missing rows and refuses what is no distribution', () => {
    expect(
      score(
        [
          [0.5, 0.5],
          [NaN, 0.5],
          [0.5, 0.5],
        ],
        [0, 1, -1],
      ),
    ).toMatchObject({ n: 1, value: 0.25 });
    expect(score([], [])).toMatchObject({ reason: 'no-data', method: 'ranked probability score' });
    expect(() => score([[0.5, 0.4]], [0])).toThrow(new RangeError('distributions[0] must add up to 1, found 0.9'));
    expect(() => score([[0.5, 0.50005]], [0])).not.toThrow();
    expect(() => score([[1.5, -0.5]], [0])).toThrow(/distributions\[0, 0\] must lie in \[0, 1\]/);
    expect(() => score([[0.5, 0.5]], [2])).toThrow(/labels\[0\]/);
    expect(() => score([[0.5, 0.5]], [0, 1])).toThrow(new RangeError('1 distributions but 2 labels'));
  });

  test('has an interval over clusters', () => {
    const distributions = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? [0.6, 0.3, 0.1] : [0.1, 0.3, 0.6]));
    const labels = distributions.map((_, i) => (i * 7) % 3);
    const found = score(distributions, labels, { clusters: labels.map((_, i) => i >> 1) }) as Estimate;
    expect(found).toMatchObject({
      groups: 15,
      method: 'ranked probability score, cluster-robust t, skewness-adjusted',
    });
    expect(found.interval![0]).toBeLessThan(found.value);
    expect(found.interval![1]).toBeGreaterThan(found.value);
  });
});
